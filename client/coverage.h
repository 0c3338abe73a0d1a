/* coverage.h - how many articles were read about each area, asked for page by page. The main
 * thread. */
#ifndef NETRAL_CLIENT_COVERAGE_H
#define NETRAL_CLIENT_COVERAGE_H

#include "client/connection.h"
#include "client/period.h"

/* One month of one area ("" for articles about none); the same area comes once a month. */
typedef int coverage_fn(void *user, const char *area, uint64_t articles);

struct coverage_store {
	uint64_t articles;  /* in the store */
	uint64_t uncounted; /* of them in no count */
};

/* Calls `take` for the months of publication that have a day of `days`, whole. 0, an error of
 * connection_ask() whose sentence connection_error() has, or what `take` returned below 0. */
int coverage_read(struct connection *c, const struct days *days, coverage_fn *take, void *user,
		  struct coverage_store *ret_store);

#endif

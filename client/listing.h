/* listing.h - the events that match a question, page by page, the newest first. The main thread.
 *
 * An event comes at most once. One that is recorded or changed after the first page was asked for
 * is newer than that page: it is not seen any more, and listing_outdated() tells. */
#ifndef NETRAL_CLIENT_LISTING_H
#define NETRAL_CLIENT_LISTING_H

#include "client/connection.h"
#include "client/period.h"

struct listing {
	struct connection *connection;
	const struct filter *filter;
	const struct days *days;
	uint64_t limit; /* the newest events only; 0 for all. Set it before the first page */
	uint64_t before, taken;
	bool ended;
};

/* What a store is at, before a listing begins. */
struct store_mark {
	struct epoch epoch;
	uint64_t head; /* number of the last update */
};

/* Borrows all three until the last page. */
void listing_init(struct listing *l, struct connection *c, const struct filter *filter,
		  const struct days *days);

/* 1 with the next page, which may be empty and lives until the next call; 0 behind the last one.
 * Errors as connection_ask(), and connection_error() has the sentence. */
int listing_next(struct listing *l, const struct update **ret_updates, size_t *ret_count);

/* 0 or an error as above. */
int listing_mark(struct listing *l, struct store_mark *ret_mark);

/* The log up to `mark`, oldest first, for what is no event any more: 1 with the next page of
 * updates that match the filter, 0 behind the last one, or an error as above. *next is 1 before the
 * first page. Days are not looked at. */
int listing_log(struct listing *l, const struct store_mark *mark, uint64_t *next,
		const struct update **ret_updates, size_t *ret_count);

/* 1 when events that match the filter were recorded or changed since `mark`, else 0; or an error
 * as above. Days are not looked at. */
int listing_outdated(struct listing *l, const struct store_mark *mark);

#endif

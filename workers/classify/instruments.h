/* instruments.h - forms of citation that stand for a known instrument. */
#ifndef NETRAL_WORKERS_CLASSIFY_INSTRUMENTS_H
#define NETRAL_WORKERS_CLASSIFY_INSTRUMENTS_H

#include "workers/classify/phrases.h"
#include "workers/classify/tables.h"

enum { INSTRUMENTS_MAX = 512 };

struct instrument_alias {
	const char *form, *normal; /* kept by the phrases */
};

struct instruments {
	struct instrument_alias *list;
	size_t count, cap;
};

/* Reads instruments.tsv. 0 or an error of table_open()/table_next(). */
int instruments_load(struct instruments *in, struct table_set *set, struct phrases *phrases);
void instruments_fini(struct instruments *in); /* takes a zeroed list */

/* The normal form of a citation, or `form` itself. */
const char *instruments_normal(const struct instruments *in, const char *form);

#endif

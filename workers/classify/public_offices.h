/* public_offices.h - data/public_offices.tsv: whose names a mask_policy shows (lib/mask.h). */
#ifndef NETRAL_WORKERS_CLASSIFY_PUBLIC_OFFICES_H
#define NETRAL_WORKERS_CLASSIFY_PUBLIC_OFFICES_H

#include "lib/mask.h"
#include "workers/classify/tables.h"

enum { PUBLIC_OFFICES_MAX = 4096 };

struct public_offices {
	struct arena arena;
	struct mask_office *offices;
	size_t count;
};

/* 0, or as table_open() and table_next() with the error sentence of `set`; NETRAL_ETOOBIG beyond
 * PUBLIC_OFFICES_MAX. public_offices_fini() ends it also after a failure. Any thread. */
int public_offices_load(struct table_set *set, struct public_offices *ret);
void public_offices_fini(struct public_offices *p); /* takes a zeroed one */

#endif

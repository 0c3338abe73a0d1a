/* matcher.h - finds all phrases in a text in one pass. */
#ifndef NETRAL_WORKERS_CLASSIFY_MATCHER_H
#define NETRAL_WORKERS_CLASSIFY_MATCHER_H

#include "lib/arena.h"
#include "workers/classify/phrases.h"

struct matcher;

/* Bytes start..end of the scanned text are `phrase` of the list. */
struct hit {
	uint32_t start, end;
	uint16_t phrase;
	uint8_t group;
};

/* What one text may yield; what comes behind is not looked at. */
enum { HITS_MAX = 1 << 17 };

struct hits {
	struct hit *list;
	size_t count;
};

/* For the phrases of the groups in `groups` (bit 1 << group). The list must outlive the matcher,
 * which is read-only: any number of threads may scan with it. 0 or NETRAL_ENOMEM. */
int matcher_new(const struct phrases *phrases, uint64_t groups, struct matcher **ret_matcher);
void matcher_free(struct matcher *m); /* takes NULL */

/* Hits sorted by start, the longer first; of the hits of one group that lie within each other only
 * the longest is kept. Lives in `arena`. 0 or NETRAL_ENOMEM. */
int matcher_scan(const struct matcher *m, const char *text, size_t len, struct arena *arena,
		 struct hits *ret_hits);

#endif

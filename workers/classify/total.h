/* total.h - counted totals of violations, with the number at each stage. */
#ifndef NETRAL_WORKERS_CLASSIFY_TOTAL_H
#define NETRAL_WORKERS_CLASSIFY_TOTAL_H

#include "workers/classify/kinds.h"

enum { TOTALS_MAX = 4 };

struct totals {
	struct finding list[TOTALS_MAX];
	int year[TOTALS_MAX]; /* of the election, or 0 */
	uint32_t count;
	uint32_t last_sentence;
};

/* True when sentence `i` tells a total, or goes on with one; it is then no case. */
bool total_read(const struct doc *d, uint32_t i, struct totals *t);

/* Adds the totals to the findings, each with the number at its furthest stage. */
void total_finish(const struct doc *d, struct totals *t, struct findings *f);

#endif

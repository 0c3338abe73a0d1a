/* confidence.h - how sure an event is. */
#ifndef NETRAL_WORKERS_CLASSIFY_CONFIDENCE_H
#define NETRAL_WORKERS_CLASSIFY_CONFIDENCE_H

#include "workers/classify/kinds.h"

/* From 0 to 1. A heuristic: it starts at 0.55 and rises with independent signs (sentences that say
 * so, a place, a day, a count, a headline), falls with doubts (nobody certain meant, told aside,
 * a weekday that is not the printed day's). Not calibrated on a corpus. */
double confidence_of(const struct doc *d, const struct finding *f, const struct event *e);

#endif

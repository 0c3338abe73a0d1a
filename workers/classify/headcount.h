/* headcount.h - how many took part in an occasion, how many offended. */
#ifndef NETRAL_WORKERS_CLASSIFY_HEADCOUNT_H
#define NETRAL_WORKERS_CLASSIFY_HEADCOUNT_H

#include "workers/classify/kinds.h"

/* Those who took part in a session or pledge; false when the text does not tell. */
bool headcount_gathered(const struct doc *d, const struct finding *f,
			struct count_mention *ret_count);

/* Those who offended in a case (not in a total), which is the article's only one or not; false when
 * the text does not tell. */
bool headcount_offenders(const struct doc *d, const struct finding *f, bool alone,
			 struct count_mention *ret_count);

#endif

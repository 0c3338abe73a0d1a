/* share.h - what an article names once is shared among the events that it tells. */
#ifndef NETRAL_WORKERS_CLASSIFY_SHARE_H
#define NETRAL_WORKERS_CLASSIFY_SHARE_H

#include "workers/classify/fields.h"

/* Gives drafts[i] its share of the sentences, for each i with told[i]; told ones are those of
 * findings f. 0 or NETRAL_ENOMEM. */
int share_sentences(const struct doc *d, const struct findings *f, const bool *told,
		    struct draft *drafts);

#endif

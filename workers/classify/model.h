/* model.h - how sure a candidate is: logistic regression over its features.
 *
 * data/weights.tsv holds the weights, fitted by scripts/train on the labelled corpus. A candidate
 * below MODEL_ACCEPT (of its kind) is not told. */
#ifndef NETRAL_WORKERS_CLASSIFY_MODEL_H
#define NETRAL_WORKERS_CLASSIFY_MODEL_H

#include "workers/classify/features.h"
#include "workers/classify/tables.h"

enum { MODEL_KINDS = 8 };

#define MODEL_ACCEPT 0.55

/* The same for a violation: a case that is none accuses somebody. Below, as many were wrong as
 * right in cross-validation. */
#define MODEL_ACCEPT_VIOLATION 0.6

/* The same for an article that never says "neutral", unless it is about a case and names those who
 * watch elections. Such articles are rare in the world among those with an event, more so than in
 * the training texts, which have many on purpose. */
#define MODEL_ACCEPT_AFAR 0.8

struct model {
	float weight[MODEL_KINDS][FEATURE_COUNT]; /* by enum event_kind */
};

/* Reads weights.tsv. 0 or an error of table_open()/table_next(). */
int model_load(struct model *m, struct table_set *set);

/* From 0 to 1: the probability that there is such an event. */
double model_confidence(const struct model *m, enum event_kind kind, const struct features *f);

/* Whether a candidate of that kind and confidence is told. */
bool model_tells(enum event_kind kind, const struct features *f, double confidence);

#endif

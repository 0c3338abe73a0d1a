/* stages.h - how far a case is: which stages are told where, weighed by a linear model.
 *
 * "The furthest stage told" is right for most cases, but headlines run ahead, a part of a case may
 * be dropped while the rest goes on, and a text names stages that its case has not reached. The
 * model sees, for each stage, whether it is told firmly, in the headline, last, and so on; its
 * weights are data/stage_weights.tsv. Only a stage that is told is chosen. */
#ifndef NETRAL_WORKERS_CLASSIFY_STAGES_H
#define NETRAL_WORKERS_CLASSIFY_STAGES_H

#include "workers/classify/kinds.h"
#include "workers/classify/tables.h"

/* clang-format off */
#define STAGE_SIGNS(X) \
	X(FIRM)      /* told in a sentence of the case */ \
	X(TWICE)     /* at least twice */ \
	X(SOFT)      /* wished, forbidden or feared there */ \
	X(HEADLINE)  /* told in the headline */ \
	X(ANCHOR)    /* told in the sentence that tells most */ \
	X(FIRST)     /* the first of the case's stages */ \
	X(LAST)      /* the last of them */ \
	X(ELSEWHERE) /* told in the body, but not of this case */
/* clang-format on */

enum stage_sign {
#define X(name) STAGE_SIGN_##name,
	STAGE_SIGNS(X)
#undef X
		STAGE_SIGN_COUNT
};

enum { STAGE_COUNT = 5, STAGE_FEATURES = STAGE_COUNT * STAGE_SIGN_COUNT + 1, STAGE_NAME_SIZE = 32 };

/* The stages in the order of the features; the last feature is always 1. */
extern const enum event_status stage_statuses[STAGE_COUNT];

struct stage_model {
	float weight[STAGE_COUNT][STAGE_FEATURES];
};

struct stage_features {
	bool value[STAGE_FEATURES];
};

/* "FOUND_LAST"; "BIAS" for the last. */
void stage_feature_name(int feature, char ret[static STAGE_NAME_SIZE]);

/* Reads stage_weights.tsv. 0 or an error of table_open()/table_next(). */
int stage_model_load(struct stage_model *m, struct table_set *set);

/* Sets status, status_cue and status_sentence of a case. When it is `alone` in its article, every
 * stage that the article tells is its. */
void stages_decide(const struct doc *d, const struct stage_model *m, bool alone, struct finding *f);

void stages_read(const struct doc *d, const struct finding *f, bool alone,
		 struct stage_features *ret_features);

#endif

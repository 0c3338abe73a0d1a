/* splits.h - whether a claim is about the case before or about another one, by logistic regression.
 *
 * The same offender is told again in a lead, a detail and a quote, often with other words; another
 * offender comes with another area, office, class or number, and often with no sign but a new
 * paragraph. Weights: data/split_weights.tsv, fitted by scripts/eval --train. Without any weight
 * every claim about somebody certain is a case of its own: that is what the fit begins from. */
#ifndef NETRAL_WORKERS_CLASSIFY_SPLITS_H
#define NETRAL_WORKERS_CLASSIFY_SPLITS_H

#include "workers/classify/tables.h"

#include <stdbool.h>

/* clang-format off */
#define SPLIT_SIGNS(X) \
	X(BIAS)          /* always 1 */ \
	X(ANOTHER)       /* "kasus lain", "yang kedua" */ \
	X(AREA_OTHER) X(AREA_SAME)     /* regency or city of both */ \
	X(OFFICE_OTHER) X(OFFICE_SAME) /* camat, guru, ... */ \
	X(CLASS_OTHER)   /* a servant of another class */ \
	X(COUNT_OTHER) X(COUNT_SAME) \
	X(SEVERAL)       /* the case before is of several people */ \
	X(STAGE_OTHER)   /* it is told as far in other words */ \
	X(INTRODUCED)    /* "seorang", "oknum", a number in front of a class */ \
	X(INITIALS)      /* an initial or a name with the office */ \
	X(PARAGRAPH)     /* a new paragraph began since */ \
	X(FAR)           /* sentences without a claim lie between */ \
	X(QUOTED) X(SOFT) X(OWN_STAGE) X(OWN_BREACH) \
	X(THIRD)         /* there are two cases already */
/* clang-format on */

enum split_sign {
#define X(name) SPLIT_##name,
	SPLIT_SIGNS(X)
#undef X
		SPLIT_SIGN_COUNT
};

struct split_model {
	float weight[SPLIT_SIGN_COUNT];
};

const char *split_sign_name(enum split_sign sign);

/* Reads split_weights.tsv. 0 or an error of table_open()/table_next(). */
int split_model_load(struct split_model *m, struct table_set *set);

/* Whether signs (bit 1 << sign) speak for another case. */
bool split_decide(const struct split_model *m, unsigned signs);

#endif

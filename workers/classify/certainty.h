/* certainty.h - how sure each value of a told event is: logistic regression, as for the event
 * itself (model.h), but over signs of where and among what the value was read.
 *
 * data/certainty_weights.tsv holds the weights, fitted by scripts/eval --train on the labelled
 * corpus: of the values given 0.9, nine in ten are right. */
#ifndef NETRAL_WORKERS_CLASSIFY_CERTAINTY_H
#define NETRAL_WORKERS_CLASSIFY_CERTAINTY_H

#include "workers/classify/fields.h"
#include "workers/classify/tables.h"

/* clang-format off */
#define CERTAINTY_SIGNS(X) \
	X(BIAS)           /* always 1 */ \
	X(SURE)           /* that there is such an event */ \
	X(UNSURE) \
	X(SESSION) X(PLEDGE) X(TOTAL) \
	X(ONE_OF_KIND)    /* the article has no other candidate of that kind */ \
	X(PLANNED) X(ALLEGED) X(UNDER_REVIEW) X(FOUND) X(SANCTIONED) X(DISMISSED) \
	X(STAGE_SOLE)     /* no other stage is told */ \
	X(STAGE_HEADLINE) /* the headline tells the same one */ \
	X(STAGE_TWICE) \
	X(STAGE_SOFT)     /* only wished, forbidden or feared */ \
	X(STAGE_LATER)    /* a later one is told, too */ \
	X(PROVINCE) X(NATION) \
	X(AREAS_ONE)      /* the article names no other regency or city */ \
	X(AREAS_MANY) \
	X(PLACE_TITLE)    /* read from the headline */ \
	X(MONTH) X(YEAR) \
	X(DATES_ONE)      /* of the dates only one may be the event's */ \
	X(DATES_MANY) \
	X(DATE_MISPRINT)  /* weekday and day do not agree */ \
	X(DATE_WEEKDAY)   /* only a weekday is printed */ \
	X(DATE_ANCHOR)    /* in the sentence that tells most */ \
	X(COUNT_ONE) X(COUNT_SEVERAL) X(COUNT_INEXACT) X(COUNT_LARGE) \
	X(COUNT_ANCHOR) \
	X(COUNT_TITLE)
/* clang-format on */

enum certainty_sign {
#define X(name) CERTAINTY_##name,
	CERTAINTY_SIGNS(X)
#undef X
		CERTAINTY_SIGN_COUNT
};

enum certainty_field {
	CERTAINTY_OF_STATUS,
	CERTAINTY_OF_PLACE,
	CERTAINTY_OF_DATE,
	CERTAINTY_OF_COUNT,
	CERTAINTY_FIELDS
};

struct certainty_signs {
	bool value[CERTAINTY_SIGN_COUNT];
};

struct certainty_model {
	float weight[CERTAINTY_FIELDS][CERTAINTY_SIGN_COUNT];
};

const char *certainty_sign_name(enum certainty_sign sign);

/* Reads certainty_weights.tsv. 0 or an error of table_open()/table_next(). */
int certainty_load(struct certainty_model *m, struct table_set *set);

/* Measures a draft whose values and confidence are set. */
void certainty_read(const struct draft *t, struct certainty_signs *ret_signs);

/* Sets e->sure for the values that `e` has. */
void certainty_decide(const struct certainty_model *m, const struct certainty_signs *signs,
		      struct event *e);

#endif

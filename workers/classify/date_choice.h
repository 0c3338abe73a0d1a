/* date_choice.h - which of the article's dates is an event's, weighed by a linear model.
 *
 * A case has a day of the act, of the report, of each step, and of the statement about all that; a
 * session's text has days of polls and instruments. The model sees of each date what stands near
 * it, how far it is from the event's sentences and how it lies among the other dates; its weights
 * are data/date_weights.tsv. "No date" is a choice too. */
#ifndef NETRAL_WORKERS_CLASSIFY_DATE_CHOICE_H
#define NETRAL_WORKERS_CLASSIFY_DATE_CHOICE_H

#include "workers/classify/kinds.h"
#include "workers/classify/tables.h"

/* clang-format off */
#define DATE_CLASSES(X) \
	X(OCCASION) /* a session or a pledge */ \
	X(PLAN)     /* one that is to come */ \
	X(CASE) \
	X(TOTAL)

/* What may stand near a date. */
#define DATE_ROLES(X) \
	X(SAYING) X(PRESS) X(CONDUCT) X(HAPPENED) X(ALLEGED) X(REVIEWED) X(FOUND) X(SANCTIONED) \
	X(DISMISSED) X(HELD) X(ATTENDED) X(OCCASION) X(PLEDGE) X(PLANNED) X(AFTER) X(CANDIDATE) \
	X(AGENCY) X(JOB) X(VENUE) X(SUBJECT) X(LEGAL)

#define DATE_SIGNS(X) \
	X(NONE)         /* this is the choice of no date */ \
	X(NONE_ASIDE)   /* ... of something told aside */ \
	X(NONE_SOFT)    /* ... of something that is not told as a fact */ \
	X(ANCHOR)       /* it stands in the sentence that tells most */ \
	X(OWN)          /* in another sentence of the event */ \
	X(BESIDE)       /* in the sentence before or behind one of these */ \
	X(NEAR)         /* within three sentences */ \
	X(AHEAD_OF_ALL) /* further before them */ \
	X(PARAGRAPH)    /* in the anchor's paragraph */ \
	X(OF_OTHER)     /* in a sentence of another event only */ \
	X(OF_OCCASION)  /* in a sentence of another event, a session or a pledge */ \
	X(OUTSIDE)      /* before the first sentence of a case, or behind that of the next case */ \
	X(NEARER_OTHER) /* another event's sentences are nearer */ \
	X(CAPTION)      /* in no sentence of the body */ \
	X(NEWS)         /* as the press dates its news */ \
	X(ALONE)        /* a weekday alone */ \
	X(MONTH) X(YEAR) X(DAYSHIFT) X(LONGSHIFT) X(UP_TO) X(RANGE_END) X(UNSOLVED) \
	X(LED)          /* by "pada", "tanggal" */ \
	X(SINCE)        /* by "sejak" */ \
	X(COMMA)        /* stands before it */ \
	X(WEEKEND)      /* offices are closed */ \
	X(QUOTED)       /* said by somebody */ \
	X(OPENS) X(ENDS) /* its sentence */ \
	X(TO_COME)      /* after the day the text speaks from */ \
	X(DAYS_1) X(DAYS_7) X(DAYS_60) X(DAYS_400) X(OLD) /* at most so many before it */ \
	X(THIS_MONTH) X(PAST_MONTH) /* a month */ \
	X(POLL_YEAR)    /* of "Pilkada 2020" */ \
	X(LAST_YEAR) \
	X(THIS_YEAR)    /* a year alone that is not over */ \
	X(EARLIEST) X(LATEST) /* of the days of the article */ \
	X(EARLIEST_NEAR) /* of those within three sentences */ \
	X(ONLY)         /* no other day is told */ \
	X(FIRST_NEWS)   /* the first day that the press dates its news by */ \
	X(OTHER_AREA)   /* its sentence speaks of another regency */
/* clang-format on */

enum date_class {
#define X(name) DATE_CLASS_##name,
	DATE_CLASSES(X)
#undef X
		DATE_CLASS_COUNT
};

enum date_role {
#define X(name) DATE_ROLE_##name,
	DATE_ROLES(X)
#undef X
		DATE_ROLE_COUNT
};

enum date_sign {
#define X(name) DATE_SIGN_##name,
	DATE_SIGNS(X)
#undef X
		DATE_SIGN_COUNT
};

/* A role is near the date, or the nearest to it. */
enum { DATE_ROLE_SIGNS = 2 };
enum {
	DATE_FEATURES = DATE_SIGN_COUNT + DATE_ROLE_COUNT * DATE_ROLE_SIGNS,
	DATE_FEATURE_NAME_SIZE = 32,
	DATES_WEIGHED_MAX = 64, /* of one event */
};

struct date_model {
	float weight[DATE_CLASS_COUNT][DATE_FEATURES];
};

struct date_features {
	bool value[DATE_FEATURES];
};

/* A date that may be the event's; mention -1 is the choice of none. */
struct date_option {
	int mention;
	struct date_mention date; /* as it is for this event: the next Friday of a plan */
	struct date_features features;
};

struct date_options {
	enum date_class class;
	struct date_option *list; /* the first is the choice of none */
	uint32_t count;
};

/* "SAYING_NEAREST" */
void date_feature_name(int feature, char ret[static DATE_FEATURE_NAME_SIZE]);
const char *date_class_name(enum date_class class);

/* Reads date_weights.tsv. 0 or an error of table_open()/table_next(). */
int date_model_load(struct date_model *m, struct table_set *set);

/* The dates that may be that of all->list[i], which took place in `area` (or AREA_NONE), in
 * d->arena. 0 or NETRAL_ENOMEM. */
int date_options_read(const struct doc *d, const struct findings *all, uint32_t i, uint16_t area,
		      struct date_options *ret_options);

/* The best of the options. */
const struct date_option *date_choose(const struct date_model *m, const struct date_options *o);

#endif

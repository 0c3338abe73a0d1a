/* features.h - what is measured of a candidate event, for the linear model (model.h).
 *
 * Each feature is 0 or 1. A candidate has an anchor (the sentence that tells most of it) and a cue
 * there (the noun of a session or pledge, the breach of a violation). */
#ifndef NETRAL_WORKERS_CLASSIFY_FEATURES_H
#define NETRAL_WORKERS_CLASSIFY_FEATURES_H

#include "workers/classify/kinds.h"

/* clang-format off */
#define FEATURES(X) \
	X(BIAS)              /* always 1 */ \
	/* in the anchor */ \
	X(TOPIC) X(TOPIC_BESIDE) X(SUBJECT) X(SUBJECT_BESIDE) X(CONTEST) X(STRONG_CUE) X(NOUN_CUE) X(WEAK_CUE) \
	X(HELD) X(ATTEND) X(SPEECH) X(SCHEDULED) X(ACT) X(DAY) X(HALL) X(NUMBER) X(BODY_NAMED) \
	X(SAYING) X(CERTAIN) X(GOES_ON) X(CONDUCT) X(STAGE) X(POINTED) X(PRESS) X(APPEAL) X(RULE) \
	X(LEAD) X(LATE) X(QUOTED) X(SOFT) X(CUE_BESIDE) \
	X(FROM_PLEDGE) X(VERB_CUE) \
	/* in all its sentences and the headline */ \
	X(TOLD_TOPIC) X(TOLD_BREACH) X(TOLD_CONDUCT) X(TOLD_CONTEST) X(TOLD_WATCH) X(TOLD_AGENCY) X(TOLD_SUBJECT) \
	X(TOLD_FIRMLY) X(TOLD_CONDITION) X(TOLD_OTHER) \
	/* two of these at once */ \
	X(NOUN_AND_TOPIC) X(NOUN_AND_HOLD) X(NOUN_AND_DAY) X(LEAD_AND_TITLE) X(CERTAIN_AND_STAGE) \
	X(CERTAIN_AND_CONDUCT) X(ACT_AND_DAY) X(SPEECH_AND_TOPIC) X(FULL_CLAIM) \
	/* how many of those that make an occasion, or a case, stand in the anchor */ \
	X(SIGNS_0) X(SIGNS_2) X(SIGNS_3) \
	/* what governs the cue */ \
	X(NEGATED) X(DENIED) X(PROHIBITED) X(OBLIGED) X(HYPOTHETICAL) X(PURPOSE) X(FUTURE) \
	X(WARNED) X(AT_RISK) X(SERIAL) X(MEANS) X(AFTER) \
	/* the headline */ \
	X(TITLE_CUE) X(TITLE_TOPIC) X(TITLE_SUBJECT) X(TITLE_STAGE) X(TITLE_APPEAL) X(TITLE_UNREAL) \
	/* the article */ \
	X(SENTENCES_2) X(SENTENCES_4) X(DAY_NEAR) X(HALL_NEAR) X(ATTEND_NEAR) X(SPEECH_NEAR) \
	X(ACT_NEAR) X(PRESS_NEAR) X(RULES_MANY) X(TOPIC_MANY) X(NO_TOPIC) X(AFAR) X(UNREAL_MANY) X(SHORT) \
	X(WITH_SESSION) X(WITH_PLEDGE) X(WITH_VIOLATION) X(ASIDE) X(TOTAL) X(PLACED) X(DATED) \
	X(CUES_MANY) X(STAGES_MANY) X(SHORT_AND_DENIAL) X(CROWD_NEAR) X(BESIDE_TOTAL) X(SAME_NUMBER) X(LATER_CASE) \
	/* its status */ \
	X(PLANNED) X(ALLEGED) X(UNDER_REVIEW) X(FOUND) X(SANCTIONED) X(DISMISSED)
/* clang-format on */

enum feature {
#define X(name) FEATURE_##name,
	FEATURES(X)
#undef X
		FEATURE_COUNT
};

struct features {
	bool value[FEATURE_COUNT];
};

const char *feature_name(enum feature f);

/* Number of the feature with this name, or -1. */
int feature_parse(const char *name);

/* Measures findings->list[index]; `event` is what its fields were read to. */
void features_read(const struct doc *d, const struct findings *findings, uint32_t index,
		   const struct event *event, struct features *ret_features);

#endif

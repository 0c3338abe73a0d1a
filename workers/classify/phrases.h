/* phrases.h - everything the matcher looks for: each phrase has a group and a value.
 * The list is filled from the tables by lexicon.c and gazetteer.c and then never changes. */
#ifndef NETRAL_WORKERS_CLASSIFY_PHRASES_H
#define NETRAL_WORKERS_CLASSIFY_PHRASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Groups that data/cues.tsv may name, with the values it may give them. */
#define CUE_GROUPS(X)                                                                              \
	X(SUBJECT)   /* a class of public servants */                                              \
	X(TOPIC)     /* neutrality, or OFF: a word that only looks like it */                      \
	X(ELECTION)  /* candidates, parties, campaigns, polls */                                   \
	X(SESSION)   /* nouns of gatherings */                                                     \
	X(HOLD)      /* that a gathering takes place */                                            \
	X(PLEDGE)    /* nouns of pledges */                                                        \
	X(ACT)       /* that a pledge is made */                                                   \
	X(OFFENCE)   /* nouns and verbs of breaches */                                             \
	X(CONDUCT)   /* what was done */                                                           \
	X(DEED)      /* what is conduct when candidates or parties stand behind it */              \
	X(STATUS)    /* how far the case is */                                                     \
	X(SANCTION)  /* value: the normal form, free text */                                       \
	X(CLAUSE)    /* what governs a clause: negation, prohibition, condition, ... */            \
	X(DEFINITE)  /* that some certain person or case is meant */                               \
	X(UNIT)      /* what a number counts */                                                    \
	X(QUALIFIER) /* how exact a number is */                                                   \
	X(CROWD)     /* words that a number of those present is told with */                       \
	X(VENUE)     /* where gatherings take place */                                             \
	X(TONE)      /* how a sentence speaks: to the press, an appeal, a rule */                  \
	X(LINE)      /* text that is not the article's */

/* Groups with tables of their own. */
#define OTHER_GROUPS(X)                                                                            \
	X(NUMBER)                                                                                  \
	X(MONTH) X(WEEKDAY) X(DATEWORD) X(PLACE) X(PLACE_PREFIX) X(AGENCY) X(JOB) X(LEGAL) X(POLL)

enum phrase_group {
#define X(name) GROUP_##name,
	CUE_GROUPS(X) OTHER_GROUPS(X)
#undef X
		PHRASE_GROUPS
};

enum { CUE_GROUP_COUNT = GROUP_NUMBER };

#define TOPIC_VALUES(X)    X(NEUTRAL) X(OFF)
#define ELECTION_VALUES(X) X(TERM) X(WATCH) X(OFF)
#define SESSION_VALUES(X)  X(TEACHING) X(GATHERING) X(OFF)
#define HOLD_VALUES(X)     X(HELD) X(ATTEND) X(PLANNED) X(SPEECH)
#define PLEDGE_VALUES(X)   X(NEUTRAL) X(BARE) X(OFF)
#define ACT_VALUES(X)      X(MADE) X(SIGN)
#define OFFENCE_VALUES(X)  X(BREACH) X(BARE) X(OFF)
/* clang-format 14 never settles on lines for a list this long. */
/* clang-format off */
#define CLAUSE_VALUES(X) \
	X(NEGATION) X(DENIAL) X(PROHIBITION) X(DUTY) X(HYPOTHESIS) X(PURPOSE) \
	X(FUTURE) X(WARNING) X(RISK) X(BREAK) X(AFTER) X(SERIES) \
	X(MEANS) X(SAYING) X(UP_TO) X(RECOMMEND) X(TALLY) X(ANYONE) X(NONE)
/* clang-format on */
#define DEFINITE_VALUES(X)                                                                         \
	X(PERSON) X(SINGLE) X(INITIAL) X(NAMED) X(CASE) X(PRONOUN) X(ANOTHER) X(OFFICE)
#define UNIT_VALUES(X)      X(PERSON) X(CASE) X(GUEST) X(PART)
#define QUALIFIER_VALUES(X) X(EXACT) X(ABOUT) X(AT_LEAST)
#define CROWD_VALUES(X)     X(PRESENT) X(TOTAL) X(INVITED) X(ABSENT) X(MANY)
#define VENUE_VALUES(X)     X(HALL)
#define TONE_VALUES(X)      X(PRESS) X(APPEAL) X(RULE)
#define LINE_VALUES(X)      X(CUT) X(END)

#define X(name) TOPIC_##name,
enum topic_value { TOPIC_VALUES(X) };
#undef X
#define X(name) ELECTION_##name,
enum election_value { ELECTION_VALUES(X) };
#undef X
#define X(name) SESSION_##name,
enum session_value { SESSION_VALUES(X) };
#undef X
#define X(name) HOLD_##name,
enum hold_value { HOLD_VALUES(X) };
#undef X
#define X(name) PLEDGE_##name,
enum pledge_value { PLEDGE_VALUES(X) };
#undef X
#define X(name) ACT_##name,
enum act_value { ACT_VALUES(X) };
#undef X
#define X(name) OFFENCE_##name,
enum offence_value { OFFENCE_VALUES(X) };
#undef X
#define X(name) CLAUSE_##name,
enum clause_value { CLAUSE_VALUES(X) CLAUSE_VALUE_COUNT };
#undef X
#define X(name) DEFINITE_##name,
enum definite_value { DEFINITE_VALUES(X) };
#undef X
#define X(name) UNIT_##name,
enum unit_value { UNIT_VALUES(X) };
#undef X
#define X(name) QUALIFIER_##name,
enum qualifier_value { QUALIFIER_VALUES(X) };
#undef X
#define X(name) CROWD_##name,
enum crowd_value { CROWD_VALUES(X) };
#undef X
#define X(name) TONE_##name,
enum tone_value { TONE_VALUES(X) };
#undef X
#define X(name) LINE_##name,
enum line_value { LINE_VALUES(X) };
#undef X

struct phrase {
	const char *form; /* as it is looked for, in any case of letters */
	const char *text; /* a normal form, or "" */
	int64_t value;
	uint16_t len;
	uint8_t group;
	uint8_t flags; /* meaning depends on the group */
};

enum { PHRASES_MAX = 16384, PHRASE_LEN_MAX = 80 };

struct phrases {
	struct phrase *list;
	size_t count, cap;
	struct strings_block *strings; /* owns forms and texts */
};

void phrases_init(struct phrases *p);
void phrases_fini(struct phrases *p); /* takes a zeroed list */

/* A copy of `s` that lives as long as the list; NULL without memory. */
const char *phrases_keep(struct phrases *p, const char *s);

/* Copies both strings. 0, NETRAL_ENOMEM, NETRAL_ETOOBIG (too long, or too many). */
int phrases_add(struct phrases *p, enum phrase_group group, const char *form, int64_t value,
		const char *text, uint8_t flags);

const char *phrase_group_name(enum phrase_group group);

/* Number of a cue group or -1. */
int phrase_group_parse(const char *name);

/* Number of a value of a cue group, -1 when there is none. GROUP_SANCTION takes anything (0). */
int phrase_value_parse(enum phrase_group group, const char *name);

#endif

/* same.h - do two reports tell of the same happening? The rule of docs/stories.md.
 * Pure; any thread. */
#ifndef NETRAL_LIB_STORY_SAME_H
#define NETRAL_LIB_STORY_SAME_H

#include "lib/event.h"
#include "lib/story/sketch.h"

#include <stdbool.h>
#include <stdint.h>

enum { STORY_PEOPLE_MAX = 8 };

/* What the rule looks at; plain data of a fixed size, so that many fit in memory. */
struct story_facts {
	uint8_t kind, status, scope;
	char area[EVENT_AREA_CODE_MAX];
	uint32_t day;       /* 20240821; unknown parts 0; 0: no date. as_of for a TOTAL */
	uint32_t press_day; /* the day of publication, 0 unknown */
	uint64_t count;     /* 0: none is printed */
	uint8_t count_qualifier;
	uint16_t conduct; /* bits by number of enum event_conduct */
	uint16_t offices; /* that a violation's accused hold, see offices.h; 0: not told */
	/* Names in a normal form: the hash of the first word in the high half, of the last in the
	 * low one, 0 when there is but one word. Initials have no high half. Of a violation only
	 * who may be accused. */
	uint8_t person_count;
	uint32_t people[STORY_PEOPLE_MAX];
};

/* `published` is the article's, ISO 8601 or empty. */
void story_facts(const struct event *e, const char *published, struct story_facts *ret);

enum same_why {
	SAME_NOT = 0,
	SAME_TEXT,
	SAME_DAY,    /* and people, count, or conduct and office */
	SAME_PEOPLE, /* and a stage that goes on */
	SAME_TOTAL,
};

/* `resemblance` of the two texts, 0 when not known. Symmetric. */
enum same_why story_same(const struct story_facts *a, const struct story_facts *b,
			 double resemblance);

/* How much two reports agree that are the same: of several, the greatest is meant. Symmetric. */
int story_agreement(const struct story_facts *a, const struct story_facts *b, double resemblance);

/* True when a happening that shows `face` should show `later`, which was published after it. */
bool story_supersedes(const struct story_facts *face, const struct story_facts *later);

#endif

/* story_fixture.h - reports of happenings, and a check of all that the store keeps of them. Checks
 * fail the running cmocka test. */
#ifndef NETRAL_TESTS_RECORD_STORY_FIXTURE_H
#define NETRAL_TESTS_RECORD_STORY_FIXTURE_H

#include "fixture.h"

enum { STORY_JOIN_DAYS = 30 };

/* An article and what it reports, in short. Its id depends on `n` alone. */
struct story {
	unsigned n;
	const char *url;       /* NULL: one of its own */
	const char *published; /* NULL: 2024-08-21 */
	uint8_t text;          /* articles of one number have near duplicates; 0: no sketch */
	struct told {
		enum event_kind kind; /* 0: VIOLATION */
		enum event_status status;
		const char *area;   /* NULL: 81.71 */
		const char *person; /* NULL: nobody */
		const char *election;
	} told[4]; /* those with a status */
};

/* A store that joins within STORY_JOIN_DAYS. */
int story_setup(void **state);
void story_reopen(struct fixture *f);

/* As a worker whose data hash is `hash` repeated reads it. */
struct result *story_result(struct fixture *f, const struct story *story, uint8_t hash);
/* The same article read anew: replaces what the classifier `was` found. */
struct result *story_anew(struct fixture *f, const struct story *story, uint8_t was, uint8_t hash);

/* Records it alone; returns what it made. The whole store is checked afterwards. */
struct record_status story_record(struct fixture *f, const struct result *r);

/* The last update of the log. */
struct update story_last(struct fixture *f);

/* Requires the invariants of workers/record/store_happenings.c over the whole store. */
void story_check(struct fixture *f);
/* How many candidates there are. */
size_t story_candidates(struct fixture *f);

#endif

/* follow_fixture.h - a subscriber's state machine, and a store for it that is only an array. Fails
 * the running test. */
#ifndef NETRAL_TESTS_LIBNETRAL_FOLLOW_FIXTURE_H
#define NETRAL_TESTS_LIBNETRAL_FOLLOW_FIXTURE_H

#include "lib/cleanup.h"
#include "libnetral/follow_core.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum { STORE_MAX = FOLLOW_TOPICS_MAX + 10, PAGE = 7, TOPICS = 4 };

/* The store: an array. */
struct store {
	struct epoch epoch;
	struct update updates[STORE_MAX + 1]; /* by number, from 1 */
	uint64_t head;
	uint64_t last_in_topic[TOPICS];
	/* For Heads. */
	uint64_t head_before;
	struct topic_head changed[TOPICS];
	char topics[TOPICS][CODEC_TOPIC_MAX];
};

/* What was delivered. */
struct seen {
	uint64_t numbers[4 * STORE_MAX];
	size_t count;
	unsigned replaced, went_back; /* changes of epoch */
};

struct fixture {
	struct store store;
	struct seen seen;
	struct filter filter;
	enum event_kind kind;
	enum event_status status;
	const char *area;
	struct follow_core *core;
};

/* Areas of the topics 0, 1, ... that add() takes. */
extern const char *const follow_areas[TOPICS];

/* cmocka fixtures: *state is the struct fixture, with an empty store. */
int follow_set_up(void **state);
int follow_tear_down(void **state);

/* Makes f->core, which delivers what f->filter lets through. */
void begin(struct fixture *f, uint64_t from);
void only_area(struct fixture *f, const char *area);

/* Empties the store. */
void set_epoch(struct store *s, uint8_t n);

/* The next update, in the store; nobody has heard it yet. */
const struct update *append(struct store *s, unsigned topic, enum event_status status);
const struct update *add(struct store *s, unsigned topic);

/* The Head that is due now; hear_head() lets the subscriber hear it. */
struct msg_head next_head(struct store *s);
void hear_head(struct fixture *f);

/* Answers one Replay as netral-record does, or all that are wanted. */
int answer(struct fixture *f, uint64_t *ret_head);
void replay_all(struct fixture *f);

void expect_seen(struct fixture *f, const uint64_t *numbers, size_t count);

#define EXPECT_SEEN(f, ...)                                                                        \
	do {                                                                                       \
		const uint64_t expected[] = {__VA_ARGS__};                                         \
		expect_seen(f, expected, netral_countof(expected));                                \
	} while (0)

#endif

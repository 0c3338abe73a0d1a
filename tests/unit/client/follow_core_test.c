/* The state machine of a subscriber, against a store that is only an array. */
#include "client/follow_core.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "proto/filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STORE_MAX = FOLLOW_TOPICS_MAX + 10, PAGE = 7, TOPICS = 4 };

static const char *const areas[TOPICS] = {"81.71", "53.71", "81", ""};

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

struct seen {
	uint64_t numbers[4 * STORE_MAX];
	size_t count;
	char notice[200];
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

static void on_update(void *user, const struct update *u)
{
	struct seen *s = user;
	s->numbers[s->count++] = u->seq;
}

static void on_notice(void *user, const char *text)
{
	struct seen *s = user;
	snprintf(s->notice, sizeof(s->notice), "%s", text);
}

static void begin(struct fixture *f, uint64_t from)
{
	struct follow_sink sink = {&f->seen, on_update, on_notice};
	assert_int_equal(follow_core_new(&f->filter, from, &sink, &f->core), 0);
}

static void set_epoch(struct store *s, uint8_t n)
{
	*s = (struct store){0};
	memset(&s->epoch, n, sizeof(s->epoch));
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	set_epoch(&f->store, 1);
	*state = f;
	return f ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	follow_core_free(f->core);
	free(f);
	return 0;
}

/* --- the store --- */

static const struct update *append(struct store *s, unsigned topic, enum event_status status)
{
	struct update *u = &s->updates[++s->head];
	event_init(&u->event);
	u->epoch = s->epoch;
	u->seq = s->head;
	u->prev_in_topic = s->last_in_topic[topic];
	u->change = CHANGE_NEW;
	u->event.kind = EVENT_KIND_VIOLATION;
	u->event.status = status;
	u->event.place.code = areas[topic];
	s->last_in_topic[topic] = s->head;
	return u;
}

static const struct update *add(struct store *s, unsigned topic)
{
	return append(s, topic, EVENT_STATUS_FOUND);
}

static struct msg_head next_head(struct store *s)
{
	struct msg_head h = {.epoch = s->epoch, .seq = s->head, .prev = s->head_before};
	for (unsigned t = 0; t < TOPICS; t++) {
		if (s->last_in_topic[t] <= s->head_before)
			continue;
		codec_topic(&s->updates[s->last_in_topic[t]].event, s->topics[t]);
		s->changed[h.changed_count++] =
			(struct topic_head){s->topics[t], s->last_in_topic[t]};
	}
	h.changed = s->changed;
	s->head_before = s->head;
	return h;
}

static void hear_head(struct fixture *f)
{
	struct msg_head h = next_head(&f->store);
	follow_core_head(f->core, &h);
}

/* Answers one Replay as netral-record does. */
static int answer(struct fixture *f, uint64_t *ret_head)
{
	struct msg_replay q;
	struct update found[PAGE];
	struct msg_replay_page p = {.epoch = f->store.epoch, .updates = found};
	follow_core_replay(f->core, &q);
	bool other = memcmp(&q.epoch, &f->store.epoch, sizeof(q.epoch)) != 0;
	if (other || q.from > f->store.head + 1) {
		struct msg_error e = {.code = other ? CODE_EPOCH : CODE_FUTURE,
				      .has_epoch = true,
				      .epoch = f->store.epoch,
				      .head = f->store.head};
		return follow_core_refused(f->core, &e, ret_head);
	}
	p.through = q.from - 1;
	p.head = f->store.head;
	while (p.through < p.head && p.update_count < PAGE) {
		const struct update *u = &f->store.updates[++p.through];
		if (filter_match(&q.filter, &u->event))
			found[p.update_count++] = *u;
	}
	return follow_core_page(f->core, &p);
}

static void replay_all(struct fixture *f)
{
	uint64_t head;
	while (follow_core_state(f->core) == FOLLOW_REPLAYING)
		assert_int_equal(answer(f, &head), 0);
}

static void expect_seen(struct fixture *f, const uint64_t *numbers, size_t count)
{
	assert_int_equal(f->seen.count, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(f->seen.numbers[i], numbers[i]);
}

#define EXPECT_SEEN(f, ...)                                                                        \
	do {                                                                                       \
		const uint64_t expected[] = {__VA_ARGS__};                                         \
		expect_seen(f, expected, netral_countof(expected));                                \
	} while (0)

static void only_area(struct fixture *f, const char *area)
{
	f->area = area;
	f->filter.areas = &f->area;
	f->filter.area_count = 1;
}

/* --- without a filter --- */

static void test_from_now(void **state)
{
	struct fixture *f = *state;
	add(&f->store, 0);
	begin(f, FOLLOW_NOW);
	follow_core_update(f->core, add(&f->store, 1)); /* before the first Head */
	hear_head(f);
	assert_int_equal(follow_core_state(f->core), FOLLOW_LIVE);
	follow_core_update(f->core, &f->store.updates[2]); /* what the Head spoke of */
	follow_core_update(f->core, add(&f->store, 0));
	follow_core_update(f->core, add(&f->store, 2));
	EXPECT_SEEN(f, 3, 4);
	assert_int_equal(follow_core_counts(f->core).duplicates, 1);
}

static void test_from_the_beginning(void **state)
{
	struct fixture *f = *state;
	for (int i = 0; i < 20; i++)
		add(&f->store, (unsigned)i % TOPICS);
	begin(f, 1);
	assert_int_equal(follow_core_state(f->core), FOLLOW_WAITING);
	hear_head(f);
	follow_core_update(f->core, add(&f->store, 0)); /* live, while replay goes on */
	replay_all(f);
	assert_int_equal(f->seen.count, 21);
	follow_core_update(f->core, &f->store.updates[21]);
	follow_core_update(f->core, add(&f->store, 0));
	assert_int_equal(f->seen.count, 22);
	for (size_t i = 0; i < 22; i++)
		assert_int_equal(f->seen.numbers[i], i + 1);
}

static void test_from_a_number(void **state)
{
	struct fixture *f = *state;
	for (int i = 0; i < 5; i++)
		add(&f->store, 0);
	begin(f, 4);
	hear_head(f);
	replay_all(f);
	EXPECT_SEEN(f, 4, 5);
}

static void test_from_the_number_after_the_last(void **state)
{
	struct fixture *f = *state;
	add(&f->store, 0);
	begin(f, 2);
	hear_head(f);
	replay_all(f);
	follow_core_update(f->core, add(&f->store, 0));
	EXPECT_SEEN(f, 2);
}

static void test_from_the_future(void **state)
{
	struct fixture *f = *state;
	uint64_t head = 99;
	add(&f->store, 0);
	begin(f, 3);
	hear_head(f);
	assert_int_equal(answer(f, &head), NETRAL_EINVALID);
	assert_int_equal(head, 1);
}

static void test_loss_is_replayed(void **state)
{
	struct fixture *f = *state;
	begin(f, FOLLOW_NOW);
	hear_head(f);
	follow_core_update(f->core, add(&f->store, 0));
	add(&f->store, 1); /* lost */
	follow_core_update(f->core, add(&f->store, 0));
	assert_int_equal(follow_core_state(f->core), FOLLOW_REPLAYING);
	replay_all(f);
	EXPECT_SEEN(f, 1, 2, 3);
	assert_int_equal(follow_core_counts(f->core).gaps, 1);
}

static void test_loss_of_the_last_is_seen_by_head(void **state)
{
	struct fixture *f = *state;
	begin(f, FOLLOW_NOW);
	hear_head(f);
	add(&f->store, 0); /* lost, and nothing comes after it */
	hear_head(f);
	replay_all(f);
	EXPECT_SEEN(f, 1);
	hear_head(f);
	assert_int_equal(follow_core_state(f->core), FOLLOW_LIVE);
}

/* --- with a filter --- */

static void test_jump_over_what_others_want(void **state)
{
	struct fixture *f = *state;
	only_area(f, "81.71");
	begin(f, FOLLOW_NOW);
	hear_head(f);
	follow_core_update(f->core, add(&f->store, 0));
	add(&f->store, 1);
	add(&f->store, 1);
	follow_core_update(f->core, add(&f->store, 0));
	hear_head(f);
	assert_int_equal(follow_core_state(f->core), FOLLOW_LIVE);
	assert_int_equal(follow_core_through(f->core), 4);
	EXPECT_SEEN(f, 1, 4);
	assert_int_equal(follow_core_counts(f->core).gaps, 0);
}

static void test_loss_in_a_topic(void **state)
{
	struct fixture *f = *state;
	only_area(f, "81");
	begin(f, FOLLOW_NOW);
	hear_head(f);
	follow_core_update(f->core, add(&f->store, 0));
	add(&f->store, 0);                              /* lost */
	follow_core_update(f->core, add(&f->store, 2)); /* another topic of ours: no loss there */
	EXPECT_SEEN(f, 1, 3);
	follow_core_update(f->core, add(&f->store, 0));
	assert_int_equal(follow_core_state(f->core), FOLLOW_REPLAYING);
	replay_all(f);
	EXPECT_SEEN(f, 1, 3, 2, 4);
}

static void test_loss_of_the_last_in_a_topic(void **state)
{
	struct fixture *f = *state;
	only_area(f, "81.71");
	begin(f, FOLLOW_NOW);
	hear_head(f);
	add(&f->store, 0); /* lost */
	add(&f->store, 1);
	hear_head(f);
	replay_all(f);
	EXPECT_SEEN(f, 1);
}

static void test_lost_head(void **state)
{
	struct fixture *f = *state;
	only_area(f, "81.71");
	begin(f, FOLLOW_NOW);
	hear_head(f);
	add(&f->store, 0);    /* lost, */
	next_head(&f->store); /* and so is the Head that would tell */
	hear_head(f);
	replay_all(f);
	EXPECT_SEEN(f, 1);
}

static void test_head_that_does_not_know(void **state)
{
	struct fixture *f = *state;
	only_area(f, "81.71");
	begin(f, FOLLOW_NOW);
	hear_head(f);
	add(&f->store, 0); /* lost with a restart of the recorder */
	struct msg_head h = {.epoch = f->store.epoch, .seq = 1, .prev = 0, .unknown = true};
	follow_core_head(f->core, &h);
	replay_all(f);
	EXPECT_SEEN(f, 1);
}

/* An update in a topic of its own. */
static const struct update *add_topic(struct store *s)
{
	static char codes[STORE_MAX + 1][EVENT_AREA_CODE_MAX];
	const struct update *u = add(s, 0);
	snprintf(codes[s->head], sizeof(codes[0]), "%02u.%02u",
		 (unsigned)(10 + s->head / 100) % 100, (unsigned)(s->head % 100));
	s->updates[s->head].event.place.code = codes[s->head];
	s->updates[s->head].prev_in_topic = 0;
	return u;
}

static void test_more_topics_than_are_remembered(void **state)
{
	struct fixture *f = *state;
	f->kind = EVENT_KIND_VIOLATION;
	f->filter.kinds = &f->kind;
	f->filter.kind_count = 1;
	begin(f, FOLLOW_NOW);
	hear_head(f);
	for (size_t i = 0; i < FOLLOW_TOPICS_MAX; i++)
		follow_core_update(f->core, add_topic(&f->store));
	assert_int_equal(follow_core_state(f->core), FOLLOW_LIVE);
	follow_core_update(f->core, add_topic(&f->store));
	assert_int_equal(follow_core_state(f->core), FOLLOW_REPLAYING);
	replay_all(f);
	/* The replay, or a Head, lets them be forgotten. */
	follow_core_update(f->core, add_topic(&f->store));
	assert_int_equal(follow_core_state(f->core), FOLLOW_LIVE);
	assert_int_equal(f->seen.count, FOLLOW_TOPICS_MAX + 2);
	for (size_t i = 0; i < f->seen.count; i++)
		assert_int_equal(f->seen.numbers[i], i + 1);
	assert_int_equal(follow_core_counts(f->core).gaps, 0);
}

static void test_status_is_checked_here(void **state)
{
	struct fixture *f = *state;
	f->status = EVENT_STATUS_FOUND;
	f->filter.statuses = &f->status;
	f->filter.status_count = 1;
	begin(f, FOLLOW_NOW);
	hear_head(f);
	follow_core_update(f->core, append(&f->store, 0, EVENT_STATUS_ALLEGED));
	follow_core_update(f->core, append(&f->store, 0, EVENT_STATUS_FOUND));
	assert_int_equal(follow_core_state(f->core), FOLLOW_LIVE);
	EXPECT_SEEN(f, 2);
}

/* --- other stores --- */

static void test_new_store(void **state)
{
	struct fixture *f = *state;
	begin(f, FOLLOW_NOW);
	hear_head(f);
	follow_core_update(f->core, add(&f->store, 0));
	struct update old = f->store.updates[1];
	set_epoch(&f->store, 2);
	add(&f->store, 0);
	hear_head(f);
	replay_all(f);
	EXPECT_SEEN(f, 1, 1);
	assert_non_null(strstr(f->seen.notice, "replaced"));
	/* What waited in a queue since the old store's days changes nothing. */
	follow_core_update(f->core, &old);
	replay_all(f);
	EXPECT_SEEN(f, 1, 1);
	follow_core_update(f->core, add(&f->store, 0));
	EXPECT_SEEN(f, 1, 1, 2);
	assert_int_equal(follow_core_counts(f->core).epochs, 1);
}

static void test_store_that_went_back(void **state)
{
	struct fixture *f = *state;
	begin(f, FOLLOW_NOW);
	hear_head(f);
	follow_core_update(f->core, add(&f->store, 0));
	follow_core_update(f->core, add(&f->store, 0));
	set_epoch(&f->store, 1);
	add(&f->store, 0); /* restored from a backup, one short */
	hear_head(f);
	replay_all(f);
	EXPECT_SEEN(f, 1, 2, 1);
	assert_non_null(strstr(f->seen.notice, "went back"));
}

static void test_restart_of_the_recorder(void **state)
{
	struct fixture *f = *state;
	begin(f, FOLLOW_NOW);
	hear_head(f);
	follow_core_update(f->core, add(&f->store, 0));
	add(&f->store, 0); /* committed, and then it was killed */
	struct msg_head h = {.epoch = f->store.epoch, .seq = 2, .prev = 2, .unknown = true};
	follow_core_head(f->core, &h);
	replay_all(f);
	follow_core_update(f->core, add(&f->store, 0));
	EXPECT_SEEN(f, 1, 2, 3);
}

static void test_old_head_in_the_queue(void **state)
{
	struct fixture *f = *state;
	begin(f, FOLLOW_NOW);
	hear_head(f);
	struct msg_head old = {.epoch = f->store.epoch, .seq = 0};
	follow_core_update(f->core, add(&f->store, 0));
	follow_core_head(f->core, &old);
	replay_all(f);
	EXPECT_SEEN(f, 1);
	assert_string_equal(f->seen.notice, "");
}

/* --- answers that make no sense --- */

static void test_page_that_leads_nowhere(void **state)
{
	struct fixture *f = *state;
	add(&f->store, 0);
	add(&f->store, 0);
	begin(f, 1);
	hear_head(f);
	struct update twice[2] = {f->store.updates[1], f->store.updates[1]};
	struct msg_replay_page pages[] = {
		{.epoch = f->store.epoch, .through = 0, .head = 2},
		{.epoch = f->store.epoch, .through = 3, .head = 2},
		{.epoch = f->store.epoch,
		 .updates = twice,
		 .update_count = 2,
		 .through = 2,
		 .head = 2},
		{.through = 2, .head = 2}, /* of no epoch */
	};
	for (size_t i = 0; i < netral_countof(pages); i++)
		assert_int_equal(follow_core_page(f->core, &pages[i]), NETRAL_EMALFORMED);
	assert_int_equal(f->seen.count, 0);
	replay_all(f);
	EXPECT_SEEN(f, 1, 2);
}

static void test_refusals_that_say_nothing(void **state)
{
	struct fixture *f = *state;
	uint64_t head;
	begin(f, 1);
	hear_head(f);
	struct msg_error busy = {.code = CODE_BUSY, .has_epoch = true, .epoch = f->store.epoch};
	struct msg_error same = {.code = CODE_EPOCH, .has_epoch = true, .epoch = f->store.epoch};
	struct msg_error none = {.code = CODE_EPOCH};
	assert_int_equal(follow_core_refused(f->core, &busy, &head), NETRAL_EMALFORMED);
	assert_int_equal(follow_core_refused(f->core, &same, &head), NETRAL_EMALFORMED);
	assert_int_equal(follow_core_refused(f->core, &none, &head), NETRAL_EMALFORMED);
	assert_int_equal(follow_core_state(f->core), FOLLOW_REPLAYING);
}

static void test_verify(void **state)
{
	struct fixture *f = *state;
	begin(f, FOLLOW_NOW);
	hear_head(f);
	add(&f->store, 0); /* lost */
	follow_core_verify(f->core);
	replay_all(f);
	EXPECT_SEEN(f, 1);
	assert_int_equal(follow_core_verified(f->core), 1);
}

/* --- anything at all --- */

static uint32_t rolled;

static uint32_t roll(uint32_t sides)
{
	rolled = rolled * 1664525U + 1013904223U;
	return (rolled >> 16) % sides;
}

/* Whatever is lost or comes twice: in the end each match was delivered once, each topic in order.
 */
static void check_oracle(const struct fixture *f)
{
	uint64_t last[TOPICS] = {0};
	size_t matches = 0;
	for (uint64_t n = 1; n <= f->store.head; n++)
		matches += filter_match(&f->filter, &f->store.updates[n].event);
	assert_int_equal(f->seen.count, matches);
	for (size_t i = 0; i < f->seen.count; i++) {
		uint64_t n = f->seen.numbers[i];
		const struct event *e = &f->store.updates[n].event;
		assert_true(filter_match(&f->filter, e));
		for (unsigned t = 0; t < TOPICS; t++) {
			if (strcmp(areas[t], e->place.code) != 0)
				continue;
			assert_true(n > last[t]);
			last[t] = n;
		}
		assert_true(f->filter.area_count || n == i + 1);
	}
}

static void step(struct fixture *f)
{
	uint64_t head;
	switch (roll(8)) {
	case 0:
		hear_head(f);
		break;
	case 1:
		next_head(&f->store); /* lost */
		break;
	case 2:
		if (f->store.head)
			follow_core_update(f->core,
					   &f->store.updates[1 + roll((uint32_t)f->store.head)]);
		break;
	case 3:
		add(&f->store, roll(TOPICS)); /* lost */
		break;
	case 4:
		if (follow_core_state(f->core) == FOLLOW_REPLAYING)
			assert_int_equal(answer(f, &head), 0);
		break;
	default:
		follow_core_update(f->core, add(&f->store, roll(TOPICS)));
	}
}

static void test_any_loss(void **state)
{
	struct fixture *f = *state;
	static const char *const filters[] = {NULL, "81", "81.71", "none"};
	for (uint32_t seed = 1; seed <= 400; seed++) {
		memset(&f->seen, 0, sizeof(f->seen));
		memset(&f->filter, 0, sizeof(f->filter));
		set_epoch(&f->store, 1);
		rolled = seed;
		if (filters[seed % 4])
			only_area(f, filters[seed % 4]);
		begin(f, 1);
		while (f->store.head < 200)
			step(f);
		for (int i = 0; i < 2; i++) { /* the first ends a replay, the second checks */
			hear_head(f);
			replay_all(f);
		}
		check_oracle(f);
		follow_core_free(f->core);
		f->core = NULL;
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_from_now),
		TEST(test_from_the_beginning),
		TEST(test_from_a_number),
		TEST(test_from_the_number_after_the_last),
		TEST(test_from_the_future),
		TEST(test_loss_is_replayed),
		TEST(test_loss_of_the_last_is_seen_by_head),
		TEST(test_jump_over_what_others_want),
		TEST(test_loss_in_a_topic),
		TEST(test_loss_of_the_last_in_a_topic),
		TEST(test_lost_head),
		TEST(test_head_that_does_not_know),
		TEST(test_more_topics_than_are_remembered),
		TEST(test_status_is_checked_here),
		TEST(test_new_store),
		TEST(test_store_that_went_back),
		TEST(test_restart_of_the_recorder),
		TEST(test_old_head_in_the_queue),
		TEST(test_page_that_leads_nowhere),
		TEST(test_refusals_that_say_nothing),
		TEST(test_verify),
		TEST(test_any_loss),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The state machine of a subscriber: each kind of loss, and then any. */
#include "follow_fixture.h"
#include "lib/error.h"
#include "proto/filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	assert_int_equal(answer(f, &head), NETRAL_EFUTURE);
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
	assert_int_equal(f->seen.replaced, 1);
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
	assert_int_equal(f->seen.went_back, 1);
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

static void expect_epoch(struct fixture *f, uint8_t n)
{
	struct epoch epoch;
	memset(&epoch, n, sizeof(epoch));
	follow_core_expect(f->core, &epoch);
}

static void test_position_in_the_same_store(void **state)
{
	struct fixture *f = *state;
	for (int i = 0; i < 5; i++)
		add(&f->store, 0);
	begin(f, 4);
	expect_epoch(f, 1);
	assert_int_equal(follow_core_through(f->core), 3);
	hear_head(f);
	replay_all(f);
	EXPECT_SEEN(f, 4, 5);
	assert_int_equal(f->seen.replaced + f->seen.went_back, 0);
}

static void test_position_in_another_store(void **state)
{
	struct fixture *f = *state;
	set_epoch(&f->store, 2);
	for (int i = 0; i < 5; i++)
		add(&f->store, 0);
	begin(f, 4);
	expect_epoch(f, 1);
	hear_head(f);
	replay_all(f);
	EXPECT_SEEN(f, 1, 2, 3, 4, 5);
	assert_int_equal(f->seen.replaced, 1);
	assert_memory_equal(follow_core_epoch(f->core), &f->store.epoch, sizeof(struct epoch));
}

/* Its number was a number of this very store: so it is the store that went back. */
static void test_position_beyond_the_end(void **state)
{
	struct fixture *f = *state;
	add(&f->store, 0);
	begin(f, 4);
	expect_epoch(f, 1);
	hear_head(f);
	replay_all(f);
	EXPECT_SEEN(f, 1);
	assert_int_equal(f->seen.went_back, 1);
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
	assert_int_equal(f->seen.replaced + f->seen.went_back, 0);
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
			if (strcmp(follow_areas[t], e->place.code) != 0)
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, follow_set_up, follow_tear_down)

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
		TEST(test_position_in_the_same_store),
		TEST(test_position_in_another_store),
		TEST(test_position_beyond_the_end),
		TEST(test_old_head_in_the_queue),
		TEST(test_page_that_leads_nowhere),
		TEST(test_refusals_that_say_nothing),
		TEST(test_verify),
		TEST(test_any_loss),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

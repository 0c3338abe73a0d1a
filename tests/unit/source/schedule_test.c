/* Properties for any history, and years of polling sources of known habits. */
#include "lib/source/schedule.h"

#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE SCHEDULE_MINUTE_MS
#define HOUR   SCHEDULE_HOUR_MS
#define DAY    SCHEDULE_DAY_MS

/* Wednesday, 21 August 2024, 00:00 GMT. */
#define START 1724198400000ULL

static const struct schedule_bounds bounds = {2 * MINUTE, 6 * HOUR};

enum { MIDDLE = 0x80000000 };

/* xorshift: the same numbers in each run. */
static uint32_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 32);
}

static uint64_t wait_of(const struct schedule *s, uint64_t now, uint32_t random)
{
	return schedule_next(s, &bounds, now, random) - now;
}

static void record(struct schedule *s, enum poll_result result, uint32_t new_items, uint64_t now)
{
	struct poll_outcome o = {
		.result = result, .items = 50, .new_items = new_items, .dated = new_items};
	schedule_record(s, &bounds, &o, NULL, now);
}

/* Polls a source that publishes once in `gap` for `span`; returns the last wait. */
static uint64_t poll_steadily(struct schedule *s, uint64_t gap, uint64_t span, unsigned *ret_polls)
{
	uint64_t now = START, last = START, wait = 0;
	*ret_polls = 0;
	while (now < START + span) {
		record(s, POLL_ANSWERED, (uint32_t)((now - START) / gap - (last - START) / gap),
		       now);
		last = now;
		wait = wait_of(s, now, MIDDLE);
		now += wait;
		(*ret_polls)++;
	}
	return wait;
}

static struct poll_outcome random_outcome(uint64_t *seed)
{
	uint32_t items = next_random(seed) % 3 ? next_random(seed) % 100 : next_random(seed);
	struct poll_outcome o = {.result = (enum poll_result)(next_random(seed) % 4),
				 .items = items,
				 .new_items = items ? next_random(seed) % items : 0,
				 .dated = next_random(seed) % 100};
	if (next_random(seed) % 4 == 0)
		o.retry_after_ms = next_random(seed) % 2 ? next_random(seed) : UINT64_MAX;
	if (next_random(seed) % 2)
		o.span_ms = (uint64_t)next_random(seed) << (next_random(seed) % 32);
	return o;
}

static void bounds_hold_for_any_history(void **state)
{
	(void)state;
	uint64_t seed = 88172645463325252ULL;
	for (int history = 0; history < 2000; history++) {
		struct schedule s = {0};
		uint64_t now = START;
		for (int poll = 0; poll < 50; poll++) {
			struct schedule_hints hints = {next_random(&seed), next_random(&seed),
						       next_random(&seed) & 0xFFFFFF,
						       next_random(&seed) & 127};
			struct poll_outcome o = random_outcome(&seed);
			schedule_record(&s, &bounds, &o, poll % 3 ? &hints : NULL, now);
			uint64_t wait = wait_of(&s, now, next_random(&seed));
			uint64_t retry = o.retry_after_ms < SCHEDULE_RETRY_AFTER_MAX_MS
						 ? o.retry_after_ms
						 : SCHEDULE_RETRY_AFTER_MAX_MS;
			uint64_t end = retry > bounds.max_ms ? retry : bounds.max_ms;
			assert_true(wait >= bounds.min_ms && wait >= retry);
			assert_true(wait <= end + bounds.min_ms);
			assert_true(retry > 0 || wait <= bounds.max_ms);
			assert_true(s.news >= 0 && s.news_ms >= 0);
			uint64_t patience = schedule_patience_ms(&s);
			assert_true(patience >= DAY && patience <= 60 * DAY);
			/* Clocks are set back now and then. */
			now = next_random(&seed) % 20 ? now + wait : now - HOUR;
		}
	}
}

static void equal_bounds_leave_no_choice(void **state)
{
	(void)state;
	static const struct schedule_bounds fixed = {5 * MINUTE, 5 * MINUTE};
	struct schedule s = {0};
	struct poll_outcome o = {.result = POLL_FAILED};
	for (uint32_t i = 0; i < 20; i++) {
		o.result = (enum poll_result)(i % 4);
		schedule_record(&s, &fixed, &o, NULL, START + i * HOUR);
		assert_int_equal(schedule_next(&s, &fixed, START + i * HOUR, i << 27),
				 START + i * HOUR + 5 * MINUTE);
	}
}

static void a_new_source_is_asked_at_once_but_not_all_together(void **state)
{
	(void)state;
	struct schedule s = {0};
	assert_int_equal(wait_of(&s, START, 0), 0);
	assert_int_equal(wait_of(&s, START, MIDDLE), bounds.min_ms / 2);
	assert_true(wait_of(&s, START, UINT32_MAX) < bounds.min_ms);
}

static void the_wait_follows_the_news(void **state)
{
	(void)state;
	static const struct {
		uint64_t gap, least, most;
	} rows[] = {
		{MINUTE, 2 * MINUTE, 2 * MINUTE}, {10 * MINUTE, 8 * MINUTE, 13 * MINUTE},
		{HOUR, 40 * MINUTE, 80 * MINUTE}, {DAY, 4 * HOUR, 6 * HOUR},
		{30 * DAY, 6 * HOUR, 6 * HOUR},
	};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		struct schedule s = {0};
		unsigned polls;
		uint64_t wait = poll_steadily(&s, rows[i].gap, 7 * DAY, &polls);
		if (wait < rows[i].least || wait > rows[i].most)
			fail_msg("gap %llu min: wait %llu min",
				 (unsigned long long)(rows[i].gap / MINUTE),
				 (unsigned long long)(wait / MINUTE));
	}
}

/* A quiet source that wakes up is seen within hours, and is let be again when it is quiet. */
static void the_wait_adapts(void **state)
{
	(void)state;
	struct schedule s = {0};
	unsigned polls;
	poll_steadily(&s, 30 * DAY, 7 * DAY, &polls);
	uint64_t now = START + 7 * DAY;
	for (uint64_t end = now + 12 * HOUR; now < end; now += wait_of(&s, now, MIDDLE))
		record(&s, POLL_ANSWERED, (uint32_t)(wait_of(&s, now, MIDDLE) / (5 * MINUTE)), now);
	assert_true(wait_of(&s, now, MIDDLE) < 30 * MINUTE);
	for (uint64_t end = now + 3 * DAY; now < end; now += wait_of(&s, now, MIDDLE))
		record(&s, POLL_UNCHANGED, 0, now);
	assert_true(wait_of(&s, now, MIDDLE) > 3 * HOUR);
}

static void the_first_answer_tells_by_its_dates(void **state)
{
	(void)state;
	struct schedule s = {0};
	struct poll_outcome o = {POLL_ANSWERED, .items = 25, .new_items = 25, .span_ms = 2 * HOUR};
	schedule_record(&s, &bounds, &o, NULL, START);
	assert_in_range(wait_of(&s, START, MIDDLE), 4 * MINUTE, 8 * MINUTE);
	s = (struct schedule){0};
	o.span_ms = 100 * DAY;
	schedule_record(&s, &bounds, &o, NULL, START);
	assert_in_range(wait_of(&s, START, MIDDLE), 6 * HOUR, 6 * HOUR);
	s = (struct schedule){0};
	o.span_ms = 0;
	schedule_record(&s, &bounds, &o, NULL, START);
	assert_int_equal(wait_of(&s, START, MIDDLE), SCHEDULE_PRIOR_MS);
}

static void an_answer_without_anything_known_halves_the_wait(void **state)
{
	(void)state;
	struct schedule s = {0};
	unsigned polls;
	poll_steadily(&s, HOUR, 2 * DAY, &polls);
	uint64_t now = START + 2 * DAY;
	struct schedule calm = s;
	struct poll_outcome o = {POLL_ANSWERED, .items = 50, .new_items = 49};
	schedule_record(&calm, &bounds, &o, NULL, now);
	o.new_items = 50;
	schedule_record(&s, &bounds, &o, NULL, now);
	assert_true(wait_of(&s, now, MIDDLE) < wait_of(&calm, now, MIDDLE) * 6 / 10);
}

static void ordinary_waits_are_spread_a_little(void **state)
{
	(void)state;
	struct schedule s = {0};
	unsigned polls;
	poll_steadily(&s, HOUR, 2 * DAY, &polls);
	uint64_t now = s.polled_ms, middle = wait_of(&s, now, MIDDLE);
	uint64_t low = wait_of(&s, now, 0), high = wait_of(&s, now, UINT32_MAX);
	assert_true(low < middle && middle < high);
	assert_true(low >= middle * 89 / 100 && high <= middle * 111 / 100);
}

static void failures_back_off_with_jitter(void **state)
{
	(void)state;
	struct schedule s = {0};
	unsigned polls;
	poll_steadily(&s, MINUTE, 2 * DAY, &polls);
	uint64_t now = START + 2 * DAY, before = 0;
	for (unsigned i = 1; i < 30; i++) {
		record(&s, POLL_FAILED, 0, now);
		uint64_t low = wait_of(&s, now, 0), high = wait_of(&s, now, UINT32_MAX);
		uint64_t whole = i < 8 ? bounds.min_ms << i : bounds.max_ms;
		assert_true(high <= whole && high + 1000 > whole);
		assert_true(low == whole / 2 || low == bounds.min_ms);
		assert_true(high >= before);
		before = high;
		now += high;
	}
	assert_true(before <= bounds.max_ms);
	/* One good answer, and it is as it was: the feed no longer reaches back to the one before.
	 */
	struct poll_outcome o = {POLL_ANSWERED, .items = 50, .new_items = 50, .span_ms = HOUR};
	schedule_record(&s, &bounds, &o, NULL, now);
	assert_int_equal(s.failures, 0);
	assert_int_equal(wait_of(&s, now, MIDDLE), bounds.min_ms);
}

static void retry_after_is_waited_for(void **state)
{
	(void)state;
	struct schedule s = {0};
	record(&s, POLL_ANSWERED, 1, START);
	struct poll_outcome o = {POLL_BUSY, .retry_after_ms = 10 * HOUR};
	schedule_record(&s, &bounds, &o, NULL, START + HOUR);
	for (uint32_t random = 0; random < 0xF0000000; random += 0x08000000)
		assert_in_range(wait_of(&s, START + HOUR, random), 10 * HOUR, 10 * HOUR + MINUTE);
	o.retry_after_ms = 400 * DAY;
	schedule_record(&s, &bounds, &o, NULL, START + HOUR);
	assert_in_range(wait_of(&s, START + HOUR, 0), 7 * DAY, 7 * DAY);
	/* With a good answer too, and forgotten after it. */
	o = (struct poll_outcome){POLL_ANSWERED, .retry_after_ms = 10 * HOUR};
	schedule_record(&s, &bounds, &o, NULL, START + 2 * HOUR);
	assert_true(wait_of(&s, START + 2 * HOUR, 0) >= 10 * HOUR);
	record(&s, POLL_UNCHANGED, 0, START + 12 * HOUR);
	assert_true(wait_of(&s, START + 12 * HOUR, MIDDLE) <= 6 * HOUR);
}

static void a_busy_server_is_asked_less_from_then_on(void **state)
{
	(void)state;
	struct schedule s = {0};
	unsigned polls;
	uint64_t before = poll_steadily(&s, MINUTE, DAY, &polls), now = START + DAY;
	record(&s, POLL_BUSY, 0, now);
	now += HOUR;
	record(&s, POLL_ANSWERED, 60, now);
	uint64_t after = wait_of(&s, now, MIDDLE);
	assert_true(after > before * 3 / 2);
	for (int i = 0; i < 100; i++) {
		now += wait_of(&s, now, MIDDLE);
		record(&s, POLL_ANSWERED, 4, now);
	}
	assert_true(wait_of(&s, now, MIDDLE) < after);
}

static void hints_are_followed_within_the_bounds(void **state)
{
	(void)state;
	struct schedule s = {0};
	struct poll_outcome o = {POLL_ANSWERED, .items = 50, .new_items = 20, .span_ms = HOUR};
	struct schedule_hints hints = {.floor_ms = HOUR};
	schedule_record(&s, &bounds, &o, &hints, START);
	assert_int_equal(wait_of(&s, START, MIDDLE), HOUR);
	hints.floor_ms = UINT64_MAX;
	schedule_record(&s, &bounds, &o, &hints, START);
	assert_int_equal(wait_of(&s, START, MIDDLE), bounds.max_ms);
	/* What a program prints by default is a guess, not a wish. */
	s = (struct schedule){0};
	hints = (struct schedule_hints){.habit_ms = 2 * HOUR};
	o.span_ms = 0;
	schedule_record(&s, &bounds, &o, &hints, START);
	assert_int_equal(wait_of(&s, START, MIDDLE), 2 * HOUR);
	record(&s, POLL_ANSWERED, 24, START + 2 * HOUR);
	assert_true(wait_of(&s, START + 2 * HOUR, MIDDLE) < 10 * MINUTE);
}

static void hours_and_days_are_skipped(void **state)
{
	(void)state;
	struct schedule s = {0};
	struct schedule_hints hints = {.skip_hours = 1 << 0 | 1 << 1};
	struct poll_outcome o = {.result = POLL_ANSWERED};
	schedule_record(&s, &bounds, &o, &hints, START);
	assert_int_equal(schedule_next(&s, &bounds, START, MIDDLE), START + 2 * HOUR);
	s = (struct schedule){0};
	hints = (struct schedule_hints){.skip_days = 1 << 3}; /* Wednesday */
	schedule_record(&s, &bounds, &o, &hints, START + 20 * HOUR);
	assert_int_equal(schedule_next(&s, &bounds, START + 20 * HOUR, MIDDLE), START + DAY);
	hints = (struct schedule_hints){.skip_hours = 0xFFFFFF, .skip_days = 127};
	schedule_record(&s, &bounds, &o, &hints, START);
	assert_int_equal(schedule_next(&s, &bounds, START, MIDDLE), START + bounds.max_ms);
}

/* --- dried up --- */

/* Monday to Friday, 01:00 to 09:00 GMT: an office. */
static bool office_publishes(uint64_t now)
{
	unsigned day = (unsigned)((now / DAY + 4) % 7), hour = (unsigned)(now / HOUR % 24);
	return day >= 1 && day <= 5 && hour >= 1 && hour < 9;
}

static void silence_is_told_by_the_own_habit(void **state)
{
	(void)state;
	struct schedule s = {0};
	uint64_t now = START, last = START;
	for (; now < START + 60 * DAY; now += HOUR) {
		bool news = office_publishes(now);
		record(&s, news ? POLL_ANSWERED : POLL_UNCHANGED, news, now);
		last = news ? now : last;
		assert_int_equal(schedule_flags(&s, now), 0); /* no alarm at any weekend */
	}
	/* The longest silence is from Friday to Monday: 65 hours. */
	assert_int_equal(schedule_patience_ms(&s), 130 * HOUR);
	uint64_t flagged = 0;
	for (; now < START + 90 * DAY; now += HOUR) {
		record(&s, POLL_UNCHANGED, 0, now);
		if (!flagged && schedule_flags(&s, now) == SCHEDULE_SILENT)
			flagged = now;
	}
	assert_int_equal(flagged, last + 131 * HOUR);
	/* An outage is no habit: the patience at most doubles. */
	record(&s, POLL_ANSWERED, 1, now);
	assert_int_equal(schedule_flags(&s, now), 0);
	assert_int_equal(schedule_patience_ms(&s), 260 * HOUR);
}

static void a_source_that_fails_is_flagged_after_a_day(void **state)
{
	(void)state;
	struct schedule s = {0};
	record(&s, POLL_ANSWERED, 5, START);
	record(&s, POLL_FAILED, 0, START + 23 * HOUR);
	assert_int_equal(schedule_flags(&s, START + 23 * HOUR), 0);
	assert_int_equal(schedule_flags(&s, START + 25 * HOUR), SCHEDULE_FAILING);
	record(&s, POLL_UNCHANGED, 0, START + 26 * HOUR);
	assert_int_equal(schedule_flags(&s, START + 26 * HOUR), 0);
	s = (struct schedule){0};
	record(&s, POLL_FAILED, 0, START);
	assert_int_equal(schedule_flags(&s, START + 2 * DAY), SCHEDULE_FAILING);
}

/* A poll, and the end of what it found. */
static void poll_items(struct schedule *s, const struct poll_outcome *o, uint32_t articles,
		       uint64_t now)
{
	schedule_record(s, &bounds, o, NULL, now);
	schedule_record_items(s, articles, o->new_items);
}

static void missing_dates_and_articles_are_flagged(void **state)
{
	(void)state;
	struct schedule s = {0};
	struct poll_outcome o = {POLL_ANSWERED, .items = 50, .new_items = 4, .dated = 4};
	uint64_t now = START;
	uint32_t articles = 4;
	for (int i = 0; i < 100; i++, now += HOUR)
		poll_items(&s, &o, articles, now);
	assert_int_equal(schedule_flags(&s, now), 0);
	o.dated = 0;
	for (int i = 0; i < 10; i++, now += HOUR)
		poll_items(&s, &o, articles, now);
	assert_int_equal(schedule_flags(&s, now), SCHEDULE_UNDATED);
	o.dated = 4;
	articles = 0;
	for (int i = 0; i < 10; i++, now += HOUR)
		poll_items(&s, &o, articles, now);
	assert_int_equal(schedule_flags(&s, now), SCHEDULE_UNPARSED);
	/* A source of which half never gave an article has not fallen. */
	s = (struct schedule){0};
	articles = 2;
	for (int i = 0; i < 100; i++, now += HOUR)
		poll_items(&s, &o, articles, now);
	assert_int_equal(schedule_flags(&s, now), 0);
	/* A few items say nothing. */
	s = (struct schedule){0};
	o.dated = 0;
	schedule_record(&s, &bounds, &o, NULL, now);
	assert_int_equal(schedule_flags(&s, now), 0);
}

static void each_flag_has_a_name(void **state)
{
	(void)state;
	assert_int_equal(1 << SCHEDULE_FLAG_COUNT, SCHEDULE_UNPARSED << 1);
	assert_string_equal(schedule_flag_name(__builtin_ctz(SCHEDULE_SILENT)), "silent");
	assert_string_equal(schedule_flag_name(__builtin_ctz(SCHEDULE_FAILING)), "failing");
	assert_string_equal(schedule_flag_name(__builtin_ctz(SCHEDULE_UNDATED)), "undated");
	assert_string_equal(schedule_flag_name(__builtin_ctz(SCHEDULE_UNPARSED)), "unparsed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_hold_for_any_history),
		cmocka_unit_test(equal_bounds_leave_no_choice),
		cmocka_unit_test(a_new_source_is_asked_at_once_but_not_all_together),
		cmocka_unit_test(the_wait_follows_the_news),
		cmocka_unit_test(the_wait_adapts),
		cmocka_unit_test(the_first_answer_tells_by_its_dates),
		cmocka_unit_test(an_answer_without_anything_known_halves_the_wait),
		cmocka_unit_test(ordinary_waits_are_spread_a_little),
		cmocka_unit_test(failures_back_off_with_jitter),
		cmocka_unit_test(retry_after_is_waited_for),
		cmocka_unit_test(a_busy_server_is_asked_less_from_then_on),
		cmocka_unit_test(hints_are_followed_within_the_bounds),
		cmocka_unit_test(hours_and_days_are_skipped),
		cmocka_unit_test(silence_is_told_by_the_own_habit),
		cmocka_unit_test(a_source_that_fails_is_flagged_after_a_day),
		cmocka_unit_test(missing_dates_and_articles_are_flagged),
		cmocka_unit_test(each_flag_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "client/stats.h"
#include "lib/cleanup.h"
#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct event an_event(enum event_kind kind, enum event_status status)
{
	struct event e;
	event_init(&e);
	e.kind = kind;
	e.status = status;
	e.scope = EVENT_SCOPE_CASE;
	e.place = (struct event_place){"81.71", "Kota Ambon", "Maluku"};
	e.date = (struct event_date){"2024-08-21", EVENT_PRECISION_DAY};
	return e;
}

static void take(struct stats *s, const struct event *e)
{
	assert_int_equal(stats_take(s, e), NETRAL_OK);
}

static const struct stats_row *row(const struct stats *s, const char *group)
{
	size_t count;
	const struct stats_row *rows = stats_rows(s, &count);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(rows[i].group, group) == 0)
			return &rows[i];
	}
	fail_msg("no row \"%s\"", group);
	return NULL;
}

static uint64_t all(const struct stats *s, const char *group)
{
	return stats_sum(row(s, group), EVENT_KIND_NONE, EVENT_STATUS_NONE);
}

static void test_kinds_and_statuses(void **state)
{
	(void)state;
	const struct event held = an_event(EVENT_KIND_SESSION, EVENT_STATUS_HELD);
	const struct event planned = an_event(EVENT_KIND_SESSION, EVENT_STATUS_PLANNED);
	struct stats *kinds = stats_new(STATS_KIND), *statuses = stats_new(STATS_STATUS);
	take(kinds, &held);
	take(kinds, &planned);
	take(statuses, &held);
	take(statuses, &planned);
	assert_int_equal(all(kinds, "SESSION"), 2);
	assert_int_equal(all(statuses, "SESSION HELD"), 1);
	assert_int_equal(stats_sum(row(kinds, "SESSION"), EVENT_KIND_SESSION, EVENT_STATUS_PLANNED),
			 1);
	assert_int_equal(stats_sum(row(kinds, "SESSION"), EVENT_KIND_VIOLATION, EVENT_STATUS_NONE),
			 0);
	stats_free(kinds);
	stats_free(statuses);
}

static void test_areas(void **state)
{
	(void)state;
	struct event e = an_event(EVENT_KIND_VIOLATION, EVENT_STATUS_FOUND);
	struct stats *p = stats_new(STATS_PROVINCE), *r = stats_new(STATS_REGENCY);
	static const char *const areas[][2] = {
		{"ID", "Nasional"}, {"81", "Maluku"}, {"81.71", "Kota Ambon"}, {"53", "NTT"}};
	for (size_t i = 0; i < netral_countof(areas); i++) {
		assert_int_equal(stats_announce(p, areas[i][0], areas[i][1]), NETRAL_OK);
		assert_int_equal(stats_announce(r, areas[i][0], areas[i][1]), NETRAL_OK);
	}
	take(p, &e);
	take(r, &e);
	e.place = (struct event_place){"81", "Maluku", "Maluku"};
	take(p, &e);
	take(r, &e);
	e.place = (struct event_place){"", "", ""};
	take(p, &e);
	size_t count;
	const struct stats_row *rows = stats_rows(p, &count);
	assert_int_equal(count, 3);
	assert_string_equal(rows[0].group, "53");
	assert_true(rows[0].announced);
	assert_string_equal(rows[2].group, "none");
	assert_false(rows[2].announced);
	assert_int_equal(all(p, "53"), 0);
	assert_int_equal(all(p, "81"), 2);
	assert_int_equal(all(r, "81.71"), 1);
	assert_int_equal(all(r, "81"), 1);
	stats_free(p);
	stats_free(r);
}

static void test_months(void **state)
{
	(void)state;
	struct event e = an_event(EVENT_KIND_PLEDGE, EVENT_STATUS_MADE);
	struct stats *s = stats_new(STATS_MONTH);
	take(s, &e);
	e.date = (struct event_date){"2024-08", EVENT_PRECISION_MONTH};
	take(s, &e);
	e.date = (struct event_date){"2024", EVENT_PRECISION_YEAR};
	take(s, &e);
	e.date = (struct event_date){"", 0};
	take(s, &e);
	assert_int_equal(all(s, "2024-08"), 2);
	assert_int_equal(all(s, "2024"), 1);
	assert_int_equal(all(s, "none"), 1);
	stats_free(s);
}

static void test_conduct(void **state)
{
	(void)state;
	static const enum event_conduct conduct[] = {EVENT_CONDUCT_SOCIAL_MEDIA,
						     EVENT_CONDUCT_ENDORSEMENT};
	struct event e = an_event(EVENT_KIND_VIOLATION, EVENT_STATUS_ALLEGED);
	struct stats *s = stats_new(STATS_CONDUCT);
	take(s, &e);
	e.conduct = conduct;
	e.conduct_count = 2;
	take(s, &e);
	const struct event session = an_event(EVENT_KIND_SESSION, EVENT_STATUS_HELD);
	take(s, &session);
	assert_int_equal(all(s, "SOCIAL_MEDIA"), 1);
	assert_int_equal(all(s, "ENDORSEMENT"), 1);
	assert_int_equal(all(s, "none"), 1);
	stats_free(s);
}

/* 490 and 372 are no cases, and no sum. */
static void test_totals_are_counted_apart(void **state)
{
	(void)state;
	struct event e = an_event(EVENT_KIND_VIOLATION, EVENT_STATUS_FOUND);
	struct stats *s = stats_new(STATS_KIND);
	size_t count;
	e.scope = EVENT_SCOPE_TOTAL;
	e.count = (struct event_count){372, EVENT_QUALIFIER_EXACT};
	take(s, &e);
	take(s, &e);
	stats_rows(s, &count);
	assert_int_equal(count, 0);
	assert_int_equal(stats_totals(s), 2);
	stats_free(s);
}

static void test_bounds(void **state)
{
	(void)state;
	struct event e = an_event(EVENT_KIND_SESSION, EVENT_STATUS_HELD);
	struct stats *s = stats_new(STATS_REGENCY);
	char code[16];
	size_t count;
	for (int i = 0; i < STATS_ROWS_MAX + 3; i++) {
		snprintf(code, sizeof(code), "%05d", i);
		e.place = (struct event_place){code, "Name", "Province"};
		take(s, &e);
	}
	stats_rows(s, &count);
	assert_int_equal(count, STATS_ROWS_MAX);
	assert_int_equal(stats_beyond(s), 3);
	e = an_event(EVENT_KIND_NONE, EVENT_STATUS_HELD);
	take(s, &e);
	e = an_event(EVENT_KIND_SESSION, EVENT_STATUS_NONE);
	take(s, &e);
	e.status = (enum event_status)99;
	take(s, &e);
	assert_int_equal(stats_beyond(s), 6);
	stats_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds_and_statuses),
		cmocka_unit_test(test_areas),
		cmocka_unit_test(test_months),
		cmocka_unit_test(test_conduct),
		cmocka_unit_test(test_totals_are_counted_apart),
		cmocka_unit_test(test_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

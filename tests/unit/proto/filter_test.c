#include "proto/filter.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void areas_match_themselves_and_what_lies_in_them(void **state)
{
	(void)state;
	static const struct {
		const char *area, *code;
		bool match;
	} rows[] = {
		{"81", "81", true},     {"81", "81.71", true},    {"81.71", "81.71", true},
		{"81.71", "81", false}, {"81.71", "81.7", false}, {"8", "81", false},
		{"81", "82.71", false}, {"ID", "ID", true},       {"ID", "81", false},
		{"81", "ID", false},    {"none", "", true},       {"81", "", false},
		{"ID", "", false},      {"none", "81", false},
	};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		if (filter_area_match(rows[i].area, rows[i].code) != rows[i].match)
			fail_msg("area \"%s\", code \"%s\"", rows[i].area, rows[i].code);
	}
}

static void areas_have_four_forms(void **state)
{
	(void)state;
	static const char *const good[] = {"ID", "none", "11", "81.71"};
	static const char *const bad[] = {
		"",   "8",     "id",   "81.", "81.7", "81.711",   "81-71",    "817",
		"8a", "81.a1", "NONE", "ID ", " 81",  "81.71.01", "\xd9\xa8", "None"};
	for (size_t i = 0; i < netral_countof(good); i++)
		assert_int_equal(filter_area_check(good[i]), NETRAL_OK);
	for (size_t i = 0; i < netral_countof(bad); i++) {
		if (filter_area_check(bad[i]) != NETRAL_EINVALID)
			fail_msg("\"%s\" is taken for an area", bad[i]);
	}
}

static struct event event_at(enum event_kind kind, enum event_status status, const char *code)
{
	struct event e;
	event_init(&e);
	e.kind = kind;
	e.status = status;
	e.place.code = code;
	return e;
}

static void an_empty_filter_matches_everything(void **state)
{
	(void)state;
	struct filter f = {0};
	struct event e = event_at(EVENT_KIND_SESSION, EVENT_STATUS_HELD, "");
	assert_true(filter_match(&f, &e));
	e = event_at(EVENT_KIND_PLEDGE, EVENT_STATUS_MADE, "ID");
	assert_true(filter_match(&f, &e));
}

static void every_list_must_match(void **state)
{
	(void)state;
	enum event_kind kinds[] = {EVENT_KIND_SESSION, EVENT_KIND_VIOLATION};
	enum event_status statuses[] = {EVENT_STATUS_HELD, EVENT_STATUS_FOUND};
	const char *areas[] = {"53", "81"};
	struct filter f = {kinds, 2, areas, 2, statuses, 2};
	struct event e = event_at(EVENT_KIND_VIOLATION, EVENT_STATUS_FOUND, "81.71");
	assert_true(filter_match(&f, &e));
	e = event_at(EVENT_KIND_PLEDGE, EVENT_STATUS_FOUND, "81.71");
	assert_false(filter_match(&f, &e));
	e = event_at(EVENT_KIND_VIOLATION, EVENT_STATUS_ALLEGED, "81.71");
	assert_false(filter_match(&f, &e));
	e = event_at(EVENT_KIND_VIOLATION, EVENT_STATUS_FOUND, "82");
	assert_false(filter_match(&f, &e));
}

static void topics_are_prefixes(void **state)
{
	(void)state;
	char topics[8][CODEC_TOPIC_MAX];
	struct filter f = {0};
	assert_int_equal(filter_topics(&f, topics, 1), 1);
	assert_string_equal(topics[0], "event.");

	enum event_kind kinds[] = {EVENT_KIND_PLEDGE, EVENT_KIND_SESSION};
	f = (struct filter){.kinds = kinds, .kind_count = 2};
	assert_int_equal(filter_topics(&f, topics, 2), 2);
	assert_string_equal(topics[0], "event.pledge.");
	assert_string_equal(topics[1], "event.session.");

	const char *areas[] = {"81", "ID"};
	f.areas = areas;
	f.area_count = 2;
	assert_int_equal(filter_topics(&f, topics, 4), 4);
	assert_string_equal(topics[1], "event.pledge.id");
	assert_string_equal(topics[2], "event.session.81");

	f.kind_count = 0;
	assert_int_equal(filter_topics(&f, topics, 6), 6);
	assert_string_equal(topics[2], "event.violation.81");
}

/* The two rules must agree: whatever filter_match() takes, some prefix lets through. */
static void topics_let_every_match_through(void **state)
{
	(void)state;
	static const char *const codes[] = {"", "ID", "81", "81.71", "82", "53.71"};
	const char *areas[] = {"81", "53.71", "ID", "none"};
	enum event_kind kinds[] = {EVENT_KIND_VIOLATION};
	for (size_t mask = 0; mask < 4; mask++) {
		struct filter f = {kinds, mask & 1, areas, mask & 2 ? 4 : 0, NULL, 0};
		char topics[16][CODEC_TOPIC_MAX], topic[CODEC_TOPIC_MAX];
		size_t n = filter_topics(&f, topics, 16);
		for (size_t c = 0; c < netral_countof(codes); c++) {
			for (int kind = 1; kind <= EVENT_KIND_PLEDGE; kind++) {
				struct event e = event_at((enum event_kind)kind, EVENT_STATUS_HELD,
							  codes[c]);
				bool let = false;
				codec_topic(&e, topic);
				for (size_t t = 0; t < n; t++)
					let |= strncmp(topic, topics[t], strlen(topics[t])) == 0;
				assert_int_equal(filter_match(&f, &e), let);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(areas_match_themselves_and_what_lies_in_them),
		cmocka_unit_test(areas_have_four_forms),
		cmocka_unit_test(an_empty_filter_matches_everything),
		cmocka_unit_test(every_list_must_match),
		cmocka_unit_test(topics_are_prefixes),
		cmocka_unit_test(topics_let_every_match_through),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

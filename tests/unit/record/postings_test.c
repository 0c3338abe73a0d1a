#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/error.h"
#include "workers/record/postings.h"
#include "workers/record/schema.h"

#include <string.h>

static void sets_are_walked_both_ways(void **state)
{
	(void)state;
	const int offsets[] = {0, 1, 63, 64, 700, 1023};
	struct set s = {0};
	for (size_t i = 0; i < 6; i++)
		set_add(&s, (unsigned)offsets[i]);
	int at = -1;
	for (size_t i = 0; i < 6; i++) {
		at = set_next(&s, at + 1);
		assert_int_equal(at, offsets[i]);
	}
	assert_int_equal(set_next(&s, at + 1), -1);
	at = SEGMENT_SIZE;
	for (size_t i = 6; i-- > 0;) {
		at = set_prev(&s, at - 1);
		assert_int_equal(at, offsets[i]);
	}
	assert_int_equal(set_prev(&s, at - 1), -1);
}

static void ranges_are_inclusive(void **state)
{
	(void)state;
	static const unsigned edges[] = {0, 1, 62, 63, 64, 65, 511, 512, 1022, 1023};
	for (size_t i = 0; i < 10; i++) {
		for (size_t k = i; k < 10; k++) {
			struct set s;
			set_fill(&s);
			set_keep_range(&s, edges[i], edges[k]);
			assert_int_equal(set_next(&s, 0), edges[i]);
			assert_int_equal(set_prev(&s, SEGMENT_SIZE - 1), edges[k]);
		}
	}
}

static void sets_combine(void **state)
{
	(void)state;
	struct set a = {0}, b = {0};
	set_add(&a, 5);
	set_add(&a, 900);
	set_add(&b, 900);
	struct set both = a, rest = a;
	set_and(&both, &b);
	set_and_not(&rest, &b);
	assert_int_equal(set_next(&both, 0), 900);
	assert_int_equal(set_next(&rest, 0), 5);
	assert_int_equal(set_next(&rest, 6), -1);
}

/* Every size from none to all, so that both forms and the step between them are met. */
static void stored_sets_come_back(void **state)
{
	(void)state;
	for (unsigned count = 0; count <= SEGMENT_SIZE; count++) {
		struct set s = {0}, back = {0};
		uint8_t stored[SET_BYTES];
		for (unsigned i = 0; i < count; i++)
			set_add(&s, (i * 397) % SEGMENT_SIZE);
		size_t len = set_store(&s, stored);
		assert_int_equal(len, count < SET_BYTES / 2 ? count * 2 : SET_BYTES);
		assert_int_equal(set_load(&back, stored, len), 0);
		assert_memory_equal(&back, &s, sizeof(s));
	}
}

static void damaged_sets_are_refused(void **state)
{
	(void)state;
	struct set s = {0};
	const uint8_t beyond[] = {0x04, 0x00}, odd[] = {0, 1, 2};
	uint8_t too_long[SET_BYTES + 2] = {0};
	assert_int_equal(set_load(&s, beyond, sizeof(beyond)), NETRAL_EMALFORMED);
	assert_int_equal(set_load(&s, odd, sizeof(odd)), NETRAL_EMALFORMED);
	assert_int_equal(set_load(&s, too_long, sizeof(too_long)), NETRAL_EMALFORMED);
}

static void a_month_matches_when_one_of_its_days_can(void **state)
{
	(void)state;
	static const struct {
		const char *value, *since, *until;
		bool within;
	} cases[] = {
		{"2024-08-21", "2024-08-21", "2024-08-21", true},
		{"2024-08-21", "2024-08-22", "2024-12-31", false},
		{"2024-08-21", "2024-01-01", "2024-08-20", false},
		{"2024-08", "2024-08-21", "2024-08-22", true},
		{"2024-08", "2024-09-01", "2024-09-30", false},
		{"2024-08", "2024-07-01", "2024-07-31", false},
		{"2024", "2024-12-31", "2025-06-01", true},
		{"2024", "2025-01-01", "2025-06-01", false},
		{"2024", "2023-01-01", "2023-12-31", false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool within =
			day_within(day_number_of(cases[i].value), day_number_of(cases[i].since),
				   day_number_of(cases[i].until));
		if (within != cases[i].within)
			fail_msg("%s within %s to %s: %d", cases[i].value, cases[i].since,
				 cases[i].until, within);
	}
}

static void postings_of_one_term_are_neighbours(void **state)
{
	(void)state;
	struct postings p = {0};
	struct event e;
	event_init(&e);
	e.kind = EVENT_KIND_SESSION;
	e.status = EVENT_STATUS_HELD;
	for (uint64_t seq = 1020; seq < 1028; seq++) {
		e.place.code = seq % 2 ? "81.71" : "";
		assert_int_equal(postings_add_event(&p, seq, &e), 0);
	}
	assert_int_equal(postings_add_gone(&p, 1021), 0);
	assert_int_equal(p.count, 8 * 2 + 1); /* without a date no day */
	postings_sort(&p);
	size_t keys = 1;
	for (size_t i = 1; i < p.count; i++)
		keys += memcmp(p.items[i].key, p.items[i - 1].key, POSTING_KEY_BYTES) != 0;
	assert_int_equal(keys, 2 * 3 + 1); /* two segments with two areas and one kind each */
	postings_fini(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_are_walked_both_ways),
		cmocka_unit_test(ranges_are_inclusive),
		cmocka_unit_test(sets_combine),
		cmocka_unit_test(stored_sets_come_back),
		cmocka_unit_test(damaged_sets_are_refused),
		cmocka_unit_test(a_month_matches_when_one_of_its_days_can),
		cmocka_unit_test(postings_of_one_term_are_neighbours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

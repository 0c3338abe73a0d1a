#include "lib/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void names_are_those_of_the_taxonomy(void **state)
{
	(void)state;
#define X(name, number) assert_string_equal(event_kind_name(number), #name);
	EVENT_KINDS(X)
#undef X
#define X(name, number) assert_string_equal(event_status_name(number), #name);
	EVENT_STATUSES(X)
#undef X
#define X(name, number) assert_string_equal(event_subject_name(number), #name);
	EVENT_SUBJECTS(X)
#undef X
#define X(name, number) assert_string_equal(event_conduct_name(number), #name);
	EVENT_CONDUCTS(X)
#undef X
#define X(name, number) assert_string_equal(event_scope_name(number), #name);
	EVENT_SCOPES(X)
#undef X
	assert_string_equal(event_precision_name(EVENT_PRECISION_DAY), "day");
	assert_string_equal(event_precision_name(EVENT_PRECISION_MONTH), "month");
	assert_string_equal(event_precision_name(EVENT_PRECISION_YEAR), "year");
	assert_string_equal(event_qualifier_name(EVENT_QUALIFIER_EXACT), "exact");
	assert_string_equal(event_qualifier_name(EVENT_QUALIFIER_ABOUT), "about");
	assert_string_equal(event_qualifier_name(EVENT_QUALIFIER_AT_LEAST), "at least");
	assert_string_equal(event_qualifier_name(EVENT_QUALIFIER_SEVERAL), "several");
}

/* Numbers go to the wire and to disk: none may ever move. */
static void numbers_are_for_ever(void **state)
{
	(void)state;
	assert_int_equal(EVENT_KIND_SESSION, 1);
	assert_int_equal(EVENT_KIND_VIOLATION, 2);
	assert_int_equal(EVENT_KIND_PLEDGE, 3);
	assert_int_equal(EVENT_STATUS_HELD, 1);
	assert_int_equal(EVENT_STATUS_MADE, 8);
	assert_int_equal(EVENT_SUBJECT_ELECTION_BODY, 6);
	assert_int_equal(EVENT_CONDUCT_OTHER, 10);
	assert_int_equal(EVENT_SCOPE_TOTAL, 2);
}

static void unknown_numbers_have_no_name(void **state)
{
	(void)state;
	static const int unknown[] = {0, -1, 99, INT32_MAX, INT32_MIN};
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		assert_string_equal(event_kind_name(unknown[i]), "");
		assert_string_equal(event_status_name(unknown[i]), "");
		assert_string_equal(event_subject_name(unknown[i]), "");
		assert_string_equal(event_conduct_name(unknown[i]), "");
		assert_string_equal(event_precision_name(unknown[i]), "");
		assert_string_equal(event_qualifier_name(unknown[i]), "");
		assert_string_equal(event_scope_name(unknown[i]), "");
	}
}

static void names_are_read_in_either_case(void **state)
{
	(void)state;
	assert_int_equal(event_kind_parse("VIOLATION"), EVENT_KIND_VIOLATION);
	assert_int_equal(event_kind_parse("violation"), EVENT_KIND_VIOLATION);
	assert_int_equal(event_status_parse("under_review"), EVENT_STATUS_UNDER_REVIEW);
	assert_int_equal(event_kind_parse(""), 0);
	assert_int_equal(event_kind_parse("violations"), 0);
	assert_int_equal(event_status_parse("VIOLATION"), 0);
}

static void a_new_event_has_no_null_string(void **state)
{
	(void)state;
	struct event e;
	event_init(&e);
	assert_string_equal(e.id, "");
	assert_string_equal(e.place.code, "");
	assert_string_equal(e.place.name, "");
	assert_string_equal(e.place.province, "");
	assert_string_equal(e.date.value, "");
	assert_string_equal(e.as_of.value, "");
	assert_string_equal(e.election, "");
	assert_string_equal(e.sentence, "");
	assert_int_equal(e.evidence_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_those_of_the_taxonomy),
		cmocka_unit_test(numbers_are_for_ever),
		cmocka_unit_test(unknown_numbers_have_no_name),
		cmocka_unit_test(names_are_read_in_either_case),
		cmocka_unit_test(a_new_event_has_no_null_string),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

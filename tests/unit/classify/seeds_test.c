/* Five articles in the shape of real ones: a doubled body, a weekday without a date, warnings full
 * of sanctions, a province's cases told at a city's session, a date without a year. */
#include "tests/unit/classify/expect.h"

#include <stdio.h>

static void check_seed(unsigned number)
{
	char path[512], name[16];
	snprintf(name, sizeof(name), "seed%u", number);
	snprintf(path, sizeof(path), "%s/corpus/seeds/%s.txt", TESTS_SOURCE_DIR, name);
	char *text = expect_read_file(path);
	snprintf(path, sizeof(path), "%s/corpus/seeds/%s.json", TESTS_SOURCE_DIR, name);
	json_t *label = json_load_file(path, 0, NULL);
	assert_non_null(label);
	unsigned wrong = expect_events(name, "", "", text, json_object_get(label, "expect"));
	json_decref(label);
	free(text);
	assert_int_equal(wrong, 0);
}

static void test_doubled_body(void **state)
{
	(void)state;
	check_seed(0);
}

static void test_session_with_pledge(void **state)
{
	(void)state;
	check_seed(1);
}

static void test_warnings_are_no_violation(void **state)
{
	(void)state;
	check_seed(2);
}

static void test_province_told_at_a_session(void **state)
{
	(void)state;
	check_seed(3);
}

static void test_year_from_the_text(void **state)
{
	(void)state;
	check_seed(4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_doubled_body),
		cmocka_unit_test(test_session_with_pledge),
		cmocka_unit_test(test_warnings_are_no_violation),
		cmocka_unit_test(test_province_told_at_a_session),
		cmocka_unit_test(test_year_from_the_text),
	};
	return cmocka_run_group_tests(tests, expect_up, expect_down);
}

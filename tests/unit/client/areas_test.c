/* --area, against the real tables. */
#include "capture.h"
#include "client/selection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

static int resolve(const struct selection *s, struct selected *ret, const char *message)
{
	capture_start_standard();
	int exit_code = selection_resolve(s, ret);
	char *output = capture_stop_standard();
	if (message)
		assert_non_null(strstr(output, message));
	else
		assert_string_equal(output, "");
	free(output);
	return exit_code;
}

static void expect_code(const char *area, const char *code)
{
	struct selection s = {.areas = {{area}, 1}};
	struct selected r;
	assert_int_equal(resolve(&s, &r, NULL), EX_OK);
	assert_int_equal(r.filter.area_count, 1);
	assert_string_equal(r.filter.areas[0], code);
}

static void refuse_area(const char *area, const char *message)
{
	struct selection s = {.areas = {{area}, 1}};
	struct selected r;
	assert_int_equal(resolve(&s, &r, message), EX_USAGE);
}

static void test_codes_are_taken_as_they_are(void **state)
{
	(void)state;
	expect_code("81.71", "81.71");
	expect_code("81", "81");
	expect_code("ID", "ID");
	expect_code("none", "none");
}

static void test_names(void **state)
{
	(void)state;
	expect_code("Kota Ambon", "81.71");
	expect_code("ambon", "81.71");
	expect_code("Papua Barat Daya", "96");
	expect_code("nasional", "ID");
	expect_code("Kabupaten Kupang", "53.01");
	expect_code("sumut", "12");
}

static void test_the_full_name_wins(void **state)
{
	(void)state;
	expect_code("Gorontalo", "75"); /* also a regency's bare name */
}

static void test_refused(void **state)
{
	(void)state;
	refuse_area("kupang", "may be Kabupaten Kupang (53.01), Kota Kupang (53.71)");
	refuse_area("Atlantis", "no province, regency or city is called \"Atlantis\"");
	refuse_area("", "is called \"\"");
}

static void test_kinds_and_statuses(void **state)
{
	(void)state;
	struct selection s = {.kinds = {{"violation", "SESSION"}, 2},
			      .statuses = {{"under_review"}, 1}};
	struct selected r;
	assert_int_equal(resolve(&s, &r, NULL), EX_OK);
	assert_int_equal(r.filter.kind_count, 2);
	assert_int_equal(r.filter.kinds[0], EVENT_KIND_VIOLATION);
	assert_int_equal(r.filter.kinds[1], EVENT_KIND_SESSION);
	assert_int_equal(r.filter.statuses[0], EVENT_STATUS_UNDER_REVIEW);
	s.kinds.items[1] = "party";
	assert_int_equal(resolve(&s, &r, "--kind: \"party\" is not session"), EX_USAGE);
	s.kinds.count = 0;
	s.statuses.items[0] = "guilty";
	assert_int_equal(resolve(&s, &r, "--status: \"guilty\" is not held"), EX_USAGE);
}

static void test_tables_that_are_not_there(void **state)
{
	(void)state;
	struct selection s = {.areas = {{"Ambon"}, 1}};
	struct selected r;
	setenv("NETRAL_DATA", "/nonexistent", 1);
	assert_int_equal(resolve(&s, &r, "/nonexistent"), EX_NOINPUT);
	setenv("NETRAL_DATA", TESTS_DATA_DIR, 1);
}

int main(void)
{
	setenv("NETRAL_DATA", TESTS_DATA_DIR, 1);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes_are_taken_as_they_are),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_the_full_name_wins),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_kinds_and_statuses),
		cmocka_unit_test(test_tables_that_are_not_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

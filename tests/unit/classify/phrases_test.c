#include "tests/unit/classify/fixture.h"

#include "lib/error.h"

#include <string.h>

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(phrase_group_parse("SESSION"), GROUP_SESSION);
	assert_int_equal(phrase_group_parse("PLACE"), -1); /* has a table of its own */
	assert_int_equal(phrase_value_parse(GROUP_SESSION, "GATHERING"), SESSION_GATHERING);
	assert_int_equal(phrase_value_parse(GROUP_STATUS, "FOUND"), EVENT_STATUS_FOUND);
	assert_int_equal(phrase_value_parse(GROUP_SUBJECT, "TNI"), EVENT_SUBJECT_TNI);
	assert_int_equal(phrase_value_parse(GROUP_CONDUCT, "FOUND"), -1);
	assert_int_equal(phrase_value_parse(GROUP_SANCTION, "anything"), 0);
}

static void test_list_copies_its_strings(void **state)
{
	(void)state;
	struct phrases p;
	phrases_init(&p);
	char form[] = "sosialisasi";
	assert_int_equal(phrases_add(&p, GROUP_SESSION, form, 1, "text", 3), 0);
	form[0] = 'X';
	assert_string_equal(p.list[0].form, "sosialisasi");
	assert_string_equal(p.list[0].text, "text");
	assert_int_equal(p.list[0].len, 11);
	assert_int_equal(p.list[0].flags, 3);
	phrases_fini(&p);
	phrases_fini(&p);
}

static void test_bounds(void **state)
{
	(void)state;
	struct phrases p;
	phrases_init(&p);
	char longest[PHRASE_LEN_MAX + 2];
	memset(longest, 'a', sizeof(longest));
	longest[PHRASE_LEN_MAX + 1] = '\0';
	assert_int_equal(phrases_add(&p, GROUP_SESSION, longest, 0, "", 0), NETRAL_ETOOBIG);
	longest[PHRASE_LEN_MAX] = '\0';
	assert_int_equal(phrases_add(&p, GROUP_SESSION, longest, 0, "", 0), 0);
	assert_int_equal(phrases_add(&p, GROUP_SESSION, "", 0, "", 0), NETRAL_ETOOBIG);
	int r = 0;
	for (size_t i = 1; i < PHRASES_MAX && r == 0; i++)
		r = phrases_add(&p, GROUP_SESSION, "x", 0, "", 0);
	assert_int_equal(r, 0);
	assert_int_equal(phrases_add(&p, GROUP_SESSION, "x", 0, "", 0), NETRAL_ETOOBIG);
	phrases_fini(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_list_copies_its_strings),
		cmocka_unit_test(test_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

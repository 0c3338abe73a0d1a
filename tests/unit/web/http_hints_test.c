#include "lib/web/http_hints.h"

#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct row {
	const char *value;
	uint64_t ms;
};

static void retry_after_is_seconds_or_a_date(void **state)
{
	(void)state;
	static const char date[] = "Wed, 21 Oct 2015 07:28:00 GMT";
	static const int64_t now = 1445412480; /* the same */
	static const struct {
		const char *value, *date;
		int64_t expected;
	} cases[] = {
		{"0", NULL, 0},
		{" 120 ", NULL, 120},
		{"3600", NULL, 3600},
		{"99999999999999999999999999", NULL, HTTP_HINT_MAX_S},
		{"Wed, 21 Oct 2015 07:30:00 GMT", NULL, 120},
		{"Wednesday, 21-Oct-15 07:30:00 GMT", NULL, 120},
		{"Wed Oct 21 07:30:00 2015", NULL, 120},
		{"Wed, 21 Oct 2015 07:27:00 GMT", NULL, 0},
		{"Fri, 31 Dec 2199 07:27:00 GMT", NULL, HTTP_HINT_MAX_S},
		/* A peer whose clock is ten minutes late. */
		{"Wed, 21 Oct 2015 07:20:00 GMT", "Wed, 21 Oct 2015 07:18:00 GMT", 120},
		{"Wed, 21 Oct 2015 07:30:00 GMT", date, 120},
		{"Wed, 21 Oct 2015 07:30:00 GMT", "yesterday?", 120},
		{"-1", NULL, -1},
		{"1.5", NULL, -1},
		{"12 monkeys", NULL, -1},
		{"soon", NULL, -1},
		{"Wed, 21 Oct 2015", NULL, -1},
		{"", NULL, -1},
	};
	for (size_t i = 0; i < netral_countof(cases); i++)
		assert_int_equal(http_retry_after_s(cases[i].value, cases[i].date, now),
				 cases[i].expected);
}

static void cache_control_says_how_long_an_answer_is_fresh(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"max-age=300", 300000},
		{"public, Max-Age=\"60\" , must-revalidate", 60000},
		{"s-maxage=600, max-age=0", 0},
		{"max-age=300, no-cache", 0},
		{"no-store", 0},
		{"max-age=x", 0},
		{"max-age=", 0},
		{"xmax-age=5", 0},
		{",,", 0},
		{"", 0},
	};
	for (size_t i = 0; i < netral_countof(rows); i++)
		assert_int_equal(http_fresh_ms(rows[i].value, strlen(rows[i].value)), rows[i].ms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(retry_after_is_seconds_or_a_date),
		cmocka_unit_test(cache_control_says_how_long_an_answer_is_fresh),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

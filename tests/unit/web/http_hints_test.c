#include "lib/web/http_hints.h"

#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Wed, 21 Aug 2024 07:05:00 GMT */
#define NOW 1724223900000ULL

struct row {
	const char *value;
	uint64_t ms;
};

static void retry_after_is_seconds_or_a_date(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"120", 120000},
		{" 0 ", 0},
		{"Wed, 21 Aug 2024 07:06:00 GMT", 60000},
		{"Wednesday, 21-Aug-24 07:06:00 GMT", 60000},
		{"Wed Aug 21 07:06:00 2024", 60000},
		{"Wed, 21 Aug 2024 07:04:00 GMT", 0},
		{"Fri, 31 Dec 2199 23:59:59 GMT", HTTP_HINT_MAX_MS},
		{"99999999999999999999999999", HTTP_HINT_MAX_MS},
		{"-5", 0},
		{"1.5", 0},
		{"besok", 0},
		{"", 0},
	};
	for (size_t i = 0; i < netral_countof(rows); i++)
		assert_int_equal(http_retry_after_ms(rows[i].value, strlen(rows[i].value), NOW),
				 rows[i].ms);
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

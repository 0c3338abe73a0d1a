#include "lib/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_monotonic_clock_never_goes_back(void **state)
{
	(void)state;
	uint64_t before_us = clock_us();
	for (int i = 0; i < 10000; i++) {
		uint64_t now_us = clock_us();
		assert_true(now_us >= before_us);
		before_us = now_us;
	}
	uint64_t ms = clock_ms();
	assert_true(clock_us() / 1000 >= ms);
}

static void times_are_written_as_rfc_3339(void **state)
{
	(void)state;
	char text[CLOCK_TEXT_SIZE];
	clock_format(0, text);
	assert_string_equal(text, "1970-01-01T00:00:00.000Z");
	clock_format(1724209200123999, text);
	assert_string_equal(text, "2024-08-21T03:00:00.123Z");
	clock_format(UINT64_MAX, text); /* a peer may send any number */
	assert_true(text[0] != '\0');
	clock_format(clock_real_us(), text);
	assert_int_equal(text[23], 'Z');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_monotonic_clock_never_goes_back),
		cmocka_unit_test(times_are_written_as_rfc_3339),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

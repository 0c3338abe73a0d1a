#include "alert/retry.h"

#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char usual[] = "5s 5min 30min 2h 5h 10h 14h 20h 24h";

static struct retry_schedule schedule(void)
{
	struct retry_schedule s;
	assert_int_equal(retry_parse(usual, &s), 0);
	return s;
}

static void test_ten_tries(void **state)
{
	(void)state;
	const int64_t seconds[] = {5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400};
	struct retry_schedule s = schedule();
	for (unsigned i = 0; i < 9; i++)
		assert_int_equal(retry_wait_ms(&s, i + 1, -1, 0), seconds[i] * 1000);
	assert_int_equal(retry_wait_ms(&s, 10, -1, 0), RETRY_NEVER);
	assert_int_equal(retry_wait_ms(&s, 10, 60, 0), RETRY_NEVER);
}

static void test_dice_add_up_to_a_tenth(void **state)
{
	(void)state;
	struct retry_schedule s = schedule();
	assert_int_equal(retry_wait_ms(&s, 1, -1, 1000), 5500);
	assert_int_equal(retry_wait_ms(&s, 1, -1, 500), 5250);
	for (uint32_t dice = 0; dice < 5000; dice += 7) {
		int64_t wait = retry_wait_ms(&s, 2, -1, UINT32_MAX - dice);
		assert_in_range(wait, 300000, 330000);
	}
}

static void test_retry_after(void **state)
{
	(void)state;
	struct retry_schedule s = schedule();
	assert_int_equal(retry_wait_ms(&s, 1, 60, 0), 60000);
	assert_int_equal(retry_wait_ms(&s, 1, 0, 0), 5000);
	assert_int_equal(retry_wait_ms(&s, 2, 60, 0), 300000);
	assert_int_equal(retry_wait_ms(&s, 1, INT64_MAX, 0), 24 * 3600 * 1000);
	assert_int_equal(retry_wait_ms(&s, 1, (int64_t)1 << 61, 0), 24 * 3600 * 1000);
	assert_int_equal(retry_wait_ms(&s, 1, INT64_MIN, 0), 5000);
}

static void test_parse(void **state)
{
	(void)state;
	const char *const bad[] = {
		"",        " ", "0s",  "8d",
		"5s,5min", "x", "-5s", "1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s"};
	struct retry_schedule s = {.count = 99};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(retry_parse(bad[i], &s), NETRAL_EINVALID);
	assert_int_equal(s.count, 99);
	assert_int_equal(retry_parse("  20ms 1s ", &s), 0);
	assert_int_equal(s.count, 2);
	assert_int_equal(s.waits_ms[0], 20);
}

static void test_time_left(void **state)
{
	(void)state;
	const uint64_t now = 1700000000000, day = 24 * 3600 * 1000;
	assert_int_equal(retry_left_ms(now + 1, now), 1);
	assert_int_equal(retry_left_ms(now, now), 0);
	assert_int_equal(retry_left_ms(0, now), 0);
	assert_int_equal(retry_left_ms(now + 7 * day + 7 * day / 10, now), 7 * day + 7 * day / 10);
	/* The clock was years ahead when the try failed. */
	assert_int_equal(retry_left_ms(now + 9 * day, now), 0);
	assert_int_equal(retry_left_ms(UINT64_MAX, now), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ten_tries),   cmocka_unit_test(test_dice_add_up_to_a_tenth),
		cmocka_unit_test(test_retry_after), cmocka_unit_test(test_parse),
		cmocka_unit_test(test_time_left),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

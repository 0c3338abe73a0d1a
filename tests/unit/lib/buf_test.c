#include "lib/buf.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void bytes_are_kept_in_order_while_it_grows(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 0);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(buf_append(&b, &(uint8_t){(uint8_t)i}, 1), NETRAL_OK);
	assert_int_equal(b.len, 5000);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(b.data[i], (uint8_t)i);
	buf_clear(&b);
	assert_int_equal(b.len, 0);
	assert_true(b.cap >= 5000);
	buf_fini(&b);
	assert_null(b.data);
	assert_int_equal(b.cap, 0);
}

static void the_limit_is_exact(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 10);
	assert_int_equal(buf_append_str(&b, "12345"), NETRAL_OK);
	assert_int_equal(buf_append_str(&b, "678901"), NETRAL_ETOOBIG);
	assert_int_equal(b.len, 5);
	assert_int_equal(buf_append_str(&b, "67890"), NETRAL_OK);
	assert_int_equal(buf_append(&b, "", 0), NETRAL_OK);
	assert_int_equal(buf_append(&b, "x", 1), NETRAL_ETOOBIG);
	assert_int_equal(buf_reserve(&b, SIZE_MAX), NETRAL_ETOOBIG);
	assert_memory_equal(b.data, "1234567890", 10);
	buf_fini(&b);
	assert_int_equal(b.limit, 10);
}

static void printing_appends_what_printf_would(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 0);
	assert_int_equal(buf_append_str(&b, "a"), NETRAL_OK);
	assert_int_equal(buf_printf(&b, "=%d,%s", 42, "b"), NETRAL_OK);
	assert_int_equal(b.len, 6);
	assert_memory_equal(b.data, "a=42,b", 6);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(buf_printf(&b, "%04d", i), NETRAL_OK);
	assert_int_equal(b.len, 4006);
	assert_memory_equal(b.data + 6, "000000010002", 12);
	buf_fini(&b);
	buf_init(&b, 4);
	assert_int_equal(buf_printf(&b, "%s", "12345"), NETRAL_ETOOBIG);
	assert_int_equal(b.len, 0);
	buf_fini(&b);
}

static void a_failed_allocation_leaves_it_as_it_was(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 0);
	assert_int_equal(buf_append_str(&b, "kept"), NETRAL_OK);
	fault_arm("alloc", 1);
	int r = buf_reserve(&b, 10000);
	fault_arm(NULL, 0);
	assert_int_equal(r, NETRAL_ENOMEM);
	assert_int_equal(b.len, 4);
	assert_memory_equal(b.data, "kept", 4);
	buf_fini(&b);
	buf_fini(&(struct buf){0});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_kept_in_order_while_it_grows),
		cmocka_unit_test(the_limit_is_exact),
		cmocka_unit_test(printing_appends_what_printf_would),
		cmocka_unit_test(a_failed_allocation_leaves_it_as_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

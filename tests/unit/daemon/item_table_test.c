#include "daemon/item_table.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void items_are_found_until_they_are_removed(void **state)
{
	(void)state;
	enum { N = 5000 };
	struct item_table t;
	assert_int_equal(item_table_init(&t), 0);
	for (uint64_t seq = 1; seq <= N; seq++)
		assert_non_null(item_table_add(&t, seq * 1024)); /* all in one bucket at first */
	for (uint64_t seq = 1; seq <= N; seq += 2)
		item_table_remove(&t, item_table_find(&t, seq * 1024));
	for (uint64_t seq = 1; seq <= N; seq++) {
		struct item *item = item_table_find(&t, seq * 1024);
		assert_int_equal(item != NULL, seq % 2 == 0);
		if (item)
			assert_int_equal(item->seq, seq * 1024);
	}
	assert_int_equal(t.count, N / 2);
	item_table_fini(&t);
}

static void memory_is_used_again(void **state)
{
	(void)state;
	struct item_table t;
	assert_int_equal(item_table_init(&t), 0);
	struct item *first = item_table_add(&t, 1);
	item_table_remove(&t, first);
	first = item_table_add(&t, 2);
	item_table_remove(&t, first);
	assert_ptr_equal(item_table_add(&t, 3), first);
	assert_int_equal(first->tries, 0);
	item_table_fini(&t);
}

static void what_is_due_comes_first_then_the_lower_number(void **state)
{
	(void)state;
	enum { N = 1000 };
	struct item_table t;
	struct due_queue q = {0};
	uint64_t last_due = 0, last_seq = 0;
	assert_int_equal(item_table_init(&t), 0);
	assert_int_equal(due_queue_reserve(&q, N), 0);
	for (uint64_t seq = 1; seq <= N; seq++) {
		struct item *item = item_table_add(&t, seq);
		item->due_ms = seq * 7919 % 50;
		due_queue_push(&q, item);
	}
	for (int i = 0; i < N; i++) {
		struct item *item = due_queue_pop(&q);
		assert_non_null(item);
		assert_true(item->due_ms > last_due ||
			    (item->due_ms == last_due && item->seq > last_seq));
		last_due = item->due_ms;
		last_seq = item->seq;
	}
	assert_null(due_queue_pop(&q));
	assert_null(due_queue_first(&q));
	due_queue_fini(&q);
	item_table_fini(&t);
}

#ifdef NETRAL_TEST_HOOKS
static void without_memory_there_is_no_item(void **state)
{
	(void)state;
	struct item_table t;
	struct due_queue q = {0};
	fault_arm("alloc", 1);
	assert_int_equal(item_table_init(&t), NETRAL_ENOMEM);
	fault_arm("alloc", 2);
	assert_int_equal(item_table_init(&t), 0);
	assert_null(item_table_add(&t, 1));
	assert_null(item_table_find(&t, 1));
	assert_non_null(item_table_add(&t, 1));
	fault_arm("alloc", 1);
	assert_int_equal(due_queue_reserve(&q, 1), NETRAL_ENOMEM);
	fault_arm(NULL, 0);
	item_table_fini(&t);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_are_found_until_they_are_removed),
		cmocka_unit_test(memory_is_used_again),
		cmocka_unit_test(what_is_due_comes_first_then_the_lower_number),
#ifdef NETRAL_TEST_HOOKS
		cmocka_unit_test(without_memory_there_is_no_item),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

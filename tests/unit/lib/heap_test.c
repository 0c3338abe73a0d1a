/* A heap against the same nodes in a plain array. */
#include "lib/heap.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NODES = 300, STEPS = 20000 };

static const struct heap_node *least(const struct heap_node *nodes)
{
	const struct heap_node *first = NULL;
	for (size_t i = 0; i < NODES; i++) {
		if (nodes[i].place && (!first || nodes[i].key < first->key))
			first = &nodes[i];
	}
	return first;
}

static void test_the_first_is_the_least(void **state)
{
	(void)state;
	struct heap h = {0};
	struct heap_node nodes[NODES] = {0};
	srand(7);
	for (int i = 0; i < STEPS; i++) {
		struct heap_node *n = &nodes[rand() % NODES];
		if (rand() % 3 == 0)
			heap_remove(&h, n);
		else
			assert_int_equal(heap_set(&h, n, (uint64_t)(rand() % 1000)), NETRAL_OK);
		const struct heap_node *want = least(nodes), *got = heap_first(&h);
		assert_int_equal(got == NULL, want == NULL);
		if (got)
			assert_int_equal(got->key, want->key);
	}
	heap_fini(&h);
}

static void test_empty(void **state)
{
	(void)state;
	struct heap h = {0};
	struct heap_node n = {0};
	assert_null(heap_first(&h));
	heap_remove(&h, &n);
	assert_int_equal(heap_set(&h, &n, 5), NETRAL_OK);
	assert_ptr_equal(heap_first(&h), &n);
	heap_remove(&h, &n);
	assert_null(heap_first(&h));
	heap_fini(&h);
}

static void test_room_that_was_made_is_there(void **state)
{
	(void)state;
	struct heap h = {0};
	struct heap_node a = {0}, b = {0};
	fault_arm("alloc", 1);
	assert_int_equal(heap_set(&h, &a, 1), NETRAL_ENOMEM);
	assert_int_equal(a.place, 0);
	fault_arm(NULL, 0);
	assert_int_equal(heap_reserve(&h, 2), NETRAL_OK);
	fault_arm("alloc", 1);
	assert_int_equal(heap_set(&h, &a, 1), NETRAL_OK);
	assert_int_equal(heap_set(&h, &b, 0), NETRAL_OK);
	fault_arm(NULL, 0);
	assert_ptr_equal(heap_first(&h), &b);
	heap_fini(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_is_the_least),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_room_that_was_made_is_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

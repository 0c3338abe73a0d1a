#include "workers/worker/outbox.h"

#include "lib/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct lease leases[3] = {{1, 11}, {2, 12}, {3, 13}};

static void requests_are_numbered_and_found(void **state)
{
	(void)state;
	struct outbox o;
	outbox_init(&o);
	struct outbox_entry *a = outbox_add(&o, leases, 1);
	struct outbox_entry *b = outbox_add(&o, leases + 1, 2);
	assert_int_equal(b->request, a->request + 1);
	assert_ptr_equal(outbox_find(&o, a->request), a);
	assert_ptr_equal(outbox_find(&o, b->request), b);
	assert_null(outbox_find(&o, b->request + 1));
	assert_int_equal(o.held, 3);
	assert_int_equal(b->leases[1].lease, 13);
	outbox_clear(&o);
	assert_int_equal(o.held, 0);
	assert_null(o.first);
}

static void the_last_link_survives_any_order_of_removal(void **state)
{
	(void)state;
	struct outbox o;
	outbox_init(&o);
	struct outbox_entry *a = outbox_add(&o, leases, 1);
	struct outbox_entry *b = outbox_add(&o, leases, 1);
	struct outbox_entry *c = outbox_add(&o, leases, 1);
	outbox_remove(&o, c);
	outbox_remove(&o, a);
	struct outbox_entry *d = outbox_add(&o, leases, 1);
	assert_ptr_equal(o.first, b);
	assert_ptr_equal(b->next, d);
	outbox_remove(&o, d);
	outbox_remove(&o, b);
	assert_null(o.first);
	assert_int_equal(o.held, 0);
	assert_non_null(outbox_add(&o, leases, 2));
	assert_int_equal(o.held, 2);
	outbox_clear(&o);
}

static void numbers_go_on_after_a_clear(void **state)
{
	(void)state;
	struct outbox o;
	outbox_init(&o);
	uint64_t first = outbox_add(&o, leases, 1)->request;
	outbox_clear(&o);
	/* An answer to the dropped request must not be taken for one to a new request. */
	assert_true(outbox_add(&o, leases, 1)->request > first);
	outbox_clear(&o);
}

#ifdef NETRAL_TEST_HOOKS
static void without_memory_nothing_is_added(void **state)
{
	(void)state;
	struct outbox o;
	outbox_init(&o);
	for (unsigned n = 1; n <= 2; n++) {
		fault_arm("alloc", n);
		assert_null(outbox_add(&o, leases, 3));
		assert_int_equal(o.held, 0);
		assert_null(o.first);
	}
	fault_arm(NULL, 0);
	assert_non_null(outbox_add(&o, leases, 3));
	outbox_clear(&o);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_numbered_and_found),
		cmocka_unit_test(the_last_link_survives_any_order_of_removal),
		cmocka_unit_test(numbers_go_on_after_a_clear),
#ifdef NETRAL_TEST_HOOKS
		cmocka_unit_test(without_memory_nothing_is_added),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Turns and rests, with a clock of the test's. */
#include "lib/fetch/queue.h"

#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DELAY = 1000 };

static void push(struct queue *q, struct queue_entry *e, const char *host)
{
	assert_int_equal(queue_push(q, e, host, false), NETRAL_OK);
}

static void test_one_at_a_time(void **state)
{
	(void)state;
	struct queue q;
	struct queue_entry a1 = {0}, a2 = {0};
	queue_init(&q, DELAY, 10);
	push(&q, &a1, "a");
	push(&q, &a2, "a");
	assert_ptr_equal(queue_start(&q, 0), &a1);
	assert_null(queue_start(&q, 99999));
	assert_true(queue_wait_ms(&q, 99999) == UINT64_MAX);
	queue_remove(&q, &a1, 100000);
	queue_fini(&q);
}

static void test_rest_after_the_end(void **state)
{
	(void)state;
	struct queue q;
	struct queue_entry a1 = {0}, a2 = {0};
	queue_init(&q, DELAY, 10);
	push(&q, &a1, "a");
	push(&q, &a2, "a");
	assert_ptr_equal(queue_start(&q, 5), &a1);
	queue_remove(&q, &a1, 700);
	assert_null(queue_start(&q, 700));
	assert_true(queue_wait_ms(&q, 700) == DELAY);
	assert_null(queue_start(&q, 1699));
	assert_true(queue_wait_ms(&q, 1699) == 1);
	assert_true(queue_wait_ms(&q, 1700) == 0);
	assert_ptr_equal(queue_start(&q, 1700), &a2);
	queue_remove(&q, &a2, 1700);
	queue_fini(&q);
}

/* A host that asks for more rest holds up nobody who rests as usual. */
static void test_longer_rest(void **state)
{
	(void)state;
	struct queue q;
	struct queue_entry a1 = {.rest_ms = 5 * DELAY}, a2 = {0}, b1 = {.rest_ms = 1}, b2 = {0};
	queue_init(&q, DELAY, 10);
	push(&q, &a1, "a");
	push(&q, &a2, "a");
	push(&q, &b1, "b");
	push(&q, &b2, "b");
	assert_ptr_equal(queue_start(&q, 0), &a1);
	assert_ptr_equal(queue_start(&q, 0), &b1);
	queue_remove(&q, &a1, 0);
	queue_remove(&q, &b1, 0);
	assert_true(queue_wait_ms(&q, 0) == DELAY);
	assert_ptr_equal(queue_start(&q, DELAY), &b2);
	assert_null(queue_start(&q, 5 * DELAY - 1));
	assert_ptr_equal(queue_start(&q, 5 * DELAY), &a2);
	queue_fini(&q);
}

/* The rest holds for what comes after the queue ran empty, too. */
static void test_rest_of_an_idle_host(void **state)
{
	(void)state;
	struct queue q;
	struct queue_entry a1 = {0}, a2 = {0}, a3 = {0};
	queue_init(&q, DELAY, 10);
	push(&q, &a1, "a");
	assert_ptr_equal(queue_start(&q, 0), &a1);
	queue_remove(&q, &a1, 0);
	assert_int_equal(q.idle, 1);
	push(&q, &a2, "a");
	assert_int_equal(q.idle, 0);
	assert_null(queue_start(&q, DELAY - 1));
	queue_remove(&q, &a2, DELAY - 1); /* taken back */
	assert_int_equal(q.idle, 1);
	assert_true(queue_wait_ms(&q, DELAY - 1) == 1);
	push(&q, &a3, "a");
	assert_ptr_equal(queue_start(&q, DELAY), &a3);
	queue_remove(&q, &a3, DELAY);
	assert_null(queue_start(&q, 2 * DELAY));
	assert_null(q.by_name); /* nothing is kept of a host that has rested */
	queue_fini(&q);
}

static void test_hosts_take_turns(void **state)
{
	(void)state;
	struct queue q;
	struct queue_entry a[3] = {0}, b[3] = {0}, *e;
	char order[7] = "";
	queue_init(&q, 0, 10);
	for (int i = 0; i < 3; i++)
		push(&q, &a[i], "a");
	for (int i = 0; i < 3; i++)
		push(&q, &b[i], "b");
	for (size_t i = 0; (e = queue_start(&q, 0)); i++) {
		order[i] = e >= a && e < a + 3 ? 'a' : 'b';
		queue_remove(&q, e, 0);
	}
	assert_string_equal(order, "ababab");
	queue_fini(&q);
}

static void test_front(void **state)
{
	(void)state;
	struct queue q;
	struct queue_entry a1 = {0}, a2 = {0};
	queue_init(&q, 0, 10);
	push(&q, &a1, "a");
	assert_int_equal(queue_push(&q, &a2, "a", true), NETRAL_OK);
	assert_ptr_equal(queue_start(&q, 0), &a2);
	queue_remove(&q, &a2, 0);
	assert_ptr_equal(queue_start(&q, 0), &a1);
	queue_remove(&q, &a1, 0);
	queue_fini(&q);
}

static void test_taken_back(void **state)
{
	(void)state;
	struct queue q;
	struct queue_entry a1 = {0}, a2 = {0}, b1 = {0};
	queue_init(&q, DELAY, 10);
	push(&q, &a1, "a");
	push(&q, &a2, "a");
	push(&q, &b1, "b");
	queue_remove(&q, &b1, 0);
	queue_remove(&q, &b1, 0); /* in no queue any more */
	assert_ptr_equal(queue_start(&q, 0), &a1);
	queue_remove(&q, &a2, 0);
	queue_remove(&q, &a1, 0);
	assert_null(queue_start(&q, DELAY));
	assert_null(q.by_name);
	queue_fini(&q);
}

/* Hosts that rest are remembered; there is a bound, and what is beyond it waits. */
static void test_bound_of_rests(void **state)
{
	(void)state;
	struct queue q;
	struct queue_entry e[3] = {0};
	queue_init(&q, DELAY, 2);
	push(&q, &e[0], "a");
	push(&q, &e[1], "b");
	push(&q, &e[2], "c");
	assert_ptr_equal(queue_start(&q, 0), &e[0]);
	assert_ptr_equal(queue_start(&q, 0), &e[1]);
	assert_null(queue_start(&q, 0));
	queue_remove(&q, &e[0], 0);
	queue_remove(&q, &e[1], 500);
	assert_null(queue_start(&q, 999));
	assert_true(queue_wait_ms(&q, 999) == 1);
	assert_ptr_equal(queue_start(&q, 1000), &e[2]);
	queue_fini(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_at_a_time),
		cmocka_unit_test(test_rest_after_the_end),
		cmocka_unit_test(test_longer_rest),
		cmocka_unit_test(test_rest_of_an_idle_host),
		cmocka_unit_test(test_hosts_take_turns),
		cmocka_unit_test(test_front),
		cmocka_unit_test(test_taken_back),
		cmocka_unit_test(test_bound_of_rests),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "daemon/id_index.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct article_id id_of(unsigned n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);
	return article_id_of("", 0, text, (size_t)len);
}

static bool has(struct id_index *x, unsigned n, uint64_t seq)
{
	struct article_id id = id_of(n);
	struct id_search search = {0};
	uint64_t found;
	while (id_index_next(x, &id, &search, &found)) {
		if (found == seq)
			return true;
	}
	return false;
}

static int candidates(struct id_index *x, unsigned n)
{
	struct article_id id = id_of(n);
	struct id_search search = {0};
	uint64_t found;
	int count = 0;
	while (id_index_next(x, &id, &search, &found))
		count++;
	return count;
}

static void what_was_added_is_found_while_it_grows(void **state)
{
	(void)state;
	enum { N = 100000 };
	struct id_index *x;
	int others = 0;
	assert_int_equal(id_index_new(&x), 0);
	for (unsigned n = 1; n <= N; n++) {
		struct article_id id = id_of(n);
		assert_int_equal(id_index_add(x, &id, n), 0);
	}
	assert_int_equal(id_index_count(x), N);
	for (unsigned n = 1; n <= N; n++)
		assert_true(has(x, n, n));
	for (unsigned n = N + 1; n <= 2 * N; n++)
		others += candidates(x, n);
	assert_true(others < 100);
	assert_true(id_index_bytes(x) <= (size_t)N * 8 * 3);
	id_index_free(x);
}

/* A window of numbers moves over the index, as the journal's does: the oldest go. */
static void what_was_removed_is_gone_and_the_rest_stays(void **state)
{
	(void)state;
	enum { WINDOW = 3000, ROUNDS = 50000 };
	struct id_index *x;
	assert_int_equal(id_index_new(&x), 0);
	for (unsigned n = 1; n <= ROUNDS; n++) {
		struct article_id id = id_of(n);
		assert_int_equal(id_index_add(x, &id, n), 0);
		if (n <= WINDOW)
			continue;
		struct article_id old = id_of(n - WINDOW);
		id_index_remove(x, &old, n - WINDOW);
	}
	assert_int_equal(id_index_count(x), WINDOW);
	for (unsigned n = 1; n <= ROUNDS; n++)
		assert_int_equal(has(x, n, n), n > ROUNDS - WINDOW);
	assert_int_equal(id_index_bytes(x), 4096 * 8);
	id_index_free(x);
}

static void one_id_may_have_several_numbers(void **state)
{
	(void)state;
	struct id_index *x;
	struct article_id id = id_of(1);
	assert_int_equal(id_index_new(&x), 0);
	assert_int_equal(id_index_add(x, &id, 5), 0);
	assert_int_equal(id_index_add(x, &id, 9), 0);
	assert_int_equal(candidates(x, 1), 2);
	id_index_remove(x, &id, 5);
	assert_false(has(x, 1, 5));
	assert_true(has(x, 1, 9));
	id_index_remove(x, &id, 5);
	assert_int_equal(id_index_count(x), 1);
	id_index_free(x);
}

static void numbers_may_pass_32_bits(void **state)
{
	(void)state;
	struct id_index *x;
	assert_int_equal(id_index_new(&x), 0);
	uint64_t base = (UINT64_C(1) << 32) - 10;
	for (unsigned n = 0; n < 20; n++) {
		struct article_id id = id_of(n);
		assert_int_equal(id_index_add(x, &id, base + n), 0);
	}
	for (unsigned n = 0; n < 20; n++)
		assert_true(has(x, n, base + n));
	id_index_free(x);
}

#ifdef NETRAL_TEST_HOOKS
static void a_failed_allocation_loses_nothing(void **state)
{
	(void)state;
	struct id_index *x;
	unsigned n = 0;
	int r = 0;
	assert_int_equal(id_index_new(&x), 0);
	fault_arm("alloc", 1);
	while (r == 0) {
		struct article_id id = id_of(++n);
		r = id_index_add(x, &id, n);
	}
	assert_int_equal(r, NETRAL_ENOMEM);
	assert_int_equal(id_index_count(x), n - 1);
	for (unsigned i = 1; i < n; i++)
		assert_true(has(x, i, i));
	struct article_id id = id_of(n);
	assert_int_equal(id_index_add(x, &id, n), 0);
	assert_true(has(x, n, n));
	id_index_free(x);
	for (unsigned i = 1; i <= 2; i++) {
		fault_arm("alloc", i);
		assert_int_equal(id_index_new(&x), NETRAL_ENOMEM);
	}
	fault_arm(NULL, 0);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_is_found_while_it_grows),
		cmocka_unit_test(what_was_removed_is_gone_and_the_rest_stays),
		cmocka_unit_test(one_id_may_have_several_numbers),
		cmocka_unit_test(numbers_may_pass_32_bits),
#ifdef NETRAL_TEST_HOOKS
		cmocka_unit_test(a_failed_allocation_loses_nothing),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

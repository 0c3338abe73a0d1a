#include "lib/arena.h"

#include "lib/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void memory_is_aligned_and_does_not_overlap(void **state)
{
	(void)state;
	struct arena a;
	unsigned char *p[200];
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < 200; i++) {
		p[i] = arena_alloc(&a, i * 7);
		assert_non_null(p[i]);
		assert_int_equal((uintptr_t)p[i] % 16, 0);
		memset(p[i], (int)i, i * 7);
	}
	for (size_t i = 0; i < 200; i++) {
		for (size_t k = 0; k < i * 7; k++)
			assert_int_equal(p[i][k], i);
	}
	arena_fini(&a);
}

static void the_limit_is_kept(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, 1000);
	assert_null(arena_alloc(&a, 1001));
	assert_non_null(arena_alloc(&a, 1000));
	assert_null(arena_alloc(&a, 1));
	arena_reset(&a);
	assert_int_equal(a.used, 0);
	size_t sum = 0;
	while (arena_alloc(&a, 100))
		sum += 100;
	assert_true(sum >= 800 && sum <= 1000);
	arena_fini(&a);
}

static void absurd_sizes_are_refused(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, SIZE_MAX);
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_null(arena_alloc(&a, SIZE_MAX - 8));
	assert_null(arena_calloc(&a, SIZE_MAX / 2, 3));
	assert_null(arena_strndup(&a, "x", SIZE_MAX));
	assert_non_null(arena_alloc(&a, 0));
	arena_fini(&a);
}

static void a_reset_keeps_memory_for_the_next_round(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, 1 << 20);
	for (int i = 0; i < 100; i++)
		assert_non_null(arena_alloc(&a, 1000));
	arena_reset(&a);
	/* The block that survived holds the whole of the next round. */
	fault_arm("alloc", 1);
	bool fits = true;
	for (int i = 0; i < 40; i++)
		fits &= arena_alloc(&a, 1000) != NULL;
	fault_arm(NULL, 0);
	assert_true(fits);
	arena_fini(&a);
	arena_fini(&a);
	arena_fini(&(struct arena){0});
}

static void what_was_wiped_is_zero(void **state)
{
	(void)state;
	struct arena a;
	char *words[64];
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < 64; i++) {
		words[i] = arena_alloc(&a, 1000);
		assert_non_null(words[i]);
		memset(words[i], 'x', 1000);
	}
	arena_wipe(&a);
	for (size_t i = 0; i < 64; i++) {
		assert_int_equal(words[i][0], 0);
		assert_int_equal(memcmp(words[i], words[i] + 1, 999), 0);
	}
	arena_fini(&a);
	arena_wipe(&a);
}

static void a_failed_allocation_is_null_and_costs_nothing(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, 1 << 20);
	fault_arm("alloc", 1);
	void *p = arena_alloc(&a, 100);
	fault_arm(NULL, 0);
	assert_null(p);
	assert_int_equal(a.used, 0);
	assert_non_null(arena_alloc(&a, 100));
	arena_fini(&a);
}

static void copies_are_terminated(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, 1 << 20);
	assert_string_equal(arena_strdup(&a, "halo"), "halo");
	assert_string_equal(arena_strdup(&a, ""), "");
	assert_string_equal(arena_strndup(&a, "halo", 2), "ha");
	assert_memory_equal(arena_strndup(&a, "a\0b", 3), "a\0b", 4);
	assert_string_equal(arena_printf(&a, "%d dari %s", 3, "lima"), "3 dari lima");
	const int *zeroes = arena_calloc(&a, 100, sizeof(int));
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(zeroes[i], 0);
	a.limit = a.used + 4;
	assert_null(arena_printf(&a, "%s", "too long"));
	arena_fini(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_aligned_and_does_not_overlap),
		cmocka_unit_test(the_limit_is_kept),
		cmocka_unit_test(absurd_sizes_are_refused),
		cmocka_unit_test(a_reset_keeps_memory_for_the_next_round),
		cmocka_unit_test(what_was_wiped_is_zero),
		cmocka_unit_test(a_failed_allocation_is_null_and_costs_nothing),
		cmocka_unit_test(copies_are_terminated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

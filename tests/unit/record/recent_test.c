#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/error.h"
#include "workers/record/recent.h"

#include <string.h>

enum { MANY = 5000 };

static struct article_id id_number(unsigned n)
{
	return article_id_of((const char *)&n, sizeof(n), "", 0);
}

static struct recent *filled(void)
{
	struct recent *r = NULL;
	assert_int_equal(recent_new(&r), 0);
	for (unsigned n = 1; n <= MANY; n++) {
		struct article_id id = id_number(n);
		assert_int_equal(recent_add(r, &id, n), 0);
	}
	return r;
}

static void what_was_added_is_found(void **state)
{
	(void)state;
	struct recent *r = filled();
	for (unsigned n = 1; n <= MANY + 10; n++) {
		struct article_id id = id_number(n);
		assert_int_equal(recent_find(r, &id), n <= MANY ? n : 0);
	}
	recent_free(r);
}

static void a_failed_batch_is_forgotten(void **state)
{
	(void)state;
	struct recent *r = filled();
	recent_revert(r, 3000);
	for (unsigned n = 1; n <= MANY; n++) {
		struct article_id id = id_number(n);
		assert_int_equal(recent_find(r, &id), n <= 3000 ? n : 0);
	}
	recent_free(r);
}

static void slices_are_sorted_and_hold_everything_once(void **state)
{
	(void)state;
	struct recent *r = filled();
	size_t total = 0;
	for (unsigned slice = 0; slice < RECENT_SLICES; slice++) {
		size_t count;
		const struct recent_id *ids = recent_slice(r, slice, &count);
		assert_int_equal(count, recent_slice_count(r, slice));
		for (size_t i = 0; i < count; i++) {
			assert_int_equal(recent_slice_of(&ids[i].id), slice);
			assert_true(i == 0 ||
				    memcmp(&ids[i - 1].id, &ids[i].id, sizeof(ids[i].id)) < 0);
		}
		total += count;
		recent_clear(r, slice);
		assert_int_equal(recent_slice_count(r, slice), 0);
	}
	assert_int_equal(total, MANY);
	recent_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_is_found),
		cmocka_unit_test(a_failed_batch_is_forgotten),
		cmocka_unit_test(slices_are_sorted_and_hold_everything_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

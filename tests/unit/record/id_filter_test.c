#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/error.h"
#include "workers/record/id_filter.h"

#include <string.h>

static struct article_id id_number(unsigned n)
{
	return article_id_of((const char *)&n, sizeof(n), "", 0);
}

static void fill(struct id_filter *f, unsigned count)
{
	assert_int_equal(id_filter_new(count / 2, f), 0);
	assert_true(id_filter_has_room(f, count));
	for (unsigned n = 0; n < count; n++) {
		struct article_id id = id_number(n);
		id_filter_add(f, &id);
	}
}

static void what_was_added_is_never_denied(void **state)
{
	(void)state;
	static const unsigned counts[] = {1, 50, 51, 52, 1000, 20000};
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct id_filter f = {0};
		fill(&f, counts[i]);
		for (unsigned n = 0; n < counts[i]; n++) {
			struct article_id id = id_number(n);
			assert_true(id_filter_may_have(&f, &id));
		}
		id_filter_fini(&f);
	}
}

/* As full as it gets before it must grow. */
static void what_was_not_added_is_mostly_denied(void **state)
{
	(void)state;
	enum { COUNT = 20000 };
	struct id_filter f = {0};
	fill(&f, COUNT);
	unsigned count = COUNT, wrong = 0;
	for (; id_filter_has_room(&f, 1); count++) {
		struct article_id id = id_number(count);
		id_filter_add(&f, &id);
	}
	for (unsigned n = count; n < count + COUNT; n++) {
		struct article_id id = id_number(n);
		wrong += id_filter_may_have(&f, &id);
	}
	assert_in_range(wrong, 1, COUNT * 2 / 100);
	id_filter_fini(&f);
}

static void an_empty_filter_denies_everything(void **state)
{
	(void)state;
	struct id_filter f = {0};
	struct article_id id = id_number(1);
	assert_false(id_filter_may_have(&f, &id));
	assert_false(id_filter_has_room(&f, 1));
	assert_true(id_filter_has_room(&f, 0));
	assert_int_equal(id_filter_load(0, NULL, 0, &f), 0);
	assert_false(id_filter_may_have(&f, &id));
}

static void a_stored_filter_comes_back(void **state)
{
	(void)state;
	struct id_filter f = {0}, back = {0};
	fill(&f, 300);
	assert_int_equal(id_filter_load(f.count, f.bits, f.bytes, &back), 0);
	for (unsigned n = 0; n < 1000; n++) {
		struct article_id id = id_number(n);
		assert_int_equal(id_filter_may_have(&f, &id), id_filter_may_have(&back, &id));
	}
	assert_int_equal(id_filter_has_room(&f, 10), id_filter_has_room(&back, 10));
	assert_int_equal(id_filter_load(f.count, f.bits, f.bytes - 1, &back), NETRAL_EMALFORMED);
	id_filter_fini(&f);
	id_filter_fini(&back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_is_never_denied),
		cmocka_unit_test(what_was_not_added_is_mostly_denied),
		cmocka_unit_test(an_empty_filter_denies_everything),
		cmocka_unit_test(a_stored_filter_comes_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "workers/record/topics.h"

static void every_number_has_a_name_and_back(void **state)
{
	(void)state;
	for (int topic = 0; topic < TOPICS_MAX; topic++) {
		int kind;
		char area[EVENT_AREA_CODE_MAX];
		topic_name(topic, &kind, area);
		assert_int_equal(topic_number(kind, area), topic);
	}
}

static void other_forms_have_no_number(void **state)
{
	(void)state;
	static const char *const areas[] = {"8",     "8a",    "a8", "817",  "81.7", "81.711",
					    "81-71", "81.7a", "id", "none", "IDN",  "\xFF\xFF"};
	for (size_t i = 0; i < sizeof(areas) / sizeof(areas[0]); i++)
		assert_int_equal(topic_number(EVENT_KIND_SESSION, areas[i]), -1);
	assert_int_equal(topic_number(EVENT_KIND_NONE, "81"), -1);
	assert_int_equal(topic_number(EVENT_KIND_PLEDGE + 1, "81"), -1);
}

static void a_batch_is_kept_or_taken_back(void **state)
{
	(void)state;
	struct topics *t = NULL;
	size_t count;
	assert_int_equal(topics_new(&t), 0);
	int a = topic_number(EVENT_KIND_SESSION, "81.71"), b = topic_number(EVENT_KIND_PLEDGE, "");
	topics_set(t, a, 1);
	topics_set(t, b, 2);
	topics_set(t, a, 3);
	topics_changed(t, &count);
	assert_int_equal(count, 2);
	topics_settle(t);
	topics_set(t, a, 4);
	assert_int_equal(topics_last(t, a), 4);
	topics_revert(t);
	assert_int_equal(topics_last(t, a), 3);
	assert_int_equal(topics_last(t, b), 2);
	topics_changed(t, &count);
	assert_int_equal(count, 0);
	topics_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_has_a_name_and_back),
		cmocka_unit_test(other_forms_have_no_number),
		cmocka_unit_test(a_batch_is_kept_or_taken_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

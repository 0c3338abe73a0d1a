#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "workers/record/change.h"

#include <string.h>

static struct event an_event(enum event_kind kind, const char *area)
{
	struct event e;
	event_init(&e);
	e.kind = kind;
	e.place.code = area;
	return e;
}

static void first_classification_is_all_new(void **state)
{
	(void)state;
	const struct event events[] = {an_event(EVENT_KIND_SESSION, "81.71"),
				       an_event(EVENT_KIND_SESSION, "81.71")};
	struct change plan[CHANGES_MAX];
	uint32_t next = 1;
	assert_int_equal(change_plan(NULL, 0, events, 2, &next, plan), 2);
	for (uint32_t i = 0; i < 2; i++) {
		assert_int_equal(plan[i].what, CHANGE_NEW);
		assert_int_equal(plan[i].number, i + 1);
		assert_ptr_equal(plan[i].event, &events[i]);
	}
	assert_int_equal(next, 3);
}

static void same_kind_and_area_keep_their_number(void **state)
{
	(void)state;
	const struct event_entry old[] = {{1, 10, EVENT_KIND_SESSION, "81.71"},
					  {2, 11, EVENT_KIND_PLEDGE, ""},
					  {3, 12, EVENT_KIND_SESSION, "81.71"}};
	const struct event events[] = {an_event(EVENT_KIND_PLEDGE, ""),
				       an_event(EVENT_KIND_SESSION, "81.71"),
				       an_event(EVENT_KIND_SESSION, "81.71")};
	const uint32_t numbers[] = {2, 1, 3};
	struct change plan[CHANGES_MAX];
	uint32_t next = 4;
	assert_int_equal(change_plan(old, 3, events, 3, &next, plan), 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(plan[i].what, CHANGE_CHANGED);
		assert_int_equal(plan[i].number, numbers[i]);
		assert_ptr_equal(plan[i].old, &old[numbers[i] - 1]);
	}
	assert_int_equal(next, 4);
}

static void what_vanished_is_removed_and_its_number_stays_used(void **state)
{
	(void)state;
	const struct event_entry old[] = {{1, 10, EVENT_KIND_SESSION, "81.71"},
					  {2, 11, EVENT_KIND_SESSION, "81"}};
	const struct event events[] = {an_event(EVENT_KIND_SESSION, "81"),
				       an_event(EVENT_KIND_VIOLATION, "81.71")};
	struct change plan[CHANGES_MAX];
	uint32_t next = 3;
	assert_int_equal(change_plan(old, 2, events, 2, &next, plan), 3);
	assert_int_equal(plan[0].what, CHANGE_CHANGED);
	assert_int_equal(plan[0].number, 2);
	assert_int_equal(plan[1].what, CHANGE_NEW);
	assert_int_equal(plan[1].number, 3);
	assert_int_equal(plan[2].what, CHANGE_REMOVED);
	assert_ptr_equal(plan[2].old, &old[0]);
	assert_int_equal(next, 4);
}

static void as_many_as_can_be(void **state)
{
	(void)state;
	struct event_entry old[EVENTS_PER_ARTICLE_MAX];
	struct event events[EVENTS_PER_ARTICLE_MAX];
	struct change plan[CHANGES_MAX];
	uint32_t next = 1000;
	for (uint32_t i = 0; i < EVENTS_PER_ARTICLE_MAX; i++) {
		old[i] = (struct event_entry){i + 1, i + 1, EVENT_KIND_SESSION, ""};
		events[i] = an_event(EVENT_KIND_PLEDGE, "");
	}
	size_t n = change_plan(old, EVENTS_PER_ARTICLE_MAX, events, EVENTS_PER_ARTICLE_MAX, &next,
			       plan);
	assert_int_equal(n, CHANGES_MAX);
	assert_int_equal(plan[EVENTS_PER_ARTICLE_MAX].what, CHANGE_REMOVED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_classification_is_all_new),
		cmocka_unit_test(same_kind_and_area_keep_their_number),
		cmocka_unit_test(what_vanished_is_removed_and_its_number_stays_used),
		cmocka_unit_test(as_many_as_can_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "capture.h"
#include "client/json.h"
#include "client/summary.h"
#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void take_status(struct summary *s, uint64_t pid, uint64_t files, uint64_t accepted)
{
	/* The journal had taken in 40 + pid articles before that netrald. */
	struct counter counters[] = {{"netral_spool_files_done_total", files},
				     {"netral_articles_accepted_total", 40 + pid + accepted},
				     {"netral_articles_accepted_before_start", 40 + pid}};
	const struct msg_status_reply r = {.pid = pid, .counters = counters, .counter_count = 3};
	summary_take_status(s, &r);
}

static void take_confirmation(struct summary *s)
{
	struct update u = {.change = CHANGE_CHANGED, .cause = CAUSE_CONFIRMED};
	event_init(&u.event);
	u.event.kind = EVENT_KIND_VIOLATION;
	u.event.status = EVENT_STATUS_FOUND;
	summary_take_update(s, &u);
}

static void take_event(struct summary *s, enum event_kind kind, enum event_status status,
		       enum update_change change)
{
	struct update u = {.change = change};
	event_init(&u.event);
	u.event.kind = kind;
	u.event.status = status;
	summary_take_update(s, &u);
}

static struct summary sample(void)
{
	struct summary s = {0};
	take_status(&s, 10, 2, 5);
	take_status(&s, 10, 3, 7);
	take_status(&s, 11, 1, 1); /* another netrald counts from 0 */
	take_event(&s, EVENT_KIND_SESSION, EVENT_STATUS_HELD, CHANGE_NEW);
	take_event(&s, EVENT_KIND_VIOLATION, EVENT_STATUS_FOUND, CHANGE_NEW);
	take_event(&s, EVENT_KIND_VIOLATION, EVENT_STATUS_FOUND, CHANGE_CHANGED);
	take_confirmation(&s);
	take_confirmation(&s);
	take_event(&s, EVENT_KIND_VIOLATION, EVENT_STATUS_ALLEGED, CHANGE_NEW);
	take_event(&s, EVENT_KIND_PLEDGE, EVENT_STATUS_MADE, CHANGE_REMOVED);
	return s;
}

static void test_json(void **state)
{
	(void)state;
	struct summary s = sample();
	struct capture c;
	capture_begin(&c);
	assert_int_equal(json_line(c.out, summary_json(&s)), 0);
	capture_expect(&c, "{\"summary\":{\"files\":{\"done\":4,\"failed\":0},"
			   "\"articles\":{\"accepted\":8,\"duplicates\":0,\"refused\":0,"
			   "\"recorded\":0,\"dead\":0},\"events\":{\"SESSION\":{\"HELD\":1},"
			   "\"VIOLATION\":{\"ALLEGED\":1,\"FOUND\":1}}}}\n");
}

static void test_for_people(void **state)
{
	(void)state;
	struct summary s = sample();
	struct capture c;
	capture_begin(&c);
	summary_print(c.out, &capture_plain, &s);
	capture_expect(&c, "files     4 done, 0 failed\n"
			   "articles  8 accepted, 0 duplicates, 0 refused, 0 recorded, 0 dead\n"
			   "events    3\n"
			   "          SESSION    1 HELD\n"
			   "          VIOLATION  1 ALLEGED, 1 FOUND\n"
			   "          confirmed by further articles 2 times, changed 1 times, "
			   "1 removed\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_for_people),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

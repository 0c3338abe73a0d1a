/* Gathered messages of a real netral-alert: in one piece, over restarts and kill -9. */
#include "tests/process/alert_rig.h"

#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RULE "rule \"all\" {\n\treceivers = \"a\"\n}\n"

static unsigned number_of(json_t *event)
{
	const char *title = "";
	unsigned number = UINT32_MAX;
	assert_int_equal(json_unpack(event, "{s:{s:{s:s}}}", "data", "article", "title", &title),
			 0);
	assert_int_equal(sscanf(title, "Title %u", &number), 1);
	return number;
}

/* Notes in which message an event came: in one, however often that is sent. */
static void note_event(const char **ids, unsigned count, json_t *event,
		       const struct hook_message *m)
{
	unsigned number = number_of(event);
	assert_true(number < count);
	if (ids[number])
		assert_string_equal(ids[number], m->id);
	ids[number] = m->id;
}

static void note_message(const char **ids, unsigned count, const struct hook_message *m)
{
	json_error_t error;
	json_t *body = json_loads(m->body, 0, &error);
	assert_non_null(body);
	for (size_t i = 0; i < json_array_size(body); i++)
		note_event(ids, count, json_array_get(body, i), m);
	if (json_is_object(body))
		note_event(ids, count, body, m);
	json_decref(body);
}

/* Events 0..count-1 were all told at `path`. */
static void expect_all(struct alert_rig *a, const char *path, unsigned count)
{
	char last[32];
	snprintf(last, sizeof(last), "\"Title %u\"", count - 1);
	hook_await_text(a->hook, path, last);
	const char **ids = calloc(count, sizeof(*ids));
	assert_non_null(ids);
	unsigned messages = hook_count(a->hook, path);
	for (unsigned i = 0; i < messages; i++)
		note_message(ids, count, hook_message(a->hook, path, i));
	for (unsigned i = 0; i < count; i++) {
		if (!ids[i])
			rig_fail("%s: event %u is in none of %u messages", path, i, messages);
	}
	free(ids);
}

/* What one gathers counts to its share: it is left behind, and told everything later. */
static void test_left_behind(void **state)
{
	struct alert_rig *a = *state;
	a->sets[a->set_count++] = "outbox_max_bytes=16K";
	alert_rig_receiver(a, "a", "/a", "\tgroup_wait = 1s\n");
	alert_rig_section(a, RULE);
	hook_put(a->hook, "/a", HOOK_ANSWER, 503, "Retry-After: 1\r\n");
	alert_rig_start(a);
	alert_rig_record(a, 0, 100);
	alert_rig_wait_counter(a, "netral_alert_receivers_behind", 1);
	rig_stop(a->alert);
	alert_rig_record(a, 100, 200);
	hook_put(a->hook, "/a", HOOK_ANSWER, 200, "");
	alert_rig_start(a);
	expect_all(a, "/a", 200);
	alert_rig_wait_counter(a, "netral_alert_receivers_behind", 0);
}

static void test_as_many_as_group_max(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "\tgroup_wait = 1h\n\tgroup_max = 10\n");
	alert_rig_section(a, RULE);
	alert_rig_start(a);
	alert_rig_record(a, 0, 30);
	expect_all(a, "/a", 30);
	assert_int_equal(hook_count(a->hook, "/a"), 3);
	const struct hook_message *m = hook_message(a->hook, "/a", 0);
	assert_string_equal(m->type, "application/cloudevents-batch+json; charset=utf-8");
	assert_int_equal(strncmp(m->id, "batch-", 6), 0);
	alert_rig_wait_counter(a, "netral_alert_gathered_messages_total", 3);
	alert_rig_wait_counter(a, "netral_alert_updates_gathering", 0);
}

/* What waited is still there for the next process; a full outbox has it sent before its time. */
static void test_restart(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "\tgroup_wait = 1h\n");
	alert_rig_section(a, RULE);
	alert_rig_start(a);
	alert_rig_record(a, 0, 60);
	alert_rig_wait_counter(a, "netral_alert_updates_gathering", 60);
	rig_kill(a->alert);
	alert_rig_start(a);
	alert_rig_wait_counter(a, "netral_alert_updates_gathering", 60);
	assert_int_equal(hook_asked(a->hook, "/a"), 0);
	rig_stop(a->alert);
	a->sets[a->set_count++] = "outbox_max_bytes=4K";
	alert_rig_start(a);
	expect_all(a, "/a", 60);
	assert_int_equal(hook_count(a->hook, "/a"), 1);
	alert_rig_wait_counter(a, "netral_alert_gathered_early_total", 1);
}

static void test_wait_is_over(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "\tgroup_wait = 1ms\n");
	alert_rig_section(a, RULE);
	alert_rig_start(a);
	alert_rig_record(a, 0, 100);
	expect_all(a, "/a", 100);
}

static void crash_at(struct alert_rig *a, const char *point)
{
	char crash[64];
	const char *env[] = {crash, NULL};
	snprintf(crash, sizeof(crash), "NETRAL_CRASH=%s", point);
	alert_rig_launch(a, env);
	assert_int_equal(rig_wait_exit(a->alert), -SIGKILL);
}

static void test_crashes(void **state)
{
	struct alert_rig *a = *state;
	enum { EVENTS = 200 };
	static const char *const points[] = {
		"alert-before-commit:1", "alert-before-commit:2", "alert-before-commit:5",
		"alert-after-commit:1",  "alert-after-commit:2",  "alert-after-commit:5",
		"alert-gathered:1",      "alert-gathered:3",      "alert-delivered:1",
		"alert-delivered:4",
	};
	alert_rig_receiver(a, "a", "/a", "\tgroup_wait = 10ms\n\tgroup_max = 20\n");
	alert_rig_section(a, RULE);
	alert_rig_start(a);
	rig_stop(a->alert);
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		unsigned from = (unsigned)i * EVENTS;
		alert_rig_record(a, from, from + EVENTS);
		crash_at(a, points[i]);
	}
	alert_rig_start(a);
	expect_all(a, "/a", EVENTS * (unsigned)(sizeof(points) / sizeof(points[0])));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, alert_rig_set_up, alert_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_left_behind), TEST(test_as_many_as_group_max),
		TEST(test_restart),     TEST(test_wait_is_over),
		TEST(test_crashes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

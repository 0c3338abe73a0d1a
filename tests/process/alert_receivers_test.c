/* netral-alert and receivers that keep it waiting, flood it, ask for time, are where they must not
 * be, or are not who they should be. */
#include "tests/process/alert_rig.h"
#include "tests/process/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { TRIES = 10 }; /* of the schedule of the rig */

#define TO_A    "rule \"all\" {\n\treceivers = \"a\"\n}\n"
#define TO_BOTH "rule \"all\" {\n\treceivers = \"a, b\"\n}\n"

/* --- answers --- */

/* One that never ends is ended, and counts as none. */
static void test_trickle(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_receiver(a, "b", "/b", "");
	alert_rig_section(a, TO_BOTH);
	hook_put(a->hook, "/a", HOOK_TRICKLE, 200, "");
	a->sets[a->set_count++] = "request_ms=300ms";
	alert_rig_start(a);
	alert_rig_record(a, 0, 20);
	alert_rig_expect_all(a, "/b", 20);
	hook_await_asked(a->hook, "/a", 2);
	assert_string_equal(hook_question(a->hook, "/a", 0)->id,
			    hook_question(a->hook, "/a", 1)->id);
	hook_put(a->hook, "/a", HOOK_ANSWER, 200, "");
	alert_rig_expect_all(a, "/a", 20);
}

/* Who answers 2xx with more than anybody reads has taken the message. */
static void test_flood_is_an_answer(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, TO_A);
	hook_put(a->hook, "/a", HOOK_FLOOD, 200, "");
	alert_rig_start(a);
	alert_rig_record(a, 0, 10);
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 10);
	assert_int_equal(hook_asked(a->hook, "/a"), 10);
}

/* As long as it asks for, though the schedule has milliseconds; an operator does not wait. */
static void expect_long_wait(struct alert_rig *a, int status, const char *headers)
{
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_receiver(a, "b", "/b", "");
	alert_rig_section(a, TO_BOTH);
	hook_put(a->hook, "/a", HOOK_ANSWER, status, headers);
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	hook_await_asked(a->hook, "/a", 1);
	alert_rig_wait_counter(a, "netral_alert_receivers_in_trouble", 1);
	hook_put(a->hook, "/a", HOOK_ANSWER, 200, "");
	alert_rig_record(a, 1, 200);
	alert_rig_expect_all(a, "/b", 200);
	assert_int_equal(hook_asked(a->hook, "/a"), 1);
	assert_true(rig_log_has(a->alert, "again_in_ms=3600000") ||
		    rig_log_has(a->alert, "again_in_ms=359"));
	assert_int_equal(alert_rig_ask(a, (const char *[]){"failed", "retry", "a", NULL}), 0);
	alert_rig_expect_all(a, "/a", 200);
}

static void test_retry_after_seconds(void **state)
{
	expect_long_wait(*state, 429, "Retry-After: 3600\r\n");
}

static void test_retry_after_date(void **state)
{
	char headers[128];
	struct tm tm;
	time_t later = time(NULL) + 3600;
	gmtime_r(&later, &tm);
	strftime(headers, sizeof(headers), "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm);
	expect_long_wait(*state, 503, headers);
}

/* What says no time is passed over: the schedule holds. */
static void test_retry_after_nonsense(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, TO_A);
	hook_put(a->hook, "/a", HOOK_ANSWER, 429, "Retry-After: -5, soon\r\n");
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	hook_await_asked(a->hook, "/a", TRIES);
	alert_rig_wait_counter(a, "netral_alert_messages_given_up_total", 1);
}

static void test_wait_outlives_the_process(void **state)
{
	struct alert_rig *a = *state;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_receiver(a, "b", "/b", "");
	alert_rig_section(a, TO_BOTH);
	hook_put(a->hook, "/a", HOOK_ANSWER, 429, "Retry-After: 3600\r\n");
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	alert_rig_wait_counter(a, "netral_alert_receivers_in_trouble", 1);
	rig_stop(a->alert);
	alert_rig_start(a);
	alert_rig_record(a, 1, 50);
	alert_rig_expect_all(a, "/b", 50);
	assert_int_equal(hook_asked(a->hook, "/a"), 1);
}

/* --- addresses --- */

static void add_url(struct alert_rig *a, const char *name, const char *origin, int port)
{
	char section[256];
	snprintf(section, sizeof(section),
		 "receiver \"%s\" {\n\turl = \"%s:%d/\"\n}\nrule \"%s\" {\n\treceivers = "
		 "\"%s\"\n}\n",
		 name, origin, port, name, name);
	alert_rig_section(a, section);
}

/* Also behind a name, in other notations, and for those who wait in metadata services. */
static void test_private_addresses_are_refused(void **state)
{
	struct alert_rig *a = *state;
	static const char *const urls[] = {"http://127.0.0.1",       "http://localhost",
					   "http://[::1]",           "http://[::ffff:127.0.0.1]",
					   "http://2130706433",      "http://0x7f.1",
					   "http://0.0.0.0",         "http://[::ffff:7f00:1]",
					   "http://169.254.169.254", "http://10.1.2.3",
					   "http://[fd00::1]"};
	const size_t count = sizeof(urls) / sizeof(urls[0]);
	int port = 0;
	assert_int_equal(sscanf(hook_url(a->hook, "/"), "http://127.0.0.1:%d", &port), 1);
	for (size_t i = 0; i < count; i++) {
		char name[16];
		snprintf(name, sizeof(name), "r%zu", i);
		add_url(a, name, urls[i], port);
	}
	a->sets[a->set_count++] = "allow_addresses=";
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	alert_rig_wait_counter(a, "netral_alert_messages_given_up_total", count);
	assert_int_equal(hook_asked(a->hook, "/"), 0);
	assert_true(rig_log_has(a->alert, "127.0.0.1 is refused"));
}

/* What is allowed is allowed and no more. */
static void test_allowed_range(void **state)
{
	struct alert_rig *a = *state;
	int port = 0;
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_section(a, TO_A);
	assert_int_equal(sscanf(hook_url(a->hook, "/"), "http://127.0.0.1:%d", &port), 1);
	add_url(a, "b", "http://127.0.0.2", port);
	a->sets[a->set_count++] = "allow_addresses=127.0.0.1/32";
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	hook_await(a->hook, "/a", 1);
	alert_rig_wait_counter(a, "netral_alert_messages_given_up_total", 1);
	assert_true(rig_log_has(a->alert, "127.0.0.2 is refused"));
}

/* --- TLS --- */

static void test_certificates(void **state)
{
	struct alert_rig *a = *state;
	char name[64], ca_file[RIG_PATH_SIZE + 16];
	int port;
	struct script *s = script_start("python3", "tls_receivers.py", a->b.rig.dir);
	for (int i = 0; i < 4; i++) {
		const char *line = script_line(s);
		if (!line || sscanf(line, "%63s %d", name, &port) != 2)
			rig_fail("tls_receivers.py has ended");
		add_url(a, name, "https://127.0.0.1", port);
	}
	snprintf(ca_file, sizeof(ca_file), "ca_file=%s", rig_path(&a->b.rig, "ca.pem"));
	a->sets[a->set_count++] = ca_file;
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	alert_rig_wait_counter(a, "netral_alert_messages_given_up_total", 3);
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 1);
	assert_string_equal(script_line(s), "taken good");
	/* Whatever the others were sent would have come before this. */
	alert_rig_record(a, 1, 2);
	assert_string_equal(script_line(s), "taken good");
	script_stop(s);
	assert_true(rig_log_has(a->alert, "certificate has expired"));
	assert_true(rig_log_has(a->alert, "subject name"));
	assert_true(rig_log_has(a->alert, "self-signed certificate"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, alert_rig_set_up, alert_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_trickle),
		TEST(test_flood_is_an_answer),
		TEST(test_retry_after_seconds),
		TEST(test_retry_after_date),
		TEST(test_retry_after_nonsense),
		TEST(test_wait_outlives_the_process),
		TEST(test_private_addresses_are_refused),
		TEST(test_allowed_range),
		TEST(test_certificates),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

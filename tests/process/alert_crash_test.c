/* netral-alert killed at each of its crash points: each event arrives, in order, and the ids show
 * what came twice. */
#include "tests/process/alert_rig.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { EVENTS = 300, FEW_EVENTS = 40 };

static void crash_at(struct alert_rig *a, const char *point)
{
	char crash[64];
	const char *env[] = {crash, NULL};
	snprintf(crash, sizeof(crash), "NETRAL_CRASH=%s", point);
	alert_rig_launch(a, env);
	assert_int_equal(rig_wait_exit(a->alert), -SIGKILL);
}

static const char *const points[] = {
	"alert-before-commit:1", "alert-before-commit:2", "alert-before-commit:3",
	"alert-after-commit:1",  "alert-after-commit:2",  "alert-after-commit:3",
	"alert-delivered:1",     "alert-delivered:2",     "alert-delivered:40",
};

static void crash_everywhere(struct alert_rig *a, unsigned events)
{
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_receiver(a, "b", "/b", "");
	alert_rig_section(a, "rule \"all\" {\n\treceivers = \"a, b\"\n}\n");
	alert_rig_start(a);
	rig_stop(a->alert);
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		unsigned from = (unsigned)i * events;
		alert_rig_record(a, from, from + events);
		crash_at(a, points[i]);
	}
	alert_rig_start(a);
	unsigned all = events * (unsigned)(sizeof(points) / sizeof(points[0]));
	alert_rig_expect_all(a, "/a", all);
	alert_rig_expect_all(a, "/b", all);
}

static void test_crashes(void **state)
{
	crash_everywhere(*state, EVENTS);
}

/* Both receivers are behind all the time. */
static void test_crashes_while_behind(void **state)
{
	struct alert_rig *a = *state;
	a->sets[a->set_count++] = "outbox_max_bytes=8K";
	crash_everywhere(a, FEW_EVENTS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, alert_rig_set_up, alert_rig_tear_down)
	const struct CMUnitTest tests[] = {TEST(test_crashes), TEST(test_crashes_while_behind)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A netral-alert without memory or without room on the disk: what it was sent arrives all the same,
 * later, in order, and repeats show by their id. */
#include "tests/process/alert_rig.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#define TO_BOTH "rule \"all\" {\n\treceivers = \"a, b\"\n}\n"

static void use_two_receivers(struct alert_rig *a)
{
	alert_rig_receiver(a, "a", "/a", "");
	alert_rig_receiver(a, "b", "/b", "\tform = slack\n");
	alert_rig_section(a, TO_BOTH);
	alert_rig_start(a);
	rig_stop(a->alert);
}

/* Each allocation of the first ones fails once, each in a process of its own: it refuses to start,
 * or goes on. */
static void test_without_memory(void **state)
{
	struct alert_rig *a = *state;
	enum { FAULTS = 30, EVENTS = 5 };
	unsigned refused = 0;
	use_two_receivers(a);
	for (unsigned n = 1; n <= FAULTS; n++) {
		char fault[32];
		const char *env[] = {fault, NULL};
		snprintf(fault, sizeof(fault), "NETRAL_FAULT=alloc:%u", n * 7);
		alert_rig_record(a, (n - 1) * EVENTS, n * EVENTS);
		alert_rig_launch(a, env);
		if (rig_wait_ready_or_exit(a->alert)) {
			hook_await(a->hook, "/b", n * EVENTS);
			rig_stop(a->alert);
		} else {
			assert_int_not_equal(rig_wait_exit(a->alert), 0);
			refused++;
		}
	}
	alert_rig_start(a);
	alert_rig_expect_all(a, "/a", FAULTS * EVENTS);
	assert_in_range(refused, 1, FAULTS - 1);
}

/* As a disk that is full: no file may grow beyond this. Signals that say so are not for us. */
static void limit_files(pid_t pid, rlim_t bytes)
{
	const struct rlimit limit = {bytes, RLIM_INFINITY};
	if (prlimit(pid, RLIMIT_FSIZE, &limit, NULL) < 0)
		rig_fail("prlimit");
}

static void test_full_disk(void **state)
{
	struct alert_rig *a = *state;
	enum { EVENTS = 1000 };
	use_two_receivers(a);
	alert_rig_record(a, 0, EVENTS);
	hook_put(a->hook, "/a", HOOK_SILENCE, 0, "");
	signal(SIGXFSZ, SIG_IGN); /* inherited */
	alert_rig_launch(a, NULL);
	limit_files(a->alert->pid, (rlim_t)128 << 10);
	rig_wait_ready(a->alert);
	while (alert_rig_counter(a, "netral_alert_commit_failures_total") < 3)
		;
	assert_true(rig_log_has(a->alert, "a batch could not be committed"));
	hook_put(a->hook, "/a", HOOK_ANSWER, 200, "");
	limit_files(a->alert->pid, RLIM_INFINITY);
	signal(SIGXFSZ, SIG_DFL);
	alert_rig_expect_all(a, "/a", EVENTS);
	hook_await(a->hook, "/b", EVENTS);
	rig_stop(a->alert);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, alert_rig_set_up, alert_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_without_memory),
		TEST(test_full_disk),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Everything at once: receivers that fail in turns, a small outbox, rules that are read again,
 * stops and kills between any two of these, in an order that a seed decides. At last all are well,
 * and each has each event. */
#include "tests/process/alert_rig.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { STEPS = 60, EVENTS_A_STEP = 10, RECEIVERS = 4 };

static const char *const paths[RECEIVERS] = {"/a", "/b", "/c", "/d"};

/* The same numbers for a seed, everywhere. */
static uint32_t draw(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % below;
}

static void change_a_receiver(struct alert_rig *a, uint32_t *seed)
{
	static const struct {
		enum hook_manner manner;
		int status;
		const char *headers;
	} ways[] = {{HOOK_ANSWER, 200, ""},
		    {HOOK_ANSWER, 204, ""},
		    {HOOK_ANSWER, 429, "Retry-After: 1\r\n"},
		    {HOOK_ANSWER, 503, "Retry-After: 1\r\n"},
		    {HOOK_SILENCE, 0, ""},
		    {HOOK_TRICKLE, 200, ""}};
	const char *path = paths[draw(seed, RECEIVERS)];
	uint32_t way = draw(seed, sizeof(ways) / sizeof(ways[0]));
	hook_put(a->hook, path, ways[way].manner, ways[way].status, ways[way].headers);
}

static void start(struct alert_rig *a, const char *crash)
{
	char text[64];
	const char *env[] = {text, NULL};
	snprintf(text, sizeof(text), "NETRAL_CRASH=%s", crash);
	alert_rig_launch(a, env);
	(void)rig_wait_ready_or_exit(a->alert);
}

/* With whatever is under way, or at the next passage of a point. */
static void end_and_start(struct alert_rig *a, uint32_t *seed)
{
	static const char *const points[] = {"none", "alert-before-commit", "alert-after-commit",
					     "alert-delivered:2"};
	rig_signal(a->alert, draw(seed, 2) ? SIGKILL : SIGTERM);
	(void)rig_wait_exit(a->alert);
	start(a, points[draw(seed, 4)]);
}

/* A point may have ended it at any time. */
static bool has_ended(const struct alert_rig *a)
{
	siginfo_t info = {0};
	return waitid(P_PID, (id_t)a->alert->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid != 0;
}

static void do_something(struct alert_rig *a, uint32_t *seed)
{
	if (has_ended(a)) {
		assert_int_equal(rig_wait_exit(a->alert), -SIGKILL);
		start(a, "none");
	}
	switch (draw(seed, 8)) {
	case 0:
		end_and_start(a, seed);
		break;
	case 1:
		if (has_ended(a))
			break;
		rig_signal(a->alert, SIGHUP);
		(void)rig_wait_ready_or_exit(a->alert); /* what it says must be read */
		break;
	case 2:
		(void)alert_rig_ask(a, (const char *[]){"failed", "retry", NULL});
		break;
	default:
		change_a_receiver(a, seed);
	}
}

static void run(struct alert_rig *a, uint32_t seed)
{
	print_message("seed %u\n", seed);
	for (size_t i = 0; i < RECEIVERS; i++)
		alert_rig_receiver(a, &paths[i][1], paths[i], "");
	alert_rig_section(a, "rule \"all\" {\n\treceivers = \"a, b, c, d\"\n}\n");
	a->sets[a->set_count++] = "outbox_max_bytes=64K";
	a->sets[a->set_count++] = "request_ms=400ms";
	alert_rig_start(a);
	for (unsigned i = 0; i < STEPS; i++) {
		alert_rig_record(a, i * EVENTS_A_STEP, (i + 1) * EVENTS_A_STEP);
		do_something(a, &seed);
	}
	for (size_t i = 0; i < RECEIVERS; i++)
		hook_put(a->hook, paths[i], HOOK_ANSWER, 200, "");
	if (!has_ended(a))
		rig_signal(a->alert, SIGKILL);
	(void)rig_wait_exit(a->alert);
	alert_rig_start(a);
	assert_int_equal(alert_rig_ask(a, (const char *[]){"failed", "retry", NULL}), 0);
	for (size_t i = 0; i < RECEIVERS; i++)
		alert_rig_expect_all(a, paths[i], STEPS * EVENTS_A_STEP);
}

static void test_seed_1(void **state)
{
	run(*state, 1);
}

static void test_seed_10(void **state)
{
	run(*state, 10);
}

static void test_seed_15(void **state)
{
	run(*state, 15);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, alert_rig_set_up, alert_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_seed_1),
		TEST(test_seed_10),
		TEST(test_seed_15),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

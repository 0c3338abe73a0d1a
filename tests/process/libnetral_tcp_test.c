/* libnetral and netral watch over TCP: the same promises, with heartbeats and refused connections
 * where ipc has none. Each run has an address of its own in 127.0.0.0/8, so that no two meet. */
#include "tests/process/client.h"
#include "tests/process/following.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

enum { ENDPOINT_SIZE = 64, SETTING_SIZE = 100, UPDATES_PORT = 5555, REPLAY_PORT = 5556 };

struct tcp_rig {
	struct bench bench;
	char updates[ENDPOINT_SIZE], replay[ENDPOINT_SIZE];
};

static void set_endpoint(char endpoint[static ENDPOINT_SIZE], int port)
{
	unsigned pid = (unsigned)getpid();
	snprintf(endpoint, ENDPOINT_SIZE, "tcp://127.%u.%u.%u:%d", 1 + (pid >> 14 & 0x7f),
		 pid >> 7 & 0x7f, 1 + (pid & 0x7f), port);
}

static void run(struct tcp_rig *t)
{
	struct bench *b = &t->bench;
	char state[RIG_PATH_SIZE], dir[RIG_PATH_SIZE], updates[SETTING_SIZE], replay[SETTING_SIZE];
	snprintf(state, sizeof(state), "state_dir=%s", rig_path(&b->rig, "state"));
	snprintf(dir, sizeof(dir), "runtime_dir=%s", b->rig.dir);
	snprintf(updates, sizeof(updates), "updates_endpoint=%s", t->updates);
	snprintf(replay, sizeof(replay), "replay_endpoint=%s", t->replay);
	const char *const args[] = {"--set", state,  "--set", dir,           "--set", updates,
				    "--set", replay, "--set", "join_days=0", NULL};
	b->record = rig_start(&b->rig, "netral-record", args, NULL);
	rig_wait_ready(b->record);
	peer_open(&b->worker, b->transport, rig_endpoint(&b->rig, "results"));
	peer_open(&b->replay, b->transport, t->replay);
	peer_open(&b->control, b->transport, rig_endpoint(&b->rig, "record-control"));
}

/* kill -9, and again on the same store and the same ports. */
static void restart(struct tcp_rig *t)
{
	rig_kill(t->bench.record);
	peer_close(&t->bench.worker);
	peer_close(&t->bench.replay);
	peer_close(&t->bench.control);
	run(t);
}

static int set_up(void **state)
{
	static struct tcp_rig t;
	bench_init(&t.bench);
	set_endpoint(t.updates, UPDATES_PORT);
	set_endpoint(t.replay, REPLAY_PORT);
	*state = &t;
	return 0;
}

static int tear_down(void **state)
{
	struct tcp_rig *t = *state;
	bench_end(&t->bench);
	return 0;
}

static struct netral_options options(const struct tcp_rig *t)
{
	return (struct netral_options){.size = sizeof(struct netral_options),
				       .updates_endpoint = t->updates,
				       .replay_endpoint = t->replay};
}

/* --- the library --- */

static void test_recorder_is_killed(void **state)
{
	struct tcp_rig *t = *state;
	run(t);
	struct netral_options o = options(t);
	o.start = NETRAL_FROM_BEGINNING;
	bench_record_range(&t->bench, 0, 3000, "81.71");
	struct netral_subscriber *s = following(&t->bench, o);
	following_expect_all(s, 1, 100);
	restart(t); /* in a replay */
	following_expect_all(s, 101, 3000);
	bench_record_range(&t->bench, 3000, 3010, "53.71");
	restart(t); /* perhaps before it was heard */
	bench_record_range(&t->bench, 3010, 3020, "81");
	following_expect_all(s, 3001, 3020);
	following_expect_no_more(s);
	netral_unsubscribe(s);
}

/* The connection is refused at first. */
static void test_recorder_comes_late(void **state)
{
	struct tcp_rig *t = *state;
	static const char *const areas[] = {"81"};
	const struct netral_filter f = {.size = sizeof(f), .areas = areas, .area_count = 1};
	struct netral_options o = options(t);
	o.start = NETRAL_FROM_BEGINNING;
	o.filter = &f;
	struct netral_subscriber *s = following(&t->bench, o);
	following_wait(s, NETRAL_SILENT);
	run(t);
	bench_record_range(&t->bench, 0, 5, "53.71");
	bench_record_range(&t->bench, 5, 10, "81.71");
	following_expect_all(s, 6, 10);
	following_expect_no_more(s);
	netral_unsubscribe(s);
}

static void test_query_and_show(void **state)
{
	struct tcp_rig *t = *state;
	struct netral_results *results;
	const struct netral_update *u;
	char id[33];
	size_t count = 0;
	run(t);
	bench_record_range(&t->bench, 0, 1500, "81.71");
	const struct netral_options o = options(t);
	assert_int_equal(netral_query(&o, &results), 0);
	while (netral_results_next(results, &u) == 1) {
		netral_article_id(u, id);
		count++;
	}
	netral_results_free(results);
	assert_int_equal(count, 1500);
	assert_int_equal(netral_show(&o, id, &results), 0);
	assert_string_equal(netral_results_text(results, NULL), "Text of article 0, about 81.71.");
	netral_results_free(results);
}

/* --- netral watch --- */

static struct rig_process *watch(struct tcp_rig *t, const char *count)
{
	return CLIENT_START(&t->bench.rig, "watch", "--json", "--from", "beginning", "--count",
			    count, "--updates", t->updates, "--replay", t->replay);
}

static void expect_lines(struct rig_process *p, size_t count)
{
	assert_int_equal(rig_wait_exit(p), EX_OK);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(client_number(json_array_get(lines, i), "seq"), i + 1);
	json_decref(lines);
}

/* One that is stopped answers no heartbeat: it is cut off, and what is recorded meanwhile is
 * fetched when it is back. */
static void test_stopped_watch(void **state)
{
	struct tcp_rig *t = *state;
	run(t);
	struct rig_process *p = watch(t, "3000");
	bench_record_range(&t->bench, 0, 10, "81.71");
	client_wait_output(&t->bench.rig, p, "\"seq\":10,");
	assert_int_equal(bench_counter(&t->bench, "netral_subscribers"), 1);
	rig_signal(p, SIGSTOP);
	bench_record_range(&t->bench, 10, 2000, "81.71");
	while (bench_counter(&t->bench, "netral_subscribers") > 0)
		;
	bench_record_range(&t->bench, 2000, 3000, "81.71");
	rig_signal(p, SIGCONT);
	expect_lines(p, 3000);
}

static void test_watch_over_a_restart(void **state)
{
	struct tcp_rig *t = *state;
	run(t);
	bench_record_range(&t->bench, 0, 10, "81.71");
	struct rig_process *p = watch(t, "30");
	client_wait_output(&t->bench.rig, p, "\"seq\":10,");
	restart(t);
	bench_record_range(&t->bench, 10, 30, "81.71");
	expect_lines(p, 30);
}

static void test_watch_needs_both_endpoints(void **state)
{
	struct tcp_rig *t = *state;
	struct rig_process *p;
	assert_int_equal(CLIENT_RUN(&t->bench.rig, &p, "watch", "--updates", t->updates), EX_USAGE);
	assert_true(rig_log_has(p, "--updates and --replay go together"));
	assert_int_equal(CLIENT_RUN(&t->bench.rig, &p, "watch", "--updates", "tcp://", "--replay",
				    t->replay),
			 EX_CONFIG);
	assert_true(rig_log_has(p, "cannot follow the updates"));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_recorder_is_killed),   TEST(test_recorder_comes_late),
		TEST(test_query_and_show),       TEST(test_stopped_watch),
		TEST(test_watch_over_a_restart), TEST(test_watch_needs_both_endpoints),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

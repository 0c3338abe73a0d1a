/* What netral-record does when it cannot start, cannot write, is killed or is stopped. */
#include "tests/process/recorder.h"

#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>
#include <zmq.h>

#include <cmocka.h>

static void a_second_recorder_is_refused(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, NULL, NULL);
	struct rig_process *second = bench_start(&b, NULL, NULL);
	assert_int_equal(rig_wait_exit(second), EX_TEMPFAIL);
	assert_true(rig_log_has(second, "in use by process"));
	bench_record_range(&b, 0, 3, "81.71");
	rig_stop(b.record);
	bench_end(&b);
}

static int run_with(struct bench *b, const char *set, const char *wanted)
{
	struct rig_process *p = bench_start(b, set, NULL);
	int exit_code = rig_wait_exit(p);
	if (!rig_log_has(p, wanted))
		rig_fail("netral-record --set %s does not say \"%s\"", set ? set : "(none)",
			 wanted);
	return exit_code;
}

static void what_cannot_start_says_why(void **state)
{
	(void)state;
	struct bench b;
	memset(&b, 0, sizeof(b));
	rig_init(&b.rig);
	assert_int_equal(run_with(&b, NULL, "create its parent directory"), EX_NOINPUT);
	rig_make_dir(&b.rig, "state");
	assert_int_equal(run_with(&b, "runtime_dir=/nonexistent/netral", "cannot listen"),
			 EX_NOINPUT);
	assert_int_equal(run_with(&b, "commit_max=0", "commit_max"), EX_CONFIG);
	assert_int_equal(run_with(&b, "stat_dir=/tmp", "stat_dir"), EX_CONFIG);
	assert_int_equal(run_with(&b, "log_level=loud", "loud"), EX_CONFIG);
	assert_int_equal(run_with(&b, "replay_endpoint=nonsense", "cannot listen"), EX_CONFIG);

	static const char bad[] = "head_ms = 1s\nstor_max = 1G\n";
	rig_write_file(&b.rig, "bad.conf", bad, strlen(bad));
	const char *const args[] = {"--config", rig_path(&b.rig, "bad.conf"), "--check-config",
				    NULL};
	struct rig_process *p = rig_start(&b.rig, "netral-record", args, NULL);
	assert_int_equal(rig_wait_exit(p), EX_CONFIG);
	assert_true(rig_log_has(p, "bad.conf:2"));
	rig_fini(&b.rig);
}

/* --- a store that cannot write --- */

#ifdef NETRAL_TEST_HOOKS
static void a_failed_commit_is_busy_and_then_works(void **state)
{
	(void)state;
	struct bench b;
	const char *const env[] = {"NETRAL_FAULT=commit:2", NULL}; /* the first one opens */
	bench_begin(&b, NULL, env);
	struct result results[2] = {bench_result(&b, 0, "81.71"), bench_result(&b, 1, "81.71")};
	results[0].text_zstd.len--;
	const struct msg_recorded *r = bench_record(&b, results, 2);
	assert_int_equal(r->statuses[0].outcome, RECORD_REFUSED);
	assert_int_equal(r->statuses[1].outcome, RECORD_BUSY);
	assert_non_null(strstr(r->statuses[1].reason, "input/output error"));
	assert_non_null(strstr(bench_state(&b), "not recording"));
	r = bench_record(&b, results, 2);
	assert_int_equal(r->statuses[1].outcome, RECORD_RECORDED);
	assert_string_equal(bench_state(&b), "running");
	assert_int_equal(bench_counter(&b, "netral_results_busy_total"), 1);
	assert_int_equal(bench_counter(&b, "netral_updates_total"), 1);
	rig_stop(b.record);
	bench_end(&b);
}
#endif

static void a_full_store_is_readable_and_says_so(void **state)
{
	(void)state;
	struct bench b;
	struct filter all = {0};
	bench_begin(&b, "store_max_bytes=1M", NULL);
	unsigned n = bench_fill(&b);
	assert_true(n > 10);
	assert_non_null(strstr(bench_state(&b), "raise store_max_bytes"));
	assert_int_equal(bench_replay(&b, 1, all, 0)->head, n);
	rig_stop(b.record);

	b.record = bench_start(&b, "store_max_bytes=16M", NULL);
	rig_wait_ready(b.record);
	struct result r = bench_result(&b, n, "81.71");
	assert_int_equal(bench_record(&b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
	assert_int_equal(bench_replay(&b, n + 1, all, 0)->updates[0].seq, n + 1);
	rig_stop(b.record);
	bench_end(&b);
}

/* A real full disk, where the test may mount one: service resumes when there is room again. */
static void a_full_disk_is_survived(void **state)
{
	(void)state;
	struct bench b;
	struct filter all = {0};
	bench_init(&b);
	/* In a namespace of its own, the mount ends with this test program. */
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("netral-test", rig_path(&b.rig, "state"), "tmpfs", 0, "size=2m") < 0) {
		print_message("skipped: mounting a small file system needs privileges\n");
		bench_end(&b);
		skip();
	}
	char filling[1 << 20];
	memset(filling, 'x', sizeof(filling));
	rig_write_file(&b.rig, "state/filling", filling, sizeof(filling));
	bench_run(&b, NULL, NULL);
	unsigned n = bench_fill(&b);
	assert_true(n > 3);
	assert_int_equal(bench_replay(&b, 1, all, 0)->head, n);
	assert_non_null(strstr(bench_state(&b), "not recording"));
	assert_int_equal(unlink(rig_path(&b.rig, "state/filling")), 0);
	struct result r = bench_result(&b, n, "81.71");
	assert_int_equal(bench_record(&b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
	assert_string_equal(bench_state(&b), "running");
	rig_stop(b.record);
	umount2(rig_path(&b.rig, "state"), MNT_DETACH);
	bench_end(&b);
}

/* --- crashes --- */

#ifdef NETRAL_TEST_HOOKS
/* Waits until an answer is there or the program has ended; true with an answer. */
static bool answered_or_ended(struct bench *b)
{
	int fd = (int)syscall(SYS_pidfd_open, b->record->pid, 0);
	assert_true(fd >= 0);
	zmq_pollitem_t items[] = {{.socket = b->worker.socket, .events = ZMQ_POLLIN},
				  {.fd = fd, .events = ZMQ_POLLIN}};
	if (zmq_poll(items, 2, RIG_DEADLINE_MS) <= 0)
		rig_fail("netral-record neither answered nor ended");
	close(fd);
	return items[0].revents != 0;
}

static void restart_with(struct bench *b, const char *const *env)
{
	peer_close(&b->worker); /* a new connection: nothing is sent into the end of an old one */
	b->record = bench_start(b, NULL, env);
	rig_wait_ready(b->record);
	peer_open(&b->worker, b->transport, rig_endpoint(&b->rig, "results"));
}

/* Sends articles first and first + 1 until they are answered; returns the number of crashes. */
static unsigned record_through_crashes(struct bench *b, unsigned first, const char *const *env)
{
	struct result results[2] = {bench_result(b, first, first % 3 ? "81.71" : "53"),
				    bench_result(b, first + 1, "81.71")};
	struct message m = {.type = MSG_RECORD, .record = {.results = results, .result_count = 2}};
	unsigned crashes = 0;
	for (;;) {
		m.record.request = ++b->request;
		peer_send(&b->worker, &m);
		if (answered_or_ended(b))
			break;
		assert_int_equal(rig_wait_exit(b->record), -SIGKILL);
		crashes++;
		restart_with(b, env);
	}
	const struct msg_recorded *r = &peer_receive(&b->worker, MSG_RECORDED)->recorded;
	assert_int_equal(r->request, b->request);
	for (size_t i = 0; i < 2; i++)
		assert_in_range(r->statuses[i].outcome, RECORD_RECORDED, RECORD_UNCHANGED);
	return crashes;
}

enum { CRASH_ARTICLES = 24 };

/* A subscriber that follows the rules: it reads on from the last number that it saw. */
static void check_log(struct bench *b)
{
	struct filter all = {0};
	unsigned seen[CRASH_ARTICLES] = {0};
	uint64_t next = 1, last_in_topic[2] = {0};
	const struct msg_replay_page *page;
	do {
		page = bench_replay(b, next, all, 5);
		for (size_t i = 0; i < page->update_count; i++) {
			const struct update *u = &page->updates[i];
			bool ambon = strcmp(u->event.place.code, "81.71") == 0;
			assert_int_equal(u->seq, next++);
			assert_int_equal(u->prev_in_topic, last_in_topic[ambon]);
			last_in_topic[ambon] = u->seq;
			assert_in_range(u->accepted_us, 0, CRASH_ARTICLES - 1);
			seen[u->accepted_us]++; /* the article's number */
		}
	} while (page->through < page->head);
	for (size_t i = 0; i < CRASH_ARTICLES; i++)
		assert_int_equal(seen[i], 1);
}

/* The first life ends at passage `passage` of the point. The later ones get one passage at least
 * before theirs, or what is sent again would never get through. */
static void crash_at(const char *point, unsigned passage)
{
	struct bench b;
	unsigned crashes = 0;
	char first[80], later[80];
	const char *const first_env[] = {first, NULL}, *const later_env[] = {later, NULL};
	snprintf(first, sizeof(first), "NETRAL_CRASH=%s:%u", point, passage);
	snprintf(later, sizeof(later), "NETRAL_CRASH=%s:%u", point, passage + 1);
	bench_begin(&b, NULL, first_env);
	for (unsigned n = 0; n < CRASH_ARTICLES; n += 2)
		crashes += record_through_crashes(&b, n, later_env);
	assert_true(crashes > 1);
	rig_kill(b.record);
	restart_with(&b, NULL);
	check_log(&b);
	rig_stop(b.record);
	bench_end(&b);
}

static void no_crash_loses_or_doubles_anything(void **state)
{
	(void)state;
	static const char *const points[] = {"record-before-commit", "record-after-commit",
					     "record-after-publish", "record-after-ack"};
	for (size_t i = 0; i < 4; i++) {
		for (unsigned passage = 1; passage <= 3; passage++)
			crash_at(points[i], passage);
	}
}

/* --- ending --- */
#endif /* NETRAL_TEST_HOOKS */

/* A Record that arrives together with SIGTERM is recorded and answered, or neither. */
static void sigterm_finishes_what_was_taken(void **state)
{
	(void)state;
	struct bench b;
	struct filter all = {0};
	bench_begin(&b, NULL, NULL);
	bench_record_range(&b, 0, 1, "81.71"); /* the connection stands */
	rig_signal(b.record, SIGSTOP);
	struct result r = bench_result(&b, 1, "81.71");
	struct message m = {.type = MSG_RECORD,
			    .record = {.request = ++b.request, .results = &r, .result_count = 1}};
	peer_send(&b.worker, &m);
	rig_signal(b.record, SIGTERM);
	rig_signal(b.record, SIGCONT);
	assert_int_equal(rig_wait_exit(b.record), 0);
	bool answered = peer_has_message(&b.worker, 0);
	if (answered)
		assert_int_equal(
			peer_receive(&b.worker, MSG_RECORDED)->recorded.statuses[0].outcome,
			RECORD_RECORDED);
	b.record = bench_start(&b, NULL, NULL);
	rig_wait_ready(b.record);
	if (answered)
		assert_int_equal(bench_replay(&b, 1, all, 0)->head, 2);
	bench_record(&b, &r, 1);
	assert_int_equal(bench_replay(&b, 1, all, 0)->head, 2);
	rig_stop(b.record);
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_second_recorder_is_refused),
		cmocka_unit_test(what_cannot_start_says_why),
		cmocka_unit_test(a_full_store_is_readable_and_says_so),
		cmocka_unit_test(a_full_disk_is_survived),
		cmocka_unit_test(sigterm_finishes_what_was_taken),
#ifdef NETRAL_TEST_HOOKS
		cmocka_unit_test(a_failed_commit_is_busy_and_then_works),
		cmocka_unit_test(no_crash_loses_or_doubles_anything),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* netrald when an allocation, a commit or a send fails, and when its disk is full. */
#include "tests/process/daemon_rig.h"

#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef NETRAL_TEST_HOOKS
enum { ANSWER_MS = 300, PATIENCE = 100 };

/* One message until it is answered as wished: the answer may be lost, or be BUSY. */
static bool ask_until(struct peer *p, const struct message *m,
		      bool (*is_good)(const struct message *))
{
	for (int i = 0; i < PATIENCE; i++) {
		peer_send(p, m);
		while (peer_has_message(p, ANSWER_MS)) {
			if (is_good(peer_receive_any(p)))
				return true;
		}
	}
	return false;
}

static bool is_taken(const struct message *m)
{
	return m->type == MSG_SUBMIT_REPLY &&
	       (m->submit_reply.statuses[0].outcome == SUBMIT_ACCEPTED ||
		m->submit_reply.statuses[0].outcome == SUBMIT_DUPLICATE);
}

static bool is_work(const struct message *m)
{
	return m->type == MSG_WORK;
}

/* A session until the article has come; it is said to be Done. */
static bool work_once(struct daemon_rig *d)
{
	struct peer worker;
	struct message hello = {.type = MSG_HELLO, .hello = {"w", "test", 1}};
	peer_open(&worker, d->transport, rig_endpoint(&d->rig, "work"));
	bool came = ask_until(&worker, &hello, is_work);
	if (came)
		daemon_rig_done_all(&worker, &worker.message.work);
	peer_close(&worker);
	return came;
}

/* netrald with the n-th of `kind` failing: true when it ran, false when it refused to start. */
static bool survives(struct daemon_rig *d, const char *kind, unsigned n)
{
	char fault[64], text[32];
	const char *env[] = {fault, NULL};
	snprintf(fault, sizeof(fault), "NETRAL_FAULT=%s:%u", kind, n);
	int len = snprintf(text, sizeof(text), "%s %u", kind, n);
	struct article article = {.text = {text, (size_t)len}};
	struct message submit = {.type = MSG_SUBMIT, .submit = {n, &article, 1}};

	daemon_rig_launch(d, env);
	if (!rig_wait_ready_or_exit(d->netrald)) {
		int code = rig_wait_exit(d->netrald);
		if (code != EX_OSERR || !rig_log_has(d->netrald, "out of memory"))
			rig_fail("%s: exit code %d", fault, code);
		return false;
	}
	if (!ask_until(&d->submitter, &submit, is_taken))
		rig_fail("%s: the article was not taken", fault);
	if (!work_once(d))
		rig_fail("%s: the article was not handed out", fault);
	rig_stop(d->netrald);
	return true;
}

static void any_allocation_may_fail(void **state)
{
	struct daemon_rig *d = *state;
	unsigned refused = 0, n = 1, ran = 0;
	for (; n <= 100 && ran < 10; n++) {
		bool survived = survives(d, "alloc", n);
		refused += !survived;
		ran = survived ? ran + 1 : 0;
	}
	assert_true(refused > 5); /* the faults were hit */
	assert_int_equal(ran, 10);
}

static void any_commit_may_fail(void **state)
{
	struct daemon_rig *d = *state;
	for (unsigned n = 1; n <= 3; n++)
		assert_true(survives(d, "commit", n));
}

static void any_send_may_fail(void **state)
{
	struct daemon_rig *d = *state;
	for (unsigned n = 1; n <= 5; n++)
		assert_true(survives(d, "send", n));
}
#endif

static void a_full_disk_says_busy_and_resumes_by_itself(void **state)
{
	struct daemon_rig *d = *state;
	char filling[1 << 20];
	unsigned n = 0;
	/* In a namespace of its own, the mount ends with this test program. */
	rig_make_dir(&d->rig, "state");
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("netral-test", rig_path(&d->rig, "state"), "tmpfs", 0, "size=3m") < 0) {
		print_message("skipped: mounting a small file system needs privileges\n");
		skip();
	}
	memset(filling, 'x', sizeof(filling));
	rig_write_file(&d->rig, "state/filling", filling, sizeof(filling));
	daemon_rig_start(d);
	const struct msg_submit_reply *reply;
	while ((reply = daemon_rig_submit(d, n, 20))->statuses[19].outcome == SUBMIT_ACCEPTED)
		n += 20;
	assert_int_equal(reply->statuses[19].outcome, SUBMIT_BUSY);
	assert_string_equal(reply->statuses[19].reason,
			    "disk: cannot make room for the journal: no space left");
	assert_true(n >= 20);
	assert_non_null(strstr(daemon_rig_status(d)->state, "no space left"));
	assert_int_equal(unlink(rig_path(&d->rig, "state/filling")), 0);
	daemon_rig_wait_counter(d, "netral_intake_stopped", 0);
	daemon_rig_expect(d, 100000, 20, SUBMIT_ACCEPTED);
	rig_stop(d->netrald);
	umount2(rig_path(&d->rig, "state"), MNT_DETACH);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, daemon_rig_set_up, daemon_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef NETRAL_TEST_HOOKS
		TEST(any_allocation_may_fail),
		TEST(any_commit_may_fail),
		TEST(any_send_may_fail),
#endif
		TEST(a_full_disk_says_busy_and_resumes_by_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

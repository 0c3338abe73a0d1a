/* netrald alone: a real process, and a submitter, workers and an operator made of envelopes. */
#include "lib/error.h"
#include "tests/process/daemon_rig.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

/* --- taking in --- */

static void an_article_is_accepted_once(void **state)
{
	struct daemon_rig *d = *state;
	daemon_rig_start(d);
	daemon_rig_expect(d, 1, 3, SUBMIT_ACCEPTED);
	daemon_rig_expect(d, 1, 3, SUBMIT_DUPLICATE);
	const struct msg_submit_reply *reply = daemon_rig_submit(d, 3, 2);
	assert_int_equal(reply->statuses[0].outcome, SUBMIT_DUPLICATE);
	assert_int_equal(reply->statuses[1].outcome, SUBMIT_ACCEPTED);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_accepted_total"), 4);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_duplicate_total"), 4);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_pending"), 4);
	rig_stop(d->netrald);
}

static void the_same_article_twice_in_one_message_is_taken_once(void **state)
{
	struct daemon_rig *d = *state;
	struct article twice[2] = {{.text = {"Isi.", 4}}, {.text = {"Isi.", 4}}};
	struct message m = {.type = MSG_SUBMIT, .submit = {7, twice, 2}};
	daemon_rig_start(d);
	peer_send(&d->submitter, &m);
	const struct msg_submit_reply *reply =
		&peer_receive(&d->submitter, MSG_SUBMIT_REPLY)->submit_reply;
	assert_int_equal(reply->statuses[0].outcome, SUBMIT_ACCEPTED);
	assert_int_equal(reply->statuses[1].outcome, SUBMIT_DUPLICATE);
	assert_true(article_id_equal(&reply->statuses[0].id, &reply->statuses[1].id));
}

static void a_bad_article_among_good_ones_is_refused_with_a_reason(void **state)
{
	struct daemon_rig *d = *state;
	struct article articles[3] = {{.text = {"Satu.", 5}},
				      {.title = {"\xff", 1}, .text = {"Dua.", 4}},
				      {.text = {"Tiga.", 5}, .published = {"kemarin", 7}}};
	struct message m = {.type = MSG_SUBMIT, .submit = {7, articles, 3}};
	daemon_rig_start(d);
	peer_send(&d->submitter, &m);
	const struct msg_submit_reply *reply =
		&peer_receive(&d->submitter, MSG_SUBMIT_REPLY)->submit_reply;
	assert_int_equal(reply->statuses[0].outcome, SUBMIT_ACCEPTED);
	assert_int_equal(reply->statuses[1].outcome, SUBMIT_REFUSED);
	assert_string_equal(reply->statuses[1].reason, "title: byte 0 is not valid UTF-8");
	assert_int_equal(reply->statuses[2].outcome, SUBMIT_REFUSED);
	assert_non_null(strstr(reply->statuses[2].reason, "published"));
	assert_int_equal(daemon_rig_counter(d, "netral_articles_refused_total"), 2);
}

static void what_was_accepted_is_there_after_kill_9(void **state)
{
	struct daemon_rig *d = *state;
	struct peer worker;
	daemon_rig_start(d);
	daemon_rig_expect(d, 1, 5, SUBMIT_ACCEPTED);
	rig_kill(d->netrald);
	daemon_rig_start(d);
	daemon_rig_expect(d, 1, 5, SUBMIT_DUPLICATE);
	daemon_rig_worker(d, &worker, "w", 10);
	const struct msg_work *work = &peer_receive(&worker, MSG_WORK)->work;
	assert_int_equal(work->item_count, 5);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(daemon_rig_number(&work->items[i].article), i + 1);
	peer_close(&worker);
}

static void a_full_journal_says_busy_and_resumes_by_itself(void **state)
{
	struct daemon_rig *d = *state;
	struct peer worker;
	unsigned n = 0;
	daemon_rig_set(d, "journal_max_bytes=1M");
	daemon_rig_start(d);
	const struct msg_submit_reply *reply;
	while ((reply = daemon_rig_submit(d, n, 50))->statuses[49].outcome == SUBMIT_ACCEPTED)
		n += 50;
	assert_int_equal(reply->statuses[49].outcome, SUBMIT_BUSY);
	assert_non_null(strstr(reply->statuses[49].reason, "journal is full"));
	assert_true(n >= 100);
	assert_non_null(strstr(daemon_rig_status(d)->state, "journal is full"));
	assert_int_equal(daemon_rig_counter(d, "netral_intake_stopped"), 1);
	assert_true(rig_log_has(d->netrald, "intake: stopped"));

	daemon_rig_worker(d, &worker, "w", 4096);
	while (daemon_rig_counter(d, "netral_articles_pending") +
		       daemon_rig_counter(d, "netral_articles_in_flight") >
	       0) {
		if (peer_has_message(&worker, 0))
			daemon_rig_done_all(&worker, &peer_receive(&worker, MSG_WORK)->work);
	}
	daemon_rig_wait_counter(d, "netral_intake_stopped", 0);
	assert_string_equal(daemon_rig_status(d)->state, "running");
	daemon_rig_expect(d, 100000, 50, SUBMIT_ACCEPTED);
	peer_close(&worker);
}

/* --- handing out --- */

static void done_articles_are_ended(void **state)
{
	struct daemon_rig *d = *state;
	struct peer worker;
	daemon_rig_start(d);
	daemon_rig_worker(d, &worker, "w", 2);
	daemon_rig_expect(d, 1, 3, SUBMIT_ACCEPTED);
	const struct msg_work *work = &peer_receive(&worker, MSG_WORK)->work;
	assert_int_equal(work->item_count, 2);
	assert_string_equal(work->items[0].article.source.ptr, "submit");
	assert_true(work->items[0].article.accepted_us > 0);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_in_flight"), 2);
	const struct msg_status_reply *status = daemon_rig_status(d);
	assert_int_equal(status->worker_count, 1);
	assert_string_equal(status->workers[0].name, "w");
	assert_int_equal(status->workers[0].held, 2);
	assert_int_equal(status->workers[0].credit, 2);
	daemon_rig_done_all(&worker, work);
	work = &peer_receive(&worker, MSG_WORK)->work;
	assert_int_equal(work->item_count, 1);
	daemon_rig_done_all(&worker, work);
	daemon_rig_wait_counter(d, "netral_articles_recorded_total", 3);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_pending"), 0);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_in_flight"), 0);
	rig_stop(d->netrald);
	daemon_rig_start(d);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_pending"), 0);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_recorded_total"), 3);
	daemon_rig_expect(d, 1, 3, SUBMIT_DUPLICATE);
	peer_close(&worker);
}

static void what_a_dead_worker_held_is_handed_out_again(void **state)
{
	struct daemon_rig *d = *state;
	struct peer first, second;
	daemon_rig_start(d);
	daemon_rig_expect(d, 1, 2, SUBMIT_ACCEPTED);
	daemon_rig_worker(d, &first, "first", 2);
	assert_int_equal(peer_receive(&first, MSG_WORK)->work.item_count, 2);
	peer_close(&first);
	daemon_rig_worker(d, &second, "second", 10);
	for (unsigned n = 1; n <= 2; n++) {
		const struct msg_work *work = &peer_receive(&second, MSG_WORK)->work;
		assert_int_equal(work->item_count, 1); /* suspects come alone */
		assert_int_equal(work->items[0].tries, 1);
		daemon_rig_done_all(&second, work);
	}
	daemon_rig_wait_counter(d, "netral_articles_recorded_total", 2);
	assert_int_equal(daemon_rig_counter(d, "netral_workers_lost_total"), 1);
	peer_close(&second);
}

static void a_silent_worker_loses_its_articles(void **state)
{
	struct daemon_rig *d = *state;
	struct peer silent, second;
	daemon_rig_set(d, "silence_ms=300ms");
	daemon_rig_start(d);
	daemon_rig_expect(d, 1, 1, SUBMIT_ACCEPTED);
	daemon_rig_worker(d, &silent, "silent", 1);
	const struct msg_work *work = &peer_receive(&silent, MSG_WORK)->work;
	struct lease lease = {work->items[0].seq, work->items[0].lease};
	daemon_rig_wait_counter(d, "netral_workers_lost_total", 1);
	daemon_rig_worker(d, &second, "second", 1);
	work = &peer_receive(&second, MSG_WORK)->work;
	assert_int_equal(work->items[0].tries, 1);
	/* The first one wakes up: its lease is void, and it has to say Hello. */
	struct message done = {.type = MSG_DONE, .done = {&lease, 1}};
	peer_send(&silent, &done);
	assert_int_equal(peer_receive(&silent, MSG_ERROR)->error.code, CODE_HELLO_FIRST);
	daemon_rig_done_all(&second, work);
	daemon_rig_wait_counter(d, "netral_articles_recorded_total", 1);
	peer_close(&silent);
	peer_close(&second);
}

static void fail_item(struct peer *worker, const struct work_item *item, bool permanent)
{
	struct message m = {.type = MSG_FAILED,
			    .failed = {{item->seq, item->lease}, permanent, "cannot be read"}};
	peer_send(worker, &m);
}

static void a_failing_article_ends_in_dead_and_can_be_retried_or_dropped(void **state)
{
	struct daemon_rig *d = *state;
	struct peer worker;
	daemon_rig_set(d, "max_tries=2");
	daemon_rig_start(d);
	daemon_rig_expect(d, 1, 1, SUBMIT_ACCEPTED);
	daemon_rig_worker(d, &worker, "w", 1);
	for (unsigned tries = 0; tries < 2; tries++) {
		const struct msg_work *work = &peer_receive(&worker, MSG_WORK)->work;
		assert_int_equal(work->items[0].tries, tries);
		fail_item(&worker, &work->items[0], false);
	}
	daemon_rig_wait_counter(d, "netral_articles_dead", 1);
	rig_kill(d->netrald);
	peer_close(&worker);
	daemon_rig_start(d);

	struct message list = {.type = MSG_DEAD_LIST, .dead_list = {9, 0, 10}};
	peer_send(&d->control, &list);
	const struct msg_dead_page *page = &peer_receive(&d->control, MSG_DEAD_PAGE)->dead_page;
	assert_int_equal(page->article_count, 1);
	assert_string_equal(page->articles[0].reason, "cannot be read");
	assert_string_equal(page->articles[0].title.ptr, "Berita 1");
	assert_int_equal(page->articles[0].tries, 2);
	assert_false(page->more);
	struct article_id id = page->articles[0].id, none = {{1}};

	struct article_id ids[] = {none, id};
	struct message retry = {.type = MSG_DEAD_ACTION,
				.dead_action = {10, DEAD_RETRY, ids, 2, false}};
	peer_send(&d->control, &retry);
	const struct msg_dead_action_reply *reply =
		&peer_receive(&d->control, MSG_DEAD_ACTION_REPLY)->dead_action_reply;
	assert_int_equal(reply->done, 1);
	assert_int_equal(reply->missing, 1);
	daemon_rig_worker(d, &worker, "w", 1);
	const struct msg_work *work = &peer_receive(&worker, MSG_WORK)->work;
	assert_int_equal(work->items[0].tries, 0);
	fail_item(&worker, &work->items[0], true);
	daemon_rig_wait_counter(d, "netral_articles_dead", 1);

	struct message drop = {.type = MSG_DEAD_ACTION,
			       .dead_action = {11, DEAD_DROP, NULL, 0, true}};
	daemon_rig_expect(d, 1, 1, SUBMIT_DUPLICATE);
	peer_send(&d->control, &drop);
	reply = &peer_receive(&d->control, MSG_DEAD_ACTION_REPLY)->dead_action_reply;
	assert_int_equal(reply->done, 1);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_dead"), 0);
	daemon_rig_expect(d, 1, 1, SUBMIT_ACCEPTED);
	peer_close(&worker);
}

static void bye_is_answered_and_nothing_comes_after_it(void **state)
{
	struct daemon_rig *d = *state;
	struct peer leaving, other;
	struct message bye = {.type = MSG_BYE};
	daemon_rig_start(d);
	daemon_rig_expect(d, 1, 1, SUBMIT_ACCEPTED);
	daemon_rig_worker(d, &leaving, "leaving", 5);
	const struct msg_work *work = &peer_receive(&leaving, MSG_WORK)->work;
	struct lease lease = {work->items[0].seq, work->items[0].lease};
	peer_send(&leaving, &bye);
	peer_receive(&leaving, MSG_BYE);
	daemon_rig_expect(d, 2, 1, SUBMIT_ACCEPTED);
	daemon_rig_worker(d, &other, "other", 5);
	work = &peer_receive(&other, MSG_WORK)->work;
	assert_int_equal(daemon_rig_number(&work->items[0].article), 2);
	struct message done = {.type = MSG_DONE, .done = {&lease, 1}};
	peer_send(&leaving, &done);
	daemon_rig_wait_counter(d, "netral_articles_recorded_total", 1);
	daemon_rig_wait_counter(d, "netral_workers", 1);
	peer_close(&leaving);
	peer_close(&other);
}

static void accepted_articles_are_published(void **state)
{
	struct daemon_rig *d = *state;
	struct peer subscriber;
	unsigned n = 0;
	daemon_rig_start(d);
	peer_subscribe(&subscriber, d->transport, rig_endpoint(&d->rig, "articles"), "art");
	/* A subscription takes its time: the first articles may be too early. */
	do {
		daemon_rig_expect(d, ++n, 1, SUBMIT_ACCEPTED);
	} while (!peer_has_message(&subscriber, 1) && n < 100000);
	const struct message *m = peer_receive_topic(&subscriber, "article", MSG_ARTICLE);
	unsigned first = daemon_rig_number(&m->article);
	assert_true(first <= n);
	for (unsigned i = first + 1; i <= n; i++) {
		m = peer_receive_topic(&subscriber, "article", MSG_ARTICLE);
		assert_int_equal(daemon_rig_number(&m->article), i);
	}
	peer_close(&subscriber);
}

/* --- peers that break the rules --- */

static void expect_error(struct peer *p, const struct message *m, enum msg_code code)
{
	peer_send(p, m);
	const struct msg_error *error = &peer_receive(p, MSG_ERROR)->error;
	assert_int_equal(error->code, code);
	assert_true(error->reason[0] != '\0');
}

static void errors_are_answered_counted_and_harm_nothing(void **state)
{
	struct daemon_rig *d = *state;
	struct peer stranger, worker;
	struct lease lease = {1, 1};
	const struct message ping = {.type = MSG_PING}, pong = {.type = MSG_PONG},
			     done = {.type = MSG_DONE, .done = {&lease, 1}},
			     failed = {.type = MSG_FAILED, .failed = {lease, false, "x"}};
	daemon_rig_start(d);
	daemon_rig_expect(d, 1, 1, SUBMIT_ACCEPTED);
	peer_open(&stranger, d->transport, rig_endpoint(&d->rig, "work"));
	expect_error(&stranger, &ping, CODE_HELLO_FIRST);
	expect_error(&stranger, &done, CODE_HELLO_FIRST);
	peer_send_bytes(&stranger, "\xff\xff\xff garbage", 11);
	assert_int_equal(peer_receive(&stranger, MSG_ERROR)->error.code, CODE_MALFORMED);
	peer_send_bytes(&stranger, "", 0);
	assert_int_equal(peer_receive(&stranger, MSG_ERROR)->error.code, CODE_MALFORMED);
	expect_error(&d->submitter, &pong, CODE_WRONG_TYPE);
	expect_error(&d->control, &ping, CODE_WRONG_TYPE);
	daemon_rig_worker(d, &worker, "w", 1);
	struct message m = *peer_receive(&worker, MSG_WORK);
	struct lease held = {m.work.items[0].seq, m.work.items[0].lease};
	expect_error(&worker, &done, CODE_NOT_HELD);
	expect_error(&worker, &failed, CODE_NOT_HELD);
	assert_int_equal(daemon_rig_counter(d, "netral_not_held_total"), 2);
	assert_int_equal(daemon_rig_counter(d, "netral_protocol_errors_total"), 8);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_in_flight"), 1);
	struct message right = {.type = MSG_DONE, .done = {&held, 1}};
	peer_send(&worker, &right);
	daemon_rig_wait_counter(d, "netral_articles_recorded_total", 1);
	peer_close(&stranger);
	peer_close(&worker);
}

static void another_version_is_told_so(void **state)
{
	struct daemon_rig *d = *state;
	daemon_rig_start(d);
	peer_send_bytes(&d->submitter, "\x08\x02", 2); /* version = 2 */
	assert_int_equal(peer_receive(&d->submitter, MSG_ERROR)->error.code, CODE_VERSION);
}

static void too_many_workers_hear_busy(void **state)
{
	struct daemon_rig *d = *state;
	struct peer first, second;
	struct message hello = {.type = MSG_HELLO, .hello = {"second", "test", 1}};
	daemon_rig_set(d, "workers_max=1");
	daemon_rig_start(d);
	daemon_rig_worker(d, &first, "first", 1);
	peer_open(&second, d->transport, rig_endpoint(&d->rig, "work"));
	expect_error(&second, &hello, CODE_BUSY);
	peer_close(&first);
	peer_close(&second);
}

/* --- starting --- */

static void a_second_netrald_is_refused(void **state)
{
	struct daemon_rig *d = *state;
	daemon_rig_start(d);
	daemon_rig_expect(d, 1, 1, SUBMIT_ACCEPTED);
	struct rig_process *first = d->netrald;
	daemon_rig_launch(d, NULL);
	assert_int_equal(rig_wait_exit(d->netrald), EX_TEMPFAIL);
	assert_true(rig_log_has(d->netrald, "in use by process"));
	/* The first one still has its sockets. */
	daemon_rig_expect(d, 2, 1, SUBMIT_ACCEPTED);
	rig_stop(first);
}

struct bad_start {
	const char *set;
	int exit_code;
	const char *message;
};

static void bad_settings_are_named(void **state)
{
	struct daemon_rig *d = *state;
	static const struct bad_start cases[] = {
		{"spool_dir=/nonexistent/spool", EX_NOINPUT, "spool_dir: /nonexistent/spool"},
		{"state_dir=/nonexistent/state", EX_NOINPUT, "state_dir: /nonexistent/state"},
		{"runtime_dir=/nonexistent/run", EX_NOINPUT, "runtime_dir: /nonexistent/run"},
		{"submit_endpoint=nowhere", EX_CONFIG, "endpoint=nowhere"},
		{"silence_ms=150ms", EX_CONFIG, "silence_ms: must be at least twice heartbeat_ms"},
		{"log_level=loud", EX_CONFIG, "log_level: \"loud\""},
		{"max_tries=0", EX_CONFIG, "max_tries"},
		{"no_such_key=1", EX_CONFIG, "no_such_key"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		d->set_count = 0;
		daemon_rig_set(d, cases[i].set);
		daemon_rig_launch(d, NULL);
		int code = rig_wait_exit(d->netrald);
		if (code != cases[i].exit_code || !rig_log_has(d->netrald, cases[i].message))
			rig_fail("%s: exit code %d", cases[i].set, code);
	}
}

static void sighup_changes_nothing(void **state)
{
	struct daemon_rig *d = *state;
	daemon_rig_start(d);
	rig_signal(d->netrald, SIGHUP);
	daemon_rig_expect(d, 1, 1, SUBMIT_ACCEPTED);
	rig_stop(d->netrald);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, daemon_rig_set_up, daemon_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_article_is_accepted_once),
		TEST(the_same_article_twice_in_one_message_is_taken_once),
		TEST(a_bad_article_among_good_ones_is_refused_with_a_reason),
		TEST(what_was_accepted_is_there_after_kill_9),
		TEST(a_full_journal_says_busy_and_resumes_by_itself),
		TEST(done_articles_are_ended),
		TEST(what_a_dead_worker_held_is_handed_out_again),
		TEST(a_silent_worker_loses_its_articles),
		TEST(a_failing_article_ends_in_dead_and_can_be_retried_or_dropped),
		TEST(bye_is_answered_and_nothing_comes_after_it),
		TEST(accepted_articles_are_published),
		TEST(errors_are_answered_counted_and_harm_nothing),
		TEST(another_version_is_told_so),
		TEST(too_many_workers_hear_busy),
		TEST(a_second_netrald_is_refused),
		TEST(bad_settings_are_named),
		TEST(sighup_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

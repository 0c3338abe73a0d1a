/* Mail from netral-alert to a server that takes it, and to one that is down, slow, broken or wants
 * none. */
#include "tests/process/alert_rig.h"
#include "tests/process/postman.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define TO_DESK "\tto = \"redaksi@example.id\"\n"

struct post {
	struct alert_rig *a;
	struct postman *postman;
};

static int set_up(void **state)
{
	struct post *m = calloc(1, sizeof(*m));
	assert_non_null(m);
	alert_rig_set_up((void **)&m->a);
	m->postman = postman_start();
	*state = m;
	return 0;
}

static int tear_down(void **state)
{
	struct post *m = *state;
	alert_rig_tear_down((void **)&m->a);
	postman_stop(m->postman);
	free(m);
	return 0;
}

/* A receiver "a" by mail, with further keys, and one "b" by webhook, that get everything. */
static void add_receivers(struct post *m, const char *keys)
{
	char section[2048];
	snprintf(section, sizeof(section),
		 "receiver \"a\" {\n\tkind = mail\n\turl = \"%s\"\n\ttls = none\n"
		 "\tfrom = \"netral@example.org\"\n%s}\n",
		 postman_url(m->postman), keys);
	alert_rig_section(m->a, section);
	alert_rig_receiver(m->a, "b", "/b", "");
	alert_rig_section(m->a, "rule \"all\" {\n\treceivers = \"a, b\"\n}\n");
}

/* A try comes soon, and the last of them so late that a test has had its time before. */
static void start(struct post *m, const char *keys)
{
	m->a->retries = "10ms 50ms 200ms 1s 2s 5s 10s 10s 10s";
	add_receivers(m, keys);
	alert_rig_start(m->a);
}

/* The id of a mail that was taken, between its angle brackets; in a ring of two. */
static const char *id_of(struct post *m, unsigned index)
{
	static char ids[2][256];
	static unsigned next;
	char *id = ids[next++ % 2];
	const char *at = strstr(postman_mail(m->postman, index), "\r\nMessage-ID: <");
	assert_non_null(at);
	assert_int_equal(sscanf(at, "\r\nMessage-ID: <%255[^>]", id), 1);
	return id;
}

/* --- what is sent --- */

static void test_mail(void **state)
{
	struct post *m = *state;
	start(m, "\tto = \"redaksi@example.id, pengawas@example.org\"\n\tlang = en\n");
	alert_rig_record(m->a, 0, 1);
	postman_await(m->postman, 1);
	assert_string_equal(postman_recipients(m->postman, 0),
			    "redaksi@example.id pengawas@example.org ");
	const char *mail = postman_mail(m->postman, 0);
	assert_non_null(strstr(mail, "From: netral <netral@example.org>\r\n"));
	assert_non_null(strstr(mail, "Title 0"));
	assert_non_null(strstr(mail, "Neutrality session: held"));
	alert_rig_wait_counter(m->a, "netral_alert_messages_waiting", 0);
}

static void test_login(void **state)
{
	struct post *m = *state;
	char keys[2 * RIG_PATH_SIZE];
	rig_write_file(&m->a->b.rig, "password", "sangat-rahasia\n", 15);
	assert_int_equal(chmod(rig_path(&m->a->b.rig, "password"), 0600), 0);
	snprintf(keys, sizeof(keys), TO_DESK "\tuser = desk\n\tpassword_file = \"%s\"\n",
		 rig_path(&m->a->b.rig, "password"));
	postman_put(m->postman, POSTMAN_AUTH, POSTMAN_ANSWER, "535 no");
	start(m, keys);
	alert_rig_record(m->a, 0, 1);
	/* A password that is wrong can be mended: the mail is not given up by the first answer. */
	postman_await_step(m->postman, POSTMAN_AUTH, 3);
	postman_put(m->postman, POSTMAN_AUTH, POSTMAN_ANSWER, NULL);
	postman_await(m->postman, 1);
	alert_rig_wait_counter(m->a, "netral_alert_messages_waiting", 0);
	assert_true(rig_log_has(m->a->alert, "SMTP 535 to AUTH"));
	assert_false(rig_log_has(m->a->alert, "rahasia"));
}

static void test_digest_and_order(void **state)
{
	struct post *m = *state;
	start(m, TO_DESK "\tgroup_wait = \"1ms\"\n\tgroup_max = 5\n");
	postman_put(m->postman, POSTMAN_GREETING, POSTMAN_CLOSE, NULL);
	alert_rig_record(m->a, 0, 10);
	hook_await(m->a->hook, "/b", 10);
	postman_put(m->postman, POSTMAN_GREETING, POSTMAN_ANSWER, NULL);
	alert_rig_wait_counter(m->a, "netral_alert_updates_gathering", 0);
	alert_rig_wait_counter(m->a, "netral_alert_messages_waiting", 0);
	unsigned next = 0;
	for (unsigned i = 0; i < postman_count(m->postman); i++) {
		const char *mail = postman_mail(m->postman, i);
		char title[32];
		while (snprintf(title, sizeof(title), "Title %u", next), strstr(mail, title))
			next++;
	}
	assert_int_equal(next, 10);
}

/* --- servers in trouble --- */

/* What was not taken comes again with the same id, in order, while another receiver is told. */
static void expect_taken_after(struct post *m, enum postman_step step, enum postman_manner manner,
			       const char *line)
{
	m->a->sets[m->a->set_count++] = "mail_ms=400ms";
	postman_put(m->postman, step, manner, line);
	start(m, TO_DESK);
	alert_rig_record(m->a, 0, 5);
	postman_await_step(m->postman, step, 2);
	alert_rig_expect_all(m->a, "/b", 5);
	postman_put(m->postman, step, POSTMAN_ANSWER, NULL);
	alert_rig_wait_counter(m->a, "netral_alert_messages_waiting", 0);
	alert_rig_wait_counter(m->a, "netral_alert_messages_failed", 0);
	unsigned next = 0;
	for (unsigned i = 0; i < postman_count(m->postman); i++) {
		char title[32];
		if (i > 0 && strcmp(id_of(m, i), id_of(m, i - 1)) == 0)
			continue;
		snprintf(title, sizeof(title), "Title %u", next++);
		assert_non_null(strstr(postman_mail(m->postman, i), title));
	}
	assert_int_equal(next, 5);
}

static void test_busy(void **state)
{
	expect_taken_after(*state, POSTMAN_GREETING, POSTMAN_ANSWER, "421 busy");
}

static void test_refusing_greeting(void **state)
{
	expect_taken_after(*state, POSTMAN_GREETING, POSTMAN_ANSWER, "554 not you");
}

static void test_refused_sender(void **state)
{
	expect_taken_after(*state, POSTMAN_MAIL, POSTMAN_ANSWER, "530 log in first");
}

static void test_later(void **state)
{
	expect_taken_after(*state, POSTMAN_RCPT, POSTMAN_ANSWER, "450 greylisted");
}

static void test_full_disk(void **state)
{
	expect_taken_after(*state, POSTMAN_BODY, POSTMAN_ANSWER, "452 no room");
}

static void test_silent_greeting(void **state)
{
	expect_taken_after(*state, POSTMAN_GREETING, POSTMAN_SILENCE, NULL);
}

/* libcurl waits for this one in the thread that sends. */
static void test_silent_after_the_mail(void **state)
{
	expect_taken_after(*state, POSTMAN_BODY, POSTMAN_SILENCE, NULL);
}

static void test_closed_before_the_answer(void **state)
{
	expect_taken_after(*state, POSTMAN_BODY, POSTMAN_CLOSE, NULL);
}

static void test_answers_without_end(void **state)
{
	expect_taken_after(*state, POSTMAN_EHLO, POSTMAN_FLOOD, NULL);
}

static void test_no_smtp(void **state)
{
	expect_taken_after(*state, POSTMAN_GREETING, POSTMAN_ANSWER, "SSH-2.0-x");
}

/* Digests wait for a server that hangs, each with the id of its first try, and nothing is in two.
 */
static void test_digests_while_it_hangs(void **state)
{
	struct post *m = *state;
	m->a->sets[m->a->set_count++] = "mail_ms=400ms";
	postman_put(m->postman, POSTMAN_BODY, POSTMAN_SILENCE, NULL);
	start(m, TO_DESK "\tgroup_wait = \"1h\"\n\tgroup_max = 5\n");
	alert_rig_record(m->a, 0, 15);
	postman_await_step(m->postman, POSTMAN_BODY, 2);
	hook_await(m->a->hook, "/b", 15);
	postman_put(m->postman, POSTMAN_BODY, POSTMAN_ANSWER, NULL);
	alert_rig_wait_counter(m->a, "netral_alert_updates_gathering", 0);
	alert_rig_wait_counter(m->a, "netral_alert_messages_waiting", 0);
	alert_rig_wait_counter(m->a, "netral_alert_gathered_messages_total", 3);
	unsigned next = 0;
	for (unsigned i = 0; i < postman_count(m->postman); i++) {
		char title[32];
		if (i > 0 && strcmp(id_of(m, i), id_of(m, i - 1)) == 0)
			continue;
		for (unsigned k = 0; k < 5; k++) {
			snprintf(title, sizeof(title), "Title %u", next++);
			assert_non_null(strstr(postman_mail(m->postman, i), title));
		}
	}
	assert_int_equal(next, 15);
}

static void test_cut_in_the_mail(void **state)
{
	struct post *m = *state;
	postman_cut_mails(m->postman, 1);
	start(m, TO_DESK);
	alert_rig_record(m->a, 0, 1);
	postman_await_step(m->postman, POSTMAN_DATA, 2);
	postman_cut_mails(m->postman, 0);
	postman_await(m->postman, 1);
	alert_rig_wait_counter(m->a, "netral_alert_messages_waiting", 0);
}

/* Each mail is done with its answer: a server that says nothing to QUIT holds up nothing, or this
 * would take minutes. */
static void test_silent_at_the_end(void **state)
{
	struct post *m = *state;
	postman_put(m->postman, POSTMAN_QUIT, POSTMAN_SILENCE, NULL);
	start(m, TO_DESK);
	alert_rig_record(m->a, 0, 5);
	postman_await(m->postman, 5);
	alert_rig_wait_counter(m->a, "netral_alert_messages_waiting", 0);
	assert_int_equal(postman_count(m->postman), 5);
}

/* New rules, and an end, do not wait for a server that hangs. */
static void test_stopped_while_it_hangs(void **state)
{
	struct post *m = *state;
	postman_put(m->postman, POSTMAN_BODY, POSTMAN_SILENCE, NULL);
	start(m, TO_DESK);
	alert_rig_record(m->a, 0, 1);
	postman_await_step(m->postman, POSTMAN_BODY, 1);
	rig_signal(m->a->alert, SIGHUP);
	postman_await_step(m->postman, POSTMAN_BODY, 2);
	rig_stop(m->a->alert);
	postman_put(m->postman, POSTMAN_BODY, POSTMAN_ANSWER, NULL);
	alert_rig_start(m->a);
	postman_await(m->postman, 1);
	alert_rig_wait_counter(m->a, "netral_alert_messages_waiting", 0);
}

/* --- refusals --- */

static void test_refused_mail_is_given_up(void **state)
{
	struct post *m = *state;
	postman_put(m->postman, POSTMAN_BODY, POSTMAN_ANSWER, "554 spam");
	start(m, TO_DESK);
	alert_rig_record(m->a, 0, 3);
	alert_rig_wait_counter(m->a, "netral_alert_messages_given_up_total", 3);
	alert_rig_wait_counter(m->a, "netral_alert_tries_failed_total", 3);
	assert_true(rig_log_has(m->a->alert, "SMTP 554 to the mail"));
	assert_false(rig_log_has(m->a->alert, "spam"));
}

static void test_refused_recipient_of_several(void **state)
{
	struct post *m = *state;
	postman_put_recipient(m->postman, "pergi@", "550 nobody of that name");
	start(m, "\tto = \"redaksi@example.id, pergi@example.id, lain@example.id\"\n");
	alert_rig_record(m->a, 0, 1);
	postman_await(m->postman, 1);
	assert_string_equal(postman_recipients(m->postman, 0),
			    "redaksi@example.id lain@example.id ");
	alert_rig_wait_counter(m->a, "netral_alert_recipients_refused_total", 1);
	alert_rig_wait_counter(m->a, "netral_alert_messages_waiting", 0);
	alert_rig_wait_counter(m->a, "netral_alert_messages_failed", 0);
	assert_true(rig_log_has(m->a->alert, "address=pergi@example.id"));
}

static void test_all_recipients_refused(void **state)
{
	struct post *m = *state;
	postman_put(m->postman, POSTMAN_RCPT, POSTMAN_ANSWER, "550 nobody of that name");
	start(m, "\tto = \"redaksi@example.id, lain@example.id\"\n");
	alert_rig_record(m->a, 0, 1);
	alert_rig_wait_counter(m->a, "netral_alert_messages_given_up_total", 1);
	alert_rig_wait_counter(m->a, "netral_alert_recipients_refused_total", 2);
}

/* The others have it already, and do not get it again. */
static void test_one_recipient_later(void **state)
{
	struct post *m = *state;
	postman_put_recipient(m->postman, "nanti@", "451 later");
	start(m, "\tto = \"redaksi@example.id, nanti@example.id\"\n");
	alert_rig_record(m->a, 0, 1);
	postman_await(m->postman, 1);
	postman_await_step(m->postman, POSTMAN_RCPT, 4);
	postman_put_recipient(m->postman, "-", "451 later");
	postman_await(m->postman, 2);
	alert_rig_wait_counter(m->a, "netral_alert_messages_waiting", 0);
	assert_string_equal(postman_recipients(m->postman, 0), "redaksi@example.id ");
	assert_string_equal(postman_recipients(m->postman, 1), "nanti@example.id ");
	assert_string_equal(id_of(m, 0), id_of(m, 1));
}

static void test_refused_address(void **state)
{
	struct post *m = *state;
	m->a->sets[m->a->set_count++] = "allow_addresses=10.0.0.0/8";
	add_receivers(m, TO_DESK);
	alert_rig_start(m->a);
	alert_rig_record(m->a, 0, 1);
	alert_rig_wait_counter(m->a, "netral_alert_messages_given_up_total", 2);
	assert_true(rig_log_has(m->a->alert, "address 127.0.0.1 is refused: loopback"));
	assert_int_equal(postman_count(m->postman), 0);
}

/* STARTTLS is not offered, and nothing is sent without. */
static void test_no_tls_on_offer(void **state)
{
	struct post *m = *state;
	add_receivers(m, TO_DESK);
	rig_edit(&m->a->b.rig, "alerts.conf", "\ttls = none\n", "");
	alert_rig_start(m->a);
	alert_rig_record(m->a, 0, 1);
	alert_rig_wait_counter(m->a, "netral_alert_messages_given_up_total", 1);
	assert_int_equal(postman_count(m->postman), 0);
}

/* --- crashes --- */

static void test_crashes(void **state)
{
	enum { EVENTS = 30 };
	static const char *const points[] = {"alert-before-commit:2", "alert-after-commit:1",
					     "alert-delivered:1", "alert-delivered:7"};
	struct post *m = *state;
	start(m, TO_DESK);
	rig_stop(m->a->alert);
	unsigned count = 0, next = 0;
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		char crash[64];
		const char *env[] = {crash, NULL};
		snprintf(crash, sizeof(crash), "NETRAL_CRASH=%s", points[i]);
		alert_rig_record(m->a, count, count + EVENTS);
		count += EVENTS;
		alert_rig_launch(m->a, env);
		assert_int_equal(rig_wait_exit(m->a->alert), -SIGKILL);
	}
	alert_rig_start(m->a);
	alert_rig_expect_all(m->a, "/b", count);
	alert_rig_wait_counter(m->a, "netral_alert_messages_waiting", 0);
	char(*ids)[256] = calloc(count, sizeof(*ids));
	assert_non_null(ids);
	for (unsigned i = 0; i < postman_count(m->postman); i++) {
		unsigned number = 0;
		const char *title = strstr(postman_mail(m->postman, i), "Title ");
		assert_non_null(title);
		assert_int_equal(sscanf(title, "Title %u", &number), 1);
		assert_true(number <= next && number < count);
		if (number == next)
			snprintf(ids[next++], sizeof(ids[0]), "%s", id_of(m, i));
		assert_string_equal(id_of(m, i), ids[number]);
	}
	free(ids);
	assert_int_equal(next, count);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_mail),
		TEST(test_login),
		TEST(test_digest_and_order),
		TEST(test_busy),
		TEST(test_refusing_greeting),
		TEST(test_refused_sender),
		TEST(test_later),
		TEST(test_full_disk),
		TEST(test_silent_greeting),
		TEST(test_silent_after_the_mail),
		TEST(test_closed_before_the_answer),
		TEST(test_answers_without_end),
		TEST(test_no_smtp),
		TEST(test_digests_while_it_hangs),
		TEST(test_cut_in_the_mail),
		TEST(test_silent_at_the_end),
		TEST(test_stopped_while_it_hangs),
		TEST(test_refused_mail_is_given_up),
		TEST(test_refused_recipient_of_several),
		TEST(test_all_recipients_refused),
		TEST(test_one_recipient_later),
		TEST(test_refused_address),
		TEST(test_no_tls_on_offer),
		TEST(test_crashes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

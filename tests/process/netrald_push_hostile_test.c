/* Articles over HTTP from clients that stall, break off, lie, or come in crowds; and netrald when
 * it fails itself. Another client is served meanwhile. */
#include "tests/process/push_client.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

/* Short enough to be waited for, long enough for whoever does not stall. */
#define SHORT_TIME "push_timeout_ms=2s"

static void start(struct daemon_rig *d)
{
	push_client_configure(d);
	daemon_rig_start(d);
}

/* A client of another host pushes as if nothing were wrong. */
static void expect_service(struct daemon_rig *d, unsigned n)
{
	struct push_client c;
	push_client_open(&c, d, "127.0.0.2");
	push_client_post_article(&c, n);
	push_client_expect(&c, 202);
	push_client_close(&c);
}

/* --- clients that stall or break off --- */

/* Sends a byte whenever it may, and never gets to the end, until it is cut off. */
static void drip_until_cut_off(struct daemon_rig *d, struct push_client *c, char byte)
{
	static unsigned n = 1000;
	while (!push_client_has_ended(c, 20)) {
		push_client_send(c, &byte, 1);
		expect_service(d, n++);
	}
	push_client_close(c);
}

static void a_slow_drip_is_cut_off_and_harms_nobody(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	daemon_rig_set(d, SHORT_TIME);
	start(d);
	push_client_open(&c, d, "127.0.0.1");
	push_client_say(&c, "POST /v1/articles HTTP/1.1\r\nX: ");
	drip_until_cut_off(d, &c, 'x');
	push_client_open(&c, d, "127.0.0.1");
	push_client_say(&c, PUSH_POST PUSH_JSON_TYPE "Content-Length: 1000000\r\n\r\n");
	drip_until_cut_off(d, &c, ' ');
	push_client_open(&c, d, "127.0.0.1");
	push_client_say(&c, "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
	drip_until_cut_off(d, &c, ' ');
	assert_int_equal(daemon_rig_counter(d, "netral_push_timeouts_total"), 3);
	assert_int_equal(daemon_rig_counter(d, "netral_push_body_bytes"), 0);
	daemon_rig_wait_counter(d, "netral_push_connections", 0);
	rig_stop(d->netrald);
}

static void silence_is_cut_off(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client silent, between;
	daemon_rig_set(d, SHORT_TIME);
	start(d);
	push_client_open(&silent, d, "127.0.0.1");
	push_client_open(&between, d, "127.0.0.1");
	push_client_post_article(&between, 1);
	push_client_expect(&between, 202);
	assert_true(push_client_has_ended(&silent, RIG_DEADLINE_MS));
	assert_true(push_client_has_ended(&between, RIG_DEADLINE_MS));
	push_client_close(&silent);
	push_client_close(&between);
	daemon_rig_wait_counter(d, "netral_push_connections", 0);
	expect_service(d, 2);
}

static void who_sends_no_more_is_still_answered(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	daemon_rig_set(d, SHORT_TIME);
	start(d);
	push_client_open(&c, d, "127.0.0.1");
	push_client_post_article(&c, 1);
	push_client_finish(&c);
	push_client_expect(&c, 202);
	assert_true(push_client_has_ended(&c, RIG_DEADLINE_MS));
	push_client_close(&c);
}

static void half_a_request_is_dropped_with_its_connection(void **state)
{
	static const char *const halves[] = {
		"", "POST", "POST /v1/articles HTTP/1.1\r\nHost: x\r\n",
		PUSH_POST PUSH_JSON_TYPE "Content-Length: 14\r\n\r\n{\"text\":",
		PUSH_POST PUSH_JSON_TYPE "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"te"};
	enum { HALVES = sizeof(halves) / sizeof(halves[0]) };
	struct daemon_rig *d = *state;
	static struct push_client c[HALVES];
	/* The server may see the end of a stream only when the time is over. */
	daemon_rig_set(d, SHORT_TIME);
	start(d);
	for (size_t i = 0; i < HALVES; i++) {
		push_client_open(&c[i], d, "127.0.0.1");
		push_client_say(&c[i], "%s", halves[i]);
		push_client_finish(&c[i]);
	}
	expect_service(d, 1);
	for (size_t i = 0; i < HALVES; i++) {
		assert_true(push_client_has_ended(&c[i], RIG_DEADLINE_MS));
		push_client_close(&c[i]);
	}
	/* The same, and the client does not wait. */
	for (size_t i = 0; i < HALVES; i++) {
		push_client_open(&c[0], d, "127.0.0.1");
		push_client_say(&c[0], "%s", halves[i]);
		push_client_close(&c[0]);
	}
	/* Connections are accepted in turn: behind this one there is none of those. */
	expect_service(d, 2);
	daemon_rig_wait_counter(d, "netral_push_connections", 0);
	daemon_rig_wait_counter(d, "netral_push_body_bytes", 0);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_pending"), 2);
	rig_stop(d->netrald);
}

/* Its answer finds nobody; its article is there all the same, and another time it is known. */
static void who_leaves_before_the_answer_may_ask_again(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	start(d);
	push_client_open(&c, d, "127.0.0.1");
	push_client_post_article(&c, 1);
	push_client_close(&c);
	daemon_rig_wait_counter(d, "netral_articles_pending", 1);
	push_client_open(&c, d, "127.0.0.1");
	push_client_post_article(&c, 1);
	push_client_expect(&c, 200);
	push_client_close(&c);
	rig_stop(d->netrald);
}

/* --- crowds --- */

static void a_crowd_of_one_host_leaves_room_for_another(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client crowd[2], c;
	daemon_rig_set(d, "push_connections_max=4");
	start(d);
	push_client_open(&crowd[0], d, "127.0.0.1");
	push_client_open(&crowd[1], d, "127.0.0.1");
	daemon_rig_wait_counter(d, "netral_push_connections", 2);
	for (int i = 0; i < 20; i++) {
		push_client_open(&c, d, "127.0.0.1");
		push_client_post_article(&c, 1);
		assert_true(push_client_has_ended(&c, RIG_DEADLINE_MS));
		push_client_close(&c);
	}
	assert_int_equal(daemon_rig_counter(d, "netral_push_connections_refused_total"), 20);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_pending"), 0);
	expect_service(d, 2);
	push_client_close(&crowd[1]);
	daemon_rig_wait_counter(d, "netral_push_connections", 1);
	push_client_open(&c, d, "127.0.0.1");
	push_client_post_article(&c, 3);
	push_client_expect(&c, 202);
	push_client_close(&c);
	push_client_close(&crowd[0]);
	rig_stop(d->netrald);
}

static void more_than_all_connections_are_turned_away(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client first, second, third;
	daemon_rig_set(d, "push_connections_max=2");
	start(d);
	push_client_open(&first, d, "127.0.0.1");
	push_client_open(&second, d, "127.0.0.2");
	daemon_rig_wait_counter(d, "netral_push_connections", 2);
	push_client_open(&third, d, "127.0.0.3");
	assert_true(push_client_has_ended(&third, RIG_DEADLINE_MS));
	push_client_close(&third);
	push_client_post_article(&first, 1);
	push_client_expect(&first, 202);
	push_client_post_article(&second, 2);
	push_client_expect(&second, 202);
	push_client_close(&first);
	daemon_rig_wait_counter(d, "netral_push_connections", 1);
	push_client_open(&third, d, "127.0.0.3");
	push_client_post_article(&third, 3);
	push_client_expect(&third, 202);
	push_client_close(&second);
	push_client_close(&third);
}

/* --- what is no HTTP --- */

static void malformed_requests_end_with_their_connection(void **state)
{
	static const char *const requests[] = {
		"\r\n\r\n\r\n",
		"hello\r\n\r\n",
		"\x16\x03\x01\x02\x01\x01\x00",
		"POST /v1/articles\r\n\r\n",
		"POST /v1/articles HTTP/9.9\r\nHost: x\r\n\r\n",
		"POST /v1/articles HTTP/1.1\r\n\r\n",
		"POST /v1/articles HTTP/1.1\r\nHost x\r\n\r\n",
		"POST  /v1/articles  HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /v1/articles HTTP/1.1\r\n: x\r\n\r\n",
		"POST /%00%ff%zz HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST * HTTP/1.1\r\nHost: x\r\n\r\n",
		"\xff\xfe /v1/articles HTTP/1.1\r\nHost: \x80\r\n\r\n",
		PUSH_POST PUSH_JSON_TYPE "Content-Length: abc\r\n\r\n",
		PUSH_POST PUSH_JSON_TYPE "Content-Length: -5\r\n\r\n",
		PUSH_POST PUSH_JSON_TYPE "Content-Length: 99999999999999999999999\r\n\r\n",
		PUSH_POST PUSH_JSON_TYPE "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
		PUSH_POST PUSH_JSON_TYPE "Transfer-Encoding: zip\r\n\r\n{}",
		PUSH_POST PUSH_JSON_TYPE "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
		PUSH_POST PUSH_JSON_TYPE "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
		PUSH_POST PUSH_JSON_TYPE "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
		PUSH_POST PUSH_JSON_TYPE "Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx\r\n0\r\n\r\n",
	};
	struct daemon_rig *d = *state;
	struct push_client c;
	/* An empty line may come before a request: it is waited for. */
	daemon_rig_set(d, SHORT_TIME);
	start(d);
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		push_client_open(&c, d, "127.0.0.1");
		push_client_say(&c, "%s", requests[i]);
		push_client_finish(&c);
		int code = push_client_read(&c);
		if (code == 100)
			code = push_client_read(&c);
		if (code != 0 && code < 400)
			rig_fail("request %zu: %d", i, code);
		/* libmicrohttpd 0.9.75 sends the head of some of its own errors twice. */
		push_client_wait_end(&c);
		push_client_close(&c);
	}
	assert_int_equal(daemon_rig_counter(d, "netral_articles_pending"), 0);
	expect_service(d, 1);
	rig_stop(d->netrald);
}

static void a_head_that_is_too_large_is_refused(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	char name[1000];
	memset(name, 'a', sizeof(name));
	start(d);
	push_client_open(&c, d, "127.0.0.1");
	push_client_say(&c, PUSH_POST);
	for (int i = 0; i < 100; i++)
		push_client_say(&c, "X-%d: %.*s\r\n", i, (int)sizeof(name), name);
	int code = push_client_read(&c);
	assert_true(code == 431 || code == 413 || code == 0);
	push_client_close(&c);
	expect_service(d, 1);
	rig_stop(d->netrald);
}

/* --- netrald fails --- */

#ifdef NETRAL_TEST_HOOKS

static void start_with(struct daemon_rig *d, const char *setting)
{
	const char *const env[] = {setting, NULL};
	daemon_rig_launch(d, env);
	rig_wait_ready(d->netrald);
}

static void killed_before_the_commit_it_has_said_nothing(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	push_client_configure(d);
	start_with(d, "NETRAL_CRASH=netrald-before-commit");
	push_client_open(&c, d, "127.0.0.1");
	push_client_post_article(&c, 1);
	assert_int_equal(push_client_read(&c), 0);
	push_client_close(&c);
	assert_int_equal(rig_wait_exit(d->netrald), -SIGKILL);
	daemon_rig_start(d);
	expect_service(d, 1);
}

static void killed_after_the_commit_it_has_the_article(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	push_client_configure(d);
	start_with(d, "NETRAL_CRASH=netrald-after-commit");
	push_client_open(&c, d, "127.0.0.1");
	push_client_post_article(&c, 1);
	assert_int_equal(push_client_read(&c), 0);
	push_client_close(&c);
	assert_int_equal(rig_wait_exit(d->netrald), -SIGKILL);
	daemon_rig_start(d);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_pending"), 1);
	push_client_open(&c, d, "127.0.0.1");
	push_client_post_article(&c, 1);
	push_client_expect(&c, 200);
	push_client_close(&c);
}

static void a_commit_that_fails_is_503(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	int code;
	push_client_configure(d);
	start_with(d, "NETRAL_FAULT=commit:1");
	push_client_open(&c, d, "127.0.0.1");
	push_client_post_article(&c, 1);
	push_client_expect(&c, 503);
	push_client_expect_text(&c, "commit failed");
	push_client_expect_text(&c, "Retry-After: ");
	do {
		push_client_post_article(&c, 1);
		code = push_client_read(&c);
	} while (code == 503);
	assert_int_equal(code, 202);
	push_client_close(&c);
}

/* Pushes until the article is taken: a failed allocation may cost the connection, or be 503, or
 * look to the reader like a body that takes too much. */
static void push_until_taken(struct daemon_rig *d, unsigned n)
{
	struct push_client c;
	for (int tries = 0; tries < 10; tries++) {
		push_client_open(&c, d, "127.0.0.1");
		push_client_post_article(&c, n);
		int code = push_client_read(&c);
		push_client_close(&c);
		if (code == 202 || code == 200)
			return;
		bool is_too_much = code == 422 && strstr(c.body, "too much memory");
		if (code != 0 && code != 503 && !is_too_much)
			rig_fail("%d: %s", code, c.body);
	}
	rig_fail("the article was not taken");
}

static void any_allocation_may_fail(void **state)
{
	struct daemon_rig *d = *state;
	unsigned refused = 0, ran = 0;
	char fault[64];
	const char *const env[] = {fault, NULL};
	push_client_configure(d);
	for (unsigned n = 1; n <= 120 && ran < 12; n++) {
		snprintf(fault, sizeof(fault), "NETRAL_FAULT=alloc:%u", n);
		daemon_rig_launch(d, env);
		if (!rig_wait_ready_or_exit(d->netrald)) {
			if (rig_wait_exit(d->netrald) != EX_OSERR)
				rig_fail("%s: another exit code", fault);
			refused++;
			ran = 0;
			continue;
		}
		push_until_taken(d, n);
		rig_stop(d->netrald);
		ran++;
	}
	assert_true(refused > 5); /* the faults were hit */
	assert_int_equal(ran, 12);
}

#endif

#define TEST(f) cmocka_unit_test_setup_teardown(f, daemon_rig_set_up, daemon_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_slow_drip_is_cut_off_and_harms_nobody),
		TEST(silence_is_cut_off),
		TEST(who_sends_no_more_is_still_answered),
		TEST(half_a_request_is_dropped_with_its_connection),
		TEST(who_leaves_before_the_answer_may_ask_again),
		TEST(a_crowd_of_one_host_leaves_room_for_another),
		TEST(more_than_all_connections_are_turned_away),
		TEST(malformed_requests_end_with_their_connection),
		TEST(a_head_that_is_too_large_is_refused),
#ifdef NETRAL_TEST_HOOKS
		TEST(killed_before_the_commit_it_has_said_nothing),
		TEST(killed_after_the_commit_it_has_the_article),
		TEST(a_commit_that_fails_is_503),
		TEST(any_allocation_may_fail),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

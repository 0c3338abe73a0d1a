/* Articles over HTTP, as a good client and an unlucky one see it. */
#include "tests/process/push_client.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

static void start(struct daemon_rig *d, struct push_client *c)
{
	push_client_configure(d);
	daemon_rig_start(d);
	push_client_open(c, d, "127.0.0.1");
}

/* --- taking in --- */

static void a_pushed_article_is_accepted_once_and_handed_out(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	struct peer worker;
	char id[ARTICLE_ID_HEX + 1];
	start(d, &c);
	const char *body = "{\"title\":\"Judul\",\"text\":\"Isi.\",\"url\":\"https://a.example/\"}";
	push_client_post(&c, PUSH_JSON_TYPE, body);
	push_client_expect(&c, 202);
	push_client_expect_text(&c, "Content-Type: application/json\r\n");
	push_client_expect_text(&c, "{\"outcome\":\"accepted\",\"id\":\"");
	push_client_post(&c, PUSH_JSON_TYPE, body);
	push_client_expect(&c, 200);
	push_client_expect_text(&c, "{\"outcome\":\"duplicate\",\"id\":\"");
	daemon_rig_worker(d, &worker, "w", 10);
	const struct msg_work *work = &peer_receive(&worker, MSG_WORK)->work;
	assert_int_equal(work->item_count, 1);
	assert_string_equal(work->items[0].article.source.ptr, "push");
	assert_string_equal(work->items[0].article.url.ptr, "https://a.example/");
	article_id_format(&work->items[0].article.id, id);
	push_client_expect_text(&c, id);
	daemon_rig_done_all(&worker, work);
	daemon_rig_wait_counter(d, "netral_articles_recorded_total", 1);
	assert_int_equal(daemon_rig_counter(d, "netral_push_requests_total"), 2);
	assert_int_equal(daemon_rig_counter(d, "netral_push_accepted_total"), 1);
	assert_int_equal(daemon_rig_counter(d, "netral_push_duplicate_total"), 1);
	assert_int_equal(daemon_rig_counter(d, "netral_push_connections"), 1);
	peer_close(&worker);
	push_client_close(&c);
	daemon_rig_wait_counter(d, "netral_push_connections", 0);
	rig_stop(d->netrald);
}

static void a_page_becomes_an_article_with_the_url_of_the_request(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	struct peer worker;
	const char *page = "<title>Judul</title><link rel=canonical href=https://b.example/>"
			   "<p>Isi berita yang cukup panjang.";
	start(d, &c);
	push_client_say(&c,
			"POST /v1/articles?url=https%%3A%%2F%%2Fa.example%%2F%%3Fx=1 HTTP/1.1\r\n"
			"Host: x\r\nAuthorization: bearer " PUSH_TEST_TOKEN "\r\n" PUSH_HTML_TYPE
			"Content-Length: %zu\r\n\r\n%s",
			strlen(page), page);
	push_client_expect(&c, 202);
	daemon_rig_worker(d, &worker, "w", 1);
	const struct article *a = &peer_receive(&worker, MSG_WORK)->work.items[0].article;
	assert_string_equal(a->url.ptr, "https://a.example/?x=1");
	assert_string_equal(a->title.ptr, "Judul");
	peer_close(&worker);
	push_client_close(&c);
}

static void a_page_in_another_charset_is_taken(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	struct peer worker;
	start(d, &c);
	push_client_post(&c, "Content-Type: text/html; charset=iso-8859-1\r\n",
			 "<title>Kaf\xe9</title><p>Isi berita yang cukup panjang.");
	push_client_expect(&c, 202);
	daemon_rig_worker(d, &worker, "w", 1);
	const struct article *a = &peer_receive(&worker, MSG_WORK)->work.items[0].article;
	assert_string_equal(a->title.ptr, "Kaf\xc3\xa9");
	peer_close(&worker);
	push_client_close(&c);
}

static char *query_output(struct daemon_rig *d)
{
	const char *const args[] = {"query", "--json", "--runtime-dir", d->rig.dir, NULL};
	struct rig_process *query = rig_start(&d->rig, "netral", args, NULL);
	assert_int_equal(rig_wait_exit(query), 0);
	return rig_output(query);
}

static void a_pushed_article_ends_as_an_event(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	char dir[RIG_PATH_SIZE + 16], store[RIG_PATH_SIZE + 16];
	snprintf(dir, sizeof(dir), "runtime_dir=%s", d->rig.dir);
	snprintf(store, sizeof(store), "state_dir=%s", rig_path(&d->rig, "state"));
	const char *const recorder[] = {"--set", dir, "--set", store, NULL};
	const char *const worker[] = {"--set", dir, NULL};
	start(d, &c);
	rig_wait_ready(rig_start(&d->rig, "netral-record", recorder, NULL));
	rig_wait_ready(rig_start(&d->rig, "netral-classify", worker, NULL));
	push_client_post(
		&c, PUSH_JSON_TYPE,
		"{\"title\":\"Sosialisasi netralitas ASN\",\"url\":\"https://a.example/7\","
		"\"text\":\"Pemerintah Kota Ambon menggelar sosialisasi netralitas Aparatur "
		"Sipil Negara (ASN) menjelang Pilkada 2024 di Balai Kota Ambon, Rabu "
		"(21/8/2024). Kegiatan yang diikuti 107 ASN itu dibuka penjabat wali kota.\"}");
	push_client_expect(&c, 202);
	daemon_rig_wait_counter(d, "netral_articles_recorded_total", 1);
	char *events = query_output(d);
	if (!strstr(events, "https://a.example/7"))
		rig_fail("no event: %s", events);
	free(events);
	push_client_close(&c);
}

static void many_clients_share_commits_and_lose_nothing(void **state)
{
	enum { CLIENTS = 20, ROUNDS = 5 };
	struct daemon_rig *d = *state;
	static struct push_client c[CLIENTS];
	start(d, &c[0]);
	for (int i = 1; i < CLIENTS; i++)
		push_client_open(&c[i], d, "127.0.0.1");
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < CLIENTS; i++)
			push_client_post_article(&c[i], round * CLIENTS + i);
		for (int i = 0; i < CLIENTS; i++)
			push_client_expect(&c[i], 202);
	}
	assert_int_equal(daemon_rig_counter(d, "netral_articles_pending"), CLIENTS * ROUNDS);
	assert_in_range(daemon_rig_counter(d, "netral_journal_commits_total"), 1, CLIENTS * ROUNDS);
	for (int i = 0; i < CLIENTS; i++)
		push_client_close(&c[i]);
	rig_stop(d->netrald);
}

static void requests_one_behind_the_other_are_answered_in_order(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	start(d, &c);
	push_client_say(&c, PUSH_POST PUSH_JSON_TYPE
			"Content-Length: 14\r\n\r\n{\"text\":\"Isi\"}" PUSH_POST PUSH_JSON_TYPE
			"Content-Length: 14\r\n\r\n{\"text\":\"Isi\"}" PUSH_POST PUSH_JSON_TYPE
			"Content-Length: 2\r\n\r\n{}");
	push_client_expect(&c, 202);
	push_client_expect(&c, 200);
	push_client_expect(&c, 422);
	push_client_close(&c);
}

static void chunks_are_put_together(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	start(d, &c);
	push_client_say(&c,
			PUSH_POST PUSH_JSON_TYPE "Transfer-Encoding: chunked\r\n\r\n"
						 "5\r\n{\"tex\r\n9\r\nt\":\"Isi\"}\r\n0\r\n\r\n");
	push_client_expect(&c, 202);
	push_client_post(&c, PUSH_JSON_TYPE, "{\"text\":\"Isi\"}");
	push_client_expect(&c, 200);
	push_client_close(&c);
}

/* --- refusals --- */

struct refusal {
	const char *request;
	int code;
	const char *text;
};

#define HEAD(line, auth) line " HTTP/1.1\r\nHost: x\r\n" auth
#define JSON_2           PUSH_JSON_TYPE "Content-Length: 2\r\n\r\n{}"

static const struct refusal refusals[] = {
	{HEAD("POST /v1/articles", "") JSON_2, 401,
	 "WWW-Authenticate: Bearer realm=\"netral\"\r\n"},
	{HEAD("POST /v1/articles", "Authorization: Bearer salah\r\n") JSON_2, 401,
	 "error=\"invalid_token\""},
	{HEAD("GET /", ""), 404, "refused"},
	{HEAD("POST /v1/article", "") JSON_2, 404, "/v1/articles"},
	{HEAD("GET /v1/articles", ""), 405, "Allow: POST\r\n"},
	{HEAD("PUT /v1/articles", "") JSON_2, 405, "Allow: POST\r\n"},
	{HEAD("DELETE /v1/articles", ""), 405, "Allow: POST\r\n"},
	{PUSH_POST PUSH_JSON_TYPE, 411, "Content-Length"},
	{PUSH_POST PUSH_JSON_TYPE "Content-Length: 2097153\r\n", 413, "more than 2097152 bytes"},
	{PUSH_POST "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415,
	 "application/json"},
	{PUSH_POST "Content-Length: 2\r\n\r\n{}", 415, "Content-Type"},
	{PUSH_POST PUSH_JSON_TYPE "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 415,
	 "identity"},
	{PUSH_POST JSON_2, 422, "text: missing or empty"},
	{PUSH_POST PUSH_JSON_TYPE "Content-Length: 0\r\n", 422, "JSON"},
	{PUSH_POST PUSH_HTML_TYPE "Content-Length: 3\r\n\r\n<p>", 422, "no text"},
	{PUSH_POST PUSH_JSON_TYPE "Content-Length: 38\r\n\r\n"
				  "{\"text\":\"Isi\",\"published\":\"kemarin\"}  ",
	 422, "published"},
	{PUSH_POST PUSH_JSON_TYPE "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
				  "2\r\n{}\r\n0\r\n",
	 400, "beside"},
};

static void every_refusal_has_its_code_and_a_reason(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	start(d, &c);
	push_client_close(&c);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		push_client_open(&c, d, "127.0.0.1");
		push_client_say(&c, "%s\r\n", refusals[i].request);
		push_client_expect(&c, refusals[i].code);
		push_client_expect_text(&c, refusals[i].text);
		push_client_expect_text(&c, "{\"outcome\":\"refused\",\"reason\":\"");
		push_client_close(&c);
	}
	push_client_open(&c, d, "127.0.0.1");
	push_client_say(&c, HEAD("HEAD /v1/articles", "") "\r\n");
	c.is_head = true;
	push_client_expect(&c, 405);
	push_client_close(&c);
	assert_int_equal(daemon_rig_counter(d, "netral_push_unauthorized_total"), 2);
	assert_int_equal(daemon_rig_counter(d, "netral_push_accepted_total"), 0);
	assert_int_equal(daemon_rig_counter(d, "netral_articles_pending"), 0);
	assert_false(rig_log_has(d->netrald, PUSH_TEST_TOKEN));
	rig_stop(d->netrald);
}

/* --- bodies that are not wanted --- */

static void whoever_waits_for_100_hears_a_refusal_instead(void **state)
{
	static const struct refusal cases[] = {
		{HEAD("POST /v1/articles", "Authorization: Bearer salah\r\n") PUSH_JSON_TYPE
		 "Content-Length: 2\r\n",
		 401, ""},
		{HEAD("POST /elsewhere", "") "Content-Length: 2\r\n", 404, ""},
		{PUSH_POST "Content-Type: image/png\r\nContent-Length: 2\r\n", 415, ""},
		{PUSH_POST PUSH_JSON_TYPE "Content-Length: 3000000\r\n", 413, ""},
		{PUSH_POST PUSH_JSON_TYPE "Content-Length: 14\r\n", 100, ""},
	};
	struct daemon_rig *d = *state;
	struct push_client c;
	push_client_configure(d);
	daemon_rig_start(d);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		push_client_open(&c, d, "127.0.0.1");
		push_client_say(&c, "%sExpect: 100-continue\r\n\r\n", cases[i].request);
		push_client_expect(&c, cases[i].code);
		if (cases[i].code == 100) {
			push_client_say(&c, "{\"text\":\"Isi\"}");
			push_client_expect(&c, 202);
		} else {
			push_client_expect_text(&c, "Connection: close\r\n");
			assert_true(push_client_has_ended(&c, RIG_DEADLINE_MS));
		}
		push_client_close(&c);
	}
}

static void send_chunk(struct push_client *c, size_t size)
{
	static char zeros[1 << 20];
	push_client_say(c, "%zx\r\n", size);
	push_client_send(c, zeros, size);
	push_client_say(c, "\r\n");
}

static void a_body_that_grows_too_large_is_read_to_its_end_and_refused(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	daemon_rig_set(d, "push_body_max=100K");
	start(d, &c);
	push_client_say(&c, PUSH_POST PUSH_JSON_TYPE "Transfer-Encoding: chunked\r\n\r\n");
	send_chunk(&c, 1 << 20);
	push_client_say(&c, "0\r\n\r\n");
	push_client_expect(&c, 413);
	push_client_expect_text(&c, "more than 102400 bytes");
	/* The connection is good for more. */
	push_client_post_article(&c, 1);
	push_client_expect(&c, 202);
	push_client_close(&c);
	assert_int_equal(daemon_rig_counter(d, "netral_push_body_bytes"), 0);
}

static void a_body_without_end_costs_its_connection(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	daemon_rig_set(d, "push_body_max=100K");
	start(d, &c);
	push_client_say(&c, PUSH_POST PUSH_JSON_TYPE "Transfer-Encoding: chunked\r\n\r\n");
	while (!push_client_has_ended(&c, 0))
		send_chunk(&c, 1 << 20);
	push_client_close(&c);
	push_client_open(&c, d, "127.0.0.1");
	push_client_post_article(&c, 1);
	push_client_expect(&c, 202);
	push_client_close(&c);
}

/* --- busy --- */

static void a_full_journal_is_503_until_there_is_room(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	struct peer worker;
	unsigned n = 0;
	int code;
	daemon_rig_set(d, "journal_max_bytes=1M");
	start(d, &c);
	do {
		push_client_post_article(&c, n++);
		code = push_client_read(&c);
	} while (code == 202);
	assert_int_equal(code, 503);
	push_client_expect_text(&c, "Retry-After: ");
	push_client_expect_text(&c, "\"outcome\":\"busy\"");
	push_client_expect_text(&c, "journal is full");
	assert_true(daemon_rig_counter(d, "netral_push_busy_total") > 0);
	daemon_rig_worker(d, &worker, "w", 4096);
	while (daemon_rig_counter(d, "netral_articles_recorded_total") + 1 < n) {
		if (peer_has_message(&worker, 0))
			daemon_rig_done_all(&worker, &peer_receive(&worker, MSG_WORK)->work);
	}
	daemon_rig_wait_counter(d, "netral_intake_stopped", 0);
	push_client_post_article(&c, n - 1);
	push_client_expect(&c, 202);
	peer_close(&worker);
	push_client_close(&c);
}

/* Eight bodies, each but its last byte, leave no room for a ninth. */
static void too_many_bytes_of_bodies_are_429(void **state)
{
	enum { HOLDERS = 8, BODY = 8 << 20 };
	struct daemon_rig *d = *state;
	static struct push_client holders[HOLDERS], c;
	char *zeros = calloc(1, BODY);
	assert_non_null(zeros);
	daemon_rig_set(d, "push_body_max=8M");
	start(d, &c);
	for (int i = 0; i < HOLDERS; i++) {
		push_client_open(&holders[i], d, "127.0.0.1");
		push_client_say(&holders[i], PUSH_POST PUSH_JSON_TYPE "Content-Length: %d\r\n\r\n",
				BODY);
		push_client_send(&holders[i], zeros, BODY - 1);
	}
	free(zeros);
	daemon_rig_wait_counter(d, "netral_push_body_bytes", HOLDERS * (uint64_t)(BODY - 1));
	push_client_post_article(&c, 1);
	push_client_expect(&c, 429);
	push_client_expect_text(&c, "Retry-After: 1\r\n");
	push_client_expect_text(&c, "\"outcome\":\"busy\"");
	for (int i = 0; i < HOLDERS; i++)
		push_client_close(&holders[i]);
	daemon_rig_wait_counter(d, "netral_push_body_bytes", 0);
	push_client_post_article(&c, 1);
	push_client_expect(&c, 202);
	assert_int_equal(daemon_rig_counter(d, "netral_push_limited_total"), 1);
	push_client_close(&c);
}

/* --- starting and stopping --- */

static void the_port_is_told(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	char line[64];
	start(d, &c);
	snprintf(line, sizeof(line), "push: listening, address=127.0.0.1:%lu\n",
		 (unsigned long)daemon_rig_counter(d, "netral_push_port"));
	assert_true(rig_log_has(d->netrald, line));
	push_client_close(&c);
}

static void expect_bad_start(struct daemon_rig *d, int exit_code, const char *message)
{
	daemon_rig_launch(d, NULL);
	int code = rig_wait_exit(d->netrald);
	if (code != exit_code || !rig_log_has(d->netrald, message))
		rig_fail("exit code %d, not \"%s\"", code, message);
	assert_false(rig_log_has(d->netrald, PUSH_TEST_TOKEN));
}

static void a_token_that_is_none_keeps_it_from_starting(void **state)
{
	struct daemon_rig *d = *state;
	push_client_configure(d);
	char token[RIG_PATH_SIZE];
	snprintf(token, sizeof(token), "%s", rig_path(&d->rig, "token"));
	assert_int_equal(chmod(token, 0640), 0);
	expect_bad_start(d, EX_CONFIG, "token: others than its owner may use it (mode 0640)");
	assert_int_equal(chmod(token, 0604), 0);
	expect_bad_start(d, EX_CONFIG, "(mode 0604)");
	assert_int_equal(chmod(token, 0600), 0);
	rig_write_file(&d->rig, "token", "", 0);
	expect_bad_start(d, EX_CONFIG, "less than 16 bytes");
	rig_write_file(&d->rig, "token", "pendek\n", 7);
	expect_bad_start(d, EX_CONFIG, "less than 16 bytes");
	assert_int_equal(unlink(token), 0);
	expect_bad_start(d, EX_NOINPUT, "token: No such file or directory");
	daemon_rig_set(d, "push_token_file=");
	expect_bad_start(d, EX_CONFIG, "push_listen: needs push_token_file");
}

static void an_address_that_cannot_be_used_keeps_it_from_starting(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c;
	static char taken[64];
	start(d, &c);
	struct rig_process *first = d->netrald;
	snprintf(taken, sizeof(taken), "push_listen=127.0.0.1:%lu",
		 (unsigned long)daemon_rig_counter(d, "netral_push_port"));
	push_client_close(&c);
	static char state_dir[RIG_PATH_SIZE + 16], runtime_dir[RIG_PATH_SIZE + 16];
	snprintf(state_dir, sizeof(state_dir), "state_dir=%s", rig_path(&d->rig, "state2"));
	snprintf(runtime_dir, sizeof(runtime_dir), "runtime_dir=%s", rig_path(&d->rig, "run2"));
	daemon_rig_set(d, state_dir);
	daemon_rig_set(d, runtime_dir);
	daemon_rig_set(d, taken);
	expect_bad_start(d, EX_TEMPFAIL, "Address already in use");
	daemon_rig_set(d, "push_listen=localhost:80");
	expect_bad_start(d, EX_CONFIG, "push_listen: \"localhost:80\"");
	rig_stop(first);
}

static void a_request_that_arrives_while_it_stops_is_503(void **state)
{
	struct daemon_rig *d = *state;
	struct push_client c, idle;
	start(d, &c);
	push_client_open(&idle, d, "127.0.0.1");
	push_client_say(&c, PUSH_POST PUSH_JSON_TYPE "Content-Length: 14\r\n\r\n{\"text\"");
	daemon_rig_wait_counter(d, "netral_push_body_bytes", 7);
	rig_signal(d->netrald, SIGTERM);
	rig_wait_status(d->netrald, "STOPPING=1");
	push_client_say(&c, ":\"Isi\"}");
	push_client_expect(&c, 503);
	push_client_expect_text(&c, "Retry-After: ");
	push_client_expect_text(&c, "netrald is stopping");
	assert_int_equal(rig_wait_exit(d->netrald), 0);
	assert_true(push_client_has_ended(&idle, RIG_DEADLINE_MS));
	push_client_close(&idle);
	push_client_close(&c);
}

/* In the middle of everything: whoever heard 202 finds the article known afterwards. */
static void nothing_that_was_acknowledged_is_lost_by_a_stop(void **state)
{
	enum { CLIENTS = 24 };
	struct daemon_rig *d = *state;
	static struct push_client c[CLIENTS];
	int codes[CLIENTS];
	start(d, &c[0]);
	for (int i = 1; i < CLIENTS; i++)
		push_client_open(&c[i], d, "127.0.0.1");
	for (unsigned i = 0; i < CLIENTS; i++) {
		push_client_post_article(&c[i], i);
		if (i == CLIENTS / 2)
			rig_signal(d->netrald, SIGTERM);
	}
	for (int i = 0; i < CLIENTS; i++) {
		codes[i] = push_client_read(&c[i]);
		assert_true(codes[i] == 202 || codes[i] == 503 || codes[i] == 0);
		push_client_close(&c[i]);
	}
	assert_int_equal(rig_wait_exit(d->netrald), 0);
	daemon_rig_start(d);
	push_client_open(&c[0], d, "127.0.0.1");
	for (unsigned i = 0; i < CLIENTS; i++) {
		push_client_post_article(&c[0], i);
		int code = push_client_read(&c[0]);
		assert_true(code == 200 || (code == 202 && codes[i] != 202));
	}
	push_client_close(&c[0]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, daemon_rig_set_up, daemon_rig_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_pushed_article_is_accepted_once_and_handed_out),
		TEST(a_page_becomes_an_article_with_the_url_of_the_request),
		TEST(a_page_in_another_charset_is_taken),
		TEST(a_pushed_article_ends_as_an_event),
		TEST(many_clients_share_commits_and_lose_nothing),
		TEST(requests_one_behind_the_other_are_answered_in_order),
		TEST(chunks_are_put_together),
		TEST(every_refusal_has_its_code_and_a_reason),
		TEST(whoever_waits_for_100_hears_a_refusal_instead),
		TEST(a_body_that_grows_too_large_is_read_to_its_end_and_refused),
		TEST(a_body_without_end_costs_its_connection),
		TEST(a_full_journal_is_503_until_there_is_room),
		TEST(too_many_bytes_of_bodies_are_429),
		TEST(the_port_is_told),
		TEST(a_token_that_is_none_keeps_it_from_starting),
		TEST(an_address_that_cannot_be_used_keeps_it_from_starting),
		TEST(a_request_that_arrives_while_it_stops_is_503),
		TEST(nothing_that_was_acknowledged_is_lost_by_a_stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

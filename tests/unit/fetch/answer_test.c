/* Answers that are in order, and what the request says. */
#include "rig.h"

#define TEXT(s) ((void *)(uintptr_t)(s))

/* Keeps the head of the request. The test reads it after the answer. */
static bool keep_head(struct connection *c, void *user)
{
	strcpy(user, connection_head(c));
	return connection_printf(c, "HTTP/1.1 304 Not Modified\r\nETag: \"v2\"\r\n"
				    "Set-Cookie: a=b\r\n\r\n");
}

static void test_page(void **state)
{
	static const char text[] = "HTTP/1.1 200 OK\r\n"
				   "Content-Type: Text/HTML; charset=\"UTF-8\"\r\n"
				   "ETag: W/\"v1\"\r\n"
				   "Last-Modified: Wed, 21 Aug 2024 07:28:00 GMT\r\n"
				   "Cache-Control: max-age=60\r\n"
				   "Content-Length: 11\r\n\r\nhalo dunia\n";
	struct rig *rig = *state;
	const struct seen *s = rig_path(rig, "/page", answer_text, TEXT(text));
	rig_expect(s, FETCH_OK, "200");
	assert_int_equal(s->status, 200);
	assert_string_equal(s->url, server_url(rig->bad, "/page"));
	assert_string_equal(s->content_type, "text/html");
	assert_string_equal(s->charset, "utf-8");
	assert_string_equal(s->etag, "W/\"v1\"");
	assert_string_equal(s->last_modified, "Wed, 21 Aug 2024 07:28:00 GMT");
	assert_string_equal(s->cache_control, "max-age=60");
	assert_true(s->retry_after_s == -1);
	assert_string_equal(s->body, "halo dunia\n");
	const struct fetch_counters *c = fetcher_counters(rig->fetcher);
	assert_true(c->outcomes[FETCH_OK] == 2 && c->bytes == 11 + 5);
	assert_true(c->requests == 0 && c->active == 0);
}

static void test_request(void **state)
{
	static char head[16384];
	struct rig *rig = *state;
	/* None of these may be looked at. */
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	server_on(rig->bad, "/head", keep_head, head);
	struct fetch_request request = {.url = server_url(rig->bad, "/head#part"),
					.etag = "\"v1\"",
					.last_modified = "Wed, 21 Aug 2024 07:28:00 GMT",
					.accept = "text/html",
					.limits = rig->limits};
	for (size_t i = 1; i <= 2; i++) {
		rig_request(rig, request);
		rig_run(rig, i);
		rig_expect(&rig->seen[i - 1], FETCH_NOT_MODIFIED, "304");
		assert_string_equal(rig->seen[i - 1].etag, "\"v2\"");
		assert_non_null(strstr(head, "GET /head HTTP/1.1\r\n"));
		assert_non_null(strstr(head, "\r\nUser-Agent: netral/" NETRAL_VERSION
					     " (+https://netral.invalid/about)\r\n"));
		assert_non_null(strstr(head, "\r\nAccept-Encoding: gzip, deflate, br\r\n"));
		assert_non_null(strstr(head, "\r\nAccept: text/html\r\n"));
		assert_non_null(strstr(head, "\r\nIf-None-Match: \"v1\"\r\n"));
		assert_non_null(strstr(head, "\r\nIf-Modified-Since: Wed, 21 Aug"));
		assert_null(strstr(head, "Cookie"));
		assert_null(strstr(head, "Referer"));
		assert_null(strstr(head, "Authorization"));
	}
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
}

/* A field that an earlier peer made up cannot break the request. */
static void test_injected_fields(void **state)
{
	static char head[16384];
	struct rig *rig = *state;
	server_on(rig->bad, "/head", keep_head, head);
	rig_request(rig, (struct fetch_request){.url = server_url(rig->bad, "/head"),
						.etag = "\"v1\"\r\nX-Evil: 1",
						.last_modified = "",
						.limits = rig->limits});
	rig_run(rig, 1);
	rig_expect(&rig->seen[0], FETCH_PROTOCOL, "without conditions");
	assert_null(strstr(head, "Evil"));
	assert_null(strstr(head, "If-"));
}

static void test_statuses(void **state)
{
	static const struct {
		const char *text;
		enum fetch_outcome outcome;
		int64_t retry_after_s;
		const char *reason;
	} cases[] = {
		{"HTTP/1.1 429 Slow\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n", FETCH_LATER,
		 120, "in 120 s"},
		{"HTTP/1.1 503 No\r\nDate: Wed, 21 Oct 2015 07:28:00 GMT\r\n"
		 "Retry-After: Wed, 21 Oct 2015 07:29:00 GMT\r\nContent-Length: 0\r\n\r\n",
		 FETCH_LATER, 60, "in 60 s"},
		{"HTTP/1.1 503 No\r\nRetry-After: 999999999\r\nContent-Length: 0\r\n\r\n",
		 FETCH_LATER, FETCH_RETRY_AFTER_MAX_S, "503"},
		{"HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno", FETCH_LATER, -1, "until when"},
		{"HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno", FETCH_STATUS, -1, "404"},
		{"HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno", FETCH_STATUS, -1, "500"},
		{"HTTP/1.1 302 No\r\nContent-Length: 2\r\n\r\nno", FETCH_STATUS, -1, "302"},
		{"HTTP/1.1 204 OK\r\n\r\n", FETCH_OK, -1, "204"},
		{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
		 FETCH_OK, -1, "200"},
		/* Cut off, but nobody reads it. */
		{"HTTP/1.1 404 No\r\nContent-Length: 9\r\nConnection: close\r\n\r\nno",
		 FETCH_STATUS, -1, "404"},
	};
	static const char *const paths[] = {"/0", "/1", "/2", "/3", "/4",
					    "/5", "/6", "/7", "/8", "/9"};
	struct rig *rig = *state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct seen *s = rig_path(rig, paths[i], answer_text, TEXT(cases[i].text));
		rig_expect(s, cases[i].outcome, cases[i].reason);
		assert_int_equal(s->retry_after_s, cases[i].retry_after_s);
		assert_int_equal(s->body_len, 0);
	}
}

static bool send_gzip(struct connection *c, void *user)
{
	(void)user;
	static const unsigned char body[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00,
					     0x02, 0x03, 0xcb, 0x48, 0xcc, 0xc9, 0x57, 0x48,
					     0x29, 0xcd, 0xcb, 0x4c, 0xe4, 0x02, 0x00, 0x70,
					     0xb1, 0x0f, 0x61, 0x0b, 0x00, 0x00, 0x00};
	return connection_printf(c,
				 "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
				 "Content-Length: %zu\r\n\r\n",
				 sizeof(body)) &&
	       connection_send(c, body, sizeof(body));
}

static void test_gzip(void **state)
{
	const struct seen *s = rig_path(*state, "/gzip", send_gzip, NULL);
	rig_expect(s, FETCH_OK, "200");
	assert_string_equal(s->body, "halo dunia\n");
}

static void test_until_close(void **state)
{
	struct rig *rig = *state;
	static const char text[] = "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nall of it";
	const struct seen *s = rig_path(rig, "/close", answer_text, TEXT(text));
	rig_expect(s, FETCH_OK, "200");
	assert_string_equal(s->body, "all of it");
}

static void test_chunks(void **state)
{
	struct rig *rig = *state;
	static const char text[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
				   "4\r\nsatu\r\n5;x=y\r\n dua\n\r\n0\r\nTrailer: x\r\n\r\n";
	const struct seen *s = rig_path(rig, "/chunks", answer_text, TEXT(text));
	rig_expect(s, FETCH_OK, "200");
	assert_string_equal(s->body, "satu dua\n");
}

static void test_connection_is_kept(void **state)
{
	struct rig *rig = *state;
	for (size_t i = 1; i <= 3; i++) {
		rig_get(rig, server_url(rig->good, "/x"));
		rig_run(rig, i);
	}
	assert_int_equal(server_counts(rig->good).connections, 1);
	assert_int_equal(server_counts(rig->good).requests, 3);
}

static void test_ipv6(void **state)
{
	struct rig *rig = *state;
	static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nv6";
	struct server *v6 = server_start("::1");
	if (!v6)
		skip();
	server_on(v6, "/", answer_text, TEXT(text));
	const struct seen *s = rig_one(rig, server_url(v6, "/"));
	server_stop(v6);
	rig_expect(s, FETCH_OK, "200");
	assert_string_equal(s->body, "v6");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_page),
		TEST(test_request),
		TEST(test_injected_fields),
		TEST(test_statuses),
		TEST(test_gzip),
		TEST(test_until_close),
		TEST(test_chunks),
		TEST(test_connection_is_kept),
		TEST(test_ipv6),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

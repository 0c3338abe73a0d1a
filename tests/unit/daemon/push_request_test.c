#include "daemon/push_request.h"

#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TOKEN  "0123456789abcdef"
#define BEARER "Bearer " TOKEN

enum { BODY_MAX = 1000, FIELDS_MAX = 5 };

struct head_case {
	const char *method, *path;
	const char *fields[FIELDS_MAX][2];
	enum push_code code; /* 0: goes on */
	const char *words;   /* in the reason */
};

static const struct push_token token = {sizeof(TOKEN) - 1, TOKEN};

static struct text text_of(const char *s)
{
	return (struct text){s, strlen(s)};
}

static struct push_head head_of(const struct head_case *c)
{
	struct push_head h = {.method = c->method, .path = c->path};
	for (size_t i = 0; i < FIELDS_MAX && c->fields[i][0]; i++)
		push_head_add(&h, text_of(c->fields[i][0]), text_of(c->fields[i][1]));
	return h;
}

#define AUTH                                                                                       \
	{                                                                                          \
		"Authorization", BEARER                                                            \
	}
#define JSON                                                                                       \
	{                                                                                          \
		"Content-Type", "application/json"                                                 \
	}
#define LENGTH(n)                                                                                  \
	{                                                                                          \
		"Content-Length", n                                                                \
	}

static const struct head_case heads[] = {
	{"POST", "/v1/articles", {AUTH, JSON, LENGTH("1000")}, 0, ""},
	{"POST", "/v1/articles", {AUTH, JSON, {"transfer-encoding", "Chunked"}}, 0, ""},
	{"POST",
	 "/v1/articles",
	 {AUTH, JSON, LENGTH("5"), {"Content-Encoding", "identity"}},
	 0,
	 ""},
	{"POST", "/", {AUTH, JSON, LENGTH("5")}, PUSH_NOT_FOUND, "/v1/articles"},
	{"POST", "/v1/articles/", {AUTH, JSON, LENGTH("5")}, PUSH_NOT_FOUND, "/v1/articles"},
	{"GET", "/", {AUTH}, PUSH_NOT_FOUND, "/v1/articles"},
	{"GET", "/v1/articles", {AUTH}, PUSH_NOT_ALLOWED, "POST"},
	{"PUT", "/v1/articles", {AUTH, JSON, LENGTH("5")}, PUSH_NOT_ALLOWED, "POST"},
	{"POST", "/v1/articles", {JSON, LENGTH("5")}, PUSH_UNAUTHORIZED, "is needed"},
	{"POST",
	 "/v1/articles",
	 {{"Authorization", "Bearer x"}, JSON},
	 PUSH_UNAUTHORIZED,
	 "not the"},
	{"POST", "/v1/articles", {AUTH, AUTH, JSON, LENGTH("5")}, PUSH_BAD_REQUEST, "twice"},
	{"POST", "/v1/articles", {AUTH, LENGTH("5"), LENGTH("6")}, PUSH_BAD_REQUEST, "twice"},
	{"POST", "/v1/articles", {AUTH, LENGTH("5")}, PUSH_UNSUPPORTED, "Content-Type"},
	{"POST",
	 "/v1/articles",
	 {AUTH, JSON, {"Content-Encoding", "gzip"}},
	 PUSH_UNSUPPORTED,
	 "identity"},
	{"POST", "/v1/articles", {AUTH, JSON}, PUSH_LENGTH_REQUIRED, "missing"},
	{"POST", "/v1/articles", {AUTH, JSON, LENGTH("")}, PUSH_BAD_REQUEST, "not a number"},
	{"POST", "/v1/articles", {AUTH, JSON, LENGTH("-1")}, PUSH_BAD_REQUEST, "not a number"},
	{"POST", "/v1/articles", {AUTH, JSON, LENGTH("1001")}, PUSH_TOO_LARGE, "more than 1000"},
	{"POST",
	 "/v1/articles",
	 {AUTH, JSON, LENGTH("99999999999999999999999999")},
	 PUSH_TOO_LARGE,
	 "more than"},
	{"POST",
	 "/v1/articles",
	 {AUTH, JSON, {"Transfer-Encoding", "gzip, chunked"}},
	 PUSH_BAD_REQUEST,
	 "only chunked"},
	{"POST",
	 "/v1/articles",
	 {AUTH, JSON, LENGTH("5"), {"Transfer-Encoding", "chunked"}},
	 PUSH_BAD_REQUEST,
	 "beside"},
};

static void a_head_is_judged_before_its_body(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct push_head h = head_of(&heads[i]);
		struct push_type type;
		struct push_reply reply = {.code = PUSH_OK};
		bool goes_on = push_head_judge(&h, &token, BODY_MAX, &type, &reply);
		if (reply.code != heads[i].code || !strstr(reply.reason, heads[i].words) ||
		    goes_on != (heads[i].code == 0))
			fail_msg("head %zu: %d \"%s\"", i, (int)reply.code, reply.reason);
		assert_null(strstr(reply.reason, TOKEN));
	}
}

static bool type_passes(const char *type, struct push_type *ret_type)
{
	const struct head_case c = {
		"POST", "/v1/articles", {AUTH, {"Content-Type", type}, LENGTH("1")}, 0, ""};
	struct push_head h = head_of(&c);
	struct push_reply reply;
	bool passes = push_head_judge(&h, &token, BODY_MAX, ret_type, &reply);
	assert_int_equal(reply.code, passes ? 0 : PUSH_UNSUPPORTED);
	return passes;
}

static void json_in_utf8_and_html_in_any_charset_are_taken(void **state)
{
	static const struct {
		const char *type;
		bool passes;
		enum push_format format;
		const char *charset;
	} types[] = {
		{"application/json", true, PUSH_JSON, ""},
		{"Application/JSON ; Charset=UTF-8", true, PUSH_JSON, "utf-8"},
		{"application/json; charset=us-ascii", true, PUSH_JSON, "us-ascii"},
		{"application/json; charset=utf-16", false, 0, ""},
		{"text/html", true, PUSH_HTML, ""},
		{"text/html;charset=\"utf-8\";x=y", true, PUSH_HTML, "utf-8"},
		{"application/xhtml+xml;;", true, PUSH_HTML, ""},
		{"text/html; charset=ISO-8859-1", true, PUSH_HTML, "iso-8859-1"},
		{"text/html; charset=\"", true, PUSH_HTML, ""},
		{"application/jsonl", false, 0, ""},
		{"text/plain", false, 0, ""},
		{";", false, 0, ""},
		{"", false, 0, ""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct push_type type;
		bool passes = type_passes(types[i].type, &type);
		if (passes != types[i].passes || (passes && type.format != types[i].format))
			fail_msg("\"%s\"", types[i].type);
		if (passes)
			assert_string_equal(type.charset, types[i].charset);
	}
}

static void it_is_known_whether_a_body_follows(void **state)
{
	struct push_head h = {.method = "GET"};
	(void)state;
	assert_false(push_head_has_body(&h));
	h.content_length = text_of("0");
	assert_false(push_head_has_body(&h));
	h.content_length = text_of("7");
	assert_true(push_head_has_body(&h));
	h.content_length = (struct text){NULL, 0};
	h.transfer_encoding = text_of("chunked");
	assert_true(push_head_has_body(&h));
}

/* --- bodies --- */

struct body_fixture {
	struct arena arena;
	struct buf body;
	struct article article;
	struct push_reply reply;
};

static int set_up(void **state)
{
	struct body_fixture *f = calloc(1, sizeof(*f));
	if (!f)
		return -1;
	arena_init(&f->arena, READER_ARENA_MAX);
	buf_init(&f->body, 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct body_fixture *f = *state;
	arena_fini(&f->arena);
	buf_fini(&f->body);
	free(f);
	return 0;
}

static bool read_body(struct body_fixture *f, enum push_format format, const char *body,
		      const char *url)
{
	buf_clear(&f->body);
	assert_int_equal(buf_append_str(&f->body, body), 0);
	const struct push_type type = {.format = format};
	return push_request_read(&type, &f->body, text_of(url), &f->arena, &f->article, &f->reply);
}

static void bodies_become_articles(void **state)
{
	struct body_fixture *f = *state;
	const char *json = "{\"title\":\"J\",\"text\":\"isi\",\"url\":\"https://a.example/\"}";
	const char *html =
		"<html><head><title>Judul</title></head><body><article><p>Isi berita yang "
		"cukup panjang untuk dibaca.</p></article></body></html>";
	assert_true(read_body(f, PUSH_JSON, json, ""));
	assert_string_equal(f->article.url.ptr, "https://a.example/");
	assert_string_equal(f->article.title.ptr, "J");
	assert_true(read_body(f, PUSH_JSON, json, "https://b.example/"));
	assert_string_equal(f->article.url.ptr, "https://b.example/");
	assert_true(read_body(f, PUSH_HTML, html, "https://c.example/"));
	assert_string_equal(f->article.url.ptr, "https://c.example/");
	assert_string_equal(f->article.title.ptr, "Judul");
	assert_int_equal(f->reply.code, 0);
}

/* 0xe9 is an e with an acute accent in windows-1252 and a Cyrillic letter in windows-1251. */
static void a_page_is_read_in_the_charset_that_was_stated(void **state)
{
	struct body_fixture *f = *state;
	static const char plain[] = "<title>Kaf\xe9</title><p>Isi berita.",
			  own[] = "<meta charset=windows-1251><title>Kaf\xe9</title><p>Isi berita.",
			  utf8[] = "<title>Kaf\xc3\xa9</title><p>Isi berita.";
	static const struct {
		const char *charset, *html, *title;
	} cases[] = {
		{"", plain, "Kaf\xc3\xa9"},
		{"iso-8859-1", plain, "Kaf\xc3\xa9"},
		{"windows-1251", plain, "Kaf\xd0\xb9"},
		{"", own, "Kaf\xd0\xb9"},
		{"windows-1252", own, "Kaf\xc3\xa9"},
		{"klingon", own, "Kaf\xd0\xb9"},
		{"windows-1251", utf8, "Kaf\xc3\xa9"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct push_type type = {.format = PUSH_HTML};
		strcpy(type.charset, cases[i].charset);
		buf_clear(&f->body);
		assert_int_equal(buf_append_str(&f->body, cases[i].html), 0);
		assert_true(push_request_read(&type, &f->body, text_of(""), &f->arena, &f->article,
					      &f->reply));
		assert_string_equal(f->article.title.ptr, cases[i].title);
	}
}

static void what_cannot_be_read_is_told_in_the_readers_words(void **state)
{
	struct body_fixture *f = *state;
	assert_false(read_body(f, PUSH_JSON, "{\"title\":", ""));
	assert_int_equal(f->reply.code, PUSH_UNPROCESSABLE);
	assert_non_null(strstr(f->reply.reason, "JSON"));
	assert_false(read_body(f, PUSH_JSON, "", ""));
	assert_int_equal(f->reply.code, PUSH_UNPROCESSABLE);
	assert_false(read_body(f, PUSH_HTML, "", ""));
	assert_int_equal(f->reply.code, PUSH_UNPROCESSABLE);
	assert_false(read_body(f, PUSH_HTML, "<p></p>", ""));
	assert_non_null(strstr(f->reply.reason, "text"));
}

/* --- replies --- */

static struct push_reply reply_to(enum submit_outcome outcome, bool committed)
{
	struct submit_status status = {outcome, {{0xab}}, "why"};
	struct push_reply reply = {.code = 0};
	if (outcome == SUBMIT_ACCEPTED || outcome == SUBMIT_DUPLICATE)
		status.reason = "";
	push_reply_from(&reply, &status, committed, "disk full");
	return reply;
}

static void expect_json(struct push_reply reply, enum push_code code, unsigned retry,
			const char *json)
{
	char *is = push_reply_json(&reply);
	assert_int_equal(reply.code, code);
	assert_int_equal(push_reply_retry_after(&reply) > 0, retry);
	assert_string_equal(is, json);
	free(is);
}

static void only_what_is_committed_is_accepted_or_known(void **state)
{
	(void)state;
	expect_json(reply_to(SUBMIT_ACCEPTED, true), PUSH_ACCEPTED, 0,
		    "{\"outcome\":\"accepted\",\"id\":\"ab000000000000000000000000000000\"}");
	expect_json(reply_to(SUBMIT_DUPLICATE, true), PUSH_OK, 0,
		    "{\"outcome\":\"duplicate\",\"id\":\"ab000000000000000000000000000000\"}");
	expect_json(reply_to(SUBMIT_REFUSED, true), PUSH_UNPROCESSABLE, 0,
		    "{\"outcome\":\"refused\",\"reason\":\"why\"}");
	expect_json(reply_to(SUBMIT_REFUSED, false), PUSH_UNPROCESSABLE, 0,
		    "{\"outcome\":\"refused\",\"reason\":\"why\"}");
	expect_json(reply_to(SUBMIT_BUSY, true), PUSH_UNAVAILABLE, 1,
		    "{\"outcome\":\"busy\",\"reason\":\"why\"}");
	expect_json(reply_to(SUBMIT_ACCEPTED, false), PUSH_UNAVAILABLE, 1,
		    "{\"outcome\":\"busy\",\"reason\":\"disk full\"}");
	expect_json(reply_to(SUBMIT_DUPLICATE, false), PUSH_UNAVAILABLE, 1,
		    "{\"outcome\":\"busy\",\"reason\":\"disk full\"}");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_is_judged_before_its_body),
		cmocka_unit_test(json_in_utf8_and_html_in_any_charset_are_taken),
		cmocka_unit_test(it_is_known_whether_a_body_follows),
		TEST(bodies_become_articles),
		TEST(a_page_is_read_in_the_charset_that_was_stated),
		TEST(what_cannot_be_read_is_told_in_the_readers_words),
		cmocka_unit_test(only_what_is_committed_is_accepted_or_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

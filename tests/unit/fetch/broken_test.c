/* Answers that are broken: each has its own reason, and the good page beside it is not disturbed.
 */
#include "rig.h"

#define OK    "HTTP/1.1 200 OK\r\n"
#define CLOSE "Connection: close\r\n"

struct broken {
	const char *path, *text;
	enum fetch_outcome outcome;
	const char *reason;
};

static void check(struct rig *rig, const struct broken *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct seen *s =
			rig_path(rig, cases[i].path, answer_text, (void *)(uintptr_t)cases[i].text);
		rig_expect(s, cases[i].outcome, cases[i].reason);
		assert_true(s->outcome == FETCH_OK || s->body_len == 0);
	}
}

static void test_lengths(void **state)
{
	static const struct broken cases[] = {
		{"/long", OK CLOSE "Content-Length: 100\r\n\r\nshort", FETCH_TRUNCATED,
		 "95 bytes remaining"},
		{"/none", OK CLOSE "Content-Length: 100\r\n\r\n", FETCH_TRUNCATED, "body"},
		{"/minus", OK CLOSE "Content-Length: -1\r\n\r\nx", FETCH_PROTOCOL, "ontent-"},
		{"/letters", OK CLOSE "Content-Length: many\r\n\r\nx", FETCH_PROTOCOL, "ontent-"},
	};
	check(*state, cases, sizeof(cases) / sizeof(cases[0]));
}

/* More than was announced is not part of the body. */
static void test_surplus(void **state)
{
	static const char text[] = OK "Content-Length: 4\r\n\r\nsatu dua tiga";
	const struct seen *s = rig_path(*state, "/more", answer_text, (void *)(uintptr_t)text);
	rig_expect(s, FETCH_OK, "200");
	assert_string_equal(s->body, "satu");
}

static void test_chunks(void **state)
{
#define CHUNKED OK CLOSE "Transfer-Encoding: chunked\r\n\r\n"
	static const struct broken cases[] = {
		{"/cut", CHUNKED "5\r\nhal", FETCH_TRUNCATED, "body"},
		{"/last", CHUNKED "5\r\nhallo\r\n", FETCH_TRUNCATED, "body"},
		{"/size", CHUNKED "zz\r\nhallo\r\n0\r\n\r\n", FETCH_PROTOCOL, "chunked"},
		{"/end", CHUNKED "2\r\nhallo\r\n0\r\n\r\n", FETCH_PROTOCOL, "chunked"},
		{"/huge", CHUNKED "fffffffffffffffffffff\r\nhallo", FETCH_PROTOCOL, "chunked"},
	};
	check(*state, cases, sizeof(cases) / sizeof(cases[0]));
}

static bool no_answer(struct connection *c, void *user)
{
	(void)c;
	(void)user;
	return false;
}

static void test_not_http(void **state)
{
	static const struct broken cases[] = {
		{"/smtp", "220 mail.example ESMTP\r\nConnection: close\r\n", FETCH_PROTOCOL,
		 "answer"},
		{"/page", "<html>Connection: close</html>", FETCH_PROTOCOL, "answer"},
		{"/half", OK CLOSE "Content-", FETCH_TRUNCATED, "header"},
		{"/version", "HTTP/9.9 200 OK\r\n" CLOSE "\r\n", FETCH_PROTOCOL, "answer"},
	};
	check(*state, cases, sizeof(cases) / sizeof(cases[0]));
	rig_expect(rig_path(*state, "/nothing", no_answer, NULL), FETCH_CONNECT,
		   "without an answer");
}

struct coded {
	const char *coding;
	size_t whole;           /* bytes of `body` that make "Isi." */
	unsigned char body[32]; /* and one more */
};

struct part {
	const struct coded *coded;
	size_t len;
};

/* A part of it, in HTTP that is whole. */
static bool send_part(struct connection *c, void *user)
{
	const struct part *p = user;
	return connection_printf(c, OK "Content-Encoding: %s\r\nContent-Length: %zu\r\n\r\n",
				 p->coded->coding, p->len) &&
	       connection_send(c, p->coded->body, p->len);
}

/* In the middle, one byte before the end, whole, one byte behind the end. */
static void test_coded_bodies(void **state)
{
	static const struct coded coded[] = {
		{"gzip", 24, {0x1f, 0x8b, 8, 0, 0,    0,    0,   0,    2,   3,   0xf3, 0x2c,
			      0xce, 0xd4, 3, 0, 0x83, 0xc3, 0x6, 0xf9, 0x4, 0x0, 0x0,  0x0}},
		{"deflate", 12, {0x78, 0xda, 0xf3, 0x2c, 0xce, 0xd4, 3, 0, 0x3, 0x81, 0x1, 0x54}},
		{"deflate", 6, {0xf3, 0x2c, 0xce, 0xd4, 3, 0}},
		{"br", 8, {0x8b, 0x01, 0x80, 'I', 's', 'i', '.', 0x03}},
	};
	static struct part parts[sizeof(coded) / sizeof(coded[0])][4];
	for (size_t i = 0; i < sizeof(coded) / sizeof(coded[0]); i++) {
		size_t whole = coded[i].whole;
		parts[i][0] = (struct part){&coded[i], whole / 2 + 1};
		parts[i][1] = (struct part){&coded[i], whole - 1};
		parts[i][2] = (struct part){&coded[i], whole};
		parts[i][3] = (struct part){&coded[i], whole + 1};
		rig_expect(rig_path(*state, "/half", send_part, &parts[i][0]), FETCH_TRUNCATED,
			   "compression: the body ends before");
		rig_expect(rig_path(*state, "/cut", send_part, &parts[i][1]), FETCH_TRUNCATED,
			   "compression: the body ends before");
		const struct seen *s = rig_path(*state, "/whole", send_part, &parts[i][2]);
		rig_expect(s, FETCH_OK, "200");
		assert_string_equal(s->body, "Isi.");
		rig_expect(rig_path(*state, "/tail", send_part, &parts[i][3]), FETCH_PROTOCOL,
			   "behind its end");
	}
}

static void test_codings(void **state)
{
	static const struct broken cases[] = {
		{"/gzip", OK "Content-Encoding: gzip\r\nContent-Length: 12\r\n\r\nhallo dunia\n",
		 FETCH_PROTOCOL, "compression: the body has none"},
		{"/br", OK "Content-Encoding: br\r\nContent-Length: 4\r\n\r\n\xff\xff\xff\xff",
		 FETCH_PROTOCOL, "compression: damaged"},
		{"/empty", OK "Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", FETCH_OK,
		 "200"},
		{"/identity", OK "Content-Encoding: identity\r\nContent-Length: 5\r\n\r\nhallo",
		 FETCH_OK, "200"},
		{"/zstd", OK "Content-Encoding: zstd\r\nContent-Length: 1\r\n\r\nx", FETCH_PROTOCOL,
		 "not asked for"},
		{"/twice", OK "Content-Encoding: gzip, gzip\r\nContent-Length: 1\r\n\r\nx",
		 FETCH_PROTOCOL, "more than one"},
		{"/lines",
		 OK "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n"
		    "Content-Length: 1\r\n\r\nx",
		 FETCH_PROTOCOL, "more than one"},
		{"/transfer", OK "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		 FETCH_PROTOCOL, "not asked for"},
	};
	check(*state, cases, sizeof(cases) / sizeof(cases[0]));
}

static bool reset_inside(struct connection *c, void *user)
{
	(void)user;
	connection_printf(c, OK "Content-Length: 100\r\n\r\nsome");
	connection_pause(c, 50); /* so that it is seen before the reset */
	connection_reset(c);
	return false;
}

static void test_reset(void **state)
{
	rig_expect(rig_path(*state, "/reset", reset_inside, NULL), FETCH_TRUNCATED, "reset");
}

static bool many_lines(struct connection *c, void *user)
{
	(void)user;
	bool on = connection_printf(c, OK);
	for (int i = 0; on && i < 1000; i++)
		on = connection_printf(c, "X-Line-%d: %0100d\r\n", i, i);
	return on && connection_printf(c, "Content-Length: 0\r\n\r\n");
}

static bool long_line(struct connection *c, void *user)
{
	(void)user;
	bool on = connection_printf(c, OK "X-Line: ");
	for (int i = 0; on && i < 300; i++)
		on = connection_printf(c, "%01000d", i);
	return on && connection_printf(c, "\r\nContent-Length: 0\r\n\r\n");
}

static bool many_answers(struct connection *c, void *user)
{
	(void)user;
	bool on = true;
	while (on)
		on = connection_printf(c, "HTTP/1.1 102 Wait\r\n\r\n");
	return false;
}

static void test_headers(void **state)
{
	rig_expect(rig_path(*state, "/lines", many_lines, NULL), FETCH_TOO_BIG, "header");
	rig_expect(rig_path(*state, "/line", long_line, NULL), FETCH_TOO_BIG, "header");
	rig_expect(rig_path(*state, "/102", many_answers, NULL), FETCH_TOO_BIG, "header");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_lengths),      TEST(test_surplus), TEST(test_chunks), TEST(test_not_http),
		TEST(test_coded_bodies), TEST(test_codings), TEST(test_reset),  TEST(test_headers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Time and size: what ends, and by which limit. */
#include "rig.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#define OK "HTTP/1.1 200 OK\r\n"

/* A byte now and then, for ever. */
static bool drip(struct connection *c, void *user)
{
	(void)user;
	bool on = connection_printf(c, OK "Content-Length: 100000\r\n\r\n");
	while (on && connection_pause(c, 20))
		on = connection_send(c, "x", 1);
	return false;
}

static bool drip_header(struct connection *c, void *user)
{
	(void)user;
	bool on = connection_printf(c, OK "X-Line: ");
	while (on && connection_pause(c, 20))
		on = connection_send(c, "x", 1);
	return false;
}

static bool say_nothing(struct connection *c, void *user)
{
	(void)user;
	connection_linger(c);
	return false;
}

static void test_slow(void **state)
{
	struct rig *rig = *state;
	rig->limits.slow_s = 1;
	rig->limits.slow_bytes = 1000;
	rig_expect(rig_path(rig, "/drip", drip, NULL), FETCH_SLOW, "slower than 1000 bytes/s");
	rig_expect(rig_path(rig, "/header", drip_header, NULL), FETCH_SLOW, "slower than");
	rig_expect(rig_path(rig, "/nothing", say_nothing, NULL), FETCH_SLOW, "slower than");
}

static void test_whole(void **state)
{
	struct rig *rig = *state;
	rig->limits.whole_ms = 300;
	rig_expect(rig_path(rig, "/drip", drip, NULL), FETCH_TIMEOUT, "not complete after 300 ms");
	rig_expect(rig_path(rig, "/nothing", say_nothing, NULL), FETCH_TIMEOUT, "not complete");
}

/* Each hop is in time, all of them are not. */
static bool redirect_later(struct connection *c, void *user)
{
	(void)user;
	return connection_pause(c, 100) &&
	       connection_printf(c,
				 "HTTP/1.1 302 Found\r\nLocation: %sx\r\n"
				 "Content-Length: 0\r\n\r\n",
				 connection_path(c));
}

static void test_whole_of_all_hops(void **state)
{
	struct rig *rig = *state;
	rig->limits.whole_ms = 550;
	rig->limits.redirects = FETCH_REDIRECTS_MAX;
	server_on(rig->bad, "*", redirect_later, NULL);
	const struct seen *s = rig_one(rig, server_url(rig->bad, "/h"));
	rig_expect(s, FETCH_TIMEOUT, "not complete");
	assert_true(server_counts(rig->bad).requests <= 6);
}

/* A listener whose queue is full does not answer. */
static void test_connect(void **state)
{
	enum { FILL = 64 };
	struct rig *rig = *state;
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof(a);
	int fds[FILL], fd = socket(AF_INET, SOCK_STREAM, 0);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (void *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 0), 0);
	assert_int_equal(getsockname(fd, (void *)&a, &len), 0);
	for (int i = 0; i < FILL; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)connect(fds[i], (void *)&a, sizeof(a));
	}
	char url[64];
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", ntohs(a.sin_port));
	rig->limits.connect_ms = 300;
	const struct seen *s = rig_one(rig, url);
	for (int i = 0; i < FILL; i++)
		close(fds[i]);
	close(fd);
	rig_expect(s, FETCH_TIMEOUT, "no connection after");
}

/* 200 MB, announced or not, or as an error page. */
static bool flood(struct connection *c, void *user)
{
	static const char zeros[65536];
	bool on = connection_send(c, user, strlen(user));
	for (int i = 0; on && i < 3200; i++)
		on = connection_send(c, zeros, sizeof(zeros));
	return false;
}

static void test_big(void **state)
{
	struct rig *rig = *state;
	static char announced[] = OK "Content-Length: 209715200\r\n\r\n", unannounced[] = OK "\r\n",
		    missing[] = "HTTP/1.1 404 No\r\nContent-Length: 209715200\r\n\r\n";
	const struct seen *s = rig_path(rig, "/announced", flood, announced);
	rig_expect(s, FETCH_TOO_BIG, "body exceeds 8388608 bytes");
	assert_int_equal(s->body_len, 0);
	rig_expect(rig_path(rig, "/big", flood, unannounced), FETCH_TOO_BIG, "body exceeds");
	rig_expect(rig_path(rig, "/missing", flood, missing), FETCH_STATUS, "404");
}

/* Exactly the limit is in order. */
static void test_edge(void **state)
{
	struct rig *rig = *state;
	static char five[] = OK "Content-Length: 5\r\n\r\nhallo",
		    six[] = OK "Content-Length: 6\r\n\r\nhallo!";
	rig->limits.body_max = 5;
	rig_expect(rig_path(rig, "/five", answer_text, five), FETCH_OK, "200");
	rig_expect(rig_path(rig, "/six", answer_text, six), FETCH_TOO_BIG, "exceeds 5 bytes");
}

struct bits {
	unsigned char bytes[400000];
	size_t count;
};

/* The bits of a Huffman code come with the first one lowest (RFC 1951, 3.1.1). */
static void put(struct bits *b, const char *code)
{
	for (; *code; code++, b->count++)
		b->bytes[b->count / 8] |= (unsigned char)((*code - '0') << b->count % 8);
}

/* 50 MB in 325 KB: one letter, then "258 times the letter before" without end, with the fixed codes
 * (3.2.6). */
static void make_bomb(struct bits *b)
{
	static const unsigned char head[10] = {0x1f, 0x8b, 8};
	memcpy(b->bytes, head, sizeof(head));
	b->count = sizeof(head) * 8;
	put(b, "110"
	       "10010001");
	for (int i = 0; i < 200000; i++)
		put(b, "11000101"
		       "00000");
	put(b, "0000000");
}

static bool send_bomb(struct connection *c, void *user)
{
	const struct bits *b = user;
	size_t size = b->count / 8;
	return connection_printf(c,
				 OK "Content-Encoding: gzip\r\n"
				    "Content-Length: %zu\r\n\r\n",
				 size) &&
	       connection_send(c, b->bytes, size);
}

static void test_gzip_bomb(void **state)
{
	static struct bits bomb; /* the server may still be sending it when the test is over */
	make_bomb(&bomb);
	const struct seen *s = rig_path(*state, "/bomb", send_bomb, &bomb);
	rig_expect(s, FETCH_TOO_BIG, "body exceeds 8388608 bytes");
}

static bool send_two_thousand(struct connection *c, void *user)
{
	char body[2000];
	(void)user;
	memset(body, 'x', sizeof(body));
	return connection_printf(c, OK "Content-Length: 2000\r\n\r\n") &&
	       connection_send(c, body, sizeof(body));
}

/* What one answer took is free again for the next. */
static void test_all_bodies_together(void **state)
{
	struct rig *rig = *state;
	struct fetch_options options = rig_options();
	options.bodies_max = 1500;
	rig_use(rig, &options);
	for (int i = 0; i < 3; i++)
		rig_expect(rig_path(rig, "/two", send_two_thousand, NULL), FETCH_LOCAL,
			   "too much under way at once");
}

static void test_limits_of_limits(void **state)
{
	struct rig *rig = *state;
	struct fetch_request request = {.url = "http://127.0.0.1/"};
	for (int i = 0; i < 5; i++) {
		struct fetch_limits bad[5];
		for (int j = 0; j < 5; j++)
			bad[j] = fetch_limits_default();
		bad[0].body_max = 0;
		bad[1].whole_ms = 0;
		bad[2].connect_ms = UINT64_MAX;
		bad[3].slow_s = 0;
		bad[4].redirects = FETCH_REDIRECTS_MAX + 1;
		request.limits = bad[i];
		assert_true(fetcher_get(rig->fetcher, &request, NULL, NULL) < 0);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_slow),
		TEST(test_whole),
		TEST(test_whole_of_all_hops),
		TEST(test_connect),
		TEST(test_big),
		TEST(test_edge),
		TEST(test_gzip_bomb),
		TEST(test_all_bodies_together),
		TEST(test_limits_of_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

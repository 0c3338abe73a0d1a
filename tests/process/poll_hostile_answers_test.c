/* netral-poll among sites whose answers are slow, cut, too big, packed without end, or no HTTP. */
#include "tests/process/hostile.h"

#include <brotli/encode.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

enum { MANY_MIB = 200, BOMB_BYTES = 256 << 20, PACKED_MAX = 1 << 20, DRIP_MS = 50 };

#define OK        "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
#define FEED_TEXT "<rss version=\"2.0\"><channel><title>Kabar</title></channel></rss>"

/* An answer as a whole, after which the connection is closed. */
static bool answer_text(struct connection *c, void *user)
{
	const char *text = user;
	connection_send(c, text, strlen(text));
	return false;
}

static bool answer_reset(struct connection *c, void *user)
{
	answer_text(c, user);
	connection_reset(c);
	return false;
}

static unsigned add_text(struct hostile *h, const char *answer)
{
	return hostile_feed(h, answer_text, answer);
}

/* --- slow --- */

/* A byte now and then, without end. */
static bool answer_drip(struct connection *c, void *user)
{
	answer_text(c, user);
	while (connection_pause(c, DRIP_MS) && connection_send(c, "x", 1)) {
	}
	return false;
}

static bool answer_nothing(struct connection *c, void *user)
{
	(void)user;
	connection_linger(c);
	return false;
}

static void who_drips_is_left(void **state)
{
	struct hostile *h = *state;
	static char body[] = OK "Content-Length: 1000000\r\n\r\n<rss>",
		    head[] = OK "X-Wait: ", nothing[] = OK "\r\n";
	poll_rig_set(h->p, "fetch_timeout_ms=1s");
	unsigned of_body = hostile_feed(h, answer_drip, body),
		 of_head = hostile_feed(h, answer_drip, head),
		 of_silence = hostile_feed(h, answer_nothing, NULL);
	struct web *web = hostile_site(h);
	web_on(web, "/robots.txt", answer_drip, nothing);
	unsigned of_robots = hostile_add(h, "feed", web_url(web, "/feed.xml"));
	hostile_start(h);
	hostile_expect(h, of_body, "not complete after");
	hostile_expect(h, of_head, "not complete after");
	hostile_expect(h, of_silence, "not complete after");
	hostile_expect(h, of_robots, "robots.txt of its host: not complete after");
	hostile_expect_undisturbed(h);
}

/* --- lengths --- */

static void a_cut_body_is_no_answer(void **state)
{
	struct hostile *h = *state;
	unsigned by_length = add_text(h, OK "Content-Length: 1000\r\n\r\n" FEED_TEXT);
	unsigned by_chunks =
		add_text(h, OK "Transfer-Encoding: chunked\r\n\r\n20\r\n<rss version=\"2.0\">");
	unsigned by_coding = add_text(
		h, OK "Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n\x1f\x8b\x08\x01\x01"
		      "\x01\x01\x01\x01\x03");
	unsigned by_reset = hostile_feed(h, answer_reset,
					 OK "Content-Length: 1000\r\n\r\n<rss version=\"2.0\">");
	hostile_start(h);
	hostile_expect(h, by_length, "bytes remaining to read");
	hostile_expect(h, by_chunks, "outstanding read data remaining");
	hostile_expect(h, by_coding, "compression: the body ends before it does");
	hostile_expect(h, by_reset, "connection reset inside the answer");
	hostile_expect_undisturbed(h);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(hostile_source(h, i)->articles, 0);
}

/* What comes after the length is no answer to anything that is asked later. */
static void a_length_that_is_too_short_cuts(void **state)
{
	struct hostile *h = *state;
	unsigned feed = add_text(h, OK "Content-Length: 10\r\n\r\n" FEED_TEXT OK
				       "Content-Length: 0\r\n\r\n");
	unsigned two = add_text(h, OK "Content-Length: 10\r\nContent-Length: 20\r\n\r\n" FEED_TEXT);
	unsigned odd = add_text(h, OK "Content-Length: -5\r\n\r\n" FEED_TEXT);
	hostile_start(h);
	hostile_expect(h, feed, "damaged: it ends in the middle");
	hostile_expect(h, two, "damaged: it ends in the middle");
	hostile_expect(h, odd, "Content-Length");
	hostile_expect_undisturbed(h);
}

static void an_empty_answer_says_so(void **state)
{
	struct hostile *h = *state;
	unsigned empty = add_text(h, OK "Content-Length: 0\r\n\r\n");
	unsigned blank = add_text(h, OK "Content-Length: 3\r\n\r\n \n ");
	unsigned none = add_text(h, "");
	unsigned no_content = add_text(h, "HTTP/1.1 204 None\r\n\r\n");
	hostile_start(h);
	hostile_expect(h, empty, "feed: empty");
	hostile_expect(h, blank, "feed: empty");
	hostile_expect(h, none, "closed without an answer");
	hostile_expect(h, no_content, "feed: empty");
	hostile_expect_undisturbed(h);
}

/* --- headers --- */

static bool answer_long_header(struct connection *c, void *user)
{
	char line[1024];
	(void)user;
	memset(line, 'x', sizeof(line));
	memcpy(line, "X-Much: ", 8);
	memcpy(line + sizeof(line) - 2, "\r\n", 2);
	bool on = connection_printf(c, OK);
	for (int i = 0; on && i < 4096; i++)
		on = connection_send(c, line, sizeof(line));
	return false;
}

static void a_broken_header_is_no_answer(void **state)
{
	struct hostile *h = *state;
	unsigned cut = add_text(h, "HTTP/1.1 200 OK\r\nContent-Ty");
	unsigned reset = hostile_feed(h, answer_reset, "HTTP/1.1 200 OK\r\nContent-Ty");
	unsigned much = hostile_feed(h, answer_long_header, NULL);
	unsigned other = add_text(h, "220 mail.invalid ESMTP\r\n\r\n");
	hostile_start(h);
	hostile_expect(h, cut, "header: closed before its end");
	hostile_expect(h, reset, "connection reset inside the answer");
	hostile_expect(h, much, "header exceeds");
	hostile_expect(h, other, "HTTP/0.9");
	hostile_expect_undisturbed(h);
}

/* --- much --- */

struct flood {
	bool announced;
	unsigned long sent; /* bytes of the body, by one connection after the other */
};

static bool answer_flood(struct connection *c, void *user)
{
	static char block[65536];
	struct flood *f = user;
	size_t left = (size_t)MANY_MIB << 20;
	memset(block, 'a', sizeof(block));
	bool on = f->announced ? connection_printf(c, OK "Content-Length: %zu\r\n\r\n<rss>", left)
			       : connection_printf(c, OK "\r\n<rss>");
	for (; on && left > 0; left -= sizeof(block)) {
		on = connection_send(c, block, sizeof(block));
		f->sent += sizeof(block);
	}
	return false;
}

static void a_body_of_200_mb_is_cut_off(void **state)
{
	struct hostile *h = *state;
	static struct flood announced = {.announced = true}, unannounced;
	unsigned known = hostile_feed(h, answer_flood, &announced),
		 unknown = hostile_feed(h, answer_flood, &unannounced);
	struct web *web = hostile_site(h); /* a page of an item */
	static struct flood of_page;
	web_put(web, "/feed.xml", "application/rss+xml",
		"<rss version=\"2.0\"><channel><item><title>Besar</title><link>@/big</link></item>"
		"</channel></rss>");
	web_on(web, "/big", answer_flood, &of_page);
	unsigned item = hostile_add(h, "feed", web_url(web, "/feed.xml"));
	hostile_start(h);
	hostile_expect(h, known, "body exceeds 8388608 bytes");
	hostile_expect(h, unknown, "body exceeds 8388608 bytes");
	hostile_expect_given_up(h, item, 1);
	hostile_expect_log(h, "body exceeds 4194304 bytes");
	hostile_expect_undisturbed(h);
	hostile_expect_memory(h, 96);
}

/* --- packed --- */

struct packed {
	const char *coding;
	unsigned char *data;
	size_t len;
};

static bool answer_packed(struct connection *c, void *user)
{
	const struct packed *p = user;
	return connection_printf(c, OK "Content-Encoding: %s\r\nContent-Length: %zu\r\n\r\n",
				 p->coding, p->len) &&
	       connection_send(c, p->data, p->len);
}

/* The sites send it until the test's end: it is no function's. */
static unsigned char gzip_data[PACKED_MAX], brotli_data[PACKED_MAX];

static struct packed gzip_bomb(void)
{
	static unsigned char zeros[1 << 16];
	struct packed p = {.coding = "gzip", .data = gzip_data};
	z_stream z = {.next_out = p.data, .avail_out = PACKED_MAX};
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	for (size_t done = 0; done < BOMB_BYTES; done += sizeof(zeros)) {
		bool last = done + sizeof(zeros) >= BOMB_BYTES;
		z.next_in = zeros;
		z.avail_in = sizeof(zeros);
		assert_int_equal(deflate(&z, last ? Z_FINISH : Z_NO_FLUSH),
				 last ? Z_STREAM_END : Z_OK);
	}
	p.len = z.total_out;
	deflateEnd(&z);
	return p;
}

static struct packed brotli_bomb(void)
{
	struct packed p = {.coding = "br", .data = brotli_data, .len = PACKED_MAX};
	unsigned char *zeros = calloc(1, BOMB_BYTES);
	assert_non_null(zeros);
	assert_true(BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, BOMB_BYTES,
					  zeros, &p.len, p.data));
	free(zeros);
	return p;
}

static void bombs_are_cut_off(void **state)
{
	struct hostile *h = *state;
	static struct packed gzip, brotli, other;
	other = gzip = gzip_bomb();
	brotli = brotli_bomb();
	other.coding = "br, gzip";
	unsigned of_gzip = hostile_feed(h, answer_packed, &gzip),
		 of_brotli = hostile_feed(h, answer_packed, &brotli),
		 of_other = hostile_feed(h, answer_packed, &other);
	hostile_start(h);
	hostile_expect(h, of_gzip, "body exceeds 8388608 bytes");
	hostile_expect(h, of_brotli, "body exceeds 8388608 bytes");
	hostile_expect(h, of_other, "a coding that was not asked for, or more than one");
	hostile_expect_undisturbed(h);
	hostile_expect_memory(h, 96);
	rig_stop(h->p->poll);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOSTILE_TEST(who_drips_is_left),
		HOSTILE_TEST(a_cut_body_is_no_answer),
		HOSTILE_TEST(a_length_that_is_too_short_cuts),
		HOSTILE_TEST(an_empty_answer_says_so),
		HOSTILE_TEST(a_broken_header_is_no_answer),
		HOSTILE_TEST(a_body_of_200_mb_is_cut_off),
		HOSTILE_TEST(bombs_are_cut_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

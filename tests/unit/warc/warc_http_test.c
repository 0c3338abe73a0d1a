/* HTTP responses in records: status, type, chunks, content codings, and their bounds. */
#include "archive.h"
#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

static struct buf a;

static int set_up(void **state)
{
	(void)state;
	buf_init(&a, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	buf_fini(&a);
	return 0;
}

static void expect_response(const char *block, const char *expected)
{
	buf_clear(&a);
	archive_response(&a, "1", block);
	archive_expect(&a, expected);
}

static void status_lines(void **state)
{
	(void)state;
	expect_response("HTTP/1.1 404 Not Found\r\n\r\nx", "404 http://a.example/1  x\n");
	expect_response("http/1.0  301\n\n", "301 http://a.example/1  \n");
	expect_response("HTTP/2 200 \r\n\r\nx", "200 http://a.example/1  x\n");
	/* Only a header. */
	expect_response("HTTP/1.1 200 OK\r\nX: y", "200 http://a.example/1  \n");
	static const char *const bad[] = {"",
					  "<html>",
					  "HTTP/1.1 OK\r\n\r\n",
					  "HTTP/1.1 2000\r\n\r\n",
					  "HTTP/1.1 099 x\r\n\r\n",
					  "HTTP/1.1\r\n200\r\n\r\n"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_response(bad[i], "damage bad_http @0\n");
}

#define SAYS "200 http://a.example/1  "

static void content_types(void **state)
{
	(void)state;
	expect_response("HTTP/1.1 200 OK\r\nbroken\r\nCONTENT-TYPE: Text/HTML\r\n"
			"Content-Type: image/png\r\n\r\nx",
			"200 http://a.example/1 text/html x\n");
	expect_response(
		"HTTP/1.1 200 OK\r\nContent-Type: text/html;a=b; Charset = \"utf-8\" ;\r\n\r\n",
		"200 http://a.example/1 text/html;utf-8 \n");
	expect_response("HTTP/1.1 200 OK\r\nContent-Type: ;charset='latin1'\r\n\r\n", SAYS "\n");
}

#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"

static void chunks(void **state)
{
	(void)state;
	expect_response(CHUNKED "4\r\nsatu\r\n00B ; x=y\r\n, dua, tiga\r\n0\r\nTrailer: x\r\n\r\n",
			SAYS "satu, dua, tiga\n");
	expect_response(CHUNKED "2\nab\n0\n\n", SAYS "ab\n");
	/* The crawler has undone them already. */
	expect_response(CHUNKED "<html>5\r\n", SAYS "<html>5\r\n\n");
	expect_response(CHUNKED "", SAYS "\n");
	/* They break off, or go wrong. */
	expect_response(CHUNKED "9\r\nsatu", "damage bad_chunks @0\n" SAYS "satu...\n");
	expect_response(CHUNKED "4\r\nsatu\r\n", "damage bad_chunks @0\n" SAYS "satu...\n");
	expect_response(CHUNKED "4\r\nsatudua\r\n0\r\n\r\n",
			"damage bad_chunks @0\n" SAYS "satu...\n");
	expect_response(CHUNKED "4\r\nsatu\r\nxyz\r\n", "damage bad_chunks @0\n" SAYS "satu...\n");
	expect_response(CHUNKED "fffffffffffffff\r\nsatu",
			"damage bad_chunks @0\n" SAYS "satu...\n");
	expect_response(CHUNKED "fffffffffffffffff\r\nsatu", SAYS "fffffffffffffffff\r\nsatu\n");
}

/* --- codings --- */

static void add_coded(const char *codings, const void *body, size_t len)
{
	struct buf http = {0};
	buf_printf(&http, "HTTP/1.1 200 OK\r\n%s\r\n", codings);
	buf_append(&http, body, len);
	archive_record(&a, "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: u\r\n",
		       (const char *)http.data, http.len);
	buf_fini(&http);
}

static void expect_coded(const char *codings, const void *body, size_t len, const char *expected)
{
	buf_clear(&a);
	add_coded(codings, body, len);
	archive_expect(&a, expected);
}

/* "Isi." in zlib's wrapping or none. */
static size_t deflated(int bits, uint8_t out[static 64])
{
	z_stream z = {0};
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (const Bytef *)"Isi.";
	z.avail_in = 4;
	z.next_out = out;
	z.avail_out = 64;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return 64 - z.avail_out;
}

static void codings_are_undone(void **state)
{
	(void)state;
	struct buf gz = {0}, twice = {0};
	uint8_t zlib[64], bare[64];
	/* RFC 7932: an uncompressed meta-block of four bytes, and an empty last one. */
	static const uint8_t br[] = {0x8b, 0x01, 0x80, 'I', 's', 'i', '.', 0x03};
	archive_member(&gz, "Isi.", 4);
	expect_coded("Content-Encoding: gzip\r\n", gz.data, gz.len, "200 u  Isi.\n");
	archive_member(&twice, gz.data, gz.len);
	expect_coded("Content-Encoding: X-GZIP, identity\r\nContent-Encoding: gzip\r\n", twice.data,
		     twice.len, "200 u  Isi.\n");
	archive_member(&gz, " Lagi.", 6);
	expect_coded("Content-Encoding: gzip\r\n", gz.data, gz.len, "200 u  Isi. Lagi.\n");
	expect_coded("Content-Encoding: deflate\r\n", zlib, deflated(15, zlib), "200 u  Isi.\n");
	expect_coded("Content-Encoding: deflate\r\n", bare, deflated(-15, bare), "200 u  Isi.\n");
	expect_coded("Content-Encoding: br\r\n", br, sizeof(br), "200 u  Isi.\n");
	buf_fini(&gz);
	buf_fini(&twice);
}

static void codings_that_were_undone_before_are_let_be(void **state)
{
	(void)state;
	static const char *const names[] = {"gzip", "deflate", "br"};
	for (size_t i = 0; i < 3; i++) {
		char line[60];
		snprintf(line, sizeof(line), "Content-Encoding: %s\r\n", names[i]);
		expect_coded(line, "\xef\xbb\xbf\n <!doctype html>", 20,
			     "200 u  \xef\xbb\xbf\n <!doctype html>\n");
		expect_coded(line, "", 0, "200 u  \n");
	}
}

static void damaged_codings_are_cut(void **state)
{
	(void)state;
	struct buf gz = {0};
	archive_member(&gz, "Isi.", 4);
	expect_coded("Content-Encoding: gzip\r\n", gz.data, gz.len - 5,
		     "damage bad_coding @0\n200 u  Isi....\n");
	expect_coded("Content-Encoding: br\r\n", "\xff\xff\xff", 3,
		     "damage bad_coding @0\n200 u  ...\n");
	expect_coded("Content-Encoding: zstd\r\n", "x", 1, "damage other_coding @0\n");
	expect_coded("Content-Encoding: gzip,gzip,gzip,gzip,gzip\r\n", "x", 1,
		     "damage bad_http @0\n");
	buf_fini(&gz);
}

/* --- bounds --- */

static void expect_lengths(const char *damage, size_t body)
{
	char *got = archive_transcript(&a, (struct warc_place){0}, 1 << 20, false);
	size_t len = strlen(damage);
	assert_memory_equal(got, damage, len);
	assert_int_equal(strlen(got + len), strlen("200 u  ...\n") + body);
	free(got);
}

static void a_bomb_is_cut(void **state)
{
	(void)state;
	struct buf inner = {0}, gz = {0}, twice = {0};
	assert_int_equal(buf_reserve(&inner, (size_t)64 << 20), NETRAL_OK);
	inner.len = (size_t)64 << 20;
	memset(inner.data, 'x', inner.len);
	archive_member(&gz, inner.data, inner.len);
	add_coded("Content-Encoding: gzip\r\n", gz.data, gz.len);
	expect_lengths("damage bomb @0\n", WARC_BODY_MAX);
	archive_member(&twice, gz.data, gz.len);
	buf_clear(&a);
	add_coded("Content-Encoding: gzip, gzip\r\n", twice.data, twice.len);
	expect_lengths("damage bomb @0\n", WARC_BODY_MAX);
	/* And as it is. */
	buf_clear(&a);
	add_coded("", inner.data, inner.len);
	expect_lengths("damage long_block @0\n",
		       WARC_BLOCK_MAX - strlen("HTTP/1.1 200 OK\r\n\r\n"));
	buf_fini(&inner);
	buf_fini(&gz);
	buf_fini(&twice);
}

static void a_long_header_is_refused(void **state)
{
	(void)state;
	struct buf http = {0};
	buf_append_str(&http, "HTTP/1.1 200 OK\r\nX: ");
	for (size_t i = 0; i < WARC_HEAD_MAX; i++)
		buf_append(&http, "x", 1);
	buf_append(&http, "\r\n\r\n", 5);
	expect_response((const char *)http.data, "damage bad_http @0\n");
	buf_fini(&http);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(status_lines),
		TEST(content_types),
		TEST(chunks),
		TEST(codings_are_undone),
		TEST(codings_that_were_undone_before_are_let_be),
		TEST(damaged_codings_are_cut),
		TEST(a_bomb_is_cut),
		TEST(a_long_header_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

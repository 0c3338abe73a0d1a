/* Archives as the standard wants them, and as real writers make them. */
#include "archive.h"
#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAGE(name, body) "200 http://a.example/" name " text/html;utf-8 " body "\n"

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

static void text(const char *s)
{
	archive_bytes(&a, s, strlen(s));
}

static void an_empty_archive_has_no_record(void **state)
{
	(void)state;
	archive_expect(&a, "");
	archive_member(&a, "", 0);
	archive_expect(&a, "");
}

static void add_every_type(struct buf *to)
{
	static const char *const types[] = {"warcinfo", "request",    "revisit",      "metadata",
					    "resource", "conversion", "continuation", "new"};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		char lines[100];
		snprintf(lines, sizeof(lines), "WARC/1.1\r\nwarc-TYPE: %s\r\n", types[i]);
		archive_record(to, lines, "block\r\nWARC/1.0\r\n", i * 2);
	}
}

#define EVERY_TYPE                                                                                 \
	"warcinfo \nrequest \nrevisit \nmetadata \nresource \nconversion \ncontinuation \nother "  \
	"\n"

static void records_stand_plain_in_one_member_or_in_many(void **state)
{
	(void)state;
	struct buf plain = {0};
	add_every_type(&plain);
	archive_page(&plain, "1", "<p>Satu");
	archive_expect(&plain, EVERY_TYPE PAGE("1", "<p>Satu"));
	archive_member(&a, plain.data, plain.len);
	archive_expect(&a, EVERY_TYPE PAGE("1", "<p>Satu"));
	archive_page_member(&a, "2", "<p>Dua");
	archive_page_member(&a, "3", "");
	archive_expect(&a, EVERY_TYPE PAGE("1", "<p>Satu") PAGE("2", "<p>Dua") PAGE("3", ""));
	/* Even one behind the other. */
	archive_bytes(&a, plain.data, plain.len);
	archive_page_member(&a, "4", "x");
	archive_expect(&a, EVERY_TYPE PAGE("1", "<p>Satu") PAGE("2", "<p>Dua") PAGE("3", "")
				   EVERY_TYPE PAGE("1", "<p>Satu") PAGE("4", "x"));
	buf_fini(&plain);
}

/* Header, block and blank lines may be members of their own, and a block several. */
static void a_record_may_take_several_members(void **state)
{
	(void)state;
	struct buf page = {0};
	archive_page(&page, "1", "<p>Satu");
	const char *data = (const char *)page.data;
	size_t head = (size_t)(strstr(data, "\r\n\r\n") + 4 - data);
	archive_member(&a, data, head);
	archive_member(&a, data + head, 10);
	archive_member(&a, "", 0);
	archive_member(&a, data + head + 10, page.len - head - 14);
	struct buf last = {0};
	archive_bytes(&last, "\r\n\r\n", 4);
	archive_page(&last, "2", "x");
	archive_member(&a, last.data, last.len);
	archive_page_member(&a, "3", "y");
	archive_expect(&a, PAGE("1", "<p>Satu") PAGE("2", "x") PAGE("3", "y"));
	buf_fini(&page);
	buf_fini(&last);
}

static void old_and_new_versions_are_read(void **state)
{
	(void)state;
	static const char *const versions[] = {"0.17", "0.18", "1.0", "1.1"};
	for (size_t i = 0; i < 4; i++) {
		char lines[100];
		snprintf(lines, sizeof(lines), "WARC/%s\r\nWARC-Type: metadata\r\n", versions[i]);
		archive_record(&a, lines, "x", 1);
	}
	archive_record(&a, "WARC/2.0\r\nWARC-Type: metadata\r\n", "x", 1);
	archive_page(&a, "1", "x");
	char expected[300];
	size_t at = a.len;
	/* The last but one begins where its mark is. */
	const char *mark = memmem(a.data, at, "WARC/2.0", 8);
	snprintf(expected, sizeof(expected),
		 "metadata \nmetadata \nmetadata \nmetadata \ndamage bad_version @%zu\n%s",
		 (size_t)(mark - (const char *)a.data), PAGE("1", "x"));
	archive_expect(&a, expected);
}

static void headers_may_be_folded_and_end_with_lf(void **state)
{
	(void)state;
	text("WARC/1.0\nWARC-Type:\r\n\tresponse\nWARC-Target-URI:http://a.example/a\n  b\n"
	     "Content-Type: application/http;msgtype=response\ncontent-length:  50  \n\n"
	     "HTTP/1.0 200\nContent-Type: text/html ;\n\n"
	     "<p>isi</p>"
	     "\n\n");
	archive_expect(&a, "200 http://a.example/a   b text/html <p>isi</p>\n");
}

static void quirks_of_writers(void **state)
{
	(void)state;
	/* An address in angle brackets, and with a space; a block's type that is not told. */
	archive_record(
		&a, "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <http://a.example/ x>\r\n",
		"HTTP/2 204\r\n\r\n", 14);
	/* A DNS lookup is a response too. */
	archive_record(&a,
		       "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: dns:a.example\r\n"
		       "Content-Type: text/dns\r\n",
		       "20240821", 8);
	/* A length that takes the first byte of the blank lines in. */
	text("WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 3\r\n\r\nok\r\n\r\n");
	text("\r\n\n\r\n");
	archive_record(&a,
		       "WARC/1.0\r\nWARC-Type: response\r\nWARC-Segment-Number: 1\r\n"
		       "WARC-Target-URI: http://a.example/2\r\n",
		       "HTTP/1.1 200 OK\r\n\r\nhal", 22);
	archive_expect(&a, "204 http://a.example/ x  \n"
			   "response dns:a.example\n"
			   "metadata \n"
			   "response http://a.example/2 segmented\n");
}

static void the_crawlers_cut_is_told(void **state)
{
	(void)state;
	static const char block[] =
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nsete";
	archive_record(&a,
		       "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: u\r\n"
		       "WARC-Truncated: length\r\n",
		       block, sizeof(block) - 1);
	archive_expect(&a, "200 u  sete...\n");
}

/* Where every call of warc_place() leads: to what is left of the transcript. */
static void check_places(const struct buf *archive)
{
	char *whole = archive_transcript(archive, (struct warc_place){0}, 1 << 20, false);
	char *rest = whole;
	struct warc_place place = {0};
	while (rest) {
		/* The place behind the first record of what is left, by reading just that. */
		char *got = archive_transcript(archive, place, 11, true);
		assert_string_equal(got, rest);
		free(got);
		place = archive_place_behind(archive, place, 1);
		char *line = strchr(rest, '\n');
		rest = line && line[1] ? line + 1 : NULL;
	}
	char *got = archive_transcript(archive, place, 5, false);
	assert_string_equal(got, "");
	free(got);
	free(whole);
}

static void reading_goes_on_at_any_place(void **state)
{
	(void)state;
	struct buf plain = {0};
	for (char name[] = "1"; name[0] <= '5'; name[0]++) {
		archive_page(&plain, name, "<p>Isi berita yang sama panjang");
		archive_page_member(&a, name, "<p>Isi berita yang sama panjang");
	}
	check_places(&plain);
	check_places(&a);
	buf_clear(&a);
	archive_member(&a, plain.data, plain.len);
	archive_page_member(&a, "6", "x");
	check_places(&a);
	buf_fini(&plain);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_archive_has_no_record),
		TEST(records_stand_plain_in_one_member_or_in_many),
		TEST(a_record_may_take_several_members),
		TEST(old_and_new_versions_are_read),
		TEST(headers_may_be_folded_and_end_with_lf),
		TEST(quirks_of_writers),
		TEST(the_crawlers_cut_is_told),
		TEST(reading_goes_on_at_any_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

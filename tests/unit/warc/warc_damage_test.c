/* What is wrong in an archive: told once, and what is whole behind it is read. */
#include "archive.h"
#include "lib/error.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAGE(name, body) "200 http://a.example/" name " text/html;utf-8 " body "\n"

static struct buf a;
static char expected[1000];

static int set_up(void **state)
{
	(void)state;
	buf_init(&a, 0);
	expected[0] = '\0';
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

/* Adds to what is expected. */
static void expect(const char *line)
{
	snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected), "%s", line);
}

static void expect_damage(enum warc_damage kind, size_t offset)
{
	char line[100];
	snprintf(line, sizeof(line), "damage %s @%zu\n", warc_damage_name(kind), offset);
	expect(line);
}

/* A page before, `damaged` with its kind, and a page behind, plain. */
static void check_plain(const char *damaged, enum warc_damage kind)
{
	archive_page(&a, "1", "x");
	size_t at = a.len;
	text(damaged);
	archive_page(&a, "2", "y");
	expect(PAGE("1", "x"));
	expect_damage(kind, at);
	expect(PAGE("2", "y"));
	archive_expect(&a, expected);
}

/* The same with each in a member of its own. */
static void check_member(const char *damaged, enum warc_damage kind)
{
	buf_clear(&a);
	expected[0] = '\0';
	archive_page_member(&a, "1", "x");
	size_t at = a.len;
	archive_member(&a, damaged, strlen(damaged));
	archive_page_member(&a, "2", "y");
	expect(PAGE("1", "x"));
	expect_damage(kind, at);
	expect(PAGE("2", "y"));
	archive_expect(&a, expected);
}

static void check(const char *damaged, enum warc_damage kind)
{
	check_plain(damaged, kind);
	check_member(damaged, kind);
}

#define HEAD "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: u\r\n"

static void garbage_is_passed_over(void **state)
{
	(void)state;
	check("not a record\r\nWARC/ nor this\r\n xWARC/1.0\r\n\x1f\x8b\x08 no member\n",
	      WARC_GARBAGE);
}

static void a_record_without_length_is_lost(void **state)
{
	(void)state;
	check(HEAD "\r\nHTTP/1.1 200 OK\r\n\r\nx\r\n\r\n", WARC_NO_LENGTH);
}

static void a_record_with_a_bad_length_is_lost(void **state)
{
	(void)state;
	check(HEAD "Content-Length: -1\r\n\r\nx\r\n\r\n", WARC_NO_LENGTH);
}

static void a_record_with_a_huge_length_is_lost(void **state)
{
	(void)state;
	check(HEAD "Content-Length: 18446744073709551616\r\n\r\nx\r\n\r\n", WARC_NO_LENGTH);
}

static void a_length_too_small_is_noticed(void **state)
{
	(void)state;
	check(HEAD "Content-Length: 20\r\n\r\nHTTP/1.1 200 OK\r\n\r\nlonger\r\n\r\n",
	      WARC_WRONG_LENGTH);
}

/* In a member the record ends with it; among plain bytes it swallows what follows. */
static void a_length_too_large_is_noticed(void **state)
{
	(void)state;
	static const char damaged[] =
		HEAD "Content-Length: 30\r\n\r\nHTTP/1.1 200 OK\r\n\r\nshort\r\n\r\n";
	archive_page(&a, "1", "x");
	size_t at = a.len;
	text(damaged);
	archive_page(&a, "2", "y");
	archive_page(&a, "3", "z");
	expect(PAGE("1", "x"));
	expect_damage(WARC_WRONG_LENGTH, at);
	expect(PAGE("3", "z"));
	archive_expect(&a, expected);
	check_member(damaged, WARC_ENDS_EARLY);
}

static void missing_blank_lines_cost_nothing(void **state)
{
	(void)state;
	for (int ends = 0; ends < 2; ends++) {
		buf_clear(&a);
		text(HEAD "Content-Length: 20\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx");
		text(ends ? "\r\n" : "");
		archive_page(&a, "2", "y");
		archive_expect(&a, "damage no_blank_lines @0\n200 u  x\n" PAGE("2", "y"));
	}
}

static void a_line_without_a_name_is_passed_over(void **state)
{
	(void)state;
	text("WARC/1.0\r\nnonsense\r\n: none\r\nWARC-Type: metadata\r\nContent-Length: 0\r\n"
	     "\r\n\r\n\r\n");
	archive_expect(&a, "damage bad_field @0\ndamage bad_field @0\nmetadata \n");
}

static void a_header_without_end_is_lost(void **state)
{
	(void)state;
	struct buf damaged = {0};
	buf_append_str(&damaged, HEAD "X: ");
	for (size_t i = 0; i < WARC_HEAD_MAX; i++)
		buf_append(&damaged, i % 100 ? "x" : "\n", 1);
	buf_append(&damaged, "\n\n", 3);
	check((const char *)damaged.data, WARC_LONG_HEAD);
	buf_fini(&damaged);
}

/* Any end within the last record, plain and in a member: it is not returned, and reading begins
 * again at it, because the rest may still come. */
static void an_archive_may_end_anywhere(void **state)
{
	(void)state;
	for (int gz = 0; gz < 2; gz++) {
		struct buf cut;
		buf_clear(&a);
		(gz ? archive_page_member : archive_page)(&a, "1", "x");
		size_t at = a.len;
		(gz ? archive_page_member : archive_page)(&a, "2", "yyyyyyy");
		for (size_t end = at + 5; end < a.len - (gz ? 0 : 4); end++) {
			cut = a;
			cut.len = end;
			snprintf(expected, sizeof(expected),
				 PAGE("1", "x") "damage ends_early @%zu\n", at);
			archive_expect(&cut, expected);
			struct warc_place place =
				archive_place_behind(&cut, (struct warc_place){0}, SIZE_MAX);
			assert_int_equal(place.offset, at);
		}
	}
}

/* Bytes of the member `at` are changed one after the other. */
static void a_damaged_member_is_left(void **state)
{
	(void)state;
	archive_page_member(&a, "1", "x");
	size_t at = a.len;
	archive_page_member(&a, "2", "Sesuatu yang lebih panjang daripada yang lain.");
	size_t end = a.len;
	archive_page_member(&a, "3", "z");
	/* Behind the gzip header, of which most bytes tell nothing. */
	for (size_t i = at + 10; i < end; i++) {
		a.data[i] ^= 0x55;
		char *got = archive_transcript(&a, (struct warc_place){0}, 1 << 20, false);
		assert_memory_equal(got, PAGE("1", "x"), strlen(PAGE("1", "x")));
		assert_non_null(strstr(got, "damage "));
		assert_non_null(strstr(got, "\n" PAGE("3", "z")));
		assert_null(strstr(got, "200 http://a.example/2"));
		free(got);
		a.data[i] ^= 0x55;
	}
}

static void what_follows_the_last_record_is_told_once(void **state)
{
	(void)state;
	archive_page_member(&a, "1", "x");
	size_t at = a.len;
	for (int i = 0; i < 100000; i++)
		archive_bytes(&a, "", 1);
	expect(PAGE("1", "x"));
	expect_damage(WARC_GARBAGE, at);
	archive_expect(&a, expected);
	/* Also where it may be the begin of a member that is still to be written. */
	a.len = at;
	text("\x1f\x8b");
	archive_expect(&a, expected);
}

static void another_format_is_no_archive(void **state)
{
	(void)state;
	text("filedesc://a.arc 127.0.0.1 20240821030405 text/plain 76\n1 0 A\n\nx\n");
	archive_expect(&a, "damage garbage @0\n");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(garbage_is_passed_over),
		TEST(a_record_without_length_is_lost),
		TEST(a_record_with_a_bad_length_is_lost),
		TEST(a_record_with_a_huge_length_is_lost),
		TEST(a_length_too_small_is_noticed),
		TEST(a_length_too_large_is_noticed),
		TEST(missing_blank_lines_cost_nothing),
		TEST(a_line_without_a_name_is_passed_over),
		TEST(a_header_without_end_is_lost),
		TEST(an_archive_may_end_anywhere),
		TEST(a_damaged_member_is_left),
		TEST(what_follows_the_last_record_is_told_once),
		TEST(another_format_is_no_archive),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

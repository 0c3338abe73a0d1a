/* Header fields of a peer. */
#include "lib/fetch/fields.h"

#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_content_type(void **state)
{
	(void)state;
	static const struct {
		const char *value, *type, *charset;
	} cases[] = {
		{"text/html", "text/html", ""},
		{"Text/HTML; Charset=UTF-8", "text/html", "utf-8"},
		{" text/html ;charset=\"ISO-8859-1\"", "text/html", "iso-8859-1"},
		{"application/rss+xml; version=2.0; charset=utf-8; x=y", "application/rss+xml",
		 "utf-8"},
		{"text/html; charset=utf-8; charset=latin1", "text/html", "utf-8"},
		{"text/html; ; charset=utf-8", "text/html", "utf-8"},
		{"text/html; flag; charset=utf-8", "text/html", "utf-8"},
		{"text/html; charset=", "text/html", ""},
		{"text/html; charset=\"utf-8", "text/html", ""},
		{"text/html; charset=\"a\\\"b\"", "text/html", ""},
		{"text/html; charset=\"two words\"", "text/html", ""},
		{"text/html; xcharset=utf-8", "text/html", ""},
		{"text/html charset=utf-8", "text/html", ""},
		{"text/", "", ""},
		{"/html", "", ""},
		{"text", "", ""},
		{"", "", ""},
		{"\xc3\xa4/html", "", ""},
	};
	for (size_t i = 0; i < netral_countof(cases); i++) {
		char type[FIELD_TYPE_SIZE], charset[FIELD_CHARSET_SIZE];
		field_content_type(cases[i].value, type, charset);
		assert_string_equal(type, cases[i].type);
		assert_string_equal(charset, cases[i].charset);
	}
}

static void test_long_content_type(void **state)
{
	(void)state;
	char value[4096], type[FIELD_TYPE_SIZE], charset[FIELD_CHARSET_SIZE];
	memset(value, 'a', sizeof(value));
	value[sizeof(value) - 1] = '\0';
	value[1] = '/';
	field_content_type(value, type, charset);
	assert_string_equal(type, "");
	memcpy(value, "a/b;charset=", 12);
	field_content_type(value, type, charset);
	assert_string_equal(type, "a/b");
	assert_string_equal(charset, "");
}

static void test_retry_after(void **state)
{
	(void)state;
	static const char date[] = "Wed, 21 Oct 2015 07:28:00 GMT";
	static const int64_t now = 1445412480; /* the same */
	static const struct {
		const char *value, *date;
		int64_t expected;
	} cases[] = {
		{"0", NULL, 0},
		{" 120 ", NULL, 120},
		{"3600", NULL, 1000},
		{"99999999999999999999999999", NULL, 1000},
		{"Wed, 21 Oct 2015 07:30:00 GMT", NULL, 120},
		{"Wednesday, 21-Oct-15 07:30:00 GMT", NULL, 120},
		{"Wed Oct 21 07:30:00 2015", NULL, 120},
		{"Wed, 21 Oct 2015 07:27:00 GMT", NULL, 0},
		{"Wed, 21 Oct 2099 07:27:00 GMT", NULL, 1000},
		/* A peer whose clock is ten minutes late. */
		{"Wed, 21 Oct 2015 07:20:00 GMT", "Wed, 21 Oct 2015 07:18:00 GMT", 120},
		{"Wed, 21 Oct 2015 07:30:00 GMT", date, 120},
		{"Wed, 21 Oct 2015 07:30:00 GMT", "yesterday?", 120},
		{"-1", NULL, -1},
		{"1.5", NULL, -1},
		{"12 monkeys", NULL, -1},
		{"soon", NULL, -1},
		{"", NULL, -1},
	};
	for (size_t i = 0; i < netral_countof(cases); i++)
		assert_int_equal(field_retry_after(cases[i].value, cases[i].date, now, 1000),
				 cases[i].expected);
}

static void test_values(void **state)
{
	(void)state;
	assert_true(field_is_value("\"abc\"", 5));
	assert_true(field_is_value("W/\"\xc3\xa4 b\tc\"", 64));
	assert_false(field_is_value("\"abc\"", 4));
	assert_false(field_is_value("", 4));
	assert_false(field_is_value(NULL, 4));
	assert_false(field_is_value("a\r\nHost: evil", 64));
	assert_false(field_is_value("a\x7f", 64));
}

static void test_codings(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		bool ok;
		unsigned coded;
	} cases[] = {
		{"Content-Encoding: gzip\r\n", true, 1},
		{"content-encoding:BR\r\n", true, 1},
		{"Content-Encoding:\tdeflate \r\n", true, 1},
		{"Content-Encoding:\r\n", true, 1},
		{"Content-Encoding: gzip, gzip\r\n", false, 1},
		{"Content-Encoding: zstd\r\n", false, 1},
		{"Content-Encoding: gzipp\r\n", false, 1},
		{"Transfer-Encoding: chunked\r\n", true, 0},
		{"Transfer-Encoding: gzip, chunked\r\n", false, 0},
		{"X-Content-Encoding: zstd\r\n", true, 0},
		{"\r\n", true, 0},
	};
	for (size_t i = 0; i < netral_countof(cases); i++) {
		unsigned coded = 0;
		assert_int_equal(field_coding_ok(cases[i].line, strlen(cases[i].line), &coded),
				 cases[i].ok);
		assert_int_equal(coded, cases[i].coded);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_content_type), cmocka_unit_test(test_long_content_type),
		cmocka_unit_test(test_retry_after),  cmocka_unit_test(test_values),
		cmocka_unit_test(test_codings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

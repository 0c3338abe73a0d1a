#include "lib/web/content_type.h"

#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void media_types_and_charsets_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *value, *media, *charset;
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
		{"text/html; Charset = \"utf-8\" ;", "text/html", "utf-8"},
		{"text/html;charset='latin1'", "text/html", "latin1"},
		{"text/html;charset='latin1", "text/html", "'latin1"},
		{"text/html;charset=utf-8 latin1", "text/html", "utf-8"},
		{"text/html; a=\"x;charset=latin1\\\";\"; charset=utf-8", "text/html", "utf-8"},
		{"text/html; a=\"x\\", "text/html", ""},
		{"text/html, text/plain; charset=utf-8", "text/html", "utf-8"},
		{"; charset=utf-8", "", ""},
		{"text/", "", ""},
		{"/html", "", ""},
		{"text", "", ""},
		{"", "", ""},
		{"\xc3\xa4/html", "", ""},
	};
	for (size_t i = 0; i < netral_countof(cases); i++) {
		struct content_type type;
		content_type_read(cases[i].value, strlen(cases[i].value), &type);
		assert_string_equal(type.media, cases[i].media);
		assert_string_equal(type.charset, cases[i].charset);
	}
}

static void what_is_too_long_is_left_out(void **state)
{
	(void)state;
	char value[4096];
	struct content_type type;
	memset(value, 'a', sizeof(value));
	value[1] = '/';
	content_type_read(value, sizeof(value), &type);
	assert_string_equal(type.media, "");
	memcpy(value, "a/b;charset=", 12);
	content_type_read(value, sizeof(value), &type);
	assert_string_equal(type.media, "a/b");
	assert_string_equal(type.charset, "");
}

/* Nothing behind the length is looked at. */
static void reading_is_bounded(void **state)
{
	(void)state;
	struct content_type type;
	content_type_read("text/html; charset=utf-8", 22, &type);
	assert_string_equal(type.charset, "utf");
	content_type_read("text/html", 5, &type);
	assert_string_equal(type.media, "");
	content_type_read("", 0, &type);
	assert_string_equal(type.media, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(media_types_and_charsets_are_read),
		cmocka_unit_test(what_is_too_long_is_left_out),
		cmocka_unit_test(reading_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

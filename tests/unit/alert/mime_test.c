#include "alert/mime.h"

#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_addresses(void **state)
{
	static const char *const good[] = {"a@b", "redaksi@kabar.example.id", "a.b+c_d@x-1.example",
					   "o'brien@example.org", "x@xn--bcher-kva.example"};
	static const char *const bad[] = {
		"",          "a",        "@b",    "a@",    "a b@c",       "a@b c",   "<a@b>",
		"a@b>",      "a@b\r\nc", "a@b@c", ".a@b",  "a.@b",        "a..b@c",  "a@-b",
		"a@b-",      "a@b..c",   "a@b.",  "a,b@c", "a@[1.2.3.4]", "\"a\"@b", "\xC3\xA9@b",
		"a@\xC3\xA9"};
	char local[80], domain[300];
	(void)state;
	for (size_t i = 0; i < netral_countof(good); i++)
		assert_true(mime_address_ok(good[i]));
	for (size_t i = 0; i < netral_countof(bad); i++) {
		if (mime_address_ok(bad[i]))
			fail_msg("\"%s\" is taken", bad[i]);
	}
	snprintf(local, sizeof(local), "%.*s@b", 65,
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	assert_false(mime_address_ok(local));
	assert_true(mime_address_ok(local + 1));
	memset(domain, 'a', sizeof(domain));
	memcpy(domain, "a@", 2);
	for (size_t i = 40; i < sizeof(domain); i += 40)
		domain[i] = '.';
	domain[254] = '\0';
	assert_true(mime_address_ok(domain));
	domain[254] = 'a';
	domain[255] = '\0';
	assert_false(mime_address_ok(domain));
}

static void expect_header(const char *value, const char *wanted)
{
	netral_cleanup(buf_fini) struct buf out = {.limit = 0};
	assert_int_equal(mime_header(&out, "Subject", value), 0);
	assert_int_equal(buf_append(&out, "", 1), 0);
	assert_string_equal((const char *)out.data, wanted);
}

static void test_header(void **state)
{
	(void)state;
	expect_header("plain words", "Subject: plain words\r\n");
	expect_header("", "Subject: \r\n");
	expect_header("\xC3\xA9", "Subject: =?utf-8?B?w6k=?=\r\n");
	expect_header("=?x", "Subject: =?utf-8?B?PT94?=\r\n");
	expect_header("a\r\nb", "Subject: =?utf-8?B?YSAgYg==?=\r\n");
}

/* No line is too long, and none begins with anything but the name or a blank. */
static void test_long_header(void **state)
{
	netral_cleanup(buf_fini) struct buf out = {.limit = 0};
	char value[1201];
	(void)state;
	for (size_t i = 0; i + 2 < sizeof(value); i += 3)
		memcpy(value + i, "\xE2\x80\x93", 3);
	value[1200] = '\0';
	assert_int_equal(mime_header(&out, "Subject", value), 0);
	assert_int_equal(buf_append(&out, "", 1), 0);
	const char *line = (const char *)out.data;
	for (size_t lines = 0; *line; lines++) {
		size_t len = strcspn(line, "\r");
		assert_true(len <= 76);
		assert_true(lines == 0 || line[0] == ' ');
		assert_memory_equal(line + len, "\r\n", 2);
		line += len + 2;
	}
}

static void expect_part(const char *text, const char *wanted)
{
	netral_cleanup(buf_fini) struct buf out = {.limit = 0};
	assert_int_equal(mime_part(&out, "text/plain", text, strlen(text)), 0);
	assert_int_equal(buf_append(&out, "", 1), 0);
	const char *body = strstr((const char *)out.data, "\r\n\r\n");
	assert_non_null(body);
	assert_string_equal(body + 4, wanted);
}

static void test_body(void **state)
{
	(void)state;
	expect_part("satu\ndua\n", "satu\r\ndua\r\n\r\n");
	expect_part(".\n..dua\n", "=2E\r\n=2E.dua\r\n\r\n");
	expect_part("From here", "=46rom here\r\n");
	expect_part("blank \nbehind\t\n", "blank=20\r\nbehind=09\r\n\r\n");
	expect_part("a=b", "a=3Db\r\n");
	expect_part("-- \nx", "--=20\r\nx\r\n");
	expect_part("caf\xC3\xA9 di sini", "caf=C3=A9 di sini\r\n");
	expect_part("\xE2\x80\x93\xE2\x80\x93", "4oCT4oCT\r\n\r\n");
}

static void test_body_lines(void **state)
{
	netral_cleanup(buf_fini) struct buf out = {.limit = 0};
	char text[2001];
	(void)state;
	for (size_t i = 0; i + 1 < sizeof(text); i++)
		text[i] = i % 9 == 0 ? '=' : '.';
	text[2000] = '\0';
	assert_int_equal(mime_part(&out, "text/plain", text, 2000), 0);
	assert_int_equal(buf_append(&out, "", 1), 0);
	for (const char *line = (const char *)out.data; *line;) {
		size_t len = strcspn(line, "\r");
		assert_true(len <= 76);
		assert_true(line[0] != '.');
		line += len + 2;
	}
}

static void test_date(void **state)
{
	char text[MIME_DATE_SIZE];
	(void)state;
	mime_date(0, text);
	assert_string_equal(text, "Thu, 1 Jan 1970 00:00:00 +0000");
	mime_date((uint64_t)1795323967 * 1000000, text);
	assert_string_equal(text, "Sun, 22 Nov 2026 05:06:07 +0000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),   cmocka_unit_test(test_header),
		cmocka_unit_test(test_long_header), cmocka_unit_test(test_body),
		cmocka_unit_test(test_body_lines),  cmocka_unit_test(test_date),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

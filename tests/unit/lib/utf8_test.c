#include "lib/utf8.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Encodes without asking whether there is such a character. */
static size_t encode(uint32_t c, char *to)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3F));
	to[0] = (char)(lead[n] | c);
	return n;
}

static void every_character_and_no_other_is_valid(void **state)
{
	(void)state;
	for (uint32_t c = 1; c < 0x110400; c++) {
		char text[4];
		size_t n = encode(c, text);
		bool character = c < 0x110000 && (c < 0xD800 || c > 0xDFFF);
		if ((utf8_check(text, n, NULL) == NETRAL_OK) != character)
			fail_msg("U+%04X", c);
	}
}

static void the_offset_is_that_of_the_first_bad_byte(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t len, at;
		int r;
	} rows[] = {
		{"", 0, 99, NETRAL_OK},
		{"abc", 3, 99, NETRAL_OK},
		{"\x80", 1, 0, NETRAL_EENCODING},
		{"a\xc3", 2, 1, NETRAL_EENCODING},
		{"a\xc3(", 3, 1, NETRAL_EENCODING},
		{"ab\xe2\x82", 4, 2, NETRAL_EENCODING},
		{"ab\xe2\x82(", 5, 2, NETRAL_EENCODING},
		{"\xf0\x9f\x98", 3, 0, NETRAL_EENCODING},
		{"\xf0\x9f\x98\x80\xff", 5, 4, NETRAL_EENCODING},
		{"\xc0\xaf", 2, 0, NETRAL_EENCODING},         /* overlong */
		{"\xc1\xbf", 2, 0, NETRAL_EENCODING},         /* overlong */
		{"\xe0\x80\xaf", 3, 0, NETRAL_EENCODING},     /* overlong */
		{"\xf0\x80\x80\xaf", 4, 0, NETRAL_EENCODING}, /* overlong */
		{"\xf5\x80\x80\x80", 4, 0, NETRAL_EENCODING},
		{"\xfe", 1, 0, NETRAL_EENCODING},
		{"abc\0def", 7, 3, NETRAL_EINVALID},
		{"\0", 1, 0, NETRAL_EINVALID},
		{"abcdefgh\0", 9, 8, NETRAL_EINVALID},
		{"\xc3\xa9\0", 3, 2, NETRAL_EINVALID},
	};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		size_t at = 99;
		assert_int_equal(utf8_check(rows[i].text, rows[i].len, &at), rows[i].r);
		assert_int_equal(at, rows[i].at);
	}
}

/* The fast way goes eight bytes at a time: a bad byte must be seen at every place of its stride. */
static void a_bad_byte_is_seen_everywhere(void **state)
{
	(void)state;
	static const unsigned char bad[] = {0x00, 0x80, 0xFF};
	char text[40];
	for (size_t len = 1; len <= sizeof(text); len++) {
		for (size_t at = 0; at < len; at++) {
			for (size_t k = 0; k < sizeof(bad); k++) {
				size_t found = 99;
				memset(text, 'a', sizeof(text));
				text[at] = (char)bad[k];
				assert_true(utf8_check(text, len, &found) < 0);
				assert_int_equal(found, at);
			}
		}
	}
}

static void a_cut_splits_no_character(void **state)
{
	(void)state;
	static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z";
	static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};
	for (size_t len = 0; len < sizeof(text); len++)
		assert_int_equal(utf8_cut(text, len), expected[len]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character_and_no_other_is_valid),
		cmocka_unit_test(the_offset_is_that_of_the_first_bad_byte),
		cmocka_unit_test(a_bad_byte_is_seen_everywhere),
		cmocka_unit_test(a_cut_splits_no_character),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "lib/web/charset.h"

#include "lib/error.h"
#include "lib/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(s) (s), sizeof(s) - 1

static void expect(const char *data, size_t len, const char *stated, const char *text,
		   size_t mended)
{
	struct buf out = {.limit = 4096};
	struct text name = {stated, strlen(stated)};
	size_t count;
	assert_int_equal(charset_to_utf8(data, len, &name, &out, &count), NETRAL_OK);
	assert_int_equal(buf_append(&out, "", 1), NETRAL_OK);
	assert_string_equal((const char *)out.data, text);
	assert_int_equal(count, mended);
	buf_fini(&out);
}

static void names_are_known_in_any_case(void **state)
{
	(void)state;
	assert_true(charset_is_known(BYTES("UTF-8")));
	assert_true(charset_is_known(BYTES("Latin1")));
	assert_false(charset_is_known(BYTES("utf-8x")));
	assert_false(charset_is_known(BYTES("")));
}

static void a_byte_order_mark_decides(void **state)
{
	(void)state;
	expect(BYTES("\xef\xbb\xbf\xc3\xa9"), "iso-8859-1", "\xc3\xa9", 0);
	expect(BYTES("\xff\xfe<\0\xe9\0"), "utf-8", "<\xc3\xa9", 0);
	expect(BYTES("\xfe\xff\0<\0\xe9"), "", "<\xc3\xa9", 0);
	expect(BYTES("\xef\xbb\xbf\xc3\xa9"), "windows-1251", "\xc3\xa9", 0);
}

static void utf8_is_seen_whatever_is_stated(void **state)
{
	(void)state;
	expect(BYTES("caf\xc3\xa9"), "iso-8859-1", "caf\xc3\xa9", 0);
	expect(BYTES("caf\xc3\xa9"), "iso-8859-2", "caf\xc3\xa9", 0);
	expect(BYTES("caf\xc3\xa9"), "utf-16", "caf\xc3\xa9", 0);
	expect(BYTES("caf\xe9 x"), "utf-16", "caf\xc3\xa9 x", 1);
	expect(BYTES("caf\xc3\xa9"), "unknown-8", "caf\xc3\xa9", 0);
}

static void single_bytes_are_read_as_stated(void **state)
{
	(void)state;
	expect(BYTES("caf\xe9 \x93ya\x94"), "ISO-8859-1", "caf\xc3\xa9 \xe2\x80\x9cya\xe2\x80\x9d",
	       0);
	expect(BYTES("\xa4\xe9"), "iso-8859-15", "\xe2\x82\xac\xc3\xa9", 0);
}

static void other_sets_are_read_as_stated(void **state)
{
	(void)state;
	expect(BYTES("\xc1"), "windows-1251", "\xd0\x91", 0);
	expect(BYTES("\xc1"), "KOI8-R", "\xd0\xb0", 0);
	expect(BYTES("\xc4\xe3"), "gb2312", "\xe4\xbd\xa0", 0);
	expect(BYTES("\xc4\xe3\xc4"), "gb2312", "\xe4\xbd\xa0", 1);
	expect(BYTES("\x81\xff"
		     "abc"),
	       "euc-kr",
	       "\xef\xbf\xbd\xef\xbf\xbd"
	       "abc",
	       2);
	expect(BYTES("p\0o\0"), "utf-16le", "po", 0);
}

/* glibc knows them, and the first had holes; browsers do not. */
static void other_sets_of_the_library_are_not_opened(void **state)
{
	(void)state;
	expect(BYTES("caf\xe9 x"), "ISO-2022-CN-EXT", "caf\xc3\xa9 x", 1);
	expect(BYTES("+AOk- x"), "UTF-7", "+AOk- x", 0);
}

static void without_a_word_it_is_utf8_or_windows(void **state)
{
	(void)state;
	expect(BYTES("\x93kutip\x94 \x80"), "", "\xe2\x80\x9ckutip\xe2\x80\x9d \xe2\x82\xac", 3);
	expect(BYTES("caf\xc3\xa9 caf\xe9 x"), "", "caf\xc3\xa9 caf\xc3\xa9 x", 1);
}

static void a_byte_without_meaning_is_told(void **state)
{
	(void)state;
	expect(BYTES("a\xff"
		     "b \xc3\xa9"),
	       "utf-8",
	       "a\xef\xbf\xbd"
	       "b \xc3\xa9",
	       1);
	expect(BYTES("x\xff"), "utf-8", "x\xef\xbf\xbd", 1);
	expect(BYTES("x\x81y"), "", "x\xef\xbf\xbdy", 1);
}

static void a_character_cut_off_is_left_out(void **state)
{
	(void)state;
	expect(BYTES("teks \xe2\x80"), "", "teks ", 1);
	expect(BYTES("teks \xf0\x9f"), "utf-8", "teks ", 1);
	expect(BYTES("\xc3\xa9 caf\xc3"), "", "\xc3\xa9 caf", 1);
	expect(BYTES("\xff\xfep\0o"), "", "p", 1);
}

static void a_last_letter_of_windows_is_none(void **state)
{
	(void)state;
	expect(BYTES("caf\xe9"), "", "caf\xc3\xa9", 1);
	expect(BYTES("caf\xe9"), "utf-8", "caf\xc3\xa9", 1);
	expect(BYTES("caf\xe9"), "iso-8859-1", "caf\xc3\xa9", 0);
}

static void a_pasted_byte_does_not_change_the_rest(void **state)
{
	(void)state;
	expect(BYTES("caf\xc3\xa9 \x92 caf\xc3\xa9"), "utf-8",
	       "caf\xc3\xa9 \xe2\x80\x99 caf\xc3\xa9", 1);
	expect(BYTES("caf\xc3\xa9 \x92 caf\xc3\xa9"), "iso-8859-1",
	       "caf\xc3\xa9 \xe2\x80\x99 caf\xc3\xa9", 1);
}

static void utf16_is_seen_without_a_mark(void **state)
{
	(void)state;
	expect(BYTES("<\0a\0>\0"), "", "<a>", 0);
	expect(BYTES("\0<\0a\0>"), "utf-8", "<a>", 0);
	expect(BYTES("\xff\xfe\x3d\xd8\x00\xde"), "", "\xf0\x9f\x98\x80", 0);
	expect(BYTES("\xff\xfe\x3d\xd8<\0"), "", "\xef\xbf\xbd<", 1);
	expect(BYTES("\xff\xfe<\0a"), "", "<", 1);
}

static void what_xml_forbids_is_left_out(void **state)
{
	(void)state;
	expect(BYTES("a\xef\xbf\xbe"
		     "b\xef\xbf\xbf"
		     "c\xef\xbf\xbd"),
	       "", "abc\xef\xbf\xbd", 2);
}

/* What they part must not grow together: no words, and no tags. */
static void controls_are_blanks(void **state)
{
	(void)state;
	expect(BYTES("a\x01"
		     "b\0c\td\n\x1f\x7f"),
	       "", "a b c\td\n  ", 4);
	expect(BYTES("<\0b>"), "", "< b>", 1);
	expect(BYTES("\0<b>x"), "", " <b>x", 1);
	expect(BYTES("\xff\xfe\0\0p\0"), "", " p", 1);
}

/* Text is looked through several bytes at a time: none is missed wherever it stands. */
static void a_control_is_found_wherever_it_stands(void **state)
{
	(void)state;
	static const char controls[] = {'\0', '\x1f', '\x7f', '\v'};
	for (size_t at = 0; at < 40; at++) {
		for (size_t i = 0; i < sizeof(controls); i++) {
			char data[] =
				"0123456789~! \xc3\xa9\t\r\n\xef\xbb\xbf abcdefghijklmnopqrstuvw";
			char text[sizeof(data)];
			bool inside = ((unsigned char)data[at] & 0x80) != 0;
			if (inside)
				continue;
			data[at] = controls[i];
			memcpy(text, data, sizeof(data));
			text[at] = ' ';
			expect(BYTES(data), "", text, 1);
		}
	}
}

static void noncharacters_go_wherever_they_stand(void **state)
{
	(void)state;
	for (size_t at = 0; at < 24; at++) {
		char data[] = "abcdefghijklmnopqrstuvwxyz0123456789";
		char text[sizeof(data)];
		memcpy(data + at, "\xef\xbf\xbe", 3);
		memcpy(text, data, at);
		memcpy(text + at, data + at + 3, sizeof(data) - at - 3);
		expect(BYTES(data), "", text, 1);
	}
}

static void every_single_byte_gives_valid_text(void **state)
{
	(void)state;
	for (int a = 0; a < 256; a++) {
		for (int b = 0; b < 256; b++) {
			const char data[] = {'x', (char)a, (char)b, 'y'};
			struct buf out = {.limit = 64};
			size_t mended;
			struct text none = {"", 0};
			assert_int_equal(charset_to_utf8(data, 4, &none, &out, &mended), 0);
			assert_int_equal(utf8_check((const char *)out.data, out.len, NULL), 0);
			buf_fini(&out);
		}
	}
}

static void the_bound_of_the_buffer_holds(void **state)
{
	(void)state;
	struct buf out = {.limit = 8};
	struct text none = {"", 0};
	size_t mended;
	assert_int_equal(charset_to_utf8(BYTES("123456789"), &none, &out, &mended), NETRAL_ETOOBIG);
	buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_known_in_any_case),
		cmocka_unit_test(a_byte_order_mark_decides),
		cmocka_unit_test(utf8_is_seen_whatever_is_stated),
		cmocka_unit_test(single_bytes_are_read_as_stated),
		cmocka_unit_test(other_sets_are_read_as_stated),
		cmocka_unit_test(other_sets_of_the_library_are_not_opened),
		cmocka_unit_test(without_a_word_it_is_utf8_or_windows),
		cmocka_unit_test(a_byte_without_meaning_is_told),
		cmocka_unit_test(a_character_cut_off_is_left_out),
		cmocka_unit_test(a_last_letter_of_windows_is_none),
		cmocka_unit_test(a_pasted_byte_does_not_change_the_rest),
		cmocka_unit_test(utf16_is_seen_without_a_mark),
		cmocka_unit_test(what_xml_forbids_is_left_out),
		cmocka_unit_test(controls_are_blanks),
		cmocka_unit_test(a_control_is_found_wherever_it_stands),
		cmocka_unit_test(noncharacters_go_wherever_they_stand),
		cmocka_unit_test(every_single_byte_gives_valid_text),
		cmocka_unit_test(the_bound_of_the_buffer_holds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

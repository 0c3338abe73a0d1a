#include "lib/extract/charset.h"

#include "lib/error.h"
#include "lib/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check_bytes(const char *data, size_t len, const char *declared, const char *expected,
			const char *expected_name)
{
	struct buf out = {0};
	const char *name = NULL;
	assert_int_equal(page_to_utf8(data, len, declared, &out, &name), NETRAL_OK);
	assert_int_equal(buf_append(&out, "", 1), NETRAL_OK);
	assert_string_equal((char *)out.data, expected);
	assert_int_equal(utf8_check((char *)out.data, out.len - 1, NULL), NETRAL_OK);
	assert_string_equal(name, expected_name);
	buf_fini(&out);
}

static void check(const char *data, const char *declared, const char *expected, const char *name)
{
	check_bytes(data, strlen(data), declared, expected, name);
}

static void a_mark_at_the_front_decides(void **state)
{
	(void)state;
	check("\xEF\xBB\xBFpos \xC3\xA9", "windows-1251", "pos \xC3\xA9", "utf-8");
	check_bytes("\xFF\xFEp\0o\0", 6, NULL, "po", "utf-16le");
	check_bytes("\xFE\xFF\0p\0o", 6, "utf-8", "po", "utf-16be");
}

static void then_the_header_then_the_page(void **state)
{
	(void)state;
	check("<meta charset=koi8-r>\xC1", "windows-1251", "<meta charset=koi8-r>\xD0\x91",
	      "windows-1251");
	check("<meta charset=\"windows-1251\">\xC1", NULL,
	      "<meta charset=\"windows-1251\">\xD0\x91", "windows-1251");
	check("<meta content='text/html; charset=koi8-r'>\xC1", "no-such-set",
	      "<meta content='text/html; charset=koi8-r'>\xD0\xB0", "koi8-r");
}

static void valid_utf8_beats_a_one_byte_set(void **state)
{
	(void)state;
	check("<meta charset=iso-8859-2>caf\xC3\xA9", NULL, "<meta charset=iso-8859-2>caf\xC3\xA9",
	      "utf-8");
	check("caf\xC3\xA9", "iso-8859-1", "caf\xC3\xA9", "utf-8");
}

static void without_a_word_it_is_utf8_or_windows(void **state)
{
	(void)state;
	check("\x93kutip\x94 \x80", NULL, "\xE2\x80\x9Ckutip\xE2\x80\x9D \xE2\x82\xAC", "utf-8");
	/* Pasted together: both in one page. */
	check("caf\xC3\xA9 caf\xE9 x", "utf-8", "caf\xC3\xA9 caf\xC3\xA9 x", "utf-8");
}

static void a_character_cut_off_is_left_out(void **state)
{
	(void)state;
	check("teks \xE2\x80", NULL, "teks ", "utf-8");
	check("teks \xF0\x9F", NULL, "teks ", "utf-8");
	check_bytes("\xFF\xFEp\0o", 5, NULL, "p", "utf-16le");
}

static void nuls_and_controls_are_blanks(void **state)
{
	(void)state;
	check_bytes("a\0b\x01"
		    "c\td\n",
		    8, NULL, "a b c\td\n", "utf-8");
	check_bytes("\xFF\xFE\0\0p\0", 6, NULL, " p", "utf-16le");
}

static void what_does_not_fit_costs_itself_only(void **state)
{
	(void)state;
	check("\x81\xFF"
	      "abc",
	      "euc-kr",
	      "\xEF\xBF\xBD\xEF\xBF\xBD"
	      "abc",
	      "euc-kr");
}

/* glibc knows it, and it had holes; browsers do not. */
static void other_sets_of_the_library_are_not_opened(void **state)
{
	(void)state;
	check("abc", "ISO-2022-CN-EXT", "abc", "utf-8");
	check("abc", "UTF-7", "abc", "utf-8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mark_at_the_front_decides),
		cmocka_unit_test(then_the_header_then_the_page),
		cmocka_unit_test(valid_utf8_beats_a_one_byte_set),
		cmocka_unit_test(without_a_word_it_is_utf8_or_windows),
		cmocka_unit_test(a_character_cut_off_is_left_out),
		cmocka_unit_test(nuls_and_controls_are_blanks),
		cmocka_unit_test(what_does_not_fit_costs_itself_only),
		cmocka_unit_test(other_sets_of_the_library_are_not_opened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

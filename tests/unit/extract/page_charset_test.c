#include "lib/extract/page_charset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void check(const char *page, const char *declared, const char *expected)
{
	struct text t = page_charset(page, strlen(page), declared);
	assert_int_equal(t.len, strlen(expected));
	assert_memory_equal(t.ptr, expected, t.len);
}

static void the_header_then_the_page(void **state)
{
	(void)state;
	check("<meta charset=koi8-r>", "windows-1251", "windows-1251");
	check("<meta charset=koi8-r>", "windows-1251; x=y", "windows-1251");
	check("<meta charset=\"windows-1251\">", NULL, "windows-1251");
	check("<meta content='text/html; charset=koi8-r'>", "no-such-set", "koi8-r");
	check("<meta charset = 'x'><meta charset='KOI8-R'>", "", "KOI8-R");
}

static void nothing_is_made_up(void **state)
{
	(void)state;
	check("<p>charset", NULL, "");
	check("<meta charset=UTF-7>", "ISO-2022-CN-EXT", "");
	check("<meta charset=utf-16>", NULL, "");
	check("", NULL, "");
}

static void only_the_front_is_searched(void **state)
{
	(void)state;
	char page[PAGE_CHARSET_SNIFF_BYTES + 32];
	snprintf(page, sizeof(page), "%*s<meta charset=koi8-r>", PAGE_CHARSET_SNIFF_BYTES, "");
	check(page, NULL, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_then_the_page),
		cmocka_unit_test(nothing_is_made_up),
		cmocka_unit_test(only_the_front_is_searched),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

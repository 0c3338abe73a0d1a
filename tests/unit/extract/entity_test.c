#include "lib/extract/entity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check(const char *s, size_t max, const char *expected)
{
	struct arena arena;
	struct text t = {s, strlen(s)}, decoded;
	arena_init(&arena, 4096);
	assert_true(entity_decode(&arena, &t, max, &decoded));
	assert_string_equal(decoded.ptr, expected);
	assert_int_equal(decoded.len, strlen(expected));
	arena_fini(&arena);
}

static void references_are_decoded_once(void **state)
{
	(void)state;
	check("A &amp; B&#8217;s &Omega;", 100, "A & B\xe2\x80\x99s \xce\xa9");
	check("&amp;amp; <b>", 100, "&amp; <b>");
	check("&bukan; &", 100, "&bukan; &");
	check("&#147;x&#148;", 100, "\xe2\x80\x9cx\xe2\x80\x9d");
	check("&#xD800;", 100, "\xef\xbf\xbd");
}

static void blanks_are_one(void **state)
{
	(void)state;
	check("", 100, "");
	check(" \n a&nbsp;&#160; \xc2\xa0&thinsp;b\xe2\x80\x8b", 100, "a b");
	check("a&#10;b&#9;", 100, "a b");
}

static void a_long_text_is_cut_between_characters(void **state)
{
	(void)state;
	check("ab\xc3\xa9", 3, "ab");
	check("ab&eacute;", 3, "ab");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_are_decoded_once),
		cmocka_unit_test(blanks_are_one),
		cmocka_unit_test(a_long_text_is_cut_between_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

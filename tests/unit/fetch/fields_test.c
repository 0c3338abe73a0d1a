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
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_codings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

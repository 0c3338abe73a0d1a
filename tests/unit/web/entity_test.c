#include "lib/web/entity.h"

#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void references_have_their_meaning(void **state)
{
	(void)state;
	static const struct {
		const char *printed, *meaning;
		size_t taken;
	} rows[] = {
		{"&amp;", "&", 5},
		{"&lt;b", "<", 4},
		{"&nbsp;", "\xc2\xa0", 6},
		{"&rsquo;", "\xe2\x80\x99", 7},
		{"&Aacute;", "\xc3\x81", 8},
		{"&Omega;", "\xce\xa9", 7},
		{"&apos;", "'", 6},
		{"&#0000008217;", "\xe2\x80\x99", 13},
		{"&zwnj;", "\xe2\x80\x8c", 6},
		{"&#65;", "A", 5},
		{"&#x41;", "A", 6},
		{"&#X2019;x", "\xe2\x80\x99", 8},
		{"&#146;", "\xe2\x80\x99", 6},
		{"&#128512;", "\xf0\x9f\x98\x80", 9},
		{"&#0;", "\xef\xbf\xbd", 4},
		{"&#xD800;", "\xef\xbf\xbd", 8},
		{"&#xFFFF;", "\xef\xbf\xbd", 8},
		{"&#99999999;", "\xef\xbf\xbd", 11},
	};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		char out[4];
		size_t len = 0;
		const char *s = rows[i].printed;
		if (entity_read(s, strlen(s), out, &len) != rows[i].taken ||
		    len != strlen(rows[i].meaning) || memcmp(out, rows[i].meaning, len) != 0)
			fail_msg("%s is not read", s);
	}
}

static void what_is_none_stays(void **state)
{
	(void)state;
	static const char *const rows[] = {"&",     "& ",    "&;",     "&amp",  "&#;",
					   "&#x;",  "&#xg;", "&#1a;",  "&a b;", "&bukan;",
					   "&AMP;", "&am;",  "&ampx;", "&#-1;", "&#00000008217;"};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		char out[4];
		size_t len;
		if (entity_read(rows[i], strlen(rows[i]), out, &len) != 0)
			fail_msg("%s is read", rows[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_have_their_meaning),
		cmocka_unit_test(what_is_none_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "lib/web/markup.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LARGE = 4 << 20 };

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, (size_t)2 * LARGE);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static void markup_becomes_one_line(void **state)
{
	(void)state;
	static const struct {
		const char *html, *text;
	} rows[] = {
		{"", ""},
		{"  Judul \n berita\t", "Judul berita"},
		{"<p>Satu</p><p>dua</p>", "Satu dua"},
		{"Sa<b>tu</b> <a href='x'>dua</a><br/>tiga", "Satu dua tiga"},
		{"A &amp; B &quot;C&quot;", "A & B \"C\""},
		{"A &amp;amp; B", "A & B"},
		{"&lt;p&gt;Isi&lt;/p&gt;", "Isi"},
		{"&amp;amp;amp;", "&amp;"},
		{"1 < 2 dan 3 > 2", "1 < 2 dan 3 > 2"},
		{"a <b", "a <b"},
		{"&nbsp;Ambon&nbsp;", "Ambon"},
		{"a&thinsp;b \xe2\x80\x8b\xc2\xa0 c\xef\xbb\xbf", "a b c"},
		{"x<script>if (a<b) y('</p>')</script>z", "x z"},
		{"x<style>p{}", "x"},
		{"a<!-- <p>b</p> -->c", "a c"},
		{"a<!-- b", "a"},
		{"ASN&#8217;s &#x1F600;", "ASN\xe2\x80\x99s \xf0\x9f\x98\x80"},
	};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		struct text t;
		assert_int_equal(markup_text(rows[i].html, strlen(rows[i].html), 100, &arena, &t),
				 0);
		assert_string_equal(t.ptr, rows[i].text);
		assert_int_equal(t.len, strlen(rows[i].text));
	}
}

static void a_long_text_is_cut_between_characters(void **state)
{
	(void)state;
	struct text t;
	assert_int_equal(markup_text("ab\xc3\xa9", 4, 3, &arena, &t), 0);
	assert_string_equal(t.ptr, "ab");
}

/* Each of these took time by the square of its length, were it done the simple way. */
static void hostile_markup_takes_linear_time(void **state)
{
	(void)state;
	static const char *const pieces[] = {"<", "<a",   "<!--", "<script>",
					     "&", "&lt;", "<p>",  "</"};
	char *html = malloc(LARGE);
	assert_non_null(html);
	for (size_t i = 0; i < netral_countof(pieces); i++) {
		size_t n = strlen(pieces[i]);
		struct text t;
		for (size_t at = 0; at < LARGE; at++)
			html[at] = pieces[i][at % n];
		assert_int_equal(markup_text(html, LARGE, LARGE, &arena, &t), 0);
		arena_reset(&arena);
	}
	free(html);
}

static void no_memory_is_said(void **state)
{
	(void)state;
	struct arena small;
	struct text t;
	arena_init(&small, 4);
	assert_int_equal(markup_text("abcdef", 6, 10, &small, &t), NETRAL_ENOMEM);
	arena_fini(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(markup_becomes_one_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_long_text_is_cut_between_characters, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(hostile_markup_takes_linear_time, set_up,
						tear_down),
		cmocka_unit_test(no_memory_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

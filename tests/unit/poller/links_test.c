/* Links of a page that look like articles. */
#include "poller/links.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 64 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static size_t read_links(const char *html, size_t len, struct text **ret)
{
	struct text base = {"https://www.kabar.example/daerah/", 33};
	size_t count;
	assert_int_equal(links_read(html, len, &base, &arena, ret, &count), NETRAL_OK);
	return count;
}

static void an_empty_page_has_none(void **state)
{
	struct text *links;
	(void)state;
	assert_int_equal(read_links(NULL, 0, &links), 0);
	assert_int_equal(read_links("", 0, &links), 0);
}

static void what_looks_like_an_article_is_taken(void **state)
{
	static const char *const articles[] = {
		"/politik/netralitas-pegawai-jelang-pilkada",
		"/baca/9876543",
		"/2024/08/21/kota",
		"berita-12345678.html",
		"https://m.kabar.example/netralitas-pegawai-jelang-pilkada/",
	};
	(void)state;
	for (size_t i = 0; i < netral_countof(articles); i++) {
		char html[256];
		struct text *links;
		int len = snprintf(html, sizeof(html), "<p><A class='x' HREF=\"%s\">Kabar</A>",
				   articles[i]);
		if (read_links(html, (size_t)len, &links) != 1)
			fail_msg("%s", articles[i]);
	}
}

static void others_are_not(void **state)
{
	static const char *const others[] = {
		"/",
		"/politik",
		"/tag/asn",
		"#top",
		"mailto:a@b.example",
		"javascript:void(0)",
		"/tentang-kami",
		"https://lain.example/netralitas-pegawai-jelang-pilkada",
		"http://[bad",
		""};
	(void)state;
	for (size_t i = 0; i < netral_countof(others); i++) {
		char html[256];
		struct text *links;
		int len = snprintf(html, sizeof(html), "<a href=\"%s\">x</a>", others[i]);
		if (read_links(html, (size_t)len, &links) != 0)
			fail_msg("%s", others[i]);
	}
}

static void each_is_named_once_and_references_are_resolved(void **state)
{
	static const char html[] =
		"<a href=/baca/1234567?a=1&amp;b=2>x</a><a href='/baca/1234567?a=1&b=2'>"
		"y</a><a data-href=\"/baca/7654321\">z</a>";
	struct text *links;
	(void)state;
	assert_int_equal(read_links(html, sizeof(html) - 1, &links), 1);
	assert_string_equal(links[0].ptr, "https://www.kabar.example/baca/1234567?a=1&b=2");
}

/* Time is linear and memory bounded, whatever the markup. */
static void hostile_markup_ends(void **state)
{
	enum { SIZE = 4 << 20 };
	static const char *const pieces[] = {"<a ",
					     "<a href=",
					     "<a href=\"",
					     "<",
					     "<a href='/baca/1234567&",
					     "<a href=/baca/1234567 <a "};
	char *html = malloc(SIZE);
	(void)state;
	assert_non_null(html);
	for (size_t i = 0; i < netral_countof(pieces); i++) {
		struct text *links;
		size_t n = strlen(pieces[i]);
		for (size_t at = 0; at < SIZE; at++)
			html[at] = pieces[i][at % n];
		assert_true(read_links(html, SIZE, &links) <= LINKS_MAX);
		arena_reset(&arena);
	}
	free(html);
}

static void links_are_bounded(void **state)
{
	enum { COUNT = 3000, SIZE = COUNT * 40 };
	char *html = malloc(SIZE);
	size_t len = 0;
	struct text *links;
	(void)state;
	assert_non_null(html);
	for (int i = 0; i < COUNT; i++)
		len += (size_t)snprintf(html + len, SIZE - len, "<a href=/baca/%d>x</a>",
					1000000 + i);
	assert_int_equal(read_links(html, len, &links), LINKS_MAX);
	free(html);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_empty_page_has_none), TEST(what_looks_like_an_article_is_taken),
		TEST(others_are_not),         TEST(each_is_named_once_and_references_are_resolved),
		TEST(hostile_markup_ends),    TEST(links_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "lib/extract/discover.h"

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

static struct text urls[DISCOVER_MAX];
static size_t count;

static int discover(const char *page, size_t len, struct arena *arena)
{
	const struct extract_hints hints = {.url = "https://kabar.example/daerah/"};
	return discover_feeds(page, len, &hints, arena, urls, &count);
}

/* `expected`: URLs, each with a blank behind it. */
static void expect(const char *page, const char *expected)
{
	struct arena arena;
	char got[4096] = "";
	arena_init(&arena, 1 << 20);
	assert_int_equal(discover(page, strlen(page), &arena), 0);
	for (size_t i = 0; i < count; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s ", urls[i].ptr);
	assert_string_equal(got, expected);
	arena_fini(&arena);
}

static void test_feeds_of_a_page(void **state)
{
	(void)state;
	expect("<!doctype html><html><head><title>Kabar</title>"
	       "<link rel=\"alternate\" type=\"application/rss+xml\" title=\"Kabar\" "
	       "href=\"/feed\">"
	       "<link rel=alternate type='application/atom+xml' href=atom.xml>"
	       "<LINK TYPE=\"Application/RSS+XML; charset=utf-8\" HREF=\"//lain.example/rss\" "
	       "REL=\"home ALTERNATE\">"
	       "<link rel=alternate type=application/feed+json href=https://kabar.example/json>"
	       "</head><body></body></html>",
	       "https://kabar.example/feed https://kabar.example/daerah/atom.xml "
	       "https://lain.example/rss https://kabar.example/json ");
}

static void test_other_links(void **state)
{
	(void)state;
	expect("<link rel=stylesheet type=text/css href=a.css>"
	       "<link rel=alternate hreflang=en href=/en>"
	       "<link rel=alternate type=application/json href=/wp-json>"
	       "<link rel=alternate type=application/rss+xmlx href=/x>"
	       "<link rel=alternates type=application/rss+xml href=/y>"
	       "<link rel=canonical type=application/rss+xml href=/z>"
	       "<link rel=alternate type=application/rss+xml href=javascript:feed()>"
	       "<link rel=alternate type=application/rss+xml href=''>"
	       "<meta name=alternate type=application/rss+xml content=/meta>"
	       "<!-- <link rel=alternate type=application/rss+xml href=/comment> -->",
	       "");
}

static void test_each_is_named_once(void **state)
{
	(void)state;
	expect("<link rel=alternate type=application/rss+xml href=/feed>"
	       "<link rel=alternate type=application/rss+xml href=HTTPS://KABAR.example/feed>",
	       "https://kabar.example/feed ");
}

static void test_what_is_no_page(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 1 << 20);
	expect("", "");
	expect("{\"a\":1}", "");
	expect("<rss version='2.0'><channel/></rss>", "");
	assert_int_equal(discover("\0\xff<\0link", 8, &arena), 0);
	assert_int_equal(count, 0);
	netral_cleanup(netral_freep) char *large = calloc(1, EXTRACT_PAGE_MAX + 1);
	assert_int_equal(discover(large, EXTRACT_PAGE_MAX + 1, &arena), NETRAL_ETOOBIG);
	arena_fini(&arena);
}

static void test_a_page_of_links(void **state)
{
	(void)state;
	enum { LINKS = 20000 };
	struct arena arena;
	char *page = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&page, &size);
	for (int i = 0; i < LINKS; i++)
		fprintf(out, "<link rel=alternate type=application/rss+xml href=/feed/%d>", i);
	assert_int_equal(fclose(out), 0);
	arena_init(&arena, 1 << 20);
	assert_int_equal(discover(page, size, &arena), 0);
	assert_int_equal(count, DISCOVER_MAX);
	assert_string_equal(urls[0].ptr, "https://kabar.example/feed/0");
	arena_fini(&arena);
	free(page);
}

static void test_memory_has_a_bound(void **state)
{
	(void)state;
	static const char page[] = "<link rel=alternate type=application/rss+xml href=/feed>";
	struct arena arena;
	arena_init(&arena, 0);
	assert_int_equal(discover(page, strlen(page), &arena), NETRAL_ENOMEM);
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_feeds_of_a_page),
		cmocka_unit_test(test_other_links),
		cmocka_unit_test(test_each_is_named_once),
		cmocka_unit_test(test_what_is_no_page),
		cmocka_unit_test(test_a_page_of_links),
		cmocka_unit_test(test_memory_has_a_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What answers of sources name. */
#include "poller/answer.h"

#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2024-08-22T00:00:00Z */
#define NOW ((uint64_t)1724284800 * 1000)

struct fixture {
	struct arena arena;
	struct answer answer;
	char reason[ANSWER_REASON_SIZE];
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	arena_init(&f->arena, 96 << 20);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	arena_fini(&f->arena);
	free(f);
	return 0;
}

static int read_as(struct fixture *f, enum source_kind kind, const char *text)
{
	const struct answer_request q = {.data = text,
					 .len = strlen(text),
					 .charset = {"", 0},
					 .url = {"https://kabar.example/x", 23},
					 .now_ms = NOW,
					 .window_ms = 2 * SCHEDULE_DAY_MS};
	return answer_read(kind, &q, &f->arena, &f->answer, f->reason);
}

static void a_feed_gives_its_items_and_hints(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(read_as(f, SOURCE_FEED,
				 "<rss version='2.0'><channel><ttl>15</ttl>"
				 "<item><title>A</title><link>/a</link><guid>1</guid>"
				 "<pubDate>Wed, 21 Aug 2024 10:00:00 +0000</pubDate></item>"
				 "<item><title>B</title><link>/b</link>"
				 "<pubDate>Wed, 21 Aug 2024 12:30:00 +0000</pubDate>"
				 "<description>Ringkas.</description></item></channel></rss>"),
			 NETRAL_OK);
	const struct answer *a = &f->answer;
	assert_int_equal(a->count, 2);
	assert_int_equal(a->listed, 2);
	assert_string_equal(a->items[0].url.ptr, "https://kabar.example/a");
	assert_string_equal(a->items[0].id.ptr, "1");
	assert_string_equal(a->items[1].text.ptr, "Ringkas.");
	assert_false(a->items[1].is_content);
	assert_int_equal(a->hints.floor_ms, 15 * SCHEDULE_MINUTE_MS);
	assert_int_equal(a->span_ms, 150 * SCHEDULE_MINUTE_MS);
	assert_false(a->is_partial);
}

static void a_feed_that_breaks_off_is_partial(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(read_as(f, SOURCE_FEED,
				 "<rss version='2.0'><channel><item><title>A</title>"
				 "<link>/a</link></item><item><title>B"),
			 NETRAL_OK);
	assert_true(f->answer.is_partial);
}

#define URLSET "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"

static void old_entries_of_a_sitemap_are_passed_over(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(read_as(f, SOURCE_SITEMAP,
				 URLSET
				 "<url><loc>https://kabar.example/new</loc>"
				 "<lastmod>2024-08-21T10:00:00Z</lastmod></url>"
				 "<url><loc>https://kabar.example/day</loc>"
				 "<lastmod>2024-08-20</lastmod></url>"
				 "<url><loc>https://kabar.example/old</loc>"
				 "<lastmod>2024-08-18T10:00:00Z</lastmod></url>"
				 "<url><loc>https://kabar.example/none</loc></url></urlset>"),
			 NETRAL_OK);
	/* The day lasts until its end. */
	assert_int_equal(f->answer.count, 2);
	assert_string_equal(f->answer.items[0].url.ptr, "https://kabar.example/new");
	assert_string_equal(f->answer.items[1].url.ptr, "https://kabar.example/day");
	assert_int_equal(f->answer.listed, 4);
	assert_false(f->answer.is_undated);
}

static void a_sitemap_without_dates_gives_all(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(read_as(f, SOURCE_SITEMAP,
				 URLSET "<url><loc>https://kabar.example/a</loc></url>"
					"<url><loc>https://kabar.example/b</loc></url></urlset>"),
			 NETRAL_OK);
	assert_int_equal(f->answer.count, 2);
	assert_true(f->answer.is_undated);
}

static void a_sitemap_stamped_as_a_whole_has_no_dates(void **state)
{
	struct fixture *f = *state;
	char text[4096];
	int len = snprintf(text, sizeof(text), URLSET);
	for (int i = 0; i < 12; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				"<url><loc>https://kabar.example/%d</loc>"
				"<lastmod>2024-08-21T23:59:%02dZ</lastmod></url>",
				i, i);
	snprintf(text + len, sizeof(text) - (size_t)len, "</urlset>");
	assert_int_equal(read_as(f, SOURCE_SITEMAP, text), NETRAL_OK);
	assert_true(f->answer.is_undated);
	assert_int_equal(f->answer.count, 12);
	assert_int_equal(f->answer.span_ms, 0);
}

static void an_index_gives_sitemaps(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(
		read_as(f, SOURCE_SITEMAP,
			"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
			"<sitemap><loc>https://kabar.example/1.xml</loc>"
			"<lastmod>2024-08-21</lastmod></sitemap>"
			"<sitemap><loc>https://kabar.example/2.xml</loc></sitemap>"
			"</sitemapindex>"),
		NETRAL_OK);
	assert_int_equal(f->answer.count, 0);
	assert_int_equal(f->answer.sitemap_count, 2);
	assert_true(f->answer.sitemaps[0].is_day && f->answer.sitemaps[0].changed_ms > 0);
	assert_int_equal(f->answer.sitemaps[1].changed_ms, 0);
}

static void what_is_none_is_refused_with_a_sentence(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(read_as(f, SOURCE_FEED, "<html><body>Maaf</body></html>"),
			 NETRAL_EMALFORMED);
	assert_true(f->reason[0] != '\0');
	assert_int_equal(read_as(f, SOURCE_PAGE, "<a href=/tentang>x</a>"), NETRAL_EMALFORMED);
	assert_string_equal(f->reason, "the page has no links that look like articles");
}

static void a_page_gives_its_links(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(read_as(f, SOURCE_PAGE, "<a href=/baca/1234567>x</a>"), NETRAL_OK);
	assert_int_equal(f->answer.count, 1);
	assert_string_equal(f->answer.items[0].url.ptr, "https://kabar.example/baca/1234567");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_feed_gives_its_items_and_hints),
		TEST(a_feed_that_breaks_off_is_partial),
		TEST(old_entries_of_a_sitemap_are_passed_over),
		TEST(a_sitemap_without_dates_gives_all),
		TEST(a_sitemap_stamped_as_a_whole_has_no_dates),
		TEST(an_index_gives_sitemaps),
		TEST(what_is_none_is_refused_with_a_sentence),
		TEST(a_page_gives_its_links),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

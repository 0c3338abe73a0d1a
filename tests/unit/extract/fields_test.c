#include "lib/extract/extract.h"

#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 16 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static struct extracted read_page(const char *html, const char *url)
{
	struct extracted e;
	char reason[EXTRACT_REASON_SIZE] = "";
	const struct extract_hints hints = {.url = url};
	assert_int_equal(extract_page(html, strlen(html), &hints, &arena, &e, reason), NETRAL_OK);
	return e;
}

static void check(const char *html, enum extract_field field, const char *expected,
		  const char *from)
{
	struct extracted e = read_page(html, NULL);
	assert_string_equal(e.field[field].ptr, expected);
	assert_string_equal(extract_from_name(e.from[field]), from);
}

#define LD(json)                                                                                   \
	"<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\"," json "}</script>"
/* A page with a pager is a site's, where less than this is no article. */
#define SENTENCE                                                                                   \
	"<p>Rapat itu dihadiri camat, lurah, kepala desa, dan guru dari semua kecamatan, yang "    \
	"datang sejak pagi dan pulang menjelang sore hari."
#define OG(name, value) "<meta property=\"" name "\" content=\"" value "\">"

static void titles_are_tried_in_order(void **state)
{
	(void)state;
	check(LD("\"headline\":\"A &amp; O\"") OG("og:title", "D") "<h1>B</h1><p>x", EXTRACT_TITLE,
	      "A & O", "json-ld");
	check(OG("og:title", "D - Situs") OG("og:site_name", "Situs") "<h1>B</h1><p>x",
	      EXTRACT_TITLE, "D", "opengraph");
	check("<span itemprop=headline>M</span><h1>B</h1><p>x", EXTRACT_TITLE, "M", "microdata");
	check("<title>A</title><h1>B</h1><h1>C</h1><p>x", EXTRACT_TITLE, "B", "page");
	check("<title>Guru Ucap Ikrar | Situs</title><h1>Situs</h1><h2>Guru Ucap Ikrar</h2><p>x",
	      EXTRACT_TITLE, "Guru Ucap Ikrar", "page");
	check(OG("og:title",
		 "Ratusan Guru Ucapkan Ikrar Netral di...") "<h1>Ratusan Guru Ucapkan Ikrar Netral "
							    "di Halaman Kantor</h1><p>x",
	      EXTRACT_TITLE, "Ratusan Guru Ucapkan Ikrar Netral di Halaman Kantor", "page");
	check("<p>x", EXTRACT_TITLE, "", "");
}

/* Also where the heading goes on behind it. */
static void a_long_title_is_cut(void **state)
{
	(void)state;
	char html[3 * ARTICLE_TITLE_MAX];
	size_t len = 0;
	memcpy(html, "<h1>", 4);
	for (len = 4; len < 2 * ARTICLE_TITLE_MAX; len += 5)
		memcpy(html + len, "warga", 5);
	memcpy(html + len, "</h1><p>x", 10);
	struct extracted e = read_page(html, NULL);
	assert_int_equal(e.field[EXTRACT_TITLE].len, ARTICLE_TITLE_MAX);
	assert_int_equal(strlen(e.field[EXTRACT_TITLE].ptr), ARTICLE_TITLE_MAX);
}

static void dates_are_tried_in_order(void **state)
{
	(void)state;
	check(LD("\"datePublished\":\"2024-08-21T10:00:00+07:00\"")
		      OG("article:published_time", "2024-01-01") "<p>x",
	      EXTRACT_PUBLISHED, "2024-08-21T10:00:00+07:00", "json-ld");
	check(OG("article:published_time", "2024-08-21T10:00:00Z") "<p>x", EXTRACT_PUBLISHED,
	      "2024-08-21T10:00:00Z", "opengraph");
	check("<meta itemprop=datePublished content=2024-08-21><p>x", EXTRACT_PUBLISHED,
	      "2024-08-21", "microdata");
	check("<meta name=pubdate content=2024-08-21><p>x", EXTRACT_PUBLISHED, "2024-08-21",
	      "meta");
	check("<h1>Judul</h1><div class=tanggal>Rabu, 21 Agustus 2024 14:05 WIB</div><p>x",
	      EXTRACT_PUBLISHED, "2024-08-21T14:05:00+07:00", "page");
	check("<h1>Judul</h1><time datetime='2024-08-21T14:05+09:00'>kemarin</time><p>x",
	      EXTRACT_PUBLISHED, "2024-08-21T14:05:00+09:00", "page");
	check("<link rel=canonical href='https://a.example/2024/08/21/judul'><p>x",
	      EXTRACT_PUBLISHED, "2024-08-21", "url");
	check(OG("article:published_time", "besok") "<p>x", EXTRACT_PUBLISHED, "", "");
}

static void dates_are_told_in_the_zone_that_is_shown(void **state)
{
	(void)state;
#define SHOWN(date) "<h1>Judul</h1><div class=tanggal>" date "</div><p>x"
	/* Past midnight in Indonesia, and the day before in UTC. */
	check(LD("\"datePublished\":\"2024-08-20T22:30:15Z\"")
		      SHOWN("Rabu, 21 Agustus 2024 05:30 WIB"),
	      EXTRACT_PUBLISHED, "2024-08-21T05:30:15+07:00", "json-ld");
	check(LD("\"datePublished\":\"2024-08-20T22:30:15+00:00\"")
		      SHOWN("Rabu, 21 Agustus 2024 07.30"),
	      EXTRACT_PUBLISHED, "2024-08-21T07:30:15+09:00", "json-ld");
	/* The hour that the page shows, told as UTC. */
	check(LD("\"datePublished\":\"2024-08-21T14:05:00Z\"") SHOWN("21/08/2024 14:05 WITA"),
	      EXTRACT_PUBLISHED, "2024-08-21T14:05:00+08:00", "json-ld");
	/* A day alone: the first zone in which it was that day. */
	check(LD("\"datePublished\":\"2024-08-31T17:30:00Z\"") SHOWN("1 September 2024"),
	      EXTRACT_PUBLISHED, "2024-09-01T00:30:00+07:00", "json-ld");
	check(LD("\"datePublished\":\"2024-12-31T15:30:00Z\"") SHOWN("1 Januari 2025"),
	      EXTRACT_PUBLISHED, "2025-01-01T00:30:00+09:00", "json-ld");
	/* West of UTC. */
	check(LD("\"datePublished\":\"2024-03-01T03:05:00Z\"") SHOWN("29 Feb 2024 10:05 pm"),
	      EXTRACT_PUBLISHED, "2024-02-29T22:05:00-05:00", "json-ld");
	check(LD("\"datePublished\":\"2025-01-01T03:05:00Z\"") SHOWN("Dec 31, 2024 10:05 pm EST"),
	      EXTRACT_PUBLISHED, "2024-12-31T22:05:00-05:00", "json-ld");
	/* Another moment or day, a zone that was told: nothing to be learnt. */
	check(LD("\"datePublished\":\"2024-08-21T14:05:00Z\"") SHOWN("22/08/2024 09:17 WIB"),
	      EXTRACT_PUBLISHED, "2024-08-21T14:05:00Z", "json-ld");
	check(LD("\"datePublished\":\"2024-08-20T09:30:00Z\"") SHOWN("21 Agustus 2024"),
	      EXTRACT_PUBLISHED, "2024-08-20T09:30:00Z", "json-ld");
	check(LD("\"datePublished\":\"2024-08-21T05:30:00+07:00\"") SHOWN("21/08/2024 06:30"),
	      EXTRACT_PUBLISHED, "2024-08-21T05:30:00+07:00", "json-ld");
}

static void dates_of_pages_that_are_called_no_article(void **state)
{
	(void)state;
	static const char graph[] =
		"<script type=\"application/ld+json\">{\"@graph\":[{\"@type\":\"WebSite\","
		"\"datePublished\":\"2020-01-01\"},{\"@type\":\"WebPage\","
		"\"datePublished\":\"2024-08-21T07:05:00+07:00\"}]}</script><p>x";
	check(graph, EXTRACT_PUBLISHED, "2024-08-21T07:05:00+07:00", "json-ld");
	check("<script type=\"application/ld+json\">{\"@type\":\"CollectionPage\","
	      "\"datePublished\":\"2020-01-01\"}</script><p>x",
	      EXTRACT_PUBLISHED, "", "");
}

static void vague_dates_yield_to_what_is_shown(void **state)
{
	(void)state;
	check("<meta name=dc.date content=2024-08-25>" SHOWN("Rabu, 21 Agustus 2024"),
	      EXTRACT_PUBLISHED, "2024-08-21", "page");
	/* The same day, with more of it. */
	check("<meta name=date content='2024-08-21T14:05:00+07:00'>" SHOWN("Rabu, 21 Agustus 2024"),
	      EXTRACT_PUBLISHED, "2024-08-21T14:05:00+07:00", "meta");
	check("<meta name=dcterms.date content=2024-08-25><p>x", EXTRACT_PUBLISHED, "2024-08-25",
	      "meta");
}

static void a_date_in_the_text_is_not_the_pages(void **state)
{
	(void)state;
	check("<h1>Judul</h1><p>Rapat itu berlangsung pada Rabu (21/8/2024) di aula kantor bupati, "
	      "dihadiri camat, lurah, dan kepala desa dari seluruh wilayah, juga para guru dan "
	      "tokoh agama.</p>",
	      EXTRACT_PUBLISHED, "", "");
}

static void authors(void **state)
{
	(void)state;
	check(LD("\"author\":[{\"name\":\"Siti\"},{\"name\":\"Budi\"}]") "<p>x", EXTRACT_AUTHOR,
	      "Siti, Budi", "json-ld");
	check("<meta name=author content='Siti Aminah'><p>x", EXTRACT_AUTHOR, "Siti Aminah",
	      "meta");
	check("<div class=read__author>Penulis: Siti Aminah</div><p>x", EXTRACT_AUTHOR,
	      "Siti Aminah", "page");
	check("<p>Oleh: Siti Aminah</p><p>x", EXTRACT_AUTHOR, "Siti Aminah", "page");
	/* The site's own name only when there is no other. */
	check("<meta name=author content=Koran>" OG("og:site_name",
						    "Koran") "<p class=byline>Siti Aminah</p><p>x",
	      EXTRACT_AUTHOR, "Siti Aminah", "page");
	check("<meta name=author content=Koran>" OG("og:site_name", "Koran") "<p>x", EXTRACT_AUTHOR,
	      "Koran", "meta");
}

static void addresses(void **state)
{
	(void)state;
	struct extracted e =
		read_page("<link rel=canonical href=/judul><p>x", "https://a.example/amp/judul");
	assert_string_equal(e.field[EXTRACT_PAGE_URL].ptr, "https://a.example/judul");
	assert_string_equal(extract_from_name(e.from[EXTRACT_PAGE_URL]), "meta");
	assert_string_equal(e.field[EXTRACT_SITE].ptr, "a.example");
	/* A front page is no article's address. */
	e = read_page("<link rel=canonical href=https://a.example/><p>x",
		      "https://a.example/judul");
	assert_string_equal(e.field[EXTRACT_PAGE_URL].ptr, "https://a.example/judul");
	assert_string_equal(extract_from_name(e.from[EXTRACT_PAGE_URL]), "url");
	e = read_page("<link rel=canonical href='javascript:x'><p>x", NULL);
	assert_string_equal(e.field[EXTRACT_PAGE_URL].ptr, "");
	/* Written as feeds have it, so that the two can be compared. */
	e = read_page("<link rel=canonical href='HTTPS://A.example:443/b/../judul baru#isi'><p>x",
		      NULL);
	assert_string_equal(e.field[EXTRACT_PAGE_URL].ptr, "https://a.example/judul%20baru");
}

static void sections_and_languages(void **state)
{
	(void)state;
	check(OG("article:section", "Politik") "<p>x", EXTRACT_SECTION, "Politik", "opengraph");
	check("<div class=breadcrumb><a href=/>Beranda</a><a href=/d>Daerah</a>Judul</div><p>x",
	      EXTRACT_SECTION, "Daerah", "page");
	check("<html lang=id-ID><p>x", EXTRACT_LANGUAGE, "id", "page");
	check(OG("og:locale", "in_ID") "<p>x", EXTRACT_LANGUAGE, "id", "opengraph");
}

static void next_pages(void **state)
{
	(void)state;
#define CANONICAL "<link rel=canonical href=https://a.example/x>"
	check(CANONICAL "<div class=paging><a href='/x'>1</a><a href='/x?page=2'>2</a></div><p>x",
	      EXTRACT_NEXT, "https://a.example/x?page=2", "page");
	/* Whatever its pager is called. */
	check(CANONICAL "<div class=anchor><a href=/y/2>y</a><a href=/x/2>2</a></div><p>x",
	      EXTRACT_NEXT, "https://a.example/x/2", "page");
	check(CANONICAL "<link rel=next href='https://a.example/x?page=2'><p>x", EXTRACT_NEXT,
	      "https://a.example/x?page=2", "meta");
	/* Page 2 names page 1 as canonical, and links all of them. */
	struct extracted e =
		read_page(CANONICAL "<div class=paging><a href='/x'>1</a>"
				    "<a href='/x?page=4'>Akhir</a><a href='/x?page=2'>2</a>"
				    "<a href='/x?page=3'>3</a></div>" SENTENCE,
			  "https://a.example/x?page=2");
	assert_string_equal(e.field[EXTRACT_NEXT].ptr, "https://a.example/x?page=3");
	e = read_page(CANONICAL
		      "<div class=paging><a href='/x'>1</a><a href='/x?page=2'>2</a></div><p>x",
		      "https://a.example/amp/x");
	assert_string_equal(e.field[EXTRACT_NEXT].ptr, "https://a.example/x?page=2");
	check("<link rel=canonical href=https://a.example/caf\xc3\xa9>"
	      "<div class=paging><a href='/caf\xc3\xa9/2'>2</a></div><p>x",
	      EXTRACT_NEXT, "https://a.example/caf%C3%A9/2", "page");
	/* An address that may as well be another article's needs a link that says "next". */
	check(CANONICAL "<a href='/x-2'>Judul lain</a><p>x", EXTRACT_NEXT, "", "");
	check(CANONICAL "<a href='/x-2'>Halaman 2</a><p>x", EXTRACT_NEXT, "https://a.example/x-2",
	      "page");
	check(CANONICAL "<a href='/x?lembar=3'>3</a><a href='/x?lembar=2'>2</a><p>x", EXTRACT_NEXT,
	      "https://a.example/x?lembar=2", "page");
	/* Page 2 may call itself canonical. */
	check("<link rel=canonical href='https://a.example/x?page=2'>"
	      "<a href='/x'>1</a><a href='/x?page=2'>2</a><a href='/x?page=3'>3</a><p>x",
	      EXTRACT_NEXT, "https://a.example/x?page=3", "page");
	/* The last page. */
	check("<link rel=canonical href='https://a.example/x?page=3'>"
	      "<a href='/x'>1</a><a href='/x?page=2'>2</a><a href='/x?page=3'>3</a><p>x",
	      EXTRACT_NEXT, "", "");
	/* WordPress links the next article so. */
	check(CANONICAL "<link rel=next href='https://a.example/lain'><p>x", EXTRACT_NEXT, "", "");
}

static void the_whole_of_several_pages(void **state)
{
	(void)state;
	const char *pager = CANONICAL "<a href='/x?page=2'>2</a><a href='/x?page=all'>Semua</a>"
				      "<a href='/x?page=all&from=2'>Tampilkan Semua</a><p>x";
	check(pager, EXTRACT_WHOLE, "https://a.example/x?page=all", "page");
	check(pager, EXTRACT_NEXT, "https://a.example/x?page=2", "page");
	/* Nothing is left to fetch. */
	struct extracted e = read_page(pager, "https://a.example/x?page=all");
	assert_string_equal(e.field[EXTRACT_WHOLE].ptr, "");
	assert_string_equal(e.field[EXTRACT_NEXT].ptr, "");
	/* Another article's, and another site's. */
	check(CANONICAL "<a href='/y?page=all'>Semua</a>"
			"<a href='https://b.example/x?page=all'>Semua</a><p>x",
	      EXTRACT_WHOLE, "", "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(titles_are_tried_in_order),
		TEST(a_long_title_is_cut),
		TEST(dates_are_tried_in_order),
		TEST(dates_are_told_in_the_zone_that_is_shown),
		TEST(dates_of_pages_that_are_called_no_article),
		TEST(vague_dates_yield_to_what_is_shown),
		TEST(a_date_in_the_text_is_not_the_pages),
		TEST(authors),
		TEST(addresses),
		TEST(sections_and_languages),
		TEST(next_pages),
		TEST(the_whole_of_several_pages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* netral-poll among feeds and sitemaps that are too much, or not what they say. */
#include "tests/process/hostile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include <cmocka.h>

enum { DEPTH = 100000, ENTRIES = 50000, FOREIGN = 5000, BOMB_BYTES = 256 << 20 };

static struct web *site_with(struct hostile *h, const char *text)
{
	struct web *web = hostile_site(h);
	web_put(web, "/feed.xml", "application/xml", text);
	return web;
}

static unsigned add(struct hostile *h, struct web *web, const char *kind)
{
	return hostile_add(h, kind, web_url(web, "/feed.xml"));
}

static void put_page(struct web *web, const char *path)
{
	char html[1024];
	snprintf(html, sizeof(html),
		 "<html><body><article><h1>Judul</h1><p>Kabar di %s tentang sikap netral para "
		 "pegawai negeri di lingkungan sekretariat daerah.</p></article></body></html>",
		 path);
	web_put(web, path, "text/html", html);
}

/* A document that a test writes piece by piece. */
static FILE *begin(char **ret_data, size_t *ret_len)
{
	FILE *f = open_memstream(ret_data, ret_len);
	assert_non_null(f);
	return f;
}

static void put_written(struct web *web, const char *path, FILE *f, char **data, const size_t *len)
{
	assert_int_equal(fclose(f), 0);
	web_put_bytes(web, path, "application/xml", *data, *len);
	free(*data);
}

/* --- feeds --- */

static void expect_article(struct hostile *h, struct web *web, const char *path)
{
	const struct article *a = hostile_article(h);
	assert_string_equal(a->url.ptr, web_url(web, path));
	assert_string_equal(a->title.ptr, "D\xC3\xA9wan Kab\xC3\xA9h");
}

#define ITEM(title, path)                                                                          \
	"<rss version=\"2.0\"><channel><item><title>" title "</title><link>@" path                 \
	"</link><description>Camat meminta semua lurah bersikap netral.</description></item>"      \
	"</channel></rss>"

/* The pages are empty, so that what the feed says is what is taken. */
static void a_feed_may_change_its_encoding(void **state)
{
	static const char *const paths[] = {"/1", "/2", "/3"};
	struct hostile *h = *state;
	struct web *web = site_with(h, "<rss version=\"2.0\"><channel></channel></rss>");
	for (size_t i = 0; i < 3; i++)
		web_put(web, paths[i], "text/html", "<html><body></body></html>");
	add(h, web, "feed");
	hostile_start(h);
	assert_string_equal(hostile_article(h)->source.ptr, "Baik");
	web_put(web, "/feed.xml", "application/xml",
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>" ITEM("D\xC3\xA9wan Kab\xC3\xA9h",
								  "/1"));
	expect_article(h, web, "/1");
	web_put(web, "/feed.xml", "application/xml",
		"<?xml version=\"1.0\" encoding=\"windows-1252\"?>" ITEM("D\xE9wan Kab\xE9h",
									 "/2"));
	expect_article(h, web, "/2");
	/* UTF-16 without a word about it. */
	char plain[1024], wide[2048] = "\xFF\xFE";
	size_t len = 2;
	snprintf(plain, sizeof(plain),
		 "<rss version=\"2.0\"><channel><item><title>D\xE9wan "
		 "Kab\xE9h</title><link>%s</link>"
		 "<description>Camat meminta semua lurah bersikap netral.</description></item>"
		 "</channel></rss>",
		 web_url(web, "/3"));
	for (const char *s = plain; *s; s++) {
		wide[len++] = *s;
		wide[len++] = '\0';
	}
	web_put_bytes(web, "/feed.xml", "application/xml", wide, len);
	expect_article(h, web, "/3");
	hostile_expect_undisturbed(h);
}

static void a_feed_may_become_a_page_and_a_feed_again(void **state)
{
	struct hostile *h = *state;
	struct web *web = site_with(h, ITEM("Satu", "/1"));
	put_page(web, "/1");
	put_page(web, "/2");
	unsigned feed = add(h, web, "feed");
	hostile_start(h);
	hostile_expect_articles(h, feed, 1);
	web_put(web, "/feed.xml", "text/html",
		"<!DOCTYPE html><html><body>Sedang dirawat</body></html>");
	hostile_expect(h, feed, "feed: an HTML page, no feed");
	hostile_expect_undisturbed(h);
	web_put(web, "/feed.xml", "application/rss+xml", ITEM("Dua", "/2"));
	hostile_expect_articles(h, feed, 2);
	assert_string_equal(hostile_source(h, feed)->last_error, "");
}

static void entities_do_not_multiply(void **state)
{
	struct hostile *h = *state;
	char *data = NULL;
	size_t len = 0;
	struct web *web = hostile_site(h), *file = hostile_site(h);
	FILE *f = begin(&data, &len);
	fprintf(f, "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a \"haha\">");
	for (int c = 'b'; c <= 'z'; c++) {
		fprintf(f, "<!ENTITY %c \"", c);
		for (int i = 0; i < 10; i++)
			fprintf(f, "&%c;", c - 1);
		fprintf(f, "\">");
	}
	fprintf(f, "]><rss version=\"2.0\"><channel><item><title>&z;</title>"
		   "<link>http://a.invalid/</link></item></channel></rss>");
	put_written(web, "/feed.xml", f, &data, &len);
	web_put(file, "/feed.xml", "application/xml",
		"<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
		"<rss version=\"2.0\"><channel><item><title>&x;</title><link>@/a</link></item>"
		"</channel></rss>");
	web_put(file, "/a", "text/html", "<html><body></body></html>");
	add(h, web, "feed");
	add(h, file, "feed");
	hostile_start(h);
	web_await(web, "/feed.xml", 2);
	web_await(file, "/a", 3);
	hostile_expect_undisturbed(h);
	hostile_expect_memory(h, 96);
	assert_int_equal(hostile_source(h, 1)->articles, 0);
}

static void nesting_without_end_is_no_feed(void **state)
{
	struct hostile *h = *state;
	char *data = NULL;
	size_t len = 0;
	struct web *json = hostile_site(h), *xml = hostile_site(h);
	FILE *f = begin(&data, &len);
	fprintf(f, "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":");
	for (int i = 0; i < DEPTH; i++)
		fputc('[', f);
	put_written(json, "/feed.xml", f, &data, &len);
	f = begin(&data, &len);
	for (int i = 0; i < DEPTH; i++)
		fprintf(f, "<rss>");
	put_written(xml, "/feed.xml", f, &data, &len);
	unsigned of_json = add(h, json, "feed");
	unsigned of_xml = add(h, xml, "feed");
	hostile_start(h);
	hostile_expect(h, of_json, "feed: JSON");
	hostile_expect(h, of_xml, "damaged: ");
	hostile_expect_undisturbed(h);
	hostile_expect_memory(h, 96);
}

static void an_id_for_all_items_is_none(void **state)
{
	struct hostile *h = *state;
	struct web *web = hostile_site(h);
	static const char form[] =
		"<rss version=\"2.0\"><channel>%s<item><title>Satu</title><link>%s</link>"
		"<guid>berita</guid></item><item><title>Dua</title><link>%s</link>"
		"<guid>berita</guid></item></channel></rss>";
	char xml[1024], third[256];
	snprintf(xml, sizeof(xml), form, "", web_url(web, "/1"), web_url(web, "/2"));
	web_put_bytes(web, "/feed.xml", "application/rss+xml", xml, strlen(xml));
	put_page(web, "/1");
	put_page(web, "/2");
	put_page(web, "/3");
	unsigned feed = add(h, web, "feed");
	hostile_start(h);
	hostile_expect_articles(h, feed, 2);
	snprintf(third, sizeof(third),
		 "<item><title>Tiga</title><link>%s</link><guid>berita</guid></item>",
		 web_url(web, "/3"));
	snprintf(xml, sizeof(xml), form, third, web_url(web, "/1"), web_url(web, "/2"));
	web_put_bytes(web, "/feed.xml", "application/rss+xml", xml, strlen(xml));
	hostile_expect_articles(h, feed, 3);
	hostile_expect_undisturbed(h);
	assert_int_equal(web_count(web, "/1"), 1);
}

static void a_feed_does_not_send_us_to_others(void **state)
{
	struct hostile *h = *state;
	char *data = NULL;
	size_t len = 0;
	struct web *web = hostile_site(h);
	FILE *f = begin(&data, &len);
	fprintf(f, "<rss version=\"2.0\"><channel>");
	for (int i = 0; i < FOREIGN; i++)
		fprintf(f, "<item><title>N %d</title><link>http://asing.invalid/%d</link></item>",
			i, i);
	fprintf(f, "</channel></rss>");
	put_written(web, "/feed.xml", f, &data, &len);
	unsigned feed = add(h, web, "feed");
	hostile_start(h);
	poll_rig_wait_least(h->p, "netral_poll_items_foreign_total", FOREIGN - 10);
	hostile_expect_undisturbed(h);
	const struct source_status *s = hostile_source(h, feed);
	assert_true(s->items <= 10 * s->polls);
	hostile_expect_memory(h, 96);
}

/* --- sitemaps --- */

static void a_sitemap_of_50000_is_taken_bit_by_bit(void **state)
{
	struct hostile *h = *state;
	char *data = NULL, day[32];
	size_t len = 0;
	time_t now = time(NULL);
	struct web *web = hostile_site(h);
	FILE *f = begin(&data, &len);
	strftime(day, sizeof(day), "%Y-%m-%d", gmtime(&now));
	fprintf(f, "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">");
	for (int i = 0; i < ENTRIES; i++)
		fprintf(f, "<url><loc>%s-%d</loc><lastmod>%s</lastmod></url>",
			web_url(web, "/halaman"), i, day);
	fprintf(f, "</urlset>");
	put_written(web, "/feed.xml", f, &data, &len);
	unsigned map = add(h, web, "sitemap");
	hostile_start(h);
	hostile_expect_undisturbed(h);
	poll_rig_wait_least(h->p, "netral_poll_items_left_out_total", 1);
	assert_true(poll_rig_counter(h->p, "netral_poll_items_pending") <= 501);
	hostile_expect_undisturbed(h);
	assert_int_equal(hostile_source(h, map)->failures, 0);
	hostile_expect_memory(h, 128);
}

static void an_index_that_names_itself_says_so(void **state)
{
	struct hostile *h = *state;
	struct web *web =
		site_with(h, "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"
			     "<sitemap><loc>@/feed.xml</loc></sitemap></sitemapindex>");
	struct web *missing = site_with(
		h, "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"
		   "<sitemap><loc>@/none.xml</loc></sitemap>"
		   "<sitemap><loc>http://127.0.0.9/other.xml</loc></sitemap></sitemapindex>");
	unsigned index = add(h, web, "sitemap"), of_missing = add(h, missing, "sitemap");
	hostile_start(h);
	hostile_expect(h, index, "an index of sitemaps in an index");
	hostile_expect(h, of_missing, "none.xml: HTTP 404");
	hostile_expect_undisturbed(h);
	const struct source_status *s = hostile_source(h, index);
	assert_true(web_count(web, "/feed.xml") <= 2 * (s->polls + 1));
}

static void a_packed_sitemap_is_cut_off(void **state)
{
	static char spaces[1 << 16];
	enum { PACKED_MAX = 1 << 20 };
	struct hostile *h = *state;
	struct web *web = hostile_site(h);
	unsigned char *packed = malloc(PACKED_MAX);
	z_stream z = {.next_out = packed, .avail_out = PACKED_MAX};
	assert_non_null(packed);
	memset(spaces, ' ', sizeof(spaces));
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	for (size_t done = 0; done < BOMB_BYTES; done += sizeof(spaces)) {
		bool last = done + sizeof(spaces) >= BOMB_BYTES;
		z.next_in = (unsigned char *)spaces;
		z.avail_in = sizeof(spaces);
		assert_int_equal(deflate(&z, last ? Z_FINISH : Z_NO_FLUSH),
				 last ? Z_STREAM_END : Z_OK);
	}
	web_put_bytes(web, "/feed.xml", "application/gzip", packed, z.total_out);
	deflateEnd(&z);
	free(packed);
	unsigned map = add(h, web, "sitemap");
	hostile_start(h);
	hostile_expect(h, map, "sitemap: neither XML nor a list of URLs");
	hostile_expect_undisturbed(h);
	hostile_expect_memory(h, 160);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOSTILE_TEST(a_feed_may_change_its_encoding),
		HOSTILE_TEST(a_feed_may_become_a_page_and_a_feed_again),
		HOSTILE_TEST(entities_do_not_multiply),
		HOSTILE_TEST(nesting_without_end_is_no_feed),
		HOSTILE_TEST(an_id_for_all_items_is_none),
		HOSTILE_TEST(a_feed_does_not_send_us_to_others),
		HOSTILE_TEST(a_sitemap_of_50000_is_taken_bit_by_bit),
		HOSTILE_TEST(an_index_that_names_itself_says_so),
		HOSTILE_TEST(a_packed_sitemap_is_cut_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

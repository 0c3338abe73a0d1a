/* netral-poll among feeds whose items lead to traps. */
#include "tests/process/hostile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DEPTH = 100000 };

/* A feed; `items` is what stands in its channel, "@" the site. */
static void put_feed(struct web *web, const char *items)
{
	char xml[8192];
	int len = snprintf(xml, sizeof(xml), "<rss version=\"2.0\"><channel>%s</channel></rss>",
			   items);
	assert_true(len > 0 && (size_t)len < sizeof(xml));
	web_put(web, "/feed.xml", "application/rss+xml", xml);
}

static struct web *site_with(struct hostile *h, const char *items)
{
	struct web *web = hostile_site(h);
	put_feed(web, items);
	return web;
}

static void put_page(struct web *web, const char *path, const char *head, const char *text)
{
	char html[2048];
	snprintf(html, sizeof(html),
		 "<html><head><title>Judul</title>%s</head><body><article><h1>Judul</h1>"
		 "<p>%s Lurah meminta semua aparatur menjaga sikap netral di tempat kerja.</p>"
		 "</article></body></html>",
		 head, text);
	web_put(web, path, "text/html", html);
}

static unsigned add(struct hostile *h, struct web *web)
{
	return hostile_add(h, "feed", web_url(web, "/feed.xml"));
}

#define ITEM(title, link) "<item><title>" title "</title><link>" link "</link></item>"

/* --- where items lead --- */

static void links_that_are_no_pages_are_passed_over(void **state)
{
	struct hostile *h = *state;
	struct web *web = site_with(
		h, ITEM("Satu", "javascript:alert(1)") ITEM("Dua", "data:text/html,hai")
			   ITEM("Tiga", "mailto:a@b.invalid") ITEM("Empat", "file:///etc/passwd")
				   ITEM("Lima", "@/a"));
	put_page(web, "/a", "", "Kelima.");
	unsigned feed = add(h, web);
	hostile_start(h);
	hostile_expect_articles(h, feed, 1);
	hostile_expect_undisturbed(h);
	poll_rig_wait_counter(h->p, "netral_poll_items_pending", 0);
	assert_int_equal(hostile_source(h, feed)->items, 1);
	assert_true(poll_rig_counter(h->p, "netral_poll_items_passed_total") >= 4);
}

/* No source names that host, so that neither its port nor its address is for any feed. */
static void items_do_not_lead_into_the_own_network(void **state)
{
	struct hostile *h = *state;
	struct web *inner = web_start("127.0.0.9");
	char items[1024];
	snprintf(items, sizeof(items),
		 ITEM("Satu", "%s") ITEM("Dua", "http://127.0.0.9/") ITEM("Tiga", "http://[::1]/")
			 ITEM("Empat", "http://10.1.2.3/") ITEM("Lima", "http://localhost:%s/"),
		 web_url(inner, "/secret"), strrchr(web_url(inner, ""), ':') + 1);
	web_put(inner, "/secret", "text/html", "<p>Rahasia</p>");
	unsigned feed = add(h, site_with(h, items));
	hostile_start(h);
	/* Two have a port; robots.txt of the others cannot be had, and they wait. */
	hostile_expect_given_up(h, feed, 2);
	hostile_expect_log(h, "a port other than 80 and 443");
	poll_rig_wait_least(h->p, "netral_poll_fetch_refused_address_total", 3);
	hostile_expect_undisturbed(h);
	assert_int_equal(web_count(inner, "/secret") + web_count(inner, "/robots.txt"), 0);
	rig_stop(h->p->poll);
	web_stop(inner);
}

static void a_page_names_why_it_was_given_up(void **state)
{
	struct hostile *h = *state;
	struct web *web = site_with(h, ITEM("Satu", "@/gone") ITEM("Dua", "@/circle")
					       ITEM("Tiga", "@/empty"));
	web_put_status(web, "/circle", 302, "Location: /circle\r\n");
	web_put(web, "/empty", "text/html", "");
	unsigned feed = add(h, web);
	hostile_start(h);
	hostile_expect_given_up(h, feed, 3);
	hostile_expect_log(h, "reason=status error=\"HTTP 404\"");
	hostile_expect_log(h, "reason=broken error=\"too many redirects\"");
	hostile_expect_log(h, "reason=unreadable error=\"");
	hostile_expect_undisturbed(h);
}

/* --- what pages say of themselves --- */

static void a_circle_of_further_pages_ends(void **state)
{
	struct hostile *h = *state;
	struct web *web = site_with(h, ITEM("Satu", "@/a"));
	put_page(web, "/a", "<link rel=\"next\" href=\"/a?page=2\">", "Halaman pertama.");
	put_page(web, "/a?page=2", "<link rel=\"next\" href=\"/a\">", "Halaman kedua.");
	unsigned feed = add(h, web);
	hostile_start(h);
	hostile_expect_articles(h, feed, 1);
	hostile_expect_undisturbed(h);
	poll_rig_wait_counter(h->p, "netral_poll_items_pending", 0);
	assert_true(web_count(web, "/a") <= 2);
	assert_int_equal(web_count(web, "/a?page=2"), 1);
}

/* Without end, and each page unlike the last. */
static bool answer_next(struct connection *c, void *user)
{
	char html[1024];
	unsigned page = 1;
	(void)user;
	(void)sscanf(connection_path(c), "/a?page=%u", &page);
	int len = snprintf(html, sizeof(html),
			   "<html><head><link rel=\"next\" href=\"/a?page=%u\"></head><body>"
			   "<article><h1>Judul</h1><p>Halaman %u dari berita tentang sikap netral "
			   "pegawai negeri di kabupaten itu.</p></article></body></html>",
			   page + 1, page);
	return connection_printf(c,
				 "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
				 "Content-Length: %d\r\n\r\n%s",
				 len, html);
}

static void further_pages_without_end_are_cut(void **state)
{
	struct hostile *h = *state;
	struct web *web = site_with(h, ITEM("Satu", "@/a"));
	char path[32];
	web_on(web, "/a", answer_next, NULL);
	static char paths[16][32];
	for (unsigned i = 2; i < 16; i++) {
		snprintf(path, sizeof(path), "/a?page=%u", i);
		web_on(web, strcpy(paths[i], path), answer_next, NULL);
	}
	unsigned feed = add(h, web);
	hostile_start(h);
	hostile_expect_articles(h, feed, 1);
	poll_rig_wait_counter(h->p, "netral_poll_pages_joined_total", 9);
	hostile_expect_undisturbed(h);
}

/* A page of one site does not speak for a page of another. */
static void a_canonical_address_elsewhere_says_nothing(void **state)
{
	struct hostile *h = *state;
	struct web *web = site_with(h, "");
	char head[256];
	snprintf(head, sizeof(head), "<link rel=\"canonical\" href=\"%s\">",
		 web_url(h->p->web, "/baik-1"));
	put_page(web, "/a", head, "Tiruan.");
	unsigned feed = add(h, web);
	hostile_start(h);
	assert_string_equal(hostile_article(h)->source.ptr, "Baik");
	put_feed(web, ITEM("Satu", "@/a"));
	assert_string_equal(hostile_article(h)->url.ptr, web_url(web, "/a"));
	hostile_expect_articles(h, feed, 1);
	/* "/baik-1" itself is news still. */
	hostile_expect_undisturbed(h);
	assert_string_equal(hostile_article(h)->url.ptr, web_url(h->p->web, "/baik-1"));
}

static void a_page_nested_without_end_harms_nobody(void **state)
{
	struct hostile *h = *state;
	struct web *web = site_with(h, ITEM("Satu", "@/deep") ITEM("Dua", "@/tags"));
	char *html = malloc((size_t)DEPTH * 5 + 1);
	assert_non_null(html);
	for (size_t i = 0; i < DEPTH; i++)
		memcpy(html + 5 * i, "<div>", 5);
	web_put_bytes(web, "/deep", "text/html", html, (size_t)DEPTH * 5);
	for (size_t i = 0; i < DEPTH; i++)
		memcpy(html + 5 * i, "<b><i", 5);
	web_put_bytes(web, "/tags", "text/html", html, (size_t)DEPTH * 5);
	free(html);
	unsigned feed = add(h, web);
	hostile_start(h);
	hostile_expect_given_up(h, feed, 2);
	hostile_expect_log(h, "reason=unreadable error=\"");
	hostile_expect_undisturbed(h);
	hostile_expect_memory(h, 96);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOSTILE_TEST(links_that_are_no_pages_are_passed_over),
		HOSTILE_TEST(items_do_not_lead_into_the_own_network),
		HOSTILE_TEST(a_page_names_why_it_was_given_up),
		HOSTILE_TEST(a_circle_of_further_pages_ends),
		HOSTILE_TEST(further_pages_without_end_are_cut),
		HOSTILE_TEST(a_canonical_address_elsewhere_says_nothing),
		HOSTILE_TEST(a_page_nested_without_end_harms_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

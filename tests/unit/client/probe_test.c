#include "client/probe.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "tests/unit/fetch/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char page[] =
	"<html><head><title>Pemkot gelar sosialisasi</title></head><body><article>"
	"<h1>Pemkot gelar sosialisasi</h1>"
	"<p>Pemerintah kota menggelar sosialisasi bagi seluruh pegawai di balai kota pada hari "
	"itu.</p>"
	"<p>Kegiatan tersebut diikuti para camat dan lurah serta kepala bagian dari semua "
	"dinas.</p>"
	"<p>Wali kota membuka acara dan meminta peserta menyimak seluruh materi sampai selesai.</p>"
	"</article></body></html>";

static struct server *site;

static bool send_text(struct connection *c, const char *type, const char *body)
{
	return connection_printf(
		c, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s", type,
		strlen(body), body);
}

static bool on_robots(struct connection *c, void *user)
{
	(void)user;
	return send_text(c, "text/plain",
			 "User-agent: netral\nDisallow: /tertutup\nCrawl-delay: 7\n"
			 "Sitemap: /peta.xml\nSitemap: ftp://warta.example/peta\n");
}

static bool on_page(struct connection *c, void *user)
{
	(void)user;
	return send_text(c, "text/html", page);
}

static bool on_feed(struct connection *c, void *user)
{
	char body[1024];
	snprintf(body, sizeof(body),
		 "<rss version=\"2.0\"><channel><title>Kabar</title><item><title>Satu</title>"
		 "<link>%s</link></item><item><title>Dua</title><link>/dua</link></item></"
		 "channel></rss>",
		 server_url(site, (const char *)user));
	return send_text(c, "application/rss+xml", body);
}

static bool on_missing(struct connection *c, void *user)
{
	(void)user;
	return connection_printf(c, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
}

static bool on_broken(struct connection *c, void *user)
{
	(void)user;
	return connection_printf(c, "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
}

static bool on_front(struct connection *c, void *user)
{
	(void)user;
	return send_text(c, "text/html",
			 "<link rel=alternate type=application/rss+xml href=/feed><div></div>");
}

static int up(void **state)
{
	(void)state;
	site = server_start("127.0.0.1");
	if (!site)
		return -1;
	server_on(site, "/robots.txt", on_robots, NULL);
	server_on(site, "/artikel.html", on_page, NULL);
	static char open[] = "/artikel.html", closed[] = "/tertutup/artikel.html";
	server_on(site, "/feed", on_feed, open);
	server_on(site, "/feed-tertutup", on_feed, closed);
	server_on(site, "/depan", on_front, NULL);
	server_on(site, "*", on_missing, NULL);
	return 0;
}

static int down(void **state)
{
	(void)state;
	server_stop(site);
	return 0;
}

static int probe(const char *url, struct probe **ret_probe, const struct probe_report **ret_report,
		 char reason[static PROBE_REASON_SIZE])
{
	static const char *const allow[] = {"127.0.0.0/8"};
	const struct probe_options o = {
		.url = url, .contact = "redaksi@warta.example", .allow = allow, .allow_count = 1};
	return probe_run(&o, ret_probe, ret_report, reason);
}

static void expect_refusal(const char *url, int error, const char *words)
{
	struct probe *p = NULL;
	const struct probe_report *report;
	char reason[PROBE_REASON_SIZE] = "";
	assert_int_equal(probe(url, &p, &report, reason), error);
	if (!strstr(reason, words))
		fail_msg("\"%s\" does not say \"%s\"", reason, words);
}

static void test_feed_and_its_first_article(void **state)
{
	(void)state;
	struct probe *p = NULL;
	const struct probe_report *r;
	char reason[PROBE_REASON_SIZE];
	assert_int_equal(probe(server_url(site, "/feed"), &p, &r, reason), 0);
	assert_int_equal(r->kind, PROBE_FEED);
	assert_int_equal(r->feed.item_count, 2);
	assert_int_equal(r->crawl_delay_ms, 7000);
	assert_true(r->has_article);
	assert_string_equal(r->article.field[EXTRACT_TITLE].ptr, "Pemkot gelar sosialisasi");
	probe_free(p);
}

static void test_page(void **state)
{
	(void)state;
	struct probe *p = NULL;
	const struct probe_report *r;
	char reason[PROBE_REASON_SIZE];
	assert_int_equal(probe(server_url(site, "/artikel.html"), &p, &r, reason), 0);
	assert_int_equal(r->kind, PROBE_PAGE);
	assert_true(r->has_article);
	assert_int_equal(r->feed_count, 0);
	probe_free(p);
}

/* A page without an article, but with feeds, is worth telling. */
static void test_front_page(void **state)
{
	(void)state;
	struct probe *p = NULL;
	const struct probe_report *r;
	char reason[PROBE_REASON_SIZE];
	assert_int_equal(probe(server_url(site, "/depan"), &p, &r, reason), 0);
	assert_int_equal(r->kind, PROBE_PAGE);
	assert_false(r->has_article);
	assert_non_null(strstr(r->article_reason, "no text"));
	assert_int_equal(r->feed_count, 1);
	assert_string_equal(r->feeds[0].ptr, server_url(site, "/feed"));
	assert_int_equal(r->sitemap_count, 1);
	assert_string_equal(r->sitemaps[0].ptr, server_url(site, "/peta.xml"));
	probe_free(p);
}

/* The feed is worth telling even so. */
static void test_article_that_may_not_be_fetched(void **state)
{
	(void)state;
	struct probe *p = NULL;
	const struct probe_report *r;
	char reason[PROBE_REASON_SIZE];
	assert_int_equal(probe(server_url(site, "/feed-tertutup"), &p, &r, reason), 0);
	assert_int_equal(r->kind, PROBE_FEED);
	assert_false(r->has_article);
	assert_non_null(strstr(r->article_reason, "robots.txt does not allow"));
	probe_free(p);
}

static void test_refusals(void **state)
{
	(void)state;
	expect_refusal(server_url(site, "/tertutup/x"), NETRAL_EACCES, "robots.txt does not allow");
	expect_refusal(server_url(site, "/tiada"), NETRAL_EIO, "404");
	expect_refusal("ftp://warta.example/", NETRAL_EINVALID, "no http or https address");
}

/* Without rules nothing may be fetched, and the page is not asked for. */
static void test_robots_out_of_order(void **state)
{
	(void)state;
	struct server *broken = server_start("127.0.0.1");
	assert_non_null(broken);
	server_on(broken, "*", on_broken, NULL);
	expect_refusal(server_url(broken, "/feed"), NETRAL_EIO, "status 503");
	assert_int_equal(server_counts(broken).requests, 1);
	server_stop(broken);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_feed_and_its_first_article),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_front_page),
		cmocka_unit_test(test_article_that_may_not_be_fetched),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_robots_out_of_order),
	};
	return cmocka_run_group_tests(tests, up, down);
}

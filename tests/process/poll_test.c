/* netral-poll: a real process between a site on a loopback address and a real netrald. */
#include "tests/process/client.h"
#include "tests/process/poll_rig.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <zlib.h>

#include <cmocka.h>

#define FEED(p, path, ...)                                                                         \
	poll_rig_put_feed(p, path, (const char *const[]){__VA_ARGS__, NULL, NULL})
#define ACCEPTED "netral_articles_accepted_total"

static void add_feed(struct poll_rig *p)
{
	poll_rig_add(p, "Kabar Kota", "feed", web_url(p->web, "/feed.xml"));
}

/* Both processes, with one feed of the items. */
static void start(struct poll_rig *p)
{
	daemon_rig_start(p->d);
	poll_rig_start(p);
}

/* --- articles --- */

static void an_article_of_a_feed_reaches_netrald(void **state)
{
	struct poll_rig *p = *state;
	FEED(p, "/feed.xml", "/a", "Judul dari feed");
	poll_rig_put_page(p, "/a", "satu",
			  "<meta property=\"article:published_time\" "
			  "content=\"2024-08-22T09:00:00+07:00\">");
	add_feed(p);
	start(p);
	const struct article *a = poll_rig_article(p);
	assert_string_equal(a->url.ptr, web_url(p->web, "/a"));
	assert_string_equal(a->title.ptr, "Kabar satu");
	assert_string_equal(a->source.ptr, "Kabar Kota");
	assert_string_equal(a->published.ptr, "2024-08-22T09:00:00+07:00");
	assert_non_null(strstr(a->text.ptr, "netral selama masa kampanye"));
	poll_rig_wait_counter(p, "netral_poll_articles_accepted_total", 1);
	rig_stop(p->poll);
}

static void the_time_of_the_feed_counts_where_the_page_has_none(void **state)
{
	struct poll_rig *p = *state;
	FEED(p, "/feed.xml", "/a", "Satu");
	poll_rig_put_page(p, "/a", "satu", "");
	add_feed(p);
	start(p);
	assert_string_equal(poll_rig_article(p)->published.ptr, "2024-08-21T14:05:00+07:00");
}

static void the_whole_pipeline_stores_what_was_polled(void **state)
{
	struct poll_rig *p = *state;
	struct peer record;
	char state_dir[RIG_PATH_SIZE + 16], run[RIG_PATH_SIZE + 16];
	snprintf(state_dir, sizeof(state_dir), "state_dir=%s", rig_path(&p->d->rig, "state"));
	snprintf(run, sizeof(run), "runtime_dir=%s", p->d->rig.dir);
	const char *record_args[] = {"--set", state_dir, "--set", run, NULL};
	const char *classify_args[] = {"--set", run, NULL};
	FEED(p, "/feed.xml", "/a", "Satu", "/b", "Dua");
	poll_rig_put_page(p, "/a", "satu", "");
	poll_rig_put_page(p, "/b", "dua", "");
	add_feed(p);
	rig_wait_ready(rig_start(&p->d->rig, "netral-record", record_args, NULL));
	start(p);
	rig_wait_ready(rig_start(&p->d->rig, "netral-classify", classify_args, NULL));
	daemon_rig_wait_counter(p->d, "netral_articles_recorded_total", 2);
	peer_open(&record, p->d->transport, rig_endpoint(&p->d->rig, "record-control"));
	peer_close(&record);
}

static void a_full_text_is_taken_without_its_page(void **state)
{
	struct poll_rig *p = *state;
	char xml[8192];
	size_t len = (size_t)snprintf(
		xml, sizeof(xml),
		"<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">"
		"<channel><item><title>Lengkap</title><link>@/full</link><guid>f</guid>"
		"<description>Ringkas.</description><content:encoded><![CDATA[");
	for (int i = 0; i < 20; i++)
		len += (size_t)snprintf(
			xml + len, sizeof(xml) - len,
			"<p>Alinea nomor %d memuat keterangan panjang tentang sikap "
			"netral para pegawai negeri di daerah itu.</p>",
			i);
	snprintf(xml + len, sizeof(xml) - len, "]]></content:encoded></item></channel></rss>");
	web_put(p->web, "/feed.xml", "application/rss+xml", xml);
	add_feed(p);
	start(p);
	const struct article *a = poll_rig_article(p);
	assert_string_equal(a->title.ptr, "Lengkap");
	assert_string_equal(a->url.ptr, web_url(p->web, "/full"));
	assert_non_null(strstr(a->text.ptr, "Alinea nomor 19"));
	assert_null(strchr(a->text.ptr, '<'));
	assert_int_equal(web_count(p->web, "/full"), 0);
	poll_rig_wait_counter(p, "netral_poll_articles_from_feed_total", 1);
}

static void the_teaser_is_taken_where_the_page_has_no_text(void **state)
{
	struct poll_rig *p = *state;
	web_put(p->web, "/feed.xml", "application/rss+xml",
		"<rss version=\"2.0\"><channel><item><title>Pendek</title><link>@/empty</link>"
		"<description>Camat meminta semua lurah bersikap netral.</description></item>"
		"</channel></rss>");
	web_put(p->web, "/empty", "text/html", "<html><body></body></html>");
	add_feed(p);
	start(p);
	const struct article *a = poll_rig_article(p);
	assert_string_equal(a->text.ptr, "Camat meminta semua lurah bersikap netral.");
	assert_string_equal(a->title.ptr, "Pendek");
	assert_int_equal(web_count(p->web, "/empty"), 1);
}

static void pages_of_one_article_are_joined(void **state)
{
	struct poll_rig *p = *state;
	FEED(p, "/feed.xml", "/a", "Satu");
	poll_rig_put_page(p, "/a", "satu", "<link rel=\"next\" href=\"/a?page=2\">");
	web_put(p->web, "/a?page=2", "text/html",
		"<html><head><title>Kabar satu</title>"
		"<link rel=\"canonical\" href=\"/a\"><link rel=\"next\" href=\"/a?page=3\"></head>"
		"<body><article><h1>Kabar satu</h1>"
		"<p>Kepala dinas satu mengajak seluruh pegawai negeri bersikap netral selama masa "
		"kampanye berlangsung.</p>"
		"<p>Halaman kedua menerangkan tata cara pelaporan kepada panitia pengawas "
		"pemilihan.</p></article></body></html>");
	web_put(p->web, "/a?page=3", "text/html",
		"<html><body><article><p>Halaman ketiga menutup berita dengan pesan dari kepala "
		"daerah kepada para pegawai.</p></article></body></html>");
	add_feed(p);
	start(p);
	const struct article *a = poll_rig_article(p);
	assert_string_equal(a->url.ptr, web_url(p->web, "/a"));
	const char *second = strstr(a->text.ptr, "Halaman kedua");
	assert_non_null(second);
	assert_non_null(strstr(second, "Halaman ketiga"));
	assert_null(strstr(second, "Kepala dinas satu"));
	poll_rig_wait_counter(p, "netral_poll_pages_joined_total", 2);
}

static void an_amp_twin_is_not_taken_again(void **state)
{
	struct poll_rig *p = *state;
	char head[256];
	FEED(p, "/feed.xml", "/a", "Satu", "/amp/a", "Satu");
	snprintf(head, sizeof(head), "<link rel=\"canonical\" href=\"%s\">", web_url(p->web, "/a"));
	poll_rig_put_page(p, "/a", "satu", head);
	poll_rig_put_page(p, "/amp/a", "satu lain", head);
	add_feed(p);
	start(p);
	poll_rig_wait_counter(p, "netral_poll_items_known_total", 1);
	poll_rig_wait_counter(p, "netral_poll_items_pending", 0);
	assert_int_equal(daemon_rig_counter(p->d, ACCEPTED), 1);
}

static void two_feeds_name_one_article(void **state)
{
	struct poll_rig *p = *state;
	FEED(p, "/feed.xml", "/a", "Satu");
	FEED(p, "/other.xml", "/a", "Satu");
	poll_rig_put_page(p, "/a", "satu", "");
	add_feed(p);
	poll_rig_add(p, "Kabar Lain", "feed", web_url(p->web, "/other.xml"));
	start(p);
	poll_rig_wait_counter(p, "netral_poll_items_known_total", 1);
	poll_rig_wait_counter(p, "netral_poll_items_pending", 0);
	assert_int_equal(daemon_rig_counter(p->d, ACCEPTED), 1);
}

/* --- other kinds of sources --- */

static void put_gzip(struct poll_rig *p, const char *path, const char *text)
{
	unsigned char packed[4096];
	char plain[2048];
	size_t len = 0;
	const char *site = web_url(p->web, "");
	for (; *text; text++)
		len += (size_t)snprintf(plain + len, sizeof(plain) - len, "%.*s",
					*text == '@' ? (int)strlen(site) : 1,
					*text == '@' ? site : text);
	z_stream z = {0};
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (unsigned char *)plain;
	z.avail_in = (unsigned)len;
	z.next_out = packed;
	z.avail_out = sizeof(packed);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	web_put_bytes(p->web, path, "application/gzip", packed, z.total_out);
	deflateEnd(&z);
}

static void an_index_of_packed_sitemaps_is_followed(void **state)
{
	struct poll_rig *p = *state;
	web_put(p->web, "/index.xml", "application/xml",
		"<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"
		"<sitemap><loc>@/new.xml.gz</loc></sitemap>"
		"<sitemap><loc>@/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap>"
		"</sitemapindex>");
	put_gzip(p, "/new.xml.gz",
		 "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"
		 "<url><loc>@/a</loc></url><url><loc>@/b</loc></url></urlset>");
	poll_rig_put_page(p, "/a", "satu", "");
	poll_rig_put_page(p, "/b", "dua", "");
	poll_rig_add(p, "Peta", "sitemap", web_url(p->web, "/index.xml"));
	start(p);
	daemon_rig_wait_counter(p->d, ACCEPTED, 2);
	assert_int_equal(web_count(p->web, "/old.xml"), 0);
}

static void the_links_of_a_page_are_followed(void **state)
{
	struct poll_rig *p = *state;
	web_put(p->web, "/front", "text/html",
		"<a href=\"/politik/netralitas-pegawai-negeri-diawasi\">Satu</a>"
		"<a href='/baca/123456'>Dua</a><a href=/tentang>Tentang</a>"
		"<a href=\"https://lain.example/politik/berita-panjang-sekali-di-sini\">Lain</a>");
	poll_rig_put_page(p, "/politik/netralitas-pegawai-negeri-diawasi", "satu", "");
	poll_rig_put_page(p, "/baca/123456", "dua", "");
	poll_rig_add(p, "Depan", "page", web_url(p->web, "/front"));
	start(p);
	daemon_rig_wait_counter(p->d, ACCEPTED, 2);
	assert_int_equal(web_count(p->web, "/tentang"), 0);
	poll_rig_wait_counter(p, "netral_poll_items_new_total", 2);
}

/* --- again --- */

static void a_restart_asks_with_the_etag_and_takes_nothing_twice(void **state)
{
	struct poll_rig *p = *state;
	FEED(p, "/feed.xml", "/a", "Satu", "/b", "Dua");
	poll_rig_put_page(p, "/a", "satu", "");
	poll_rig_put_page(p, "/b", "dua", "");
	add_feed(p);
	start(p);
	daemon_rig_wait_counter(p->d, ACCEPTED, 2);
	poll_rig_wait_counter(p, "netral_poll_items_pending", 0);
	rig_stop(p->poll);
	unsigned asked = web_count(p->web, "/feed.xml");
	unsigned unchanged = web_count_unchanged(p->web, "/feed.xml");
	poll_rig_start(p);
	web_await_unchanged(p->web, "/feed.xml", unchanged + 1);
	assert_int_equal(web_count(p->web, "/feed.xml") - asked,
			 web_count_unchanged(p->web, "/feed.xml") - unchanged);
	FEED(p, "/feed.xml", "/c", "Tiga", "/a", "Satu", "/b", "Dua");
	poll_rig_put_page(p, "/c", "tiga", "");
	daemon_rig_wait_counter(p->d, ACCEPTED, 3);
	assert_int_equal(web_count(p->web, "/a"), 1);
	assert_int_equal(web_count(p->web, "/b"), 1);
	assert_int_equal(daemon_rig_counter(p->d, "netral_articles_duplicate_total"), 0);
}

static void what_waits_survives_a_feed_that_rolls_over(void **state)
{
	struct poll_rig *p = *state;
	FEED(p, "/feed.xml", "/a", "Satu");
	web_put_status(p->web, "/a", 503, "");
	add_feed(p);
	start(p);
	web_await(p->web, "/a", 1);
	FEED(p, "/feed.xml", "/b", "Dua");
	poll_rig_put_page(p, "/b", "dua", "");
	rig_stop(p->poll);
	poll_rig_put_page(p, "/a", "satu", "");
	poll_rig_start(p);
	daemon_rig_wait_counter(p->d, ACCEPTED, 2);
	assert_int_equal(poll_rig_counter(p, "netral_poll_items_given_up_total"), 0);
}

static void netrald_may_come_later_and_go(void **state)
{
	struct poll_rig *p = *state;
	FEED(p, "/feed.xml", "/a", "Satu");
	poll_rig_put_page(p, "/a", "satu", "");
	add_feed(p);
	poll_rig_start(p);
	poll_rig_wait_counter(p, "netral_poll_articles_waiting", 1);
	daemon_rig_start(p->d);
	daemon_rig_wait_counter(p->d, ACCEPTED, 1);
	rig_kill(p->d->netrald);
	FEED(p, "/feed.xml", "/b", "Dua", "/a", "Satu");
	poll_rig_put_page(p, "/b", "dua", "");
	poll_rig_wait_counter(p, "netral_poll_articles_waiting", 1);
	daemon_rig_start(p->d);
	daemon_rig_wait_counter(p->d, ACCEPTED, 2);
	poll_rig_wait_counter(p, "netral_poll_items_pending", 0);
}

/* One article at a time, so that the crash is met while something is under way. */
static void crash_at(struct poll_rig *p, const char *point)
{
	char crash[64];
	const char *env[] = {crash, NULL};
	snprintf(crash, sizeof(crash), "NETRAL_CRASH=%s", point);
	poll_rig_launch(p, env);
	assert_int_equal(rig_wait_exit(p->poll), -SIGKILL);
}

static void a_crash_loses_nothing_and_doubles_nothing(void **state)
{
	static const char *const points[] = {
		"poll-queued",    "poll-before-commit", "poll-after-commit", "poll-reading",
		"poll-page-read", "poll-before-submit", "poll-after-answer"};
	struct poll_rig *p = *state;
	char path[2][32], title[2][32];
	add_feed(p);
	daemon_rig_start(p->d);
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		for (size_t k = 0; k < 2; k++) {
			snprintf(path[k], sizeof(path[k]), "/%zu-%zu", i, k);
			snprintf(title[k], sizeof(title[k]), "Nomor %zu %zu", i, k);
			poll_rig_put_page(p, path[k], title[k], "");
		}
		FEED(p, "/feed.xml", path[0], title[0], path[1], title[1]);
		crash_at(p, points[i]);
		poll_rig_start(p);
		daemon_rig_wait_counter(p->d, ACCEPTED, 2 * (i + 1));
		poll_rig_wait_counter(p, "netral_poll_items_pending", 0);
		assert_int_equal(poll_rig_counter(p, "netral_poll_items_given_up_total"), 0);
		rig_stop(p->poll);
	}
}

static void a_page_that_kills_the_reader_is_given_up(void **state)
{
	struct poll_rig *p = *state;
	FEED(p, "/feed.xml", "/a", "Satu");
	poll_rig_put_page(p, "/a", "satu", "");
	add_feed(p);
	daemon_rig_start(p->d);
	crash_at(p, "poll-reading");
	crash_at(p, "poll-reading");
	poll_rig_start(p);
	poll_rig_wait_counter(p, "netral_poll_items_given_up_deadly_total", 1);
	poll_rig_wait_counter(p, "netral_poll_items_pending", 0);
	FEED(p, "/feed.xml", "/b", "Dua", "/a", "Satu");
	poll_rig_put_page(p, "/b", "dua", "");
	daemon_rig_wait_counter(p->d, ACCEPTED, 1);
}

/* --- what sites say --- */

static void robots_rules_are_kept(void **state)
{
	struct poll_rig *p = *state;
	web_put(p->web, "/robots.txt", "text/plain", "User-agent: netral\nDisallow: /private\n");
	FEED(p, "/feed.xml", "/private/a", "Satu", "/b", "Dua");
	poll_rig_put_page(p, "/private/a", "satu", "");
	poll_rig_put_page(p, "/b", "dua", "");
	add_feed(p);
	start(p);
	daemon_rig_wait_counter(p->d, ACCEPTED, 1);
	poll_rig_wait_counter(p, "netral_poll_items_given_up_robots_total", 1);
	assert_int_equal(web_count(p->web, "/private/a"), 0);
	assert_int_equal(web_count(p->web, "/robots.txt"), 1);
}

static void nothing_is_fetched_without_an_answer_for_robots(void **state)
{
	struct poll_rig *p = *state;
	web_put_status(p->web, "/robots.txt", 500, "");
	FEED(p, "/feed.xml", "/a", "Satu");
	add_feed(p);
	start(p);
	poll_rig_wait_least(p, "netral_poll_polls_failed_total", 2);
	assert_int_equal(web_count(p->web, "/feed.xml"), 0);
	const struct msg_source_page *page = poll_rig_sources(p, 0, 0, false);
	assert_int_equal(page->source_count, 1);
	assert_non_null(strstr(page->sources[0].last_error, "robots.txt"));
}

static void a_redirect_is_asked_like_any_page(void **state)
{
	struct poll_rig *p = *state;
	char location[128];
	web_put(p->web, "/robots.txt", "text/plain", "User-agent: *\nDisallow: /closed\n");
	FEED(p, "/feed.xml", "/r1", "Satu", "/r2", "Dua");
	snprintf(location, sizeof(location), "Location: %s\r\n", web_url(p->web, "/a"));
	web_put_status(p->web, "/r1", 301, location);
	web_put_status(p->web, "/r2", 302, "Location: /closed/b\r\n");
	poll_rig_put_page(p, "/a", "satu", "");
	poll_rig_put_page(p, "/closed/b", "dua", "");
	add_feed(p);
	start(p);
	assert_string_equal(poll_rig_article(p)->url.ptr, web_url(p->web, "/a"));
	poll_rig_wait_counter(p, "netral_poll_items_given_up_robots_total", 1);
	assert_int_equal(web_count(p->web, "/closed/b"), 0);
}

static void a_missing_page_is_tried_three_times(void **state)
{
	struct poll_rig *p = *state;
	FEED(p, "/feed.xml", "/gone", "Satu");
	add_feed(p);
	start(p);
	poll_rig_wait_counter(p, "netral_poll_items_given_up_status_total", 1);
	assert_int_equal(web_count(p->web, "/gone"), 3);
	poll_rig_wait_counter(p, "netral_poll_items_pending", 0);
}

static void a_host_that_asks_for_rest_gets_it(void **state)
{
	struct poll_rig *p = *state;
	FEED(p, "/feed.xml", "/a", "Satu", "/b", "Dua");
	web_put_status(p->web, "/a", 429, "Retry-After: 3600\r\n");
	web_put_status(p->web, "/b", 429, "Retry-After: 3600\r\n");
	add_feed(p);
	start(p);
	/* Neither the second page nor the feed is asked for any more. */
	poll_rig_wait_least(p, "netral_poll_polls_put_off_total", 1);
	assert_int_equal(web_count(p->web, "/a") + web_count(p->web, "/b"), 1);
	assert_int_equal(poll_rig_counter(p, "netral_poll_items_pending"), 2);
}

static void a_feed_that_is_busy_is_told_so(void **state)
{
	struct poll_rig *p = *state;
	web_put_status(p->web, "/feed.xml", 429, "Retry-After: 3600\r\n");
	add_feed(p);
	start(p);
	poll_rig_wait_counter(p, "netral_poll_polls_busy_total", 1);
	const struct source_status *s = poll_rig_sources(p, 0, 0, false)->sources;
	assert_true(s->next_poll_ms >= s->last_poll_ms + 3600 * 1000);
	assert_int_equal(s->failures_in_row, 1);
}

/* Ports of one's choice, and private addresses, are for the hosts of the file alone. */
static void a_feed_leads_to_no_private_host(void **state)
{
	struct poll_rig *p = *state;
	struct web *inner = web_start("127.0.0.2");
	char xml[512];
	web_put(inner, "/secret", "text/html", "<p>Rahasia.</p>");
	snprintf(xml, sizeof(xml),
		 "<rss version=\"2.0\"><channel><item><title>Satu</title><link>%s</link></item>"
		 "<item><title>Dua</title><link>http://127.0.0.2/secret</link></item>"
		 "</channel></rss>",
		 web_url(inner, "/secret"));
	web_put(p->web, "/feed.xml", "application/rss+xml", xml);
	add_feed(p);
	start(p);
	poll_rig_wait_counter(p, "netral_poll_items_given_up_address_total", 1);
	/* robots.txt of the other cannot be had, since its address is refused. */
	poll_rig_wait_least(p, "netral_poll_fetch_refused_address_total", 1);
	assert_int_equal(web_count(inner, "/secret"), 0);
	web_stop(inner);
}

/* --- one and the others --- */

static void one_source_hangs_and_the_other_goes_on(void **state)
{
	struct poll_rig *p = *state;
	struct web *slow = web_start("127.0.0.2");
	web_put(slow, "/robots.txt", "text/plain", "");
	web_put_silence(slow, "/feed.xml");
	poll_rig_add(p, "Diam", "feed", web_url(slow, "/feed.xml"));
	FEED(p, "/feed.xml", "/a", "Satu");
	poll_rig_put_page(p, "/a", "satu", "");
	add_feed(p);
	start(p);
	web_await(slow, "/feed.xml", 1);
	unsigned count = web_count(p->web, "/feed.xml");
	web_await(p->web, "/feed.xml", count + 2);
	daemon_rig_wait_counter(p->d, ACCEPTED, 1);
	assert_int_equal(web_count(slow, "/feed.xml"), 1);
	rig_stop(p->poll);
	web_stop(slow);
}

static void a_broken_feed_says_so_at_its_source(void **state)
{
	struct poll_rig *p = *state;
	web_put(p->web, "/feed.xml", "text/html", "<html><body>Maaf</body></html>");
	add_feed(p);
	start(p);
	poll_rig_wait_least(p, "netral_poll_polls_failed_total", 1);
	const struct source_status *s = poll_rig_sources(p, 0, 0, false)->sources;
	assert_string_equal(s->name, "Kabar Kota");
	assert_int_equal(s->failures, s->polls);
	assert_true(s->last_error[0] != '\0');
}

/* --- the file of sources --- */

static void sighup_adds_and_removes_sources(void **state)
{
	struct poll_rig *p = *state;
	FEED(p, "/feed.xml", "/a", "Satu");
	FEED(p, "/new.xml", "/b", "Dua");
	poll_rig_put_page(p, "/a", "satu", "");
	poll_rig_put_page(p, "/b", "dua", "");
	add_feed(p);
	start(p);
	daemon_rig_wait_counter(p->d, ACCEPTED, 1);
	poll_rig_add(p, "Baru", "feed", web_url(p->web, "/new.xml"));
	rig_signal(p->poll, SIGHUP);
	daemon_rig_wait_counter(p->d, ACCEPTED, 2);
	poll_rig_forget_sources(p);
	poll_rig_add(p, "Baru Lagi", "feed", web_url(p->web, "/new.xml"));
	rig_signal(p->poll, SIGHUP);
	poll_rig_wait_counter(p, "netral_poll_sources", 1);
	/* Renamed, it is the same. */
	const struct source_status *s = poll_rig_sources(p, 0, 0, false)->sources;
	assert_string_equal(s->name, "Baru Lagi");
	assert_int_equal(s->articles, 1);
	/* A file with an error changes nothing. */
	rig_append(&p->d->rig, "sources.conf", "source Rusak {\n\tkind = rss\n}\n");
	rig_signal(p->poll, SIGHUP);
	unsigned count = web_count(p->web, "/new.xml");
	web_await(p->web, "/new.xml", count + 2);
	assert_int_equal(poll_rig_counter(p, "netral_poll_sources"), 1);
	assert_true(rig_log_has(p->poll, "the sources stay as they are"));
}

static void items_of_a_source_that_goes_end(void **state)
{
	struct poll_rig *p = *state;
	FEED(p, "/feed.xml", "/a", "Satu", "/b", "Dua");
	web_put_status(p->web, "/a", 503, "Retry-After: 3600\r\n");
	web_put_status(p->web, "/b", 503, "Retry-After: 3600\r\n");
	add_feed(p);
	start(p);
	poll_rig_wait_counter(p, "netral_poll_items_pending", 2);
	web_await(p->web, "/feed.xml", 1);
	poll_rig_wait_least(p, "netral_poll_items_retried_total", 1);
	poll_rig_forget_sources(p);
	rig_signal(p->poll, SIGHUP);
	poll_rig_wait_counter(p, "netral_poll_items_pending", 0);
	poll_rig_wait_counter(p, "netral_poll_items_given_up_gone_total", 2);
}

static void sources_are_listed_in_pages(void **state)
{
	struct poll_rig *p = *state;
	char name[32], path[32];
	for (int i = 0; i < 5; i++) {
		snprintf(name, sizeof(name), "Sumber %d", i);
		snprintf(path, sizeof(path), "/%d.xml", i);
		poll_rig_add(p, name, "feed", web_url(p->web, path));
	}
	poll_rig_start(p);
	const struct msg_source_page *page = poll_rig_sources(p, 0, 3, false);
	assert_int_equal(page->source_count, 3);
	assert_int_equal(page->total, 5);
	assert_string_equal(page->sources[2].name, "Sumber 2");
	assert_string_equal(page->sources[0].kind, "feed");
	assert_true(page->sources[0].enabled);
	page = poll_rig_sources(p, page->next, 3, false);
	assert_int_equal(page->source_count, 2);
	assert_int_equal(page->next, 0);
	assert_string_equal(page->sources[1].name, "Sumber 4");
	assert_int_equal(poll_rig_sources(p, 0, 0, true)->source_count, 0);
}

static void the_configuration_is_checked(void **state)
{
	struct poll_rig *p = *state;
	const char *without[] = {"--config", "/dev/null", "--check-config", NULL};
	const char *bad[] = {"--config",       "/dev/null",
			     "--set",          "contact=a@b.invalid",
			     "--set",          "allow_addresses=127.0.0.0/8, intranet",
			     "--check-config", NULL};
	struct rig_process *process = rig_start(&p->d->rig, "netral-poll", without, NULL);
	assert_int_equal(rig_wait_exit(process), EX_CONFIG);
	assert_true(rig_log_has(process, "contact: is missing"));
	process = rig_start(&p->d->rig, "netral-poll", bad, NULL);
	assert_int_equal(rig_wait_exit(process), EX_CONFIG);
	assert_true(rig_log_has(process, "\"intranet\" is no range"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, poll_rig_set_up, poll_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_article_of_a_feed_reaches_netrald),
		TEST(the_time_of_the_feed_counts_where_the_page_has_none),
		TEST(the_whole_pipeline_stores_what_was_polled),
		TEST(a_full_text_is_taken_without_its_page),
		TEST(the_teaser_is_taken_where_the_page_has_no_text),
		TEST(pages_of_one_article_are_joined),
		TEST(an_amp_twin_is_not_taken_again),
		TEST(two_feeds_name_one_article),
		TEST(an_index_of_packed_sitemaps_is_followed),
		TEST(the_links_of_a_page_are_followed),
		TEST(a_restart_asks_with_the_etag_and_takes_nothing_twice),
		TEST(what_waits_survives_a_feed_that_rolls_over),
		TEST(netrald_may_come_later_and_go),
		TEST(a_crash_loses_nothing_and_doubles_nothing),
		TEST(a_page_that_kills_the_reader_is_given_up),
		TEST(robots_rules_are_kept),
		TEST(nothing_is_fetched_without_an_answer_for_robots),
		TEST(a_redirect_is_asked_like_any_page),
		TEST(a_missing_page_is_tried_three_times),
		TEST(a_host_that_asks_for_rest_gets_it),
		TEST(a_feed_that_is_busy_is_told_so),
		TEST(a_feed_leads_to_no_private_host),
		TEST(one_source_hangs_and_the_other_goes_on),
		TEST(a_broken_feed_says_so_at_its_source),
		TEST(sighup_adds_and_removes_sources),
		TEST(items_of_a_source_that_goes_end),
		TEST(sources_are_listed_in_pages),
		TEST(the_configuration_is_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* netral-poll among sites whose status, redirects or robots.txt lead nowhere. */
#include "tests/process/hostile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A site with a feed of one article, "/a". */
static struct web *site_with_feed(struct hostile *h, const char *path)
{
	struct web *web = hostile_site(h);
	web_put(web, path, "application/rss+xml",
		"<rss version=\"2.0\"><channel><item><title>Satu</title><link>@/a</link></item>"
		"</channel></rss>");
	web_put(web, "/a", "text/html",
		"<html><body><article><h1>Kabar satu</h1><p>Camat mengajak seluruh perangkat "
		"kecamatan bersikap netral sampai hari pemungutan suara.</p></article></body>"
		"</html>");
	return web;
}

static unsigned add_feed(struct hostile *h, struct web *web)
{
	return hostile_add(h, "feed", web_url(web, "/feed.xml"));
}

/* --- redirects --- */

static void a_redirect_leads_to_the_feed(void **state)
{
	struct hostile *h = *state;
	struct web *web = site_with_feed(h, "/moved.xml");
	web_put_status(web, "/feed.xml", 301, "Location: /moved.xml\r\n");
	unsigned feed = add_feed(h, web);
	hostile_start(h);
	hostile_expect_articles(h, feed, 1);
	assert_string_equal(hostile_source(h, feed)->last_error, "");
	/* The validators are those of where it led. */
	web_await_unchanged(web, "/moved.xml", 1);
	assert_int_equal(web_count_unchanged(web, "/feed.xml"), 0);
	hostile_expect_undisturbed(h);
}

static void a_circle_of_redirects_ends(void **state)
{
	struct hostile *h = *state;
	struct web *self = hostile_site(h), *pair = hostile_site(h);
	web_put_status(self, "/feed.xml", 302, "Location: /feed.xml\r\n");
	web_put_status(pair, "/feed.xml", 302, "Location: /other.xml\r\n");
	web_put_status(pair, "/other.xml", 307, "Location: /feed.xml\r\n");
	unsigned of_self = add_feed(h, self), of_pair = add_feed(h, pair);
	hostile_start(h);
	hostile_expect(h, of_self, "too many redirects");
	hostile_expect(h, of_pair, "too many redirects");
	hostile_expect_undisturbed(h);
}

static void a_redirect_leads_to_no_private_address(void **state)
{
	static const struct {
		const char *location, *reason;
	} cases[] = {
		{"http://10.0.0.1/feed.xml", "address 10.0.0.1 is refused"},
		{"http://169.254.169.254/latest/meta-data/", "address 169.254.169.254 is refused"},
		{"http://127.0.9.9/feed.xml", "address 127.0.9.9 is refused"},
		{"http://0x7f.9.9/feed.xml", "is refused"},
		{"http://[::1]/feed.xml", "address [::1] is refused"},
		{"http://127.0.9.9:22/", "a port other than 80 and 443"},
		{"file:///etc/passwd", "file"},
		{"http://user:secret@127.0.9.9/", "user name"},
		{"http://", "redirect"},
	};
	enum { COUNT = sizeof(cases) / sizeof(cases[0]) };
	struct hostile *h = *state;
	unsigned feeds[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		char header[128];
		struct web *web = hostile_site(h);
		snprintf(header, sizeof(header), "Location: %s\r\n", cases[i].location);
		web_put_status(web, "/feed.xml", 302, header);
		feeds[i] = add_feed(h, web);
	}
	hostile_start(h);
	for (size_t i = 0; i < COUNT; i++)
		hostile_expect(h, feeds[i], cases[i].reason);
	hostile_expect_undisturbed(h);
}

/* --- statuses --- */

static bool answer_errors(struct connection *c, void *user)
{
	static const int statuses[] = {500, 502, 503, 504};
	unsigned *count = user; /* one connection at a time */
	return connection_printf(c, "HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n",
				 statuses[(*count)++ % 4]);
}

static void a_storm_of_errors_passes(void **state)
{
	struct hostile *h = *state;
	unsigned count = 0;
	unsigned storm = hostile_feed(h, answer_errors, &count);
	struct web *web = site_with_feed(h, "/feed.xml");
	web_put_status(web, "/feed.xml", 502, "");
	unsigned well_again = add_feed(h, web);
	hostile_start(h);
	hostile_expect(h, storm, "HTTP 500");
	hostile_expect(h, storm, "HTTP 502");
	hostile_expect(h, storm, "HTTP 503");
	hostile_expect(h, well_again, "HTTP 502");
	hostile_expect_undisturbed(h);
	web_put(web, "/feed.xml", "application/rss+xml",
		"<rss version=\"2.0\"><channel><item><title>Satu</title><link>@/a</link></item>"
		"</channel></rss>");
	hostile_expect_articles(h, well_again, 1);
	assert_int_equal(hostile_source(h, well_again)->failures_in_row, 0);
}

static void who_asks_for_rest_says_for_how_long(void **state)
{
	struct hostile *h = *state;
	struct web *busy = hostile_site(h), *vague = hostile_site(h), *down = hostile_site(h);
	web_put_status(busy, "/feed.xml", 429, "Retry-After: 3600\r\n");
	web_put_status(vague, "/feed.xml", 429, "Retry-After: soon\r\n");
	web_put_status(down, "/feed.xml", 503, "Retry-After: 7200\r\n");
	unsigned of_busy = add_feed(h, busy), of_vague = add_feed(h, vague),
		 of_down = add_feed(h, down);
	hostile_start(h);
	hostile_expect(h, of_busy, "HTTP 429, to be asked again in 3600 s");
	hostile_expect(h, of_vague, "HTTP 429, does not say until when");
	hostile_expect(h, of_down, "HTTP 503, to be asked again in 7200 s");
	const struct source_status *s = hostile_source(h, of_down);
	assert_true(s->next_poll_ms >= s->last_poll_ms + 7200 * 1000);
	assert_int_equal(web_count(busy, "/feed.xml"), 1);
	hostile_expect_undisturbed(h);
}

static bool answer_304(struct connection *c, void *user)
{
	(void)user;
	return connection_printf(c, "HTTP/1.1 304 Same\r\nETag: \"1\"\r\n\r\n");
}

static void a_304_without_a_condition_is_no_answer(void **state)
{
	struct hostile *h = *state;
	unsigned feed = hostile_feed(h, answer_304, NULL);
	hostile_start(h);
	hostile_expect(h, feed, "HTTP 304 to a request without conditions");
	hostile_expect_undisturbed(h);
}

/* --- robots.txt --- */

static void robots_rules_name_their_source(void **state)
{
	struct hostile *h = *state;
	struct web *closed = site_with_feed(h, "/feed.xml"), *down = site_with_feed(h, "/feed.xml"),
		   *moved = site_with_feed(h, "/feed.xml"), *inner = site_with_feed(h, "/feed.xml"),
		   *circle = site_with_feed(h, "/feed.xml");
	web_put(closed, "/robots.txt", "text/plain", "User-agent: *\nDisallow: /\n");
	web_put_status(down, "/robots.txt", 503, "");
	web_put_status(moved, "/robots.txt", 301, "Location: /rules.txt\r\n");
	web_put(moved, "/rules.txt", "text/plain", "User-agent: netral\nDisallow: /feed\n");
	web_put_status(inner, "/robots.txt", 302, "Location: http://127.0.9.9/robots.txt\r\n");
	web_put_status(circle, "/robots.txt", 302, "Location: /robots.txt\r\n");
	unsigned of_closed = add_feed(h, closed), of_down = add_feed(h, down),
		 of_moved = add_feed(h, moved), of_inner = add_feed(h, inner),
		 of_circle = add_feed(h, circle);
	hostile_start(h);
	hostile_expect(h, of_closed, "robots.txt does not allow it");
	hostile_expect(h, of_down, "robots.txt of its host: HTTP 503");
	hostile_expect(h, of_moved, "robots.txt does not allow it");
	hostile_expect(h, of_inner, "robots.txt of its host: address 127.0.9.9 is refused");
	/* Redirects without end are as good as no file (RFC 9309, 2.3.1.2). */
	hostile_expect_articles(h, of_circle, 1);
	assert_int_equal(web_count(closed, "/feed.xml") + web_count(down, "/feed.xml") +
				 web_count(moved, "/feed.xml") + web_count(inner, "/feed.xml"),
			 0);
	hostile_expect_undisturbed(h);
}

static bool answer_much(struct connection *c, void *user)
{
	char line[1024];
	size_t left = *(const size_t *)user;
	memset(line, 'x', sizeof(line));
	memcpy(line, "Disallow: /", 11);
	line[sizeof(line) - 1] = '\n';
	bool on = connection_printf(c, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", left);
	for (; on && left > 0; left -= sizeof(line))
		on = connection_send(c, line, sizeof(line));
	return on;
}

static void a_robots_file_without_end_is_no_answer(void **state)
{
	static const size_t size = 10 << 20;
	struct hostile *h = *state;
	struct web *web = site_with_feed(h, "/feed.xml");
	web_on(web, "/robots.txt", answer_much, (void *)(uintptr_t)&size);
	unsigned feed = add_feed(h, web);
	hostile_start(h);
	hostile_expect(h, feed, "robots.txt of its host: body exceeds");
	assert_int_equal(web_count(web, "/feed.xml"), 0);
	hostile_expect_undisturbed(h);
	hostile_expect_memory(h, 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOSTILE_TEST(a_redirect_leads_to_the_feed),
		HOSTILE_TEST(a_circle_of_redirects_ends),
		HOSTILE_TEST(a_redirect_leads_to_no_private_address),
		HOSTILE_TEST(a_storm_of_errors_passes),
		HOSTILE_TEST(who_asks_for_rest_says_for_how_long),
		HOSTILE_TEST(a_304_without_a_condition_is_no_answer),
		HOSTILE_TEST(robots_rules_name_their_source),
		HOSTILE_TEST(a_robots_file_without_end_is_no_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

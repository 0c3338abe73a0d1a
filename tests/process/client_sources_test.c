/* netral sources against a server of the test's own. A trial asks for robots.txt, the source and
 * its first article, and rests a second between two of them: so each is worth several assertions.
 */
#include "tests/process/client.h"
#include "tests/unit/fetch/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

#define CONTACT "--contact", "redaksi@warta.example", "--allow", "127.0.0.0/8"

struct stage {
	struct rig rig;
	struct server *site;
	char file[RIG_PATH_SIZE];
};

static bool send_text(struct connection *c, const char *type, const char *body)
{
	return connection_printf(
		c, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s", type,
		strlen(body), body);
}

static bool on_robots(struct connection *c, void *user)
{
	(void)user;
	return send_text(c, "text/plain", "Sitemap: /peta.xml\n");
}

static bool on_article(struct connection *c, void *user)
{
	(void)user;
	return send_text(
		c, "text/html",
		"<title>Guru ucap ikrar</title><h1>Guru ucap ikrar</h1><article>"
		"<p>Sebanyak dua ratus guru mengucapkan ikrar netral di halaman kantor "
		"dinas, disaksikan pengawas pemilu.</p><p>Setelah itu naskahnya ditempel di "
		"papan pengumuman, supaya dibaca wali murid.</p></article>");
}

/* A title that is markup, syntax and a variable to one or another who reads it. */
static bool on_feed(struct connection *c, void *user)
{
	(void)user;
	return send_text(c, "application/rss+xml",
			 "<rss version=\"2.0\"><channel><title>Kabar  \"Lembah\"\n${HOME} \\ # }"
			 "</title><item><title>Guru</title><link>/artikel</link></item>"
			 "</channel></rss>");
}

static bool on_empty_feed(struct connection *c, void *user)
{
	(void)user;
	return send_text(c, "application/rss+xml",
			 "<rss version=\"2.0\"><channel><title>Sepi</title></channel></rss>");
}

static bool on_front(struct connection *c, void *user)
{
	(void)user;
	return send_text(c, "text/html",
			 "<link rel=alternate type=application/rss+xml href=/feed><div></div>");
}

static bool on_sitemap(struct connection *c, void *user)
{
	(void)user;
	return send_text(c, "application/xml",
			 "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"
			 "<url><loc>/artikel</loc></url></urlset>");
}

static bool on_moved(struct connection *c, void *user)
{
	(void)user;
	return connection_printf(
		c, "HTTP/1.1 302 Found\r\nLocation: /feed\r\nContent-Length: 0\r\n\r\n");
}

static bool on_missing(struct connection *c, void *user)
{
	(void)user;
	return connection_printf(c, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
}

static int set_up(void **state)
{
	struct stage *s = calloc(1, sizeof(*s));
	if (!s)
		return -1;
	rig_init(&s->rig);
	s->site = server_start("127.0.0.1");
	if (!s->site)
		return -1;
	server_on(s->site, "/robots.txt", on_robots, NULL);
	server_on(s->site, "/artikel", on_article, NULL);
	server_on(s->site, "/feed", on_feed, NULL);
	server_on(s->site, "/sepi", on_empty_feed, NULL);
	server_on(s->site, "/depan", on_front, NULL);
	server_on(s->site, "/peta.xml", on_sitemap, NULL);
	server_on(s->site, "/pindah", on_moved, NULL);
	server_on(s->site, "*", on_missing, NULL);
	snprintf(s->file, sizeof(s->file), "%s", rig_path(&s->rig, "sources.conf"));
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *s = *state;
	server_stop(s->site);
	rig_fini(&s->rig);
	free(s);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#define ADD(s, ret, url, ...)                                                                      \
	CLIENT_RUN(&(s)->rig, ret, "sources", "add", url, "--sources", (s)->file, __VA_ARGS__)

/* The sources of the file, as `sources list` reads them; to be ended with json_decref(). */
static json_t *listed(struct stage *s)
{
	struct rig_process *p;
	assert_int_equal(CLIENT_RUN(&s->rig, &p, "sources", "list", "--json", "--sources", s->file),
			 EX_OK);
	return client_lines(p);
}

static void expect_source(const json_t *lines, size_t at, const char *name, const char *kind,
			  const char *url)
{
	const json_t *line = json_array_get(lines, at);
	assert_string_equal(client_string(line, "name"), name);
	assert_string_equal(client_string(line, "kind"), kind);
	assert_string_equal(client_string(line, "url"), url);
}

static void test_add_a_feed(void **state)
{
	struct stage *s = *state;
	struct rig_process *p;
	const char *feed = server_url(s->site, "/feed");
	rig_write_file(&s->rig, "sources.conf", "# mine\n", 7);
	assert_int_equal(ADD(s, &p, feed, CONTACT, "--min-interval", "5min"), EX_OK);
	char *output = rig_output(p);
	assert_non_null(strstr(output, "added \"Kabar \"Lembah\" ${HOME} \\ # }\" to "));
	assert_non_null(strstr(output, "systemctl reload netral-poll\n"));
	free(output);
	char *text = rig_read_file(&s->rig, "sources.conf");
	assert_memory_equal(text, "# mine\n\nsource ", 15);
	free(text);
	json_t *lines = listed(s);
	assert_int_equal(json_array_size(lines), 1);
	expect_source(lines, 0, "Kabar \"Lembah\" ${HOME} \\ # }", "feed", feed);
	assert_int_equal(client_number(json_array_get(lines, 0), "min_interval_ms"), 300000);
	json_decref(lines);

	/* Again, also by way of another address; the first is refused before anything is fetched.
	 */
	unsigned asked = server_counts(s->site).requests;
	assert_int_equal(ADD(s, &p, feed, CONTACT), EX_DATAERR);
	assert_true(rig_log_has(p, "already, as \"Kabar"));
	assert_int_equal(server_counts(s->site).requests, asked);
	assert_int_equal(ADD(s, &p, server_url(s->site, "/pindah"), CONTACT), EX_DATAERR);
	assert_true(rig_log_has(p, "already, as \"Kabar"));
}

static void test_add_a_sitemap(void **state)
{
	struct stage *s = *state;
	struct rig_process *p;
	const char *map = server_url(s->site, "/peta.xml");
	assert_int_equal(ADD(s, &p, map, CONTACT, "--json"), EX_OK);
	json_t *lines = client_lines(p);
	expect_source(lines, 0, "127.0.0.1", "sitemap", map);
	assert_true(json_is_true(client_get(json_array_get(lines, 0), "added")));
	json_decref(lines);
	lines = listed(s);
	expect_source(lines, 0, "127.0.0.1", "sitemap", map);
	json_decref(lines);
}

static void test_what_gives_nothing_is_refused(void **state)
{
	struct stage *s = *state;
	struct rig_process *p;
	const char *empty = server_url(s->site, "/sepi");
	assert_int_equal(ADD(s, &p, empty, CONTACT), EX_UNAVAILABLE);
	assert_true(rig_log_has(p, "the feed has no items; --force adds it all the same"));
	assert_int_equal(ADD(s, &p, server_url(s->site, "/tiada"), CONTACT), EX_UNAVAILABLE);
	assert_true(rig_log_has(p, "404"));
	assert_null(rig_read_file(&s->rig, "sources.conf"));

	assert_int_equal(ADD(s, &p, empty, CONTACT, "--force"), EX_OK);
	assert_true(rig_log_has(p, "the feed has no items\n"));
	json_t *lines = listed(s);
	expect_source(lines, 0, "Sepi", "feed", empty);
	json_decref(lines);
}

/* What the page names is proposed; its links are polled where that is wanted. */
static void test_a_page(void **state)
{
	struct stage *s = *state;
	struct rig_process *p;
	char sentence[200];
	const char *front = server_url(s->site, "/depan");
	assert_int_equal(ADD(s, &p, front, CONTACT), EX_UNAVAILABLE);
	assert_true(rig_log_has(p, "it is a page; --kind page polls the links in it"));
	snprintf(sentence, sizeof(sentence), "the page names a feed: %s\n",
		 server_url(s->site, "/feed"));
	assert_true(rig_log_has(p, sentence));
	snprintf(sentence, sizeof(sentence), "names a sitemap: %s\n",
		 server_url(s->site, "/peta.xml"));
	assert_true(rig_log_has(p, sentence));
	assert_int_equal(ADD(s, &p, front, CONTACT, "--kind", "page", "--name", "Depan"), EX_OK);
	json_t *lines = listed(s);
	expect_source(lines, 0, "Depan", "page", front);
	json_decref(lines);
}

static void test_dry_run(void **state)
{
	struct stage *s = *state;
	struct rig_process *p;
	char section[300];
	const char *feed = server_url(s->site, "/feed");
	assert_int_equal(ADD(s, &p, feed, CONTACT, "--dry-run", "--name", "Kabar"), EX_OK);
	char *output = rig_output(p);
	snprintf(section, sizeof(section), "source \"Kabar\" {\n\tkind = feed\n\turl = \"%s\"\n}\n",
		 feed);
	assert_string_equal(output, section);
	free(output);
	assert_null(rig_read_file(&s->rig, "sources.conf"));
}

static void test_without_a_trial(void **state)
{
	struct stage *s = *state;
	struct rig_process *p;
	assert_int_equal(ADD(s, &p, "https://www.kabar.example:443/rss", "--no-test"), EX_OK);
	assert_int_equal(ADD(s, &p, "https://kabar.example/lain", "--no-test"), EX_DATAERR);
	assert_true(rig_log_has(p, "choose one with --name"));
	assert_int_equal(ADD(s, &p, "https://kabar.example/lain", "--no-test", "--name", "Lain",
			     "--kind", "sitemap"),
			 EX_OK);
	assert_int_equal(server_counts(s->site).requests, 0);
	json_t *lines = listed(s);
	assert_int_equal(json_array_size(lines), 2);
	expect_source(lines, 0, "kabar.example", "feed", "https://www.kabar.example/rss");
	expect_source(lines, 1, "Lain", "sitemap", "https://kabar.example/lain");
	json_decref(lines);
}

static void test_usage(void **state)
{
	struct stage *s = *state;
	struct rig_process *p;
	const char *feed = server_url(s->site, "/feed");
	assert_int_equal(CLIENT_RUN(&s->rig, NULL, "sources", "add"), EX_USAGE);
	assert_int_equal(ADD(s, &p, feed, "--json"), EX_USAGE);
	assert_true(rig_log_has(p, "--contact"));
	assert_int_equal(ADD(s, &p, feed, CONTACT, "--kind", "rss"), EX_USAGE);
	assert_true(rig_log_has(p, "kind: \"rss\" is not feed, sitemap or page"));
	assert_int_equal(ADD(s, &p, feed, CONTACT, "--min-interval", "soon"), EX_USAGE);
	assert_int_equal(ADD(s, &p, feed, CONTACT, "--name", "a\nb"), EX_USAGE);
	assert_int_equal(ADD(s, &p, "ftp://kabar.example/", CONTACT), EX_USAGE);
	rig_write_file(&s->rig, "sources.conf", "source A {\n", 11);
	assert_int_equal(ADD(s, &p, feed, CONTACT), EX_CONFIG);
	assert_true(rig_log_has(p, "sources.conf:"));
	assert_int_equal(server_counts(s->site).requests, 0);
}

static void test_try_a_page(void **state)
{
	struct stage *s = *state;
	struct rig_process *p;
	char words[200];
	assert_int_equal(
		CLIENT_RUN(&s->rig, &p, "sources", "test", server_url(s->site, "/depan"), CONTACT),
		EX_OK);
	char *output = rig_output(p);
	snprintf(words, sizeof(words),
		 "\nThe page names these feeds; try one of them:\n  %s\n"
		 "\nThe site's robots.txt names these sitemaps:\n  %s\n",
		 server_url(s->site, "/feed"), server_url(s->site, "/peta.xml"));
	if (!strstr(output, words))
		fail_msg("no \"%s\" in:\n%s", words, output);
	assert_non_null(strstr(output, "The page itself cannot be taken in: "));
	free(output);
	assert_int_equal(CLIENT_RUN(&s->rig, &p, "sources", "test", server_url(s->site, "/depan"),
				    CONTACT, "--json"),
			 EX_OK);
	json_t *lines = client_lines(p);
	const json_t *feeds = client_get(json_array_get(lines, 0), "feeds");
	assert_int_equal(json_array_size(feeds), 1);
	assert_string_equal(json_string_value(json_array_get(feeds, 0)),
			    server_url(s->site, "/feed"));
	json_decref(lines);
}

static void test_try_a_feed(void **state)
{
	struct stage *s = *state;
	struct rig_process *p;
	assert_int_equal(
		CLIENT_RUN(&s->rig, &p, "sources", "test", server_url(s->site, "/feed"), CONTACT),
		EX_OK);
	char *output = rig_output(p);
	assert_non_null(strstr(output, ": RSS, 1 entries\n"));
	assert_non_null(strstr(output, " Guru\n"));
	assert_non_null(strstr(output, "\nGuru ucap ikrar\n  Sebanyak dua ratus guru"));
	assert_null(strstr(output, "sitemaps"));
	free(output);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_add_a_feed),
		TEST(test_add_a_sitemap),
		TEST(test_what_gives_nothing_is_refused),
		TEST(test_a_page),
		TEST(test_dry_run),
		TEST(test_without_a_trial),
		TEST(test_usage),
		TEST(test_try_a_page),
		TEST(test_try_a_feed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

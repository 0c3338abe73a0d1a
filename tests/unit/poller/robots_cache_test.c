/* The rules of sites, from a server on a loopback address. */
#include "poller/robots_cache.h"

#include "lib/error.h"
#include "tests/unit/fetch/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct loop *loop;
	struct fetcher *fetcher;
	struct reach reach;
	struct robots_cache *cache;
	struct server *server;
	struct robots_waiter waiter;
	unsigned told;
};

static const char *answer = ""; /* of the server, as a whole */

static bool serve(struct connection *c, void *user)
{
	(void)user;
	connection_printf(c, "%s", answer);
	return false;
}

static int on_signal(void *user, int signo)
{
	(void)user;
	(void)signo;
	return 0;
}

static void on_known(void *user)
{
	struct fixture *f = user;
	f->told++;
	loop_stop(f->loop);
}

static bool names_the_server(void *user, const struct text *url)
{
	(void)user;
	return strstr(url->ptr, "//127.0.0.1:") != NULL;
}

static int set_up(void **state)
{
	static const char *const allow[] = {"127.0.0.0/8"};
	const struct fetch_options o = {.contact = "tests@netral.invalid",
					.allow = allow,
					.allow_count = 1,
					.concurrency = 2,
					.requests_max = 10,
					.host_delay_ms = 1};
	char reason[FETCH_REASON_SIZE];
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	assert_int_equal(loop_new(on_signal, NULL, false, &f->loop), NETRAL_OK);
	assert_int_equal(fetcher_new(f->loop, &o, reason, &f->fetcher), NETRAL_OK);
	f->reach = (struct reach){names_the_server, NULL, 60000};
	assert_int_equal(robots_cache_new(f->loop, f->fetcher, &f->reach, &f->cache), NETRAL_OK);
	f->server = server_start("127.0.0.1");
	assert_non_null(f->server);
	server_on(f->server, "*", serve, NULL);
	f->waiter.known = on_known;
	f->waiter.user = f;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	robots_cache_free(f->cache);
	fetcher_free(f->fetcher);
	loop_free(f->loop);
	server_stop(f->server);
	free(f);
	return 0;
}

/* Asks, and waits for the answer if need be. */
static enum robots_verdict ask(struct fixture *f, const char *path, uint32_t *ret_delay_ms)
{
	const char *s = server_url(f->server, path);
	struct text url = {s, strlen(s)};
	enum robots_verdict v = robots_cache_ask(f->cache, &url, &f->waiter, ret_delay_ms);
	if (v == ROBOTS_LATER) {
		assert_int_equal(loop_run(f->loop), NETRAL_OK);
		v = robots_cache_ask(f->cache, &url, &f->waiter, ret_delay_ms);
	}
	return v;
}

#define OK(body) "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" body

static void rules_are_asked_for_once(void **state)
{
	struct fixture *f = *state;
	uint32_t delay;
	answer = OK("User-agent: *\nDisallow: /private\nCrawl-delay: 3\n");
	assert_int_equal(ask(f, "/a", &delay), ROBOTS_ALLOWED);
	assert_int_equal(delay, 3000);
	assert_int_equal(ask(f, "/private/x", &delay), ROBOTS_FORBIDDEN);
	assert_int_equal(ask(f, "/b?private", &delay), ROBOTS_ALLOWED);
	assert_int_equal(server_counts(f->server).requests, 1);
	assert_int_equal(f->told, 1);
	assert_int_equal(robots_cache_counts(f->cache).hosts, 1);
	assert_int_equal(robots_cache_counts(f->cache).fetched, 1);
}

static void a_long_delay_is_cut(void **state)
{
	struct fixture *f = *state;
	uint32_t delay;
	answer = OK("User-agent: *\nCrawl-delay: 900\n");
	assert_int_equal(ask(f, "/a", &delay), ROBOTS_ALLOWED);
	assert_int_equal(delay, ROBOTS_DELAY_BOUND_MS);
}

static void no_file_allows_all(void **state)
{
	struct fixture *f = *state;
	uint32_t delay;
	answer = "HTTP/1.0 404 No\r\n\r\n";
	assert_int_equal(ask(f, "/a", &delay), ROBOTS_ALLOWED);
	assert_int_equal(ask(f, "/a", &delay), ROBOTS_ALLOWED);
	assert_int_equal(server_counts(f->server).requests, 1);
}

static void no_answer_forbids_all(void **state)
{
	static const char *const answers[] = {"HTTP/1.0 503 No\r\n\r\n", "HTTP/1.0 429 No\r\n\r\n",
					      "nonsense\r\n\r\n"};
	static const char *const reasons[] = {"HTTP 503", "HTTP 429", "HTTP/0.9"};
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		uint32_t delay;
		void *own;
		assert_int_equal(set_up(&own), 0);
		struct fixture *f = own;
		answer = answers[i];
		assert_int_equal(ask(f, "/a", &delay), ROBOTS_SILENT);
		assert_non_null(strstr(f->waiter.reason, reasons[i]));
		/* It is not asked again at once. */
		assert_int_equal(ask(f, "/b", &delay), ROBOTS_SILENT);
		assert_int_equal(server_counts(f->server).requests, 1);
		tear_down(&own);
	}
	(void)state;
}

static void redirects_are_followed_within_reach(void **state)
{
	struct fixture *f = *state;
	struct server *inner = server_start("127.0.0.2"); /* allowed, but named by nobody */
	char to[256];
	uint32_t delay;
	assert_non_null(inner);
	snprintf(to, sizeof(to), "HTTP/1.0 301 Moved\r\nLocation: %s\r\n\r\n",
		 server_url(inner, "/robots.txt"));
	answer = to;
	assert_int_equal(ask(f, "/a", &delay), ROBOTS_ALLOWED);
	assert_int_equal(server_counts(f->server).requests, 1);
	assert_int_equal(server_counts(inner).requests, 0);
	server_stop(inner);
}

static void a_circle_of_redirects_is_no_file(void **state)
{
	struct fixture *f = *state;
	uint32_t delay;
	answer = "HTTP/1.0 302 Moved\r\nLocation: /robots.txt\r\n\r\n";
	assert_int_equal(ask(f, "/a", &delay), ROBOTS_ALLOWED);
	assert_int_equal(server_counts(f->server).requests, 6);
}

static void who_leaves_is_not_told(void **state)
{
	struct fixture *f = *state;
	struct robots_waiter other = {.known = on_known, .user = f};
	const char *s = server_url(f->server, "/a");
	struct text url = {s, strlen(s)};
	uint32_t delay;
	answer = OK("");
	assert_int_equal(robots_cache_ask(f->cache, &url, &f->waiter, &delay), ROBOTS_LATER);
	assert_int_equal(robots_cache_ask(f->cache, &url, &other, &delay), ROBOTS_LATER);
	robots_cache_leave(&other);
	assert_int_equal(loop_run(f->loop), NETRAL_OK);
	assert_int_equal(f->told, 1);
}

/* Hosts that cannot be reached are as good as any for this. */
static void the_least_recently_used_goes(void **state)
{
	struct fixture *f = *state;
	struct robots_waiter w = {.known = on_known, .user = f};
	uint32_t delay;
	for (int i = 0; i < ROBOTS_CACHE_HOSTS + 20; i++) {
		char s[64];
		int len = snprintf(s, sizeof(s), "https://host-%d.invalid/", i);
		/* Ten requests at most: the rest has no answer at once, and is not under way. */
		(void)robots_cache_ask(f->cache, &(struct text){s, (size_t)len}, &w, &delay);
		robots_cache_leave(&w);
	}
	struct robots_cache_counts c = robots_cache_counts(f->cache);
	assert_int_equal(c.hosts, ROBOTS_CACHE_HOSTS);
	assert_int_equal(c.dropped, 20);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(rules_are_asked_for_once),
		TEST(a_long_delay_is_cut),
		TEST(no_file_allows_all),
		TEST(no_answer_forbids_all),
		TEST(redirects_are_followed_within_reach),
		TEST(a_circle_of_redirects_is_no_file),
		TEST(who_leaves_is_not_told),
		TEST(the_least_recently_used_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Redirects: followed, in a circle, too many, and to where nobody goes. */
#include "rig.h"

/* Redirects to `user`. */
static bool redirect(struct connection *c, void *user)
{
	const char *location = user;
	return connection_printf(
		c, "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 3\r\n\r\nno\n", location);
}

/* /n redirects to /n-1; /0 is there. */
static bool count_down(struct connection *c, void *user)
{
	(void)user;
	int n = atoi(connection_path(c) + 1);
	if (n > 0)
		return connection_printf(c,
					 "HTTP/1.1 301 Moved\r\nLocation: %d\r\n"
					 "Content-Length: 0\r\n\r\n",
					 n - 1);
	return connection_printf(c, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere");
}

static void test_followed(void **state)
{
	struct rig *rig = *state;
	server_on(rig->bad, "*", count_down, NULL);
	const struct seen *s = rig_one(rig, server_url(rig->bad, "/5"));
	rig_expect(s, FETCH_OK, "200");
	assert_string_equal(s->url, server_url(rig->bad, "/0"));
	assert_string_equal(s->body, "here");
	assert_true(fetcher_counters(rig->fetcher)->redirects == 5);
}

static void test_too_many(void **state)
{
	struct rig *rig = *state;
	server_on(rig->bad, "*", count_down, NULL);
	const struct seen *s = rig_one(rig, server_url(rig->bad, "/6"));
	rig_expect(s, FETCH_REDIRECT, "more redirects than 5");
	assert_int_equal(s->status, 301);
	assert_string_equal(s->url, server_url(rig->bad, "/1"));
	assert_string_equal(s->location, server_url(rig->bad, "/0"));
}

static void test_none_wanted(void **state)
{
	struct rig *rig = *state;
	rig->limits.redirects = 0;
	server_on(rig->bad, "*", count_down, NULL);
	const struct seen *s = rig_one(rig, server_url(rig->bad, "/1"));
	rig_expect(s, FETCH_REDIRECT, "more redirects than 0");
	assert_string_equal(s->location, server_url(rig->bad, "/0"));
}

static void test_circles(void **state)
{
	struct rig *rig = *state;
	static char a[] = "/a", b[] = "/b#again", empty[] = "";
	server_on(rig->bad, "/b", redirect, a);
	const struct seen *s = rig_path(rig, "/a", redirect, b);
	rig_expect(s, FETCH_REDIRECT, "in a circle");
	s = rig_path(rig, "/empty", redirect, empty);
	rig_expect(s, FETCH_REDIRECT, "URL: ");
	static char there[] = "/there";
	s = rig_path(rig, "/there", redirect, there);
	rig_expect(s, FETCH_REDIRECT, "in a circle");
	assert_int_equal(server_counts(rig->bad).requests, 4);
}

static void test_to_another_host(void **state)
{
	struct rig *rig = *state;
	static char url[256];
	strcpy(url, server_url(rig->good, "/other"));
	const struct seen *s = rig_path(rig, "/x", redirect, url);
	rig_expect(s, FETCH_OK, "200");
	assert_string_equal(s->url, url);
}

static void test_refused_targets(void **state)
{
	struct rig *rig = *state;
	static const struct {
		const char *path, *to;
		enum fetch_outcome outcome;
		const char *reason;
	} cases[] = {
		{"/file", "file:///etc/passwd", FETCH_REDIRECT, "scheme file"},
		{"/ftp", "ftp://127.0.0.1/", FETCH_REDIRECT, "scheme ftp"},
		{"/gopher", "gopher://127.0.0.1:25/x", FETCH_REDIRECT, "scheme gopher"},
		{"/user", "http://u:p@127.0.0.2/", FETCH_REDIRECT, "user name"},
		{"/script", "javascript:1", FETCH_REDIRECT, "URL: "},
		{"/port", "http://127.0.0.1:99999/", FETCH_REDIRECT, "URL: "},
		{"/private", "http://10.0.0.1/", FETCH_REFUSED, "10.0.0.1 is refused: private"},
		{"/meta", "http://169.254.169.254/latest", FETCH_REFUSED, "link-local"},
		{"/decimal", "http://167772161/", FETCH_REFUSED, "10.0.0.1"},
		{"/mapped", "http://[::ffff:127.0.0.1]/", FETCH_REFUSED, "IPv4-mapped"},
		{"/nat64", "http://[64:ff9b::127.0.0.1]/", FETCH_REFUSED, "loopback"},
		{"/local", "http://[fe80::1]/", FETCH_REFUSED, "link-local"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct seen *s =
			rig_path(rig, cases[i].path, redirect, (void *)(uintptr_t)cases[i].to);
		rig_expect(s, cases[i].outcome, cases[i].reason);
	}
}

/* The body of a redirect is not waited for. */
static bool redirect_with_flood(struct connection *c, void *user)
{
	(void)user;
	static char zeros[65536];
	bool on = connection_printf(c, "HTTP/1.1 302 Found\r\nLocation: /0\r\n"
				       "Content-Length: 209715200\r\n\r\n");
	while (on)
		on = connection_send(c, zeros, sizeof(zeros));
	return false;
}

static void test_flood(void **state)
{
	struct rig *rig = *state;
	server_on(rig->bad, "*", count_down, NULL);
	const struct seen *s = rig_path(rig, "/flood", redirect_with_flood, NULL);
	rig_expect(s, FETCH_OK, "200");
	assert_string_equal(s->body, "here");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_followed), TEST(test_too_many),        TEST(test_none_wanted),
		TEST(test_circles),  TEST(test_to_another_host), TEST(test_refused_targets),
		TEST(test_flood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

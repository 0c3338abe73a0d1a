#include "lib/web/url.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static int resolve(const char *base, const char *reference, struct text *ret)
{
	struct text b = {base, strlen(base)}, r = {reference, strlen(reference)};
	return url_resolve(&b, &r, &arena, ret);
}

static void references_are_resolved(void **state)
{
	(void)state;
	static const struct {
		const char *base, *reference, *url;
	} rows[] = {
		{"", "https://a.example/b", "https://a.example/b"},
		{"", "HTTP://A.Example:80", "http://a.example/"},
		{"", "https://a.example:443/x", "https://a.example/x"},
		{"", "https://a.example:8443?q=1#top", "https://a.example:8443/?q=1"},
		{"", " \n https://a.example/b\n c ", "https://a.example/b%20c"},
		{"", "https://a.example/\xc3\xa9\"<>", "https://a.example/%C3%A9%22%3C%3E"},
		{"", "https://a.example/a%20b?x=%zz", "https://a.example/a%20b?x=%zz"},
		{"", "http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"},
		{"https://a.example/b/c?q", "d", "https://a.example/b/d"},
		{"https://a.example/b/c?q", "/d/e", "https://a.example/d/e"},
		{"https://a.example/b/c?q", "?r", "https://a.example/b/c?r"},
		{"https://a.example/b/c?q", "#f", "https://a.example/b/c?q"},
		{"https://a.example/b/c", "//B.example/x", "https://b.example/x"},
		{"https://a.example/b/c/d", "x/.\n./y", "https://a.example/b/c/y"},
		{"https://a.example/b/c/d", "../x", "https://a.example/b/x"},
		{"https://a.example/b/c/d", "../../../../x", "https://a.example/x"},
		{"https://a.example/b/c/d", "./x/./y/..", "https://a.example/b/c/x/"},
		{"https://a.example", "x", "https://a.example/x"},
		{"https://a.example/b", "x//y", "https://a.example/x//y"},
		{"https://a.example/2024/", "08/a:b", "https://a.example/2024/08/a:b"},
	};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		struct text url;
		if (resolve(rows[i].base, rows[i].reference, &url) != NETRAL_OK)
			fail_msg("%s: refused", rows[i].reference);
		assert_string_equal(url.ptr, rows[i].url);
		assert_int_equal(url.len, strlen(rows[i].url));
	}
}

static void others_are_refused(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"",
		"  ",
		"javascript:alert(1)",
		"mailto:a@a.example",
		"file:///etc/passwd",
		"ftp://a.example/",
		"http:",
		"http:a",
		"http://",
		"http:///x",
		"http://user@a.example/",
		"http://a.example:0/",
		"http://a.example:99999/",
		"http://a.example:8x/",
		"http://a b/",
		"http://a\xc3\xa9.example/",
		"http://[::1/",
		"http://[::1]x/",
		"x",
		"//a.example/",
	};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		struct text url;
		if (resolve("", rows[i], &url) != NETRAL_EINVALID)
			fail_msg("taken: %s", rows[i]);
	}
	struct text url;
	assert_int_equal(resolve("relative", "x", &url), NETRAL_EINVALID);
}

static void the_length_is_bounded(void **state)
{
	(void)state;
	char text[ARTICLE_URL_MAX + 2] = "https://a.example/";
	struct text url;
	for (size_t i = strlen(text); i < ARTICLE_URL_MAX; i++)
		text[i] = 'x';
	text[ARTICLE_URL_MAX] = '\0';
	assert_int_equal(resolve("", text, &url), NETRAL_OK);
	assert_int_equal(url.len, ARTICLE_URL_MAX);
	text[20] = ' ';
	assert_int_equal(resolve("", text, &url), NETRAL_ETOOBIG);
}

static struct text text_of(const char *s)
{
	return (struct text){s, strlen(s)};
}

static void assert_origin(const char *url, const char *origin)
{
	struct text t = text_of(url), got = url_origin(&t);
	assert_int_equal(got.len, strlen(origin));
	assert_memory_equal(got.ptr, origin, got.len);
}

static void an_origin_is_scheme_host_and_port(void **state)
{
	(void)state;
	assert_origin("https://kabar.example:8443/a/b?c", "https://kabar.example:8443");
	assert_origin("http://kabar.example", "http://kabar.example");
	assert_origin("http://kabar.example?x=1", "http://kabar.example");
	assert_origin("http://[::1]:80/x", "http://[::1]:80");
}

static void sites_are_told_by_the_registrable_domain(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{"https://www.kabar.example/a", "https://amp.kabar.example/b", true},
		{"https://m.kabar.co.id/a", "http://kabar.co.id:8080/", true},
		{"https://kabar.co.id/", "https://warta.co.id/", false},
		{"https://kabar.id/", "https://warta.id/", false},
		{"https://ambon.kabar.com/", "https://kabar.com/", true},
		{"https://go.id/", "https://kota.go.id/", false},
		{"http://127.0.0.1:1/", "http://127.0.0.1:2/", true},
		{"http://127.0.0.1/", "http://127.1.0.1/", false},
		{"http://[::1]/", "http://[::1]:8/", true},
		{"http://localhost/", "http://localhost:8/", true},
		{"http://xkabar.example/", "http://kabar.example/", false},
	};
	(void)state;
	for (size_t i = 0; i < netral_countof(cases); i++) {
		struct text a = text_of(cases[i].a), b = text_of(cases[i].b);
		if (url_same_site(&a, &b) != cases[i].same ||
		    url_same_site(&b, &a) != cases[i].same)
			fail_msg("%s and %s", cases[i].a, cases[i].b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(references_are_resolved, set_up, tear_down),
		cmocka_unit_test_setup_teardown(others_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_length_is_bounded, set_up, tear_down),
		cmocka_unit_test(an_origin_is_scheme_host_and_port),
		cmocka_unit_test(sites_are_told_by_the_registrable_domain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

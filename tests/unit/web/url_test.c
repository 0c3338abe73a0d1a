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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(references_are_resolved, set_up, tear_down),
		cmocka_unit_test_setup_teardown(others_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_length_is_bounded, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

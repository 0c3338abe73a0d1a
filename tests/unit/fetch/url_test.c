/* URLs as they are asked. */
#include "lib/fetch/url.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/web/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_good(void **state)
{
	(void)state;
	static const struct {
		const char *base, *reference, *url, *host;
	} cases[] = {
		{NULL, "http://Example.COM", "http://Example.COM/", "example.com"},
		{NULL, "HTTPS://a.example:8443/x?y#z", "https://a.example:8443/x?y", "a.example"},
		{NULL, "http://a.example./", "http://a.example./", "a.example"},
		{NULL, "http://[::1]:80/", "http://[::1]:80/", "[::1]"},
		{NULL, "http://0x7f.1/", "http://127.0.0.1/", "127.0.0.1"},
		{NULL, "http://a.example/satu dua", "http://a.example/satu%20dua", "a.example"},
		{"http://a.example/x/y?z", "w", "http://a.example/x/w", "a.example"},
		{"http://a.example/x/y", "../w", "http://a.example/w", "a.example"},
		{"http://a.example/x/y", "/w#f", "http://a.example/w", "a.example"},
		{"https://a.example/x", "//b.example/w", "https://b.example/w", "b.example"},
		{"https://a.example/x", "http://b.example/", "http://b.example/", "b.example"},
		{"https://a.example/x", "?q", "https://a.example/x?q", "a.example"},
	};
	for (size_t i = 0; i < netral_countof(cases); i++) {
		netral_cleanup(target_fini) struct target t = {0};
		char reason[FETCH_REASON_SIZE] = "";
		target_parse(cases[i].base, cases[i].reference, &t, reason);
		assert_string_equal(reason, "");
		assert_string_equal(t.url, cases[i].url);
		assert_string_equal(t.host, cases[i].host);
	}
}

static void test_bad(void **state)
{
	(void)state;
	static const struct {
		const char *url, *reason;
	} cases[] = {
		{"", "URL: "},
		{"a.example", "URL: "},
		{"/path", "URL: "},
		{"http://", "URL: "},
		{"http://b\xc3\xbc/", "punycode"},
		{"http://b%c3%bc/", "punycode"},
		{"http://a b/", "URL: "},
		{"http://a.example:99999/", "URL: "},
		{"http://a.example/\r\nX: y", "URL: "},
		{"file:///etc/passwd", "scheme file"},
		{"ftp://a.example/", "scheme ftp"},
		{"gopher://a.example/", "scheme gopher"},
		{"dict://a.example/", "scheme dict"},
		{"javascript:alert(1)", "URL: "},
		{"data:text/html,x", "URL: "},
		{"http://user@a.example/", "user name"},
		{"http://user:secret@a.example/", "user name"},
		{"http://:secret@a.example/", "user name"},
	};
	for (size_t i = 0; i < netral_countof(cases); i++) {
		struct target t = {0};
		char reason[FETCH_REASON_SIZE] = "";
		assert_int_equal(target_parse(NULL, cases[i].url, &t, reason), NETRAL_EINVALID);
		assert_non_null(strstr(reason, cases[i].reason));
		assert_null(strstr(reason, "secret"));
	}
}

static void test_long(void **state)
{
	(void)state;
	char url[FETCH_URL_MAX + 2], reason[FETCH_REASON_SIZE];
	netral_cleanup(target_fini) struct target t = {0};
	memset(url, 'a', sizeof(url));
	memcpy(url, "http://a/", 9);
	url[FETCH_URL_MAX] = '\0';
	assert_int_equal(target_parse(NULL, url, &t, reason), NETRAL_OK);
	/* Three bytes for one. */
	url[FETCH_URL_MAX - 1] = ' ';
	url[FETCH_URL_MAX - 2] = ' ';
	assert_int_equal(target_parse(NULL, url, &t, reason), NETRAL_EINVALID);
	url[FETCH_URL_MAX] = 'a';
	url[FETCH_URL_MAX + 1] = '\0';
	assert_int_equal(target_parse(NULL, url, &t, reason), NETRAL_EINVALID);
	assert_non_null(strstr(reason, "longer than"));
}

/* What lib/web made of a link is what is asked: rules of robots.txt were looked up for it. */
static void test_resolved_links_are_asked_as_they_are(void **state)
{
	(void)state;
	static const char *const links[] = {
		"https://A.Example:443/b/../c?x=1#y",
		"HTTP://a.example:80",
		"https://a.example:8443/?q=a b",
		"/a%20b/%2e%2e/c?x=%zz",
		"/\xc3\xa9\"<>\\^`{|}",
		"//b.example/x//y/;z=1,2&3",
		"?a[]=1&b=http://c.example/",
		"satu/./dua/../tiga'(4)!*",
		"http://[2001:DB8::1]:8080/~a@b:c",
		"a=b+c$d",
	};
	struct text base = {"https://a.example/x/y", 21};
	struct arena arena;
	arena_init(&arena, 1 << 16);
	for (size_t i = 0; i < netral_countof(links); i++) {
		netral_cleanup(target_fini) struct target t = {0};
		char reason[FETCH_REASON_SIZE] = "";
		struct text link = {links[i], strlen(links[i])}, url;
		assert_int_equal(url_resolve(&base, &link, &arena, &url), NETRAL_OK);
		target_parse(NULL, url.ptr, &t, reason);
		assert_string_equal(reason, "");
		assert_string_equal(t.url, url.ptr);
	}
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_resolved_links_are_asked_as_they_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

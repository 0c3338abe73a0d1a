#include "lib/robots/robots.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define AGENT "netralbot"

static struct robots *read_robots(const char *text)
{
	struct robots *r;
	assert_int_equal(robots_read(text, strlen(text), AGENT, &r), NETRAL_OK);
	return r;
}

struct row {
	const char *robots;
	const char *path;
	bool allowed;
};

static void expect(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct robots *r = read_robots(rows[i].robots);
		if (robots_allows(r, rows[i].path, strlen(rows[i].path)) != rows[i].allowed)
			fail_msg("%s is %s by:\n%s", rows[i].path,
				 rows[i].allowed ? "refused" : "allowed", rows[i].robots);
		free(r);
	}
}

#define EXPECT(rows) expect(rows, netral_countof(rows))

/* RFC 9309, 2.2.2 */
static void the_longest_match_decides(void **state)
{
	(void)state;
	static const char a[] = "User-agent: *\nAllow: /berita/\nDisallow: /\n"
				"Disallow: /berita/admin\nAllow: /berita/admin/umum\n";
	static const struct row rows[] = {
		{a, "/berita/1", true},
		{a, "/berita/admin", false},
		{a, "/berita/administrasi", false},
		{a, "/berita/admin/umum/1", true},
		{a, "/lain", false},
		{a, "/", false},
		{a, "", false},
		{a, "/robots.txt", true},
		{a, "/Berita/1", false},
		{"User-agent: *\nDisallow: /x\nAllow: /x\n", "/x", true},
		{"User-agent: *\nAllow: /x\nDisallow: /x\n", "/x", true},
		{"User-agent: *\nAllow: /x\nDisallow: /x*\n", "/xy", false},
		{"", "/x", true},
		{"User-agent: *\nDisallow:\n", "/x", true},
		{"User-agent: *\nDisallow: /\nDisallow:\n", "/x", false},
		{"Disallow: /\n", "/x", true},
	};
	EXPECT(rows);
}

/* RFC 9309, 2.2.3 */
static void signs_of_patterns(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", false},
		{"User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x", true},
		{"User-agent: *\nDisallow: /*.pdf$", "/.pdf/b.pdf", false},
		{"User-agent: *\nDisallow: /*.pdf", "/a/b.pdf?x", false},
		{"User-agent: *\nDisallow: /a*b*c", "/axxbxxc", false},
		{"User-agent: *\nDisallow: /a*b*c", "/axxcxxb", true},
		{"User-agent: *\nDisallow: /a*b*c$", "/abcbc", false},
		{"User-agent: *\nDisallow: /a*a$", "/a", true},
		{"User-agent: *\nDisallow: /a*a$", "/aa", false},
		{"User-agent: *\nDisallow: /$", "/", false},
		{"User-agent: *\nDisallow: /$", "/a", true},
		{"User-agent: *\nDisallow: /a$", "/a", false},
		{"User-agent: *\nDisallow: /a$", "/ab", true},
		{"User-agent: *\nDisallow: *", "/a", false},
		{"User-agent: *\nDisallow: *$", "/a", false},
		{"User-agent: *\nDisallow: **a**$", "/bab", false},
		{"User-agent: *\nDisallow: *?s=", "/?s=asn", false},
		{"User-agent: *\nDisallow: /a$b", "/a$b", false},
		{"User-agent: *\nDisallow: /a$b", "/a%24b", false},
		{"User-agent: *\nDisallow: admin", "/admin", false},
	};
	EXPECT(rows);
}

/* The plain definition of a match, by trying everything. */
static bool matches_plainly(const char *pattern, const char *path)
{
	if (pattern[0] == '\0')
		return true;
	if (strcmp(pattern, "$") == 0)
		return path[0] == '\0';
	if (pattern[0] == '*')
		return matches_plainly(pattern + 1, path) ||
		       (path[0] != '\0' && matches_plainly(pattern, path + 1));
	return pattern[0] == path[0] && matches_plainly(pattern + 1, path + 1);
}

/* Fills `text` behind its first byte with `count` of `letters`, by the digits of `n`. */
static unsigned spell(char *text, unsigned n, const char *letters, unsigned count)
{
	unsigned base = (unsigned)strlen(letters);
	for (unsigned i = 1; i <= count; i++, n /= base)
		text[i] = letters[n % base];
	text[count + 1] = '\0';
	return n;
}

static void every_short_pattern_matches_as_defined(void **state)
{
	(void)state;
	for (unsigned p = 0; p < 3 * 3 * 3 * 3 * 3 * 2; p++) {
		char pattern[16] = "/", file[64], path[16] = "/";
		if (spell(pattern, p, "ab*", 5) == 1)
			strcat(pattern, "$");
		snprintf(file, sizeof(file), "User-agent: *\nDisallow: %s\n", pattern);
		struct robots *r = read_robots(file);
		for (unsigned n = 0; n < 64; n++) {
			spell(path, n, "ab", 6);
			if (robots_allows(r, path, 7) == matches_plainly(pattern, path))
				fail_msg("%s and %s", pattern, path);
		}
		free(r);
	}
}

/* RFC 9309, 2.2.2: octets are compared as the URI would print them. */
static void escapes_are_compared_by_meaning(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"User-agent: *\nDisallow: /a/%62%61%7A", "/a/baz", false},
		{"User-agent: *\nDisallow: /a/baz", "/a/%62%61%7a", false},
		{"User-agent: *\nDisallow: /\xc3\xa9", "/%C3%A9", false},
		{"User-agent: *\nDisallow: /%c3%a9", "/\xc3\xa9", false},
		{"User-agent: *\nDisallow: /a%2fb", "/a%2Fb", false},
		{"User-agent: *\nDisallow: /a%2fb", "/a/b", true},
		{"User-agent: *\nDisallow: /a/b", "/a%2fb", true},
		{"User-agent: *\nDisallow: /a%2a", "/a*", false},
		{"User-agent: *\nDisallow: /a%2a", "/ab", true},
		{"User-agent: *\nDisallow: /a%24", "/a$", false},
		{"User-agent: *\nDisallow: /a%", "/a%", false},
		{"User-agent: *\nDisallow: /a%zz", "/a%zz", false},
		{"User-agent: *\nDisallow: /%7Esri", "/~sri", false},
		{"User-agent: *\nDisallow: /robots.txt", "/%72obots.txt", true},
	};
	EXPECT(rows);
}

/* RFC 9309, 2.2.1 */
static void groups_are_found_and_merged(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"User-agent: *\nDisallow: /\n\nUser-agent: NetralBot\nDisallow: /x", "/a", true},
		{"User-agent: *\nDisallow: /\n\nUser-agent: NetralBot\nDisallow: /x", "/x", false},
		{"User-agent: netralbot\nDisallow: /x\n\nUser-agent: *\nDisallow: /\n\n"
		 "User-agent: NETRALBOT\nDisallow: /y",
		 "/y", false},
		{"User-agent: netralbot\nDisallow: /x\n\nUser-agent: *\nDisallow: /\n\n"
		 "User-agent: NETRALBOT\nDisallow: /y",
		 "/z", true},
		{"User-agent: *\nDisallow: /x\nUser-agent: other\nDisallow: /y\n"
		 "User-agent: *\nDisallow: /z",
		 "/z", false},
		{"User-agent: other\nUser-agent: netralbot\nDisallow: /x", "/x", false},
		{"User-agent: netralbot\nUser-agent: other\nDisallow: /x", "/x", false},
		{"User-agent: netralbot/1.0 (x)\nDisallow: /x", "/x", false},
		{"User-agent: netralbot-news\nDisallow: /x", "/x", true},
		{"User-agent: netral\nDisallow: /x", "/x", true},
		{"User-agent: netralbot\n\nUser-agent: *\nDisallow: /", "/x", false},
		{"User-agent: netralbot\nSitemap: /s\nUser-agent: *\nDisallow: /", "/x", false},
		{"User-agent: netralbot\nCrawl-delay: 5\nDisallow: /x\nUser-agent: *\nDisallow: /y",
		 "/y", true},
		{"User-agent: netralbot\nAllow:\n\nUser-agent: *\nDisallow: /", "/x", true},
		{"User-agent: *bot\nDisallow: /", "/x", true},
	};
	EXPECT(rows);
}

static void lines_are_read_in_every_form(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"\xef\xbb\xbfuser-AGENT : * # semua\r\n\tDISALLOW\t:\t/x # x\r\n", "/x", false},
		{"User-agent: *\rDisallow: /x\r", "/x", false},
		{"User-agent: *\n\n\nDisallow: /x", "/x", false},
		{"User-agent: *\nDisallow: /x y", "/x%20y", false},
		{"User-agent: *\nDisallow: /x#y", "/x", false},
		{"User-agent: *\nDisallow /x\n: /x\n::\n", "/x", true},
		{"<!DOCTYPE html><html><body>User-agent: *</body></html>", "/x", true},
	};
	EXPECT(rows);
}

static void other_records_are_reported(void **state)
{
	(void)state;
	struct robots *r = read_robots("Sitemap: https://a.example/1.xml\n"
				       "User-agent: *\nCrawl-delay: 30\n"
				       "User-agent: netralbot\nCrawl-delay: 2.5\nDisallow: /x\n"
				       "sitemap:https://a.example/2.xml # dua\nSitemap:\n");
	assert_true(r->by_name);
	assert_int_equal(r->delay_ms, 2500);
	assert_int_equal(r->sitemap_count, 2);
	assert_string_equal(r->sitemaps[0].ptr, "https://a.example/1.xml");
	assert_string_equal(r->sitemaps[1].ptr, "https://a.example/2.xml");
	free(r);
	r = read_robots("User-agent: *\nCrawl-delay: 99999999999999\n");
	assert_false(r->by_name);
	assert_int_equal(r->delay_ms, ROBOTS_DELAY_MAX_MS);
	free(r);
	r = read_robots("User-agent: *\nCrawl-delay: banyak\n");
	assert_int_equal(r->delay_ms, 0);
	free(r);
}

static void answers_without_a_file(void **state)
{
	(void)state;
	assert_int_equal(robots_answer_of(200), ROBOTS_READ);
	assert_int_equal(robots_answer_of(204), ROBOTS_READ);
	assert_int_equal(robots_answer_of(301), ROBOTS_ALLOW_ALL);
	assert_int_equal(robots_answer_of(403), ROBOTS_ALLOW_ALL);
	assert_int_equal(robots_answer_of(404), ROBOTS_ALLOW_ALL);
	assert_int_equal(robots_answer_of(429), ROBOTS_DENY_ALL);
	assert_int_equal(robots_answer_of(503), ROBOTS_DENY_ALL);
	assert_int_equal(robots_answer_of(0), ROBOTS_DENY_ALL);
}

/* Rules within the bound count, one that the bound cuts does not. */
static void the_file_is_bounded(void **state)
{
	(void)state;
	size_t len = ROBOTS_BYTES_MAX + 100;
	char *text = malloc(len);
	struct robots *r;
	memset(text, '\n', len);
	memcpy(text, "User-agent: *\nDisallow: /awal\n", 30);
	memcpy(text + ROBOTS_BYTES_MAX - 12, "Disallow: /akhir\n", 17);
	assert_int_equal(robots_read(text, len, AGENT, &r), NETRAL_OK);
	assert_false(robots_allows(r, "/awal", 5));
	assert_true(robots_allows(r, "/ak", 3));
	assert_true(robots_allows(r, "/akhir", 6));
	free(r);
	free(text);
}

/* Patterns that take a backtracking matcher for ever. */
static void hostile_rules_are_matched_in_time(void **state)
{
	(void)state;
	char *text = malloc(ROBOTS_BYTES_MAX);
	char path[ARTICLE_URL_MAX + 1];
	struct robots *r;
	size_t n = (size_t)sprintf(text, "User-agent: *\nDisallow: /");
	while (n + 2 < ROBOTS_BYTES_MAX) {
		text[n++] = '*';
		text[n++] = 'a';
	}
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	assert_int_equal(robots_read(text, n, AGENT, &r), NETRAL_OK);
	for (int i = 0; i < 100; i++)
		assert_true(robots_allows(r, path, ARTICLE_URL_MAX));
	assert_false(robots_allows(r, path, ARTICLE_URL_MAX + 1));
	free(r);
	n = (size_t)sprintf(text, "User-agent: *\n");
	while (n + 20 < ROBOTS_BYTES_MAX)
		n += (size_t)sprintf(text + n, "Allow: *ab*b$\n");
	assert_int_equal(robots_read(text, n, AGENT, &r), NETRAL_OK);
	assert_true(robots_allows(r, path, ARTICLE_URL_MAX));
	free(r);
	free(text);
}

#ifdef NETRAL_TEST_HOOKS
static void no_memory_is_an_error_wherever_it_ends(void **state)
{
	(void)state;
	static const char text[] = "User-agent: *\nDisallow: /x\nUser-agent: netralbot\n"
				   "Disallow: /y\nSitemap: /s\n";
	int err = NETRAL_ENOMEM;
	for (unsigned n = 1; err != NETRAL_OK; n++) {
		struct robots *r = NULL;
		fault_arm("alloc", n);
		err = robots_read(text, sizeof(text) - 1, AGENT, &r);
		fault_arm(NULL, 0);
		assert_true(err == NETRAL_OK || err == NETRAL_ENOMEM);
		free(r);
	}
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_match_decides),
		cmocka_unit_test(signs_of_patterns),
		cmocka_unit_test(every_short_pattern_matches_as_defined),
		cmocka_unit_test(escapes_are_compared_by_meaning),
		cmocka_unit_test(groups_are_found_and_merged),
		cmocka_unit_test(lines_are_read_in_every_form),
		cmocka_unit_test(other_records_are_reported),
		cmocka_unit_test(answers_without_a_file),
		cmocka_unit_test(the_file_is_bounded),
		cmocka_unit_test(hostile_rules_are_matched_in_time),
#ifdef NETRAL_TEST_HOOKS
		cmocka_unit_test(no_memory_is_an_error_wherever_it_ends),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

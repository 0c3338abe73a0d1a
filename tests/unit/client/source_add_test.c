/* Names for sources that nobody named. What is done with them is in tests/process. */
#include "client/source_add.h"
#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct text url = {"https://www.kabar.example:8080/rss", 34};

static void expect(const char *title, const char *name)
{
	char got[SOURCE_NAME_SIZE];
	const struct probe_report r = {.kind = PROBE_FEED,
				       .feed = {.title = {title, strlen(title)}}};
	source_name_propose(&r, &url, got);
	assert_string_equal(got, name);
}

#define TEN   "abcdefghij"
#define SIXTY TEN TEN TEN TEN TEN TEN

static void test_titles_of_feeds(void **state)
{
	(void)state;
	expect("Kabar Lembah", "Kabar Lembah");
	expect("  Kabar\n\tLembah ", "Kabar Lembah");
	expect("Kabar\x1b[31m \xc2\x9b"
	       "31m",
	       "Kabar [31m 31m");
	expect("\xc2\xa0é", "\xc2\xa0é");
	expect(SIXTY "abcd", SIXTY "abcd");
	expect(SIXTY "abcdefgh", SIXTY "abcd");
	expect(SIXTY "abcé", SIXTY "abc"); /* no half of a character */
	expect(SIXTY "ab 📰", SIXTY "ab");
	expect("", "kabar.example");
	expect(" \n\x7f", "kabar.example");
}

static void test_other_kinds(void **state)
{
	(void)state;
	char got[SOURCE_NAME_SIZE];
	struct sitemap_entry entry = {.news_name = {"Warta", 5}};
	struct probe_report r = {.kind = PROBE_SITEMAP,
				 .sitemap = {.entries = &entry, .entry_count = 1}};
	source_name_propose(&r, &url, got);
	assert_string_equal(got, "Warta");
	entry.news_name.len = 0;
	source_name_propose(&r, &url, got);
	assert_string_equal(got, "kabar.example");
	r = (struct probe_report){.kind = PROBE_PAGE, .has_article = true};
	r.article.field[EXTRACT_SITE] = (struct text){"Situs", 5};
	source_name_propose(&r, &url, got);
	assert_string_equal(got, "Situs");
	source_name_propose(NULL, &url, got);
	assert_string_equal(got, "kabar.example");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_titles_of_feeds),
		cmocka_unit_test(test_other_kinds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "lib/extract/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct text t(const char *s)
{
	return (struct text){s, strlen(s)};
}

static void hosts(void **state)
{
	(void)state;
	struct text url = t("https://www.a.example:8080/x"), host = address_host(&url);
	assert_int_equal(host.len, 9);
	assert_memory_equal(host.ptr, "a.example", 9);
	url = t("no address");
	assert_int_equal(address_host(&url).len, 0);
}

static void further_pages(void **state)
{
	(void)state;
	enum { SURE = 1, MAYBE = 0 };
	static const struct {
		const char *url, *other;
		unsigned number;
		bool named;
	} rows[] = {{"https://a.example/x", "https://a.example/x?page=2", 2, SURE},
		    {"https://a.example/x/", "https://a.example/x/2", 2, SURE},
		    {"https://a.example/x/", "https://a.example/x/page/12/", 12, SURE},
		    {"https://a.example/x", "https://a.example/x?halaman=3", 3, SURE},
		    {"https://a.example/x", "https://a.example/x/hal-3", 3, SURE},
		    {"https://a.example/x", "https://a.example/x?page=2&s=paging_new", 2, SURE},
		    {"https://a.example/x", "https://a.example/x/2/?from=pager", 2, SURE},
		    {"https://a.example/x?id=7", "https://a.example/x?id=7&page=2", 2, SURE},
		    {"https://a.example/x", "https://a.example/x?start=1", 2, SURE},
		    {"https://a.example/x", "https://a.example/x/#2", 1, SURE},
		    {"https://a.example/x.html", "https://a.example/x-2.html", 2, MAYBE},
		    {"https://a.example/x.html", "https://a.example/x_page2.html", 2, SURE},
		    {"https://a.example/x.html", "https://a.example/x.html?page=2", 2, SURE},
		    {"https://a.example/x", "https://a.example/x-2", 2, MAYBE},
		    {"https://a.example/x", "https://a.example/x?bagian=2", 2, MAYBE},
		    {"https://a.example/x", "https://a.example/x/tahun/2", 0, MAYBE},
		    {"https://a.example/x", "https://a.example/xy/2", 0, MAYBE},
		    {"https://a.example/x", "https://a.example/y", 0, MAYBE},
		    {"https://a.example/x", "https://a.example/x/", 1, SURE},
		    {"https://a.example/x", "https://a.example/x?", 0, MAYBE},
		    {"https://a.example/x", "https://a.example/x?page=", 0, MAYBE},
		    {"https://a.example/x.html", "https://a.example/x.html.html", 0, MAYBE},
		    {"https://a.example/x", "https://a.example/x?page=2024", 0, MAYBE}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text url = t(rows[i].url), other = t(rows[i].other);
		struct address_page page = address_page(&url, &other);
		if (page.number != rows[i].number || (page.number && page.named != rows[i].named) ||
		    page.whole)
			fail_msg("%s and %s: %u", rows[i].url, rows[i].other, page.number);
	}
}

static void the_whole_article(void **state)
{
	(void)state;
	static const struct {
		const char *other;
		bool whole;
	} rows[] = {{"https://a.example/x?page=all", true},
		    {"https://a.example/x?page=all#isi", true},
		    {"https://a.example/x?showpage=all", true},
		    {"https://a.example/x?single=1", true},
		    {"https://a.example/x?showall=1", true},
		    {"https://a.example/x/full", true},
		    {"https://a.example/x?halaman=semua&from=pager", true},
		    {"https://a.example/x?showall=0", false},
		    {"https://a.example/x-all", false},
		    {"https://a.example/x/allergi", false},
		    {"https://a.example/x?tag=all", false},
		    {"https://a.example/x", false}};
	struct text url = t("https://a.example/x");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text other = t(rows[i].other);
		if (address_page(&url, &other).whole != rows[i].whole)
			fail_msg("%s", rows[i].other);
	}
}

static void numbers_are_cut_off_further_pages(void **state)
{
	(void)state;
	static const struct {
		const char *url, *first;
	} rows[] = {
		{"https://a.example/x?page=2", "https://a.example/x"},
		{"https://a.example/x/page/2/", "https://a.example/x"},
		{"https://a.example/x?id=7&page=3", "https://a.example/x?id=7"},
		{"https://a.example/x?page=all", "https://a.example/x"},
		{"https://a.example/tiga-kata-judul/2", "https://a.example/tiga-kata-judul"},
		/* These numbers are the articles' own. */
		{"https://a.example/berita/2", "https://a.example/berita/2"},
		{"https://a.example/judul-tiga-kata/2024",
		 "https://a.example/judul-tiga-kata/2024"},
		{"https://a.example/judul-tiga-kata/311", "https://a.example/judul-tiga-kata/311"},
		{"https://a.example/?p=3", "https://a.example/?p=3"},
		{"https://a.example/?page=1", "https://a.example/?page=1"},
		{"https://a.example", "https://a.example"},
		{"", ""}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text url = t(rows[i].url), first = address_first_page(&url);
		if (first.len != strlen(rows[i].first) ||
		    memcmp(first.ptr, rows[i].first, first.len) != 0)
			fail_msg("%s: %.*s", rows[i].url, (int)first.len, first.ptr);
	}
}

static void pages_are_guessed_before_they_are_resolved(void **state)
{
	(void)state;
	static const struct {
		const char *href;
		bool yes;
	} rows[] = {{"?page=2", true},
		    {"/x/2", true},
		    {"https://a.example/x/2/", true},
		    {"/y/2", false},
		    {"/caf\xc3\xa9/2", true},
		    {"https://b.example/x/2", false},
		    {"/x/semua", true},
		    {"2", false},
		    {"", false},
		    {"/", false}};
	struct text url = t("https://a.example/x/");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text href = t(rows[i].href);
		if (address_may_be_page(&url, &href) != rows[i].yes)
			fail_msg("%s", rows[i].href);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts),
		cmocka_unit_test(further_pages),
		cmocka_unit_test(the_whole_article),
		cmocka_unit_test(numbers_are_cut_off_further_pages),
		cmocka_unit_test(pages_are_guessed_before_they_are_resolved),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

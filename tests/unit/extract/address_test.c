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
	static const struct {
		const char *url, *other;
		unsigned number;
	} rows[] = {{"https://a.example/x", "https://a.example/x?page=2", 2},
		    {"https://a.example/x/", "https://a.example/x/2", 2},
		    {"https://a.example/x/", "https://a.example/x/page/12/", 12},
		    {"https://a.example/x", "https://a.example/x?halaman=3", 3},
		    {"https://a.example/x", "https://a.example/x/#2", 1},
		    {"https://a.example/x", "https://a.example/xy/2", 0},
		    {"https://a.example/x", "https://a.example/y", 0},
		    {"https://a.example/x", "https://a.example/x?page=all", 0},
		    {"https://a.example/x", "https://a.example/x?page=2024", 0}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text url = t(rows[i].url), other = t(rows[i].other);
		if (address_page_number(&url, &other) != rows[i].number)
			fail_msg("%s and %s", rows[i].url, rows[i].other);
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
		    {"/x/semua", false},
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
		cmocka_unit_test(pages_are_guessed_before_they_are_resolved),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

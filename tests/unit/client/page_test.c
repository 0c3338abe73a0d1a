/* What a server says of a page, and what stands in for what the page does not say. */
#include "client/page.h"
#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, READER_ARENA_MAX);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static struct text as_text(const char *s)
{
	return (struct text){s, strlen(s)};
}

static struct article read_page(struct text body, const char *charset, const char *url)
{
	const struct page page = {.body = body,
				  .charset = as_text(charset),
				  .url = as_text(url),
				  .source = "warc:a:0"};
	struct article a;
	char reason[READER_REASON_SIZE] = "";
	assert_int_equal(page_article(&page, &arena, &a, reason), NETRAL_OK);
	assert_string_equal(reason, "");
	assert_string_equal(a.source.ptr, "warc:a:0");
	return a;
}

/* What else is made of an encoding is tests/unit/extract's matter. */
static void the_servers_charset_counts(void **state)
{
	(void)state;
	assert_string_equal(read_page(as_text("<p>caf\xe9 Isi"), "iso-8859-1", "").text.ptr,
			    "caf\xc3\xa9 Isi");
}

static void the_address_it_was_fetched_from_stands_in(void **state)
{
	(void)state;
	static const char own[] = "<link rel=canonical href='https://a.example/1'><body><p>x";
	assert_string_equal(read_page(as_text("<p>x"), "", "http://b.example/").url.ptr,
			    "http://b.example/");
	assert_string_equal(read_page(as_text(own), "", "http://b.example/").url.ptr,
			    "https://a.example/1");
	assert_string_equal(read_page(as_text("<p>x"), "", "http://\xff").url.ptr, "");
}

static void a_page_without_text_is_refused(void **state)
{
	(void)state;
	const struct page page = {.body = as_text("<p> "), .charset = {"", 0}, .source = "x"};
	struct article a;
	char reason[READER_REASON_SIZE] = "";
	assert_int_equal(page_article(&page, &arena, &a, reason), NETRAL_EINVALID);
	assert_string_not_equal(reason, "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_servers_charset_counts),
		TEST(the_address_it_was_fetched_from_stands_in),
		TEST(a_page_without_text_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

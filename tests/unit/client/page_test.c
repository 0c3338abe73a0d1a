/* Pages in the encodings that servers send, and what stands in for what they do not say. */
#include "client/page.h"
#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct buf scratch;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, READER_ARENA_MAX);
	buf_init(&scratch, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	buf_fini(&scratch);
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
	assert_int_equal(page_article(&page, &scratch, &arena, &a, reason), NETRAL_OK);
	assert_string_equal(reason, "");
	assert_string_equal(a.source.ptr, "warc:a:0");
	return a;
}

static void expect_text(const char *body, const char *charset, const char *expected)
{
	assert_string_equal(read_page(as_text(body), charset, "").text.ptr, expected);
}

static void encodings(void **state)
{
	(void)state;
	expect_text("<p>Jum\xe2\x80\x99"
		    "at",
		    "",
		    "Jum\xe2\x80\x99"
		    "at");
	/* Valid UTF-8 is UTF-8 whatever the server says. */
	expect_text("<p>caf\xc3\xa9", "ISO-8859-1", "caf\xc3\xa9");
	expect_text("<p>caf\xe9 \x93x\x94", "", "caf\xc3\xa9 \xe2\x80\x9cx\xe2\x80\x9d");
	expect_text("<p>caf\xe9", "iso-8859-1", "caf\xc3\xa9");
	/* One byte that went wrong does not change the rest: the server or the page says so. */
	expect_text("<p>caf\xc3\xa9 \xff.", "UTF-8", "caf\xc3\xa9 \xef\xbf\xbd.");
	expect_text("<meta charset=\"utf-8\"><body><p>caf\xc3\xa9 \xc3", "",
		    "caf\xc3\xa9 \xef\xbf\xbd");
	static const char utf16[] = "\xff\xfe<\0p\0>\0\xe9\0 \0I\0s\0i\0";
	assert_string_equal(read_page((struct text){utf16, sizeof(utf16) - 1}, "", "").text.ptr,
			    "\xc3\xa9 Isi");
	static const char nul[] = "<p>caf\xc3\xa9\0 x";
	assert_string_equal(read_page((struct text){nul, sizeof(nul) - 1}, "", "").text.ptr,
			    "caf\xc3\xa9 x");
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
	assert_int_equal(page_article(&page, &scratch, &arena, &a, reason), NETRAL_EINVALID);
	assert_string_not_equal(reason, "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(encodings),
		TEST(the_address_it_was_fetched_from_stands_in),
		TEST(a_page_without_text_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "lib/reader/reader.h"

#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static char reason[READER_REASON_SIZE];

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, READER_ARENA_MAX);
	reason[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static struct article read_html(const char *html)
{
	struct article a;
	int r = reader_html(html, strlen(html), NULL, &arena, &a, reason);
	assert_string_equal(reason, "");
	assert_int_equal(r, 0);
	assert_int_equal(strlen(a.text.ptr), a.text.len);
	return a;
}

static void a_page_becomes_an_article(void **state)
{
	(void)state;
	struct article a = read_html(
		"<!DOCTYPE html><html><head><title>Judul - Situs</title>"
		"<meta property=\"article:published_time\" content=\"2024-08-21T10:00:00+07:00\">"
		"<link rel=\"canonical\" href=\"https://a.example/1?a=1&amp;b=2\">"
		"<script>if (1<2) document.write('<p>tidak</p>');</script>"
		"<style>p { color: red }</style></head><body>"
		"<header><nav><a href=x>Menu</a></nav><h1>Judul</h1></header>"
		"<p>Kota  <b>Ambon</b>&nbsp;netral,\n kata\t&quot;dia&quot;.<p>Kedua<br>baris"
		"<!-- <p>komentar</p> --><ul><li>satu<li>dua</ul>"
		"<aside>Baca juga</aside><footer>Hak cipta</footer></body></html>");
	assert_string_equal(a.title.ptr, "Judul");
	assert_string_equal(a.url.ptr, "https://a.example/1?a=1&b=2");
	assert_string_equal(a.published.ptr, "2024-08-21T10:00:00+07:00");
	assert_string_equal(a.text.ptr,
			    "Kota Ambon netral, kata \"dia\".\nKedua\nbaris\nsatu\ndua");
}

/* 0xc1 is a Cyrillic a in KOI8-R, and A with an acute accent in windows-1252. */
static void what_is_told_goes_before_what_the_page_says(void **state)
{
	(void)state;
	static const char html[] = "<title>Judul \xc1</title><link rel=canonical href=/kanonik>"
				   "<meta property=article:published_time content=2024-08-21>"
				   "<p>Isi berita.";
	const struct reader_meta all = {.url = {"https://a.example/satu", 22},
					.title = {"Lain", 4},
					.published = {"2024-08-22", 10},
					.source = {"kurir", 5},
					.charset = {"koi8-r", 6}};
	struct reader_meta some = {.url = all.url};
	struct article a;
	assert_int_equal(reader_html(html, strlen(html), &all, &arena, &a, reason), 0);
	assert_string_equal(a.url.ptr, "https://a.example/satu");
	assert_string_equal(a.title.ptr, "Lain");
	assert_string_equal(a.published.ptr, "2024-08-22");
	assert_string_equal(a.source.ptr, "kurir");
	assert_string_equal(a.text.ptr, "Isi berita.");
	some.charset = all.charset;
	assert_int_equal(reader_html(html, strlen(html), &some, &arena, &a, reason), 0);
	assert_string_equal(a.title.ptr, "Judul \xd0\xb0");
	assert_string_equal(a.published.ptr, "2024-08-21");
	assert_int_equal(a.source.len, 0);
	assert_string_equal(read_html(html).title.ptr, "Judul \xc3\x81");
}

static void a_page_without_text_is_refused(void **state)
{
	(void)state;
	struct article a;
	assert_int_equal(reader_html("<p> </p>", 8, NULL, &arena, &a, reason), NETRAL_EINVALID);
	assert_string_equal(reason, "HTML: no text in the page");
	assert_int_equal(reader_html("<!-- x", 6, NULL, &arena, &a, reason), NETRAL_EINVALID);
}

/* What article_check() would refuse is not handed on. */
static void bytes_and_bounds_are_an_articles(void **state)
{
	(void)state;
	char why[ARTICLE_REASON_SIZE];
	struct article a =
		read_html("<title>\x93Judul\x94</title><p>teks\xe9"
			  "<meta property=article:published_time content='21 Agustus 2024'>");
	assert_string_equal(a.published.ptr, "2024-08-21");
	assert_int_equal(article_check(&a, why), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_page_becomes_an_article),
		TEST(what_is_told_goes_before_what_the_page_says),
		TEST(a_page_without_text_is_refused),
		TEST(bytes_and_bounds_are_an_articles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

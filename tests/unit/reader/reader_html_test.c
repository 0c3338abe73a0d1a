#include "lib/reader/reader.h"

#include "lib/error.h"
#include "lib/reader/reader_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
enum { HOSTILE_SIZE = 2 << 20 };
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
	int r = reader_html(html, strlen(html), &arena, &a, reason);
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

static void the_longest_article_element_is_the_text(void **state)
{
	(void)state;
	struct article a =
		read_html("<p>Atas<article>Pendek</article><article><p>Yang <i>paling</i>"
			  " panjang</p></article><article>Lain</article><p>Bawah");
	assert_string_equal(a.text.ptr, "Yang paling panjang");
}

static void titles_are_tried_in_order(void **state)
{
	(void)state;
	assert_string_equal(read_html("<title>A</title><h1>B</h1><h1>C</h1><p>x").title.ptr, "B");
	assert_string_equal(read_html("<title>A &amp; O</title><p>x").title.ptr, "A & O");
	assert_string_equal(
		read_html("<meta property='og:title' content='D'><title>A</title><h1>B</h1>x")
			.title.ptr,
		"D");
	assert_string_equal(read_html("<p>x").title.ptr, "");
}

static void a_date_of_another_form_is_left_out(void **state)
{
	(void)state;
	struct article a =
		read_html("<meta property=article:published_time content='21 Agustus 2024'>"
			  "<meta property=article:published_time content='2024-13-01'><p>x");
	assert_string_equal(a.published.ptr, "");
}

static void broken_markup_is_text(void **state)
{
	(void)state;
	assert_string_equal(read_html("1 < 2 dan <3 </> teks <").text.ptr,
			    "1 < 2 dan <3 </> teks <");
	assert_string_equal(read_html("teks <b tanpa=akhir").text.ptr, "teks");
	assert_string_equal(read_html("satu</div></p></article>dua").text.ptr, "satu\ndua");
}

static void a_page_without_text_is_refused(void **state)
{
	(void)state;
	struct article a;
	assert_int_equal(reader_html("<p> </p>", 8, &arena, &a, reason), NETRAL_EINVALID);
	assert_string_equal(reason, "HTML: no text in the page");
	assert_int_equal(reader_html("<!-- x", 6, &arena, &a, reason), NETRAL_EINVALID);
}

static void bad_bytes_are_named(void **state)
{
	(void)state;
	struct article a;
	assert_int_equal(reader_html("<p>\n\xe9", 5, &arena, &a, reason), NETRAL_EENCODING);
	assert_string_equal(reason, "line 2: byte 4 of the file is not valid UTF-8");
}

/* `unit` repeated over `size` bytes. */
static char *repeat(const char *unit, size_t size)
{
	size_t len = strlen(unit);
	char *s = malloc(size + 1);
	assert_non_null(s);
	for (size_t i = 0; i < size; i++)
		s[i] = unit[i % len];
	s[size] = '\0';
	return s;
}

static void deep_nesting_is_refused(void **state)
{
	(void)state;
	struct article a;
	char *html = repeat("<div>", 500000);
	assert_int_equal(reader_html(html, 500000, &arena, &a, reason), NETRAL_ETOOBIG);
	assert_string_equal(reason, "HTML: elements nested deeper than 512");
	free(html);
}

/* Each of these takes minutes in a parser that is handed the raw bytes. */
static void hostile_pages_are_read_in_linear_time(void **state)
{
	(void)state;
	static const char *const units[] = {"a=\"b\" ",
					    "<a b c>",
					    "</p>",
					    "<p",
					    "<!--",
					    "&",
					    "<p>",
					    "<h1>x</p>",
					    "<script>",
					    "<a=\"",
					    "<article>x</article>"};
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct article a;
		char *html = repeat(units[i], HOSTILE_SIZE);
		html[0] = 'x';
		html[1] = '<';
		html[2] = 'a';
		html[3] = ' ';
		int r = reader_html(html, HOSTILE_SIZE, &arena, &a, reason);
		assert_true(r == NETRAL_OK || r == NETRAL_ETOOBIG);
		arena_reset(&arena);
		free(html);
	}
}

static void cleaning_keeps_known_tags_and_attributes(void **state)
{
	(void)state;
	struct buf b = {0};
	static const char html[] = "<DIV class=a onclick='x>y'><b>t</b></DIV>"
				   "<meta name=n content='a\"<b' content2=3/><font/>&amp;";
	assert_int_equal(html_clean(html, sizeof(html) - 1, &b), 0);
	assert_int_equal(buf_append(&b, "", 1), 0);
	assert_string_equal((char *)b.data,
			    "<div>t</div><meta name=\"n\" content=\"a&quot;&lt;b\">&amp;");
	buf_fini(&b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_page_becomes_an_article),
		TEST(the_longest_article_element_is_the_text),
		TEST(titles_are_tried_in_order),
		TEST(a_date_of_another_form_is_left_out),
		TEST(broken_markup_is_text),
		TEST(a_page_without_text_is_refused),
		TEST(bad_bytes_are_named),
		TEST(deep_nesting_is_refused),
		TEST(hostile_pages_are_read_in_linear_time),
		TEST(cleaning_keeps_known_tags_and_attributes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "lib/extract/html_clean.h"

#include "lib/error.h"
#include "lib/extract/attribute.h"
#include "lib/extract/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void check(const char *html, const char *expected)
{
	struct clean_page page = {0};
	assert_int_equal(html_clean(html, strlen(html), &page), NETRAL_OK);
	assert_int_equal(buf_append(&page.html, "", 1), NETRAL_OK);
	assert_string_equal((char *)page.html.data, expected);
	buf_fini(&page.html);
}

static void known_tags_and_attributes_stay(void **state)
{
	(void)state;
	check("<A href=a onclick='x>y'><b>t</b></A>", "<a href=\"a\">t</a>");
	check("<meta name=n content='a\"<b' content2=3/>",
	      "<meta name=\"n\" content=\"a&quot;&lt;b\">");
	check("<html lang=id class=a>", "<html lang=\"id\" class=\"a\">");
	check("<link rel=next href=/2 media=x>", "<link rel=\"next\" href=\"/2\">");
	check("<div title=t lang=id name=n type=a/b>x", "<div>x");
}

/* What a tag's attributes say, as the page will read it; its only one stands for them. */
static struct marks marks_of(const char *html)
{
	struct clean_page page = {0};
	struct marks m = {0};
	char digits[MARKS_MAX + 1];
	assert_int_equal(html_clean(html, strlen(html), &page), NETRAL_OK);
	assert_int_equal(buf_append(&page.html, "", 1), NETRAL_OK);
	if (sscanf((char *)page.html.data, "<%*[a-z] " MARKS_NAME "=\"%8[0-9a-f]\">", digits) == 1)
		marks_read(&m, digits);
	buf_fini(&page.html);
	return m;
}

static void what_names_say_is_handed_on_as_marks(void **state)
{
	(void)state;
	assert_int_equal(marks_of("<div class='x Sidebar'>").words, WORDS_BAD);
	assert_int_equal(marks_of("<div class=komentar id=author>").words,
			 WORDS_COMMENT | WORDS_AUTHOR);
	assert_int_equal(marks_of("<div class='a\"<komentar'>").words, WORDS_COMMENT);
	assert_int_equal(marks_of("<a rel='nofollow Author'>").words, WORDS_AUTHOR);
	assert_int_equal(marks_of("<p rel=author>").words, 0);
	assert_int_equal(marks_of("<p itemprop=ARTICLEBODY>").item, ITEM_BODY);
	assert_int_equal(marks_of("<p itemprop=articleBodyX>").item, ITEM_NONE);
	assert_true(marks_of("<p hidden>").hidden);
	assert_true(marks_of("<p style='color:red; DISPLAY : none'>").hidden);
	assert_false(marks_of("<p style='float:none; display:block'>").hidden);
	assert_false(marks_of("<p style='display'>none").hidden);
	check("<p style='color:red' class=zzz id=q17>a</p>", "<p>a</p>");
}

/* The parser resolves them. */
static void names_with_references_stay(void **state)
{
	(void)state;
	check("<p class='&#97;uthor' style='display&#58;none'>",
	      "<p class=\"&#97;uthor\" style=\"display&#58;none\">");
}

static void of_attributes_of_one_name_the_first_counts(void **state)
{
	(void)state;
	assert_int_equal(marks_of("<p class=zzz class=komentar>").words, 0);
	check("<a href=/1 HREF=/2>", "<a href=\"/1\">");
	check("<p class=komentar class='&amp;author'>", "<p x=\"20\">");
}

/* Else a page could say of an element whatever it likes. */
static void a_page_writes_no_marks(void **state)
{
	(void)state;
	check("<p " MARKS_NAME "=1000000>", "<p>");
	check("<html " MARKS_NAME "='&amp;'>", "<html>");
}

static void marks_are_read_as_they_were_written(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 1U << 9; i++) {
		const struct marks in = {
			.words = i & 1 ? WORDS_CHANGED | (i & 0xF0) : 0,
			.item = (enum page_item)((i >> 1 & 7) % (ITEM_SECTION + 1)),
			.hidden = i >> 8 & 1};
		struct marks out = {0};
		char digits[MARKS_MAX + 1] = "";
		digits[marks_write(&in, digits)] = '\0';
		marks_read(&out, digits);
		assert_int_equal(out.words, in.words);
		assert_int_equal(out.item, in.item);
		assert_int_equal(out.hidden, in.hidden);
	}
}

static void attributes_are_found_by_name(void **state)
{
	(void)state;
	for (unsigned a = 1; a < ATTRIBUTE_COUNT; a++) {
		const char *name = attribute_name((enum attribute)a);
		assert_int_equal(attribute_find(name, strlen(name)), a);
	}
	assert_int_equal(attribute_find("CLASS", 5), ATTRIBUTE_CLASS);
	assert_int_equal(attribute_find("clas", 4), ATTRIBUTE_UNKNOWN);
	assert_int_equal(attribute_find("{x", 2), ATTRIBUTE_UNKNOWN);
	assert_int_equal(attribute_find("", 0), ATTRIBUTE_UNKNOWN);
}

static void what_is_no_tag_is_text(void **state)
{
	(void)state;
	check("1 < 2 & 3 &amp; &copy; <3", "1 &lt; 2 &amp; 3 &amp; &copy; &lt;3");
	check("a<!-- <p> -->b<!doctype x>c<?php d ?>e", "abce");
	check("<p", "<p>");
	check("<a href=\"x", "<a href=\"x\">");
}

static void scripts_are_taken_out(void **state)
{
	(void)state;
	struct clean_page page = {0};
	static const char html[] = "<script>if (a<b) x('</p>');</script>"
				   "<script type='application/ld+json'>{\"a\":1}</script>"
				   "<SCRIPT id=s type=application/json>{}</SCRIPT >x";
	assert_int_equal(html_clean(html, sizeof(html) - 1, &page), NETRAL_OK);
	assert_int_equal(page.html.len, 1);
	assert_int_equal(page.script_count, 2);
	assert_true(page.scripts[0].linked_data);
	assert_int_equal(page.scripts[0].json.len, 7);
	assert_memory_equal(page.scripts[0].json.ptr, "{\"a\":1}", 7);
	assert_false(page.scripts[1].linked_data);
	buf_fini(&page.html);
}

static void depth_is_bounded(void **state)
{
	(void)state;
	struct clean_page page = {0};
	enum { DEEP = 100000 };
	char *html = malloc(DEEP * 11 + 1);
	assert_non_null(html);
	for (size_t i = 0; i < DEEP; i++) {
		memcpy(html + 5 * i, "<div>", 5);
		memcpy(html + 5 * (size_t)DEEP + 6 * i, "</div>", 6);
	}
	assert_int_equal(html_clean(html, DEEP * 11, &page), NETRAL_OK);
	assert_int_equal(page.html.len, CLEAN_DEPTH_MAX * 11);
	free(html);
	buf_fini(&page.html);
}

static void elements_are_found_by_name(void **state)
{
	(void)state;
	for (unsigned e = 1; e < ELEMENT_COUNT; e++) {
		const char *name = element_name((enum element)e);
		assert_int_equal(element_find(name, strlen(name)), e);
	}
	assert_int_equal(element_find("H1", 2), ELEMENT_H1);
	assert_int_equal(element_find("font", 4), ELEMENT_UNKNOWN);
	assert_int_equal(element_find("", 0), ELEMENT_UNKNOWN);
	assert_int_equal(element_find("{p", 2), ELEMENT_UNKNOWN);
	assert_int_equal(element_find("blockquotes", 11), ELEMENT_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_tags_and_attributes_stay),
		cmocka_unit_test(what_names_say_is_handed_on_as_marks),
		cmocka_unit_test(names_with_references_stay),
		cmocka_unit_test(of_attributes_of_one_name_the_first_counts),
		cmocka_unit_test(a_page_writes_no_marks),
		cmocka_unit_test(marks_are_read_as_they_were_written),
		cmocka_unit_test(attributes_are_found_by_name),
		cmocka_unit_test(what_is_no_tag_is_text),
		cmocka_unit_test(scripts_are_taken_out),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(elements_are_found_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

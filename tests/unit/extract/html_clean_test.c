#include "lib/extract/html_clean.h"

#include "lib/error.h"
#include "lib/extract/element.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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
	check("<DIV class=a onclick='x>y'><b>t</b></DIV>", "<div class=\"a\">t</div>");
	check("<meta name=n content='a\"<b' content2=3/>",
	      "<meta name=\"n\" content=\"a&quot;&lt;b\">");
	check("<p style='color:red'>a</p><p style=\"display:none\">b</p>",
	      "<p>a</p><p style=\"display:none\">b</p>");
}

static void what_is_no_tag_is_text(void **state)
{
	(void)state;
	check("1 < 2 & 3 &amp; &copy; <3", "1 &lt; 2 &amp; 3 &amp; &copy; &lt;3");
	check("a<!-- <p> -->b<!doctype x>c<?php d ?>e", "abce");
	check("<p", "<p>");
	check("<p class=\"x", "<p class=\"x\">");
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
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_tags_and_attributes_stay),
		cmocka_unit_test(what_is_no_tag_is_text),
		cmocka_unit_test(scripts_are_taken_out),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(elements_are_found_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "lib/extract/json_data.h"

#include "lib/error.h"
#include "lib/extract/json_mend.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, JSON_DATA_ARENA_MAX);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static struct json_data linked(const char *json)
{
	struct json_data data;
	struct clean_page page = {.script_count = 1};
	page.scripts[0] = (struct clean_script){{json, strlen(json)}, true};
	json_data_linked(&page, &arena, &data);
	return data;
}

static void check_mended(const char *json, const char *expected)
{
	struct buf out = {0};
	struct text t = {json, strlen(json)};
	assert_int_equal(json_mend(&t, &out), NETRAL_OK);
	assert_int_equal(buf_append(&out, "", 1), NETRAL_OK);
	assert_string_equal((char *)out.data, expected);
	buf_fini(&out);
}

static void common_mistakes_are_mended(void **state)
{
	(void)state;
	check_mended("// <![CDATA[\n{\"a\":1} // ]]>", "{\"a\":1}");
	check_mended("<!-- [1] -->", "[1]");
	check_mended("{\"a\":\"x\ny\tz\"}", "{\"a\":\"x\\ny z\"}");
	check_mended("{\"a\":[1,2,],}", "{\"a\":[1,2]}");
	check_mended("{\"a\":\"it\\'s, ]\\u0000\"}", "{\"a\":\"it's, ]\\u0020\"}");
	check_mended("{\"a\":\"\\", "");
	check_mended("", "");
}

static void the_article_is_found_wherever_it_stands(void **state)
{
	(void)state;
	assert_string_equal(linked("{\"@type\":\"NewsArticle\",\"headline\":\"A\"}").title.ptr,
			    "A");
	assert_string_equal(
		linked("[{\"@type\":\"WebSite\",\"name\":\"S\"},{\"@type\":[\"Thing\",\"Article\"],"
		       "\"headline\":\"B\"}]")
			.title.ptr,
		"B");
	assert_string_equal(linked("{\"@graph\":[{\"@type\":\"WebPage\",\"mainEntity\":{\"@type\":"
				   "\"BlogPosting\",\"headline\":\"C\"}}]}")
				    .title.ptr,
			    "C");
	assert_string_equal(linked("{\"@type\":\"ItemList\",\"itemListElement\":[{\"@type\":"
				   "\"NewsArticle\",\"headline\":\"D\"}]}")
				    .title.ptr,
			    "");
}

static void authors_come_in_many_forms(void **state)
{
	(void)state;
	struct json_data d = linked("{\"@type\":\"Article\",\"author\":\"Siti\"}");
	assert_int_equal(d.author_count, 1);
	assert_string_equal(d.authors[0].ptr, "Siti");
	d = linked(
		"{\"@type\":\"Article\",\"author\":[{\"name\":\"Siti\"},{\"name\":[\"Budi\"]},7]}");
	assert_int_equal(d.author_count, 2);
	assert_string_equal(d.authors[1].ptr, "Budi");
}

static void what_is_no_json_tells_nothing(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"",       "{",
		"nein",   "{\"@type\":\"NewsArticle\"",
		"[[[[[[", "{\"@type\":\"NewsArticle\",\"headline\":\"\xff\"}"};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(linked(rows[i]).title.ptr, "");
}

static void a_date_outlives_broken_quotes(void **state)
{
	(void)state;
	struct json_data d = linked("{\"@type\":\"NewsArticle\",\"headline\":\"Ia \"netral\" \","
				    "\"datePublished\" : \"2024-08-21\"}");
	assert_string_equal(d.title.ptr, "");
	assert_int_equal(d.published.len, 10);
	assert_memory_equal(d.published.ptr, "2024-08-21", 10);
	assert_int_equal(linked("{\"@type\":\"NewsArticle\",\"datePublished\"").published.len, 0);
	assert_int_equal(linked("{\"datePublished\":\"2024-08-21\",,}").published.len, 0);
}

static void memory_is_bounded(void **state)
{
	(void)state;
	enum { SIZE = 1 << 20 };
	char *json = malloc(SIZE + 1);
	assert_non_null(json);
	for (size_t i = 0; i < SIZE; i++)
		json[i] = "{},"[i % 3];
	json[0] = '[';
	json[SIZE - 1] = ']';
	json[SIZE] = '\0';
	assert_string_equal(linked(json).title.ptr, "");
	assert_true(arena.used <= JSON_DATA_ARENA_MAX);
	free(json);
}

static void the_state_of_an_application_holds_the_longest_text(void **state)
{
	(void)state;
	static const char json[] = "{\"menu\":[{\"title\":\"Beranda\"}],\"post\":{\"judul\":\"J\","
				   "\"tanggal\":\"2024-08-21\","
				   "\"author\":{\"name\":\"Siti\"},\"isi\":\"<p>Kalimat pertama "
				   "yang cukup panjang di sini. "
				   "Kalimat kedua juga tidak pendek, dan diakhiri titik. Kalimat "
				   "ketiga menyusul. Lalu ada "
				   "satu lagi yang menutup paragraf ini dengan tenang. Selesai "
				   "sudah semuanya.</p>\"}}";
	struct json_data data;
	struct clean_page page = {.script_count = 1};
	page.scripts[0] = (struct clean_script){{json, sizeof(json) - 1}, false};
	json_data_state(&page, &arena, &data);
	assert_string_equal(data.title.ptr, "J");
	assert_string_equal(data.published.ptr, "2024-08-21");
	assert_string_equal(data.authors[0].ptr, "Siti");
	assert_int_equal(strncmp(data.body.ptr, "<p>Kalimat", 10), 0);
	json_data_linked(&page, &arena, &data);
	assert_int_equal(data.body.len, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(common_mistakes_are_mended),
		TEST(the_article_is_found_wherever_it_stands),
		TEST(authors_come_in_many_forms),
		TEST(what_is_no_json_tells_nothing),
		TEST(a_date_outlives_broken_quotes),
		TEST(memory_is_bounded),
		TEST(the_state_of_an_application_holds_the_longest_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

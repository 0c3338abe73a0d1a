#include "lib/source/sources.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "tests/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char folder[FOLDER_SIZE];
static char path[FOLDER_SIZE + 16];
static char error[600];
static struct sources sources;

static int set_up(void **state)
{
	(void)state;
	if (!folder_make(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/x.conf", folder);
	sources = (struct sources){.count = 0};
	error[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	sources_free(&sources);
	unlink(path);
	return rmdir(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static int read_text(const char *text)
{
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
	sources_free(&sources);
	return sources_read(path, &sources, error, sizeof(error));
}

/* `sentence` is what must follow "<path>:". */
static void refused(const char *text, const char *sentence)
{
	char expected[600];
	if (read_text(text) != NETRAL_EINVALID)
		fail_msg("taken: %s", text);
	snprintf(expected, sizeof(expected), "%s:%s", path, sentence);
	assert_string_equal(error, expected);
	assert_int_equal(sources.count, 0);
}

static void sections_become_sources(void **state)
{
	(void)state;
	int r = read_text("# semua\n"
			  "source \"Kabar Lembah\" {\n"
			  "\tkind = feed\n"
			  "\turl = \"HTTPS://Outlet.example/feed\" # RSS\n"
			  "}\n"
			  "source Peta {\n"
			  "\turl = 'http://b.example/news.xml'\n"
			  "\tkind = sitemap\n"
			  "\tmin_interval = 30s\n"
			  "\tmax_interval = 1d\n"
			  "\tenabled = false\n"
			  "}\n"
			  "source Dinas { kind = page url = https://c.example/ }\n");
	assert_string_equal(error, "");
	assert_int_equal(r, NETRAL_OK);
	assert_int_equal(sources.count, 3);
	const struct source *s = sources.list;
	assert_string_equal(s[0].name.ptr, "Kabar Lembah");
	assert_string_equal(s[0].url.ptr, "https://outlet.example/feed");
	assert_int_equal(s[0].kind, SOURCE_FEED);
	assert_int_equal(s[0].min_interval_ms, 120000);
	assert_int_equal(s[0].max_interval_ms, 6 * 3600000);
	assert_true(s[0].enabled);
	assert_string_equal(s[1].name.ptr, "Peta");
	assert_int_equal(s[1].kind, SOURCE_SITEMAP);
	assert_int_equal(s[1].min_interval_ms, 30000);
	assert_int_equal(s[1].max_interval_ms, 86400000);
	assert_false(s[1].enabled);
	assert_int_equal(s[2].kind, SOURCE_PAGE);
	assert_string_equal(source_kind_name(s[2].kind), "page");
}

static void nothing_is_no_source(void **state)
{
	(void)state;
	assert_int_equal(read_text(""), NETRAL_OK);
	assert_int_equal(sources.count, 0);
	assert_int_equal(read_text("# nothing\n"), NETRAL_OK);
	assert_int_equal(sources.count, 0);
}

static void errors_name_file_line_and_key(void **state)
{
	(void)state;
	refused("source A {\n url = https://a.example/\n kind = rss\n}\n",
		"3: source \"A\": kind: \"rss\" is not feed, sitemap or page");
	refused("source A {\n kind = feed\n}\n", "3: source \"A\": url: is missing");
	refused("source A {\n url = \"ftp://a.example/\"\n enabled = true\n}\n",
		"2: source \"A\": url: \"ftp://a.example/\" is no http or https URL");
	refused("source A {\n url = https://a.example/\n\n max_interval = 30s\n}\n",
		"4: source \"A\": max_interval: must be at least min_interval");
	refused("source A {\n min_interval = 500ms\n}\n",
		"2: min_interval: 500ms is out of range, 1000 to 2592000000 ms");
	refused("source A {\n enabled = yes\n}\n", "2: enabled: \"yes\" is not true or false");
	refused("\nsource A {\n\n uri = x\n}\n", "4: unknown key \"uri\"");
	refused("feed A {\n}\n", "1: unknown key \"feed\"");
	refused("source \"\" {\n url = https://a.example/\n}\n",
		"3: source \"\": the name must have 1 to 64 bytes");
	refused("source A {\n url = https://a.example/\n}\nsource A {\n url = "
		"https://b.example/\n}\n",
		"4: found duplicate title 'A'");
}

static void what_cannot_be_parsed_is_refused(void **state)
{
	(void)state;
	static const char *const rows[] = {"source {\n}\n",
					   "source A\n",
					   "source A {\n",
					   "source A {\n url = \"x\n}\n",
					   "}\n",
					   "source A { { } }",
					   "source \"A\x01\" { url = https://a.example/ }"};
	for (size_t i = 0; i < netral_countof(rows); i++) {
		if (read_text(rows[i]) != NETRAL_EINVALID)
			fail_msg("taken: %s", rows[i]);
		assert_ptr_equal(strstr(error, path), error);
	}
}

static void a_file_that_is_not_there(void **state)
{
	(void)state;
	assert_int_equal(sources_read(path, &sources, error, sizeof(error)), NETRAL_ENOTFOUND);
	assert_non_null(strstr(error, "cannot be read"));
	assert_int_equal(read_text(""), NETRAL_OK);
}

static void ten_thousand_sources_are_read(void **state)
{
	(void)state;
	enum { COUNT = 10000 };
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	for (int i = 0; i < COUNT; i++)
		fprintf(f, "source \"Outlet %d\" {\n\turl = \"https://o%d.example/feed\"\n}\n", i,
			i);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(sources_read(path, &sources, error, sizeof(error)), NETRAL_OK);
	assert_int_equal(sources.count, COUNT);
	assert_string_equal(sources.list[COUNT - 1].url.ptr, "https://o9999.example/feed");
}

#ifdef NETRAL_TEST_HOOKS
static void no_memory_is_an_error_wherever_it_ends(void **state)
{
	(void)state;
	int r = NETRAL_ENOMEM;
	for (unsigned n = 1; r != NETRAL_OK; n++) {
		fault_arm("alloc", n);
		r = read_text("source A {\n url = https://a.example/\n}\n"
			      "source B {\n url = https://b.example/\n}\n");
		fault_arm(NULL, 0);
		assert_true(r == NETRAL_OK || r == NETRAL_ENOMEM);
	}
	assert_int_equal(sources.count, 2);
}
#endif

static void the_example_is_good(void **state)
{
	(void)state;
	sources_free(&sources);
	int r = sources_read(TESTS_DATA_DIR "/sources.conf.example", &sources, error,
			     sizeof(error));
	assert_string_equal(error, "");
	assert_int_equal(r, NETRAL_OK);
	assert_int_equal(sources.count, 333);
	assert_int_equal(read_text(""), NETRAL_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sections_become_sources),
		TEST(nothing_is_no_source),
		TEST(errors_name_file_line_and_key),
		TEST(what_cannot_be_parsed_is_refused),
		TEST(a_file_that_is_not_there),
		TEST(ten_thousand_sources_are_read),
#ifdef NETRAL_TEST_HOOKS
		TEST(no_memory_is_an_error_wherever_it_ends),
#endif
		TEST(the_example_is_good),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

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

/* --- what a person states --- */

static int check(const struct source_statement *st, struct arena *arena, struct source *ret)
{
	arena_init(arena, SOURCES_ARENA_MAX);
	return source_check(st, arena, ret, error, sizeof(error));
}

/* Written, then read: the same source. */
static void survives(const struct source_statement *st)
{
	netral_cleanup(buf_fini) struct buf out = {0};
	struct arena arena;
	struct source s;
	if (check(st, &arena, &s) < 0)
		fail_msg("%s: %s", st->name, error);
	assert_int_equal(source_write(st, &out), 0);
	assert_int_equal(buf_append(&out, "", 1), 0);
	if (read_text((const char *)out.data) < 0)
		fail_msg("%s: %s\n%s", st->name, error, (const char *)out.data);
	assert_int_equal(sources.count, 1);
	assert_string_equal(sources.list[0].name.ptr, st->name);
	assert_int_equal(sources.list[0].kind, s.kind);
	assert_string_equal(sources.list[0].url.ptr, s.url.ptr);
	assert_int_equal(sources.list[0].min_interval_ms, s.min_interval_ms);
	assert_true(sources.list[0].enabled);
	arena_fini(&arena);
}

static void a_statement_survives_the_file(void **state)
{
	(void)state;
	static const char *const names[] = {
		"Kabar",
		"Kabar \"Lembah\"",
		"it's",
		"\\",
		"a\\\"b\\",
		"${HOME}",
		"$HOME \\${HOME}",
		"# none",
		"/* none */ // none",
		"} source x { url = y",
		"\\n\\x41\\101",
		" Berita – Ambon é ",
		"\xf0\x9f\x93\xb0",
	};
	assert_int_equal(setenv("HOME", "/elsewhere", 1), 0);
	for (size_t i = 0; i < netral_countof(names); i++)
		survives(&(struct source_statement){names[i], NULL, "https://a.example/", NULL});
	survives(&(struct source_statement){"A", "sitemap", "http://a.example/?a={1}&b='${HOME}'#x",
					    "10min"});
	survives(&(struct source_statement){"A", "page", "https://a.example/%22/\"/\\/", "6h"});
}

/* Random names of the characters that mean something to the file's reader. */
static void no_name_breaks_the_file(void **state)
{
	(void)state;
	static const char letters[] = "\"'\\${}#/*=,; anx01";
	unsigned seed = 20240821;
	for (int i = 0; i < 2000; i++) {
		char name[SOURCE_NAME_MAX + 1];
		size_t len = 1 + (size_t)rand_r(&seed) % SOURCE_NAME_MAX;
		for (size_t k = 0; k < len; k++)
			name[k] = letters[(size_t)rand_r(&seed) % (sizeof(letters) - 1)];
		name[len] = '\0';
		survives(&(struct source_statement){name, "feed", "https://a.example/", NULL});
	}
}

static void bad_statements_are_refused(void **state)
{
	(void)state;
	static const struct {
		struct source_statement statement;
		const char *sentence;
	} bad[] = {
		{{"", NULL, "https://a.example/", NULL}, "the name must have 1 to 64 bytes"},
		{{"a\nb", NULL, "https://a.example/", NULL}, "the name has a control character"},
		{{"a\xff", NULL, "https://a.example/", NULL}, "the name is not valid UTF-8"},
		{{"A", "rss", "https://a.example/", NULL},
		 "kind: \"rss\" is not feed, sitemap or page"},
		{{"A", NULL, "ftp://a.example/", NULL},
		 "url: \"ftp://a.example/\" is no http or https URL"},
		{{"A", NULL, "", NULL}, "url: is missing"},
		{{"A", NULL, "https://a.example/", "soon"},
		 "min_interval: \"soon\" is not a time such as 250ms, 30s, 5min, 2h or 7d"},
		{{"A", NULL, "https://a.example/", "7h"},
		 "max_interval: must be at least min_interval"},
		{{"A", NULL, "https://a.example/", "5min\n}"}, "min_interval: \"5min\n}\" is not"},
	};
	for (size_t i = 0; i < netral_countof(bad); i++) {
		struct arena arena;
		struct source s;
		assert_int_equal(check(&bad[i].statement, &arena, &s), NETRAL_EINVALID);
		assert_memory_equal(error, bad[i].sentence, strlen(bad[i].sentence));
		arena_fini(&arena);
	}
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
		TEST(a_statement_survives_the_file),
		TEST(no_name_breaks_the_file),
		TEST(bad_statements_are_refused),
#ifdef NETRAL_TEST_HOOKS
		TEST(no_memory_is_an_error_wherever_it_ends),
#endif
		TEST(the_example_is_good),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

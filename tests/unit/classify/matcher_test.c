#include "tests/unit/classify/fixture.h"

#include "lib/cleanup.h"
#include "workers/classify/matcher.h"

#include <string.h>

static struct phrases phrases;
static struct matcher *matcher;
static struct arena arena;

static int up(void **state)
{
	(void)state;
	phrases_init(&phrases);
	phrases_add(&phrases, GROUP_STATUS, "terbukti", 1, "", 0);
	phrases_add(&phrases, GROUP_STATUS, "tidak terbukti", 2, "", 0);
	phrases_add(&phrases, GROUP_CLAUSE, "tidak", 3, "", 0);
	phrases_add(&phrases, GROUP_SESSION, "sosialisasi", 4, "", 0);
	phrases_add(&phrases, GROUP_PLACE, "Kota Batu", 5, "", 0);
	phrases_add(&phrases, GROUP_AGENCY, "Bawaslu", 6, "", 0);
	arena_init(&arena, 1 << 20);
	return matcher_new(&phrases, UINT64_MAX, &matcher);
}

static int down(void **state)
{
	(void)state;
	matcher_free(matcher);
	phrases_fini(&phrases);
	arena_fini(&arena);
	return 0;
}

static struct hits scan(const char *text)
{
	struct hits hits = {0};
	assert_int_equal(matcher_scan(matcher, text, strlen(text), &arena, &hits), 0);
	return hits;
}

static void expect_hits(const char *text, size_t count)
{
	struct hits hits = scan(text);
	if (hits.count != count)
		fail_msg("\"%s\": %zu hits, expected %zu", text, hits.count, count);
}

static void test_longest_of_a_group(void **state)
{
	(void)state;
	struct hits hits = scan("Ia Tidak Terbukti.");
	assert_int_equal(hits.count, 2);
	assert_int_equal(hits.list[0].group, GROUP_STATUS);
	assert_int_equal(phrases.list[hits.list[0].phrase].value, 2);
	assert_int_equal(hits.list[0].start, 3);
	assert_int_equal(hits.list[0].end, 17);
	assert_int_equal(hits.list[1].group, GROUP_CLAUSE);
}

static void test_word_boundaries(void **state)
{
	(void)state;
	expect_hits("sosialisasi", 1);
	expect_hits("(sosialisasi)", 1);
	expect_hits("sosialisasikan", 0);
	expect_hits("resosialisasi", 0);
	expect_hits("sosialisasinya", 1);
	expect_hits("sosialisasinyaman", 0);
	expect_hits("sosialisasi\xc3\xa9", 0);
	expect_hits("Kota Batunya", 0); /* no enclitics behind names */
	expect_hits("bawaslu.go.id", 0);
	expect_hits("Menurut Bawaslu.Kemudian", 1);
}

static void test_groups(void **state)
{
	(void)state;
	struct matcher *few = NULL;
	struct hits hits = {0};
	assert_int_equal(matcher_new(&phrases, 1ULL << GROUP_CLAUSE, &few), 0);
	assert_int_equal(matcher_scan(few, "tidak terbukti", 14, &arena, &hits), 0);
	assert_int_equal(hits.count, 1);
	assert_int_equal(hits.list[0].group, GROUP_CLAUSE);
	matcher_free(few);
}

/* One form within and behind another, on both sides of where the scan cuts the text into blocks. */
static void test_every_position(void **state)
{
	(void)state;
	static const char word[] = "tidak terbukti";
	char text[2200];
	for (size_t at = 0; at + sizeof(word) < sizeof(text); at++) {
		memset(text, '.', sizeof(text));
		memcpy(text + at, word, sizeof(word) - 1);
		struct hits hits = {0};
		arena_reset(&arena);
		assert_int_equal(matcher_scan(matcher, text, sizeof(text), &arena, &hits), 0);
		assert_int_equal(hits.count, 2);
		assert_int_equal(hits.list[0].start, at);
		assert_int_equal(hits.list[0].end, at + sizeof(word) - 1);
	}
}

static void test_prefixes(void **state)
{
	(void)state;
	static const char *const forms[] = {"a",      "ab",   "abc",       "abc de",
					    "abc df", "abcd", "\xc3\xa9t", "b"};
	struct phrases few;
	struct matcher *m = NULL;
	phrases_init(&few);
	for (size_t i = 0; i < netral_countof(forms); i++)
		assert_int_equal(phrases_add(&few, GROUP_PLACE, forms[i], (int64_t)i, "", 0), 0);
	assert_int_equal(matcher_new(&few, UINT64_MAX, &m), 0);
	for (size_t i = 0; i < netral_countof(forms); i++) {
		struct hits hits = {0};
		size_t len = strlen(forms[i]);
		assert_int_equal(matcher_scan(m, forms[i], len, &arena, &hits), 0);
		assert_int_equal(hits.count, 1);
		assert_int_equal(few.list[hits.list[0].phrase].value, i);
		assert_int_equal(hits.list[0].end, len);
	}
	matcher_free(m);
	phrases_fini(&few);
}

static void test_no_phrases(void **state)
{
	(void)state;
	struct matcher *m = NULL;
	struct hits hits = {0};
	assert_int_equal(matcher_new(&phrases, 0, &m), 0);
	assert_int_equal(matcher_scan(m, "tidak", 5, &arena, &hits), 0);
	assert_int_equal(hits.count, 0);
	matcher_free(m);
}

static void test_memory_runs_out(void **state)
{
	(void)state;
	struct arena small;
	struct hits hits = {0};
	arena_init(&small, 64);
	assert_true(matcher_scan(matcher, "tidak", 5, &small, &hits) < 0);
	arena_fini(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_longest_of_a_group),
		cmocka_unit_test(test_word_boundaries),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_every_position),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_no_phrases),
		cmocka_unit_test(test_memory_runs_out),
	};
	return cmocka_run_group_tests(tests, up, down);
}

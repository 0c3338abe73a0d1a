#include "tests/unit/classify/fixture.h"

#include "workers/classify/matcher.h"

#include <string.h>

static struct phrases phrases;
static struct matcher *matcher;
static struct matcher_scratch *scratch;
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
	if (matcher_new(&phrases, UINT64_MAX, &matcher) < 0)
		return -1;
	const struct matcher *const list[] = {matcher};
	return matcher_scratch_new(list, 1, &scratch);
}

static int down(void **state)
{
	(void)state;
	matcher_scratch_free(scratch);
	matcher_free(matcher);
	phrases_fini(&phrases);
	arena_fini(&arena);
	return 0;
}

static struct hits scan(const char *text)
{
	struct hits hits = {0};
	assert_int_equal(matcher_scan(matcher, scratch, text, strlen(text), &arena, &hits), 0);
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
	struct matcher_scratch *s = NULL;
	struct hits hits = {0};
	assert_int_equal(matcher_new(&phrases, 1ULL << GROUP_CLAUSE, &few), 0);
	const struct matcher *const list[] = {few};
	assert_int_equal(matcher_scratch_new(list, 1, &s), 0);
	assert_int_equal(matcher_scan(few, s, "tidak terbukti", 14, &arena, &hits), 0);
	assert_int_equal(hits.count, 1);
	assert_int_equal(hits.list[0].group, GROUP_CLAUSE);
	matcher_scratch_free(s);
	matcher_free(few);
}

static void test_memory_runs_out(void **state)
{
	(void)state;
	struct arena small;
	struct hits hits = {0};
	arena_init(&small, 64);
	assert_true(matcher_scan(matcher, scratch, "tidak", 5, &small, &hits) < 0);
	arena_fini(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_longest_of_a_group),
		cmocka_unit_test(test_word_boundaries),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_memory_runs_out),
	};
	return cmocka_run_group_tests(tests, up, down);
}

/* How many articles are about each area: counted once, whatever is sent again, and taken back when
 * an article is classified again. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

/* 2024-08-22, when the articles of these tests came in. */
static const uint64_t came_us = UINT64_C(1724284800) * 1000000;

static struct result *about(struct fixture *f, unsigned n, uint32_t revision, const char *area,
			    const char *second)
{
	struct result *r = fixture_result(f, n, revision, 1, NULL, 0);
	r->accepted_us = came_us;
	r->has_areas = true;
	r->areas = arena_calloc(&f->arena, 2, sizeof(*r->areas));
	r->areas[0] = area;
	r->areas[1] = second;
	r->area_count = second ? 2 : area ? 1 : 0;
	return r;
}

static struct store_coverage *read_all(struct fixture *f)
{
	static struct store_coverage page;
	const struct msg_coverage all = {.after_area = ""};
	assert_int_equal(store_read_begin(f->store), 0);
	assert_int_equal(store_coverage(f->store, &all, &page), 0);
	store_read_end(f->store);
	assert_false(page.more);
	return &page;
}

static uint64_t count_of(struct fixture *f, uint32_t month, const char *area)
{
	const struct store_coverage *page = read_all(f);
	for (size_t i = 0; i < page->count; i++) {
		if (page->rows[i].month == month && strcmp(page->rows[i].area, area) == 0)
			return page->rows[i].articles;
	}
	return 0;
}

static uint64_t uncounted(struct fixture *f)
{
	struct store_counts c;
	store_counts(f->store, &c);
	return c.uncounted;
}

static void an_article_counts_in_its_areas_and_once_in_their_province(void **state)
{
	struct fixture *f = *state;
	fixture_record(f, about(f, 1, 1, "81.71", "81.01"));
	fixture_record(f, about(f, 2, 1, "81.71", "53"));
	fixture_record(f, about(f, 3, 1, NULL, NULL));
	assert_int_equal(count_of(f, 202408, "81.71"), 2);
	assert_int_equal(count_of(f, 202408, "81.01"), 1);
	assert_int_equal(count_of(f, 202408, "81"), 2);
	assert_int_equal(count_of(f, 202408, "53"), 1);
	assert_int_equal(count_of(f, 202408, ""), 1);
	assert_int_equal(read_all(f)->count, 5);
	assert_int_equal(uncounted(f), 0);
	fixture_reopen(f);
	assert_int_equal(count_of(f, 202408, "81"), 2);
}

static void what_is_sent_again_is_not_counted_again(void **state)
{
	struct fixture *f = *state;
	struct result *r = about(f, 1, 1, "81.71", NULL);
	struct record_status status;
	assert_int_equal(store_record(f->store, r, 0, &status), 0);
	assert_int_equal(store_record(f->store, r, 0, &status), 0);
	assert_int_equal(status.outcome, RECORD_UNCHANGED);
	assert_int_equal(store_commit(f->store), 1);
	assert_int_equal(fixture_record(f, r), RECORD_UNCHANGED);
	fixture_reopen(f);
	assert_int_equal(fixture_record(f, r), RECORD_UNCHANGED);
	assert_int_equal(count_of(f, 202408, "81.71"), 1);
	assert_int_equal(count_of(f, 202408, "81"), 1);
}

static void a_later_reading_takes_the_earlier_one_back(void **state)
{
	struct fixture *f = *state;
	fixture_record(f, about(f, 1, 1, "81.71", "53"));
	fixture_record(f, about(f, 2, 1, "81.71", NULL));
	struct result *r = about(f, 1, 2, "81.01", NULL);
	r->published = (struct text){"2024-07-31", 10};
	fixture_record(f, r);
	assert_int_equal(count_of(f, 202408, "81.71"), 1);
	assert_int_equal(count_of(f, 202408, "53"), 0);
	assert_int_equal(count_of(f, 202408, "81"), 1);
	assert_int_equal(count_of(f, 202407, "81.01"), 1);
	assert_int_equal(count_of(f, 202407, "81"), 1);
	assert_int_equal(read_all(f)->count, 4); /* no row of nought stays */
}

/* In one batch, where the change before it is not in the store yet. */
static void both_readings_may_come_in_one_batch(void **state)
{
	struct fixture *f = *state;
	struct record_status status;
	assert_int_equal(store_record(f->store, about(f, 1, 1, "81.71", NULL), 0, &status), 0);
	assert_int_equal(store_record(f->store, about(f, 1, 2, "53.71", NULL), 0, &status), 0);
	assert_int_equal(store_commit(f->store), 1);
	assert_int_equal(count_of(f, 202408, "81.71"), 0);
	assert_int_equal(count_of(f, 202408, "53.71"), 1);
	assert_int_equal(read_all(f)->count, 2);
}

static void what_replaces_keeps_the_month(void **state)
{
	struct fixture *f = *state;
	fixture_record(f, about(f, 1, 1, "81.71", NULL));
	struct result *r = about(f, 1, 2, "81.01", NULL);
	r->has_replaces = true;
	r->replaces.revision = 1;
	memset(r->replaces.data_hash, 1, sizeof(r->replaces.data_hash));
	r->text_zstd = (struct bytes){NULL, 0};
	r->published = (struct text){"", 0};
	r->accepted_us = 0;
	assert_int_equal(fixture_record(f, r), RECORD_RECORDED);
	assert_int_equal(count_of(f, 202408, "81.01"), 1);
	assert_int_equal(read_all(f)->count, 2);
}

static void an_article_of_which_nothing_is_said_is_counted_later(void **state)
{
	struct fixture *f = *state;
	struct result *r = about(f, 1, 1, NULL, NULL);
	r->has_areas = false;
	fixture_record(f, r);
	assert_int_equal(uncounted(f), 1);
	assert_int_equal(read_all(f)->count, 0);
	fixture_reopen(f);
	assert_int_equal(uncounted(f), 1);
	fixture_record(f, about(f, 1, 2, "81.71", NULL));
	assert_int_equal(uncounted(f), 0);
	assert_int_equal(count_of(f, 202408, "81.71"), 1);
	r = about(f, 1, 3, NULL, NULL); /* and what was said stays */
	r->has_areas = false;
	fixture_record(f, r);
	assert_int_equal(uncounted(f), 0);
	assert_int_equal(count_of(f, 202408, "81.71"), 1);
}

static void an_aborted_batch_counts_nothing(void **state)
{
	struct fixture *f = *state;
	struct record_status status;
	struct result *r = about(f, 2, 1, NULL, NULL);
	r->has_areas = false;
	assert_int_equal(store_record(f->store, about(f, 1, 1, "81.71", NULL), 0, &status), 0);
	assert_int_equal(store_record(f->store, r, 0, &status), 0);
	store_abort(f->store);
	assert_int_equal(uncounted(f), 0);
	fixture_record(f, about(f, 3, 1, "53.71", NULL));
	assert_int_equal(count_of(f, 202408, "81.71"), 0);
	assert_int_equal(count_of(f, 202408, "53.71"), 1);
}

/* Pages say that they were published at any time. */
static void months_that_cannot_be_are_not_believed(void **state)
{
	static const struct {
		const char *published;
		uint32_t month;
	} cases[] = {
		{"2024-08-21T14:05:00+07:00", 202408},
		{"2024-09", 202409}, /* a clock that is ahead */
		{"2024-10-01", 202408},
		{"9999-12-31", 202408},
		{"1989-12-31", 202408},
		{"1990-01-01", 199001},
		{"2024-13-01", 202408},
		{"2024", 202408},
		{"Agustus", 202408},
		{"", 202408},
	};
	struct fixture *f = *state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char area[6];
		snprintf(area, sizeof(area), "81.%02u", i);
		struct result *r = about(f, i + 1, 1, area, NULL);
		r->published = (struct text){cases[i].published, strlen(cases[i].published)};
		fixture_record(f, r);
		assert_int_equal(count_of(f, cases[i].month, area), 1);
	}
}

static void pages_go_on_where_they_ended(void **state)
{
	static struct store_coverage page;
	struct fixture *f = *state;
	char after[EVENT_AREA_CODE_MAX] = "";
	struct msg_coverage asked = {.after_area = after};
	size_t rows = 0, pages = 0;
	/* 12 months of 4 provinces with 99 regencies each: 4,800 rows, two pages */
	for (unsigned n = 0; n < 12 * 4 * 99; n++) {
		char *area = arena_printf(&f->arena, "%02u.%02u", 11 + n / 99 % 4, 1 + n % 99);
		struct result *r = about(f, n + 1, 1, area, NULL);
		char *day = arena_printf(&f->arena, "2023-%02u-01", 1 + n / (4 * 99));
		struct record_status status;
		r->published = (struct text){day, strlen(day)};
		assert_int_equal(store_record(f->store, r, 0, &status), 0);
		assert_int_equal(status.outcome, RECORD_RECORDED);
		if (n % 400 == 399)
			assert_int_equal(store_commit(f->store), 1);
	}
	store_commit(f->store);
	assert_int_equal(store_read_begin(f->store), 0);
	do {
		assert_int_equal(store_coverage(f->store, &asked, &page), 0);
		assert_true(page.count > 0);
		rows += page.count;
		pages++;
		asked.after_month = page.rows[page.count - 1].month;
		memcpy(after, page.rows[page.count - 1].area, sizeof(after));
	} while (page.more);
	assert_int_equal(rows, 12 * 4 * 100);
	assert_int_equal(pages, 2);
	asked = (struct msg_coverage){.since = 202302, .until = 202302, .after_area = ""};
	assert_int_equal(store_coverage(f->store, &asked, &page), 0);
	assert_int_equal(page.count, 400);
	assert_false(page.more);
	store_read_end(f->store);
}

static void bad_areas_are_refused(void **state)
{
	static const char *const bad[] = {"ID", "none", "", "Ambon", "81.7", "81.711", "53"};
	struct fixture *f = *state;
	struct record_status status;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(store_record(f->store, about(f, 1, 1, "53", bad[i]), 0, &status),
				 0);
		assert_int_equal(status.outcome, RECORD_REFUSED);
	}
	struct result *r = about(f, 1, 1, "53", NULL);
	r->area_count = ARTICLE_AREAS_MAX + 1;
	assert_int_equal(store_record(f->store, r, 0, &status), 0);
	assert_int_equal(status.outcome, RECORD_REFUSED);
	assert_int_equal(store_commit(f->store), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(an_article_counts_in_its_areas_and_once_in_their_province),
		TEST(what_is_sent_again_is_not_counted_again),
		TEST(a_later_reading_takes_the_earlier_one_back),
		TEST(both_readings_may_come_in_one_batch),
		TEST(what_replaces_keeps_the_month),
		TEST(an_article_of_which_nothing_is_said_is_counted_later),
		TEST(an_aborted_batch_counts_nothing),
		TEST(months_that_cannot_be_are_not_believed),
		TEST(pages_go_on_where_they_ended),
		TEST(bad_areas_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Classifying again: what the archive yields, and what becomes of results that replace. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

#define HELD(area)                                                                                 \
	{                                                                                          \
		EVENT_KIND_SESSION, EVENT_STATUS_HELD, area, "2024-08-21", ""                      \
	}
#define PLANNED(area)                                                                              \
	{                                                                                          \
		EVENT_KIND_SESSION, EVENT_STATUS_PLANNED, area, "2024-08-21", ""                   \
	}
#define FOUND(area)                                                                                \
	{                                                                                          \
		EVENT_KIND_VIOLATION, EVENT_STATUS_FOUND, area, "2024-08", ""                      \
	}

static struct classifier_version version(uint32_t revision, uint8_t hash)
{
	struct classifier_version v = {.revision = revision};
	memset(v.data_hash, hash, sizeof(v.data_hash));
	return v;
}

/* As a client makes it from a page of the archive: no text, no particulars. */
static struct result *replacing(struct fixture *f, unsigned n, struct classifier_version by,
				struct classifier_version replaced, const struct spec *specs,
				size_t count)
{
	struct result *r = fixture_result(f, n, by.revision, by.data_hash[0], specs, count);
	r->text_zstd = (struct bytes){NULL, 0};
	r->url = r->title = r->published = r->source = (struct text){"", 0};
	r->accepted_us = 0;
	r->has_replaces = true;
	r->replaces = replaced;
	return r;
}

static struct record_status record(struct fixture *f, const struct result *r)
{
	struct record_status status;
	assert_int_equal(store_record(f->store, r, FIXTURE_NOW_US, &status), 0);
	assert_int_equal(store_commit(f->store), status.outcome == RECORD_RECORDED);
	return status;
}

static enum record_outcome replace(struct fixture *f, unsigned n, uint8_t by, uint8_t replaced,
				   const struct spec *specs, size_t count)
{
	return record(f, replacing(f, n, version(1, by), version(1, replaced), specs, count))
		.outcome;
}

/* --- results that replace --- */

static void each_difference_becomes_an_update(void **state)
{
	struct fixture *f = *state;
	const struct spec first[] = {HELD("81.71"), FOUND("81.71"), HELD("53")};
	const struct spec second[] = {PLANNED("81.71"), FOUND("81.71"), HELD("81")};
	assert_int_equal(fixture_record(f, fixture_result(f, 1, 1, 1, first, 3)), RECORD_RECORDED);
	struct record_status s =
		record(f, replacing(f, 1, version(1, 2), version(1, 1), second, 3));
	assert_int_equal(s.outcome, RECORD_RECORDED);
	assert_int_equal(s.added, 1);
	assert_int_equal(s.changed, 1);
	assert_int_equal(s.removed, 1);
	assert_int_equal(store_head(f->store), 6);
	assert_int_equal(fixture_update(f, 4).change, CHANGE_CHANGED);
	assert_int_equal(fixture_update(f, 5).change, CHANGE_NEW);
	assert_int_equal(fixture_update(f, 6).change, CHANGE_REMOVED);
	fixture_check(f);
	fixture_reopen(f);
	fixture_check(f);
}

static void the_article_stays_what_it_was(void **state)
{
	struct fixture *f = *state;
	const struct spec spec = HELD("81.71");
	struct store_shown shown;
	struct result *r = fixture_result(f, 1, 1, 1, NULL, 0);
	char hex[ARTICLE_ID_HEX + 1];
	article_id_format(&r->article_id, hex);
	assert_int_equal(fixture_record(f, r), RECORD_RECORDED);
	assert_int_equal(replace(f, 1, 2, 1, &spec, 1), RECORD_RECORDED);
	struct update u = fixture_update(f, 1);
	assert_string_equal(u.article.title.ptr, "Article 1");
	assert_string_equal(u.article.url.ptr, "https://example.org/a");
	assert_string_equal(u.article.published.ptr, "2024-08-21");
	assert_string_equal(u.article.source.ptr, "submit");
	assert_int_equal(u.accepted_us, 1001);
	fixture_reopen(f);
	assert_int_equal(store_read_begin(f->store), 0);
	assert_int_equal(store_show(f->store, hex, &shown), STORE_ONE);
	assert_int_equal(shown.text_size, r->text_size);
	assert_int_equal(shown.text_zstd.len, r->text_zstd.len);
	assert_int_equal(shown.classifier.data_hash[0], 2);
	store_read_end(f->store);
}

static void a_replacement_sent_twice_changes_nothing(void **state)
{
	struct fixture *f = *state;
	const struct spec spec = HELD("81.71");
	assert_int_equal(fixture_record(f, fixture_result(f, 1, 1, 1, NULL, 0)), RECORD_RECORDED);
	assert_int_equal(replace(f, 1, 2, 1, &spec, 1), RECORD_RECORDED);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(replace(f, 1, 2, 1, &spec, 1), RECORD_UNCHANGED);
		fixture_reopen(f);
	}
	assert_int_equal(store_head(f->store), 1);
}

static void one_that_saw_another_state_changes_nothing(void **state)
{
	struct fixture *f = *state;
	const struct spec spec = HELD("81.71");
	assert_int_equal(fixture_record(f, fixture_result(f, 1, 1, 1, NULL, 0)), RECORD_RECORDED);
	assert_int_equal(replace(f, 1, 2, 1, NULL, 0), RECORD_RECORDED);
	/* Two ran at a time: this one read the article before the other wrote. */
	assert_int_equal(replace(f, 1, 3, 1, &spec, 1), RECORD_UNCHANGED);
	assert_int_equal(store_head(f->store), 0);
	assert_int_equal(replace(f, 1, 3, 2, &spec, 1), RECORD_RECORDED);
	assert_int_equal(store_head(f->store), 1);
}

/* A line was changed, and changed back. The queue may still bring results of either tables. */
static void tables_may_go_back_to_what_they_were(void **state)
{
	struct fixture *f = *state;
	const struct spec spec = HELD("81.71");
	struct result *old = fixture_result(f, 1, 1, 1, &spec, 1);
	assert_int_equal(fixture_record(f, old), RECORD_RECORDED);
	for (uint8_t round = 0; round < 20; round++) {
		assert_int_equal(replace(f, 1, 2, 1, NULL, 0), RECORD_RECORDED);
		assert_int_equal(fixture_record(f, old), RECORD_UNCHANGED);
		assert_int_equal(replace(f, 1, 1, 2, &spec, 1), RECORD_RECORDED);
		assert_int_equal(fixture_record(f, fixture_result(f, 1, 1, 2, NULL, 0)),
				 RECORD_UNCHANGED);
	}
	assert_int_equal(store_head(f->store), 41);
	fixture_check(f);
}

static void a_lower_revision_replaces_nothing(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(fixture_record(f, fixture_result(f, 1, 5, 1, NULL, 0)), RECORD_RECORDED);
	struct result *r = replacing(f, 1, version(4, 2), version(5, 1), NULL, 0);
	assert_int_equal(record(f, r).outcome, RECORD_UNCHANGED);
	r = replacing(f, 1, version(6, 2), version(5, 1), NULL, 0);
	assert_int_equal(record(f, r).outcome, RECORD_RECORDED);
}

static void what_cannot_be_replaced_is_refused(void **state)
{
	struct fixture *f = *state;
	struct result *unknown = replacing(f, 7, version(1, 2), version(1, 1), NULL, 0);
	assert_int_equal(fixture_record(f, fixture_result(f, 1, 1, 1, NULL, 0)), RECORD_RECORDED);
	assert_int_equal(record(f, unknown).outcome, RECORD_REFUSED);
	struct result *r = replacing(f, 1, version(1, 2), version(1, 1), NULL, 0);
	r->text_size++;
	assert_int_equal(record(f, r).outcome, RECORD_REFUSED);
	r->text_size--;
	assert_int_equal(record(f, r).outcome, RECORD_RECORDED);
}

/* In one batch, as they come from the wire. */
static void many_replacements_share_a_batch(void **state)
{
	struct fixture *f = *state;
	const struct spec before = HELD("81.71"), after = FOUND("53.71");
	struct record_status status;
	for (unsigned n = 0; n < 300; n++)
		assert_int_equal(fixture_record(f, fixture_result(f, n, 1, 1, &before, 1)),
				 RECORD_RECORDED);
	for (unsigned n = 0; n < 300; n++) {
		struct result *r = replacing(f, n, version(1, 2), version(1, 1), &after, 1);
		assert_int_equal(store_record(f->store, r, FIXTURE_NOW_US, &status), 0);
		assert_int_equal(status.outcome, RECORD_RECORDED);
	}
	assert_int_equal(store_commit(f->store), 1);
	assert_int_equal(store_head(f->store), 900);
	fixture_check(f);
}

/* --- the archive --- */

static struct store_archive page;

/* Calls within a read; the page's bytes are not looked at afterwards. */
static void read_page(struct fixture *f, uint64_t from, struct classifier_version current,
		      uint32_t limit)
{
	assert_int_equal(store_read_begin(f->store), 0);
	assert_int_equal(store_archive(f->store, from, &current, limit, &page), 0);
	store_read_end(f->store);
}

static void record_plain(struct fixture *f, unsigned from, unsigned to, uint8_t hash)
{
	struct record_status status;
	for (unsigned n = from; n < to; n++)
		assert_int_equal(
			store_record(f->store, fixture_result(f, n, 1, hash, NULL, 0), 0, &status),
			0);
	assert_int_equal(store_commit(f->store), 1);
}

static void the_archive_yields_every_article_in_pages(void **state)
{
	struct fixture *f = *state;
	read_page(f, 1, version(1, 2), 0);
	assert_int_equal(page.count, 0);
	assert_int_equal(page.through, 0);
	assert_int_equal(page.head, 0);
	record_plain(f, 0, 600, 1);
	uint64_t from = 1;
	size_t seen = 0;
	do {
		read_page(f, from, version(1, 2), 0);
		assert_in_range(page.count, 1, CODEC_RESULTS_MAX);
		seen += page.count;
		assert_int_equal(page.through, seen);
		from = page.through + 1;
	} while (page.through < page.head);
	assert_int_equal(seen, 600);
	read_page(f, from, version(1, 2), 0);
	assert_int_equal(page.count, 0);
	assert_int_equal(page.through, 600);
	read_page(f, 300, version(1, 2), 7);
	assert_int_equal(page.count, 7);
	assert_int_equal(page.through, 306);
}

static void an_archived_article_is_whole(void **state)
{
	struct fixture *f = *state;
	struct result *r = fixture_result(f, 1, 3, 9, NULL, 0);
	struct classifier_version current = version(3, 1);
	assert_int_equal(fixture_record(f, r), RECORD_RECORDED);
	assert_int_equal(store_read_begin(f->store), 0);
	assert_int_equal(store_archive(f->store, 1, &current, 0, &page), 0);
	const struct archived_article *a = &page.articles[0];
	assert_int_equal(page.count, 1);
	assert_true(article_id_equal(&a->id, &r->article_id));
	assert_int_equal(a->url.len, r->url.len);
	assert_memory_equal(a->url.ptr, r->url.ptr, r->url.len);
	assert_int_equal(a->title.len, r->title.len);
	assert_memory_equal(a->title.ptr, r->title.ptr, r->title.len);
	assert_int_equal(a->published.len, r->published.len);
	assert_int_equal(a->text_size, r->text_size);
	assert_int_equal(a->text_zstd.len, r->text_zstd.len);
	assert_memory_equal(a->text_zstd.ptr, r->text_zstd.ptr, r->text_zstd.len);
	assert_int_equal(a->classifier.revision, 3);
	assert_int_equal(a->classifier.data_hash[7], 9);
	store_read_end(f->store);
}

static void what_is_current_is_left_out(void **state)
{
	struct fixture *f = *state;
	record_plain(f, 0, 10, 1);
	record_plain(f, 10, 20, 2);
	read_page(f, 1, version(1, 2), 0);
	assert_int_equal(page.count, 10);
	assert_int_equal(page.through, 20);
	read_page(f, 1, version(1, 1), 0);
	assert_int_equal(page.count, 10);
	read_page(f, 1, version(2, 1), 0);
	assert_int_equal(page.count, 20);
	read_page(f, 1, version(0, 1), 0);
	assert_int_equal(page.count, 0);
	assert_int_equal(page.through, 20);
	for (unsigned n = 0; n < 10; n++)
		assert_int_equal(replace(f, n, 2, 1, NULL, 0), RECORD_RECORDED);
	read_page(f, 1, version(1, 2), 0);
	assert_int_equal(page.count, 0);
}

static void a_page_looks_at_a_bounded_number_of_articles(void **state)
{
	struct fixture *f = *state;
	record_plain(f, 0, STORE_ARCHIVE_LOOKS_MAX + 10, 1);
	read_page(f, 1, version(1, 1), 0);
	assert_int_equal(page.count, 0);
	assert_int_equal(page.through, STORE_ARCHIVE_LOOKS_MAX);
	read_page(f, page.through + 1, version(1, 1), 0);
	assert_int_equal(page.through, page.head);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(each_difference_becomes_an_update),
		STORE_TEST(the_article_stays_what_it_was),
		STORE_TEST(a_replacement_sent_twice_changes_nothing),
		STORE_TEST(one_that_saw_another_state_changes_nothing),
		STORE_TEST(tables_may_go_back_to_what_they_were),
		STORE_TEST(a_lower_revision_replaces_nothing),
		STORE_TEST(what_cannot_be_replaced_is_refused),
		STORE_TEST(many_replacements_share_a_batch),
		STORE_TEST(the_archive_yields_every_article_in_pages),
		STORE_TEST(an_archived_article_is_whole),
		STORE_TEST(what_is_current_is_left_out),
		STORE_TEST(a_page_looks_at_a_bounded_number_of_articles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

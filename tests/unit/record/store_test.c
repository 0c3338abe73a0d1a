/* Recording: what becomes of results, in one process and over reopenings. */
#include "fixture.h"

#include "workers/record/recent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELD(area)                                                                                 \
	{                                                                                          \
		EVENT_KIND_SESSION, EVENT_STATUS_HELD, area, "2024-08-21", ""                      \
	}
#define FOUND(area)                                                                                \
	{                                                                                          \
		EVENT_KIND_VIOLATION, EVENT_STATUS_FOUND, area, "2024-08", ""                      \
	}
#define MADE(area)                                                                                 \
	{                                                                                          \
		EVENT_KIND_PLEDGE, EVENT_STATUS_MADE, area, "", ""                                 \
	}

static void the_same_result_twice_changes_nothing(void **state)
{
	struct fixture *f = *state;
	const struct spec specs[] = {HELD("81.71"), FOUND("81")};
	struct result *r = fixture_result(f, 1, 1, 1, specs, 2);
	assert_int_equal(fixture_record(f, r), RECORD_RECORDED);
	assert_int_equal(store_head(f->store), 2);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(fixture_record(f, r), RECORD_UNCHANGED);
		fixture_reopen(f);
	}
	assert_int_equal(store_head(f->store), 2);
	fixture_check(f);
}

static void the_same_result_twice_in_one_batch_too(void **state)
{
	struct fixture *f = *state;
	const struct spec spec = HELD("81.71");
	struct result *r = fixture_result(f, 1, 1, 1, &spec, 1);
	struct record_status status;
	assert_int_equal(store_record(f->store, r, 0, &status), 0);
	assert_int_equal(status.outcome, RECORD_RECORDED);
	assert_int_equal(store_record(f->store, r, 0, &status), 0);
	assert_int_equal(status.outcome, RECORD_UNCHANGED);
	assert_int_equal(store_commit(f->store), 1);
	fixture_check(f);
}

static void an_update_says_all_about_its_event(void **state)
{
	struct fixture *f = *state;
	const struct spec specs[] = {HELD("81.71"), FOUND("")};
	struct result *r = fixture_result(f, 1, 1, 1, specs, 2);
	char hex[ARTICLE_ID_HEX + 1], id[64];
	article_id_format(&r->article_id, hex);
	snprintf(id, sizeof(id), "%s-2", hex);
	assert_int_equal(fixture_record(f, r), RECORD_RECORDED);
	assert_int_equal(store_batch_count(f->store), 2);
	assert_string_equal(store_batch_update(f->store, 0).topic, "event.session.81.71");
	assert_string_equal(store_batch_update(f->store, 1).topic, "event.violation.none");

	struct update u = fixture_decode(f, store_batch_update(f->store, 1).stored);
	assert_memory_equal(&u.epoch, store_epoch(f->store), sizeof(u.epoch));
	assert_int_equal(u.seq, 2);
	assert_int_equal(u.prev_in_topic, 0);
	assert_int_equal(u.change, CHANGE_NEW);
	assert_int_equal(u.recorded_us, FIXTURE_NOW_US);
	assert_int_equal(u.accepted_us, 1001);
	assert_string_equal(u.event.id, id);
	assert_string_equal(u.article.title.ptr, "Article 1");
	assert_true(article_id_equal(&u.article.id, &r->article_id));
}

static void an_article_without_events_is_remembered(void **state)
{
	struct fixture *f = *state;
	struct result *r = fixture_result(f, 1, 1, 1, NULL, 0);
	struct store_counts counts;
	assert_int_equal(fixture_record(f, r), RECORD_RECORDED);
	assert_int_equal(fixture_record(f, r), RECORD_UNCHANGED);
	store_counts(f->store, &counts);
	assert_int_equal(counts.articles, 1);
	assert_int_equal(counts.updates, 0);
}

/* --- versions --- */

static void a_later_revision_is_told_by_its_differences(void **state)
{
	struct fixture *f = *state;
	const struct spec first[] = {HELD("81.71"), HELD("81"), MADE("81.71")};
	const struct spec second[] = {HELD("81.71"),
				      {EVENT_KIND_PLEDGE, EVENT_STATUS_PLANNED, "81.71", "", ""},
				      FOUND("81.71")};
	char hex[ARTICLE_ID_HEX + 1];
	struct result *r = fixture_result(f, 1, 1, 1, first, 3);
	article_id_format(&r->article_id, hex);
	assert_int_equal(fixture_record(f, r), RECORD_RECORDED);
	r = fixture_result(f, 1, 2, 1, second, 3);
	assert_int_equal(fixture_record(f, r), RECORD_RECORDED);

	static const struct {
		enum update_change change;
		int number;
		uint64_t prev;
	} wanted[] = {{CHANGE_CHANGED, 3, 3}, {CHANGE_NEW, 4, 0}, {CHANGE_REMOVED, 2, 2}};
	assert_int_equal(store_head(f->store), 6);
	for (size_t i = 0; i < 3; i++) {
		struct update u = fixture_update(f, 4 + i);
		char id[64];
		snprintf(id, sizeof(id), "%s-%d", hex, wanted[i].number);
		assert_int_equal(u.change, wanted[i].change);
		assert_string_equal(u.event.id, id);
		assert_int_equal(u.prev_in_topic, wanted[i].prev);
	}
	fixture_check(f);
	fixture_reopen(f);
	fixture_check(f);
}

static void an_equal_classification_makes_no_update(void **state)
{
	struct fixture *f = *state;
	const struct spec specs[] = {HELD("81.71"), FOUND("81"), MADE("")};
	assert_int_equal(fixture_record(f, fixture_result(f, 1, 1, 1, specs, 3)), RECORD_RECORDED);
	assert_int_equal(fixture_record(f, fixture_result(f, 1, 2, 1, specs, 3)), RECORD_RECORDED);
	assert_int_equal(store_head(f->store), 3);
	assert_int_equal(store_batch_count(f->store), 0);
	fixture_check(f);
}

static void an_earlier_revision_changes_nothing(void **state)
{
	struct fixture *f = *state;
	const struct spec spec = HELD("81.71");
	assert_int_equal(fixture_record(f, fixture_result(f, 1, 5, 1, &spec, 1)), RECORD_RECORDED);
	assert_int_equal(fixture_record(f, fixture_result(f, 1, 4, 9, NULL, 0)), RECORD_UNCHANGED);
	fixture_check(f);
}

/* Two classifiers of one revision with different tables: the later one to come is in force, and
 * what either of them sends again changes nothing. */
static void other_tables_supersede_once(void **state)
{
	struct fixture *f = *state;
	const struct spec a = HELD("81.71"), b = HELD("81.72");
	assert_int_equal(fixture_record(f, fixture_result(f, 1, 1, 1, &a, 1)), RECORD_RECORDED);
	assert_int_equal(fixture_record(f, fixture_result(f, 1, 1, 2, &b, 1)), RECORD_RECORDED);
	fixture_reopen(f);
	assert_int_equal(fixture_record(f, fixture_result(f, 1, 1, 1, &a, 1)), RECORD_UNCHANGED);
	assert_int_equal(fixture_record(f, fixture_result(f, 1, 1, 2, &b, 1)), RECORD_UNCHANGED);
	assert_int_equal(store_head(f->store), 3);
	fixture_check(f);
}

static void numbers_of_events_are_never_used_again(void **state)
{
	struct fixture *f = *state;
	static const char *const areas[] = {"81.71", "81.72", "81.71", "81.72"};
	char hex[ARTICLE_ID_HEX + 1], id[64];
	for (uint32_t revision = 1; revision <= 80; revision++) {
		const struct spec spec = HELD(areas[revision % 4]);
		struct result *r = fixture_result(f, 1, revision, 1, &spec, 1);
		assert_int_equal(fixture_record(f, r), RECORD_RECORDED);
		article_id_format(&r->article_id, hex);
		snprintf(id, sizeof(id), "%s-%u", hex, revision);
		struct update u = fixture_decode(f, store_batch_update(f->store, 0).stored);
		assert_string_equal(u.event.id, id);
	}
	fixture_check(f);
}

/* More different tables of one revision than are remembered. */
static void many_tables_of_one_revision_stay_bounded(void **state)
{
	struct fixture *f = *state;
	const struct spec spec = HELD("81.71");
	for (uint8_t hash = 1; hash <= 40; hash++)
		assert_int_equal(fixture_record(f, fixture_result(f, 1, 1, hash, &spec, 1)),
				 RECORD_RECORDED);
	assert_int_equal(fixture_record(f, fixture_result(f, 1, 1, 40, &spec, 1)),
			 RECORD_UNCHANGED);
	assert_int_equal(store_head(f->store), 1);
	fixture_check(f);
}

/* --- refusals --- */

static void spoil_size(struct result *r)
{
	r->text_size++;
}
static void spoil_no_size(struct result *r)
{
	r->text_size = 0;
}
static void spoil_cut(struct result *r)
{
	r->text_zstd.len--;
}
static void spoil_empty(struct result *r)
{
	r->text_zstd.len = 0;
}
static void spoil_area(struct result *r)
{
	r->events[0].place.code = "817";
}
static void spoil_kind(struct result *r)
{
	r->events[0].kind = EVENT_KIND_NONE;
}
static void spoil_twice(struct result *r)
{
	static uint8_t twice[4096];
	memcpy(twice, r->text_zstd.ptr, r->text_zstd.len);
	memcpy(twice + r->text_zstd.len, r->text_zstd.ptr, r->text_zstd.len);
	r->text_zstd = (struct bytes){twice, r->text_zstd.len * 2};
}

static void a_bad_result_is_refused_alone(void **state)
{
	struct fixture *f = *state;
	void (*const spoil[])(struct result *) = {spoil_size,  spoil_no_size, spoil_cut,
						  spoil_empty, spoil_area,    spoil_kind,
						  spoil_twice};
	const struct spec spec = HELD("81.71");
	unsigned n = 1;
	for (size_t i = 0; i < sizeof(spoil) / sizeof(spoil[0]); i++) {
		struct result *good = fixture_result(f, n++, 1, 1, &spec, 1);
		struct result *bad = fixture_result(f, n++, 1, 1, &spec, 1);
		struct record_status status;
		spoil[i](bad);
		assert_int_equal(store_record(f->store, good, 0, &status), 0);
		assert_int_equal(status.outcome, RECORD_RECORDED);
		assert_int_equal(store_record(f->store, bad, 0, &status), 0);
		assert_int_equal(status.outcome, RECORD_REFUSED);
		assert_true(status.reason[0] != '\0');
		assert_int_equal(store_commit(f->store), 1);
		assert_int_equal(store_head(f->store), i + 1);
	}
	fixture_check(f);
}

/* --- batches --- */

static void an_aborted_batch_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct record_status status;
	const struct spec spec = HELD("81.71");
	fixture_record_one(f, 1, EVENT_KIND_SESSION, "81.71");
	for (unsigned n = 2; n < 400; n++)
		assert_int_equal(
			store_record(f->store, fixture_result(f, n, 1, 1, &spec, 1), 0, &status),
			0);
	assert_int_equal(store_head(f->store), 1);
	store_abort(f->store);
	assert_int_equal(store_batch_count(f->store), 0);
	assert_int_equal(store_commit(f->store), 0);
	fixture_check(f);
	assert_int_equal(fixture_record_one(f, 2, EVENT_KIND_SESSION, "81.71"), RECORD_RECORDED);
	assert_int_equal(store_head(f->store), 2);
	fixture_check(f);
}

static void a_commit_without_a_batch_publishes_nothing(void **state)
{
	struct fixture *f = *state;
	fixture_record_one(f, 1, EVENT_KIND_SESSION, "81.71");
	assert_int_equal(store_batch_count(f->store), 1);
	assert_int_equal(store_commit(f->store), 0);
	assert_int_equal(store_batch_count(f->store), 0);
}

static void record_many(struct fixture *f, unsigned from, unsigned to, enum record_outcome wanted)
{
	static const char *const areas[] = {"81.71", "81", "ID", "", "53.71"};
	for (unsigned n = from; n < to; n++) {
		const struct spec spec = {n % 3 + 1, EVENT_STATUS_HELD, areas[n % 5], "2024-08-21",
					  ""};
		struct record_status status;
		struct result *r = fixture_result(f, n, 1, 1, &spec, n % 7 ? 1 : 0);
		assert_int_equal(store_record(f->store, r, 0, &status), 0);
		assert_int_equal(status.outcome, wanted);
		if (n % 500 == 499)
			store_commit(f->store);
		arena_reset(&f->arena);
	}
	store_commit(f->store);
}

/* Enough that slices of recent ids are merged, some in each process. */
static void ids_are_found_wherever_they_are(void **state)
{
	struct fixture *f = *state;
	enum { STEP = 6 * RECENT_PER_SLICE };
	for (unsigned round = 0; round < 3; round++) {
		record_many(f, round * STEP, (round + 1) * STEP, RECORD_RECORDED);
		record_many(f, 0, (round + 1) * STEP, RECORD_UNCHANGED);
		fixture_reopen(f);
		record_many(f, 0, (round + 1) * STEP, RECORD_UNCHANGED);
	}
	fixture_check(f);
}

/* Ids that were made up to fall into one slice, which is merged often and outgrows its filter. */
static void made_up_ids_stay_bounded(void **state)
{
	struct fixture *f = *state;
	const struct spec spec = HELD("81.71");
	for (int round = 0; round < 2; round++) {
		for (uint32_t n = 0; n < 5 * RECENT_SLICE_MAX; n++) {
			struct record_status status;
			struct result *r = fixture_result(f, 1, 1, 1, &spec, 1);
			r->article_id = article_id_of((const char *)&n, sizeof(n), "", 0);
			r->article_id.bytes[0] = r->article_id.bytes[1] = 0xFF;
			assert_int_equal(store_record(f->store, r, 0, &status), 0);
			assert_int_equal(status.outcome,
					 round ? RECORD_UNCHANGED : RECORD_RECORDED);
			if (n % 1000 == 0)
				store_commit(f->store);
			arena_reset(&f->arena);
		}
		store_commit(f->store);
		fixture_reopen(f);
	}
}

/* --- over reopenings --- */

static void numbers_go_on_where_they_ended(void **state)
{
	struct fixture *f = *state;
	struct epoch epoch = *store_epoch(f->store);
	for (unsigned n = 1; n <= 20; n++) {
		fixture_record_one(f, n, EVENT_KIND_SESSION, n % 2 ? "81.71" : "81");
		fixture_reopen(f);
		assert_memory_equal(&epoch, store_epoch(f->store), sizeof(epoch));
		assert_int_equal(store_head(f->store), n);
	}
	fixture_check(f);
}

static void an_open_batch_does_not_survive(void **state)
{
	struct fixture *f = *state;
	struct record_status status;
	const struct spec spec = HELD("81.71");
	struct result *r = fixture_result(f, 1, 1, 1, &spec, 1);
	assert_int_equal(store_record(f->store, r, 0, &status), 0);
	fixture_reopen(f);
	assert_int_equal(store_head(f->store), 0);
	assert_int_equal(fixture_record(f, r), RECORD_RECORDED);
}

static void two_stores_have_two_epochs(void **state)
{
	struct fixture *f = *state;
	void *other_state = NULL;
	assert_int_equal(fixture_setup(&other_state), 0);
	struct fixture *other = other_state;
	assert_memory_not_equal(store_epoch(f->store), store_epoch(other->store),
				CODEC_EPOCH_BYTES);
	fixture_teardown(&other_state);
}

/* --- a full store --- */

/* Texts that do not compress, so that the store fills quickly. */
static struct result *large_result(struct fixture *f, unsigned n)
{
	const struct spec spec = HELD("81.71");
	struct result *r = fixture_result(f, n, 1, 1, &spec, 1);
	char *url = arena_alloc(&f->arena, ARTICLE_URL_MAX);
	memset(url, 'a', ARTICLE_URL_MAX);
	r->url = (struct text){url, ARTICLE_URL_MAX};
	return r;
}

static unsigned fill(struct fixture *f)
{
	for (unsigned n = 1;; n++) {
		struct record_status status;
		int r = store_record(f->store, large_result(f, n), 0, &status);
		if (r == 0)
			r = store_commit(f->store);
		arena_reset(&f->arena);
		if (r == NETRAL_EFULL)
			return n;
		assert_int_equal(r, 1);
	}
}

static void a_full_store_keeps_what_it_has_and_goes_on_when_larger(void **state)
{
	struct fixture *f = *state;
	fixture_close(f);
	f->max_bytes = 1 << 20;
	fixture_open(f);
	unsigned refused = fill(f);
	assert_true(refused > 10);
	assert_true(store_usable_after(NETRAL_EFULL));
	for (int i = 0; i < 3; i++) { /* again and again, and it stays readable */
		struct record_status status;
		int r = store_record(f->store, large_result(f, refused), 0, &status);
		assert_int_equal(r == 0 ? store_commit(f->store) : r, NETRAL_EFULL);
		fixture_check(f);
	}
	assert_int_equal(store_head(f->store), refused - 1);

	fixture_close(f);
	f->max_bytes = 8 << 20;
	fixture_open(f);
	for (unsigned n = 1; n < refused; n++)
		assert_int_equal(fixture_record(f, large_result(f, n)), RECORD_UNCHANGED);
	assert_int_equal(fixture_record(f, large_result(f, refused)), RECORD_RECORDED);
	assert_int_equal(store_head(f->store), refused);
	fixture_check(f);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_same_result_twice_changes_nothing),
		TEST(the_same_result_twice_in_one_batch_too),
		TEST(an_update_says_all_about_its_event),
		TEST(an_article_without_events_is_remembered),
		TEST(a_later_revision_is_told_by_its_differences),
		TEST(an_equal_classification_makes_no_update),
		TEST(an_earlier_revision_changes_nothing),
		TEST(other_tables_supersede_once),
		TEST(numbers_of_events_are_never_used_again),
		TEST(many_tables_of_one_revision_stay_bounded),
		TEST(a_bad_result_is_refused_alone),
		TEST(an_aborted_batch_leaves_nothing),
		TEST(a_commit_without_a_batch_publishes_nothing),
		TEST(ids_are_found_wherever_they_are),
		TEST(made_up_ids_stay_bounded),
		TEST(numbers_go_on_where_they_ended),
		TEST(an_open_batch_does_not_survive),
		TEST(two_stores_have_two_epochs),
		TEST(a_full_store_keeps_what_it_has_and_goes_on_when_larger),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Allocations and commits that fail, one after the other: each run must end as if the failed batch
 * had never been, and the next one must succeed. */
#include "story_fixture.h"

#include "lib/cleanup.h"
#include "lib/fault.h"
#include "lib/story/sketch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARTICLES = 40, FAULTS_MAX = 5000 };

#ifndef NETRAL_TEST_HOOKS
int main(void)
{
	puts("1..0 # SKIP built without NETRAL_TEST_HOOKS");
	return 0;
}
#else

/* The sessions of three articles are one happening, told in one text; some articles are versions of
 * one another. */
static struct result *article(struct fixture *f, unsigned n, uint32_t revision)
{
	static uint32_t sketches[ARTICLES][SKETCH_VALUES];
	static const char *areas[ARTICLES][1];
	const struct spec specs[] = {
		{EVENT_KIND_SESSION, n % 3 ? EVENT_STATUS_HELD : EVENT_STATUS_PLANNED, "81.71",
		 "2024-08-21", ""},
		{EVENT_KIND_VIOLATION, EVENT_STATUS_FOUND, n % 2 ? "81" : "", "", ""}};
	struct result *r = fixture_result(f, n, revision, 1, specs, revision > 1 ? 1 : 2);
	if (n % 5)
		r->url = (struct text){"", 0};
	for (unsigned i = 0; i < SKETCH_VALUES; i++)
		sketches[n][i] = 1000 * (n / 3) + i;
	r->sketch = (struct bytes){(const uint8_t *)sketches[n], SKETCH_BYTES};
	r->has_areas = n % 3 > 0; /* and about another area in each revision */
	areas[n][0] = revision > 1 ? "53.71" : "81.71";
	r->areas = areas[n];
	r->area_count = 1;
	return r;
}

/* One that is there, classified again with other tables. */
static struct result *replacing(struct fixture *f, unsigned n)
{
	struct result *r = article(f, n, 1);
	r->has_replaces = true;
	r->replaces = r->classifier;
	r->classifier.data_hash[0] ^= 0xFF;
	r->event_count = 1;
	r->text_zstd = (struct bytes){NULL, 0};
	return r;
}

/* New articles, and of some that are there a later revision or a replacement. Made before a fault
 * is armed. */
static void make_batch(struct fixture *f, struct result *results[static ARTICLES])
{
	for (unsigned n = 0; n < ARTICLES; n += 8)
		fixture_record(f, article(f, n, 1));
	for (unsigned n = 0; n < ARTICLES; n++)
		results[n] = n % 16 == 8 ? replacing(f, n) : article(f, n, n % 4 ? 1 : 2);
}

/* --- what people say --- */

/* The n-th thing that people do to a store with a few happenings, each of another kind. */
static int act(struct fixture *f, unsigned n)
{
	struct store_corrected said;
	struct store_taken_down gone;
	char hex[ARTICLE_ID_HEX + 1], id[ARTICLE_ID_HEX + 8];
	article_id_format(&article(f, 8 * (n % 4), 1)->article_id, hex);
	snprintf(id, sizeof(id), "%s-1", hex);
	struct msg_correct m = {.id = id,
				.verb = n % 4 == 2 ? CORRECT_RETRACT : CORRECT_SET,
				.by = "dewi",
				.note = "why"};
	const struct msg_take_down t = {.article = hex, .by = "dewi", .note = "why"};
	if (m.verb == CORRECT_SET) {
		m.set.fields = CORRECTION_BIT(CORRECTION_PLACE) | CORRECTION_BIT(CORRECTION_PEOPLE);
		m.set.place = (struct event_place){"53.71", "Kota Kupang", ""};
		m.set.people = PEOPLE_MASKED;
	}
	int r = n % 4 == 3 ? store_take_down(f->store, &t, 1, &gone)
			   : store_correct(f->store, &m, 1, &said);
	return r < 0 ? r : store_commit(f->store);
}

static bool act_with_fault(struct fixture *f, unsigned action, const char *kind, unsigned n)
{
	uint64_t head = store_head(f->store);
	fault_arm(kind, n);
	int r = act(f, action);
	fault_arm(NULL, 0);
	if (r < 0) {
		assert_true(store_usable_after(r));
		assert_int_equal(store_head(f->store), head);
		fixture_check(f);
		story_check(f);
		assert_int_equal(act(f, action), 1);
	}
	fixture_check(f);
	story_check(f);
	return r < 0;
}

/* Fails the n-th of `kind` in each, until it meets no fault. */
static unsigned torture_acts(const char *kind)
{
	unsigned faults = 0;
	for (unsigned action = 0; action < 4; action++) {
		bool failed = true;
		for (unsigned n = 1; failed && n < FAULTS_MAX; n++) {
			void *state = NULL;
			story_setup(&state);
			struct fixture *f = state;
			for (unsigned i = 0; i < ARTICLES; i += 8)
				fixture_record(f, article(f, i, 1));
			failed = act_with_fault(f, action, kind, n);
			faults += failed;
			story_reopen(f);
			fixture_check(f);
			story_check(f);
			fixture_teardown(&state);
		}
		assert_false(failed);
	}
	return faults;
}

static void what_people_say_fails_whole(void **state)
{
	(void)state;
	assert_int_equal(torture_acts("commit"), 4);
	assert_true(torture_acts("alloc") > 8);
}

static int record_batch(struct fixture *f, struct result *const *results)
{
	struct record_status status;
	for (unsigned n = 0; n < ARTICLES; n++) {
		int r = store_record(f->store, results[n], 0, &status);
		if (r < 0)
			return r;
	}
	return store_commit(f->store);
}

/* Fails the n-th of `kind` for n = 1, 2, 3, ... until a batch meets no fault. */
static unsigned torture(const char *kind)
{
	for (unsigned n = 1; n < FAULTS_MAX; n++) {
		void *state = NULL;
		story_setup(&state);
		struct fixture *f = state;
		struct result *batch[ARTICLES];
		make_batch(f, batch);
		uint64_t head = store_head(f->store);
		fault_arm(kind, n);
		int r = record_batch(f, batch);
		fault_arm(NULL, 0);
		if (r < 0) {
			assert_true(store_usable_after(r));
			assert_int_equal(store_head(f->store), head);
			assert_int_equal(store_batch_count(f->store), 0);
			fixture_check(f);
			story_check(f);
			assert_int_equal(record_batch(f, batch), 1);
		}
		fixture_check(f);
		story_check(f);
		story_reopen(f);
		fixture_check(f);
		story_check(f);
		fixture_teardown(&state);
		if (r == 1)
			return n;
	}
	fail_msg("still failing after %d faults", FAULTS_MAX);
	return 0;
}

static void a_failed_commit_is_as_if_it_never_was(void **state)
{
	(void)state;
	assert_int_equal(torture("commit"), 2);
}

static void a_failed_allocation_is_as_if_it_never_was(void **state)
{
	(void)state;
	assert_true(torture("alloc") > 5);
}

static void opening_fails_cleanly(void **state)
{
	struct fixture *f = *state;
	struct result *batch[ARTICLES];
	make_batch(f, batch);
	assert_int_equal(record_batch(f, batch), 1);
	for (unsigned n = 1; n < FAULTS_MAX; n++) {
		char error[512];
		fixture_close(f);
		fault_arm("alloc", n);
		int r = store_open(f->path, f->max_bytes, &f->store, error, sizeof(error));
		fault_arm(NULL, 0);
		if (r == 0)
			break;
		assert_int_equal(r, NETRAL_ENOMEM);
		assert_null(f->store);
		assert_true(error[0] != '\0');
		fixture_open(f);
	}
	fixture_check(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failed_commit_is_as_if_it_never_was),
		cmocka_unit_test(a_failed_allocation_is_as_if_it_never_was),
		cmocka_unit_test(what_people_say_fails_whole),
		cmocka_unit_test_setup_teardown(opening_fails_cleanly, fixture_setup,
						fixture_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif

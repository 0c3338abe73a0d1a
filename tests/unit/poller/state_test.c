/* What the poller remembers: through restarts, failed commits, and time. */
#include "poller/state.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "tests/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MIB ((uint64_t)1 << 20)

struct fixture {
	char dir[FOLDER_SIZE];
	struct state *state;
	struct arena arena;
	uint64_t max_bytes;
};

static void open_state(struct fixture *f)
{
	char error[512];
	if (state_open(f->dir, f->max_bytes, &f->state, error, sizeof(error)) < 0)
		fail_msg("%s", error);
}

static void reopen(struct fixture *f)
{
	state_close(f->state);
	open_state(f);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	assert_true(folder_make(f->dir));
	arena_init(&f->arena, 1 << 20);
	f->max_bytes = 64 * MIB;
	open_state(f);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	fault_arm(NULL, 0);
	state_close(f->state);
	arena_fini(&f->arena);
	static const char *const files[] = {"data.mdb", "lock.mdb", "lock"};
	for (size_t i = 0; i < netral_countof(files); i++) {
		char path[FOLDER_SIZE + 16];
		snprintf(path, sizeof(path), "%s/%s", f->dir, files[i]);
		unlink(path);
	}
	rmdir(f->dir);
	free(f);
	return 0;
}

static struct source_key key_number(uint8_t n)
{
	struct source_key key = {{n}};
	return key;
}

static void commit(struct fixture *f)
{
	assert_int_equal(state_commit(f->state), NETRAL_OK);
}

/* --- sources --- */

static struct source_record a_record(void)
{
	struct source_record r = {.totals = {.polls = 7, .articles = 3, .last_article_ms = 99},
				  .list_days = 5,
				  .list_day = 20000,
				  .name = "Kabar",
				  .etag = "\"abc\"",
				  .last_modified = "Wed, 21 Aug 2024 07:05:00 GMT",
				  .answer_url = "https://kabar.example/feed",
				  .error = ""};
	r.schedule.news = 1.5;
	r.schedule.polled_ms = 1234567;
	r.schedule.failures = 2;
	r.schedule.overrun = true;
	r.schedule.silence_ms[SCHEDULE_SILENCES - 1] = 42;
	r.schedule.articles = (struct schedule_share){0.25, 0.75, 32};
	return r;
}

static void a_source_is_kept_as_it_was(void **state)
{
	struct fixture *f = *state;
	struct source_key key = key_number(1), other = key_number(2);
	struct source_record r = a_record(), got;
	state_put_source(f->state, &key, &r);
	assert_int_equal(state_source(f->state, &key, &f->arena, &got), 1);
	commit(f);
	reopen(f);
	assert_int_equal(state_source(f->state, &key, &f->arena, &got), 1);
	assert_memory_equal(&got.schedule, &r.schedule, sizeof(r.schedule));
	assert_memory_equal(&got.totals, &r.totals, sizeof(r.totals));
	assert_int_equal(got.list_days, 5);
	assert_int_equal(got.list_day, 20000);
	assert_string_equal(got.name, "Kabar");
	assert_string_equal(got.etag, "\"abc\"");
	assert_string_equal(got.last_modified, r.last_modified);
	assert_string_equal(got.answer_url, r.answer_url);
	assert_int_equal(state_source(f->state, &other, &f->arena, &got), 0);
}

static bool keep_none(void *user, const struct source_key *key, const struct source_record *r)
{
	(void)user;
	(void)r;
	return key->bytes[0] == 1;
}

static void a_source_that_is_forgotten_takes_what_it_named_along(void **state)
{
	struct fixture *f = *state;
	struct source_record r = a_record();
	struct state_child child = {5, 6}, got;
	for (uint8_t n = 1; n <= 3; n++) {
		struct source_key key = key_number(n);
		state_put_source(f->state, &key, &r);
		state_know(f->state, &key, n, 1);
		state_put_child(f->state, &key, 9, &child);
	}
	assert_int_equal(state_forget_sources(f->state, &f->arena, keep_none, NULL), 0);
	commit(f);
	struct source_key kept = key_number(1), gone = key_number(3);
	struct source_record record;
	assert_int_equal(state_source(f->state, &kept, &f->arena, &record), 1);
	assert_int_equal(state_source(f->state, &gone, &f->arena, &record), 0);
	assert_true(state_is_known(f->state, 1));
	assert_false(state_is_known(f->state, 3));
	assert_true(state_child(f->state, &kept, 9, &got));
	assert_int_equal(got.changed_ms, 6);
	assert_false(state_child(f->state, &gone, 9, &got));
}

/* --- what is known --- */

static void what_was_not_met_for_long_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct source_key key = key_number(1), other = key_number(2);
	state_know(f->state, &key, 10, 1);
	state_know(f->state, &key, 11, 1);
	state_know(f->state, &key, 11, 60); /* met again */
	state_know(f->state, &key, 12, 60);
	state_know(f->state, &other, 20, 1);
	commit(f);
	assert_false(state_forget(f->state, &key, 60));
	commit(f);
	assert_false(state_is_known(f->state, 10));
	assert_true(state_is_known(f->state, 11));
	assert_true(state_is_known(f->state, 12));
	assert_true(state_is_known(f->state, 20));
	assert_int_equal(state_counts(f->state).known, 3);
}

static void a_day_is_never_moved_back_nor_by_others(void **state)
{
	struct fixture *f = *state;
	struct source_key key = key_number(1), other = key_number(2);
	state_know(f->state, &key, 10, 50);
	state_know(f->state, &key, 10, 40);
	state_know(f->state, &other, 10, 99);
	state_forget(f->state, &key, 50);
	assert_true(state_is_known(f->state, 10));
	state_forget(f->state, &other, 1000);
	assert_true(state_is_known(f->state, 10));
	state_forget(f->state, &key, 51);
	assert_false(state_is_known(f->state, 10));
	commit(f);
}

static void without_room_the_oldest_of_each_source_goes(void **state)
{
	struct fixture *f = *state;
	struct source_key key = key_number(1), other = key_number(2);
	state_close(f->state);
	f->max_bytes = 1 * MIB; /* 3276 items */
	open_state(f);
	for (uint32_t i = 0; i < 4000; i++) {
		state_know(f->state, &key, 1000 + i, 1 + i / 500);
		if (i % 500 == 0)
			commit(f);
	}
	state_know(f->state, &other, 1, 1);
	commit(f);
	struct state_counts c = state_counts(f->state);
	assert_true(c.known <= 3276);
	assert_true(c.dropped >= 4001 - 3276);
	assert_false(state_is_known(f->state, 1000));
	assert_true(state_is_known(f->state, 1000 + 3999));
}

/* --- items that wait --- */

static struct pending_record an_item(const char *url, const char *title)
{
	return (struct pending_record){.source = key_number(1),
				       .queued_ms = 5,
				       .tries = 1,
				       .has_text = true,
				       .is_html = true,
				       .url = {url, strlen(url)},
				       .title = {title, strlen(title)},
				       .published = {"2024-08-21", 10}};
}

static void items_wait_in_their_order(void **state)
{
	struct fixture *f = *state;
	struct pending_record a = an_item("https://a.example/", "A"),
			      b = an_item("https://b.example/", "B");
	struct text text = {"<p>Isi</p>", 10}, got_text;
	struct pending_record got;
	uint64_t first = state_add_pending(f->state, &a, &text);
	uint64_t second = state_add_pending(f->state, &b, &text), number;
	assert_true(first > 0 && second > first);
	commit(f);
	reopen(f);
	assert_int_equal(state_next_pending(f->state, 0, &f->arena, &number, &got), 1);
	assert_int_equal(number, first);
	assert_string_equal(got.url.ptr, "https://a.example/");
	assert_string_equal(got.title.ptr, "A");
	assert_string_equal(got.published.ptr, "2024-08-21");
	assert_int_equal(got.queued_ms, 5);
	assert_true(got.has_text && got.is_html && !got.is_content);
	assert_int_equal(state_pending_text(f->state, first, &f->arena, &got_text), 1);
	assert_string_equal(got_text.ptr, "<p>Isi</p>");
	a.tries = 2;
	state_put_pending(f->state, first, &a);
	assert_int_equal(state_pending(f->state, first, &f->arena, &got), 1);
	assert_int_equal(got.tries, 2);
	state_end_pending(f->state, first);
	assert_int_equal(state_pending(f->state, first, &f->arena, &got), 0);
	assert_int_equal(state_pending_text(f->state, first, &f->arena, &got_text), 0);
	assert_int_equal(state_next_pending(f->state, 0, &f->arena, &number, &got), 1);
	assert_int_equal(number, second);
	assert_int_equal(state_next_pending(f->state, second, &f->arena, &number, &got), 0);
	/* Numbers are not given twice while something waits. */
	assert_true(state_add_pending(f->state, &a, &text) > second);
	commit(f);
}

static void marks_of_readers_are_kept(void **state)
{
	struct fixture *f = *state;
	struct state_reading none = state_reading(f->state, 7);
	assert_true(none.deaths == 0 && !none.is_on);
	state_put_reading(f->state, 7, (struct state_reading){1, true});
	commit(f);
	reopen(f);
	assert_int_equal(state_reading(f->state, 7).deaths, 1);
	assert_true(state_reading(f->state, 7).is_on);
	state_put_reading(f->state, 7, (struct state_reading){0, false});
	assert_false(state_reading(f->state, 7).is_on);
	commit(f);
}

/* --- batches --- */

static void a_batch_that_fails_is_gone_as_a_whole(void **state)
{
	struct fixture *f = *state;
	struct source_key key = key_number(1);
	struct pending_record a = an_item("https://a.example/", "A"), got;
	struct text text = {"x", 1};
	state_know(f->state, &key, 1, 1);
	commit(f);
	fault_arm("commit", 1);
	uint64_t number = state_add_pending(f->state, &a, &text);
	state_know(f->state, &key, 2, 1);
	assert_true(state_has_batch(f->state));
	assert_int_equal(state_commit(f->state), NETRAL_EFULL);
	assert_false(state_has_batch(f->state));
	assert_true(state_is_known(f->state, 1));
	assert_false(state_is_known(f->state, 2));
	assert_int_equal(state_pending(f->state, number, &f->arena, &got), 0);
	assert_int_equal(state_counts(f->state).failures, 1);
	state_know(f->state, &key, 3, 1);
	commit(f);
	assert_true(state_is_known(f->state, 3));
}

static void what_was_not_committed_is_lost_with_the_process(void **state)
{
	struct fixture *f = *state;
	struct source_key key = key_number(1);
	state_know(f->state, &key, 1, 1);
	reopen(f);
	assert_false(state_is_known(f->state, 1));
	assert_int_equal(state_commit(f->state), NETRAL_OK);
}

static void a_full_map_spoils_the_batch_alone(void **state)
{
	struct fixture *f = *state;
	struct pending_record a = an_item("https://a.example/", "A");
	char *big = calloc(1, MIB);
	struct text text = {big, MIB};
	int r = NETRAL_OK;
	state_close(f->state);
	f->max_bytes = 4 * MIB;
	open_state(f);
	for (int i = 0; i < 10 && r == NETRAL_OK; i++) {
		(void)state_add_pending(f->state, &a, &text);
		r = state_commit(f->state);
	}
	assert_int_equal(r, NETRAL_EFULL);
	assert_int_equal(state_add_pending(f->state, &a, &(struct text){"x", 1}) > 0, true);
	commit(f);
	free(big);
}

static void one_process_at_a_time_and_nothing_foreign(void **state)
{
	struct fixture *f = *state;
	struct state *second;
	char error[512];
	assert_int_equal(state_open(f->dir, 4 * MIB, &second, error, sizeof(error)), NETRAL_EBUSY);
	uint64_t secret = state_secret(f->state);
	reopen(f);
	assert_true(state_secret(f->state) == secret);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_source_is_kept_as_it_was),
		TEST(a_source_that_is_forgotten_takes_what_it_named_along),
		TEST(what_was_not_met_for_long_is_forgotten),
		TEST(a_day_is_never_moved_back_nor_by_others),
		TEST(without_room_the_oldest_of_each_source_goes),
		TEST(items_wait_in_their_order),
		TEST(marks_of_readers_are_kept),
		TEST(a_batch_that_fails_is_gone_as_a_whole),
		TEST(what_was_not_committed_is_lost_with_the_process),
		TEST(a_full_map_spoils_the_batch_alone),
		TEST(one_process_at_a_time_and_nothing_foreign),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

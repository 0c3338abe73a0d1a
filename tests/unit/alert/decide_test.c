/* Who is told of an update: rules, what is told once, and corrections. */
#include "alert/decide.h"

#include "alert/message.h"
#include "lib/error.h"
#include "tests/unit/alert/cleaning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NAME "Budi Santoso"

static const char file[] = "receiver \"a\" {\nurl = \"https://hooks.example/a\"\n}\n"
			   "receiver \"b\" {\nurl = \"https://hooks.example/b\"\n}\n"
			   "rule \"alleged\" {\nstatuses = ALLEGED\nreceivers = a\n}\n"
			   "rule \"found\" {\nstatuses = FOUND\nreceivers = b\n}\n";

static const struct decide_whom everybody = {UINT64_MAX, 0};

struct fixture {
	char dir[FOLDER_SIZE];
	struct outbox *outbox;
	struct ruleset *rules;
	struct mask_policy policy;
	struct decider decider;
};

static int set_up(void **state)
{
	static struct fixture f;
	char path[FOLDER_SIZE + 16], error[256];
	memset(&f, 0, sizeof(f));
	folder_make(f.dir);
	snprintf(path, sizeof(path), "%s/alerts.conf", f.dir);
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	assert_true(fputs(file, out) >= 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(rules_read(path, &f.rules, error, sizeof(error)), 0);
	snprintf(path, sizeof(path), "%s/alert", f.dir);
	assert_int_equal(outbox_open(path, 1 << 20, &f.outbox, error, sizeof(error)), 0);
	decider_init(&f.decider, f.outbox, &f.policy);
	f.decider.rules = f.rules;
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	decider_fini(&f->decider);
	rules_free(f->rules);
	outbox_close(f->outbox);
	folder_remove(f->dir);
	return 0;
}

/* Decides, commits, and counts what that put there for a receiver. */
static unsigned told(struct fixture *f, const struct update *u, bool again, size_t receiver)
{
	static uint64_t after;
	struct outbox_item item;
	const struct decide_whom whom = {UINT64_MAX, again ? UINT64_MAX : 0};
	uint64_t full = 0;
	unsigned count = 0;
	if (u)
		assert_int_equal(decide(&f->decider, u, &whom, &full), 0);
	assert_int_equal(full, 0);
	assert_int_equal(outbox_commit(f->outbox), 0);
	uint64_t key = f->rules->receivers[receiver].key;
	for (after = 0; outbox_next(f->outbox, key, after, &item) == 1; count++) {
		after = item.number;
		outbox_done(f->outbox, key, item.number);
	}
	assert_int_equal(outbox_commit(f->outbox), 0);
	return count;
}

static struct update alleged(uint64_t seq)
{
	static struct event_person people[] = {{NAME, ""}};
	struct update u = {.seq = seq, .change = CHANGE_NEW, .recorded_us = seq};
	event_init(&u.event);
	u.event.id = "0123-1";
	u.event.kind = EVENT_KIND_VIOLATION;
	u.event.status = EVENT_STATUS_ALLEGED;
	u.event.people = people;
	u.event.person_count = 1;
	u.event.sentence = NAME " dilaporkan ke pengawas.";
	u.article.title = u.article.url = u.article.published = u.article.source =
		(struct text){"", 0};
	return u;
}

static void test_once(void **state)
{
	struct fixture *f = *state;
	struct update u = alleged(1);
	assert_int_equal(told(f, &u, false, 0), 1);
	assert_int_equal(told(f, NULL, false, 1), 0);
	u.seq = 2;
	u.change = CHANGE_CHANGED;
	u.cause = CAUSE_CONFIRMED;
	assert_int_equal(told(f, &u, false, 0), 0);
	assert_int_equal(f->decider.counts.known, 1);
	assert_int_equal(told(f, &u, true, 0), 1);
}

static void test_correction_goes_to_who_was_told(void **state)
{
	struct fixture *f = *state;
	struct update u = alleged(1);
	assert_int_equal(told(f, &u, false, 0), 1);
	u.change = CHANGE_CHANGED;
	u.seq = 2;
	u.event.status = EVENT_STATUS_DISMISSED;
	assert_int_equal(told(f, &u, false, 0), 1);
	assert_int_equal(told(f, NULL, false, 1), 0);
	u.change = CHANGE_REMOVED;
	u.seq = 3;
	assert_int_equal(told(f, &u, false, 0), 1);
	assert_int_equal(told(f, &u, false, 0), 0);
}

static void decided(struct fixture *f, const struct update *u)
{
	uint64_t full = 0;
	assert_int_equal(decide(&f->decider, u, &everybody, &full), 0);
	assert_int_equal(outbox_commit(f->outbox), 0);
}

static void expect_waiting(struct fixture *f, const char *const *ids, size_t count)
{
	struct outbox_item item = {.number = 0};
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(
			outbox_next(f->outbox, f->rules->receivers[0].key, item.number, &item), 1);
		assert_string_equal(item.id, ids[i]);
	}
	assert_int_equal(outbox_next(f->outbox, f->rules->receivers[0].key, item.number, &item), 0);
	assert_int_equal(outbox_counts(f->outbox).waiting, count);
}

/* Nor what was given up; an event whose id begins alike is another one. */
static void test_what_was_taken_down_is_not_sent(void **state)
{
	struct fixture *f = *state;
	struct update u = alleged(1), other = alleged(2);
	struct outbox_item item;
	uint64_t key = f->rules->receivers[0].key, receiver = 0, number = 0;
	other.event.id = "0123-12";
	decided(f, &u);
	assert_int_equal(outbox_next(f->outbox, key, 0, &item), 1);
	outbox_give_up(f->outbox, key, item.number, 1, "503");
	decided(f, &other);
	u.seq = 3;
	u.change = CHANGE_CHANGED;
	u.event.date = (struct event_date){"2024-08-21", EVENT_PRECISION_DAY};
	decided(f, &u);
	expect_waiting(f, (const char *const[]){"0123-12_2", "0123-1_3"}, 2);

	u.seq = 4;
	u.cause = CAUSE_TAKEN_DOWN; /* an article was; what is left tells the same */
	decided(f, &u);
	expect_waiting(f, (const char *const[]){"0123-12_2", "0123-1_4"}, 2);
	assert_int_equal(outbox_next_failed(f->outbox, &receiver, &number, &item), 0);
	assert_int_equal(f->decider.counts.taken_back, 1);
	u.seq = 5;
	u.change = CHANGE_REMOVED;
	decided(f, &u);
	expect_waiting(f, (const char *const[]){"0123-12_2", "0123-1_5"}, 2);
}

static void test_what_people_say_goes_to_who_was_told(void **state)
{
	struct fixture *f = *state;
	struct update u = alleged(1);
	assert_int_equal(told(f, &u, false, 0), 1);
	u.change = CHANGE_CHANGED;
	u.cause = CAUSE_CORRECTED;
	u.seq = 2;
	u.correction = (struct correction_mark){7, "hak jawab",
						0}; /* of a field that is not in what is compared */
	u.event.person_count = 0;
	assert_int_equal(told(f, &u, false, 0), 1);
	u.cause = CAUSE_CONFIRMED;
	u.seq = 3;
	assert_int_equal(told(f, &u, false, 0), 0);
}

static void test_who_was_not_told_hears_of_no_correction(void **state)
{
	struct fixture *f = *state;
	struct update u = alleged(1);
	u.event.status = EVENT_STATUS_DISMISSED;
	assert_int_equal(told(f, &u, false, 0), 0);
	u.change = CHANGE_REMOVED;
	assert_int_equal(told(f, &u, false, 0), 0);
}

/* It stays behind from there on, and is told when it is enabled again. */
static void test_disabled_receiver(void **state)
{
	struct fixture *f = *state;
	struct update u = alleged(1);
	uint64_t full = 0;
	f->decider.disabled = 1;
	assert_int_equal(decide(&f->decider, &u, &everybody, &full), 0);
	assert_int_equal(full, 1);
	assert_int_equal(told(f, NULL, false, 0), 0);
	f->decider.disabled = 0;
	assert_int_equal(told(f, &u, false, 0), 1);
}

/* Nobody outside the set is told, or remembered as told. */
static void test_among(void **state)
{
	struct fixture *f = *state;
	const struct decide_whom nobody = {~(uint64_t)1, 0};
	struct update u = alleged(1);
	uint64_t full = 0;
	assert_int_equal(decide(&f->decider, &u, &nobody, &full), 0);
	assert_int_equal(told(f, NULL, false, 0), 0);
	assert_int_equal(told(f, &u, false, 0), 1);
}

/* One without room is not told, and is told later. */
static void test_full(void **state)
{
	struct fixture *f = *state;
	static char filling[1 << 19];
	struct update u = alleged(1);
	uint64_t full = 0;
	outbox_put(f->outbox, f->rules->receivers[0].key, "filling", filling, sizeof(filling));
	assert_int_equal(decide(&f->decider, &u, &everybody, &full), 0);
	assert_int_equal(full, 1);
	assert_int_equal(told(f, NULL, false, 0), 1);
	assert_int_equal(told(f, &u, false, 0), 1);
}

static void test_too_big(void **state)
{
	struct fixture *f = *state;
	static char url[MESSAGE_MAX];
	struct update u = alleged(1);
	memset(url, 'a', sizeof(url));
	u.article.url = (struct text){url, sizeof(url)};
	assert_int_equal(told(f, &u, false, 0), 0);
	assert_int_equal(f->decider.counts.too_big, 1);
}

static void test_names_are_masked(void **state)
{
	struct fixture *f = *state;
	uint64_t full = 0;
	struct outbox_item item;
	struct update u = alleged(1);
	u.article.title = (struct text){"Kasus " NAME, strlen("Kasus " NAME)};
	assert_int_equal(decide(&f->decider, &u, &everybody, &full), 0);
	assert_int_equal(outbox_commit(f->outbox), 0);
	assert_int_equal(outbox_next(f->outbox, f->rules->receivers[0].key, 0, &item), 1);
	assert_null(memmem(item.body.ptr, item.body.len, "Budi", 4));
	assert_null(memmem(item.body.ptr, item.body.len, "Santoso", 7));
	assert_non_null(memmem(item.body.ptr, item.body.len, "Kasus", 5));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_once),
		TEST(test_correction_goes_to_who_was_told),
		TEST(test_what_was_taken_down_is_not_sent),
		TEST(test_what_people_say_goes_to_who_was_told),
		TEST(test_who_was_not_told_hears_of_no_correction),
		TEST(test_disabled_receiver),
		TEST(test_among),
		TEST(test_full),
		TEST(test_too_big),
		TEST(test_names_are_masked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

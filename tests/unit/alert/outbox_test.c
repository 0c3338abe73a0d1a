#include "alert/outbox_internal.h"

#include "lib/error.h"
#include "lib/fault.h"
#include "tests/unit/alert/cleaning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { DESK = 7, OTHER = 9 };

static char dir[FOLDER_SIZE];
static struct outbox *outbox;

static void open_with(uint64_t max_bytes)
{
	char error[256], path[FOLDER_SIZE + 16];
	snprintf(path, sizeof(path), "%s/alert", dir);
	assert_int_equal(outbox_open(path, max_bytes, &outbox, error, sizeof(error)), 0);
}

static void reopen(void)
{
	outbox_close(outbox);
	open_with(1 << 20);
}

static void put(uint64_t receiver, const char *id)
{
	outbox_put(outbox, receiver, id, id, strlen(id));
}

/* The messages of a receiver, as "a b c". */
static const char *waiting(uint64_t receiver)
{
	static char text[256];
	struct outbox_item item;
	uint64_t after = 0;
	text[0] = '\0';
	while (outbox_next(outbox, receiver, after, &item) == 1) {
		after = item.number;
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s",
			 text[0] ? " " : "", item.id);
		assert_int_equal(item.body.len, strlen(item.id));
	}
	return text;
}

static void test_nothing_before_its_commit(void **state)
{
	(void)state;
	put(DESK, "a");
	put(OTHER, "b");
	put(DESK, "c");
	assert_string_equal(waiting(DESK), "");
	assert_int_equal(outbox_commit(outbox), 0);
	assert_string_equal(waiting(DESK), "a c");
	assert_string_equal(waiting(OTHER), "b");
	reopen();
	assert_string_equal(waiting(DESK), "a c");
}

static void test_position_with_its_messages(void **state)
{
	(void)state;
	struct netral_position p = {.epoch = {1, 2, 3}, .seq = 5}, is;
	uint64_t again = 0;
	assert_int_equal(outbox_position(outbox, &is, &again), 0);
	put(DESK, "a");
	outbox_set_position(outbox, &p, 9);
	fault_arm("commit", 1);
	assert_int_equal(outbox_commit(outbox), NETRAL_EFULL);
	fault_arm(NULL, 0);
	assert_int_equal(outbox_position(outbox, &is, &again), 0);
	assert_string_equal(waiting(DESK), "");
	put(DESK, "b");
	outbox_set_position(outbox, &p, 9);
	assert_int_equal(outbox_commit(outbox), 0);
	reopen();
	assert_int_equal(outbox_position(outbox, &is, &again), 1);
	assert_memory_equal(&is, &p, sizeof(p));
	assert_int_equal(again, 9);
	assert_string_equal(waiting(DESK), "b");
}

static void take_first(uint64_t receiver)
{
	struct outbox_item item;
	assert_int_equal(outbox_next(outbox, receiver, 0, &item), 1);
	outbox_done(outbox, receiver, item.number);
}

/* Half of the room is DESK's: one that is full takes nothing of the other's. */
static void test_share(void **state)
{
	(void)state;
	outbox_close(outbox);
	open_with(80);
	assert_true(outbox_has_room(outbox, DESK, 2));
	put(DESK, "a");
	assert_true(outbox_has_room(outbox, DESK, 2));
	assert_true(outbox_has_much_room(outbox, DESK, 2));
	put(DESK, "b");
	assert_false(outbox_has_much_room(outbox, DESK, 2));
	put(DESK, "c");
	assert_false(outbox_has_room(outbox, DESK, 2));
	assert_true(outbox_has_room(outbox, OTHER, 2));
	assert_int_equal(outbox_commit(outbox), 0);
	assert_false(outbox_has_room(outbox, DESK, 2));
	take_first(DESK);
	assert_true(outbox_has_room(outbox, DESK, 2));
	outbox_spoil(outbox, NETRAL_EIO);
	assert_int_equal(outbox_commit(outbox), NETRAL_EIO);
	assert_false(outbox_has_room(outbox, DESK, 2));
	take_first(DESK);
	assert_int_equal(outbox_commit(outbox), 0);
	assert_true(outbox_has_room(outbox, DESK, 2));
	assert_false(outbox_has_much_room(outbox, DESK, 2));
}

/* What nobody is to be sent any more takes room, but never all of another's. */
static void test_room_for_one(void **state)
{
	(void)state;
	outbox_close(outbox);
	open_with(40);
	for (int i = 0; i < 5; i++)
		put(DESK, "a");
	assert_true(outbox_has_room(outbox, OTHER, 1));
	put(OTHER, "b");
	assert_false(outbox_has_room(outbox, OTHER, 1));
}

static void test_waiting_is_counted(void **state)
{
	(void)state;
	put(DESK, "a");
	put(DESK, "b");
	put(OTHER, "c");
	assert_int_equal(outbox_waiting(outbox, DESK).messages, 0);
	assert_int_equal(outbox_commit(outbox), 0);
	take_first(DESK);
	assert_int_equal(outbox_commit(outbox), 0);
	struct outbox_waiting w = outbox_waiting(outbox, DESK);
	assert_int_equal(w.messages, 1);
	assert_true(w.bytes > 0);
	assert_true(w.oldest_ms > 0);
	assert_int_equal(outbox_waiting(outbox, OTHER).bytes, w.bytes);
	assert_int_equal(outbox_counts(outbox).bytes, 2 * w.bytes);
	reopen();
	assert_memory_equal(&w, &(struct outbox_waiting[]){outbox_waiting(outbox, DESK)},
			    sizeof(w));
	assert_int_equal(outbox_counts(outbox).bytes, 2 * w.bytes);
	take_first(DESK);
	assert_int_equal(outbox_commit(outbox), 0);
	w = outbox_waiting(outbox, DESK);
	assert_int_equal(w.messages + w.bytes + w.oldest_ms, 0);
}

static void test_behind(void **state)
{
	(void)state;
	const struct outbox_behind first = {{"0123456789abcde", 7}, 3};
	struct outbox_behind is;
	assert_int_equal(outbox_behind(outbox, DESK, &is), 0);
	outbox_set_behind(outbox, DESK, &first);
	assert_int_equal(outbox_behind(outbox, DESK, &is), 1);
	outbox_spoil(outbox, NETRAL_EIO);
	assert_int_equal(outbox_commit(outbox), NETRAL_EIO);
	assert_int_equal(outbox_behind(outbox, DESK, &is), 0);
	outbox_set_behind(outbox, DESK, &first);
	assert_int_equal(outbox_commit(outbox), 0);
	reopen();
	assert_int_equal(outbox_behind(outbox, DESK, &is), 1);
	assert_memory_equal(&is, &first, sizeof(is));
	assert_int_equal(outbox_behind(outbox, OTHER, &is), 0);
	outbox_set_behind(outbox, DESK, NULL);
	assert_int_equal(outbox_commit(outbox), 0);
	assert_int_equal(outbox_behind(outbox, DESK, &is), 0);
	outbox_set_behind(outbox, DESK, NULL);
	assert_int_equal(outbox_commit(outbox), 0);
}

static void test_spoiled(void **state)
{
	(void)state;
	put(DESK, "a");
	outbox_spoil(outbox, NETRAL_EMALFORMED);
	put(DESK, "b");
	assert_true(outbox_has_batch(outbox));
	assert_int_equal(outbox_commit(outbox), NETRAL_EMALFORMED);
	assert_string_equal(waiting(DESK), "");
	assert_int_equal(outbox_waiting(outbox, DESK).messages, 0);
}

static void test_given_up_and_retried(void **state)
{
	(void)state;
	struct outbox_item item;
	uint64_t receiver = 0, number = 0;
	put(DESK, "a");
	put(DESK, "b");
	assert_int_equal(outbox_commit(outbox), 0);
	assert_int_equal(outbox_next(outbox, DESK, 0, &item), 1);
	outbox_give_up(outbox, DESK, item.number, 10, "HTTP 500");
	assert_int_equal(outbox_commit(outbox), 0);
	assert_string_equal(waiting(DESK), "b");
	assert_int_equal(outbox_next_failed(outbox, &receiver, &number, &item), 1);
	assert_int_equal(receiver, DESK);
	assert_string_equal(item.reason, "HTTP 500");
	assert_int_equal(item.tries, 10);
	assert_int_equal(outbox_next_failed(outbox, &receiver, &number, &item), 0);
	assert_int_equal(outbox_retry_failed(outbox, OTHER, 10), 0);
	assert_int_equal(outbox_retry_failed(outbox, DESK, 10), 1);
	assert_int_equal(outbox_retry_failed(outbox, DESK, 10), 0); /* in the same batch */
	assert_int_equal(outbox_commit(outbox), 0);
	assert_string_equal(waiting(DESK), "b a");
	assert_int_equal(outbox_counts(outbox).failed, 0);
}

static void test_receivers_that_are_gone(void **state)
{
	(void)state;
	const uint64_t kept[] = {OTHER, UINT64_MAX};
	struct outbox_item item;
	uint64_t receiver = 0, number = 0;
	put(DESK, "a");
	put(OTHER, "b");
	put(DESK, "c");
	put(UINT64_MAX, "d");
	put(UINT64_MAX - 1, "e");
	assert_int_equal(outbox_give_up_others(outbox, kept, 2, 10), 0); /* not committed */
	assert_int_equal(outbox_commit(outbox), 0);
	assert_int_equal(outbox_give_up_others(outbox, kept, 2, 1), 1);
	assert_int_equal(outbox_commit(outbox), 0);
	assert_string_equal(waiting(DESK), "c");
	assert_int_equal(outbox_give_up_others(outbox, kept, 2, 10), 2);
	assert_int_equal(outbox_commit(outbox), 0);
	assert_int_equal(outbox_give_up_others(outbox, kept, 2, 10), 0);
	assert_string_equal(waiting(DESK), "");
	assert_string_equal(waiting(OTHER), "b");
	assert_string_equal(waiting(UINT64_MAX), "d");
	assert_int_equal(outbox_next_failed(outbox, &receiver, &number, &item), 1);
	assert_string_equal(item.id, "a");
	assert_int_equal(outbox_counts(outbox).failed, 3);
}

/* Beyond the bound the oldest go, and are counted. */
static void test_bound_of_what_was_given_up(void **state)
{
	(void)state;
	outbox_close(outbox);
	open_with(1 << 30);
	for (unsigned i = 0; i < OUTBOX_FAILED_MAX + 100; i++)
		put(DESK, "a");
	assert_int_equal(outbox_commit(outbox), 0);
	assert_int_equal(outbox_give_up_others(outbox, NULL, 0, OUTBOX_FAILED_MAX + 100),
			 OUTBOX_FAILED_MAX + 100);
	assert_int_equal(outbox_commit(outbox), 0);
	assert_int_equal(outbox_counts(outbox).failed, OUTBOX_FAILED_MAX);
	assert_int_equal(outbox_counts(outbox).forgotten_failed, 100);
	assert_int_equal(outbox_counts(outbox).bytes, 0);
}

static void test_who_was_told(void **state)
{
	(void)state;
	struct told was;
	assert_int_equal(outbox_told(outbox, DESK, "e-1", &was), 0);
	outbox_tell(outbox, DESK, "e-1", &(struct told){.digest = 1}, 100);
	assert_int_equal(outbox_told(outbox, DESK, "e-1", &was), 1);
	outbox_tell(outbox, DESK, "e-1", &(struct told){.digest = 2}, 101);
	assert_int_equal(outbox_commit(outbox), 0);
	assert_int_equal(outbox_told(outbox, DESK, "e-1", &was), 1);
	assert_int_equal(was.digest, 2);
	assert_int_equal(outbox_told(outbox, OTHER, "e-1", &was), 0);
	outbox_tell(outbox, DESK, "e-2", &(struct told){.digest = 1}, 101 + OUTBOX_TOLD_DAYS);
	assert_int_equal(outbox_commit(outbox), 0);
	assert_int_equal(outbox_told(outbox, DESK, "e-1", &was), 1);
	outbox_tell(outbox, DESK, "e-3", &(struct told){.digest = 1}, 102 + OUTBOX_TOLD_DAYS);
	assert_int_equal(outbox_commit(outbox), 0);
	assert_int_equal(outbox_told(outbox, DESK, "e-1", &was), 0);
	assert_int_equal(outbox_told(outbox, DESK, "e-2", &was), 1);
	assert_int_equal(outbox_counts(outbox).forgotten_told, 1);
}

static void test_what_was_told(void **state)
{
	(void)state;
	const struct told is = {.digest = 5, .kind = 2, .status = 3, .area = "81.71"};
	struct told was;
	outbox_tell(outbox, DESK, "e-1", &is, 100);
	assert_int_equal(outbox_commit(outbox), 0);
	reopen();
	assert_int_equal(outbox_told(outbox, DESK, "e-1", &was), 1);
	assert_int_equal(was.digest, 5);
	assert_int_equal(was.kind, 2);
	assert_int_equal(was.status, 3);
	assert_string_equal(was.area, "81.71");
}

/* Earlier versions kept the digest and the day. */
static void test_told_by_an_earlier_version(void **state)
{
	(void)state;
	struct told was;
	uint8_t name[OUTBOX_TOLD_BYTES], value[12] = {0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 100};
	outbox_event_key(DESK, "e-1", name);
	MDB_val key = outbox_val(name, sizeof(name)), data = outbox_val(value, sizeof(value));
	assert_int_equal(mdb_put(outbox_writer(outbox), outbox->told, &key, &data, 0), 0);
	assert_int_equal(outbox_commit(outbox), 0);
	assert_int_equal(outbox_told(outbox, DESK, "e-1", &was), 1);
	assert_int_equal(was.digest, 9);
	assert_int_equal(was.kind + was.status, 0);
	assert_string_equal(was.area, "");
	outbox_tell(outbox, DESK, "e-1", &(struct told){.digest = 1, .kind = 1}, 101);
	assert_int_equal(outbox_commit(outbox), 0);
	assert_int_equal(outbox_told(outbox, DESK, "e-1", &was), 1);
	assert_int_equal(was.kind, 1);
}

/* --- gathered --- */

static struct outbox_group group(uint64_t number, uint64_t due_ms)
{
	return (struct outbox_group){.receiver = DESK, .group = number, .due_ms = due_ms};
}

static void gather(uint64_t number, uint64_t due_ms, const char *event)
{
	const struct told nothing = {.digest = 0};
	const struct outbox_group g = group(number, due_ms);
	outbox_gather(outbox, &g, 3, event, &nothing, event, strlen(event));
}

static void test_first_due_first(void **state)
{
	(void)state;
	struct outbox_group first;
	assert_int_equal(outbox_first_group(outbox, &first), 0);
	gather(1, 500, "a");
	gather(2, 300, "b");
	gather(1, 100, "c"); /* its group is there already */
	assert_int_equal(outbox_first_group(outbox, &first), 1);
	assert_int_equal(first.group, 2);
	assert_int_equal(first.due_ms, 300);
	outbox_take_gathered(outbox, &first, UINT64_MAX);
	assert_int_equal(outbox_commit(outbox), 0);
	assert_int_equal(outbox_first_group(outbox, &first), 1);
	assert_int_equal(first.group, 1);
	assert_int_equal(first.due_ms, 500);
	assert_int_equal(first.count, 2);
	gather(1, 100, "d");
	assert_int_equal(outbox_first_group(outbox, &first), 1);
	assert_int_equal(outbox_group_due_ms(&first), 0); /* as many as there may be */
}

/* It keeps its place and its group, whatever the other one would be. */
static void test_changed_while_it_waits(void **state)
{
	(void)state;
	const struct told before = {.digest = 7, .status = 2}, later = {.digest = 8, .status = 3};
	const struct outbox_group g = group(1, 500), other = group(2, 100);
	struct outbox_gathered item;
	struct told was;
	outbox_gather(outbox, &g, 9, "a", &before, "one", 3);
	assert_int_equal(outbox_commit(outbox), 0);
	uint64_t bytes = outbox_counts(outbox).bytes;
	outbox_gather(outbox, &other, 9, "a", &later, "three", 5);
	assert_int_equal(outbox_commit(outbox), 0);
	assert_int_equal(outbox_counts(outbox).bytes, bytes + 2);
	assert_int_equal(outbox_counts(outbox).gathering, 1);
	assert_int_equal(outbox_next_gathered(outbox, &other, 0, &item), 0);
	assert_int_equal(outbox_next_gathered(outbox, &g, 0, &item), 1);
	assert_int_equal(item.was.digest, 7);
	assert_int_equal(item.packed.len, 5);
	assert_int_equal(outbox_gathering(outbox, DESK, "a", &was), 1);
	assert_int_equal(was.status, 2);
	outbox_ungather(outbox, DESK, "a");
	assert_int_equal(outbox_commit(outbox), 0);
	assert_int_equal(outbox_counts(outbox).bytes, 0);
	assert_int_equal(outbox_gathering(outbox, DESK, "a", &was), 0);
}

static void test_too_many_groups(void **state)
{
	(void)state;
	struct outbox_group first;
	char event[16];
	for (unsigned i = 0; i < OUTBOX_GROUPS_MAX; i++) {
		snprintf(event, sizeof(event), "e-%u", i);
		gather(i, 500, event);
	}
	assert_int_equal(outbox_first_group(outbox, &first), 1);
	assert_int_equal(first.due_ms, 500);
	gather(OUTBOX_GROUPS_MAX, 500, "more");
	assert_int_equal(outbox_first_group(outbox, &first), 1);
	assert_int_equal(first.due_ms, 0);
	assert_int_equal(first.group, OUTBOX_GROUPS_MAX);
}

static void test_receivers(void **state)
{
	(void)state;
	const struct outbox_receiver r = {
		.number = 3, .tries = 2, .due_ms = 77, .disabled = true, .address = 5};
	struct outbox_receiver is;
	assert_int_equal(outbox_receiver(outbox, DESK, &is), 0);
	outbox_set_receiver(outbox, DESK, &r);
	assert_int_equal(outbox_commit(outbox), 0);
	reopen();
	assert_int_equal(outbox_receiver(outbox, DESK, &is), 1);
	assert_int_equal(is.number, 3);
	assert_int_equal(is.tries, 2);
	assert_int_equal(is.due_ms, 77);
	assert_true(is.disabled);
	assert_int_equal(is.address, 5);
}

static void test_one_process(void **state)
{
	(void)state;
	char error[256], path[FOLDER_SIZE + 16];
	struct outbox *second = NULL;
	snprintf(path, sizeof(path), "%s/alert", dir);
	assert_int_equal(outbox_open(path, 1, &second, error, sizeof(error)), NETRAL_EBUSY);
	assert_null(second);
}

static int set_up(void **state)
{
	(void)state;
	folder_make(dir);
	open_with(1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	outbox_close(outbox);
	folder_remove(dir);
	return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_before_its_commit),
		TEST(test_position_with_its_messages),
		TEST(test_share),
		TEST(test_room_for_one),
		TEST(test_waiting_is_counted),
		TEST(test_behind),
		TEST(test_spoiled),
		TEST(test_given_up_and_retried),
		TEST(test_receivers_that_are_gone),
		TEST(test_bound_of_what_was_given_up),
		TEST(test_who_was_told),
		TEST(test_what_was_told),
		TEST(test_told_by_an_earlier_version),
		TEST(test_first_due_first),
		TEST(test_changed_while_it_waits),
		TEST(test_too_many_groups),
		TEST(test_receivers),
		TEST(test_one_process),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

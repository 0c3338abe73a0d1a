#include "alert/outbox.h"

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
		TEST(test_receivers),
		TEST(test_one_process),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

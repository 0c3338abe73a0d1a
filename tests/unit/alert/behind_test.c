/* Who is behind: from where, until when, and that the batch decides. */
#include "alert/behind.h"

#include "lib/error.h"
#include "tests/unit/alert/cleaning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { A = 1, B = 2 };

static const struct epoch epoch = {"fifteen letters"};

struct fixture {
	char dir[FOLDER_SIZE];
	struct outbox *outbox;
	struct ruleset rules;
	struct behind behind;
};

static int set_up(void **state)
{
	static struct fixture f;
	char path[FOLDER_SIZE + 16], error[256];
	memset(&f, 0, sizeof(f));
	folder_make(f.dir);
	snprintf(path, sizeof(path), "%s/alert", f.dir);
	assert_int_equal(outbox_open(path, 1 << 20, &f.outbox, error, sizeof(error)), 0);
	f.rules.receiver_count = 2;
	f.rules.receivers[0].key = 7;
	f.rules.receivers[1].key = 9;
	behind_load(&f.behind, f.outbox, &f.rules);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	outbox_close(f->outbox);
	folder_remove(f->dir);
	return 0;
}

static void commit(struct fixture *f)
{
	assert_int_equal(outbox_commit(f->outbox), 0);
	memset(&f->behind, 0, sizeof(f->behind));
	behind_load(&f->behind, f->outbox, &f->rules);
}

static void test_falls_and_catches_up(void **state)
{
	struct fixture *f = *state;
	behind_fall(&f->behind, B, &epoch, 5, 0);
	commit(f);
	assert_int_equal(behind_at(&f->behind, 4), 0);
	assert_int_equal(behind_at(&f->behind, 5), B);
	assert_int_equal(behind_updates(&f->behind, 1, 9), 5);
	assert_int_equal(behind_updates(&f->behind, 0, 9), 0);
	behind_advance(&f->behind, A | B, 7, 9);
	commit(f);
	assert_int_equal(behind_at(&f->behind, 7), 0);
	assert_int_equal(behind_at(&f->behind, 8), B);
	behind_advance(&f->behind, A | B, 9, 9);
	assert_int_equal(f->behind.set, 0);
	commit(f);
	assert_int_equal(f->behind.set, 0);
}

static void test_batch_is_lost(void **state)
{
	struct fixture *f = *state;
	behind_fall(&f->behind, A, &epoch, 5, 0);
	commit(f);
	behind_fall(&f->behind, B, &epoch, 6, 0);
	behind_advance(&f->behind, A, 6, 6);
	assert_int_equal(f->behind.set, B);
	outbox_spoil(f->outbox, NETRAL_EIO);
	assert_int_equal(outbox_commit(f->outbox), NETRAL_EIO);
	behind_load(&f->behind, f->outbox, &f->rules);
	assert_int_equal(f->behind.set, A);
	assert_int_equal(f->behind.at[0].position.seq, 4);
}

/* A replay found no room before the place at which it is behind. */
static void test_falls_further(void **state)
{
	struct fixture *f = *state;
	behind_fall(&f->behind, A, &epoch, 50, 0);
	behind_fall(&f->behind, A, &epoch, 10, 60);
	assert_int_equal(f->behind.falls, 1);
	commit(f);
	assert_int_equal(f->behind.at[0].position.seq, 9);
	assert_int_equal(f->behind.at[0].again_until, 60);
	assert_memory_equal(f->behind.at[0].position.epoch, epoch.bytes, sizeof(epoch.bytes));
}

/* The feed went back: it comes by again. */
static void test_feed_is_before_it(void **state)
{
	struct fixture *f = *state;
	behind_fall(&f->behind, A, &epoch, 50, 0);
	assert_int_equal(behind_updates(&f->behind, 0, 20), 0);
	behind_advance(&f->behind, A, 0, 20);
	assert_int_equal(f->behind.set, 0);
}

static void test_other_store(void **state)
{
	struct fixture *f = *state;
	behind_fall(&f->behind, A | B, &epoch, 50, 0);
	commit(f);
	behind_forget(&f->behind);
	commit(f);
	assert_int_equal(f->behind.set, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_falls_and_catches_up), TEST(test_batch_is_lost), TEST(test_falls_further),
		TEST(test_feed_is_before_it),    TEST(test_other_store),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

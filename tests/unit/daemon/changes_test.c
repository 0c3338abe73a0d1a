#include "daemon/changes.h"

#include "lib/fault.h"
#include "tests/unit/daemon/journal_fixture.h"

static void fail_article(struct changes *c, uint64_t seq, uint32_t tries, bool dead)
{
	struct dispatch_failure f = {.seq = seq,
				     .tries = tries,
				     .suspect = true,
				     .dead = dead,
				     .wait_ms = 5,
				     .reason = "worker w was silent"};
	changes_add_failure(c, &f, 1000000);
}

static int note_try(void *user, const struct journal_try *t)
{
	struct journal_try *last = user;
	assert_int_equal(t->reason_len, 19);
	assert_memory_equal(t->reason, "worker w was silent", 19);
	*last = *t;
	return 0;
}

static void everything_reaches_the_journal_in_order(void **state)
{
	struct fixture *f = *state;
	struct changes c;
	struct journal_try t = {0};
	changes_init(&c);
	for (unsigned n = 1; n <= 4; n++)
		assert_int_equal(fixture_append(f, n), JOURNAL_NEW);
	assert_int_equal(journal_commit(f->journal), 0);
	fail_article(&c, 2, 1, false);
	fail_article(&c, 3, 1, false);
	changes_add_done(&c, 1);
	fail_article(&c, 2, 2, true);
	assert_int_equal(c.count, 4);
	assert_int_equal(c.done, 1);
	assert_int_equal(c.buried, 1);
	assert_int_equal(changes_ended(&c), 2);

	assert_int_equal(changes_apply(&c, f->journal), 0);
	journal_abort(f->journal);
	assert_int_equal(changes_apply(&c, f->journal), 0); /* they are still there */
	assert_int_equal(journal_commit(f->journal), 0);
	changes_clear(&c);
	assert_int_equal(c.count + changes_ended(&c), 0);

	struct journal_counts counts = journal_counts(f->journal);
	assert_int_equal(counts.articles, 2);
	assert_int_equal(counts.recorded_total, 1);
	assert_int_equal(counts.dead, 1);
	assert_int_equal(journal_each_try(f->journal, note_try, &t), 0);
	assert_int_equal(t.seq, 3);
	assert_int_equal(t.tries, 1);
	assert_int_equal(t.not_before_us, 1000000 + 5000);
	changes_fini(&c);
}

static void what_has_ended_twice_ends_once(void **state)
{
	struct fixture *f = *state;
	struct changes c;
	changes_init(&c);
	assert_int_equal(fixture_append(f, 1), JOURNAL_NEW);
	assert_int_equal(journal_commit(f->journal), 0);
	changes_add_done(&c, 1);
	changes_add_done(&c, 1);
	fail_article(&c, 1, 5, true);
	assert_int_equal(changes_apply(&c, f->journal), 0);
	assert_int_equal(journal_commit(f->journal), 0);
	assert_int_equal(journal_counts(f->journal).recorded_total, 1);
	assert_int_equal(journal_counts(f->journal).dead, 0);
	changes_fini(&c);
}

#ifdef NETRAL_TEST_HOOKS
/* What was reserved has room, with or without its reason. */
static void a_reservation_holds_without_memory(void **state)
{
	struct fixture *f = *state;
	struct changes c;
	enum { N = 50 };
	changes_init(&c);
	for (unsigned n = 1; n <= N; n++)
		assert_int_equal(fixture_append(f, n), JOURNAL_NEW);
	assert_int_equal(journal_commit(f->journal), 0);
	fault_arm("alloc", 1);
	assert_int_equal(changes_reserve(&c, N), NETRAL_ENOMEM);
	assert_int_equal(changes_reserve(&c, N), 0);
	for (unsigned n = 1; n <= N; n++) {
		fault_arm("alloc", 1);
		if (n % 2)
			changes_add_done(&c, n);
		else
			fail_article(&c, n, 5, true);
	}
	fault_arm(NULL, 0);
	assert_int_equal(changes_apply(&c, f->journal), 0);
	assert_int_equal(journal_commit(f->journal), 0);
	assert_int_equal(journal_counts(f->journal).articles, 0);
	assert_int_equal(journal_counts(f->journal).dead, N / 2);
	changes_fini(&c);
}
#endif

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(everything_reaches_the_journal_in_order),
		TEST(what_has_ended_twice_ends_once),
#ifdef NETRAL_TEST_HOOKS
		TEST(a_reservation_holds_without_memory),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

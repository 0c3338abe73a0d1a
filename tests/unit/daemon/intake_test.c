#include "daemon/intake.h"

#include "lib/fault.h"
#include "tests/unit/daemon/journal_fixture.h"

enum { NOW_MS = 1000000 };

static struct intake *new_intake(struct fixture *f)
{
	struct intake *i;
	assert_int_equal(intake_new(f->journal, &i), 0);
	return i;
}

static struct submit_status add(struct fixture *f, struct intake *i, unsigned n, uint64_t now_ms)
{
	struct article a = fixture_article(f, n);
	struct submit_status status;
	intake_add(i, &a, "test", now_ms, &status);
	return status;
}

static void end(struct fixture *f, struct intake *i, uint64_t now_ms)
{
	int r = intake_error(i);
	if (r == 0 && intake_has_batch(i)) {
		r = journal_commit(f->journal);
		if (r == 0)
			intake_committed(i);
	}
	if (r < 0)
		intake_failed(i, "no luck", now_ms);
	journal_abort(f->journal);
	intake_next_batch(i);
}

static void articles_are_accepted_known_or_refused(void **state)
{
	struct fixture *f = *state;
	struct intake *i = new_intake(f);
	struct article bad = {.text = {"a\xff", 2}};
	struct submit_status status;
	assert_false(intake_has_batch(i));
	assert_int_equal(add(f, i, 1, NOW_MS).outcome, SUBMIT_ACCEPTED);
	assert_int_equal(add(f, i, 1, NOW_MS).outcome, SUBMIT_DUPLICATE);
	intake_add(i, &bad, "test", NOW_MS, &status);
	assert_int_equal(status.outcome, SUBMIT_REFUSED);
	assert_string_equal(status.reason, "text: byte 1 is not valid UTF-8");
	assert_true(intake_has_batch(i));
	end(f, i, NOW_MS);
	assert_false(intake_has_batch(i));
	assert_int_equal(intake_counts(i).duplicate, 1);
	assert_int_equal(intake_counts(i).refused, 1);
	assert_null(intake_problem(i));
	intake_free(i);
}

static void a_source_of_its_own_is_kept(void **state)
{
	struct fixture *f = *state;
	struct intake *i = new_intake(f);
	struct article a = fixture_article(f, 1), b = a;
	struct submit_status status;
	b.source = (struct text){"feed", 4};
	intake_add(i, &a, "test", NOW_MS, &status);
	assert_string_equal(a.source.ptr, "test");
	intake_add(i, &b, "test", NOW_MS, &status);
	assert_string_equal(b.source.ptr, "feed");
	assert_true(a.accepted_us > 0);
	intake_free(i);
	journal_abort(f->journal);
}

static void a_batch_has_a_bound(void **state)
{
	struct fixture *f = *state;
	struct intake *i = new_intake(f);
	unsigned n = 0;
	while (!intake_is_full(i) && n < 100000)
		assert_int_equal(add(f, i, n++, NOW_MS).outcome, SUBMIT_ACCEPTED);
	assert_int_equal(n, 1024);
	end(f, i, NOW_MS);
	assert_false(intake_is_full(i));
	intake_free(i);
}

static void a_full_journal_stops_intake_until_there_is_room(void **state)
{
	struct fixture *f = *state;
	unsigned n = 0;
	fixture_close(f);
	f->options.max_bytes = 1 << 20;
	fixture_open(f);
	struct intake *i = new_intake(f);
	struct submit_status status;
	while ((status = add(f, i, n, NOW_MS)).outcome == SUBMIT_ACCEPTED) {
		if (++n % 100 == 0)
			end(f, i, NOW_MS);
	}
	assert_int_equal(status.outcome, SUBMIT_BUSY);
	assert_non_null(strstr(status.reason, "journal is full"));
	end(f, i, NOW_MS);
	assert_non_null(intake_problem(i));
	assert_true(intake_is_stopped(i, NOW_MS));
	assert_int_equal(add(f, i, n, NOW_MS).outcome, SUBMIT_BUSY);
	end(f, i, NOW_MS);
	intake_recheck(i, NOW_MS + 5000);
	assert_non_null(intake_problem(i));

	for (uint64_t seq = 1; seq <= n; seq++)
		assert_int_equal(journal_done(f->journal, seq), 1);
	assert_int_equal(journal_commit(f->journal), 0);
	intake_recheck(i, NOW_MS + 10000);
	assert_null(intake_problem(i));
	assert_int_equal(add(f, i, n, NOW_MS + 10000).outcome, SUBMIT_ACCEPTED);
	end(f, i, NOW_MS + 10000);
	assert_int_equal(intake_counts(i).stops, 1);
	assert_int_equal(intake_counts(i).busy, 2);
	intake_free(i);
}

#ifdef NETRAL_TEST_HOOKS
static void a_failed_commit_stops_intake_for_a_while(void **state)
{
	struct fixture *f = *state;
	struct intake *i = new_intake(f);
	fault_arm("commit", 1);
	assert_int_equal(add(f, i, 1, NOW_MS).outcome, SUBMIT_ACCEPTED);
	assert_int_equal(add(f, i, 1, NOW_MS).outcome, SUBMIT_DUPLICATE);
	end(f, i, NOW_MS);
	fault_arm(NULL, 0);
	assert_string_equal(intake_problem(i), "journal: commit failed: no luck");
	assert_int_equal(intake_counts(i).duplicate, 0);
	assert_int_equal(add(f, i, 1, NOW_MS + 1).outcome, SUBMIT_BUSY);
	end(f, i, NOW_MS + 1);
	intake_recheck(i, NOW_MS + 5000); /* only a commit can tell */
	assert_int_equal(add(f, i, 1, NOW_MS + 5000).outcome, SUBMIT_ACCEPTED);
	assert_non_null(intake_problem(i));
	end(f, i, NOW_MS + 5000);
	assert_null(intake_problem(i));
	intake_free(i);
}
#endif

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(articles_are_accepted_known_or_refused),
		TEST(a_source_of_its_own_is_kept),
		TEST(a_batch_has_a_bound),
		TEST(a_full_journal_stops_intake_until_there_is_room),
#ifdef NETRAL_TEST_HOOKS
		TEST(a_failed_commit_stops_intake_for_a_while),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

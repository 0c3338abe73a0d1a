#include "tests/unit/daemon/journal_fixture.h"

#include "lib/fault.h"

#include <signal.h>
#include <sys/wait.h>

static void commit(struct fixture *f)
{
	assert_int_equal(journal_commit(f->journal), 0);
}

/* Appends articles from..to and commits. */
static void append_range(struct fixture *f, unsigned from, unsigned to)
{
	for (unsigned n = from; n <= to; n++)
		assert_int_equal(fixture_append(f, n), JOURNAL_NEW);
	commit(f);
}

/* The numbers of what is in the queue, in order, as a string such as "1 2 5". */
static const char *queue(struct fixture *f)
{
	static char text[256];
	uint64_t seq = 0;
	struct bytes article;
	text[0] = '\0';
	assert_int_equal(journal_read_begin(f->journal), 0);
	while (journal_next(f->journal, seq, &seq, &article) == 1)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%lu",
			 text[0] ? " " : "", (unsigned long)seq);
	journal_read_end(f->journal);
	return text;
}

static void articles_are_there_after_the_commit_and_in_order(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(fixture_append(f, 1), JOURNAL_NEW);
	assert_int_equal(fixture_append(f, 2), JOURNAL_NEW);
	assert_string_equal(queue(f), "");
	assert_int_equal(journal_last_seq(f->journal), 0);
	commit(f);
	assert_string_equal(queue(f), "1 2");
	assert_int_equal(journal_last_seq(f->journal), 2);
	assert_int_equal(journal_article_count(f->journal), 2);
}

static void an_article_is_read_as_it_was_written(void **state)
{
	struct fixture *f = *state;
	struct arena arena;
	struct bytes stored;
	struct article back, a = fixture_article(f, 1);
	codec_arena_init(&arena);
	a.source = (struct text){"submit", 6};
	a.accepted_us = 77;
	assert_int_equal(journal_append(f->journal, &a), JOURNAL_NEW);
	commit(f);
	assert_int_equal(journal_read_begin(f->journal), 0);
	assert_int_equal(journal_get(f->journal, 1, &stored), 1);
	assert_int_equal(codec_decode_article(stored.ptr, stored.len, &arena, &back), 0);
	assert_string_equal(back.text.ptr, a.text.ptr);
	assert_string_equal(back.source.ptr, "submit");
	assert_int_equal(back.accepted_us, 77);
	assert_true(article_id_equal(&back.id, &a.id));
	assert_int_equal(journal_get(f->journal, 2, &stored), 0);
	journal_read_end(f->journal);
	arena_fini(&arena);
}

static void the_same_article_is_known_within_a_batch_and_after_it(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(fixture_append(f, 1), JOURNAL_NEW);
	assert_int_equal(fixture_append(f, 1), JOURNAL_KNOWN);
	commit(f);
	assert_int_equal(fixture_append(f, 1), JOURNAL_KNOWN);
	assert_false(journal_has_batch(f->journal));
	commit(f);
	assert_int_equal(journal_counts(f->journal).commits, 1);
	assert_int_equal(journal_counts(f->journal).accepted_total, 1);
}

static void an_aborted_batch_has_not_happened(void **state)
{
	struct fixture *f = *state;
	append_range(f, 1, 1);
	assert_int_equal(fixture_append(f, 2), JOURNAL_NEW);
	assert_int_equal(journal_done(f->journal, 1), 1);
	journal_abort(f->journal);
	assert_string_equal(queue(f), "1");
	assert_int_equal(journal_counts(f->journal).remembered, 1);
	assert_int_equal(fixture_append(f, 2), JOURNAL_NEW);
	commit(f);
	assert_string_equal(queue(f), "1 2");
}

static void a_done_article_leaves_but_stays_known(void **state)
{
	struct fixture *f = *state;
	append_range(f, 1, 3);
	assert_int_equal(journal_done(f->journal, 2), 1);
	assert_int_equal(journal_done(f->journal, 2), 0);
	assert_int_equal(journal_done(f->journal, 99), 0);
	commit(f);
	assert_string_equal(queue(f), "1 3");
	assert_int_equal(fixture_append(f, 2), JOURNAL_KNOWN);
	struct journal_counts c = journal_counts(f->journal);
	assert_int_equal(c.articles, 2);
	assert_int_equal(c.recorded_total, 1);
	assert_int_equal(c.remembered, 3);
}

static void everything_is_there_after_reopening(void **state)
{
	struct fixture *f = *state;
	append_range(f, 1, 3);
	assert_int_equal(journal_done(f->journal, 3), 1);
	commit(f);
	fixture_close(f);
	fixture_open(f);
	assert_string_equal(queue(f), "1 2");
	assert_int_equal(fixture_append(f, 3), JOURNAL_KNOWN);
	append_range(f, 4, 4);
	assert_string_equal(queue(f), "1 2 4");
	assert_int_equal(journal_counts(f->journal).accepted_total, 4);
}

static void a_killed_process_keeps_what_it_committed(void **state)
{
	struct fixture *f = *state;
	fixture_close(f);
	pid_t pid = fork();
	if (pid == 0) {
		fixture_open(f);
		append_range(f, 1, 2);
		fixture_append(f, 3);
		kill(getpid(), SIGKILL);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	fixture_open(f);
	assert_string_equal(queue(f), "1 2");
	assert_int_equal(fixture_append(f, 3), JOURNAL_NEW);
}

static struct journal_try try_of(uint64_t seq, uint32_t tries)
{
	return (struct journal_try){.seq = seq,
				    .tries = tries,
				    .suspect = tries > 1,
				    .not_before_us = 1000 * seq,
				    .reason = "worker fell silent",
				    .reason_len = 18};
}

static int note_try(void *user, const struct journal_try *t)
{
	char *text = user;
	snprintf(text + strlen(text), 64, "%lu:%u:%d:%.*s;", (unsigned long)t->seq, t->tries,
		 t->suspect, (int)t->reason_len, t->reason);
	return 0;
}

static void tries_are_kept_until_the_article_ends(void **state)
{
	struct fixture *f = *state;
	char text[256] = "";
	append_range(f, 1, 3);
	struct journal_try a = try_of(1, 1), b = try_of(3, 1), again = try_of(3, 2);
	assert_int_equal(journal_set_try(f->journal, &a), 0);
	assert_int_equal(journal_set_try(f->journal, &b), 0);
	assert_int_equal(journal_set_try(f->journal, &again), 0);
	commit(f);
	assert_int_equal(journal_each_try(f->journal, note_try, text), 0);
	assert_string_equal(text, "1:1:0:worker fell silent;3:2:1:worker fell silent;");
	assert_int_equal(journal_done(f->journal, 3), 1);
	commit(f);
	text[0] = '\0';
	assert_int_equal(journal_each_try(f->journal, note_try, text), 0);
	assert_string_equal(text, "1:1:0:worker fell silent;");
}

static void bury(struct fixture *f, uint64_t seq)
{
	struct journal_try t = try_of(seq, 5);
	assert_int_equal(journal_bury(f->journal, &t, 4242), 1);
}

static void a_buried_article_is_in_dead_and_stays_known(void **state)
{
	struct fixture *f = *state;
	struct journal_dead d;
	append_range(f, 1, 2);
	bury(f, 2);
	struct journal_try gone = try_of(7, 5);
	assert_int_equal(journal_bury(f->journal, &gone, 1), 0);
	commit(f);
	assert_string_equal(queue(f), "1");
	assert_int_equal(fixture_append(f, 2), JOURNAL_KNOWN);
	assert_int_equal(journal_counts(f->journal).dead, 1);
	assert_int_equal(journal_counts(f->journal).buried_total, 1);
	assert_int_equal(journal_read_begin(f->journal), 0);
	assert_int_equal(journal_next_dead(f->journal, 0, &d), 1);
	assert_int_equal(d.seq, 2);
	assert_int_equal(d.tries, 5);
	assert_int_equal(d.died_us, 4242);
	assert_int_equal(d.reason_len, 18);
	assert_memory_equal(d.reason, "worker fell silent", 18);
	struct article_id id = fixture_article(f, 2).id;
	assert_true(article_id_equal(&d.id, &id));
	assert_int_equal(journal_next_dead(f->journal, 2, &d), 0);
	journal_read_end(f->journal);
}

static void a_revived_article_is_queued_at_the_end(void **state)
{
	struct fixture *f = *state;
	struct article_id id = fixture_article(f, 1).id;
	append_range(f, 1, 2);
	assert_int_equal(journal_revive(f->journal, &id), 0);
	bury(f, 1);
	commit(f);
	assert_int_equal(journal_revive(f->journal, &id), 1);
	assert_int_equal(journal_revive(f->journal, &id), 0);
	commit(f);
	assert_string_equal(queue(f), "2 3");
	assert_int_equal(journal_counts(f->journal).dead, 0);
	assert_int_equal(fixture_append(f, 1), JOURNAL_KNOWN);
	assert_int_equal(journal_done(f->journal, 3), 1);
	commit(f);
	assert_string_equal(queue(f), "2");
}

static void a_dropped_article_may_come_again(void **state)
{
	struct fixture *f = *state;
	struct article_id id = fixture_article(f, 1).id;
	append_range(f, 1, 1);
	bury(f, 1);
	commit(f);
	assert_int_equal(journal_drop(f->journal, &id), 1);
	assert_int_equal(journal_drop(f->journal, &id), 0);
	commit(f);
	assert_int_equal(journal_counts(f->journal).dead, 0);
	assert_int_equal(fixture_append(f, 1), JOURNAL_NEW);
}

static void dead_is_bounded(void **state)
{
	struct fixture *f = *state;
	struct journal_dead d;
	fixture_close(f);
	f->options.dead_max = 2;
	fixture_open(f);
	append_range(f, 1, 3);
	for (uint64_t seq = 1; seq <= 3; seq++)
		bury(f, seq);
	commit(f);
	struct journal_counts c = journal_counts(f->journal);
	assert_int_equal(c.dead, 2);
	assert_int_equal(c.dead_dropped, 1);
	assert_int_equal(journal_read_begin(f->journal), 0);
	assert_int_equal(journal_next_dead(f->journal, 0, &d), 1);
	assert_int_equal(d.seq, 2);
	journal_read_end(f->journal);
	assert_int_equal(fixture_append(f, 1), JOURNAL_KNOWN);
}

static void remembered_ids_are_bounded_and_the_oldest_go_first(void **state)
{
	struct fixture *f = *state;
	fixture_close(f);
	f->options.remembered_ids = 3;
	fixture_open(f);
	append_range(f, 1, 5);
	assert_int_equal(journal_counts(f->journal).remembered, 3);
	assert_int_equal(fixture_append(f, 3), JOURNAL_KNOWN);
	assert_int_equal(fixture_append(f, 2), JOURNAL_NEW);
	journal_abort(f->journal);
	fixture_close(f);
	fixture_open(f);
	assert_int_equal(journal_counts(f->journal).remembered, 3);
	assert_int_equal(fixture_append(f, 3), JOURNAL_KNOWN);
	assert_int_equal(fixture_append(f, 1), JOURNAL_NEW);
	commit(f);
	assert_int_equal(fixture_append(f, 1), JOURNAL_KNOWN);
	assert_int_equal(fixture_append(f, 3), JOURNAL_NEW);
	assert_string_equal(queue(f), "1 2 3 4 5 6");
}

static void a_second_process_is_refused(void **state)
{
	struct fixture *f = *state;
	pid_t pid = fork();
	if (pid == 0) {
		struct journal *j = NULL;
		int r = journal_open(&f->options, &j, f->error, sizeof(f->error));
		_exit(r == NETRAL_EBUSY && strstr(f->error, "in use by process") ? 0 : 1);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void a_missing_parent_is_named(void **state)
{
	struct fixture *f = *state;
	struct journal_options o = f->options;
	struct journal *j = NULL;
	o.dir = "/there-is-no-such-directory/journal";
	assert_int_equal(journal_open(&o, &j, f->error, sizeof(f->error)), NETRAL_ENOTFOUND);
	assert_non_null(strstr(f->error, "/there-is-no-such-directory/journal"));
	assert_null(j);
}

static void a_file_that_is_no_journal_is_refused(void **state)
{
	struct fixture *f = *state;
	char path[128];
	fixture_close(f);
	snprintf(path, sizeof(path), "%s/data.mdb", f->dir);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	for (int i = 0; i < 10000; i++)
		fputs("not a database", file);
	fclose(file);
	assert_int_equal(journal_open(&f->options, &f->journal, f->error, sizeof(f->error)),
			 NETRAL_EMALFORMED);
	assert_non_null(strstr(f->error, "not a journal of netrald"));
}

#ifdef NETRAL_TEST_HOOKS
static void a_failed_commit_changes_nothing(void **state)
{
	struct fixture *f = *state;
	append_range(f, 1, 1);
	fault_arm("commit", 1);
	assert_int_equal(fixture_append(f, 2), JOURNAL_NEW);
	assert_int_equal(journal_commit(f->journal), NETRAL_EIO);
	assert_string_equal(journal_failure(f->journal), "Input/output error");
	fault_arm(NULL, 0);
	assert_string_equal(queue(f), "1");
	append_range(f, 2, 2);
	assert_string_equal(queue(f), "1 2");
}
#endif

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(articles_are_there_after_the_commit_and_in_order),
		TEST(an_article_is_read_as_it_was_written),
		TEST(the_same_article_is_known_within_a_batch_and_after_it),
		TEST(an_aborted_batch_has_not_happened),
		TEST(a_done_article_leaves_but_stays_known),
		TEST(everything_is_there_after_reopening),
		TEST(a_killed_process_keeps_what_it_committed),
		TEST(tries_are_kept_until_the_article_ends),
		TEST(a_buried_article_is_in_dead_and_stays_known),
		TEST(a_revived_article_is_queued_at_the_end),
		TEST(a_dropped_article_may_come_again),
		TEST(dead_is_bounded),
		TEST(remembered_ids_are_bounded_and_the_oldest_go_first),
		TEST(a_second_process_is_refused),
		TEST(a_missing_parent_is_named),
		TEST(a_file_that_is_no_journal_is_refused),
#ifdef NETRAL_TEST_HOOKS
		TEST(a_failed_commit_changes_nothing),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

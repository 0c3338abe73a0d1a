/* A full map, a full disk, and a journal of another schema. */
#include "tests/unit/daemon/journal_fixture.h"

#include <lmdb.h>
#include <sys/mount.h>

enum { MAP_BYTES = 4 << 20, BATCH = 20 };

static void reopen_small(struct fixture *f)
{
	fixture_close(f);
	f->options.max_bytes = MAP_BYTES;
	f->text_len = 4000;
	fixture_open(f);
}

/* Batches of BATCH articles until there is no room; the number of articles that went in. */
static unsigned fill(struct fixture *f, unsigned from, char *reason)
{
	unsigned n = from;
	while (journal_room(f->journal, BATCH, BATCH * f->text_len, reason) == 0) {
		for (int i = 0; i < BATCH; i++)
			assert_int_equal(fixture_append(f, n++), JOURNAL_NEW);
		assert_int_equal(journal_commit(f->journal), 0);
		assert_true(n - from < 100000);
	}
	return n - from;
}

static void a_full_map_stops_intake_and_not_the_ends(void **state)
{
	struct fixture *f = *state;
	char reason[JOURNAL_REASON_SIZE] = "";
	reopen_small(f);
	unsigned filled = fill(f, 0, reason);
	assert_true(filled > 100);
	assert_string_equal(reason,
			    "journal is full: 90 % of journal_max_bytes (4194304) are in use");
	for (unsigned seq = 1; seq <= filled; seq++) {
		assert_int_equal(journal_done(f->journal, seq), 1);
		if (seq % 7 == 0)
			assert_int_equal(journal_commit(f->journal), 0);
	}
	assert_int_equal(journal_commit(f->journal), 0);
	assert_int_equal(journal_article_count(f->journal), 0);
}

static void room_comes_back_by_itself_again_and_again(void **state)
{
	struct fixture *f = *state;
	char reason[JOURNAL_REASON_SIZE] = "";
	unsigned n = 0;
	uint64_t seq = 0;
	reopen_small(f);
	for (int round = 0; round < 8; round++) {
		unsigned filled = fill(f, n, reason);
		assert_true(filled > 100);
		n += filled;
		for (unsigned i = 0; i < filled; i++)
			assert_int_equal(journal_done(f->journal, ++seq), 1);
		assert_int_equal(journal_commit(f->journal), 0);
		assert_int_equal(journal_commit(f->journal), 0);
	}
}

static void a_batch_beyond_the_map_is_refused_and_harms_nothing(void **state)
{
	struct fixture *f = *state;
	int r = 0;
	reopen_small(f);
	assert_int_equal(fixture_append(f, 0), JOURNAL_NEW);
	assert_int_equal(journal_commit(f->journal), 0);
	for (unsigned n = 1; r >= 0 && n < 100000; n++)
		r = fixture_append(f, n);
	assert_int_equal(r, NETRAL_EFULL);
	journal_abort(f->journal);
	assert_int_equal(journal_article_count(f->journal), 1);
	assert_int_equal(fixture_append(f, 1), JOURNAL_NEW);
	assert_int_equal(journal_commit(f->journal), 0);
	assert_int_equal(journal_article_count(f->journal), 2);
}

/* A file system of 3 MB in the fixture's directory; needs privileges. */
static void a_full_disk_stops_intake_and_not_the_ends(void **state)
{
	struct fixture *f = *state;
	char reason[JOURNAL_REASON_SIZE] = "";
	fixture_close(f);
	if (mount("tmpfs", f->dir, "tmpfs", 0, "size=3m") < 0) {
		print_message("skipped: needs the right to mount a tmpfs\n");
		skip();
	}
	f->text_len = 4000;
	fixture_open(f);
	unsigned filled = fill(f, 0, reason);
	assert_string_equal(reason, "disk: cannot make room for the journal: no space left");
	assert_true(filled > 20);
	for (unsigned seq = 1; seq <= filled; seq++) {
		assert_int_equal(journal_done(f->journal, seq), 1);
		assert_int_equal(journal_commit(f->journal), 0);
	}
	assert_int_equal(journal_article_count(f->journal), 0);
	assert_true(fill(f, filled, reason) > 20);
}

static int unmount_and_tear_down(void **state)
{
	struct fixture *f = *state;
	fixture_close(f);
	umount2(f->dir, MNT_DETACH);
	return fixture_tear_down(state);
}

static void write_schema(struct fixture *f, const void *version, size_t len)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi meta;
	char name[] = "journal-schema";
	MDB_val key = {sizeof(name) - 1, name}, data = {.mv_size = len};
	memcpy(&data.mv_data, &version, sizeof(version));
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 8), 0);
	assert_int_equal(mdb_env_open(env, f->dir, 0, 0640), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, "meta", MDB_CREATE, &meta), 0);
	if (version)
		assert_int_equal(mdb_put(txn, meta, &key, &data, 0), 0);
	else
		assert_int_equal(mdb_del(txn, meta, &key, NULL), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static void a_newer_schema_is_refused(void **state)
{
	struct fixture *f = *state;
	fixture_close(f);
	write_schema(f, "\0\0\0\2", 4);
	assert_int_equal(journal_open(&f->options, &f->journal, f->error, sizeof(f->error)),
			 NETRAL_EVERSION);
	assert_non_null(strstr(f->error, "the journal has schema 2, this netrald knows 1"));
}

static void a_store_of_something_else_is_refused_and_not_written_to(void **state)
{
	struct fixture *f = *state;
	fixture_close(f);
	write_schema(f, NULL, 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(journal_open(&f->options, &f->journal, f->error, sizeof(f->error)),
				 NETRAL_EMALFORMED);
		assert_non_null(strstr(f->error, "not a journal of netrald"));
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_full_map_stops_intake_and_not_the_ends),
		TEST(room_comes_back_by_itself_again_and_again),
		TEST(a_batch_beyond_the_map_is_refused_and_harms_nothing),
		cmocka_unit_test_setup_teardown(a_full_disk_stops_intake_and_not_the_ends,
						fixture_set_up, unmount_and_tear_down),
		TEST(a_newer_schema_is_refused),
		TEST(a_store_of_something_else_is_refused_and_not_written_to),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

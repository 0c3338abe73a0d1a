/* A store of an earlier schema version is opened: what was in it stays as it was. What version 1
 * had joins, and what any had is counted by area, from when it is read anew. */
#include "story_fixture.h"

#include "workers/record/schema.h"

#include <lmdb.h>
#include <stdio.h>
#include <string.h>

static void drop(MDB_txn *txn, const char *name)
{
	MDB_dbi db;
	assert_int_equal(mdb_dbi_open(txn, name, 0, &db), 0);
	assert_int_equal(mdb_drop(txn, db, 1), 0);
}

static void drop_number(MDB_txn *txn, MDB_dbi meta, const char *name)
{
	char key[16];
	snprintf(key, sizeof(key), "%s", name);
	MDB_val k = {strlen(key), key};
	int rc = mdb_del(txn, meta, &k, NULL);
	assert_true(rc == 0 || rc == MDB_NOTFOUND);
}

/* What version 2 wrote lacks the areas of articles. What version 1 wrote lacks the databases of
 * happenings and the number of reports too; all else is as it is now where nothing has joined. */
static void make_version(struct fixture *f, uint32_t wanted)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi meta;
	uint8_t version[4];
	fixture_close(f);
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 32), 0);
	assert_int_equal(mdb_env_open(env, f->path, 0, 0640), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, "meta", 0, &meta), 0);
	drop(txn, "about");
	drop(txn, "coverage");
	drop_number(txn, meta, "uncounted");
	if (wanted == 1) {
		drop(txn, "candidates");
		drop(txn, "happenings");
		drop(txn, "members");
		drop(txn, "reports");
		drop_number(txn, meta, "reports");
	}
	char schema[] = "schema";
	MDB_val k = {strlen(schema), schema}, v = {sizeof(version), version};
	put_be32(version, wanted);
	assert_int_equal(mdb_put(txn, meta, &k, &v, 0), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static struct story report(unsigned n, enum event_status status)
{
	return (struct story){.n = n, .told = {{.status = status, .person = "Rina Salampessy"}}};
}

static void an_old_store_is_migrated(void **state)
{
	struct fixture *f = *state;
	struct store_counts c;
	store_join_within(f->store, 0);
	for (unsigned n = 1; n <= 3; n++) {
		struct story s = report(n, EVENT_STATUS_ALLEGED);
		assert_int_equal(story_record(f, story_result(f, &s, 1)).added, 1);
	}
	struct epoch epoch = *store_epoch(f->store);
	make_version(f, 1);

	story_reopen(f);
	fixture_check(f);
	story_check(f);
	store_counts(f->store, &c);
	assert_int_equal(c.reports, 3);
	assert_memory_equal(store_epoch(f->store), &epoch, sizeof(epoch));
	struct story s = report(4, EVENT_STATUS_ALLEGED); /* what was there is not joined */
	assert_int_equal(story_record(f, story_result(f, &s, 1)).added, 1);
	s = report(1, EVENT_STATUS_FOUND); /* until it is read anew; each stays what it was */
	assert_int_equal(story_record(f, story_anew(f, &s, 1, 2)).changed, 1);
	s = report(5, EVENT_STATUS_FOUND);
	assert_int_equal(story_record(f, story_result(f, &s, 1)).changed, 1);
	struct update u = story_last(f);
	assert_int_equal(u.report_count, 2);
	story_reopen(f);
	story_check(f);
}

static void an_empty_old_store_is_migrated(void **state)
{
	struct fixture *f = *state;
	make_version(f, 1);
	story_reopen(f);
	struct story s = report(1, EVENT_STATUS_ALLEGED);
	assert_int_equal(story_record(f, story_result(f, &s, 1)).added, 1);
}

/* Its articles are counted when they are classified again, each once. */
static void what_was_not_counted_is_counted_when_read_anew(void **state)
{
	struct fixture *f = *state;
	struct store_counts c;
	const char *areas[] = {"81.71"};
	struct story first = report(1, EVENT_STATUS_ALLEGED), other = report(2, EVENT_STATUS_FOUND);
	story_record(f, story_result(f, &first, 1));
	story_record(f, story_result(f, &other, 1));
	uint64_t head = store_head(f->store);
	make_version(f, 2);
	story_reopen(f);
	story_check(f);
	assert_int_equal(store_head(f->store), head);
	store_counts(f->store, &c);
	assert_int_equal(c.uncounted, 2);
	struct result *r = story_anew(f, &first, 1, 2);
	r->has_areas = true;
	r->areas = areas;
	r->area_count = 1;
	story_record(f, r);
	store_counts(f->store, &c);
	assert_int_equal(c.uncounted, 1);
	story_reopen(f);
	story_check(f);
	store_counts(f->store, &c);
	assert_int_equal(c.uncounted, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, story_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(an_old_store_is_migrated),
		TEST(an_empty_old_store_is_migrated),
		TEST(what_was_not_counted_is_counted_when_read_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A store of an earlier schema version is opened: what was in it stays as it was. That of version 1
 * joins from when it is read anew. */
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

static void make_version(struct fixture *f, uint32_t version, const char *const *missing)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi meta;
	uint8_t number[4];
	fixture_close(f);
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 24), 0);
	assert_int_equal(mdb_env_open(env, f->path, 0, 0640), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	for (; *missing; missing++)
		drop(txn, *missing);
	assert_int_equal(mdb_dbi_open(txn, "meta", 0, &meta), 0);
	char reports[] = "reports", schema[] = "schema";
	MDB_val k = {strlen(reports), reports}, v = {sizeof(number), number};
	int rc = version == 1 ? mdb_del(txn, meta, &k, NULL) : 0;
	assert_true(rc == 0 || rc == MDB_NOTFOUND);
	put_be32(number, version);
	k = (MDB_val){strlen(schema), schema};
	assert_int_equal(mdb_put(txn, meta, &k, &v, 0), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

/* Version 1 lacks the databases of happenings and the number of reports; all else is as it is now
 * where nothing has joined. */
static void make_version_1(struct fixture *f)
{
	static const char *const missing[] = {"candidates", "happenings",  "members",
					      "reports",    "corrections", "correction_log",
					      "takedowns",  NULL};
	make_version(f, 1, missing);
}

/* Version 2 lacks those of what people say. */
static void make_version_2(struct fixture *f)
{
	static const char *const missing[] = {"corrections", "correction_log", "takedowns", NULL};
	make_version(f, 2, missing);
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
	make_version_1(f);

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
	make_version_1(f);
	story_reopen(f);
	struct story s = report(1, EVENT_STATUS_ALLEGED);
	assert_int_equal(story_record(f, story_result(f, &s, 1)).added, 1);
}

static void a_store_without_corrections_is_migrated(void **state)
{
	struct fixture *f = *state;
	struct story s = report(1, EVENT_STATUS_ALLEGED);
	char id[ARTICLE_ID_HEX + 8];
	struct store_corrected said;
	struct result *r = story_result(f, &s, 1);
	story_record(f, r);
	s = report(2, EVENT_STATUS_FOUND);
	story_record(f, story_result(f, &s, 1));
	make_version_2(f);

	story_reopen(f);
	fixture_check(f);
	story_check(f);
	assert_int_equal(store_head(f->store), 2);
	article_id_format(&r->article_id, id);
	snprintf(id + ARTICLE_ID_HEX, 8, "-1");
	const struct msg_correct m = {
		.id = id, .verb = CORRECT_RETRACT, .by = "dewi", .note = "why"};
	assert_int_equal(store_correct(f->store, &m, 1, &said), 0);
	assert_int_equal(store_commit(f->store), 1);
	story_reopen(f);
	story_check(f);
	assert_int_equal(story_last(f).cause, CAUSE_RETRACTED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, story_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(an_old_store_is_migrated),
		TEST(an_empty_old_store_is_migrated),
		TEST(a_store_without_corrections_is_migrated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

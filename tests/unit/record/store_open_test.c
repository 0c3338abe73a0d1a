/* Directories: which are made into a store, which are opened, which are refused and how. */
#include "fixture.h"

#include "workers/record/schema.h"

#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int try_open(const char *path, const char *wanted)
{
	char error[512];
	struct store *s = NULL;
	int r = store_open(path, FIXTURE_MAX_BYTES, &s, error, sizeof(error));
	assert_true(r < 0);
	assert_null(s);
	if (!strstr(error, path) || !strstr(error, wanted))
		fail_msg("\"%s\" does not say \"%s\" of %s", error, wanted, path);
	return r;
}

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void one_process_at_a_time(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(try_open(f->path, "in use by process"), NETRAL_EBUSY);
	fixture_record_one(f, 1, EVENT_KIND_SESSION, "81"); /* and the first one goes on */
	fixture_check(f);
}

static void a_missing_parent_is_named(void **state)
{
	struct fixture *f = *state;
	char path[160];
	snprintf(path, sizeof(path), "%s/none/store", f->dir);
	assert_int_equal(try_open(path, "create its parent"), NETRAL_ENOTFOUND);
}

static void a_directory_of_other_things_is_refused(void **state)
{
	struct fixture *f = *state;
	char path[160];
	snprintf(path, sizeof(path), "%s/papers", f->dir);
	assert_int_equal(mkdir(path, 0750), 0);
	write_file(path, "letter.txt", "hello");
	assert_int_equal(try_open(path, "letter.txt"), NETRAL_EMALFORMED);
	assert_int_equal(try_open(path, "not a result store"), NETRAL_EMALFORMED);
}

static void a_file_of_another_kind_is_refused(void **state)
{
	struct fixture *f = *state;
	char path[160];
	snprintf(path, sizeof(path), "%s/other", f->dir);
	assert_int_equal(mkdir(path, 0750), 0);
	char text[9000];
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	write_file(path, "data.mdb", text);
	assert_int_equal(try_open(path, "not a result store"), NETRAL_EMALFORMED);
}

/* Changes one entry of one database of the store, which is closed. */
static void put_raw(const char *path, const char *db, const char *key, const void *value,
		    size_t len)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	char name[16];
	snprintf(name, sizeof(name), "%s", key);
	MDB_val k = {strlen(name), name}, v = {len, NULL};
	uint8_t copy[64];
	memcpy(copy, value, len);
	v.mv_data = copy;
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 24), 0);
	assert_int_equal(mdb_env_open(env, path, 0, 0640), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, db, MDB_CREATE, &dbi), 0);
	assert_int_equal(mdb_put(txn, dbi, &k, &v, 0), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static void another_lmdb_is_refused(void **state)
{
	struct fixture *f = *state;
	char path[160];
	snprintf(path, sizeof(path), "%s/journal", f->dir);
	assert_int_equal(mkdir(path, 0750), 0);
	put_raw(path, "articles", "x", "y", 1);
	assert_int_equal(try_open(path, "not a result store"), NETRAL_EMALFORMED);
	put_raw(path, "meta", "format", "netral journal", 14);
	assert_int_equal(try_open(path, "not a result store"), NETRAL_EMALFORMED);
}

static void another_schema_is_refused_and_left_alone(void **state)
{
	struct fixture *f = *state;
	uint8_t version[4];
	fixture_record_one(f, 1, EVENT_KIND_SESSION, "81");
	fixture_close(f);

	put_be32(version, SCHEMA_VERSION + 1);
	put_raw(f->path, "meta", "schema", version, sizeof(version));
	assert_int_equal(try_open(f->path, "schema version 4"), NETRAL_EVERSION);
	assert_int_equal(try_open(f->path, "or a newer one"), NETRAL_EVERSION);

	put_be32(version, 0);
	put_raw(f->path, "meta", "schema", version, sizeof(version));
	assert_int_equal(try_open(f->path, "schema version 0"), NETRAL_EVERSION);

	put_be32(version, SCHEMA_VERSION);
	put_raw(f->path, "meta", "schema", version, sizeof(version));
	fixture_open(f);
	assert_int_equal(store_head(f->store), 1);
	fixture_check(f);
}

static void damage_is_found_when_it_is_opened(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *db, *key;
	} cases[] = {{"meta", "epoch"},
		     {"slices", "xy"},
		     {"topics", "kind81"},
		     {"updates", "seq"},
		     {"articles", "record"}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		void *other_state = NULL;
		fixture_setup(&other_state);
		struct fixture *other = other_state;
		fixture_record_one(other, 1, EVENT_KIND_SESSION, "81");
		fixture_close(other);
		put_raw(other->path, cases[i].db, cases[i].key, "???", 3);
		assert_int_equal(try_open(other->path, "malformed"), NETRAL_EMALFORMED);
		assert_false(store_usable_after(NETRAL_EMALFORMED));
		fixture_teardown(&other_state);
	}
	fixture_check(f);
}

/* As an interrupted copy leaves it: named, before a page that is missing ends the process. */
static void a_store_that_was_cut_off_is_refused(void **state)
{
	struct fixture *f = *state;
	char file[160];
	struct stat st;
	fixture_record_one(f, 1, EVENT_KIND_SESSION, "81");
	fixture_close(f);
	snprintf(file, sizeof(file), "%s/data.mdb", f->path);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(truncate(file, st.st_size / 2), 0);
	assert_int_equal(try_open(f->path, "data.mdb is cut off"), NETRAL_EMALFORMED);
}

/* A process that dies before its first commit leaves an environment without databases. */
static void an_unfinished_store_is_finished(void **state)
{
	struct fixture *f = *state;
	char path[160];
	MDB_env *env;
	snprintf(path, sizeof(path), "%s/unfinished", f->dir);
	assert_int_equal(mkdir(path, 0750), 0);
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_open(env, path, 0, 0640), 0);
	mdb_env_close(env);

	char error[512];
	struct store *s = NULL;
	assert_int_equal(store_open(path, FIXTURE_MAX_BYTES, &s, error, sizeof(error)), 0);
	assert_int_equal(store_head(s), 0);
	store_close(s);
}

static void a_copy_is_a_store(void **state)
{
	struct fixture *f = *state;
	MDB_env *env;
	fixture_record_one(f, 1, EVENT_KIND_SESSION, "81");
	struct epoch epoch = *store_epoch(f->store);
	fixture_close(f);
	char copy[160];
	snprintf(copy, sizeof(copy), "%s/copy", f->dir);
	assert_int_equal(mkdir(copy, 0750), 0);
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_open(env, f->path, MDB_RDONLY, 0640), 0);
	assert_int_equal(mdb_env_copy2(env, copy, MDB_CP_COMPACT), 0);
	mdb_env_close(env);

	snprintf(f->path, sizeof(f->path), "%s/copy", f->dir);
	fixture_open(f);
	assert_memory_equal(store_epoch(f->store), &epoch, sizeof(epoch));
	assert_int_equal(fixture_record_one(f, 1, EVENT_KIND_SESSION, "81"), RECORD_UNCHANGED);
	fixture_check(f);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(one_process_at_a_time),
		TEST(a_missing_parent_is_named),
		TEST(a_directory_of_other_things_is_refused),
		TEST(a_file_of_another_kind_is_refused),
		TEST(another_lmdb_is_refused),
		TEST(another_schema_is_refused_and_left_alone),
		TEST(damage_is_found_when_it_is_opened),
		TEST(a_store_that_was_cut_off_is_refused),
		TEST(an_unfinished_store_is_finished),
		TEST(a_copy_is_a_store),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Files that are shorter than their content, by whole pages and by less. */
#include "lib/lmdb/lmdb_whole.h"

#include "tests/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { ENTRIES = 200, LONG = 20000, LONGER = 100, MAP_BYTES = 64 << 20 };

static char dir[FOLDER_SIZE], file[FOLDER_SIZE + 16], lock[FOLDER_SIZE + 16];
static char why[LMDB_WHY_SIZE];

static MDB_env *open_env(void)
{
	MDB_env *env;
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_mapsize(env, MAP_BYTES), 0);
	assert_int_equal(mdb_env_open(env, dir, MDB_NOTLS, 0640), 0);
	return env;
}

static void put(MDB_txn *txn, uint32_t number, size_t len)
{
	static char bytes[LONG * LONGER];
	MDB_dbi dbi;
	MDB_val key = {sizeof(number), &number}, data = {len, bytes};
	assert_int_equal(mdb_dbi_open(txn, NULL, 0, &dbi), 0);
	assert_int_equal(mdb_put(txn, dbi, &key, &data, 0), 0);
}

static void drop(MDB_txn *txn, uint32_t number)
{
	MDB_dbi dbi;
	MDB_val key = {sizeof(number), &number};
	assert_int_equal(mdb_dbi_open(txn, NULL, 0, &dbi), 0);
	assert_int_equal(mdb_del(txn, dbi, &key, NULL), 0);
}

static size_t file_size(void)
{
	struct stat st;
	assert_int_equal(stat(file, &st), 0);
	return (size_t)st.st_size;
}

static size_t page_size(MDB_env *env)
{
	MDB_stat st;
	assert_int_equal(mdb_env_stat(env, &st), 0);
	return st.ms_psize;
}

/* Some of them, so that there are free pages, in several commits. */
static void fill(MDB_env *env)
{
	MDB_txn *txn;
	for (uint32_t i = 0; i < ENTRIES; i++) {
		assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
		put(txn, i, i % 10 ? 300 : LONG);
		if (i % 3 == 2)
			drop(txn, i - 1);
		assert_int_equal(mdb_txn_commit(txn), 0);
	}
}

/* Touches every page that is in use. */
static size_t read_all(MDB_env *env)
{
	MDB_txn *txn;
	MDB_dbi dbi;
	MDB_cursor *cursor;
	MDB_val key, data;
	size_t count = 0;
	unsigned sum = 0;
	assert_int_equal(mdb_txn_begin(env, NULL, MDB_RDONLY, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, NULL, 0, &dbi), 0);
	assert_int_equal(mdb_cursor_open(txn, dbi, &cursor), 0);
	while (mdb_cursor_get(cursor, &key, &data, MDB_NEXT) == 0) {
		count++;
		for (size_t i = 0; i < data.mv_size; i++)
			sum += ((const unsigned char *)data.mv_data)[i];
	}
	mdb_cursor_close(cursor);
	mdb_txn_abort(txn);
	assert_int_equal(sum, 0);
	return count;
}

static void new_is_whole(void **state)
{
	(void)state;
	MDB_env *env = open_env();
	assert_int_equal(lmdb_check_whole(env, why, sizeof(why)), 0);
	mdb_env_close(env);
}

/* Pages that were used and freed within one transaction are never written. */
static void unwritten_free_pages_are_no_damage(void **state)
{
	(void)state;
	MDB_env *env = open_env();
	MDB_envinfo info;
	MDB_txn *txn;
	fill(env);
	size_t entries = read_all(env);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	put(txn, 0, 300);
	put(txn, ENTRIES, LONG * LONGER);
	drop(txn, ENTRIES);
	assert_int_equal(mdb_txn_commit(txn), 0);
	assert_int_equal(mdb_env_info(env, &info), 0);
	assert_true(file_size() < (info.me_last_pgno + 1) * page_size(env));
	assert_int_equal(lmdb_check_whole(env, why, sizeof(why)), 0);
	mdb_env_close(env);
	env = open_env();
	assert_int_equal(lmdb_check_whole(env, why, sizeof(why)), 0);
	assert_int_equal(read_all(env), entries);
	mdb_env_close(env);
}

/* And when it is, all of it can be read. */
static bool is_whole(size_t entries)
{
	MDB_env *env = open_env();
	int rc = lmdb_check_whole(env, why, sizeof(why));
	if (rc == 0)
		assert_int_equal(read_all(env), entries);
	else
		assert_int_equal(rc, MDB_CORRUPTED);
	if (rc)
		assert_non_null(strstr(why, "data.mdb is cut off, it has "));
	mdb_env_close(env);
	return rc == 0;
}

static void no_length_ends_the_process(void **state)
{
	(void)state;
	MDB_env *env = open_env();
	fill(env);
	size_t page = page_size(env), size = file_size(), entries = read_all(env), refused = 0;
	mdb_env_close(env);
	assert_true(is_whole(entries));
	for (size_t len = size - 1; len >= 2 * page; len -= page) {
		assert_int_equal(truncate(file, (off_t)len), 0);
		refused += !is_whole(entries);
		assert_int_equal(truncate(file, (off_t)(len + 1 - page)), 0);
		refused += !is_whole(entries);
	}
	assert_true(refused > size / page);
}

static int set_up(void **state)
{
	(void)state;
	if (!folder_make(dir))
		return -1;
	snprintf(file, sizeof(file), "%s/data.mdb", dir);
	snprintf(lock, sizeof(lock), "%s/lock.mdb", dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(file);
	unlink(lock);
	return rmdir(dir);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(new_is_whole),
		TEST(unwritten_free_pages_are_no_damage),
		TEST(no_length_ends_the_process),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A state that is damaged, or that another program or another version wrote: it is named, and left
 * as it is. */
#include "alert/outbox.h"

#include "lib/error.h"
#include "tests/unit/alert/cleaning.h"

#include <endian.h>
#include <lmdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { DESK = 7, FILE_MAX = 1 << 20 };

static char dir[FOLDER_SIZE], path[FOLDER_SIZE + 16];

/* Opens the state, which must work as `expected` says and speak of itself by its path. */
static struct outbox *open_state(int expected, const char *sentence)
{
	char error[512] = "";
	struct outbox *outbox = NULL;
	assert_int_equal(outbox_open(path, 1 << 20, &outbox, error, sizeof(error)), expected);
	if (expected == NETRAL_OK)
		return outbox;
	assert_null(outbox);
	assert_non_null(strstr(error, path));
	if (!strstr(error, sentence))
		fail_msg("\"%s\" does not say \"%s\"", error, sentence);
	return NULL;
}

/* A state with one message. */
static void make_state(void)
{
	struct outbox *outbox = open_state(NETRAL_OK, "");
	outbox_put(outbox, DESK, "a", "body", 4);
	assert_int_equal(outbox_commit(outbox), 0);
	outbox_close(outbox);
}

static void expect_message(void)
{
	struct outbox_item item;
	struct outbox *outbox = open_state(NETRAL_OK, "");
	assert_int_equal(outbox_next(outbox, DESK, 0, &item), 1);
	assert_string_equal(item.id, "a");
	outbox_close(outbox);
}

/* Changes one entry of a database of the state; an empty name is that of the main one. */
static void put_raw(const char *database, const void *key, size_t key_len, const void *data,
		    size_t len)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	uint8_t bytes[64], value[64];
	memcpy(bytes, key, key_len);
	memcpy(value, data, len);
	MDB_val k = {key_len, bytes}, v = {len, value};
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 16), 0);
	assert_int_equal(mdb_env_open(env, path, 0, 0640), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, database[0] ? database : NULL, MDB_CREATE, &dbi), 0);
	assert_int_equal(mdb_put(txn, dbi, &k, &v, 0), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static void put_schema(uint64_t version)
{
	uint64_t big = htobe64(version);
	put_raw("meta", "schema", 6, &big, sizeof(big));
}

static void test_another_version(void **state)
{
	(void)state;
	make_state();
	put_schema(99);
	open_state(NETRAL_EVERSION, "schema 99");
	open_state(NETRAL_EVERSION, "use the one that wrote it");
	put_schema(0);
	open_state(NETRAL_EVERSION, "schema 0");
	put_schema(1);
	expect_message();
}

static void test_another_program(void **state)
{
	(void)state;
	assert_int_equal(mkdir(path, 0750), 0);
	put_raw("articles", "x", 1, "y", 1);
	open_state(NETRAL_EMALFORMED, "not a state of netral-alert");
	put_raw("meta", "format", 6, "journal", 7);
	open_state(NETRAL_EMALFORMED, "not a state of netral-alert");
}

static void write_data(const char *data, size_t len)
{
	char file[FOLDER_SIZE + 32];
	snprintf(file, sizeof(file), "%s/data.mdb", path);
	FILE *f = fopen(file, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void test_no_state_at_all(void **state)
{
	(void)state;
	char *text = malloc(FILE_MAX);
	assert_non_null(text);
	memset(text, 'x', FILE_MAX);
	assert_int_equal(mkdir(path, 0750), 0);
	write_data(text, FILE_MAX);
	open_state(NETRAL_EMALFORMED, "not a state of netral-alert");
	write_data(text, 100);
	open_state(NETRAL_EMALFORMED, "not a state of netral-alert");
	free(text);
}

/* As an interrupted copy leaves it. */
static void test_cut_off(void **state)
{
	(void)state;
	static char body[100000];
	char file[FOLDER_SIZE + 32];
	struct outbox *outbox = open_state(NETRAL_OK, "");
	outbox_put(outbox, DESK, "a", body, sizeof(body));
	assert_int_equal(outbox_commit(outbox), 0);
	outbox_close(outbox);
	snprintf(file, sizeof(file), "%s/data.mdb", path);
	assert_int_equal(truncate(file, 65536), 0);
	open_state(NETRAL_EMALFORMED, "data.mdb is cut off, it has 65536 of ");
}

/* The number from which all others rise. */
static void test_damaged_number(void **state)
{
	(void)state;
	make_state();
	put_raw("meta", "number", 6, "abc", 3);
	open_state(NETRAL_EMALFORMED, "not a state of netral-alert");
}

/* It is an error for its receiver, and for no other. */
static void test_damaged_message(void **state)
{
	(void)state;
	static const char *const damaged[] = {"", "\x01", "\x02xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
					      "\x01xxxxxxxxxxxx\xff\xff"
					      "xxxxxxxxxxxxxxxxx"};
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		struct outbox_item item;
		uint64_t key[2] = {htobe64(DESK), htobe64(i + 1)};
		make_state();
		put_raw("waiting", key, sizeof(key), damaged[i], strlen(damaged[i]));
		struct outbox *outbox = open_state(NETRAL_OK, "");
		assert_int_equal(outbox_next(outbox, DESK, i, &item), NETRAL_EIO);
		assert_int_equal(outbox_next(outbox, DESK + 1, 0, &item), 0);
		outbox_close(outbox);
	}
}

/* A position or a memory that is none is as good as none. */
static void test_damaged_position(void **state)
{
	(void)state;
	struct netral_position position;
	uint64_t again;
	make_state();
	put_raw("meta", "position", 8, "short", 5);
	struct outbox *outbox = open_state(NETRAL_OK, "");
	assert_int_equal(outbox_position(outbox, &position, &again), 0);
	outbox_close(outbox);
}

static void test_no_directory(void **state)
{
	(void)state;
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	open_state(NETRAL_ENOTFOUND, "Not a directory");
}

static int set_up(void **state)
{
	(void)state;
	folder_make(dir);
	snprintf(path, sizeof(path), "%s/alert", dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	folder_remove(dir);
	return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_another_version),  TEST(test_another_program), TEST(test_no_state_at_all),
		TEST(test_cut_off),          TEST(test_damaged_number),  TEST(test_damaged_message),
		TEST(test_damaged_position), TEST(test_no_directory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

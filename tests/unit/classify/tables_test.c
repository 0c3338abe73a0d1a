#include "tests/folder.h"
#include "tests/unit/classify/fixture.h"

#include "lib/error.h"
#include "workers/classify/tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char dir[FOLDER_SIZE];
static char path[128], error[256];

static int up(void **state)
{
	(void)state;
	if (!folder_make(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/t.tsv", dir);
	return 0;
}

static int down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

static int open_table(const char *content, size_t size, struct table *t, struct table_set *set)
{
	FILE *file = fopen(path, "wbe");
	assert_non_null(file);
	assert_int_equal(fwrite(content, 1, size, file), size);
	fclose(file);
	error[0] = '\0';
	*set = (struct table_set){.dir = dir, .error = error, .error_size = sizeof(error)};
	return table_open(set, "t.tsv", "form\tvalue", t);
}

static void test_rows(void **state)
{
	(void)state;
	static const char text[] = "form\tvalue\n# a comment\n\nsatu\t1\r\ndua puluh\t\n";
	struct table t;
	struct table_set set;
	assert_int_equal(open_table(text, sizeof(text) - 1, &t, &set), 0);
	assert_int_equal(table_next(&t), 1);
	assert_string_equal(t.field[0], "satu");
	assert_string_equal(t.field[1], "1");
	assert_int_equal(t.line, 4);
	int64_t n = 0;
	assert_int_equal(table_number(&t, 1, 0, 9, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(table_next(&t), 1);
	assert_string_equal(t.field[0], "dua puluh");
	assert_int_equal(table_number(&t, 1, 0, 9, &n), NETRAL_EINVALID);
	assert_int_equal(table_next(&t), 0);
	table_close(&t);
}

static void test_weights(void **state)
{
	(void)state;
	static const char text[] = "form\tvalue\na\t-1.25\nb\t101\nc\tnan\nd\t\ne\t2x\n";
	struct table t;
	struct table_set set;
	float weight = 0;
	assert_int_equal(open_table(text, strlen(text), &t, &set), 0);
	assert_int_equal(table_next(&t), 1);
	assert_int_equal(table_weight(&t, 1, &weight), 0);
	assert_true(weight < -1.2f && weight > -1.3f);
	while (table_next(&t) > 0) {
		assert_int_equal(table_weight(&t, 1, &weight), NETRAL_EINVALID);
		assert_non_null(strstr(error, "is not a weight"));
	}
	assert_int_equal(t.line, 6);
	table_close(&t);
}

static void expect_row_error(const char *text, const char *where)
{
	struct table t;
	struct table_set set;
	assert_int_equal(open_table(text, strlen(text), &t, &set), 0);
	assert_int_equal(table_next(&t), NETRAL_EINVALID);
	assert_non_null(strstr(error, where));
	table_close(&t);
}

static void test_bad_rows_name_their_line(void **state)
{
	(void)state;
	expect_row_error("form\tvalue\nsatu\n", "t.tsv:2: 1 columns, expected 2");
	expect_row_error("form\tvalue\n\nsatu\t1\t2\n", "t.tsv:3: 3 columns");
	expect_row_error("form\tvalue\n\t1\n", "t.tsv:2: the first column is empty");
}

static void expect_open_error(const char *text, size_t size, int code, const char *where)
{
	struct table t;
	struct table_set set;
	assert_int_equal(open_table(text, size, &t, &set), code);
	assert_non_null(strstr(error, where));
}

static void test_bad_files(void **state)
{
	(void)state;
	expect_open_error("", 0, NETRAL_EINVALID, "the first line");
	expect_open_error("form\tother\n", 11, NETRAL_EINVALID, "t.tsv:1:");
	expect_open_error("form\tvalue\nsa\xfftu\t1\n", 19, NETRAL_EENCODING,
			  "t.tsv:2: not valid UTF-8");
	expect_open_error("form\tvalue\nsa\0tu\t1\n", 19, NETRAL_EENCODING, "t.tsv:2: NUL byte");
	unlink(path);
	struct table t;
	struct table_set set = {.dir = dir, .error = error, .error_size = sizeof(error)};
	assert_int_equal(table_open(&set, "t.tsv", "form\tvalue", &t), NETRAL_ENOTFOUND);
	assert_non_null(strstr(error, "t.tsv"));
}

static void test_hash_is_of_the_content(void **state)
{
	(void)state;
	struct table t;
	struct table_set a, b, c;
	assert_int_equal(open_table("form\tvalue\nx\t1\n", 15, &t, &a), 0);
	table_close(&t);
	assert_int_equal(open_table("form\tvalue\nx\t2\n", 15, &t, &b), 0);
	table_close(&t);
	assert_int_equal(open_table("form\tvalue\nx\t1\n", 15, &t, &c), 0);
	table_close(&t);
	assert_true(a.hash == c.hash);
	assert_true(a.hash != b.hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_bad_rows_name_their_line),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_hash_is_of_the_content),
	};
	return cmocka_run_group_tests(tests, up, down);
}

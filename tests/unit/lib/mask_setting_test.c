/* Where the name policy comes from: what is given, the file, or the default. */
#include "lib/error.h"
#include "lib/mask_setting.h"
#include "tests/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char dir[FOLDER_SIZE], path[FOLDER_SIZE + 16];

static int up(void **state)
{
	(void)state;
	assert_true(folder_make(dir));
	snprintf(path, sizeof(path), "%s/netral.conf", dir);
	return setenv("NETRAL_CONFIG", path, 1);
}

static int down(void **state)
{
	(void)state;
	(void)remove(path);
	(void)remove(dir);
	return unsetenv("NETRAL_CONFIG");
}

static void write_file(const char *content)
{
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	assert_true(fputs(content, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static struct mask_policy setting(const char *given)
{
	struct mask_policy p = {.full = true};
	char error[256] = "";
	assert_int_equal(mask_setting(given, &p, error, sizeof(error)), NETRAL_OK);
	assert_string_equal(error, "");
	return p;
}

static void expect_error(const char *given, int err, const char *part)
{
	struct mask_policy p = {.full = false};
	char error[256] = "";
	assert_int_equal(mask_setting(given, &p, error, sizeof(error)), err);
	if (!strstr(error, part))
		fail_msg("\"%s\" is not in \"%s\"", part, error);
	assert_false(p.full); /* nothing is shown by mistake */
}

static void test_what_is_given_comes_first(void **state)
{
	(void)state;
	write_file("names = \"full\"\n");
	assert_int_equal(setting("regency").from, MASK_REGENCY);
	assert_false(setting("mask").full);
	assert_true(setting("full").full);
	expect_error("some", NETRAL_EINVALID, "names: \"some\" is not mask");
}

static void test_the_file(void **state)
{
	(void)state;
	write_file("names = \"province\"\n");
	assert_int_equal(setting(NULL).from, MASK_PROVINCE);
	assert_int_equal(setting("").from, MASK_PROVINCE);
	write_file("names = \"full\"\n");
	assert_true(setting(NULL).full);
	write_file("# nothing is said\n");
	assert_false(setting(NULL).full);
	assert_int_equal(setting(NULL).from, MASK_NONE);
}

static void test_a_file_that_is_wrong_is_not_guessed(void **state)
{
	(void)state;
	write_file("names = \"everybody\"\n");
	expect_error(NULL, NETRAL_EINVALID, "netral.conf: names: \"everybody\"");
	write_file("name = \"mask\"\n");
	expect_error(NULL, NETRAL_EINVALID, "name");
	write_file("names = \"mask\n");
	expect_error(NULL, NETRAL_EINVALID, "netral.conf");
	assert_int_equal(remove(path), 0);
	expect_error(NULL, NETRAL_ENOTFOUND, "netral.conf");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_given_comes_first),
		TEST(test_the_file),
		TEST(test_a_file_that_is_wrong_is_not_guessed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

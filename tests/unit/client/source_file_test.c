#include "client/source_file.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "tests/folder.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[FOLDER_SIZE];
static char path[FOLDER_SIZE + 32];
static char error[1024];

static int set_up(void **state)
{
	(void)state;
	if (!folder_make(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/sources.conf", folder);
	error[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	char real[FOLDER_SIZE + 32];
	snprintf(real, sizeof(real), "%s/real.conf", folder);
	unlink(real);
	unlink(path);
	return rmdir(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void write_file(const char *text)
{
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

static void expect_file(const char *expected)
{
	static char text[1 << 16];
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(text, expected);
}

static int add(const char *name, const char *url)
{
	const struct source_statement st = {name, "feed", url, NULL};
	return source_file_add(path, &st, error, sizeof(error));
}

#define SECTION(name, url) "source \"" name "\" {\n\tkind = feed\n\turl = \"" url "\"\n}\n"

static void a_file_is_made(void **state)
{
	(void)state;
	struct stat st;
	assert_int_equal(add("Kabar", "https://a.example/"), 0);
	expect_file(SECTION("Kabar", "https://a.example/"));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(add("Warta", "https://b.example/"), 0);
	expect_file(
		SECTION("Kabar", "https://a.example/") "\n" SECTION("Warta", "https://b.example/"));
}

static void what_was_there_stays(void **state)
{
	(void)state;
	static const char old[] = "# mine, by hand\nsource A { # Maluku\n\turl = "
				  "\"https://a.example/\"\n\tenabled = false\n}\n/* end */";
	char expected[1024];
	struct stat st;
	write_file(old);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(add("B \"satu\"", "https://b.example/"), 0);
	snprintf(expected, sizeof(expected), "%s\n\n%s", old,
		 SECTION("B \\\"satu\\\"", "https://b.example/"));
	expect_file(expected);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

/* The link stays one, and the file that it leads to is the one that grows. */
static void a_symbolic_link_is_followed(void **state)
{
	(void)state;
	char real[FOLDER_SIZE + 32];
	struct stat st;
	snprintf(real, sizeof(real), "%s/real.conf", folder);
	write_file("");
	assert_int_equal(rename(path, real), 0);
	assert_int_equal(symlink("real.conf", path), 0);
	assert_int_equal(add("Kabar", "https://a.example/"), 0);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	expect_file(SECTION("Kabar", "https://a.example/"));
}

static void what_is_there_is_refused(void **state)
{
	(void)state;
	static const char old[] = SECTION("Kabar", "HTTPS://A.example:443/");
	write_file(old);
	assert_int_equal(add("Warta", "https://a.example/"), NETRAL_EBUSY);
	assert_non_null(strstr(error, "https://a.example/ is in "));
	assert_non_null(strstr(error, "already, as \"Kabar\""));
	assert_int_equal(add("Kabar", "https://b.example/"), NETRAL_EBUSY);
	assert_non_null(strstr(error, "\"Kabar\" is the name of another source"));
	expect_file(old);
}

static void a_file_that_is_wrong_stays_as_it_is(void **state)
{
	(void)state;
	static const char old[] = "source A {\n\turl = \"ftp://a.example/\"\n}\n";
	write_file(old);
	assert_int_equal(add("B", "https://b.example/"), NETRAL_EINVALID);
	assert_non_null(strstr(error, "sources.conf:2: source \"A\": url: "));
	expect_file(old);
}

static size_t files_in_folder(void)
{
	size_t count = 0;
	DIR *d = opendir(folder);
	assert_non_null(d);
	for (const struct dirent *e; (e = readdir(d));)
		count += e->d_name[0] != '.';
	closedir(d);
	return count;
}

/* A section that cannot be read back is not put in place. */
static void nothing_is_left_behind(void **state)
{
	(void)state;
	write_file("source A {\n\turl = https://a.example/\n}\n");
	assert_int_equal(add("B\n", "https://b.example/"), NETRAL_EINVALID);
	assert_int_equal(files_in_folder(), 1);
	expect_file("source A {\n\turl = https://a.example/\n}\n");
	assert_int_equal(add("C", "https://c.example/"), 0);
	assert_int_equal(files_in_folder(), 1);
}

static void a_folder_that_is_not_there(void **state)
{
	(void)state;
	const struct source_statement st = {"A", "feed", "https://a.example/", NULL};
	char gone[FOLDER_SIZE + 32];
	snprintf(gone, sizeof(gone), "%s/gone/sources.conf", folder);
	assert_int_equal(source_file_add(gone, &st, error, sizeof(error)), NETRAL_ENOTFOUND);
	assert_non_null(strstr(error, "gone/sources.conf: No such file or directory"));
}

/* Each of many that add at a time finds what the others wrote. */
static void nobody_loses_what_another_added(void **state)
{
	(void)state;
	enum { ADDERS = 8 };
	struct sources sources = {0};
	for (int i = 0; i < ADDERS; i++) {
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			char name[32], url[64];
			snprintf(name, sizeof(name), "Kabar %d", i);
			snprintf(url, sizeof(url), "https://k%d.example/", i);
			_exit(add(name, url) == 0 ? 0 : 1);
		}
	}
	for (int i = 0; i < ADDERS; i++) {
		int status;
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(sources_read(path, &sources, error, sizeof(error)), 0);
	assert_int_equal(sources.count, ADDERS);
	sources_free(&sources);
	assert_int_equal(files_in_folder(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_made),
		TEST(what_was_there_stays),
		TEST(a_symbolic_link_is_followed),
		TEST(what_is_there_is_refused),
		TEST(a_file_that_is_wrong_stays_as_it_is),
		TEST(nothing_is_left_behind),
		TEST(a_folder_that_is_not_there),
		TEST(nobody_loses_what_another_added),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "capture.h"
#include "client/export/file.h"
#include "tests/folder.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[FOLDER_SIZE];

static int up(void **state)
{
	(void)state;
	return folder_make(dir) && chdir(dir) == 0 ? 0 : -1;
}

static int down(void **state)
{
	(void)state;
	unlink("out");
	unlink("link");
	unlink("pipe");
	return chdir("/") == 0 ? rmdir(dir) : -1;
}

static unsigned files(void)
{
	unsigned n = 0;
	DIR *d = opendir(".");
	assert_non_null(d);
	for (const struct dirent *e = readdir(d); e; e = readdir(d))
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n;
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void expect(const char *path, const char *text)
{
	char content[100] = "";
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	content[fread(content, 1, sizeof(content) - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(content, text);
}

static void test_the_old_one_stays_until_the_end(void **state)
{
	(void)state;
	struct export_file f;
	struct stat st;
	mode_t mask = umask(027);
	put("out", "old");
	assert_int_equal(export_file_open(&f, "out"), EX_OK);
	fputs("new", f.out);
	fflush(f.out);
	expect("out", "old");
	assert_int_equal(export_file_commit(&f), EX_OK);
	expect("out", "new");
	assert_int_equal(stat("out", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	export_file_abort(&f);
	assert_int_equal(files(), 1);
	umask(mask);
}

static void test_abort(void **state)
{
	(void)state;
	struct export_file f;
	put("out", "old");
	assert_int_equal(export_file_open(&f, "out"), EX_OK);
	fputs("new", f.out);
	export_file_abort(&f);
	expect("out", "old");
	assert_int_equal(files(), 1);
	f = (struct export_file){0};
	export_file_abort(&f);
}

static void test_a_link_stays_a_link(void **state)
{
	(void)state;
	struct export_file f;
	struct stat st;
	put("out", "old");
	assert_int_equal(symlink("out", "link"), 0);
	assert_int_equal(export_file_open(&f, "link"), EX_OK);
	fputs("new", f.out);
	assert_int_equal(export_file_commit(&f), EX_OK);
	expect("out", "new");
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

static void test_what_is_no_file(void **state)
{
	(void)state;
	struct export_file f;
	struct stat st;
	assert_int_equal(export_file_open(&f, "/dev/null"), EX_OK);
	fputs("new", f.out);
	assert_int_equal(export_file_commit(&f), EX_OK);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	capture_start_standard();
	int folder = export_file_open(&f, dir);
	export_file_abort(&f);
	int missing = export_file_open(&f, "missing/out");
	export_file_abort(&f);
	char *said = capture_stop_standard();
	assert_int_not_equal(folder, EX_OK);
	assert_int_equal(missing, EX_NOINPUT);
	assert_non_null(strstr(said, "missing/out: No such file or directory"));
	free(said);
	assert_int_equal(files(), 0);
}

static void test_a_full_disk(void **state)
{
	(void)state;
	struct export_file f;
	assert_int_equal(export_file_open(&f, "/dev/full"), EX_OK);
	fputs("new", f.out);
	capture_start_standard();
	int exit_code = export_file_commit(&f);
	char *said = capture_stop_standard();
	assert_int_equal(exit_code, EX_IOERR);
	assert_non_null(strstr(said, "/dev/full: No space left on device"));
	free(said);
}

static void test_a_signal(void **state)
{
	(void)state;
	put("out", "old");
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct export_file f;
		if (export_file_open(&f, "out") != EX_OK || files() != 2)
			_exit(1);
		raise(SIGTERM);
		_exit(2);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
	assert_int_equal(files(), 1);
	expect("out", "old");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_old_one_stays_until_the_end, up, down),
		cmocka_unit_test_setup_teardown(test_abort, up, down),
		cmocka_unit_test_setup_teardown(test_a_link_stays_a_link, up, down),
		cmocka_unit_test_setup_teardown(test_what_is_no_file, up, down),
		cmocka_unit_test_setup_teardown(test_a_full_disk, up, down),
		cmocka_unit_test_setup_teardown(test_a_signal, up, down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* netral-classify: its tables are checked, and reloaded while it runs. */
#include "tests/process/client.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

#define GOOD_LINE "temu netral\tTOPIC\tNEUTRAL\n"
#define BAD_LINE  "temu netral\tTOPIC\tNETRALL\n"

static void set_up(struct rig *rig)
{
	rig_init(rig);
	rig_copy_tables(rig, "tables");
}

/* "--set data_dir=<tables>" and "--set runtime_dir=<rig>" behind `first`, which may be NULL. */
static struct rig_process *start(struct rig *rig, const char *first)
{
	char data[RIG_PATH_SIZE], run[RIG_PATH_SIZE];
	snprintf(data, sizeof(data), "data_dir=%s", rig_path(rig, "tables"));
	snprintf(run, sizeof(run), "runtime_dir=%s", rig->dir);
	const char *const args[] = {"--set", data, "--set", run, first, NULL};
	return rig_start(rig, "netral-classify", args, NULL);
}

/* The number of lines of a table, which is that of the last one. */
static unsigned count_lines(struct rig *rig, const char *name)
{
	char *content = rig_read_file(rig, name);
	unsigned n = 0;
	assert_non_null(content);
	for (const char *at = strchr(content, '\n'); at; at = strchr(at + 1, '\n'))
		n++;
	free(content);
	return n;
}

static void tables_that_are_right_are_counted_and_named(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig);
	struct rig_process *first = start(&rig, "--check-data");
	assert_int_equal(rig_wait_exit(first), EX_OK);
	char *before = rig_output(first);
	unsigned phrases, areas, offices;
	char data[17];
	assert_int_equal(sscanf(before, "ok: %u phrases, %u areas, %u offices, data %16s", &phrases,
				&areas, &offices, data),
			 4);
	assert_true(offices > 10);
	assert_int_equal(strlen(data), 16);
	assert_true(areas >= 38 + 514);

	rig_append(&rig, "tables/cues.tsv", GOOD_LINE);
	struct rig_process *second = start(&rig, "--check-data");
	assert_int_equal(rig_wait_exit(second), EX_OK);
	char *after = rig_output(second), wanted[32];
	snprintf(wanted, sizeof(wanted), "ok: %u phrases", phrases + 1);
	assert_non_null(strstr(after, wanted));
	assert_null(strstr(after, data));
	free(before);
	free(after);
	rig_fini(&rig);
}

static void a_bad_line_is_refused_with_file_and_line(void **state)
{
	(void)state;
	struct rig rig;
	char wanted[RIG_PATH_SIZE + 32];
	set_up(&rig);
	rig_append(&rig, "tables/cues.tsv", BAD_LINE);
	snprintf(wanted, sizeof(wanted), "%s:%u: ", rig_path(&rig, "tables/cues.tsv"),
		 count_lines(&rig, "tables/cues.tsv"));
	struct rig_process *p = start(&rig, "--check-data");
	assert_int_equal(rig_wait_exit(p), EX_DATAERR);
	assert_true(rig_log_has(p, wanted));
	assert_true(rig_log_has(p, "NETRALL"));
	char *output = rig_output(p);
	assert_string_equal(output, "");
	free(output);
	rig_fini(&rig);
}

/* Names are masked by it, not articles read: it is checked all the same. */
static void a_bad_office_is_refused_too(void **state)
{
	(void)state;
	struct rig rig;
	char wanted[RIG_PATH_SIZE + 32];
	set_up(&rig);
	rig_append(&rig, "tables/public_offices.tsv", "Sultan\temperor\n");
	snprintf(wanted, sizeof(wanted), "%s:%u: ", rig_path(&rig, "tables/public_offices.tsv"),
		 count_lines(&rig, "tables/public_offices.tsv"));
	struct rig_process *p = start(&rig, "--check-data");
	assert_int_equal(rig_wait_exit(p), EX_DATAERR);
	assert_true(rig_log_has(p, wanted));
	rig_fini(&rig);
}

/* It serves throughout: without tables there would be no status. */
static void sighup_takes_new_tables_and_refuses_bad_ones(void **state)
{
	(void)state;
	struct rig rig;
	char at_line[64];
	set_up(&rig);
	struct rig_process *p = start(&rig, NULL);
	rig_wait_ready(p);
	rig_append(&rig, "tables/cues.tsv", GOOD_LINE);
	rig_signal(p, SIGHUP);
	rig_wait_status(p, "reloaded 1 times, refused 0");
	rig_wait_ready(p);

	rig_append(&rig, "tables/cues.tsv", BAD_LINE);
	snprintf(at_line, sizeof(at_line), "cues.tsv:%u: ", count_lines(&rig, "tables/cues.tsv"));
	rig_signal(p, SIGHUP);
	rig_wait_status(p, at_line);
	assert_true(rig_log_has(p, "the old ones stay in force"));
	assert_true(rig_log_has(p, at_line));

	rig_edit(&rig, "tables/cues.tsv", BAD_LINE, "");
	rig_signal(p, SIGHUP);
	rig_wait_status(p, "reloaded 2 times, refused 1");
	rig_stop(p);
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_that_are_right_are_counted_and_named),
		cmocka_unit_test(a_bad_line_is_refused_with_file_and_line),
		cmocka_unit_test(a_bad_office_is_refused_too),
		cmocka_unit_test(sighup_takes_new_tables_and_refuses_bad_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

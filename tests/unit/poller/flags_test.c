/* Flags that rise and fall, and the program that is told. */
#include "poller/flags.h"

#include "lib/error.h"
#include "tests/folder.h"

#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { WATCHES = 3 };

struct fixture {
	char dir[FOLDER_SIZE], program[FOLDER_SIZE + 16], output[FOLDER_SIZE + 16];
	struct poller_config config;
	struct context c;
	struct flags *flags;
	struct source sources[WATCHES];
	struct watch watches[WATCHES];
	struct watch *list[WATCHES];
	unsigned ends; /* of programs */
};

static int on_signal(void *user, int signo)
{
	struct fixture *f = user;
	if (signo != SIGCHLD)
		return 0;
	flags_reap(f->flags);
	f->ends++;
	loop_stop(f->c.loop);
	return 0;
}

static void write_program(struct fixture *f, const char *script)
{
	FILE *file = fopen(f->program, "w");
	assert_non_null(file);
	fprintf(file, "#!/bin/sh\n%s\n", script);
	fclose(file);
	assert_int_equal(chmod(f->program, 0700), 0);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	assert_true(folder_make(f->dir));
	snprintf(f->program, sizeof(f->program), "%s/alert", f->dir);
	snprintf(f->output, sizeof(f->output), "%s/output", f->dir);
	f->config.alert_program = f->program;
	f->c.config = &f->config;
	assert_int_equal(loop_new(on_signal, f, true, &f->c.loop), NETRAL_OK);
	for (size_t i = 0; i < WATCHES; i++) {
		f->sources[i] = (struct source){.name = {"Kabar", 5},
						.url = {"https://kabar.example/", 22},
						.min_interval_ms = 1000,
						.max_interval_ms = 1000,
						.enabled = true};
		f->watches[i].source = &f->sources[i];
		f->list[i] = &f->watches[i];
	}
	f->c.roster = (struct roster){.list = f->list, .count = WATCHES};
	assert_int_equal(flags_new(&f->c, 1, &f->flags), NETRAL_OK);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	flags_free(f->flags);
	loop_free(f->c.loop);
	unlink(f->program);
	unlink(f->output);
	rmdir(f->dir);
	free(f);
	return 0;
}

/* Failing since long ago. */
static void fail_source(struct watch *w)
{
	w->schedule.failures = 3;
	w->schedule.period_ms = 1;
	w->schedule.polled_ms = wall_ms();
}

static void flags_rise_and_fall(void **state)
{
	struct fixture *f = *state;
	f->config.alert_program = (char[]){""};
	flags_look_at_all(f->flags);
	assert_int_equal(flags_count(&f->c, UINT32_MAX), 0);
	fail_source(&f->watches[1]);
	flags_look_at_all(f->flags);
	assert_int_equal(flags_count(&f->c, SCHEDULE_FAILING), 1);
	assert_int_equal(flags_count(&f->c, SCHEDULE_SILENT), 0);
	f->watches[1].schedule.failures = 0;
	flags_look(f->flags, &f->watches[1]);
	assert_int_equal(flags_count(&f->c, UINT32_MAX), 0);
	assert_int_equal(f->c.counters.alerts, 0);
}

static void sources_that_are_off_have_no_flags(void **state)
{
	struct fixture *f = *state;
	fail_source(&f->watches[0]);
	f->sources[0].enabled = false;
	flags_look_at_all(f->flags);
	assert_int_equal(flags_count(&f->c, UINT32_MAX), 0);
}

static void what_happens_together_is_one_alert(void **state)
{
	struct fixture *f = *state;
	char script[128];
	snprintf(script, sizeof(script), "exec cat >%s", f->output);
	write_program(f, script);
	for (size_t i = 0; i < WATCHES; i++)
		fail_source(&f->watches[i]);
	flags_look_at_all(f->flags);
	assert_int_equal(loop_run(f->c.loop), NETRAL_OK);
	assert_int_equal(f->c.counters.alerts, 1);
	assert_int_equal(f->c.counters.alerts_failed, 0);
	json_t *alert = json_load_file(f->output, 0, NULL);
	assert_non_null(alert);
	assert_int_equal(json_integer_value(json_object_get(alert, "changes_total")), WATCHES);
	assert_int_equal(json_integer_value(json_object_get(alert, "sources_flagged")), WATCHES);
	const json_t *change = json_array_get(json_object_get(alert, "changes"), 0);
	assert_string_equal(json_string_value(json_object_get(change, "source")), "Kabar");
	assert_string_equal(json_string_value(json_object_get(change, "flag")), "failing");
	assert_string_equal(json_string_value(json_object_get(change, "kind")), "feed");
	assert_true(json_is_true(json_object_get(change, "raised")));
	json_decref(alert);
}

static void a_program_that_fails_is_counted(void **state)
{
	struct fixture *f = *state;
	write_program(f, "exit 3");
	fail_source(&f->watches[0]);
	flags_look_at_all(f->flags);
	assert_int_equal(loop_run(f->c.loop), NETRAL_OK);
	assert_int_equal(f->c.counters.alerts_failed, 1);
	/* The next one is run all the same. */
	write_program(f, "exit 0");
	f->watches[0].schedule.failures = 0;
	flags_look_at_all(f->flags);
	assert_int_equal(loop_run(f->c.loop), NETRAL_OK);
	assert_int_equal(f->c.counters.alerts, 2);
	assert_int_equal(f->c.counters.alerts_failed, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(flags_rise_and_fall),
		TEST(sources_that_are_off_have_no_flags),
		TEST(what_happens_together_is_one_alert),
		TEST(a_program_that_fails_is_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

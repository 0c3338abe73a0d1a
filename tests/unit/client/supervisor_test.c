/* The supervisor with programs that do as they are told (fake_service). */
#include "client/supervisor.h"
#include "tests/folder.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	char dir[FOLDER_SIZE];
	struct loop *loop;
	struct supervisor *supervisor;
	char said[2000]; /* everything that came, in order */
	int failed;      /* exit code */
	char sentence[600];
	bool stopped;
	const char *stop_at; /* supervisor_stop() once this was said */
	bool stop_twice;
};

static void say(struct fixture *f, const char *text)
{
	size_t len = strlen(f->said);
	snprintf(f->said + len, sizeof(f->said) - len, "%s\n", text);
	if (f->stop_at && strstr(f->said, f->stop_at)) {
		f->stop_at = NULL;
		supervisor_stop(f->supervisor);
	}
}

static void on_ready(void *user, unsigned rank)
{
	struct fixture *f = user;
	char text[32];
	snprintf(text, sizeof(text), "rank %u ready", rank);
	if (rank + 1 < SUPERVISOR_RANKS_MAX)
		supervisor_start(f->supervisor, rank + 1);
	say(f, text);
}

static void on_failed(void *user, int exit_code, const char *sentence)
{
	struct fixture *f = user;
	f->failed = exit_code;
	snprintf(f->sentence, sizeof(f->sentence), "%s", sentence);
	supervisor_stop(f->supervisor);
}

static void on_fallen(void *user, const char *sentence)
{
	say(user, sentence);
}

static void on_line(void *user, const char *name, enum log_level level, const char *text)
{
	struct fixture *f = user;
	(void)name, (void)level;
	say(f, text);
	/* What ignores SIGTERM is killed by the second call. */
	if (f->stop_twice && strstr(text, "stops")) {
		f->stop_twice = false;
		supervisor_stop(f->supervisor);
	}
}

static void on_stopped(void *user)
{
	struct fixture *f = user;
	f->stopped = true;
	loop_stop(f->loop);
}

static int on_signal(void *user, int signo)
{
	struct fixture *f = user;
	if (signo == SIGCHLD)
		supervisor_reap(f->supervisor);
	return NETRAL_OK;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	if (!folder_make(f->dir) || loop_new(on_signal, f, true, &f->loop) < 0)
		return -1;
	struct supervisor_options o = {.loop = f->loop,
				       .log_dir = f->dir,
				       .on_ready = on_ready,
				       .on_failed = on_failed,
				       .on_fallen = on_fallen,
				       .on_line = on_line,
				       .on_stopped = on_stopped,
				       .user = f};
	*state = f;
	return supervisor_new(&o, &f->supervisor);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char command[100];
	supervisor_free(f->supervisor);
	loop_free(f->loop);
	snprintf(command, sizeof(command), "rm -r %s", f->dir);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

static void add(struct fixture *f, unsigned rank, const char *name, const char *what,
		const char *file)
{
	const char *const args[] = {name, what, file, NULL};
	assert_int_equal(supervisor_add(f->supervisor, rank, name, "fake_service", args), 0);
}

static void run(struct fixture *f)
{
	supervisor_start(f->supervisor, 0);
	assert_int_equal(loop_run(f->loop), 0);
	assert_true(f->stopped);
}

static size_t at(const struct fixture *f, const char *text)
{
	const char *found = strstr(f->said, text);
	if (!found)
		fail_msg("\"%s\" was not said:\n%s", text, f->said);
	return (size_t)(found - f->said);
}

static void test_order_of_start_and_end(void **state)
{
	struct fixture *f = *state;
	add(f, 0, "store", "wait", NULL);
	add(f, 1, "queue", "wait", NULL);
	add(f, 2, "work-1", "wait", NULL);
	add(f, 2, "work-2", "wait", NULL);
	f->stop_at = "rank 2 ready";
	run(f);
	assert_true(at(f, "rank 0 ready") < at(f, "queue waits"));
	assert_true(at(f, "rank 1 ready") < at(f, "work-1 waits"));
	assert_true(at(f, "work-2 stops") < at(f, "queue stops"));
	assert_true(at(f, "queue stops") < at(f, "store stops"));
	assert_int_equal(f->failed, 0);
}

static void test_log_file(void **state)
{
	struct fixture *f = *state;
	char path[100], line[200] = "";
	add(f, 0, "store", "wait", NULL);
	f->stop_at = "rank 0 ready";
	run(f);
	snprintf(path, sizeof(path), "%s/store.log", f->dir);
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	fclose(file);
	assert_non_null(strstr(line, " info store waits\n"));
}

static void test_fallen_is_started_again(void **state)
{
	struct fixture *f = *state;
	char file[100];
	snprintf(file, sizeof(file), "%s/mark", f->dir);
	add(f, 0, "store", "once", file);
	f->stop_at = "store waits";
	run(f);
	assert_true(at(f, "store was killed by signal 9 (Killed)") < at(f, "store waits"));
	assert_int_equal(supervisor_restarts(f->supervisor), 1);
	assert_int_equal(f->failed, 0);
}

static void test_error_at_start_ends_it(void **state)
{
	struct fixture *f = *state;
	add(f, 0, "store", "wait", NULL);
	add(f, 1, "queue", "fail", NULL);
	run(f);
	assert_int_equal(f->failed, EX_CONFIG);
	assert_string_equal(f->sentence, "queue ended with exit status 78");
	at(f, "queue: the sky is falling");
	at(f, "store stops");
	assert_int_equal(supervisor_restarts(f->supervisor), 0);
}

static void test_crash_at_start_is_tried_again(void **state)
{
	struct fixture *f = *state;
	add(f, 0, "store", "crash", NULL);
	run(f);
	assert_int_equal(f->failed, EX_SOFTWARE);
	assert_non_null(strstr(f->sentence, "store was killed by signal 6"));
	assert_int_equal(supervisor_restarts(f->supervisor), 4);
}

static void test_stubborn_is_killed(void **state)
{
	struct fixture *f = *state;
	add(f, 0, "store", "stubborn", NULL);
	f->stop_at = "rank 0 ready";
	f->stop_twice = true;
	run(f);
	at(f, "store stops");
}

static void test_program_that_is_not_there(void **state)
{
	struct fixture *f = *state;
	const char *const args[] = {NULL};
	assert_int_equal(supervisor_add(f->supervisor, 0, "x", "no-such-program-of-ours", args),
			 NETRAL_ENOTFOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_order_of_start_and_end),        TEST(test_log_file),
		TEST(test_fallen_is_started_again),       TEST(test_error_at_start_ends_it),
		TEST(test_crash_at_start_is_tried_again), TEST(test_stubborn_is_killed),
		TEST(test_program_that_is_not_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

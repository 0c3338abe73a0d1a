/* Programs as receivers: what they get, and those that hang, say too much, or are not there. */
#include "tests/process/alert_rig.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A program "p" beside a receiver of webhooks "b"; `text` runs in the folder of the rig. */
static void use_program(struct alert_rig *a, const char *interpreter, const char *text)
{
	char script[4096], section[2 * RIG_PATH_SIZE];
	snprintf(script, sizeof(script), "#!%s\n%s", interpreter, text);
	rig_write_file(&a->b.rig, "program", script, strlen(script));
	assert_int_equal(chmod(rig_path(&a->b.rig, "program"), 0700), 0);
	snprintf(section, sizeof(section),
		 "receiver \"p\" {\n\tkind = program\n\tcommand = \"%s %s\"\n}\n",
		 rig_path(&a->b.rig, "program"), a->b.rig.dir);
	alert_rig_section(a, section);
	alert_rig_receiver(a, "b", "/b", "");
	alert_rig_section(a, "rule \"all\" {\n\treceivers = \"p, b\"\n}\n");
}

static void use_shell(struct alert_rig *a, const char *text)
{
	use_program(a, "/bin/sh", text);
}

/* Opens for reading the fifo that the program and its children hold open, once one of them does. */
static int open_held(struct alert_rig *a)
{
	int fd = open(rig_path(&a->b.rig, "held"), O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static void expect_all_gone(int fd)
{
	char byte;
	struct pollfd p = {fd, POLLIN, 0};
	if (poll(&p, 1, RIG_DEADLINE_MS) <= 0)
		rig_fail("somebody of the program's group is still there");
	assert_int_equal(read(fd, &byte, 1), 0);
	close(fd);
}

/* Its children end with it; the message is tried again, and others are not delayed. */
static void test_time_limit(void **state)
{
	struct alert_rig *a = *state;
	use_shell(a, "cd $1\n"
		     "test -e once && exec cat > /dev/null\n"
		     "touch once\n"
		     "exec 3> held\n"
		     "sleep 1000 & sleep 1000 & wait\n");
	assert_int_equal(mkfifo(rig_path(&a->b.rig, "held"), 0600), 0);
	a->sets[a->set_count++] = "request_ms=1s";
	alert_rig_start(a);
	alert_rig_record(a, 0, 20);
	int fd = open_held(a);
	alert_rig_expect_all(a, "/b", 20);
	expect_all_gone(fd);
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 40);
	alert_rig_wait_counter(a, "netral_alert_tries_failed_total", 1);
	assert_true(rig_log_has(a->alert, "ended by signal 9"));
}

static void test_stopped_with_the_process(void **state)
{
	struct alert_rig *a = *state;
	use_shell(a, "cd $1\nexec 3> held\nsleep 1000 & wait\n");
	assert_int_equal(mkfifo(rig_path(&a->b.rig, "held"), 0600), 0);
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	int fd = open_held(a);
	rig_stop(a->alert);
	expect_all_gone(fd);
}

/* Who leaves the group that is killed is ended all the same, and delays no reading of rules. */
static void test_out_of_its_group(void **state)
{
	struct alert_rig *a = *state;
	use_program(a, "/usr/bin/python3",
		    "import os, sys, time\n"
		    "os.chdir(sys.argv[1])\n"
		    "os.setpgid(0, os.getpgid(os.getppid()))\n"
		    "held = open('held', 'w')\n"
		    "time.sleep(1000)\n");
	assert_int_equal(mkfifo(rig_path(&a->b.rig, "held"), 0600), 0);
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	int fd = open_held(a);
	rig_edit(&a->b.rig, "alerts.conf", "kind = program",
		 "kind = webhook\nurl = \"http://127.0.0.1:1/\"");
	rig_signal(a->alert, SIGHUP);
	expect_all_gone(fd);
	alert_rig_record(a, 1, 20);
	alert_rig_expect_all(a, "/b", 20);
}

/* Whose output nobody reads, and who does not read. */
static void test_much_output_and_no_reading(void **state)
{
	struct alert_rig *a = *state;
	use_shell(a, "exec head -c 4000000 /dev/zero\n");
	alert_rig_start(a);
	alert_rig_record(a, 0, 20);
	alert_rig_wait_counter(a, "netral_alert_messages_delivered_total", 40);
	alert_rig_wait_counter(a, "netral_alert_tries_failed_total", 0);
}

/* The sockets of others, the state and its lock stay with netral-alert. */
static void test_inherits_nothing(void **state)
{
	struct alert_rig *a = *state;
	use_program(a, "/usr/bin/python3",
		    "import os, sys\n"
		    "os.chdir(sys.argv[1])\n"
		    "with open('part', 'w') as f:\n"
		    "    for fd in os.listdir('/proc/self/fd'):\n"
		    "        if int(fd) != f.fileno() and os.path.exists(f'/proc/self/fd/{fd}'):\n"
		    "            print(fd, os.readlink(f'/proc/self/fd/{fd}'), file=f)\n"
		    "os.rename('part', 'fds')\n");
	hook_put(a->hook, "/b", HOOK_SILENCE, 0, "");
	alert_rig_start(a);
	alert_rig_record(a, 0, 1);
	hook_await_asked(a->hook, "/b", 1);
	rig_wait_file(&a->b.rig, "fds");
	char *fds = rig_read_file(&a->b.rig, "fds");
	if (strstr(fds, "socket:") || strstr(fds, "pipe:") || strstr(fds, "/state/"))
		rig_fail("the program has: %s", fds);
	free(fds);
}

static void expect_given_up(struct alert_rig *a, const char *reason)
{
	alert_rig_start(a);
	alert_rig_record(a, 0, 3);
	alert_rig_wait_counter(a, "netral_alert_messages_given_up_total", 3);
	alert_rig_expect_all(a, "/b", 3);
	assert_true(rig_log_has(a->alert, reason));
}

static void test_exit_code(void **state)
{
	struct alert_rig *a = *state;
	use_shell(a, "exit 3\n");
	expect_given_up(a, "the program exited with 3");
}

/* It fails for what else it writes, and the log has a line of it. */
static void test_says_too_much(void **state)
{
	struct alert_rig *a = *state;
	use_shell(a, "printf 'no paper\\033 \\377\\nsecond line\\n' >&2\n"
		     "head -c 4000000 /dev/zero | tr '\\0' 'x' >&2\n"
		     "exit 4\n");
	expect_given_up(a, "the program exited with 4");
	assert_true(rig_log_has(a->alert, "receiver=\"p\" said=\"no paper? ?\""));
	assert_false(rig_log_has(a->alert, "second line"));
	assert_false(rig_log_has(a->alert, "xxxx"));
}

static void test_not_there(void **state)
{
	struct alert_rig *a = *state;
	use_shell(a, "");
	assert_int_equal(unlink(rig_path(&a->b.rig, "program")), 0);
	expect_given_up(a, "a message was given up, receiver=\"p\" tries=10 reason=");
}

static void test_not_executable(void **state)
{
	struct alert_rig *a = *state;
	use_shell(a, "");
	assert_int_equal(chmod(rig_path(&a->b.rig, "program"), 0600), 0);
	expect_given_up(a, "a message was given up, receiver=\"p\" tries=10 reason=");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, alert_rig_set_up, alert_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_time_limit),       TEST(test_stopped_with_the_process),
		TEST(test_out_of_its_group), TEST(test_much_output_and_no_reading),
		TEST(test_inherits_nothing), TEST(test_exit_code),
		TEST(test_says_too_much),    TEST(test_not_there),
		TEST(test_not_executable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "lib/fault.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void only_the_nth_of_its_kind_fails(void **state)
{
	(void)state;
	fault_arm("commit", 3);
	for (int i = 1; i <= 6; i++) {
		assert_false(fault_hit("send"));
		assert_int_equal(fault_hit("commit"), i == 3);
	}
	fault_arm("commit", 1);
	assert_true(fault_hit("commit"));
	fault_arm(NULL, 0);
	assert_false(fault_hit("commit"));
}

static void allocations_fail_on_demand(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 3; n++) {
		fault_arm("alloc", n);
		void *a = fault_malloc(1), *b = fault_calloc(1, 1), *c = fault_realloc(NULL, 1);
		fault_arm(NULL, 0);
		assert_int_equal(a == NULL, n == 1);
		assert_int_equal(b == NULL, n == 2);
		assert_int_equal(c == NULL, n == 3);
		free(a);
		free(b);
		free(c);
	}
}

/* Runs a child with one variable set that passes `passages` crash points and faults, and returns
 * its wait status: killed, or the number of faults that were hit. */
static int child_with(const char *variable, const char *value, int passages)
{
	int status = 0;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		int hits = 0;
		setenv(variable, value, 1);
		for (int i = 0; i < passages; i++) {
			crash_point("elsewhere");
			crash_point("before-commit");
			hits += fault_hit("disk");
		}
		_exit(hits);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void crash_points_kill_at_the_given_passage(void **state)
{
	(void)state;
	int status = child_with("NETRAL_CRASH", "before-commit", 1);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	assert_true(WIFEXITED(child_with("NETRAL_CRASH", "before-commit:3", 2)));
	assert_true(WIFSIGNALED(child_with("NETRAL_CRASH", "before-commit:3", 3)));
	assert_true(WIFEXITED(child_with("NETRAL_CRASH", "after-commit", 3)));
}

static int hits_of(int status)
{
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void faults_are_read_from_the_environment(void **state)
{
	(void)state;
	assert_int_equal(hits_of(child_with("NETRAL_FAULT", "disk:2", 5)), 1);
	assert_int_equal(hits_of(child_with("NETRAL_FAULT", "disk:9", 5)), 0);
	assert_int_equal(hits_of(child_with("NETRAL_FAULT", "send:1", 5)), 0);
}

int main(void)
{
	/* The environment is read once: children must be the first to do so. */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crash_points_kill_at_the_given_passage),
		cmocka_unit_test(faults_are_read_from_the_environment),
		cmocka_unit_test(only_the_nth_of_its_kind_fails),
		cmocka_unit_test(allocations_fail_on_demand),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

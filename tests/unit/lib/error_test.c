#include "lib/error.h"

#include "lib/cleanup.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static void every_code_has_a_text_of_its_own(void **state)
{
	(void)state;
	static const int codes[] = {
#define X(name, value, text) name,
		NETRAL_ERRORS(X)
#undef X
	};
	for (size_t i = 0; i < netral_countof(codes); i++) {
		assert_true(codes[i] < 0);
		assert_true(netral_strerror(codes[i])[0] != '\0');
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(netral_strerror(codes[i]),
						netral_strerror(codes[k]));
	}
	assert_string_equal(netral_strerror(NETRAL_OK), "success");
	assert_string_equal(netral_strerror(-1000), "unknown error");
}

static void errno_is_translated(void **state)
{
	(void)state;
	assert_int_equal(netral_error_from_errno(0), NETRAL_OK);
	assert_int_equal(netral_error_from_errno(ENOENT), NETRAL_ENOTFOUND);
	assert_int_equal(netral_error_from_errno(EACCES), NETRAL_EACCES);
	assert_int_equal(netral_error_from_errno(EROFS), NETRAL_EACCES);
	assert_int_equal(netral_error_from_errno(ENOSPC), NETRAL_EFULL);
	assert_int_equal(netral_error_from_errno(EADDRINUSE), NETRAL_EBUSY);
	assert_int_equal(netral_error_from_errno(EAGAIN), NETRAL_EAGAIN);
	assert_int_equal(netral_error_from_errno(EIO), NETRAL_EIO);
	assert_int_equal(netral_error_from_errno(99999), NETRAL_EIO);
}

/* NDEBUG or not, with words that a person can report. */
static void a_failed_assertion_ends_the_process(void **state)
{
	(void)state;
	int out[2], status;
	char text[200] = "";
	assert_int_equal(pipe(out), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		dup2(out[1], STDERR_FILENO);
		netral_assert(1 + 1 == 2);
		netral_assert(1 + 1 == 3);
		_exit(0);
	}
	close(out[1]);
	assert_true(read(out[0], text, sizeof(text) - 1) > 0);
	close(out[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_non_null(strstr(text, "1 + 1 == 3"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_text_of_its_own),
		cmocka_unit_test(errno_is_translated),
		cmocka_unit_test(a_failed_assertion_ends_the_process),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

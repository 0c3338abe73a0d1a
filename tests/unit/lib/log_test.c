#include "lib/log.h"

#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static char written[8192];

/* Runs `fn` with stderr going to memory; what it wrote is in `written`. */
static void capture(void (*fn)(void))
{
	int memory = memfd_create("stderr", MFD_CLOEXEC);
	int saved = dup(STDERR_FILENO);
	assert_true(memory >= 0 && saved >= 0);
	dup2(memory, STDERR_FILENO);
	fn();
	dup2(saved, STDERR_FILENO);
	ssize_t n = pread(memory, written, sizeof(written) - 1, 0);
	written[n > 0 ? n : 0] = '\0';
	close(saved);
	close(memory);
}

static void write_two_levels(void)
{
	log_warning("store: batch refused, events=%d error=\"%s\"", 64, "store is full");
	log_debug("not wanted");
}

static void lines_name_the_program_on_a_terminal(void **state)
{
	(void)state;
	unsetenv("JOURNAL_STREAM");
	log_init("netrald", LOG_LEVEL_INFO);
	capture(write_two_levels);
	assert_string_equal(written,
			    "netrald: store: batch refused, events=64 error=\"store is full\"\n");
}

static void lines_carry_their_priority_under_systemd(void **state)
{
	(void)state;
	setenv("JOURNAL_STREAM", "8:1", 1);
	log_init("netrald", LOG_LEVEL_DEBUG);
	capture(write_two_levels);
	assert_string_equal(written, "<4>store: batch refused, events=64 error=\"store is "
				     "full\"\n<7>not wanted\n");
	unsetenv("JOURNAL_STREAM");
}

static void write_hostile(void)
{
	char name[4000];
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	log_info("peer \"%s\"", "a\n<0>forged: line\r\x1b[31m");
	log_info("peer \"%s\"", name);
}

static void a_peer_cannot_forge_lines(void **state)
{
	(void)state;
	log_init("netrald", LOG_LEVEL_INFO);
	capture(write_hostile);
	const char *second = strchr(written, '\n');
	assert_non_null(second);
	assert_memory_equal(written, "netrald: peer \"a <0>forged: line  [31m\"\n",
			    (size_t)(second - written) + 1);
	/* One write, one line, cut at a bound. */
	assert_int_equal(strchr(second + 1, '\n') - written, strlen(written) - 1);
	assert_true(strlen(second) < 2200);
}

static void levels_have_names(void **state)
{
	(void)state;
	enum log_level level = LOG_LEVEL_INFO;
	assert_int_equal(log_level_parse("error", &level), NETRAL_OK);
	assert_int_equal(level, LOG_LEVEL_ERROR);
	assert_int_equal(log_level_parse("warning", &level), NETRAL_OK);
	assert_int_equal(level, LOG_LEVEL_WARNING);
	assert_int_equal(log_level_parse("info", &level), NETRAL_OK);
	assert_int_equal(log_level_parse("debug", &level), NETRAL_OK);
	assert_int_equal(level, LOG_LEVEL_DEBUG);
	assert_int_equal(log_level_parse("loud", &level), NETRAL_EINVALID);
	assert_int_equal(level, LOG_LEVEL_DEBUG);
}

static struct log_limit limit;

static void pass_next_window(void)
{
	assert_true(log_limit_pass(&limit, 1000 + LOG_LIMIT_MS));
}

static void a_flood_is_limited_and_counted(void **state)
{
	(void)state;
	limit = (struct log_limit){0};
	int passed = 0;
	for (int i = 0; i < 100; i++)
		passed += log_limit_pass(&limit, 1000 + (uint64_t)i);
	assert_int_equal(passed, LOG_LIMIT_BURST);
	assert_int_equal(limit.left_out, 100 - LOG_LIMIT_BURST);
	assert_false(log_limit_pass(&limit, 1000 + LOG_LIMIT_MS - 1));
	capture(pass_next_window);
	assert_non_null(strstr(written, "similar lines left out, count=91"));
	assert_int_equal(limit.left_out, 0);
}

static void the_first_instant_counts_as_a_window(void **state)
{
	(void)state;
	limit = (struct log_limit){0};
	int passed = 0;
	for (int i = 0; i < 100; i++)
		passed += log_limit_pass(&limit, 0);
	assert_int_equal(passed, LOG_LIMIT_BURST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_name_the_program_on_a_terminal),
		cmocka_unit_test(lines_carry_their_priority_under_systemd),
		cmocka_unit_test(a_peer_cannot_forge_lines),
		cmocka_unit_test(levels_have_names),
		cmocka_unit_test(a_flood_is_limited_and_counted),
		cmocka_unit_test(the_first_instant_counts_as_a_window),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "capture.h"
#include "client/cli.h"
#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

struct values {
	bool flag;
	const char *text;
	uint64_t number;
	struct cli_list list;
};

static const struct cli_option options[] = {
	{"flag", NULL, CLI_FLAG, offsetof(struct values, flag), 0, 0, "a flag"},
	{"text", "TEXT", CLI_TEXT, offsetof(struct values, text), 0, 0, "a text"},
	{"number", "N", CLI_NUMBER, offsetof(struct values, number), 2, 9, "a number"},
	{"list", "X", CLI_LIST, offsetof(struct values, list), 0, 0, "a list"},
};

static const struct command command = {.name = "test",
				       .summary = "Test",
				       .operands = "[FILE]...",
				       .options = options,
				       .option_count = netral_countof(options)};

enum { ARGS_MAX = 80 };

/* Parses `line`, cut at spaces; returns the index of the first operand or -1. */
static int parse(const char *line, struct values *v, int *ret_exit, char **ret_output)
{
	static char buffer[2000];
	char *argv[ARGS_MAX] = {NULL};
	int argc = 0;
	snprintf(buffer, sizeof(buffer), "%s", line);
	for (char *word = strtok(buffer, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	memset(v, 0, sizeof(*v));
	v->number = 5;
	capture_start_standard();
	int first = cli_parse(&command, argc, argv, v, ret_exit);
	char *output = capture_stop_standard();
	/* Operands were moved behind the options: show the first. */
	if (ret_output)
		*ret_output = output;
	else
		free(output);
	return first;
}

static void test_values(void **state)
{
	(void)state;
	struct values v;
	int exit_code;
	assert_int_equal(parse("test a --flag --text=x --number 9 --list p b --list q", &v,
			       &exit_code, NULL),
			 9);
	assert_true(v.flag);
	assert_string_equal(v.text, "x");
	assert_int_equal(v.number, 9);
	assert_int_equal(v.list.count, 2);
	assert_string_equal(v.list.items[1], "q");
	assert_int_equal(parse("test", &v, &exit_code, NULL), 1);
	assert_int_equal(v.number, 5);
	assert_int_equal(parse("test - -- --flag", &v, &exit_code, NULL), 2);
	assert_false(v.flag);
}

static void refuse(const char *line, const char *message)
{
	struct values v;
	int exit_code = -1;
	char *output = NULL, expected[300];
	assert_int_equal(parse(line, &v, &exit_code, &output), -1);
	assert_int_equal(exit_code, EX_USAGE);
	snprintf(expected, sizeof(expected), "netral test: %s\nTry 'netral test --help'.\n",
		 message);
	assert_string_equal(output, expected);
	free(output);
}

static void test_refusals(void **state)
{
	(void)state;
	refuse("test --bogus", "unknown option \"--bogus\"");
	refuse("test --bogus=1 x", "unknown option \"--bogus=1\"");
	refuse("test x -q", "unknown option \"-q\"");
	refuse("test --flag=1", "--flag takes no value");
	refuse("test --text", "--text needs a value");
	refuse("test --number x", "--number: \"x\" is not a whole number");
	refuse("test --number -5", "--number: \"-5\" is not a whole number");
	refuse("test --number 99999999999999999999",
	       "--number: \"99999999999999999999\" is not a whole number");
	refuse("test --number 1", "--number: 1 is out of range, 2 to 9");
	refuse("test --number 10", "--number: 10 is out of range, 2 to 9");
}

static void test_list_is_bounded(void **state)
{
	(void)state;
	char line[1500] = "test";
	for (int i = 0; i < CLI_LIST_MAX; i++)
		strcat(line, " --list=x");
	struct values v;
	int exit_code;
	assert_int_equal(parse(line, &v, &exit_code, NULL), CLI_LIST_MAX + 1);
	strcat(line, " --list=x");
	refuse(line, "--list: at most 64 may be given");
}

static void test_help(void **state)
{
	(void)state;
	struct values v;
	int exit_code = -1;
	char *output = NULL;
	assert_int_equal(parse("test --help", &v, &exit_code, &output), -1);
	assert_int_equal(exit_code, EX_OK);
	assert_string_equal(output, "Usage: netral test [OPTION]... [FILE]...\nTest.\n\nOptions:\n"
				    "  --flag                  a flag\n"
				    "  --text TEXT             a text\n"
				    "  --number N              a number\n"
				    "  --list X                a list\n"
				    "  --help                  print this and exit\n");
	free(output);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_list_is_bounded),
		cmocka_unit_test(test_help),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "client/cli.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/program.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* getopt's values for long options: OPT_FIRST + index in the table. */
enum { OPT_HELP = 256, OPT_FIRST, OPTIONS_MAX = 24, HELP_COLUMN = 26 };

static const char *current_name = "";

/* --- messages --- */

static void say_who(void)
{
	fflush(stdout);
	fprintf(stderr, "netral%s%s: ", current_name[0] ? " " : "", current_name);
}

void cli_say(const char *format, ...)
{
	va_list args;
	say_who();
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

int cli_usage(const char *format, ...)
{
	va_list args;
	say_who();
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\nTry 'netral%s%s --help'.\n", current_name[0] ? " " : "", current_name);
	return EX_USAGE;
}

int cli_fail(int exit_code, const char *format, ...)
{
	va_list args;
	say_who();
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return exit_code;
}

int cli_fail_code(int err, const char *what)
{
	return cli_fail(program_exit_code(err), "%s: %s", what, netral_strerror(err));
}

/* --- standard output --- */

static int output_error; /* errno of the first write that failed */

bool cli_output_lost(void)
{
	return ferror(stdout) != 0;
}

bool cli_flush(void)
{
	if ((fflush(stdout) != 0 || ferror(stdout)) && !output_error)
		output_error = errno ? errno : EIO;
	return !output_error;
}

int cli_finish(int exit_code)
{
	if (cli_flush() || output_error == EPIPE || exit_code != EX_OK)
		return exit_code;
	return cli_fail(EX_IOERR, "standard output: %s", strerror(output_error));
}

/* Of the writing end of a pipe, poll() reports only that the other end was closed. */
struct loop_slot cli_watch_output(struct loop *l, loop_slot_fn *fn, void *user)
{
	struct stat st;
	bool is_pipe = fstat(STDOUT_FILENO, &st) == 0 && S_ISFIFO(st.st_mode);
	return loop_add(l, NULL, is_pipe ? STDOUT_FILENO : -1, fn, user);
}

/* --- values --- */

int cli_number(const char *text, uint64_t *ret_number)
{
	uint64_t n = 0;
	if (!text[0])
		return NETRAL_EINVALID;
	for (const char *c = text; *c; c++) {
		if (*c < '0' || *c > '9' || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(*c - '0'), &n))
			return NETRAL_EINVALID;
	}
	*ret_number = n;
	return NETRAL_OK;
}

static int take_number(const struct cli_option *o, const char *text, uint64_t *ret)
{
	uint64_t n = 0;
	if (cli_number(text, &n) < 0)
		return cli_usage("--%s: \"%s\" is not a whole number", o->name, text);
	if (n < o->min || n > o->max)
		return cli_usage("--%s: %s is out of range, %" PRIu64 " to %" PRIu64, o->name, text,
				 o->min, o->max);
	*ret = n;
	return EX_OK;
}

static int take_item(const struct cli_option *o, const char *text, struct cli_list *list)
{
	if (list->count == CLI_LIST_MAX)
		return cli_usage("--%s: at most %d may be given", o->name, CLI_LIST_MAX);
	list->items[list->count++] = text;
	return EX_OK;
}

static int take(const struct cli_option *o, const char *text, void *values)
{
	char *member = (char *)values + o->offset;
	switch (o->type) {
	case CLI_FLAG:
		*(bool *)member = true;
		return EX_OK;
	case CLI_TEXT:
		*(const char **)(void *)member = text;
		return EX_OK;
	case CLI_NUMBER:
		return take_number(o, text, (uint64_t *)(void *)member);
	case CLI_LIST:
		return take_item(o, text, (struct cli_list *)(void *)member);
	}
	return EX_OK;
}

/* --- help --- */

static void print_option(const char *name, const char *argument, const char *help)
{
	char head[64];
	snprintf(head, sizeof(head), "  --%s%s%s", name, argument ? " " : "",
		 argument ? argument : "");
	if (strlen(head) + 2 > HELP_COLUMN)
		printf("%s\n%*s%s\n", head, HELP_COLUMN, "", help);
	else
		printf("%-*s%s\n", HELP_COLUMN, head, help);
}

static void print_help(const struct command *c)
{
	printf("Usage: netral %s [OPTION]...%s%s\n%s.\n", c->name, c->operands[0] ? " " : "",
	       c->operands, c->summary);
	if (c->details)
		printf("\n%s\n", c->details);
	printf("\nOptions:\n");
	for (size_t i = 0; i < c->option_count; i++)
		print_option(c->options[i].name, c->options[i].argument, c->options[i].help);
	print_option("help", NULL, "print this and exit");
}

/* --- parsing --- */

static void fill_options(const struct command *c, struct option *ret)
{
	netral_assert(c->option_count + 2 <= OPTIONS_MAX);
	size_t n = 0;
	for (; n < c->option_count; n++) {
		const struct cli_option *o = &c->options[n];
		ret[n] = (struct option){o->name, o->argument ? required_argument : no_argument,
					 NULL, OPT_FIRST + (int)n};
	}
	ret[n++] = (struct option){"help", no_argument, NULL, OPT_HELP};
	ret[n] = (struct option){0};
}

/* getopt's own messages name argv[0] only; these name the command as it was typed. */
static int refuse(const struct option *options, char **argv, int opt)
{
	if (optopt >= OPT_HELP) {
		const char *name = optopt == OPT_HELP ? "help" : options[optopt - OPT_FIRST].name;
		return cli_usage(opt == ':' ? "--%s needs a value" : "--%s takes no value", name);
	}
	if (optopt)
		return cli_usage("unknown option \"-%c\"", optopt);
	return cli_usage("unknown option \"%s\"", argv[optind - 1]);
}

int cli_parse(const struct command *c, int argc, char **argv, void *values, int *ret_exit)
{
	struct option options[OPTIONS_MAX];
	fill_options(c, options);
	current_name = c->name;
	optind = 0; /* glibc: start anew, also when another command line was parsed before */
	opterr = 0;
	int opt;
	while ((opt = getopt_long(argc, argv, ":", options, NULL)) >= 0) {
		if (opt == OPT_HELP) {
			print_help(c);
			*ret_exit = EX_OK;
			return -1;
		}
		*ret_exit = opt >= OPT_FIRST ? take(&c->options[opt - OPT_FIRST], optarg, values)
					     : refuse(options, argv, opt);
		if (*ret_exit != EX_OK)
			return -1;
	}
	*ret_exit = EX_OK;
	return optind;
}

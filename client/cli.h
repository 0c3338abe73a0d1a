/* cli.h - one table of options a command: the parser, --help and the tests read it.
 *
 * A command declares a struct of values and a table over it. Every message to people on stderr goes
 * through here and begins with "netral COMMAND: ". Exit codes are those of sysexits.h.
 * The main thread. */
#ifndef NETRAL_CLIENT_CLI_H
#define NETRAL_CLIENT_CLI_H

#include "lib/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cli_type {
	CLI_FLAG,   /* bool */
	CLI_TEXT,   /* const char *, borrowed from argv */
	CLI_NUMBER, /* uint64_t within min and max */
	CLI_LIST,   /* struct cli_list: the option may be repeated */
};

enum { CLI_LIST_MAX = 64 };
struct cli_list {
	const char *items[CLI_LIST_MAX];
	size_t count;
};

struct cli_option {
	const char *name;     /* long name, without dashes */
	const char *argument; /* as --help shows it; NULL for a flag */
	enum cli_type type;
	size_t offset; /* of the member in the struct of values */
	uint64_t min, max;
	const char *help;
};

struct command {
	const char *name;
	const char *group;    /* heading in `netral --help` */
	const char *summary;  /* one line, imperative, no full stop */
	const char *operands; /* "[FILE]...", or "" */
	const char *details;  /* paragraphs for --help, or NULL */
	const struct cli_option *options;
	size_t option_count;
	int (*run)(int argc, char **argv); /* argv[0] is the command's name; returns an exit code */
};

/* Sets *values from argv; what is not given keeps its value. Returns the index of the first
 * operand, or -1 when the command is to exit with *ret_exit: --help was printed, or an error with
 * advice. */
int cli_parse(const struct command *c, int argc, char **argv, void *values, int *ret_exit);

/* Print "netral COMMAND: ...". cli_usage() adds "Try ..." and returns EX_USAGE; cli_fail() returns
 * `exit_code`. */
void cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
int cli_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));
int cli_fail(int exit_code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* For a negative code of ours: its sentence and its exit code. */
int cli_fail_code(int err, const char *what);

/* Writes out what was printed. False once standard output cannot be written: the rest is not worth
 * computing. cli_output_lost() asks without writing. */
bool cli_flush(void);
bool cli_output_lost(void);

/* Flushes stdout at the end. Returns `exit_code`, or EX_IOERR with a message when not all could be
 * written; a reader that went away is no error of ours and stays silent. */
int cli_finish(int exit_code);

/* Calls `fn` in each turn once standard output is a pipe without a reader, also while nothing is
 * written; `fn` stops the loop or takes the slot's descriptor away. */
struct loop_slot cli_watch_output(struct loop *l, loop_slot_fn *fn, void *user);

/* One whole number in decimal: 0, or NETRAL_EINVALID. */
int cli_number(const char *text, uint64_t *ret_number);

#endif

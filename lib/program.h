/* program.h - the command line that every service shares, and its exit codes (sysexits.h).
 *
 *   --config FILE       read FILE (default: the table's path; it may be missing there)
 *   --set KEY=VALUE     override one key; may be repeated
 *   --check-config      read everything, say what is wrong, start nothing; exit 0 or 78
 *   --print-config      print the commented sample file
 *   --help, --version
 *
 * The main thread, before anything else. */
#ifndef NETRAL_LIB_PROGRAM_H
#define NETRAL_LIB_PROGRAM_H

#include "lib/config.h"

#include <stdbool.h>

/* An option that is one program's own: it does its work after the configuration was read, instead
 * of a start. */
struct program_action {
	const char *option; /* long name, without dashes */
	const char *help;
	int (*run)(void *config); /* returns the exit code */
};

struct program {
	const char *name;         /* "netrald" */
	const char *summary;      /* one sentence for --help */
	const char *default_path; /* "/etc/netral/netrald.conf" */
	const struct config_option *options;
	size_t option_count;
	void *config; /* the program's config struct */
	/* Checks across keys after all is read; fills `error`. May be NULL. 0 or negative. */
	int (*check)(void *config, char *error, size_t error_size);
	/* With --check-config only: checks the files that the config names, too. May be NULL. */
	int (*check_files)(void *config, char *error, size_t error_size);
	const struct program_action *action; /* NULL: none */
};

/* Fills p->config. Returns 0 to go on, or 1 when all that was asked is done and the program is to
 * exit with *ret_exit (0, EX_USAGE, EX_CONFIG, EX_NOINPUT, or what the action returned). Errors
 * were printed to stderr. The strings in p->config are the caller's, to be ended with
 * config_free(). */
int program_start(const struct program *p, int argc, char **argv, int *ret_exit);

/* sysexits code for an error that ends a program. */
int program_exit_code(int err);

#endif

/* config.h - one table of options: the parser, --help, the sample file and the man page read it.
 *
 * A program declares `struct x_config` and a table of `struct config_option` over it. Values come
 * from the defaults, then the config file (libconfuse syntax: `key = value`), then `--set
 * key=value` on the command line. Errors are sentences that name file and line. One thread. */
#ifndef NETRAL_LIB_CONFIG_H
#define NETRAL_LIB_CONFIG_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum config_type {
	CONFIG_STRING, /* char * in the struct, malloc'd; min and max bound its length */
	CONFIG_COUNT,  /* uint64_t */
	CONFIG_BYTES,  /* uint64_t; in the file 512, "64K", "16M", "4G" (powers of 1024) */
	CONFIG_MSEC,   /* uint64_t milliseconds; in the file 250, "250ms", "30s", "5min", "2h", "7d"
			*/
	CONFIG_BOOL,   /* int; true or false */
};

struct config_option {
	const char *name; /* as in the file: lower case, underscores */
	enum config_type type;
	size_t offset; /* of the member in the config struct */
	uint64_t min, max;
	const char *def;  /* default, written as in the file */
	const char *help; /* one line */
};

/* Fills `config` with the defaults. 0 or NETRAL_ENOMEM. */
int config_defaults(const struct config_option *options, size_t count, void *config);

/* Reads `path` over what `config` holds. On failure `config` is unchanged, and `error` holds a
 * sentence such as `netrald.conf:3: unknown key "spol_dir"`.
 * 0, NETRAL_ENOTFOUND, NETRAL_EACCES, NETRAL_EINVALID or NETRAL_ENOMEM. */
int config_read(const struct config_option *options, size_t count, void *config, const char *path,
		char *error, size_t error_size);

/* Files of sections of one kind, each with the options of one table:
 *     section "title" {
 *             key = value
 *     } */
struct config_sections {
	const char *section; /* the word in front of a title */
	const struct config_option *options;
	size_t count;
	size_t config_size; /* of the struct that the table is over */
	/* Called for each section, in the order of the file, with the defaults and what it says;
	 * `config` is lent. To refuse it, returns NETRAL_EINVALID and writes a sentence that begins
	 * with the key ("url: ..."): file, line and section are put before it. */
	int (*take)(void *user, const char *title, const void *config, char *error,
		    size_t error_size);
};

/* Reads a file of less than CONFIG_SECTIONS_BYTES_MAX bytes, whose sections are all closed. Errors
 * as config_read(), and any other of take(); the sections before it have been taken then. */
enum { CONFIG_SECTIONS_BYTES_MAX = 8 << 20 };
int config_read_sections(const struct config_sections *sections, void *user, const char *path,
			 char *error, size_t error_size);

/* The same with sections of several kinds, in any order. */
enum { CONFIG_KINDS_MAX = 4 };
int config_read_kinds(const struct config_sections *kinds, size_t count, void *user,
		      const char *path, char *error, size_t error_size);

/* While take() runs: the line at which the section set `key`, or that of its end. */
int config_key_line(const char *key);

/* Applies one "key=value". Errors as above, without a line. */
int config_set(const struct config_option *options, size_t count, void *config,
	       const char *assignment, char *error, size_t error_size);

/* Frees the strings. */
void config_free(const struct config_option *options, size_t count, void *config);

/* Prints the table as a commented sample file. */
void config_print_sample(const struct config_option *options, size_t count, FILE *out);

#endif

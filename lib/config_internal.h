/* config_internal.h - what the readers of config files share. */
#ifndef NETRAL_LIB_CONFIG_INTERNAL_H
#define NETRAL_LIB_CONFIG_INTERNAL_H

#include "lib/buf.h"
#include "lib/config.h"

#include <confuse.h>
#include <stdbool.h>

/* More options than any table of ours has. */
enum { CONFIG_OPTIONS_MAX = 64 };

union config_value {
	char *string;
	uint64_t number;
	int boolean;
};

void config_say(char *error, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Reads `text` as a value of `o`. NETRAL_OK, or with a sentence that begins with the key
 * NETRAL_EINVALID or NETRAL_ENOMEM. A string in *ret is the caller's. */
int config_parse_value(const struct config_option *o, const char *text, union config_value *ret,
		       char *error, size_t size);

/* Moves the value into its member of `config`, and frees the string that was there. */
void config_store_value(const struct config_option *o, void *config, union config_value *v);

/* Appends the text of a file of less than text->limit bytes, checked, with its comments blanked.
 * Errors as config_read(). */
int config_load(const char *path, struct buf *text, char *error, size_t error_size);

/* The line of a brace that is never closed; 0: none is. */
int config_open_brace(const struct buf *text);

/* `text` of at least one byte, in the hands of libconfuse. */
struct config_file {
	cfg_t *cfg;
	FILE *text;
};

/* Declares `opts`; what is wrong later goes to `error`, the first sentence only, with file and
 * line. NETRAL_OK or NETRAL_ENOMEM. */
int config_open(cfg_opt_t *opts, struct buf *text, const char *path, char *error, size_t error_size,
		struct config_file *ret_file);

/* Parses and ends the file. False with a sentence in `error`. */
bool config_parse(struct config_file *file, const char *path);

#endif

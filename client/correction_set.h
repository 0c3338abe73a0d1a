/* correction_set.h - what the command line says of an event's fields. The main thread. */
#ifndef NETRAL_CLIENT_CORRECTION_SET_H
#define NETRAL_CLIENT_CORRECTION_SET_H

#include "client/cli.h"
#include "lib/arena.h"
#include "proto/codec.h"

/* Reads FIELD=VALUE of each item of `sets`, and the names in `clears`. Strings are borrowed from
 * argv or are in `arena`. EX_OK, or an exit code after a message that says what would be right. */
int correction_set_read(const struct cli_list *sets, const struct cli_list *clears,
			struct arena *arena, struct override *ret_set, uint32_t *ret_clear);

/* Who says so: `by`, or else the login name; with both, "by (login)". In `arena`; NULL without
 * memory. */
const char *correction_author(const char *by, struct arena *arena);

#endif

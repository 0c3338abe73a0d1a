/* correction_print.h - what people did, for people and as JSON Lines. The main thread. */
#ifndef NETRAL_CLIENT_CORRECTION_PRINT_H
#define NETRAL_CLIENT_CORRECTION_PRINT_H

#include "client/connection.h"
#include "client/style.h"

#include <jansson.h>

/* Calls `take` with each entry, the newest first, at most `limit` of them (0: all); `id` "" is for
 * those of all events. EX_OK, or an exit code after a message, also where `take` returned one. */
typedef int correction_take_fn(void *user, const struct correction_entry *e);
int correction_each(struct connection *c, const char *id, uint64_t limit, correction_take_fn *take,
		    void *user);

/* A line for each entry and its fields, in the columns of print_field(). */
void correction_print(const struct style *s, const struct correction_entry *e, bool with_id);

/* NULL without memory. */
json_t *correction_json(const struct correction_entry *e);

#endif

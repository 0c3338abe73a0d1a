/* source_list.h - the sources that netral-poll knows, asked page by page. The main thread. */
#ifndef NETRAL_CLIENT_SOURCE_LIST_H
#define NETRAL_CLIENT_SOURCE_LIST_H

#include "client/connection.h"
#include "client/style.h"

/* Takes one page, which is lent; a negative code ends the listing. */
typedef int source_page_fn(void *user, const struct msg_source_page *page);

/* 0, an error of connection_ask(), or what `fn` returned. */
int source_list_each(struct connection *c, bool flagged_only, source_page_fn *fn, void *user);

/* Prints all of them as a table. Errors as above. */
int source_list_print(struct connection *c, const struct style *s);

/* Prints how many of the `all` sources are flagged, and the first of these with what is wrong.
 * Errors as above. */
int source_list_print_flagged(struct connection *c, const struct style *s, uint64_t all);

enum { SOURCE_FLAGS_SIZE = 64 };
/* "silent, failing"; "" without flags. Bits without a name are left out. */
void source_flags_format(uint32_t flags, char ret[static SOURCE_FLAGS_SIZE]);

#endif

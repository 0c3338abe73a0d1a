/* address.h - addresses of pages. Any thread. */
#ifndef NETRAL_LIB_EXTRACT_ADDRESS_H
#define NETRAL_LIB_EXTRACT_ADDRESS_H

#include "lib/arena.h"
#include "lib/article.h"

#include <stdbool.h>

/* `t` against `base` (empty: none): true with an http or https address in the arena, at most
 * ARTICLE_URL_MAX long; false when it is none, or without memory. */
bool address_resolve(struct arena *arena, const struct text *t, const struct text *base,
		     struct text *ret_url);

/* Without "www." and port; empty when there is none. */
struct text address_host(const struct text *url);

/* Nothing but a host: no path, or "/". */
bool address_is_front(const struct text *url);

/* Does `next` look like a further page of the article at `url`: the same but for a number at its
 * end or in its query? */
bool address_is_further_page(const struct text *url, const struct text *next);

#endif

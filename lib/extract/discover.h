/* discover.h - the feeds that a page names for machines: <link rel=alternate> with the media type
 * of a feed (WHATWG HTML, "Link type alternate"). One thread of a process at a time. */
#ifndef NETRAL_LIB_EXTRACT_DISCOVER_H
#define NETRAL_LIB_EXTRACT_DISCOVER_H

#include "lib/extract/extract.h"

enum { DISCOVER_MAX = 16 }; /* further ones are left out */

/* Absolute http or https URLs in the order of the page, each once, in the arena; `hints->url` is
 * what they are relative to, and must be set. A page that is no HTML names none.
 * 0, NETRAL_ETOOBIG (the page), NETRAL_ENOMEM. */
int discover_feeds(const char *data, size_t len, const struct extract_hints *hints,
		   struct arena *arena, struct text ret_urls[static DISCOVER_MAX],
		   size_t *ret_count);

#endif

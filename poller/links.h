/* links.h - the links of a page that look like articles. Any thread. */
#ifndef NETRAL_POLLER_LINKS_H
#define NETRAL_POLLER_LINKS_H

#include "lib/arena.h"
#include "lib/article.h"

enum { LINKS_MAX = 1000 };

/* Links of `html` (UTF-8; NULL when it is empty) to pages of the site of `base`, each once, in the
 * order of the page: those whose last segment is long and of several words, or holds a long number,
 * or that name a date. An array in the arena. 0 or NETRAL_ENOMEM. */
int links_read(const char *html, size_t len, const struct text *base, struct arena *arena,
	       struct text **ret_links, size_t *ret_count);

#endif

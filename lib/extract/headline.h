/* headline.h - a title without what sites put around it. Any thread. */
#ifndef NETRAL_LIB_EXTRACT_HEADLINE_H
#define NETRAL_LIB_EXTRACT_HEADLINE_H

#include "lib/article.h"

#include <stdbool.h>

/* Is `heading` what `title` begins with, up to a sign that parts ("|", " - ") or its end? */
bool headline_begins(const struct text *title, const struct text *heading);

/* Is it what `title` ends with, behind such a sign? */
bool headline_ends(const struct text *title, const struct text *heading);

/* How much of the front of `title` is the headline: without the site's name and without sections,
 * as far as the heading, the site's name or its host show where they begin. */
size_t headline_len(const struct text *title, const struct text *heading, const struct text *site,
		    const struct text *host);

/* Is `title` only the front of `heading`, with or without dots behind it? Systems cut what they put
 * into <meta> and JSON-LD. */
bool headline_is_cut(const struct text *title, const struct text *heading);

/* The same letters and digits, whatever stands between. */
bool headline_same_name(const struct text *a, const struct text *b);

#endif

/* entity.h - character references in strings that did not go through the HTML parser. */
#ifndef NETRAL_LIB_EXTRACT_ENTITY_H
#define NETRAL_LIB_EXTRACT_ENTITY_H

#include "lib/arena.h"
#include "lib/article.h"

#include <stdbool.h>

/* A copy in the arena with &amp;, &#8217; and the like decoded once and runs of blanks as one, a
 * blank being what lib/web/blank.h says; markup stays. At most `max` bytes, cut between characters.
 * False without memory. Any thread. */
bool entity_decode(struct arena *arena, const struct text *t, size_t max, struct text *ret_text);

#endif

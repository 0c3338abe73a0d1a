/* byline.h - the author that a reader of the page sees. Any thread. */
#ifndef NETRAL_LIB_EXTRACT_BYLINE_H
#define NETRAL_LIB_EXTRACT_BYLINE_H

#include "lib/extract/block.h"

/* The name in "Oleh: Siti Aminah | Editor: Budi"; empty when there is none (an address, a handle,
 * a sentence). Borrowed from `t`. */
struct text byline_name(const struct text *t);

/* The line that names the author: in an element called so, else one that begins so. Empty: none.
 * Borrowed from the blocks. */
struct text byline_find(const struct page *p, const struct blocks *b);

#endif

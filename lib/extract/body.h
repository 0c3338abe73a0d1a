/* body.h - which part of a page is the article, and which of its lines. */
#ifndef NETRAL_LIB_EXTRACT_BODY_H
#define NETRAL_LIB_EXTRACT_BODY_H

#include "lib/extract/block.h"

/* Appends the article's lines to `out`, LF between them. `title` is left out where it stands above
 * the text. Nothing is appended when the page has no text. 0, NETRAL_ENOMEM or NETRAL_ETOOBIG
 * (out->limit). One thread at a time. */
int body_extract(const struct page *p, const struct blocks *b, const struct text *title,
		 struct buf *out);

#endif

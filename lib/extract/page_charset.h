/* page_charset.h - the character set that a page was sent with, or says itself. Any thread. */
#ifndef NETRAL_LIB_EXTRACT_PAGE_CHARSET_H
#define NETRAL_LIB_EXTRACT_PAGE_CHARSET_H

#include "lib/article.h"

#include <stddef.h>

/* Looks for a <meta> with a charset in so many bytes. */
enum { PAGE_CHARSET_SNIFF_BYTES = 4096 };

/* The name to give to charset_to_utf8(): `declared`, the charset of the HTTP header (or NULL), and
 * else what a <meta> near the front of the page says; empty when neither is a set that is known.
 * Points into one of the two. The order is that of browsers (WHATWG HTML, "determining the
 * character encoding"). */
struct text page_charset(const char *data, size_t len, const char *declared);

#endif

/* charset.h - the bytes of a page as valid UTF-8, whatever they were.
 *
 * The order is that of browsers (WHATWG HTML, "determining the character encoding"), with one
 * difference: text that is valid UTF-8 and not plain ASCII is taken for UTF-8 even when the page
 * says a one-byte set, which is how pages lie most. */
#ifndef NETRAL_LIB_EXTRACT_CHARSET_H
#define NETRAL_LIB_EXTRACT_CHARSET_H

#include "lib/buf.h"

/* Looks for a <meta> with a charset in so many bytes. */
enum { CHARSET_SNIFF_BYTES = 4096, CHARSET_LABEL_MAX = 40 };

/* Appends `data` to `out` as UTF-8 without NULs, control characters (those become blanks) and byte
 * order mark. `declared` is the charset of the HTTP header, or NULL; one that no browser knows
 * counts as none. Bytes that do not fit: in UTF-8 they are read as windows-1252 (a page pasted
 * together), in other sets they become U+FFFD; a character cut off at the end is left out.
 * *ret_name is the set that was chosen, a static string.
 * 0, NETRAL_ENOMEM or NETRAL_ETOOBIG (out->limit). Any thread. */
int page_to_utf8(const char *data, size_t len, const char *declared, struct buf *out,
		 const char **ret_name);

#endif

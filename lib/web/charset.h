/* charset.h - bytes from the web as clean UTF-8.
 *
 * What a server or a document states about its encoding is a hint: a byte order mark decides, then
 * whether the bytes are UTF-8, and only then the statement. Any thread. */
#ifndef NETRAL_LIB_WEB_CHARSET_H
#define NETRAL_LIB_WEB_CHARSET_H

#include "lib/article.h"
#include "lib/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* Whether a set of that name, in any case, can be read here. */
bool charset_is_known(const char *name, size_t len);

/* Appends `data` to `out` as well-formed UTF-8 without a byte order mark, and without what XML 1.0
 * forbids: control characters but tab, LF and CR become blanks, U+FFFE and U+FFFF are left out.
 * `stated` is the name that was stated; empty, or one that is not known here, counts as none.
 * ISO-8859-1 and US-ASCII mean windows-1252, as browsers read them.
 *
 * Bytes that are no UTF-8 in a text that otherwise is are read as windows-1252, because that is
 * what such texts were pasted together from; those that mean nothing there, and 0xFF, become
 * U+FFFD, as does what does not fit in another set. A character cut off at the end is left out.
 * What was mended, blanked or left out is counted in *ret_mended.
 * 0, NETRAL_ENOMEM, or NETRAL_ETOOBIG (out->limit). */
int charset_to_utf8(const char *data, size_t len, const struct text *stated, struct buf *out,
		    size_t *ret_mended);

/* Writes one character as UTF-8, 1 to 4 bytes; U+FFFD for what is no character. */
size_t charset_put(uint32_t c, char out[static 4]);

/* The character that byte 0x80 to 0x9F means in windows-1252. */
uint32_t charset_windows(unsigned char byte);

#endif

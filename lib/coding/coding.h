/* coding.h - content codings undone: gzip (RFC 1952, all members), deflate (RFC 9110, 8.4.1.2: the
 * zlib format; without its wrapping too, as some servers send it) and br (RFC 7932).
 *
 * All there is goes in at once. Room is made as it is filled, so that a bomb ends at the limit
 * however small it is. Any thread. */
#ifndef NETRAL_LIB_CODING_CODING_H
#define NETRAL_LIB_CODING_CODING_H

#include "lib/article.h"
#include "lib/buf.h"

#include <stdbool.h>

enum coding_result {
	CODING_DONE,
	CODING_NOT_THERE, /* the bytes are not in this coding, or there are none */
	CODING_CUT,       /* they end before it does */
	CODING_DAMAGED,
	CODING_SURPLUS, /* it ends, and more bytes follow */
	CODING_FULL,    /* there was more than `max` bytes */
};

/* Appends what `from` is without the coding of that name (gzip, x-gzip, deflate, br, in any case),
 * up to `max` bytes; also what came before it was CUT, DAMAGED or FULL. A result, NETRAL_ENOTFOUND
 * for another name, or NETRAL_ENOMEM. */
int coding_undo(const struct text *name, const char *from, size_t len, size_t max, struct buf *out);

/* By its first bytes. */
bool coding_is_gzip(const void *data, size_t len);

#endif

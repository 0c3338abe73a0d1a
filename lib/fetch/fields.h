/* fields.h - the header fields that a fetch reads. Everything here comes from the peer. Pure. */
#ifndef NETRAL_LIB_FETCH_FIELDS_H
#define NETRAL_LIB_FETCH_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FIELD_TYPE_SIZE = 128, FIELD_CHARSET_SIZE = 64 };

/* Content-Type (RFC 9110, 8.3.1): "text/html" and its charset, both in lower case; "" where absent,
 * malformed or too long. */
void field_content_type(const char *value, char type[static FIELD_TYPE_SIZE],
			char charset[static FIELD_CHARSET_SIZE]);

/* Retry-After (RFC 9110, 10.2.3) in seconds, between 0 and `max_s`; -1 when it cannot be read. A
 * date is compared with `date`, the Date of the same answer, so that a peer's wrong clock does not
 * matter; without a readable one with `now_s` (since 1970). */
int64_t field_retry_after(const char *value, const char *date, int64_t now_s, int64_t max_s);

/* True for what may be sent or kept as the value of a field: visible characters, blanks and bytes
 * above ASCII (RFC 9110, 5.5), between 1 and `max` bytes. */
bool field_is_value(const char *value, size_t max);

/* True for the one coding that `line`, a header line, may name: gzip, x-gzip, deflate, br,
 * identity in Content-Encoding, chunked or identity in Transfer-Encoding. *ret_coded counts the
 * lines that name one. Other header lines are true and not counted. */
bool field_coding_ok(const char *line, size_t len, unsigned *ret_coded);

#endif

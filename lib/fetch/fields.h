/* fields.h - what header fields may hold, for a fetch. Everything here comes from the peer. Pure.
 */
#ifndef NETRAL_LIB_FETCH_FIELDS_H
#define NETRAL_LIB_FETCH_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

/* True for what may be sent or kept as the value of a field: visible characters, blanks and bytes
 * above ASCII (RFC 9110, 5.5), between 1 and `max` bytes. */
bool field_is_value(const char *value, size_t max);

/* True for the one coding that `line`, a header line, may name: gzip, x-gzip, deflate, br,
 * identity in Content-Encoding, chunked or identity in Transfer-Encoding. *ret_coded counts the
 * lines that name one. Other header lines are true and not counted. */
bool field_coding_ok(const char *line, size_t len, unsigned *ret_coded);

#endif

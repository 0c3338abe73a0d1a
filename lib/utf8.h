/* utf8.h - validity of text from outside. Any thread. */
#ifndef NETRAL_LIB_UTF8_H
#define NETRAL_LIB_UTF8_H

#include <stddef.h>

/* 0 when `text` is well-formed UTF-8 (Unicode 15, table 3-7) without NUL bytes.
 * NETRAL_EENCODING with *ret_offset at the first byte that is not; NETRAL_EINVALID with
 * *ret_offset at a NUL. ret_offset may be NULL. */
int utf8_check(const char *text, size_t len, size_t *ret_offset);

/* The largest length <= `len` at which `text` can be cut without splitting a character. */
size_t utf8_cut(const char *text, size_t len);

#endif

/* entity.h - character references of XML and HTML. Any thread. */
#ifndef NETRAL_LIB_WEB_ENTITY_H
#define NETRAL_LIB_WEB_ENTITY_H

#include <stddef.h>

enum { ENTITY_REFERENCE_MAX = 13 }; /* bytes of a reference, with & and ; */

/* `s` begins with '&'. Returns the length of the reference that stands there, with its meaning as
 * UTF-8 in `out`; 0 when there is none, or one of an unknown name. Numbers 128 to 159 mean
 * windows-1252, as browsers read them; a number that is no character is U+FFFD. */
size_t entity_read(const char *s, size_t len, char out[static 4], size_t *ret_len);

#endif

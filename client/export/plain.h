/* plain.h - text from outside made fit for a file that other programs read. The main thread. */
#ifndef NETRAL_CLIENT_EXPORT_PLAIN_H
#define NETRAL_CLIENT_EXPORT_PLAIN_H

#include "lib/arena.h"

#include <stdbool.h>

/* Copies `len` bytes as one line of UTF-8: white space of any kind is a single space, none at
 * either end; control characters, those that reorder text, and what XML 1.0 cannot hold are left
 * out; bytes that are not UTF-8 become U+FFFD. NULL when the arena is full. */
char *plain_line(struct arena *arena, const char *s, size_t len);

/* A link that may be passed on: http or https, with nothing in it that a URI must not have. */
bool plain_is_link(const char *s, size_t len);

#endif

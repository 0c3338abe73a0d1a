/* json_tree.h - JSON from anywhere, parsed into an arena. One thread of a process at a time (the
 * library's allocator is swapped while it parses). */
#ifndef NETRAL_LIB_JSON_TREE_H
#define NETRAL_LIB_JSON_TREE_H

#include "lib/arena.h"

#include <jansson.h>
#include <stdbool.h>

/* The value in `data`, parsed with jansson's `flags`. It lives in the arena, so it is only read and
 * never decref'd. NULL with *ret_error; or, with *ret_exhausted, when the arena is full. */
json_t *json_tree_load(const char *data, size_t len, size_t flags, struct arena *arena,
		       json_error_t *ret_error, bool *ret_exhausted);

#endif

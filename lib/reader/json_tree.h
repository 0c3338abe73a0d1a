/* json_tree.h - hostile JSON parsed within a bound on memory.
 * One thread of a process at a time (the JSON library's allocator is swapped while it reads). */
#ifndef NETRAL_LIB_READER_JSON_TREE_H
#define NETRAL_LIB_READER_JSON_TREE_H

#include "lib/arena.h"

#include <jansson.h>
#include <stdbool.h>

/* Parses `data` with jansson's `flags`. The tree lies in `arena`, ends with it, and is never given
 * to json_decref(). NULL with *ret_exhausted when the arena's limit was reached, else NULL with
 * *ret_error. */
json_t *json_tree_load(const char *data, size_t len, size_t flags, struct arena *arena,
		       json_error_t *ret_error, bool *ret_exhausted);

#endif

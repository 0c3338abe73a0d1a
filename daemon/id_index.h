/* id_index.h - which article ids are known: from an id to the journal numbers that may have it.
 *
 * In memory only, 8 bytes a slot and at most three quarters of the slots in use; the journal keeps
 * the ids themselves in the order of their numbers, and fills the index when it is opened. One
 * thread. */
#ifndef NETRAL_DAEMON_ID_INDEX_H
#define NETRAL_DAEMON_ID_INDEX_H

#include "lib/id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct id_index;

/* 0 or NETRAL_ENOMEM. */
int id_index_new(struct id_index **ret_index);
void id_index_free(struct id_index *x); /* takes NULL */

/* 0 or NETRAL_ENOMEM. Numbers of one index lie within 2^32 of each other. */
int id_index_add(struct id_index *x, const struct article_id *id, uint64_t seq);

/* Takes out what id_index_add() put in with the same arguments; nothing if it is not there. */
void id_index_remove(struct id_index *x, const struct article_id *id, uint64_t seq);

/* Candidates: article `seq` may have this id, no other number can. Start with a zeroed `search`. */
struct id_search {
	size_t at;
	bool begun;
};
bool id_index_next(const struct id_index *x, const struct article_id *id, struct id_search *search,
		   uint64_t *ret_seq);

size_t id_index_count(const struct id_index *x);
size_t id_index_bytes(const struct id_index *x);

#endif

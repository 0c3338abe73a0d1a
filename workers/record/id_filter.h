/* id_filter.h - a Bloom filter over article ids: says of nearly every id that was not added that it
 * was not, at the cost of one cache line.
 *
 * Nearly all results are of articles that the store does not have, and without a filter each of
 * them would look for its id through cold pages of a large tree, only to miss it. Ids are hashes,
 * so their own bytes choose the bits. One thread. */
#ifndef NETRAL_WORKERS_RECORD_ID_FILTER_H
#define NETRAL_WORKERS_RECORD_ID_FILTER_H

#include "lib/id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ID_FILTER_BLOCK_BYTES = 64,
	ID_FILTER_BITS_PER_ID = 10, /* at least, until it must grow: 2 % of wrong hits at most */
};

struct id_filter {
	uint8_t *bits;  /* NULL: nothing was added */
	uint32_t bytes; /* a multiple of ID_FILTER_BLOCK_BYTES */
	uint32_t count; /* ids added */
};

void id_filter_fini(struct id_filter *f); /* takes a zeroed filter */

/* An empty one, large enough for `count` ids and as many again. 0 or NETRAL_ENOMEM. */
int id_filter_new(size_t count, struct id_filter *ret_filter);

/* Has room for `more` ids? If not, all of them must go into a larger one. */
bool id_filter_has_room(const struct id_filter *f, size_t more);

/* There must be room. */
void id_filter_add(struct id_filter *f, const struct article_id *id);

/* False: certainly not added. */
bool id_filter_may_have(const struct id_filter *f, const struct article_id *id);

/* From what was stored: the bits of a filter, and its count. 0, NETRAL_ENOMEM, or NETRAL_EMALFORMED
 * when `len` cannot be a filter's. */
int id_filter_load(uint32_t count, const void *bits, size_t len, struct id_filter *ret_filter);

#endif

/* Open addressing with linear probing. A slot holds 32 bits of a keyed hash of the id and the low
 * 32 bits of the number; the high bits follow from the newest number. The hash is kept so that the
 * table can grow, and close the gap of a removed entry, without reading any id. It is keyed because
 * whoever submits articles chooses their ids.
 *
 * Refused: a B-tree by id in the journal. Its inserts land on random pages, and with a sync every
 * few hundred articles each of them writes a page of its own: that halved the rate of the journal.
 */
#include "daemon/id_index.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <string.h>
#include <sys/random.h>

enum { FIRST_BITS = 12, MAX_BITS = 31 };

struct id_index {
	uint64_t *slots; /* hash in the high half, number in the low half; 0 is empty */
	unsigned bits;   /* 2^bits slots */
	size_t count;
	uint64_t newest; /* number */
	uint64_t key[2];
};

static uint32_t hash_of(const struct id_index *x, const struct article_id *id)
{
	uint64_t half[2];
	memcpy(half, id->bytes, sizeof(half));
	__extension__ unsigned __int128 product =
		(unsigned __int128)(half[0] ^ x->key[0]) * (half[1] ^ x->key[1]);
	uint64_t folded = (uint64_t)product ^ (uint64_t)(product >> 64);
	uint32_t hash = (uint32_t)(folded >> 32) ^ (uint32_t)folded;
	return hash ? hash : 1; /* a slot is never 0 */
}

static size_t mask_of(const struct id_index *x)
{
	return ((size_t)1 << x->bits) - 1;
}

static size_t home_of(const struct id_index *x, uint64_t slot)
{
	return (size_t)(slot >> (64 - x->bits));
}

static uint64_t slot_of(uint32_t hash, uint64_t seq)
{
	return (uint64_t)hash << 32 | (uint32_t)seq;
}

static void place(struct id_index *x, uint64_t slot)
{
	size_t at = home_of(x, slot);
	while (x->slots[at] != 0)
		at = (at + 1) & mask_of(x);
	x->slots[at] = slot;
}

static int grow(struct id_index *x)
{
	uint64_t *old = x->slots;
	size_t old_size = (size_t)1 << x->bits;
	if (x->bits == MAX_BITS)
		return NETRAL_ENOMEM;
	uint64_t *slots = fault_calloc(old_size * 2, sizeof(*slots));
	if (!slots)
		return NETRAL_ENOMEM;
	x->slots = slots;
	x->bits++;
	for (size_t i = 0; i < old_size; i++) {
		if (old[i] != 0)
			place(x, old[i]);
	}
	free(old);
	return NETRAL_OK;
}

static void index_freep(struct id_index **x)
{
	id_index_free(*x);
}

int id_index_new(struct id_index **ret_index)
{
	netral_cleanup(index_freep) struct id_index *x = fault_calloc(1, sizeof(*x));
	if (!x)
		return NETRAL_ENOMEM;
	x->bits = FIRST_BITS;
	x->slots = fault_calloc((size_t)1 << x->bits, sizeof(*x->slots));
	if (!x->slots)
		return NETRAL_ENOMEM;
	if (getrandom(x->key, sizeof(x->key), 0) != (ssize_t)sizeof(x->key))
		return NETRAL_EIO;
	*ret_index = netral_take(x);
	return NETRAL_OK;
}

void id_index_free(struct id_index *x)
{
	if (!x)
		return;
	free(x->slots);
	free(x);
}

int id_index_add(struct id_index *x, const struct article_id *id, uint64_t seq)
{
	if (x->count + 1 > ((size_t)1 << x->bits) / 4 * 3) {
		int r = grow(x);
		if (r < 0)
			return r;
	}
	place(x, slot_of(hash_of(x, id), seq));
	x->count++;
	x->newest = seq > x->newest ? seq : x->newest;
	return NETRAL_OK;
}

/* Moves later entries of the chain into the gap, so that no search ends early. */
static void close_gap(struct id_index *x, size_t gap)
{
	size_t mask = mask_of(x);
	for (size_t at = (gap + 1) & mask; x->slots[at] != 0; at = (at + 1) & mask) {
		size_t from_home = (at - home_of(x, x->slots[at])) & mask;
		if (from_home < ((at - gap) & mask))
			continue; /* its home lies behind the gap */
		x->slots[gap] = x->slots[at];
		gap = at;
	}
	x->slots[gap] = 0;
}

void id_index_remove(struct id_index *x, const struct article_id *id, uint64_t seq)
{
	uint64_t slot = slot_of(hash_of(x, id), seq);
	size_t at = home_of(x, slot);
	while (x->slots[at] != 0 && x->slots[at] != slot)
		at = (at + 1) & mask_of(x);
	if (x->slots[at] == 0)
		return;
	close_gap(x, at);
	x->count--;
}

bool id_index_next(const struct id_index *x, const struct article_id *id, struct id_search *search,
		   uint64_t *ret_seq)
{
	uint32_t hash = hash_of(x, id);
	if (!search->begun)
		*search = (struct id_search){home_of(x, slot_of(hash, 0)), true};
	for (; x->slots[search->at] != 0; search->at = (search->at + 1) & mask_of(x)) {
		uint64_t slot = x->slots[search->at];
		if ((uint32_t)(slot >> 32) != hash)
			continue;
		*ret_seq = x->newest - (uint32_t)((uint32_t)x->newest - (uint32_t)slot);
		search->at = (search->at + 1) & mask_of(x);
		return true;
	}
	return false;
}

size_t id_index_count(const struct id_index *x)
{
	return x->count;
}

size_t id_index_bytes(const struct id_index *x)
{
	return ((size_t)1 << x->bits) * sizeof(*x->slots);
}

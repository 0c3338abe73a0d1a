#include "workers/record/id_filter.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <stdlib.h>
#include <string.h>

enum { PROBES = 6, BLOCK_BITS = ID_FILTER_BLOCK_BYTES * 8, BLOCK_SHIFT = 9 };

_Static_assert(1 << BLOCK_SHIFT == BLOCK_BITS, "a probe is a number of BLOCK_SHIFT bits");
_Static_assert(PROBES *BLOCK_SHIFT <= 64, "all probes come from 64 bits");

void id_filter_fini(struct id_filter *f)
{
	free(f->bits);
	*f = (struct id_filter){0};
}

bool id_filter_has_room(const struct id_filter *f, size_t more)
{
	return ((size_t)f->count + more) * ID_FILTER_BITS_PER_ID <= (size_t)f->bytes * 8;
}

int id_filter_new(size_t count, struct id_filter *ret_filter)
{
	size_t bits = 2 * count * ID_FILTER_BITS_PER_ID;
	size_t bytes = (bits / BLOCK_BITS + 1) * ID_FILTER_BLOCK_BYTES;
	uint8_t *fresh = fault_calloc(1, bytes);
	if (!fresh)
		return NETRAL_ENOMEM;
	*ret_filter = (struct id_filter){.bits = fresh, .bytes = (uint32_t)bytes};
	return NETRAL_OK;
}

/* The first bytes of an id choose its slice, so these are of others. */
static uint8_t *block_of(const struct id_filter *f, const struct article_id *id)
{
	uint32_t hash;
	memcpy(&hash, id->bytes + 4, sizeof(hash));
	uint64_t blocks = f->bytes / ID_FILTER_BLOCK_BYTES;
	return f->bits + ((hash * blocks) >> 32) * ID_FILTER_BLOCK_BYTES;
}

static uint64_t probes_of(const struct article_id *id)
{
	uint64_t hash;
	memcpy(&hash, id->bytes + 8, sizeof(hash));
	return hash;
}

void id_filter_add(struct id_filter *f, const struct article_id *id)
{
	uint8_t *block = block_of(f, id);
	uint64_t probes = probes_of(id);
	for (int i = 0; i < PROBES; i++, probes >>= BLOCK_SHIFT)
		block[probes % BLOCK_BITS / 8] |= (uint8_t)(1 << probes % 8);
	f->count++;
}

bool id_filter_may_have(const struct id_filter *f, const struct article_id *id)
{
	if (!f->bits)
		return false;
	const uint8_t *block = block_of(f, id);
	uint64_t probes = probes_of(id);
	for (int i = 0; i < PROBES; i++, probes >>= BLOCK_SHIFT) {
		if (!(block[probes % BLOCK_BITS / 8] & 1 << probes % 8))
			return false;
	}
	return true;
}

int id_filter_load(uint32_t count, const void *bits, size_t len, struct id_filter *ret_filter)
{
	if (len % ID_FILTER_BLOCK_BYTES || len > UINT32_MAX)
		return NETRAL_EMALFORMED;
	uint8_t *copy = len ? fault_malloc(len) : NULL;
	if (len && !copy)
		return NETRAL_ENOMEM;
	if (len)
		memcpy(copy, bits, len);
	*ret_filter = (struct id_filter){.bits = copy, .bytes = (uint32_t)len, .count = count};
	return NETRAL_OK;
}

#include "workers/record/recent.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <stdlib.h>
#include <string.h>

enum { SLICE_FIRST = 16 };

/* The heads are what a search runs over: eight bytes an id, next to one another. */
struct slice {
	uint64_t *heads;
	struct recent_id *ids;
	uint32_t count, cap;
};

struct recent {
	struct slice slices[RECENT_SLICES];
};

int recent_new(struct recent **ret_recent)
{
	struct recent *r = fault_calloc(1, sizeof(*r));
	if (!r)
		return NETRAL_ENOMEM;
	*ret_recent = r;
	return NETRAL_OK;
}

void recent_free(struct recent *r)
{
	for (unsigned i = 0; r && i < RECENT_SLICES; i++) {
		free(r->slices[i].heads);
		free(r->slices[i].ids);
	}
	free(r);
}

unsigned recent_slice_of(const struct article_id *id)
{
	return ((unsigned)id->bytes[0] << 8 | id->bytes[1]) >> (16 - RECENT_SLICE_BITS);
}

static uint64_t head_of(const struct article_id *id)
{
	uint64_t head;
	memcpy(&head, id->bytes, sizeof(head));
	return head;
}

/* A slice holds a few hundred ids: a scan of neighbours in memory beats any structure. */
uint64_t recent_find(const struct recent *r, const struct article_id *id)
{
	const struct slice *s = &r->slices[recent_slice_of(id)];
	uint64_t head = head_of(id);
	for (uint32_t i = 0; i < s->count; i++) {
		if (s->heads[i] == head && article_id_equal(&s->ids[i].id, id))
			return s->ids[i].record;
	}
	return 0;
}

static int grow(struct slice *s)
{
	uint32_t cap = s->cap ? s->cap * 2 : SLICE_FIRST;
	uint64_t *heads = fault_realloc(s->heads, cap * sizeof(*heads));
	if (!heads)
		return NETRAL_ENOMEM;
	s->heads = heads;
	struct recent_id *ids = fault_realloc(s->ids, cap * sizeof(*ids));
	if (!ids)
		return NETRAL_ENOMEM;
	s->ids = ids;
	s->cap = cap;
	return NETRAL_OK;
}

int recent_add(struct recent *r, const struct article_id *id, uint64_t record)
{
	struct slice *s = &r->slices[recent_slice_of(id)];
	if (s->count == s->cap && grow(s) < 0)
		return NETRAL_ENOMEM;
	s->heads[s->count] = head_of(id);
	s->ids[s->count++] = (struct recent_id){*id, record};
	return NETRAL_OK;
}

static void refresh_heads(struct slice *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		s->heads[i] = head_of(&s->ids[i].id);
}

static void revert_slice(struct slice *s, uint64_t last)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < s->count; i++) {
		if (s->ids[i].record <= last)
			s->ids[kept++] = s->ids[i];
	}
	s->count = kept;
	refresh_heads(s);
}

void recent_revert(struct recent *r, uint64_t last)
{
	for (unsigned i = 0; i < RECENT_SLICES; i++)
		revert_slice(&r->slices[i], last);
}

static int by_id(const void *a, const void *b)
{
	const struct recent_id *x = a, *y = b;
	return memcmp(x->id.bytes, y->id.bytes, ARTICLE_ID_BYTES);
}

const struct recent_id *recent_slice(struct recent *r, unsigned slice, size_t *ret_count)
{
	struct slice *s = &r->slices[slice];
	if (s->count > 1)
		qsort(s->ids, s->count, sizeof(*s->ids), by_id);
	refresh_heads(s);
	*ret_count = s->count;
	return s->ids;
}

size_t recent_slice_count(const struct recent *r, unsigned slice)
{
	return r->slices[slice].count;
}

void recent_clear(struct recent *r, unsigned slice)
{
	r->slices[slice].count = 0;
}

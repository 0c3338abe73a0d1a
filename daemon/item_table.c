#include "daemon/item_table.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <stdlib.h>
#include <string.h>

enum { SLAB_ITEMS = 256, FIRST_BUCKETS = 1024, FIRST_CAP = 256 };

struct item_slab {
	struct item_slab *next;
	struct item items[SLAB_ITEMS];
};

int item_table_init(struct item_table *t)
{
	*t = (struct item_table){.bucket_count = FIRST_BUCKETS};
	t->buckets = fault_calloc(t->bucket_count, sizeof(struct item *));
	return t->buckets ? NETRAL_OK : NETRAL_ENOMEM;
}

void item_table_fini(struct item_table *t)
{
	while (t->slabs) {
		struct item_slab *next = t->slabs->next;
		free(t->slabs);
		t->slabs = next;
	}
	free(t->buckets);
	*t = (struct item_table){0};
}

/* Numbers are handed out in order: their low bits are as good as a hash. */
static struct item **bucket_of(const struct item_table *t, uint64_t seq)
{
	return &t->buckets[seq & (t->bucket_count - 1)];
}

/* Without memory the chains just grow longer. */
static void grow(struct item_table *t)
{
	size_t old_count = t->bucket_count;
	struct item **old = t->buckets;
	struct item **buckets = fault_calloc(old_count * 2, sizeof(struct item *));
	if (!buckets)
		return;
	t->buckets = buckets;
	t->bucket_count = old_count * 2;
	for (size_t i = 0; i < old_count; i++) {
		while (old[i]) {
			struct item *item = old[i];
			old[i] = item->chain;
			struct item **to = bucket_of(t, item->seq);
			item->chain = *to;
			*to = item;
		}
	}
	free(old);
}

static bool add_slab(struct item_table *t)
{
	struct item_slab *slab = fault_malloc(sizeof(*slab));
	if (!slab)
		return false;
	slab->next = t->slabs;
	t->slabs = slab;
	for (size_t i = 0; i < SLAB_ITEMS; i++) {
		slab->items[i].chain = t->free_items;
		t->free_items = &slab->items[i];
	}
	return true;
}

struct item *item_table_add(struct item_table *t, uint64_t seq)
{
	if (!t->free_items && !add_slab(t))
		return NULL;
	if (t->count >= t->bucket_count)
		grow(t);
	struct item *item = t->free_items;
	t->free_items = item->chain;
	struct item **bucket = bucket_of(t, seq);
	*item = (struct item){.seq = seq, .chain = *bucket};
	*bucket = item;
	t->count++;
	return item;
}

struct item *item_table_find(const struct item_table *t, uint64_t seq)
{
	struct item *item = *bucket_of(t, seq);
	while (item && item->seq != seq)
		item = item->chain;
	return item;
}

void item_table_remove(struct item_table *t, struct item *item)
{
	struct item **at = bucket_of(t, item->seq);
	while (*at != item)
		at = &(*at)->chain;
	*at = item->chain;
	item->chain = t->free_items;
	t->free_items = item;
	t->count--;
}

/* --- the queue by time --- */

void due_queue_fini(struct due_queue *q)
{
	free(q->items);
	*q = (struct due_queue){0};
}

int due_queue_reserve(struct due_queue *q, size_t count)
{
	if (count <= q->cap)
		return NETRAL_OK;
	size_t cap = q->cap ? q->cap : FIRST_CAP;
	while (cap < count)
		cap *= 2;
	struct item **items = fault_realloc(q->items, cap * sizeof(struct item *));
	if (!items)
		return NETRAL_ENOMEM;
	q->items = items;
	q->cap = cap;
	return NETRAL_OK;
}

static bool is_before(const struct item *a, const struct item *b)
{
	return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->seq < b->seq;
}

void due_queue_push(struct due_queue *q, struct item *item)
{
	netral_assert(q->count < q->cap);
	size_t at = q->count++;
	while (at > 0 && is_before(item, q->items[(at - 1) / 2])) {
		q->items[at] = q->items[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	q->items[at] = item;
}

struct item *due_queue_first(const struct due_queue *q)
{
	return q->count > 0 ? q->items[0] : NULL;
}

/* Lets `item` sink from the top. */
static void sink(struct due_queue *q, struct item *item)
{
	size_t at = 0;
	for (;;) {
		size_t child = 2 * at + 1;
		if (child + 1 < q->count && is_before(q->items[child + 1], q->items[child]))
			child++;
		if (child >= q->count || !is_before(q->items[child], item))
			break;
		q->items[at] = q->items[child];
		at = child;
	}
	q->items[at] = item;
}

struct item *due_queue_pop(struct due_queue *q)
{
	struct item *first = due_queue_first(q);
	if (!first)
		return NULL;
	struct item *last = q->items[--q->count];
	if (q->count > 0)
		sink(q, last);
	return first;
}

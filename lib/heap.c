#include "lib/heap.h"

#include "lib/error.h"
#include "lib/fault.h"

enum { ROOM_FIRST = 64 };

void heap_fini(struct heap *h)
{
	free(h->nodes);
	*h = (struct heap){NULL, 0, 0};
}

int heap_reserve(struct heap *h, size_t count)
{
	if (count <= h->room)
		return NETRAL_OK;
	size_t room = h->room ? h->room : ROOM_FIRST;
	while (room < count)
		room *= 2;
	struct heap_node **nodes = fault_realloc(h->nodes, room * sizeof(struct heap_node *));
	if (!nodes)
		return NETRAL_ENOMEM;
	h->nodes = nodes;
	h->room = room;
	return NETRAL_OK;
}

static void put(struct heap *h, size_t place, struct heap_node *n)
{
	h->nodes[place - 1] = n;
	n->place = place;
}

static struct heap_node *at(const struct heap *h, size_t place)
{
	return h->nodes[place - 1];
}

static void rise(struct heap *h, struct heap_node *n)
{
	size_t place = n->place;
	for (; place > 1 && at(h, place / 2)->key > n->key; place /= 2)
		put(h, place, at(h, place / 2));
	put(h, place, n);
}

static void sink(struct heap *h, struct heap_node *n)
{
	size_t place = n->place, child;
	for (; (child = 2 * place) <= h->count; place = child) {
		if (child < h->count && at(h, child + 1)->key < at(h, child)->key)
			child++;
		if (at(h, child)->key >= n->key)
			break;
		put(h, place, at(h, child));
	}
	put(h, place, n);
}

int heap_set(struct heap *h, struct heap_node *n, uint64_t key)
{
	if (n->place == 0) {
		int r = heap_reserve(h, h->count + 1);
		if (r < 0)
			return r;
		put(h, ++h->count, n);
	}
	n->key = key;
	rise(h, n);
	sink(h, n);
	return NETRAL_OK;
}

void heap_remove(struct heap *h, struct heap_node *n)
{
	if (n->place == 0)
		return;
	struct heap_node *last = at(h, h->count--);
	if (last != n) {
		put(h, n->place, last);
		rise(h, last);
		sink(h, last);
	}
	n->place = 0;
}

struct heap_node *heap_first(const struct heap *h)
{
	return h->count ? h->nodes[0] : NULL;
}

/* heap.h - what is due first: a binary heap of nodes that belong to the caller. One thread. */
#ifndef NETRAL_LIB_HEAP_H
#define NETRAL_LIB_HEAP_H

#include <stddef.h>
#include <stdint.h>

/* Zeroed, it is in no heap. */
struct heap_node {
	uint64_t key;
	size_t place; /* in its heap, from 1 */
};

/* Zeroed, it is empty. */
struct heap {
	struct heap_node **nodes;
	size_t count;
	size_t room;
};

void heap_fini(struct heap *h); /* forgets the nodes */

/* Makes room for `count` nodes in all. 0 or NETRAL_ENOMEM. */
int heap_reserve(struct heap *h, size_t count);

/* Puts a node in, or moves it. 0; or NETRAL_ENOMEM, never for one that is in already or that there
 * is room for. */
int heap_set(struct heap *h, struct heap_node *n, uint64_t key);

/* Takes one out; nothing happens to one that is not in. */
void heap_remove(struct heap *h, struct heap_node *n);

/* The node with the smallest key, NULL when the heap is empty. */
struct heap_node *heap_first(const struct heap *h);

#endif

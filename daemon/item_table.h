/* item_table.h - the articles that dispatch has to know of: those handed out, and those that wait
 * for another try. Memory for them, a lookup by number, and queues by the time they are due. One
 * thread. */
#ifndef NETRAL_DAEMON_ITEM_TABLE_H
#define NETRAL_DAEMON_ITEM_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dispatch_worker;

struct item {
	uint64_t seq;
	uint64_t lease;                 /* while it is handed out */
	uint64_t due_ms;                /* while it waits */
	struct dispatch_worker *worker; /* NULL while it waits */
	struct item *prev, *next;       /* in the worker's list */
	struct item *chain;             /* in the table, or in the list of free ones */
	size_t bytes;                   /* of its text, once known */
	uint32_t tries;
	bool suspect;
	bool alone;   /* this hand-out is the only one of its worker */
	bool handled; /* the worker said so */
};

struct item_slab;
struct item_table {
	struct item **buckets;
	size_t bucket_count;
	size_t count;
	struct item *free_items;
	struct item_slab *slabs;
};

int item_table_init(struct item_table *t);  /* 0 or NETRAL_ENOMEM */
void item_table_fini(struct item_table *t); /* takes a zeroed table */

/* A new item for `seq`, which must not have one; NULL without memory. */
struct item *item_table_add(struct item_table *t, uint64_t seq);
struct item *item_table_find(const struct item_table *t, uint64_t seq); /* or NULL */
void item_table_remove(struct item_table *t, struct item *item);

/* Items in the order in which they are due, then of their numbers. */
struct due_queue {
	struct item **items; /* a binary heap */
	size_t count;
	size_t cap;
};
void due_queue_fini(struct due_queue *q);
/* Makes sure that `count` items fit: due_queue_push() cannot fail then. 0 or NETRAL_ENOMEM. */
int due_queue_reserve(struct due_queue *q, size_t count);
void due_queue_push(struct due_queue *q, struct item *item);
struct item *due_queue_first(const struct due_queue *q); /* or NULL */
struct item *due_queue_pop(struct due_queue *q);         /* or NULL */

#endif

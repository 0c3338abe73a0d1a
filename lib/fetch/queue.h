/* queue.h - whose turn it is: one entry of a host under way, a rest after it, hosts in turns.
 *
 * Knows nothing of HTTP and has no clock: every call is told the time. Entries belong to the
 * caller. Bounds: as many hosts as there are entries, and FETCH_RESTING_MAX that rest without one;
 * nothing starts while that is reached. One thread. */
#ifndef NETRAL_LIB_FETCH_QUEUE_H
#define NETRAL_LIB_FETCH_QUEUE_H

#include "lib/heap.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct queue_host;

struct queue_entry {
	struct queue_host *host; /* NULL when it is in no queue */
	TAILQ_ENTRY(queue_entry) link;
	bool started;
	uint64_t rest_ms; /* of its host after it; less than delay_ms counts as that */
};

TAILQ_HEAD(queue_hosts, queue_host);

struct queue {
	void *by_name;            /* tree of hosts, by tsearch(3) */
	struct queue_hosts ready; /* may start their first entry, in turns */
	struct heap resting;      /* by the end of their rest */
	size_t hosts;
	uint64_t delay_ms;
	uint32_t resting_max;
	uint32_t idle; /* hosts that rest without an entry */
	uint32_t busy; /* hosts with an entry under way */
};

void queue_init(struct queue *q, uint64_t delay_ms, uint32_t resting_max);
void queue_fini(struct queue *q); /* forgets the entries */

/* Behind the others of its host, or in `front` of them. 0 or NETRAL_ENOMEM. */
int queue_push(struct queue *q, struct queue_entry *e, const char *host, bool front);

/* Starts the next entry; NULL when no host is free. */
struct queue_entry *queue_start(struct queue *q, uint64_t now_ms);

/* Takes an entry out; one that was started lets its host rest for delay_ms, or its own rest_ms. */
void queue_remove(struct queue *q, struct queue_entry *e, uint64_t now_ms);

/* Until queue_start() can give more than now; 0 when it can now, UINT64_MAX when only
 * queue_push() or queue_remove() changes that. */
uint64_t queue_wait_ms(struct queue *q, uint64_t now_ms);

#endif

/* outbox.h - results that were sent and not yet answered, with the leases they will finish.
 * Bounded by the worker's credit: netrald hands out no more than that. One thread. */
#ifndef NETRAL_WORKERS_OUTBOX_H
#define NETRAL_WORKERS_OUTBOX_H

#include "lib/buf.h"
#include "proto/codec.h"

#include <stdbool.h>

struct outbox_entry {
	uint64_t request;
	struct buf wire;      /* the encoded Record, kept until it is answered */
	struct lease *leases; /* one a result, in the order of the results */
	size_t lease_count;
	uint64_t due_ms; /* when to send it again */
	unsigned sent_times;
	struct outbox_entry *next;
};

struct outbox {
	struct outbox_entry *first, **last; /* in the order of their requests */
	uint32_t held;                      /* leases in all entries */
	uint64_t next_request;
};

void outbox_init(struct outbox *o);
void outbox_clear(struct outbox *o); /* drops every entry; the outbox can be used again */

/* Adds an entry for `count` leases, with the next request number. NULL without memory. */
struct outbox_entry *outbox_add(struct outbox *o, const struct lease *leases, size_t count);

/* The entry of `request`, or NULL. */
struct outbox_entry *outbox_find(struct outbox *o, uint64_t request);

/* Unlinks and frees. */
void outbox_remove(struct outbox *o, struct outbox_entry *e);

#endif

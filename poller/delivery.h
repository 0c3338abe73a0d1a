/* delivery.h - articles to netrald, in batches, several under way at a time.
 *
 * An article stays here until netrald has said what became of it. BUSY ones, and those whose answer
 * does not come, are sent again: the same article twice is a duplicate, never a second article. A
 * batch that netrald cannot read is sent again one by one, so that a bad article costs itself
 * alone. Bounded in articles and bytes. The loop thread only. */
#ifndef NETRAL_POLLER_DELIVERY_H
#define NETRAL_POLLER_DELIVERY_H

#include "lib/loop.h"
#include "proto/codec.h"
#include "proto/transport.h"

enum { DELIVERY_MAX = 1024, DELIVERY_BYTES_MAX = 24 << 20 };

struct delivery;

/* ACCEPTED, DUPLICATE or REFUSED. Never called inside delivery_add(). */
typedef void delivery_done_fn(void *owner, const struct submit_status *status);

/* Takes a slot and a timer of the loop. 0, or an error that has been logged. */
int delivery_new(const char *endpoint, struct transport *t, struct loop *l, delivery_done_fn *done,
		 struct delivery **ret_delivery);
void delivery_free(struct delivery *d); /* takes NULL; before the transport */

/* Whether another article may be begun, `coming` being those that were. */
bool delivery_has_room(const struct delivery *d, size_t coming);

/* Copies the article. 0 or NETRAL_ENOMEM. */
int delivery_add(struct delivery *d, const struct article *a, void *owner);

/* Sends what waits; at the end of a turn. */
void delivery_step(struct delivery *d);

struct delivery_counts {
	uint64_t waiting, bytes;
	uint64_t accepted, duplicate, refused;
	uint64_t busy, lost; /* articles, and answers, sent for again */
	bool is_blocked;     /* netrald is full, or away */
};
struct delivery_counts delivery_counts(const struct delivery *d);

#endif

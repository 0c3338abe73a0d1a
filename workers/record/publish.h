/* publish.h - the updates socket: what was committed goes out live, and the head now and then.
 *
 * A subscriber that is too slow loses live updates once its queue is full, and nobody waits for it;
 * `prev_in_topic` and Head tell it, and it asks for replay. Loop thread only. */
#ifndef NETRAL_WORKERS_RECORD_PUBLISH_H
#define NETRAL_WORKERS_RECORD_PUBLISH_H

#include "workers/record/recorder.h"

/* Opens the socket and its slot and timer in the loop. Logs what is wrong. */
int publisher_new(struct recorder *r, struct publisher **ret_publisher);
void publisher_free(struct publisher *p);

/* Sends the batch that the store committed last, in the order of its numbers. */
void publisher_send_batch(struct publisher *p);

/* Subscriptions that see the head, which is one a subscriber that follows the rules. */
uint64_t publisher_subscribers(const struct publisher *p);

#endif

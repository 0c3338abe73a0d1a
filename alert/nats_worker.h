/* nats_worker.h - a connection to a NATS server, in a thread of its own, since the library for it
 * waits. The only module that sees the library.
 *
 * All functions are the loop thread's. One message at a time. */
#ifndef NETRAL_ALERT_NATS_WORKER_H
#define NETRAL_ALERT_NATS_WORKER_H

#include "alert/channel.h"

struct nats_worker;

/* Starts the thread; it connects with the first message. Copies what it needs of the arguments. It
 * adds 1 to the eventfd `wake_fd`, of which it has a duplicate, when it has a result. 0,
 * NETRAL_ENOMEM, NETRAL_EIO. */
int nats_worker_new(const struct receiver *to, const struct alert_config *config, int wake_fd,
		    struct nats_worker **ret_worker);

/* Takes NULL. A thread that waits for the server ends later, by itself. */
void nats_worker_free(struct nats_worker *w);

/* Copies the message. 0, or NETRAL_ENOMEM. */
int nats_worker_publish(struct nats_worker *w, const char *id, const struct text *subject,
			const struct text *body);

/* The server has the message (with JetStream: stored it), or why not: once a message. `reason`
 * lives until the next one. */
bool nats_worker_result(struct nats_worker *w, struct delivery_outcome *ret);

#endif

/* poll.h - one poll of a source: fetched, read, its new items queued, its schedule moved on. The
 * loop thread only. */
#ifndef NETRAL_POLLER_POLL_H
#define NETRAL_POLLER_POLL_H

#include "poller/context.h"

struct poll;

/* Called when a poll has ended, after all was put into the open batch. */
typedef void poll_done_fn(void *user, struct watch *w);

/* Begins one, unless the source must wait: then w->due is moved. Either way w is in c->due again
 * when it has ended. */
void poll_start(struct context *c, struct watch *w, poll_done_fn *done, void *user);

/* Forgets the poll of a source that goes; takes NULL. */
void poll_cancel(struct poll *p);

/* Puts a source that is not being polled where its schedule says. */
void poll_schedule(struct context *c, struct watch *w);

#endif

/* work.h - the way of an item: fetched, read, submitted, ended.
 *
 * Bodies are read in two steps. First their items are marked in the state, in a commit that many
 * share; then they are read. So a page of which the reader dies is known after the start. The loop
 * thread only. */
#ifndef NETRAL_POLLER_WORK_H
#define NETRAL_POLLER_WORK_H

#include "poller/context.h"

struct work;

/* 0 or NETRAL_ENOMEM. */
int work_new(struct context *c, struct work **ret_work);
void work_free(struct work *w); /* takes NULL; before visitor, delivery and backlog */

/* Takes what waits in the state into the backlog. 0 or NETRAL_ENOMEM. */
int work_load(struct work *w);

/* Begins with what is ready, as far as there is room; at the end of a turn. */
void work_step(struct work *w);
/* Until work_step() can do more, without a call of others; UINT64_MAX for never. */
uint64_t work_wait_ms(const struct work *w);

/* Around a commit: whether bodies wait to be read, marks them, and reads what was marked. */
bool work_has_bodies(const struct work *w);
bool work_bodies_are_many(const struct work *w);
void work_mark(struct work *w);
void work_read(struct work *w, bool committed);

/* Ends all items of a source that is no longer polled. */
void work_drop(struct work *w, const struct watch *watch);

/* delivery_done_fn: the owner of an article is its job. */
void work_delivered(void *owner, const struct submit_status *status);

struct work_counts {
	uint64_t jobs, bodies_bytes;
};
struct work_counts work_counts(const struct work *w);

#endif

/* feed.h - the updates, from where the outbox says that we are. The loop thread only. */
#ifndef NETRAL_ALERT_FEED_H
#define NETRAL_ALERT_FEED_H

#include "alert/behind.h"
#include "alert/config.h"
#include "alert/decide.h"
#include "lib/loop.h"

struct feed;

/* Takes a slot and a timer of the loop; begins to follow. Everything is borrowed. 0, NETRAL_ENOMEM,
 * NETRAL_EINVALID or NETRAL_EIO. */
int feed_new(struct loop *loop, const struct alert_config *config, struct outbox *outbox,
	     struct decider *decider, struct behind *behind, struct feed **ret_feed);
void feed_free(struct feed *f); /* takes NULL */

/* Begins anew behind what is committed, after a while: the batch was lost. */
void feed_restart(struct feed *f);

/* Begins anew with update `number`; up to where it is now, updates are told again to whom the rules
 * name. In the batch. 0; NETRAL_EAGAIN before the first update or during another replay,
 * NETRAL_EFUTURE. */
int feed_replay(struct feed *f, uint64_t number);

/* Follows netral-record from `from`; NULL: from the next update on. As netral_subscribe(). */
int feed_subscribe(const struct alert_config *config, const struct netral_position *from,
		   struct netral_subscriber **ret_subscriber);

bool feed_has_begun(const struct feed *f);   /* there is a position */
bool feed_is_silent(const struct feed *f);   /* netral-record is not heard */
uint64_t feed_behind(const struct feed *f);  /* updates that the store holds and we have not seen */
uint64_t feed_through(const struct feed *f); /* the last update that was decided on */

#endif

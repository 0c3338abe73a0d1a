/* catch_up.h - makes the messages of receivers that are behind, of updates read once more.
 *
 * In passes: one reads the updates from the receiver that is furthest behind, for all of those that
 * have room, until their shares are full again or they are where the feed is. It takes nothing of
 * the feed's time but its turns. The loop thread only. */
#ifndef NETRAL_ALERT_CATCH_UP_H
#define NETRAL_ALERT_CATCH_UP_H

#include "alert/behind.h"
#include "alert/decide.h"
#include "alert/feed.h"

struct catch_up;

/* Takes a timer of the loop. Everything is borrowed. 0 or NETRAL_ENOMEM. */
int catch_up_new(struct loop *loop, const struct alert_config *config, struct outbox *outbox,
		 struct decider *decider, struct behind *behind, struct feed *feed,
		 struct catch_up **ret_catch_up);
void catch_up_free(struct catch_up *c); /* takes NULL */

/* Ends the pass: there are other rules, or the batch was lost. */
void catch_up_stop(struct catch_up *c);

/* Begins a pass when there is a receiver that it would serve; at the end of a turn. */
void catch_up_step(struct catch_up *c);

#endif

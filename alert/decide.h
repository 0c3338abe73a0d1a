/* decide.h - who is told of an update. The loop thread only. */
#ifndef NETRAL_ALERT_DECIDE_H
#define NETRAL_ALERT_DECIDE_H

#include "alert/gather.h"
#include "alert/outbox.h"
#include "alert/rules.h"
#include "lib/mask.h"

struct decide_counts {
	uint64_t updates;    /* that were looked at, for whomever */
	uint64_t queued;     /* messages */
	uint64_t muted;      /* rules that matched and are muted */
	uint64_t known;      /* not told again, since nothing that a message says has changed */
	uint64_t too_big;    /* not queued, since no receiver takes so much */
	uint64_t taken_back; /* not sent, since what they tell was taken down */
};

/* Sets of receivers, by their indexes in the rules. */
struct decide_whom {
	uint64_t among; /* for whom it is to be decided */
	uint64_t again; /* who is told also what was told before */
};

struct decider {
	struct outbox *outbox;
	const struct ruleset *rules;
	const struct mask_policy *policy;
	uint64_t disabled; /* a set of receivers, who want no more for now */
	struct arena arena;
	struct buf body;
	struct gatherer gatherer;
	struct decide_counts counts;
};

void decider_init(struct decider *d, struct outbox *outbox, const struct mask_policy *policy);
void decider_fini(struct decider *d); /* takes a zeroed one */

/* Puts the messages about an update, or the update to wait for others, into the batch of the
 * outbox:
 *
 *  1. to the receivers of the rules that match, unless the last that they were told of the event
 *     says the same; to those in `again` also then;
 *  2. to everyone who was told of the event, when it changed since, became DISMISSED or is
 *     REMOVED, whatever the rules say.
 *
 * Of an event whose article was taken down nothing is sent that waits, but how it is now.
 *
 * *ret_full: those for whom there is no room, or who are disabled; nothing is in the batch for
 * them. 0; NETRAL_ENOMEM: nothing is in the batch for some, which must not be committed. */
int decide(struct decider *d, const struct update *u, const struct decide_whom *whom,
	   uint64_t *ret_full);

/* Queues, in the batch, what was gathered and is due: gather_step(). 0, or an error for which the
 * batch is to be dropped. */
int decide_due(struct decider *d, uint64_t now_ms, uint64_t *ret_wait_ms);

/* What a message says, of what may change. */
uint64_t decide_digest(const struct update *u);

#endif

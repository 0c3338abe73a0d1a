/* behind.h - receivers whose share of the outbox was full, and where each of them goes on.
 *
 * 1. For a receiver that is behind after update N, the messages of updates up to N are in the
 *    outbox or dealt with, and of none beyond N are.
 * 2. Changes are in the outbox's batch together with the messages they speak of.
 *
 * Sets are of indexes in the rules. The loop thread only. */
#ifndef NETRAL_ALERT_BEHIND_H
#define NETRAL_ALERT_BEHIND_H

#include "alert/outbox.h"
#include "alert/rules.h"

struct behind {
	struct outbox *outbox;
	const struct ruleset *rules;
	uint64_t set; /* who is */
	struct outbox_behind at[RECEIVERS_MAX];
	uint64_t falls; /* how often one fell behind */
};

/* Reads where the receivers of `rules` are, which are borrowed: at first, with other rules, and
 * after a batch was lost. */
void behind_load(struct behind *b, struct outbox *outbox, const struct ruleset *rules);

/* Whose messages of update `number` are to be made later. */
uint64_t behind_at(const struct behind *b, uint64_t number);

/* The receivers in `set` found no room for their messages of an update. `again_until` as in
 * outbox.h. */
void behind_fall(struct behind *b, uint64_t set, const struct epoch *epoch, uint64_t number,
		 uint64_t again_until);

/* Those of `set` went on: their messages of updates up to `number` are in the batch. Those who are
 * at `through`, up to where everybody else's are, are behind no more. */
void behind_advance(struct behind *b, uint64_t set, uint64_t number, uint64_t through);

/* Nobody is: everything will be read again from the beginning of another store. */
void behind_forget(struct behind *b);

/* Updates between the receiver and `through`; 0 for one that is not behind. */
uint64_t behind_updates(const struct behind *b, size_t index, uint64_t through);

#endif

/* gather.h - several updates in one message, for receivers that ask for it.
 *
 * Updates of a receiver that share what `group_by` names wait together in the outbox, from the
 * first of them for `group_wait`, or until the next `digest_at`. What is due within the quiet hours
 * of a receiver goes at their end. One transaction takes updates out and puts their message in. The
 * loop thread only. */
#ifndef NETRAL_ALERT_GATHER_H
#define NETRAL_ALERT_GATHER_H

#include "alert/message.h"
#include "alert/outbox.h"
#include "alert/rules.h"

enum {
	GATHER_BODY_MAX = 512 * 1024
}; /* bytes of a message; what has no room goes in a further one */

struct gather_counts {
	uint64_t updates;  /* that were gathered */
	uint64_t messages; /* that were made of them */
	uint64_t early;    /* messages before their time, since the share was full */
	uint64_t dropped;  /* updates whose receiver is gone, or that cannot be sent */
};

struct gatherer {
	struct outbox *outbox;
	struct arena arena;
	struct buf packed, body;
	struct gather_counts counts;
};

void gatherer_init(struct gatherer *g, struct outbox *outbox);
void gatherer_fini(struct gatherer *g); /* takes a zeroed one */

bool gather_wants(const struct receiver *to);

/* When a group that begins at `now_ms` is due, both on the real clock. */
uint64_t gather_due_ms(const struct receiver *to, uint64_t now_ms);

/* Puts an update into the batch of the outbox, to wait. An event that is gone before the receiver
 * was told anything of it is taken out instead. 0 or NETRAL_ENOMEM. */
int gather_add(struct gatherer *g, const struct receiver *to, const struct notice *notice,
	       uint64_t now_ms);

/* Makes messages, in the batch, of what is due, and of what a receiver gathers whose share of the
 * outbox is full, in a bounded number. How many; or NETRAL_ENOMEM, NETRAL_EIO: the batch is not to
 * be committed. *ret_wait_ms is when there is more. */
int gather_step(struct gatherer *g, const struct ruleset *rules, uint64_t now_ms,
		uint64_t *ret_wait_ms);

#endif

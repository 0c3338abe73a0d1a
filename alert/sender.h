/* sender.h - the messages of the outbox on their way, one receiver beside the other.
 *
 * A receiver gets its messages in order, one at a time: the next one leaves when the one before
 * was taken or given up. It takes no time of another's. What was sent when a crash came is sent
 * again, with the same id. The loop thread only. */
#ifndef NETRAL_ALERT_SENDER_H
#define NETRAL_ALERT_SENDER_H

#include "alert/config.h"
#include "alert/outbox.h"
#include "alert/rules.h"
#include "lib/loop.h"

struct sender;

struct sender_counts {
	uint64_t delivered, failed, given_up;
	uint64_t refused_recipients; /* of mails that others got */
	/* At present: */
	uint64_t disabled; /* receivers that want no more */
	uint64_t trouble;  /* receivers whose last try failed */
	uint64_t active;   /* messages under way */
};

/* Takes a timer of the loop. `config` and `outbox` are borrowed. 0, NETRAL_ENOMEM, NETRAL_EINVALID
 * or NETRAL_EIO, which was logged. */
int sender_new(struct loop *loop, const struct alert_config *config, struct outbox *outbox,
	       struct sender **ret_sender);
void sender_free(struct sender *s); /* takes NULL; ends what is under way */

/* Borrows the rules until the next ones. What is under way is ended, and begins anew. */
void sender_set_rules(struct sender *s, const struct ruleset *rules);

/* Begins what can begin; at the end of a turn, after a commit. */
void sender_step(struct sender *s);

/* There may be messages for receivers that had none; or, after a failed commit, again those that
 * were dealt with in it. */
void sender_wake(struct sender *s);
void sender_rewind(struct sender *s);

/* A child ended: SIGCHLD. */
void sender_reap(struct sender *s);

/* How it goes with a receiver. `last_error` is valid until the loop's next turn. */
struct sender_receiver {
	bool disabled;
	uint32_t tries; /* that failed, of the message that is first */
	uint64_t due_ms;
	const char *last_error; /* since the last message that was taken; "" for none */
};
struct sender_receiver sender_receiver(const struct sender *s, size_t index);

/* Does the receiver take messages? `index` in the rules. */
bool sender_is_disabled(const struct sender *s, size_t index);
/* Those that were disabled are tried again, and those that wait, now. */
void sender_enable(struct sender *s, uint64_t receivers);

struct sender_counts sender_counts(const struct sender *s);

#endif

/* channel.h - ways in which messages leave: one struct of functions for each `kind` of receiver.
 *
 * A line leads to one receiver and carries one message at a time; it lives from the first message
 * until the rules are read again. The loop thread only. */
#ifndef NETRAL_ALERT_CHANNEL_H
#define NETRAL_ALERT_CHANNEL_H

#include "alert/config.h"
#include "alert/message.h"
#include "alert/outbox.h"
#include "alert/rules.h"
#include "lib/loop.h"

enum delivery_result {
	DELIVERY_TAKEN,
	DELIVERY_FAILED,     /* is tried again, by the schedule */
	DELIVERY_GONE,       /* the receiver wants no more */
	DELIVERY_UNREADABLE, /* the receiver cannot use it as it is: RETRY_UNREADABLE_MAX times */
	DELIVERY_REFUSED,    /* would be refused each time: given up at once */
	DELIVERY_LOCAL,      /* our own fault: tried again soon, and no try of the schedule */
};

struct delivery_outcome {
	enum delivery_result result;
	int64_t retry_after_s; /* FAILED: what the receiver asked for; -1: nothing */
	const char *reason;    /* unless TAKEN; without secrets, and nothing that a peer sent but
				* numbers */
};

/* What the lines share. */
struct channels {
	struct loop *loop;
	const struct alert_config *config;
	struct fetcher *fetcher;
	struct smtp *smtp;
	uint64_t refused_recipients; /* addresses that a mail server would not take a mail for */
	int wake_fd; /* an eventfd that threads of lines add to, for step() to be called */
	struct loop_slot wake_slot;
};

/* Takes what fetcher_new() and smtp_new() take of the loop; `config` is borrowed. 0, or an error
 * that was logged.
 */
int channels_open(struct channels *c, struct loop *loop, const struct alert_config *config);
void channels_close(struct channels *c); /* takes a zeroed one; after the last line_free() */

struct line;
/* Once for each delivery that began, unless it was cancelled; never inside line_start(). The
 * outcome is valid until it returns. It may not free the line. */
typedef void line_done_fn(void *user, const struct delivery_outcome *outcome);

struct channel {
	const char *kind; /* as the file of rules has it */
	/* Messages that wait are in a form: a receiver whose channel has another one is another
	 * receiver. 0: that of message_write_events(). */
	uint64_t form;

	/* Reads the keys of its own from a section, and checks them: as rules_read(). */
	int (*read)(struct rules_reader *r, const struct receiver_section *s, struct receiver *to);
	/* What says where a receiver is: one that moved is another one. Never NULL. */
	const char *(*address)(const struct receiver *to);
	/* As message_write(). */
	int (*write)(const struct receiver *to, const struct notice *notices, size_t count,
		     bool marked, struct buf *out);

	size_t line_size; /* of a struct that begins with a struct line */
	/* Begins a delivery; the item is valid for the call only. 0, or an error of our own, for
	 * which nothing is called back. */
	int (*start)(struct line *l, const struct outbox_item *item);
	/* Ends the delivery under way, if any, and whatever else the line has. */
	void (*end)(struct line *l);
	/* May be NULL: called in each turn as long as a delivery is under way. Milliseconds until
	 * it is to be called again. */
	uint64_t (*step)(struct line *l);
	/* May be NULL: a child of the process ended. */
	void (*reap)(struct line *l);
};

struct line {
	struct channels *channels;
	const struct receiver *receiver;
	line_done_fn *done;
	void *user;
};

extern const struct channel channel_webhook, channel_mail, channel_program, channel_alertmanager,
	channel_nats;

/* The channel of a kind, or NULL. */
const struct channel *channel_find(const char *kind);

/* All arguments are borrowed. NULL without memory. */
struct line *line_new(struct channels *c, const struct receiver *receiver, line_done_fn *done,
		      void *user);
void line_free(struct line *l); /* takes NULL */

/* For channels: calls `done`, and has the loop's turn end behind it. */
void line_end(struct line *l, enum delivery_result result, int64_t retry_after_s,
	      const char *reason);

#endif

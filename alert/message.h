/* message.h - what a receiver is sent: an update as a CloudEvent, or by a template.
 * Names of the accused are hidden as the policy says (lib/mask.h). Any thread, one arena a thread.
 */
#ifndef NETRAL_ALERT_MESSAGE_H
#define NETRAL_ALERT_MESSAGE_H

#include "alert/outbox.h"
#include "alert/rules.h"
#include "lib/buf.h"
#include "lib/mask.h"

enum {
	MESSAGE_ID_SIZE = 96,
	MESSAGE_MAX = 64 * 1024,
	MESSAGE_USUAL_MAX =
		20 * 1000, /* beyond it a CloudEvent goes without passages and reports */
};

/* "<event id>_<update number>": the same for whoever is sent it, however often. */
void message_id(const struct update *u, char ret[static MESSAGE_ID_SIZE]);

/* Copies *u with names hidden; the copy lives as long as *u and the arena. 0 or NETRAL_ENOMEM. */
int message_mask(const struct mask_policy *policy, const struct update *u, struct arena *arena,
		 struct update *ret_update);

/* What a receiver is told of an event, and what it was told of it before. */
struct notice {
	struct update update; /* names are hidden */
	struct told was;      /* zeroes: nothing */
};

/* The status that a receiver was told before, when it is another one; else "". */
const char *message_was(const struct notice *n);

/* Appends the body for `receiver`, in its channel's form; count >= 1. `marked`: a sample, which
 * says so. 0, NETRAL_ENOMEM or NETRAL_ETOOBIG. */
int message_write(const struct receiver *receiver, const struct notice *notices, size_t count,
		  bool marked, struct buf *out);

/* The same for channels without a form of their own: by the template of the receiver, or a
 * CloudEvent; several are a batch of CloudEvents. */
int message_write_events(const struct receiver *receiver, const struct notice *notices,
			 size_t count, bool marked, struct buf *out);

/* The Content-Type of a body of message_write_events(). */
const char *message_media_type(const struct receiver *receiver, const struct text *body);

#endif

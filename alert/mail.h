/* mail.h - an alert, or a digest of several, as an Internet message: headers, text and HTML.
 *
 * The Message-ID is made of what is told and of the receiver, so that it is the same over tries,
 * restarts and replays. A mail about one event refers to an id made of the event's, as do all mails
 * about it: mail readers show them as one thread. Any thread. */
#ifndef NETRAL_ALERT_MAIL_H
#define NETRAL_ALERT_MAIL_H

#include "alert/message.h"

/* Beyond a hundred kilobytes mail readers cut a mail off. */
enum { MAIL_MAX = 96 * 1024 };

/* As message_write(), for a receiver whose `mail` is set. The result is ASCII with CRLF, and takes
 * at most MAIL_MAX bytes, of a single notice MESSAGE_MAX, whatever they hold. */
int mail_write(const struct receiver *receiver, const struct notice *notices, size_t count,
	       bool marked, struct buf *out);

#endif

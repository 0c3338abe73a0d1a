/* smtp.h - mail to a submission server, from the event loop: RFC 5321, 3207, 4954, 8314.
 *
 * Each mail is a session of its own: connection, TLS, login, one transaction, end. libcurl waits
 * for the answer to a mail's end and for that to QUIT without its caller, so a session runs in a
 * thread, and is told of in the loop.
 *
 * With "smtps://" TLS comes first; with "smtp://" STARTTLS is required, unless `is_plain`, which is
 * for servers on this machine only. The certificate and its name are checked. Addresses are refused
 * as lib/fetch/address.h says. No proxy, no .netrc.
 *
 * All functions in the thread of the loop. */
#ifndef NETRAL_LIB_SMTP_SMTP_H
#define NETRAL_LIB_SMTP_SMTP_H

#include "lib/fetch/address.h"
#include "lib/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SMTP_RECIPIENTS_MAX = 64, /* a set of them is a uint64_t */
	SMTP_SESSIONS_MAX = 512,
	SMTP_REASON_SIZE = 120,
	SMTP_ANSWERS_MAX = 64 * 1024, /* bytes that a server may say in one session */
};

enum smtp_outcome {
	SMTP_TAKEN, /* for the recipients in `taken` */
	SMTP_LATER, /* no connection, no login, 4xx, no answer: the same mail may be taken later */
	SMTP_REFUSED, /* 5xx to the mail, or to every recipient: it would be refused again */
	SMTP_LOCAL,   /* memory, descriptors: not the server's fault */
};

struct smtp_result {
	enum smtp_outcome outcome;
	/* Sets of recipients by their index. The others were told to come later, or not asked. */
	uint64_t taken, refused;
	const char *reason; /* one line; of what the server said nothing but its code */
};

/* Called once for each mail, from the loop, never inside smtp_send(). It may send and cancel, but
 * not free. */
typedef void smtp_done_fn(void *user, const struct smtp_result *result);

/* Everything is copied. */
struct smtp_request {
	const char
		*url; /* smtps://host:port or smtp://host:port; a path is the name to greet with */
	bool is_plain;
	const char *user, *password; /* ""; a user without a login on offer is told at MAIL */
	const char *from;            /* addresses, ASCII, checked by the caller */
	const char *const *to;
	size_t to_count;
	uint64_t wanted;  /* those of `to` that it goes to; not empty */
	const void *mail; /* with CRLF */
	size_t mail_len;
	uint64_t whole_ms; /* for all of it */
	void *user_data;
};

struct smtp_options {
	const char *ca_file; /* PEM; NULL: those of the system */
	const struct cidr *allow;
	size_t allow_count;
	uint32_t sessions_max; /* at a time, those that were cancelled and end too */
};

struct smtp;
struct smtp_session; /* valid until its callback is called or it is cancelled */

/* Takes a slot of the loop. Copies the options. 0, NETRAL_ENOMEM or NETRAL_EIO. */
int smtp_new(struct loop *loop, const struct smtp_options *options, struct smtp **ret_smtp);
/* Ends all sessions, calls nothing back; waits for their threads, which is a moment. Before
 * loop_free(). Takes NULL. */
void smtp_free(struct smtp *s);

/* 0; NETRAL_EFULL; NETRAL_EINVALID without a recipient, or with too many; NETRAL_ENOMEM. */
int smtp_send(struct smtp *s, const struct smtp_request *request, smtp_done_fn *done,
	      struct smtp_session **ret_session);

/* Ends it at once; its callback is not called. The server may have taken the mail all the same. */
void smtp_cancel(struct smtp *s, struct smtp_session *session);

#endif

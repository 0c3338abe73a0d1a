/* endpoint.h - one ROUTER of a daemon: receives envelopes, answers, and says what was wrong.
 * The loop thread only. */
#ifndef NETRAL_PROTO_ENDPOINT_H
#define NETRAL_PROTO_ENDPOINT_H

#include "lib/log.h"
#include "lib/loop.h"
#include "proto/codec.h"
#include "proto/transport.h"

/* What peers did wrong, for the status; of one daemon, all its sockets together. */
struct endpoint_counters {
	uint64_t protocol_errors; /* messages that were refused */
	uint64_t unsent;          /* answers to peers that were gone or did not read */
	uint64_t log_lines_dropped;
};

struct endpoint {
	const char *name; /* for messages: "submit", "work", "control" */
	struct loop *loop;
	struct endpoint_counters *counters;
	void *socket;
	struct arena arena; /* the message being read */
	struct buf out;
	struct log_limit limit;
};

/* Binds; `hwm` bounds what waits to be read from each peer. 0, or an error of transport_open(),
 * which has been logged. */
int endpoint_open(struct endpoint *e, const char *name, const char *address, int hwm,
		  struct transport *t, struct loop *l, struct endpoint_counters *c);
void endpoint_close(struct endpoint *e); /* takes a zeroed endpoint */

/* The next message that decodes: 1, 0 when there is none, or negative when the socket fails. What
 * does not decode is answered and counted here. *ret_message lives until the next call. */
int endpoint_receive(struct endpoint *e, struct peer_id *ret_peer, struct message *ret_message);

/* 0, NETRAL_EAGAIN (the peer does not read), NETRAL_ENOTFOUND (it is gone) or NETRAL_ENOMEM. */
int endpoint_send(struct endpoint *e, const struct peer_id *peer, const struct message *m);

/* Answers with an Error and counts it. */
void endpoint_refuse(struct endpoint *e, const struct peer_id *peer, enum msg_code code,
		     uint64_t request, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* The message is not one for this socket. */
void endpoint_refuse_type(struct endpoint *e, const struct peer_id *peer, const struct message *m);

#endif

/* peer.h - the test's own end of a socket: a client, a worker, a subscriber, made of envelopes.
 * Waits and fails as rig.h says. */
#ifndef NETRAL_TESTS_PROCESS_PEER_H
#define NETRAL_TESTS_PROCESS_PEER_H

#include "proto/codec.h"
#include "proto/transport.h"

struct peer {
	void *socket;
	struct arena arena;
	struct message message; /* received last; valid until the next one */
};

/* Connects a DEALER. Ends with peer_close(), before transport_free(). */
void peer_open(struct peer *p, struct transport *t, const char *endpoint);
/* Connects a SUB with one topic prefix. */
void peer_subscribe(struct peer *p, struct transport *t, const char *endpoint, const char *prefix);
void peer_close(struct peer *p);

void peer_send(struct peer *p, const struct message *m);
void peer_send_bytes(struct peer *p, const void *data, size_t len);

/* The next message of any type, or of this one (others but Ping and Pong fail the test). */
const struct message *peer_receive_any(struct peer *p);
const struct message *peer_receive(struct peer *p, enum msg_type type);
/* Of a subscriber: the topic must be `topic`. */
const struct message *peer_receive_topic(struct peer *p, const char *topic, enum msg_type type);

/* Whether a message waits now, or comes within `ms`: only to show that one does come. */
bool peer_has_message(struct peer *p, int ms);

#endif

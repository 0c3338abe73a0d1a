/* transport.h - ZeroMQ sockets with the limits that every socket of ours has.
 *
 * MAXMSGSIZE CODEC_FRAME_MAX, small HWMs, ROUTER_MANDATORY on ROUTERs, heartbeats and a handshake
 * time on TCP, LINGER as given, IMMEDIATE on connecting DEALERs. ipc endpoints get file mode 0660:
 * the group of the directory decides who may connect. All calls from the thread that owns the
 * socket. */
#ifndef NETRAL_PROTO_TRANSPORT_H
#define NETRAL_PROTO_TRANSPORT_H

#include "lib/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum transport_role {
	TRANSPORT_ROUTER,     /* binds */
	TRANSPORT_DEALER,     /* connects */
	TRANSPORT_PUBLISHER,  /* XPUB, binds; verbose: every subscriber is seen to come and go */
	TRANSPORT_SUBSCRIBER, /* SUB, connects */
};

struct transport; /* a ZeroMQ context */

int transport_new(struct transport **ret_transport);
/* Closes what is still open and waits for lingering messages as long as each socket's linger. */
void transport_free(struct transport *t);

/* Opens a socket and binds or connects it by its role. `hwm` bounds each peer's queue in messages;
 * `linger_ms` is how long a close waits for what is unsent.
 * 0; NETRAL_EBUSY (in use), NETRAL_EACCES, NETRAL_EINVALID (bad endpoint), NETRAL_ENOTFOUND (no
 * such directory), NETRAL_ENOMEM, NETRAL_EIO. */
int transport_open(struct transport *t, enum transport_role role, const char *endpoint, int hwm,
		   int linger_ms, void **ret_socket);
/* As above, where what peers send is large and what they are sent is small, or the reverse. */
int transport_open_hwm(struct transport *t, enum transport_role role, const char *endpoint,
		       int send_hwm, int receive_hwm, int linger_ms, void **ret_socket);
void transport_close(void *socket); /* takes NULL */

/* SUB only: adds a topic prefix. */
int transport_subscribe(void *socket, const char *prefix);

/* For event loops that know nothing of ZeroMQ: a descriptor that becomes readable when something
 * changes, once, until the socket is used or looked at; and that look: does a message wait? The
 * descriptor is the socket's. It, or NETRAL_EIO. */
int transport_fd(void *socket);
bool transport_has_input(void *socket);

/* The routing id of a peer, as ROUTER sees it. */
enum { PEER_ID_MAX = 32 };
struct peer_id {
	uint8_t len;
	uint8_t bytes[PEER_ID_MAX];
};

/* A received frame; transport_frame_close() ends it. */
struct frame {
	_Alignas(8) unsigned char opaque[64]; /* a zmq_msg_t */
};
const void *frame_data(const struct frame *f);
size_t frame_len(const struct frame *f);
void frame_close(struct frame *f);

/* Receives one message without waiting. Extra frames are read and dropped: their sender gets
 * NETRAL_EMALFORMED from the caller. Returns 1 with a frame, 0 when nothing waits, or negative:
 * NETRAL_EMALFORMED (wrong number of frames; *ret_peer is valid on a ROUTER, or has len 0 when the
 * peer chose an id longer than PEER_ID_MAX: it cannot be answered), NETRAL_EIO. */
int transport_recv_from(void *router, struct peer_id *ret_peer, struct frame *ret_frame);
int transport_recv(void *dealer, struct frame *ret_frame);
/* SUB: topic copied into `topic`; XPUB: use transport_recv(). */
int transport_recv_topic(void *sub, char *topic, size_t topic_size, struct frame *ret_frame);

/* Sends without waiting. `taken` variants hand the buffer's memory to ZeroMQ without a copy and
 * leave `b` empty (limit kept), also on failure.
 * 0; NETRAL_EAGAIN (queue full, or no connection), NETRAL_ENOTFOUND (peer gone), NETRAL_ENOMEM,
 * NETRAL_EIO. The end of a peer waits behind what it sent: on a socket that is not read, sends to a
 * peer that left are NETRAL_EAGAIN. */
int transport_send_to(void *router, const struct peer_id *peer, struct buf *b_taken);
int transport_send(void *dealer, struct buf *b_taken);
int transport_publish(void *pub, const char *topic, struct buf *b_taken);

#endif

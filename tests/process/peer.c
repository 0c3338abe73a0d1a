#include "tests/process/peer.h"

#include "lib/error.h"
#include "tests/process/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <zmq.h>

#include <cmocka.h>

enum { HWM = 1000, TOPIC_SIZE = 64 };

static void open_as(struct peer *p, struct transport *t, enum transport_role role,
		    const char *endpoint)
{
	*p = (struct peer){0};
	codec_arena_init(&p->arena);
	int r = transport_open(t, role, endpoint, HWM, 0, &p->socket);
	if (r < 0)
		rig_fail("%s: %s", endpoint, netral_strerror(r));
}

void peer_open(struct peer *p, struct transport *t, const char *endpoint)
{
	open_as(p, t, TRANSPORT_DEALER, endpoint);
}

void peer_subscribe(struct peer *p, struct transport *t, const char *endpoint, const char *prefix)
{
	open_as(p, t, TRANSPORT_SUBSCRIBER, endpoint);
	assert_int_equal(transport_subscribe(p->socket, prefix), 0);
}

void peer_close(struct peer *p)
{
	transport_close(p->socket);
	arena_fini(&p->arena);
	*p = (struct peer){0};
}

/* A DEALER that is not connected yet cannot send: waits for it. */
static void send_buf(struct peer *p, struct buf *b)
{
	zmq_pollitem_t item = {p->socket, 0, ZMQ_POLLOUT, 0};
	if (zmq_poll(&item, 1, RIG_DEADLINE_MS) <= 0)
		rig_fail("peer: could not send");
	int r = transport_send(p->socket, b);
	buf_fini(b);
	if (r < 0)
		rig_fail("peer: send: %s", netral_strerror(r));
}

void peer_send(struct peer *p, const struct message *m)
{
	struct buf b = {0};
	assert_int_equal(codec_encode(m, &b), 0);
	send_buf(p, &b);
}

void peer_send_bytes(struct peer *p, const void *data, size_t len)
{
	struct buf b = {0};
	assert_int_equal(buf_append(&b, data, len), 0);
	send_buf(p, &b);
}

bool peer_has_message(struct peer *p, int ms)
{
	zmq_pollitem_t item = {p->socket, 0, ZMQ_POLLIN, 0};
	return zmq_poll(&item, 1, ms) > 0;
}

static const struct message *decode(struct peer *p, struct frame *f)
{
	struct codec_fault fault;
	arena_reset(&p->arena);
	if (codec_decode(frame_data(f), frame_len(f), &p->arena, &p->message, &fault) < 0)
		rig_fail("peer: got a message that does not decode: %s", fault.reason);
	frame_close(f);
	return &p->message;
}

const struct message *peer_receive_any(struct peer *p)
{
	struct frame f;
	if (!peer_has_message(p, RIG_DEADLINE_MS))
		rig_fail("peer: no message came");
	int r = transport_recv(p->socket, &f);
	if (r != 1)
		rig_fail("peer: receive: %s", netral_strerror(r));
	return decode(p, &f);
}

static const struct message *require(const struct message *m, enum msg_type type)
{
	if (m->type == MSG_ERROR && type != MSG_ERROR)
		rig_fail("peer: got Error %d \"%s\" instead of %s", m->error.code, m->error.reason,
			 codec_type_name(type));
	if (m->type != type)
		rig_fail("peer: got %s instead of %s", codec_type_name(m->type),
			 codec_type_name(type));
	return m;
}

const struct message *peer_receive(struct peer *p, enum msg_type type)
{
	const struct message *m;
	do {
		m = peer_receive_any(p);
	} while (m->type != type && (m->type == MSG_PING || m->type == MSG_PONG));
	return require(m, type);
}

const struct message *peer_receive_topic(struct peer *p, const char *topic, enum msg_type type)
{
	struct frame f;
	char got[TOPIC_SIZE];
	if (!peer_has_message(p, RIG_DEADLINE_MS))
		rig_fail("peer: no message came");
	int r = transport_recv_topic(p->socket, got, sizeof(got), &f);
	if (r != 1)
		rig_fail("peer: receive: %s", netral_strerror(r));
	if (strcmp(got, topic) != 0)
		rig_fail("peer: topic %s instead of %s", got, topic);
	return require(decode(p, &f), type);
}

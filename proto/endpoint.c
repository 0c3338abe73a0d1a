#include "proto/endpoint.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <stdarg.h>
#include <stdio.h>

/* An answer that finds no room is lost, and libzmq is late to say that there is room. */
enum { SEND_HWM = 1000, REFUSED_BURST = 64, PEER_TEXT_SIZE = 2 * PEER_ID_MAX + 1 };

int endpoint_open(struct endpoint *e, const char *name, const char *address, int hwm,
		  struct transport *t, struct loop *l, struct endpoint_counters *c)
{
	*e = (struct endpoint){.name = name, .loop = l, .counters = c};
	codec_arena_init(&e->arena);
	buf_init(&e->out, CODEC_FRAME_MAX);
	int r = transport_open_hwm(t, TRANSPORT_ROUTER, address, SEND_HWM, hwm, 0, &e->socket);
	if (r < 0)
		log_error("%s: cannot bind, endpoint=%s error=\"%s\"", name, address,
			  netral_strerror(r));
	return r;
}

void endpoint_close(struct endpoint *e)
{
	transport_close(e->socket);
	arena_fini(&e->arena);
	buf_fini(&e->out);
	*e = (struct endpoint){0};
}

static void format_peer(const struct peer_id *peer, char text[static PEER_TEXT_SIZE])
{
	size_t len = 0;
	for (size_t i = 0; i < peer->len; i++, len += 2)
		snprintf(text + len, PEER_TEXT_SIZE - len, "%02x", peer->bytes[i]);
	text[len] = '\0';
}

int endpoint_send(struct endpoint *e, const struct peer_id *peer, const struct message *m)
{
	buf_clear(&e->out);
	int r = codec_encode(m, &e->out);
	if (r == NETRAL_OK)
		r = transport_send_to(e->socket, peer, &e->out);
	if (r < 0)
		e->counters->unsent++;
	return r;
}

static void refuse(struct endpoint *e, const struct peer_id *peer, enum msg_code code,
		   uint64_t request, const char *reason)
{
	struct message m = {.type = MSG_ERROR,
			    .error = {.request = request, .code = code, .reason = reason}};
	e->counters->protocol_errors++;
	if (log_limit_pass(&e->limit, loop_now_ms(e->loop))) {
		char who[PEER_TEXT_SIZE];
		format_peer(peer, who);
		log_warning("%s: message refused, peer=%s reason=\"%s\"", e->name, who, reason);
	} else {
		e->counters->log_lines_dropped++;
	}
	/* A peer that cannot hear it has lost nothing. */
	(void)endpoint_send(e, peer, &m);
}

void endpoint_refuse(struct endpoint *e, const struct peer_id *peer, enum msg_code code,
		     uint64_t request, const char *format, ...)
{
	char reason[CODEC_REASON_MAX];
	va_list args;
	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	refuse(e, peer, code, request, reason);
}

void endpoint_refuse_type(struct endpoint *e, const struct peer_id *peer, const struct message *m)
{
	/* Two that answer errors with errors would never end. */
	if (m->type == MSG_ERROR)
		e->counters->protocol_errors++;
	else
		endpoint_refuse(e, peer, CODE_WRONG_TYPE, 0,
				"%s is not a message for the %s socket", codec_type_name(m->type),
				e->name);
}

static int receive_one(struct endpoint *e, struct peer_id *ret_peer, struct message *ret_message)
{
	struct frame f;
	struct codec_fault fault;
	int got = transport_recv_from(e->socket, ret_peer, &f);
	if (got == NETRAL_EMALFORMED) {
		refuse(e, ret_peer, CODE_MALFORMED, 0, "not a message of one frame");
		return NETRAL_EMALFORMED;
	}
	if (got <= 0)
		return got < 0 ? NETRAL_EIO : 0;
	arena_reset(&e->arena);
	int r = codec_decode(frame_data(&f), frame_len(&f), &e->arena, ret_message, &fault);
	frame_close(&f);
	if (r == NETRAL_OK)
		return 1;
	refuse(e, ret_peer, fault.code, fault.request, fault.reason);
	return NETRAL_EMALFORMED;
}

int endpoint_receive(struct endpoint *e, struct peer_id *ret_peer, struct message *ret_message)
{
	for (int i = 0; i < REFUSED_BURST; i++) {
		int r = receive_one(e, ret_peer, ret_message);
		if (r != NETRAL_EMALFORMED)
			return r;
	}
	return 0; /* the loop comes back */
}

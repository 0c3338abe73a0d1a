/* What a peer sends wrong costs the peer an answer and us a counter: only a socket that fails by
 * itself ends the service. */
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/statedir.h"
#include "workers/record/recorder.h"

#include <stdio.h>

enum { LINGER_MS = 1000 };

int router_open(struct router *s, struct recorder *r, const char *name, const char *endpoint,
		int send_hwm, int receive_hwm)
{
	*s = (struct router){.recorder = r, .name = name};
	codec_arena_init(&s->arena);
	netral_cleanup(netral_freep) char *at =
		statedir_endpoint(endpoint, r->config.runtime_dir, name);
	if (!at)
		return NETRAL_ENOMEM;
	int err = transport_open_hwm(r->transport, TRANSPORT_ROUTER, at, send_hwm, receive_hwm,
				     LINGER_MS, &s->socket);
	if (err < 0)
		log_error("%s: cannot listen, endpoint=\"%s\" error=\"%s\"", name, at,
			  netral_strerror(err));
	return err;
}

void router_close(struct router *s)
{
	transport_close(s->socket);
	s->socket = NULL;
	arena_fini(&s->arena);
}

static void count_error(struct router *s, const char *reason)
{
	struct recorder *r = s->recorder;
	r->counters.protocol_errors++;
	if (log_limit_pass(&r->peer_limit, loop_now_ms(r->loop)))
		log_warning("%s: refused a message, reason=\"%s\"", s->name, reason);
}

static int refuse(struct router *s, const struct peer_id *peer, const struct codec_fault *fault)
{
	struct msg_error e = {
		.request = fault->request, .code = fault->code, .reason = fault->reason};
	count_error(s, fault->reason);
	if (peer->len)
		router_reply_error(s, peer, &e);
	return ROUTER_REFUSED;
}

int router_read(struct router *s, struct peer_id *ret_peer, struct message *ret_message)
{
	struct frame frame;
	struct codec_fault fault;
	int r = transport_recv_from(s->socket, ret_peer, &frame);
	if (r == NETRAL_EMALFORMED) {
		fault = (struct codec_fault){.code = CODE_MALFORMED};
		snprintf(fault.reason, sizeof(fault.reason), "a message is one frame");
		return refuse(s, ret_peer, &fault);
	}
	if (r < 1)
		return r < 0 ? r : ROUTER_EMPTY;
	arena_reset(&s->arena);
	r = codec_decode(frame_data(&frame), frame_len(&frame), &s->arena, ret_message, &fault);
	frame_close(&frame);
	return r < 0 ? refuse(s, ret_peer, &fault) : ROUTER_MESSAGE;
}

void router_reply_bytes(struct router *s, const struct peer_id *peer, struct buf *taken)
{
	if (transport_send_to(s->socket, peer, taken) < 0)
		s->recorder->counters.replies_dropped++;
}

void router_reply(struct router *s, const struct peer_id *peer, const struct message *m)
{
	netral_cleanup(buf_fini) struct buf b;
	buf_init(&b, CODEC_FRAME_MAX);
	if (codec_encode(m, &b) < 0)
		s->recorder->counters.replies_dropped++;
	else
		router_reply_bytes(s, peer, &b);
}

void router_reply_error(struct router *s, const struct peer_id *peer, const struct msg_error *e)
{
	struct message m = {.type = MSG_ERROR, .error = *e};
	router_reply(s, peer, &m);
}

static uint64_t request_of(const struct message *m)
{
	switch (m->type) {
	case MSG_SUBMIT:
		return m->submit.request;
	case MSG_RECORD:
		return m->record.request;
	case MSG_REPLAY:
		return m->replay.request;
	case MSG_QUERY:
		return m->query.request;
	case MSG_SHOW:
		return m->show.request;
	case MSG_ARCHIVE:
		return m->archive.request;
	case MSG_STATUS_REQUEST:
		return m->status_request.request;
	case MSG_DEAD_LIST:
		return m->dead_list.request;
	case MSG_DEAD_ACTION:
		return m->dead_action.request;
	case MSG_SOURCE_LIST:
		return m->source_list.request;
	case MSG_CORRECT:
		return m->correct.request;
	case MSG_TAKE_DOWN:
		return m->take_down.request;
	case MSG_CORRECTION_LIST:
		return m->correction_list.request;
	default:
		return 0;
	}
}

void router_refuse_type(struct router *s, const struct peer_id *peer, const struct message *m)
{
	struct codec_fault fault = {.code = CODE_WRONG_TYPE, .request = request_of(m)};
	snprintf(fault.reason, sizeof(fault.reason), "%s is not for the %s socket",
		 codec_type_name(m->type), s->name);
	refuse(s, peer, &fault);
}

#include "client/gauge.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/statedir.h"
#include "libnetral/runtime.h"

#include <string.h>

enum { HWM = 4, ANSWER_MS = 3000 };

struct gauge {
	struct gauge_options options;
	void *socket;
	struct loop_timer timer;
	struct arena arena;
	struct buf buf;
	uint64_t request;
	uint64_t asked_ms; /* 0: nothing is asked */
};

static int ask(struct gauge *g)
{
	struct message m = {.type = MSG_STATUS_REQUEST};
	m.status_request.request = ++g->request;
	buf_clear(&g->buf);
	int r = codec_encode(&m, &g->buf);
	if (r < 0)
		return r;
	/* Not taken while there is no connection: the next turn of the timer asks again. */
	if (transport_send(g->socket, &g->buf) == NETRAL_OK)
		g->asked_ms = loop_now_ms(g->options.loop);
	return NETRAL_OK;
}

static int on_timer(void *user)
{
	struct gauge *g = user;
	uint64_t now = loop_now_ms(g->options.loop);
	loop_timer_set(g->options.loop, g->timer, g->options.every_ms);
	if (g->asked_ms && now - g->asked_ms < ANSWER_MS)
		return NETRAL_OK;
	return ask(g);
}

static int on_socket(void *user)
{
	struct gauge *g = user;
	struct frame frame;
	struct message m;
	int r = transport_recv(g->socket, &frame);
	if (r != 1)
		return r == NETRAL_EMALFORMED ? NETRAL_OK : r;
	arena_reset(&g->arena);
	r = codec_decode(frame_data(&frame), frame_len(&frame), &g->arena, &m, NULL);
	frame_close(&frame);
	if (r < 0 || m.type != MSG_STATUS_REPLY || m.status_reply.request != g->request)
		return NETRAL_OK;
	g->asked_ms = 0;
	g->options.on_status(g->options.user, &m.status_reply);
	return NETRAL_OK;
}

int gauge_new(const struct gauge_options *o, struct gauge **ret_gauge)
{
	struct gauge *g = calloc(1, sizeof(*g));
	netral_cleanup(netral_freep) char *endpoint =
		statedir_endpoint(NULL, o->runtime_dir, RUNTIME_CONTROL);
	if (!g || !endpoint) {
		free(g);
		return NETRAL_ENOMEM;
	}
	g->options = *o;
	int r = transport_open(o->transport, TRANSPORT_DEALER, endpoint, HWM, 0, &g->socket);
	if (r < 0) {
		free(g);
		return r;
	}
	codec_arena_init(&g->arena);
	buf_init(&g->buf, CODEC_FRAME_MAX);
	loop_add(o->loop, g->socket, -1, on_socket, g);
	g->timer = loop_timer_add(o->loop, on_timer, g);
	loop_timer_set(o->loop, g->timer, 0);
	*ret_gauge = g;
	return NETRAL_OK;
}

void gauge_free(struct gauge *g)
{
	if (!g)
		return;
	transport_close(g->socket);
	arena_fini(&g->arena);
	buf_fini(&g->buf);
	free(g);
}

uint64_t gauge_value(const struct msg_status_reply *s, const char *name)
{
	for (size_t i = 0; i < s->counter_count; i++) {
		if (strcmp(s->counters[i].name, name) == 0)
			return s->counters[i].value;
	}
	return 0;
}

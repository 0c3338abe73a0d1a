/* Asks netral-record until it has recorded all, and then netrald until it has heard so. Every few
 * milliseconds: an answer costs a daemon little, and the figure is at most that much too long. */
#include "bench/load/load.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/statedir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVERY_MS = 5, HWM = 16 };

struct target {
	const char *socket_name;
	const char *counter; /* the one that tells when the daemon is done */
	void *socket;
};

enum { RECORD, NETRALD, TARGETS };

struct poller {
	struct load *load;
	struct target targets[TARGETS];
	int asked; /* RECORD first, then NETRALD */
	struct loop_timer timer;
	struct arena arena;
	uint64_t last_value;
};

static int ask(void *user)
{
	struct poller *p = user;
	struct message m = {.type = MSG_STATUS_REQUEST, .status_request = {.request = 1}};
	netral_cleanup(buf_fini) struct buf wire;
	buf_init(&wire, CODEC_FRAME_MAX);
	int r = codec_encode(&m, &wire);
	if (r == NETRAL_OK)
		r = transport_send(p->targets[p->asked].socket, &wire);
	/* Not connected yet: the next try finds it. */
	if (r == NETRAL_EAGAIN)
		loop_timer_set(p->load->loop, p->timer, EVERY_MS);
	return r == NETRAL_EAGAIN ? NETRAL_OK : r;
}

static int value_of(const struct msg_status_reply *reply, const char *name, uint64_t *ret_value)
{
	for (size_t i = 0; i < reply->counter_count; i++) {
		if (strcmp(reply->counters[i].name, name) == 0) {
			*ret_value = reply->counters[i].value;
			return NETRAL_OK;
		}
	}
	fprintf(stderr, "bench_load: %s has no counter %s\n", reply->program, name);
	return NETRAL_ENOTFOUND;
}

static int on_status(struct poller *p, const struct msg_status_reply *reply)
{
	uint64_t value = 0;
	int r = value_of(reply, p->targets[p->asked].counter, &value);
	if (r < 0)
		return r;
	p->load->progress += value != p->last_value;
	p->last_value = value;
	if (value >= p->load->o.count && ++p->asked == TARGETS) {
		load_finish(p->load);
		return NETRAL_OK;
	}
	loop_timer_set(p->load->loop, p->timer, EVERY_MS);
	return NETRAL_OK;
}

static int on_socket(void *user)
{
	struct poller *p = user;
	struct frame f;
	int got = transport_recv(p->targets[p->asked].socket, &f);
	if (got <= 0)
		return got;
	struct message m;
	arena_reset(&p->arena);
	int r = codec_decode(frame_data(&f), frame_len(&f), &p->arena, &m, NULL);
	if (r == NETRAL_OK)
		r = m.type == MSG_STATUS_REPLY ? on_status(p, &m.status_reply) : NETRAL_EMALFORMED;
	frame_close(&f);
	return r;
}

static int open_target(struct poller *p, struct target *t)
{
	netral_cleanup(netral_freep) char *endpoint =
		statedir_endpoint("", p->load->o.runtime_dir, t->socket_name);
	if (!endpoint)
		return NETRAL_ENOMEM;
	int r = transport_open(p->load->transport, TRANSPORT_DEALER, endpoint, HWM, 0, &t->socket);
	if (r == NETRAL_OK)
		loop_add(p->load->loop, t->socket, -1, on_socket, p);
	return r;
}

int poller_new(struct load *l, struct poller **ret_poller)
{
	struct poller *p = calloc(1, sizeof(*p));
	if (!p)
		return NETRAL_ENOMEM;
	*ret_poller = p;
	p->load = l;
	p->targets[RECORD] =
		(struct target){"record-control", "netral_results_recorded_total", NULL};
	p->targets[NETRALD] =
		(struct target){"netrald-control", "netral_articles_recorded_total", NULL};
	codec_arena_init(&p->arena);
	p->timer = loop_timer_add(l->loop, ask, p);
	int r = NETRAL_OK;
	for (int i = 0; r == NETRAL_OK && i < TARGETS; i++)
		r = open_target(p, &p->targets[i]);
	return r;
}

int poller_start(struct poller *p)
{
	loop_timer_set(p->load->loop, p->timer, EVERY_MS);
	return NETRAL_OK;
}

void poller_free(struct poller *p)
{
	if (!p)
		return;
	for (int i = 0; i < TARGETS; i++)
		transport_close(p->targets[i].socket);
	arena_fini(&p->arena);
	free(p);
}

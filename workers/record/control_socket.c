#include "workers/record/control_socket.h"

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "workers/record/publish.h"

#include <stdlib.h>
#include <unistd.h>

enum { HWM = 64, REQUESTS_PER_TURN = 16, COUNTERS_MAX = 32 };

struct control_socket {
	struct router router;
	uint64_t started_ms;
};

struct counter_list {
	struct counter items[COUNTERS_MAX];
	size_t count;
};

static void add(struct counter_list *l, const char *name, uint64_t value)
{
	netral_assert(l->count < COUNTERS_MAX);
	l->items[l->count++] = (struct counter){name, value};
}

static void list_counters(const struct recorder *r, struct counter_list *l)
{
	struct store_counts c;
	store_counts(r->store, &c);
#define X(member, name) add(l, name, r->counters.member);
	RECORDER_COUNTERS(X)
#undef X
	add(l, "netral_articles_stored", c.articles);
	add(l, "netral_events_total", c.events);
	add(l, "netral_reports_total", c.reports);
	add(l, "netral_articles_uncounted", c.uncounted);
	add(l, "netral_reports_joined_total", c.joined);
	add(l, "netral_join_searches_cut_total", c.searches_cut);
	add(l, "netral_updates_total", c.updates);
	add(l, "netral_store_bytes", c.bytes);
	add(l, "netral_store_bytes_max", c.bytes_max);
	add(l, "netral_subscribers", publisher_subscribers(r->publisher));
}

static void reply_status(struct control_socket *s, const struct peer_id *peer, uint64_t request)
{
	const struct recorder *r = s->router.recorder;
	struct counter_list l = {.count = 0};
	list_counters(r, &l);
	struct message m = {.type = MSG_STATUS_REPLY,
			    .status_reply = {.request = request,
					     .program = "netral-record",
					     .version = NETRAL_VERSION,
					     .pid = (uint64_t)getpid(),
					     .uptime_ms = clock_ms() - s->started_ms,
					     .state = r->state,
					     .counters = l.items,
					     .counter_count = l.count}};
	router_reply(&s->router, peer, &m);
}

static int on_socket(void *user)
{
	struct control_socket *s = user;
	int r = ROUTER_MESSAGE;
	for (int i = 0; r > ROUTER_EMPTY && i < REQUESTS_PER_TURN; i++) {
		struct peer_id peer;
		struct message m;
		r = router_read(&s->router, &peer, &m);
		if (r == ROUTER_MESSAGE && m.type == MSG_STATUS_REQUEST)
			reply_status(s, &peer, m.status_request.request);
		else if (r == ROUTER_MESSAGE)
			router_refuse_type(&s->router, &peer, &m);
	}
	return r < 0 ? r : NETRAL_OK;
}

static void control_socket_freep(struct control_socket **s)
{
	control_socket_free(*s);
}

int control_socket_new(struct recorder *r, struct control_socket **ret_socket)
{
	netral_cleanup(control_socket_freep) struct control_socket *s = fault_calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	s->started_ms = clock_ms();
	int err =
		router_open(&s->router, r, "record-control", r->config.control_endpoint, HWM, HWM);
	if (err < 0)
		return err;
	loop_add(r->loop, s->router.socket, -1, on_socket, s);
	*ret_socket = netral_take(s);
	return NETRAL_OK;
}

void control_socket_free(struct control_socket *s)
{
	if (!s)
		return;
	router_close(&s->router);
	free(s);
}

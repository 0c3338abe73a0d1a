/* The queue of the SUB socket is the buffer of follow_core's rule 4: while a replay is under way
 * the socket is not watched. What does not fit into it is dropped by ZeroMQ, and seen as a loss
 * afterwards. A request that gets no answer is sent again over a new socket, so that nothing waits
 * in the old one's queue. */
#include "client/follow.h"

#include "client/runtime.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/statedir.h"
#include "proto/filter.h"

#include <stdio.h>
#include <string.h>

enum {
	LIVE_HWM = 4096,
	REPLAY_HWM = 4,
	BURST = 64, /* live messages a turn */
	ANSWER_MS = 5000,
	AGAIN_MS = 500, /* after an answer that leads nowhere */
	LOOK_MS = 5000,
};

struct follow {
	struct follow_options options;
	struct loop *loop;
	struct transport *transport;
	struct follow_core *core;
	void *live, *replay;
	struct loop_slot live_slot, replay_slot;
	struct loop_timer answer_timer, look_timer;
	struct arena arena;
	struct buf buf;
	char *replay_endpoint;
	uint64_t request;
	bool asked;  /* request is without an answer */
	bool heard;  /* the recorder said something since the last look */
	bool silent; /* it was reported silent */
	bool finished;
};

/* --- asking for replay --- */

static int on_replay(void *user);

static int open_replay(struct follow *f)
{
	void *socket = NULL;
	int r = transport_open(f->transport, TRANSPORT_DEALER, f->replay_endpoint, REPLAY_HWM, 0,
			       &socket);
	if (r < 0)
		return r;
	if (f->replay)
		loop_replace(f->loop, f->replay_slot, socket, -1);
	transport_close(f->replay);
	f->replay = socket;
	return NETRAL_OK;
}

/* Without a connection the message is not taken: the timer comes back to it. */
static int ask(struct follow *f)
{
	struct message m = {.type = MSG_REPLAY};
	follow_core_replay(f->core, &m.replay);
	m.replay.request = ++f->request;
	buf_clear(&f->buf);
	int r = codec_encode(&m, &f->buf);
	if (r < 0)
		return r;
	r = transport_send(f->replay, &f->buf);
	f->asked = r == NETRAL_OK;
	loop_timer_set(f->loop, f->answer_timer, f->asked ? ANSWER_MS : AGAIN_MS / 10);
	return r == NETRAL_EAGAIN || r == NETRAL_ENOTFOUND ? NETRAL_OK : r;
}

/* After each input: what does the state machine want now? */
static int go_on(struct follow *f)
{
	bool replaying = follow_core_state(f->core) == FOLLOW_REPLAYING && !f->finished;
	loop_watch(f->loop, f->live_slot, !replaying && !f->finished);
	if (!replaying) {
		f->asked = false;
		loop_timer_set(f->loop, f->answer_timer, UINT64_MAX);
		return NETRAL_OK;
	}
	return f->asked ? NETRAL_OK : ask(f);
}

static int on_answer_late(void *user)
{
	struct follow *f = user;
	if (follow_core_state(f->core) != FOLLOW_REPLAYING || f->finished)
		return NETRAL_OK;
	int r = f->asked ? open_replay(f) : NETRAL_OK;
	return r < 0 ? r : ask(f);
}

static int ask_later(struct follow *f)
{
	f->asked = true; /* as good as: the timer asks again */
	f->request++;    /* whatever still comes is too late */
	loop_timer_set(f->loop, f->answer_timer, AGAIN_MS);
	return NETRAL_OK;
}

/* --- answers --- */

static int take_page(struct follow *f, const struct msg_replay_page *p)
{
	uint64_t before = follow_core_verified(f->core);
	f->asked = false;
	if (follow_core_page(f->core, p) < 0)
		return ask_later(f);
	int r = go_on(f);
	if (r == NETRAL_OK && follow_core_verified(f->core) != before)
		f->options.on_verified(f->options.user);
	return r;
}

static int take_refusal(struct follow *f, const struct msg_error *e)
{
	uint64_t head = 0;
	f->asked = false;
	int r = follow_core_refused(f->core, e, &head);
	if (r == NETRAL_EINVALID) {
		f->finished = true;
		f->options.on_beyond_end(f->options.user, head);
		return go_on(f);
	}
	return r < 0 ? ask_later(f) : go_on(f);
}

static int take_answer(struct follow *f, const struct frame *frame)
{
	struct message m;
	f->heard = true;
	arena_reset(&f->arena);
	int r = codec_decode(frame_data(frame), frame_len(frame), &f->arena, &m, NULL);
	if (r == NETRAL_ENOMEM)
		return r;
	if (r < 0)
		return f->asked ? ask_later(f) : NETRAL_OK;
	if (m.type == MSG_REPLAY_PAGE && f->asked && m.replay_page.request == f->request)
		return take_page(f, &m.replay_page);
	if (m.type == MSG_ERROR && f->asked &&
	    (m.error.request == f->request || m.error.request == 0))
		return take_refusal(f, &m.error);
	return NETRAL_OK;
}

static int on_replay(void *user)
{
	struct follow *f = user;
	struct frame frame;
	int r = transport_recv(f->replay, &frame);
	if (r != 1)
		return r == NETRAL_EMALFORMED ? NETRAL_OK : r;
	r = take_answer(f, &frame);
	frame_close(&frame);
	return r;
}

/* --- live --- */

static int take_head(struct follow *f, const struct msg_head *h)
{
	bool first = follow_core_state(f->core) == FOLLOW_WAITING;
	follow_core_head(f->core, h);
	if (first)
		f->options.on_started(f->options.user);
	return go_on(f);
}

static int take_live(struct follow *f, const struct frame *frame)
{
	struct message m;
	f->heard = true;
	arena_reset(&f->arena);
	int r = codec_decode(frame_data(frame), frame_len(frame), &f->arena, &m, NULL);
	if (r == NETRAL_ENOMEM)
		return r;
	if (r < 0)
		return NETRAL_OK; /* counts as lost, and is seen so */
	if (m.type == MSG_HEAD)
		return take_head(f, &m.head);
	if (m.type == MSG_UPDATE)
		follow_core_update(f->core, &m.update);
	return go_on(f);
}

static int on_live(void *user)
{
	struct follow *f = user;
	for (int i = 0; i < BURST && !f->finished; i++) {
		char topic[CODEC_TOPIC_MAX];
		struct frame frame;
		int r = transport_recv_topic(f->live, topic, sizeof(topic), &frame);
		if (r == NETRAL_EMALFORMED)
			continue;
		if (r != 1)
			return r;
		r = take_live(f, &frame);
		frame_close(&frame);
		if (r < 0 || follow_core_state(f->core) == FOLLOW_REPLAYING)
			return r;
	}
	return NETRAL_OK;
}

/* A recorder publishes a Head every second, and answers what it is asked. */
static int on_look(void *user)
{
	struct follow *f = user;
	if (f->heard == f->silent)
		f->options.on_notice(f->options.user,
				     f->heard ? "netral-record answers again"
					      : "netral-record is silent; waiting for it");
	f->silent = !f->heard;
	f->heard = false;
	loop_timer_set(f->loop, f->look_timer, LOOK_MS);
	return NETRAL_OK;
}

/* --- start and end --- */

static void pass_update(void *user, const struct update *u)
{
	struct follow *f = user;
	f->options.on_update(f->options.user, u);
}

static void pass_notice(void *user, const char *text)
{
	struct follow *f = user;
	f->options.on_notice(f->options.user, text);
}

/* "head" comes last: its Head answers when all other subscriptions are in place. */
static int subscribe(struct follow *f)
{
	char topics[FOLLOW_PREFIXES_MAX][CODEC_TOPIC_MAX];
	size_t n = filter_topics(f->options.filter, topics, FOLLOW_PREFIXES_MAX);
	int r = NETRAL_OK;
	for (size_t i = 0; r == NETRAL_OK && i < n; i++)
		r = transport_subscribe(f->live, topics[i]);
	return r < 0 ? r : transport_subscribe(f->live, "head");
}

static int connect_sockets(struct follow *f)
{
	netral_cleanup(netral_freep) char *updates =
		statedir_endpoint(NULL, f->options.runtime_dir, RUNTIME_UPDATES);
	f->replay_endpoint = statedir_endpoint(NULL, f->options.runtime_dir, RUNTIME_REPLAY);
	if (!updates || !f->replay_endpoint)
		return NETRAL_ENOMEM;
	int r = transport_open(f->transport, TRANSPORT_SUBSCRIBER, updates, LIVE_HWM, 0, &f->live);
	if (r == NETRAL_OK)
		r = subscribe(f);
	return r < 0 ? r : open_replay(f);
}

static void join_loop(struct follow *f)
{
	f->live_slot = loop_add(f->loop, f->live, -1, on_live, f);
	f->replay_slot = loop_add(f->loop, f->replay, -1, on_replay, f);
	f->answer_timer = loop_timer_add(f->loop, on_answer_late, f);
	f->look_timer = loop_timer_add(f->loop, on_look, f);
	loop_timer_set(f->loop, f->look_timer, LOOK_MS);
}

int follow_new(const struct follow_options *o, struct loop *l, struct transport *t,
	       struct follow **ret_follow)
{
	struct follow *f = calloc(1, sizeof(*f));
	if (!f)
		return NETRAL_ENOMEM;
	f->options = *o;
	f->loop = l;
	f->transport = t;
	codec_arena_init(&f->arena);
	buf_init(&f->buf, CODEC_FRAME_MAX);
	struct follow_sink sink = {f, pass_update, pass_notice};
	int r = follow_core_new(o->filter, o->from, &sink, &f->core);
	if (r == NETRAL_OK)
		r = connect_sockets(f);
	if (r < 0) {
		follow_free(f);
		return r;
	}
	join_loop(f);
	*ret_follow = f;
	return NETRAL_OK;
}

void follow_free(struct follow *f)
{
	if (!f)
		return;
	transport_close(f->live);
	transport_close(f->replay);
	follow_core_free(f->core);
	arena_fini(&f->arena);
	buf_fini(&f->buf);
	free(f->replay_endpoint);
	free(f);
}

void follow_verify(struct follow *f)
{
	if (follow_core_state(f->core) != FOLLOW_LIVE)
		return;
	follow_core_verify(f->core);
	loop_timer_set(f->loop, f->answer_timer, 0);
	loop_watch(f->loop, f->live_slot, false);
}

const struct follow_core *follow_state_of(const struct follow *f)
{
	return f->core;
}

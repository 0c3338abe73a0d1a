/* follow_core on sockets, driven by whoever calls netral_next().
 *
 * One page of a replay, or one live update, is decoded at a time, and nothing more is read before
 * its updates were returned: that page, ZeroMQ's queue of LIVE_HWM messages and the kernel's
 * buffers are all that a slow caller makes us hold. What finds no room there is dropped by the
 * publisher, shows as a gap, and is replayed. While one page is being returned the next is under
 * way, so that recorder and caller work at the same time.
 *
 * While a replay is under way the SUB socket is left unread: its queue is the buffer of
 * follow_core's rule 4. A request that gets no answer is sent again over a new socket, so that
 * nothing waits in the old one's queue. */
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "libnetral/follow_core.h"
#include "libnetral/readiness.h"
#include "libnetral/settings.h"
#include "proto/filter.h"
#include "proto/transport.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

enum {
	LIVE_HWM = 4096,
	REPLAY_HWM = 4,
	BURST = 256,           /* messages looked at in one call that returns nothing of them */
	ANSWER_MS = 5000,      /* at first; doubled each time that none came, */
	ANSWER_MAX_MS = 60000, /* so that a recorder with too much to do is not asked for more */
	AGAIN_MS = 500,        /* after an answer that leads nowhere */
	CONNECT_MS = 50,       /* as long as there is no connection to send over */
	LOOK_MS = 5000,
	KEEP_BYTES = 64 * 1024,
};

struct netral_subscriber {
	struct settings settings;
	struct transport *transport;
	struct follow_core *core;
	void *live, *replay;
	struct readiness readiness;
	struct arena arena; /* what the updates below hold */
	struct buf buf;
	struct update heard_live;
	const struct update *updates[CODEC_UPDATES_MAX]; /* heard_live, or of a page in the arena */
	size_t update_count, returned;
	bool epoch_changed, caught_up, hearing_changed; /* events to be returned */
	bool verify; /* the replay under way began before netral_verify(): another follows */
	uint64_t request;
	bool asked;            /* request is without an answer */
	uint64_t ask_again_ms; /* on the clock */
	uint64_t patience_ms;
	uint64_t look_ms;
	bool heard;  /* netral-record said something since the last look */
	bool silent; /* it was reported silent */
	uint64_t head;
	uint64_t counted; /* updates that were taken for the caller */
	int failed;       /* what every call returns from now on */
};

static bool take_flag(bool *flag)
{
	bool was = *flag;
	*flag = false;
	return was;
}

/* --- what follow_core says --- */

/* A page holds no more updates than there is room for: codec_decode() sees to it. */
static void take_update(void *user, const struct update *u)
{
	struct netral_subscriber *s = user;
	if (!settings_match(&s->settings, u))
		return;
	netral_assert(s->update_count < CODEC_UPDATES_MAX);
	s->updates[s->update_count++] = u;
	s->counted++;
}

static void take_epoch(void *user, bool replaced)
{
	struct netral_subscriber *s = user;
	(void)replaced;
	s->epoch_changed = true;
	s->head = 0;
}

static bool is_replaying(const struct netral_subscriber *s)
{
	return follow_core_state(s->core) == FOLLOW_REPLAYING;
}

static void note_head(struct netral_subscriber *s, uint64_t head)
{
	if (head > s->head)
		s->head = head;
}

/* --- asking for replay --- */

static int open_replay(struct netral_subscriber *s)
{
	void *socket = NULL;
	int r = transport_open(s->transport, TRANSPORT_DEALER, s->settings.replay, REPLAY_HWM, 0,
			       &socket);
	if (r < 0)
		return r;
	if (s->replay)
		readiness_remove(&s->readiness, s->replay);
	transport_close(s->replay);
	s->replay = socket;
	return readiness_add(&s->readiness, socket);
}

/* Without a connection the message is not taken: it is tried again when the socket has news, or
 * soon. */
static int ask(struct netral_subscriber *s)
{
	struct message m = {.type = MSG_REPLAY};
	follow_core_replay(s->core, &m.replay);
	m.replay.request = ++s->request;
	buf_clear(&s->buf);
	int r = codec_encode(&m, &s->buf);
	if (r < 0)
		return r;
	r = transport_send(s->replay, &s->buf);
	s->asked = r == NETRAL_OK;
	s->ask_again_ms = clock_ms() + (s->asked ? s->patience_ms : CONNECT_MS);
	return r == NETRAL_EAGAIN || r == NETRAL_ENOTFOUND ? NETRAL_OK : r;
}

static void ask_later(struct netral_subscriber *s)
{
	s->asked = true; /* as good as */
	s->request++;    /* whatever still comes is too late */
	s->ask_again_ms = clock_ms() + AGAIN_MS;
}

/* The answer is late, or may be asked for again. */
static int ask_again(struct netral_subscriber *s)
{
	int r = s->asked ? open_replay(s) : NETRAL_OK;
	if (s->asked && s->patience_ms < ANSWER_MAX_MS)
		s->patience_ms *= 2;
	s->asked = false;
	return r < 0 ? r : ask(s);
}

/* --- answers --- */

static int take_page(struct netral_subscriber *s, const struct msg_replay_page *p)
{
	s->asked = false;
	if (follow_core_page(s->core, p) < 0) {
		ask_later(s);
		return NETRAL_OK;
	}
	note_head(s, p->head);
	s->patience_ms = ANSWER_MS;
	if (!is_replaying(s) && take_flag(&s->verify))
		follow_core_verify(s->core);
	if (is_replaying(s))
		return ask(s); /* the next page, while the caller works on this one */
	s->caught_up = true;
	return NETRAL_OK;
}

static int take_refusal(struct netral_subscriber *s, const struct msg_error *e)
{
	uint64_t head = 0;
	s->asked = false;
	int r = follow_core_refused(s->core, e, &head);
	if (r == NETRAL_EFUTURE) {
		s->failed = r;
		s->head = head;
		return r;
	}
	if (r < 0)
		ask_later(s);
	return NETRAL_OK;
}

/* What could not be decoded for want of memory is asked for again, and an Error that could not tell
 * what it answers is taken for ours. */
static int take_answer(struct netral_subscriber *s, const struct frame *f)
{
	struct message m;
	s->heard = true;
	int r = codec_decode(frame_data(f), frame_len(f), &s->arena, &m, NULL);
	if (r < 0) {
		if (s->asked)
			ask_later(s);
		return r == NETRAL_ENOMEM ? r : NETRAL_OK;
	}
	if (!s->asked)
		return NETRAL_OK;
	if (m.type == MSG_REPLAY_PAGE && m.replay_page.request == s->request)
		return take_page(s, &m.replay_page);
	if (m.type == MSG_ERROR && (m.error.request == s->request || m.error.request == 0))
		return take_refusal(s, &m.error);
	return NETRAL_OK;
}

/* 1 when there was a message, 0 when there was none. */
static int hear_answer(struct netral_subscriber *s)
{
	struct frame f;
	int r = s->asked ? NETRAL_OK : ask(s);
	if (r < 0)
		return r;
	r = transport_recv(s->replay, &f);
	if (r != 1)
		return r == NETRAL_EMALFORMED ? 1 : r;
	r = take_answer(s, &f);
	frame_close(&f);
	return r < 0 ? r : 1;
}

/* --- live --- */

static void take_head(struct netral_subscriber *s, const struct msg_head *h)
{
	bool first = follow_core_state(s->core) == FOLLOW_WAITING;
	follow_core_head(s->core, h);
	if (first && !is_replaying(s))
		s->caught_up = true;
	if (follow_core_state(s->core) == FOLLOW_LIVE)
		note_head(s, h->seq);
}

/* What cannot be decoded counts as lost, and is seen so. */
static int take_live(struct netral_subscriber *s, const struct frame *f)
{
	struct message m;
	s->heard = true;
	int r = codec_decode(frame_data(f), frame_len(f), &s->arena, &m, NULL);
	if (r < 0)
		return r == NETRAL_ENOMEM ? r : NETRAL_OK;
	if (m.type == MSG_HEAD)
		take_head(s, &m.head);
	if (m.type == MSG_UPDATE) {
		s->heard_live = m.update;
		follow_core_update(s->core, &s->heard_live);
	}
	return NETRAL_OK;
}

static int hear_live(struct netral_subscriber *s)
{
	char topic[CODEC_TOPIC_MAX];
	struct frame f;
	int r = transport_recv_topic(s->live, topic, sizeof(topic), &f);
	if (r != 1)
		return r == NETRAL_EMALFORMED ? 1 : r;
	r = take_live(s, &f);
	frame_close(&f);
	return r < 0 ? r : 1;
}

/* --- time --- */

/* A recorder publishes a Head every second, and answers what it is asked. Called when nothing is
 * left to be heard, so a caller that was away does not take its own silence for the recorder's. */
static void look(struct netral_subscriber *s, uint64_t now_ms)
{
	s->hearing_changed = s->heard == s->silent;
	s->silent = !s->heard;
	s->heard = false;
	s->look_ms = now_ms + LOOK_MS;
}

/* 1 when there is something to go on with. */
static int on_time(struct netral_subscriber *s)
{
	uint64_t now_ms = clock_ms();
	if (now_ms >= s->look_ms)
		look(s, now_ms);
	if (is_replaying(s) && now_ms >= s->ask_again_ms) {
		int r = ask_again(s);
		if (r < 0)
			return r;
	}
	return s->hearing_changed;
}

static uint64_t deadline(const struct netral_subscriber *s)
{
	return is_replaying(s) && s->ask_again_ms < s->look_ms ? s->ask_again_ms : s->look_ms;
}

/* --- the next event --- */

/* A page is large, and a subscriber that waits should be small. */
static void forget_updates(struct netral_subscriber *s)
{
	s->update_count = s->returned = 0;
	if (s->arena.used > KEEP_BYTES && !is_replaying(s))
		arena_fini(&s->arena);
	else
		arena_reset(&s->arena);
}

static int take_event(struct netral_subscriber *s, const struct netral_update **ret_update)
{
	*ret_update = NULL;
	if (take_flag(&s->epoch_changed))
		return NETRAL_EPOCH;
	if (take_flag(&s->hearing_changed))
		return s->silent ? NETRAL_SILENT : NETRAL_BACK;
	if (s->returned < s->update_count) {
		*ret_update = public_update(s->updates[s->returned++]);
		return NETRAL_UPDATE;
	}
	return take_flag(&s->caught_up) ? NETRAL_LIVE : NETRAL_NOTHING;
}

static bool has_event(const struct netral_subscriber *s)
{
	return s->epoch_changed || s->hearing_changed || s->returned < s->update_count ||
	       s->caught_up;
}

/* 1 when something was heard; 0 when nothing is left to be heard or to be done by now. Both sockets
 * must have been looked at by then: see readiness.h. */
static int hear(struct netral_subscriber *s)
{
	int r = is_replaying(s) ? hear_answer(s) : hear_live(s);
	if (r == 0)
		r = on_time(s);
	if (r != 0)
		return r;
	bool answer = transport_has_input(s->replay), live = transport_has_input(s->live);
	return is_replaying(s) ? answer : live;
}

static int hear_event(struct netral_subscriber *s, const struct netral_update **ret_update)
{
	for (int i = 0; i < BURST; i++) {
		forget_updates(s);
		int r = hear(s);
		if (r < 0)
			return r;
		if (has_event(s))
			return take_event(s, ret_update);
		if (r == 0)
			return readiness_lower(&s->readiness, deadline(s));
	}
	int r = readiness_raise(&s->readiness);
	return r < 0 ? r : NETRAL_NOTHING;
}

int netral_next(struct netral_subscriber *s, const struct netral_update **ret_update)
{
	int r = take_event(s, ret_update);
	if (r == NETRAL_NOTHING)
		r = s->failed ? s->failed : hear_event(s, ret_update);
	if (r == NETRAL_NOTHING)
		return r;
	int err = readiness_raise(&s->readiness);
	return r < 0 || err == NETRAL_OK ? r : err;
}

int netral_fd(const struct netral_subscriber *s)
{
	return s->readiness.epoll_fd;
}

int netral_wait(struct netral_subscriber *s, int timeout_ms)
{
	struct pollfd fd = {.fd = s->readiness.epoll_fd, .events = POLLIN};
	int n = poll(&fd, 1, timeout_ms);
	if (n < 0)
		return errno == EINTR ? 0 : NETRAL_EIO;
	return n;
}

/* --- what it knows --- */

/* Of a page that is being returned, all before its next update was. */
int netral_position(const struct netral_subscriber *s, struct netral_position *ret_position)
{
	const struct epoch *epoch = follow_core_epoch(s->core);
	uint64_t through = follow_core_through(s->core);
	if (!epoch)
		return 0;
	if (s->returned < s->update_count && s->updates[s->returned]->seq <= through)
		through = s->updates[s->returned]->seq - 1;
	memcpy(ret_position->epoch, epoch->bytes, sizeof(ret_position->epoch));
	ret_position->seq = through;
	return 1;
}

void netral_verify(struct netral_subscriber *s)
{
	s->verify = is_replaying(s);
	s->caught_up = false; /* that was before */
	follow_core_verify(s->core);
	/* An error that lasts is met again by netral_next(). */
	(void)readiness_raise(&s->readiness);
}

uint64_t netral_head(const struct netral_subscriber *s)
{
	return s->head;
}

uint64_t netral_count(const struct netral_subscriber *s, int counter)
{
	struct follow_counts counts = follow_core_counts(s->core);
	switch ((enum netral_counter)counter) {
	case NETRAL_RETURNED:
		return s->counted;
	case NETRAL_DUPLICATES:
		return counts.duplicates;
	case NETRAL_GAPS:
		return counts.gaps;
	case NETRAL_EPOCHS:
		return counts.epochs;
	}
	return 0;
}

/* --- start and end --- */

/* "head" comes last: its Head answers when all other subscriptions are in place. */
static int subscribe(struct netral_subscriber *s)
{
	char topics[FOLLOW_PREFIXES_MAX][CODEC_TOPIC_MAX];
	size_t n = filter_topics(&s->settings.filter, topics, FOLLOW_PREFIXES_MAX);
	int r = NETRAL_OK;
	for (size_t i = 0; r == NETRAL_OK && i < n; i++)
		r = transport_subscribe(s->live, topics[i]);
	return r < 0 ? r : transport_subscribe(s->live, "head");
}

static int connect_sockets(struct netral_subscriber *s)
{
	int r = transport_new(&s->transport);
	if (r == NETRAL_OK)
		r = transport_open(s->transport, TRANSPORT_SUBSCRIBER, s->settings.updates,
				   LIVE_HWM, 0, &s->live);
	if (r == NETRAL_OK)
		r = readiness_add(&s->readiness, s->live);
	if (r == NETRAL_OK)
		r = subscribe(s);
	return r < 0 ? r : open_replay(s);
}

static uint64_t first_number(const struct settings *s)
{
	switch (s->start) {
	case NETRAL_FROM_BEGINNING:
		return 1;
	case NETRAL_FROM_POSITION:
		return s->position.seq + 1;
	case NETRAL_FROM_NUMBER:
		return s->number;
	case NETRAL_FROM_NOW:
		break;
	}
	return FOLLOW_NOW;
}

static int make_core(struct netral_subscriber *s)
{
	const struct follow_sink sink = {s, take_update, take_epoch};
	int r = follow_core_new(&s->settings.filter, first_number(&s->settings), &sink, &s->core);
	if (r == NETRAL_OK && s->settings.start == NETRAL_FROM_POSITION) {
		struct epoch epoch;
		memcpy(epoch.bytes, s->settings.position.epoch, sizeof(epoch.bytes));
		follow_core_expect(s->core, &epoch);
	}
	return r;
}

int netral_subscribe(const struct netral_options *options,
		     struct netral_subscriber **ret_subscriber)
{
	struct netral_subscriber *s = fault_calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	codec_arena_init(&s->arena);
	buf_init(&s->buf, CODEC_FRAME_MAX);
	s->look_ms = clock_ms() + LOOK_MS;
	s->patience_ms = ANSWER_MS;
	int r = readiness_init(&s->readiness);
	if (r == NETRAL_OK)
		r = settings_init(&s->settings, options);
	if (r == NETRAL_OK)
		r = make_core(s);
	if (r == NETRAL_OK)
		r = connect_sockets(s);
	if (r == NETRAL_OK)
		r = readiness_raise(&s->readiness);
	if (r < 0) {
		netral_unsubscribe(s);
		return r;
	}
	*ret_subscriber = s;
	return NETRAL_OK;
}

void netral_unsubscribe(struct netral_subscriber *s)
{
	if (!s)
		return;
	readiness_fini(&s->readiness);
	transport_free(s->transport);
	follow_core_free(s->core);
	arena_fini(&s->arena);
	buf_fini(&s->buf);
	settings_fini(&s->settings);
	free(s);
}

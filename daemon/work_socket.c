/* A worker that was killed on this machine leaves no trace until something is sent to it: so
 * workers that hold articles and said nothing for a heartbeat are pinged, and the failed send tells
 * that they are gone, long before their silence does. */
#include "daemon/work_socket.h"

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "proto/endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

enum {
	BURST = 256,       /* messages read in a turn */
	WORKS_A_TURN = 64, /* messages sent in a turn */
	/* Done marks are small, but who may connect may also send 8 MB. */
	HWM = 256,
	ITEMS_MAX = 64,
	BYTES_MAX = 256 << 10, /* then a Work is full; one article may go beyond */
	HELD_BYTES_MAX = 32 << 20,
	WAITING_MAX = 100000,
	/* With so many ends not yet committed, nothing more is handed out. */
	CHANGES_MAX = 65536,
};

struct work_socket {
	struct endpoint endpoint;
	struct loop *loop;
	struct journal *journal;
	struct changes *changes;
	struct counters *counters;
	struct dispatch *dispatch;
	struct loop_timer tick_timer;
	struct loop_timer due_timer;
	uint64_t heartbeat_ms, silence_ms, backoff_max_ms;
	uint64_t next_seq; /* what journal_next() yielded last */
	struct bytes next_article;
	struct log_limit hello_limit;
	struct buf out;
};

/* --- what dispatch asks for and tells --- */

static int next_article(void *user, uint64_t after_seq, uint64_t *ret_seq)
{
	struct work_socket *s = user;
	int r = journal_next(s->journal, after_seq, ret_seq, &s->next_article);
	s->next_seq = r > 0 ? *ret_seq : 0;
	return r;
}

static void on_failure(void *user, const struct dispatch_failure *f)
{
	struct work_socket *s = user;
	if (f->dead)
		log_warning("work: article goes to DEAD, number=%lu tries=%u reason=\"%s\"",
			    (unsigned long)f->seq, f->tries, f->reason);
	changes_add_failure(s->changes, f, clock_real_us());
}

/* --- messages of workers --- */

static void lose(struct work_socket *s, struct dispatch_worker *w, const char *how)
{
	char reason[2 * CODEC_NAME_MAX];
	struct worker_status status = dispatch_worker_status(w);
	snprintf(reason, sizeof(reason), "worker %s %s", status.name, how);
	log_warning("work: worker is gone, name=%s held=%u", status.name, status.held);
	dispatch_lose(s->dispatch, w, loop_now_ms(s->loop), reason);
}

static void on_hello(struct work_socket *s, const struct peer_id *peer, const struct msg_hello *m)
{
	struct message welcome = {.type = MSG_WELCOME,
				  .welcome = {.heartbeat_ms = (uint32_t)s->heartbeat_ms,
					      .silence_ms = (uint32_t)s->silence_ms}};
	int r = dispatch_hello(s->dispatch, peer, m, loop_now_ms(s->loop));
	if (r < 0) {
		endpoint_refuse(&s->endpoint, peer, CODE_BUSY, 0, "%s",
				r == NETRAL_EBUSY ? "too many workers (workers_max)"
						  : netral_strerror(r));
		return;
	}
	if (log_limit_pass(&s->hello_limit, loop_now_ms(s->loop)))
		log_info("work: worker has come, name=%s version=%s credit=%u", m->name, m->version,
			 m->credit);
	/* Without a Welcome it says Hello again. */
	(void)endpoint_send(&s->endpoint, peer, &welcome);
}

static void refuse_leases(struct work_socket *s, const struct peer_id *peer, size_t count,
			  uint64_t seq)
{
	if (count == 0)
		return;
	s->counters->not_held += count;
	endpoint_refuse(&s->endpoint, peer, CODE_NOT_HELD, 0,
			"%zu leases are not held, the first for article %lu", count,
			(unsigned long)seq);
}

static void on_done(struct work_socket *s, const struct peer_id *peer, struct dispatch_worker *w,
		    const struct msg_done *m)
{
	size_t not_held = 0;
	uint64_t first = 0;
	for (size_t i = 0; i < m->lease_count; i++) {
		if (!dispatch_done(s->dispatch, w, m->leases[i])) {
			first = not_held++ ? first : m->leases[i].seq;
			continue;
		}
		changes_add_done(s->changes, m->leases[i].seq);
	}
	refuse_leases(s, peer, not_held, first);
}

static void on_handled(struct work_socket *s, const struct peer_id *peer, struct dispatch_worker *w,
		       const struct msg_handled *m)
{
	size_t not_held = 0;
	uint64_t first = 0;
	for (size_t i = 0; i < m->lease_count; i++) {
		if (!dispatch_handled(s->dispatch, w, m->leases[i]))
			first = not_held++ ? first : m->leases[i].seq;
	}
	refuse_leases(s, peer, not_held, first);
}

/* Everything but Hello needs a session. */
static void on_session(struct work_socket *s, const struct peer_id *peer, struct dispatch_worker *w,
		       const struct message *m)
{
	const struct message pong = {.type = MSG_PONG}, bye = {.type = MSG_BYE};
	switch (m->type) {
	case MSG_DONE:
		crash_point("netrald-before-done");
		on_done(s, peer, w, &m->done);
		break;
	case MSG_HANDLED:
		on_handled(s, peer, w, &m->handled);
		break;
	case MSG_FAILED:
		if (!dispatch_failed(s->dispatch, w, &m->failed, loop_now_ms(s->loop)))
			refuse_leases(s, peer, 1, m->failed.lease.seq);
		break;
	case MSG_PING:
		(void)endpoint_send(&s->endpoint, peer, &pong);
		break;
	case MSG_PONG:
		break;
	case MSG_BYE:
		dispatch_bye(s->dispatch, w);
		(void)endpoint_send(&s->endpoint, peer, &bye);
		break;
	default:
		endpoint_refuse_type(&s->endpoint, peer, m);
	}
	dispatch_settle(s->dispatch, w);
}

static void on_message(struct work_socket *s, const struct peer_id *peer, const struct message *m)
{
	struct dispatch_worker *w;
	if (m->type == MSG_HELLO)
		on_hello(s, peer, &m->hello);
	else if (m->type == MSG_ERROR)
		endpoint_refuse_type(&s->endpoint, peer, m);
	else if ((w = dispatch_hear(s->dispatch, peer, loop_now_ms(s->loop))))
		on_session(s, peer, w, m);
	else
		endpoint_refuse(&s->endpoint, peer, CODE_HELLO_FIRST, 0,
				"%s without a session: say Hello", codec_type_name(m->type));
}

static int on_readable(void *user)
{
	struct work_socket *s = user;
	struct peer_id peer;
	struct message m;
	for (int i = 0; i < BURST; i++) {
		int r = endpoint_receive(&s->endpoint, &peer, &m);
		if (r == 0)
			break;
		if (r < 0)
			return r;
		on_message(s, &peer, &m);
	}
	return NETRAL_OK;
}

/* --- time --- */

static void ping_quiet_worker(void *user, struct dispatch_worker *w)
{
	struct work_socket *s = user;
	const struct message ping = {.type = MSG_PING};
	uint64_t quiet_ms = loop_now_ms(s->loop) - dispatch_heard_ms(w);
	if (dispatch_worker_status(w).held == 0 || quiet_ms < s->heartbeat_ms)
		return;
	if (endpoint_send(&s->endpoint, dispatch_peer(w), &ping) == NETRAL_ENOTFOUND)
		dispatch_mark_gone(w);
}

static int on_tick(void *user)
{
	struct work_socket *s = user;
	uint64_t now = loop_now_ms(s->loop);
	uint64_t lost = dispatch_counts(s->dispatch).lost_workers;
	dispatch_each_worker(s->dispatch, ping_quiet_worker, s);
	dispatch_tick(s->dispatch, now, s->heartbeat_ms);
	lost = dispatch_counts(s->dispatch).lost_workers - lost;
	if (lost > 0)
		log_warning("work: workers are gone or silent, count=%lu", (unsigned long)lost);
	loop_timer_set(s->loop, s->tick_timer, s->heartbeat_ms);
	return NETRAL_OK;
}

static int on_due(void *user)
{
	(void)user; /* the end of the turn hands out what is due */
	return NETRAL_OK;
}

/* --- handing out --- */

struct parcel {
	struct work_stored items[ITEMS_MAX];
	struct hand_out hand_outs[ITEMS_MAX];
	size_t count;
	size_t bytes;
};

/* The stored form of an article that was taken: 1, 0 or negative. */
static int load(struct work_socket *s, uint64_t seq, struct bytes *ret)
{
	if (s->next_seq == seq) {
		*ret = s->next_article;
		return 1;
	}
	return journal_get(s->journal, seq, ret);
}

/* With little to do, what there is is shared among the workers. */
static size_t fair_share(struct work_socket *s)
{
	struct dispatch_counts c = dispatch_counts(s->dispatch);
	uint64_t known = c.in_flight + c.waiting + changes_ended(s->changes);
	uint64_t all = journal_article_count(s->journal);
	uint64_t share = (all > known ? all - known : 0) / (c.workers ? c.workers : 1) + 1;
	return share < ITEMS_MAX ? (size_t)share : ITEMS_MAX;
}

/* The next article for `w`, with its stored form. 1, 0 when there is none now, or negative. */
static int take(struct work_socket *s, struct dispatch_worker *w, struct hand_out *h,
		struct bytes *ret_article)
{
	uint32_t out = dispatch_counts(s->dispatch).in_flight;
	int r = changes_reserve(s->changes, (size_t)out + 1);
	if (r == NETRAL_OK)
		r = dispatch_take(s->dispatch, w, loop_now_ms(s->loop), h);
	if (r == NETRAL_ENOMEM)
		return 0; /* what is out comes back and frees some */
	if (r > 0)
		r = load(s, h->seq, ret_article);
	return r;
}

static int fill(struct work_socket *s, struct dispatch_worker *w, struct parcel *p)
{
	size_t limit = fair_share(s);
	p->count = p->bytes = 0;
	while (p->count < limit && p->bytes < BYTES_MAX) {
		struct hand_out *h = &p->hand_outs[p->count];
		struct bytes article;
		*h = (struct hand_out){0};
		int r = take(s, w, h, &article);
		if (r == 0 && h->seq != 0) {
			dispatch_forget(s->dispatch, w, h); /* not in the journal */
			continue;
		}
		if (r <= 0)
			return r;
		dispatch_weigh(s->dispatch, w, h, article.len);
		p->items[p->count++] = (struct work_stored){h->seq, h->lease, h->tries, article};
		p->bytes += article.len;
	}
	return NETRAL_OK;
}

static int send_parcel(struct work_socket *s, struct dispatch_worker *w, struct parcel *p)
{
	buf_clear(&s->out);
	int r = buf_reserve(&s->out, p->bytes + (p->count + 1) * 64);
	if (r == NETRAL_OK)
		r = codec_encode_work(p->items, p->count, &s->out);
	if (r == NETRAL_OK)
		r = transport_send_to(s->endpoint.socket, dispatch_peer(w), &s->out);
	if (r == NETRAL_ENOTFOUND)
		lose(s, w, "has disconnected");
	else if (r < 0)
		dispatch_take_back(s->dispatch, w, p->hand_outs, p->count, loop_now_ms(s->loop));
	return r == NETRAL_EIO ? r : NETRAL_OK;
}

static int hand_out(struct work_socket *s)
{
	uint64_t now = loop_now_ms(s->loop);
	for (int i = 0; i < WORKS_A_TURN; i++) {
		struct parcel p;
		struct dispatch_worker *w = dispatch_pick(s->dispatch, now);
		if (!w)
			return NETRAL_OK;
		int r = fill(s, w, &p);
		if (r < 0 || p.count == 0)
			return r;
		r = send_parcel(s, w, &p);
		if (r < 0)
			return r;
		crash_point("netrald-after-dispatch");
	}
	loop_again(s->loop);
	return NETRAL_OK;
}

int work_socket_hand_out(struct work_socket *s)
{
	uint64_t now = loop_now_ms(s->loop);
	s->next_seq = 0;
	int r = s->changes->count < CHANGES_MAX ? hand_out(s) : NETRAL_OK;
	uint64_t due = dispatch_next_due_ms(s->dispatch, now);
	loop_timer_set(s->loop, s->due_timer, due == UINT64_MAX ? due : due - now);
	return r;
}

/* --- life --- */

static int restore(void *user, const struct journal_try *t)
{
	struct work_socket *s = user;
	uint64_t now_us = clock_real_us();
	uint64_t wait_ms = t->not_before_us > now_us ? (t->not_before_us - now_us) / 1000 : 0;
	if (wait_ms > s->backoff_max_ms)
		wait_ms = s->backoff_max_ms; /* the real-time clock was set back */
	return dispatch_restore(s->dispatch, t->seq, t->tries, t->suspect,
				loop_now_ms(s->loop) + wait_ms);
}

static int make_dispatch(struct work_socket *s, const struct netrald_config *config)
{
	uint64_t first_lease = 0;
	/* A lease of an earlier process must not be one of this process. */
	if (getrandom(&first_lease, sizeof(first_lease), 0) != (ssize_t)sizeof(first_lease))
		return NETRAL_EIO;
	const struct dispatch_options o = {.workers_max = (uint32_t)config->workers_max,
					   .waiting_max = WAITING_MAX,
					   .max_tries = (uint32_t)config->max_tries,
					   .backoff_ms = config->retry_backoff_ms,
					   .backoff_max_ms = config->retry_backoff_max_ms,
					   .silence_ms = config->silence_ms,
					   .held_bytes_max = HELD_BYTES_MAX,
					   .first_lease = first_lease >> 1,
					   .next = next_article,
					   .on_failure = on_failure,
					   .user = s};
	int r = dispatch_new(&o, &s->dispatch);
	return r < 0 ? r : journal_each_try(s->journal, restore, s);
}

static void work_socket_freep(struct work_socket **s)
{
	work_socket_free(*s);
}

int work_socket_new(const char *address, const struct netrald_config *config, struct transport *t,
		    struct loop *l, struct journal *j, struct changes *changes, struct counters *c,
		    struct work_socket **ret_socket)
{
	netral_cleanup(work_socket_freep) struct work_socket *s = fault_calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	s->loop = l;
	s->journal = j;
	s->changes = changes;
	s->counters = c;
	s->heartbeat_ms = config->heartbeat_ms;
	s->silence_ms = config->silence_ms;
	s->backoff_max_ms = config->retry_backoff_max_ms;
	buf_init(&s->out, CODEC_FRAME_MAX);
	int r = make_dispatch(s, config);
	if (r < 0)
		log_error("work: cannot read the failed hand-outs, error=\"%s\"",
			  netral_strerror(r));
	if (r == NETRAL_OK)
		r = endpoint_open(&s->endpoint, "work", address, HWM, t, l, &c->peers);
	if (r < 0)
		return r;
	loop_add(l, s->endpoint.socket, -1, on_readable, s);
	s->tick_timer = loop_timer_add(l, on_tick, s);
	s->due_timer = loop_timer_add(l, on_due, s);
	loop_timer_set(l, s->tick_timer, s->heartbeat_ms);
	*ret_socket = netral_take(s);
	return NETRAL_OK;
}

void work_socket_free(struct work_socket *s)
{
	if (!s)
		return;
	endpoint_close(&s->endpoint);
	dispatch_free(s->dispatch);
	buf_fini(&s->out);
	free(s);
}

struct dispatch *work_socket_dispatch(struct work_socket *s)
{
	return s->dispatch;
}

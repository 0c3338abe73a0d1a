/* A worker holds an article from the Work that brings it to the Done or Failed that ends it.
 *
 *   Work ──► handle each item ──► one Record ──► outbox ──► Recorded ──► Done
 *
 * Nothing waits between receiving a Work and sending its Record, so there is no queue of articles
 * here: what is held sits in the outbox, in encoded form, until netral-record answers. One thread
 * handles articles and sends heartbeats, so a worker that hangs in an article falls silent, and
 * netrald takes its leases back.
 *
 * A session with netrald ends when netrald says HELLO_FIRST (it was restarted), was silent for too
 * long, or could not be told something: a Done that does not leave would keep its lease for ever.
 * Its leases are void then, so the outbox is emptied: netrald hands the articles out again, and
 * recording twice changes nothing. */
#include "workers/worker/worker.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/log.h"
#include "lib/story/sketch.h"
#include "workers/worker/outbox.h"

#include <string.h>
/* For ZSTD_c_literalCompressionMode; a libzstd that does not know it keeps its default. */
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

enum {
	HWM = 1024,
	LINGER_MS = 1000,
	HELLO_FIRST_MS = 20, /* the connection takes a moment; doubles up to the next */
	HELLO_RETRY_MS = 500,
	DEFAULT_HEARTBEAT_MS = 1000,
	DEFAULT_SILENCE_MS = 5000,
	/* Level 1: on texts of a few KB the next levels cost twice the time for a tenth of the
	   size. */
	/* Hardly a search for repetitions, but Huffman codes for all: on news of 3.6 KB 14 us and a
	 * ratio of 1.75, where level 1 takes 33 us for 2.0 (docs/performance.md). */
	ZSTD_LEVEL = -20,
	/* What one article may need: its events, its compressed text. A Record is sent as soon as
	 * the arena holds HANDLE_BYTES. */
	ARENA_LIMIT = 64 << 20,
	HANDLE_BYTES = 2 << 20,
	RESEND_DOUBLINGS_MAX = 4,
	BURST = 16, /* messages a slot takes in one turn */
};

enum state {
	STATE_HELLO,    /* Hello sent, or not yet sendable */
	STATE_READY,    /* Welcome received: articles may come */
	STATE_DRAINING, /* Bye sent: finish what is held */
};

struct worker {
	struct worker_options o;
	struct loop *loop;
	struct transport *transport;
	void *work;
	void *results;
	struct loop_slot work_slot;
	struct loop_timer beat_timer;   /* heartbeat, silence, Hello again */
	struct loop_timer resend_timer; /* results without an answer */
	struct loop_timer drain_timer;
	enum state state;
	bool bye_answered;
	bool broken; /* something netrald must hear was not sent: a new session is due */
	uint64_t hello_wait_ms;
	uint64_t heartbeat_ms, silence_ms;
	uint64_t heard_ms; /* last sign of life of netrald */
	uint64_t pinged_ms;
	struct outbox outbox;
	struct arena wire_arena;   /* the message being decoded */
	struct arena handle_arena; /* the events and texts of one Record */
	ZSTD_CCtx *zstd;
	struct worker_counts counts;
	struct log_limit limit;
};

/* --- sending --- */

static int send_work(struct worker *w, const struct message *m)
{
	netral_cleanup(buf_fini) struct buf b;
	buf_init(&b, CODEC_FRAME_MAX);
	int r = codec_encode(m, &b);
	if (r == NETRAL_OK)
		r = transport_send(w->work, &b);
	return r;
}

/* For what netrald must hear, or it waits for ever. */
static void send_work_surely(struct worker *w, const struct message *m)
{
	if (send_work(w, m) < 0)
		w->broken = true;
}

static void say_hello(struct worker *w)
{
	struct message m = {
		.type = MSG_HELLO,
		.hello = {.name = w->o.name, .version = NETRAL_VERSION, .credit = w->o.credit}};
	/* Without a connection yet the timer says it again. */
	(void)send_work(w, &m);
}

static void say_failed(struct worker *w, struct lease lease, bool permanent, const char *reason)
{
	struct message m = {.type = MSG_FAILED,
			    .failed = {.lease = lease, .permanent = permanent, .reason = reason}};
	w->counts.failed++;
	send_work_surely(w, &m);
}

static void send_entry(struct worker *w, struct outbox_entry *e)
{
	netral_cleanup(buf_fini) struct buf copy;
	buf_init(&copy, CODEC_FRAME_MAX);
	/* Slower each time: repeating a recorder that is only slow would feed the overload. */
	e->due_ms = loop_now_ms(w->loop) + (w->o.resend_ms << e->sent_times);
	if (buf_append(&copy, e->wire.data, e->wire.len) < 0)
		return;
	crash_point("worker-before-record");
	if (transport_send(w->results, &copy) < 0)
		return; /* netral-record is away; the timer tries again */
	w->counts.resent += e->sent_times > 0;
	e->sent_times += e->sent_times < RESEND_DOUBLINGS_MAX;
	crash_point("worker-after-record");
}

/* --- the session --- */

static void session_begin(struct worker *w)
{
	w->state = STATE_HELLO;
	w->broken = false;
	w->hello_wait_ms = HELLO_FIRST_MS;
	w->heard_ms = loop_now_ms(w->loop);
	w->counts.sessions++;
	outbox_clear(&w->outbox);
	say_hello(w);
	loop_timer_set(w->loop, w->beat_timer, w->hello_wait_ms);
}

/* A fresh socket has a fresh routing id: netrald cannot take it for the one it gave up. */
static int session_reconnect(struct worker *w)
{
	void *socket = NULL;
	int r = transport_open(w->transport, TRANSPORT_DEALER, w->o.work_endpoint, HWM, LINGER_MS,
			       &socket);
	if (r < 0)
		return r;
	transport_close(w->work);
	w->work = socket;
	loop_replace(w->loop, w->work_slot, socket, -1);
	session_begin(w);
	return NETRAL_OK;
}

static void drain_check(struct worker *w)
{
	if (w->state == STATE_DRAINING && w->bye_answered && w->outbox.held == 0)
		loop_stop(w->loop);
}

/* Pings whatever else was said: only a Ping obliges netrald to answer, and its answer is what tells
 * an idle netrald from a dead one. */
static void keep_alive(struct worker *w)
{
	struct message m = {.type = MSG_PING};
	if (w->state == STATE_HELLO || loop_now_ms(w->loop) - w->pinged_ms < w->heartbeat_ms)
		return;
	w->pinged_ms = loop_now_ms(w->loop);
	(void)send_work(w, &m);
}

static int hello_again(struct worker *w)
{
	say_hello(w);
	w->hello_wait_ms =
		w->hello_wait_ms * 2 < HELLO_RETRY_MS ? w->hello_wait_ms * 2 : HELLO_RETRY_MS;
	loop_timer_set(w->loop, w->beat_timer, w->hello_wait_ms);
	return NETRAL_OK;
}

static int on_beat(void *user)
{
	struct worker *w = user;
	uint64_t silent_ms = loop_now_ms(w->loop) - w->heard_ms;

	if (w->state == STATE_HELLO)
		return hello_again(w);
	if (silent_ms > w->silence_ms && w->state == STATE_DRAINING) {
		loop_stop(w->loop);
		return NETRAL_OK;
	}
	if (silent_ms > w->silence_ms) {
		log_warning("worker: netrald is silent, new session, silent_ms=%lu held=%u",
			    (unsigned long)silent_ms, w->outbox.held);
		return session_reconnect(w);
	}
	keep_alive(w);
	loop_timer_set(w->loop, w->beat_timer, w->heartbeat_ms);
	return NETRAL_OK;
}

/* --- articles --- */

static ZSTD_CCtx *new_compressor(void)
{
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	if (!zstd)
		return NULL;
	ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
	/* Levels below 1 leave literals as they are unless told otherwise. */
	ZSTD_CCtx_setParameter(zstd, ZSTD_c_literalCompressionMode, ZSTD_ps_enable);
	return zstd;
}

static int compress_text(struct worker *w, const struct text *text, struct bytes *ret)
{
	size_t bound = ZSTD_compressBound(text->len);
	uint8_t *packed = arena_alloc(&w->handle_arena, bound);
	if (!packed)
		return NETRAL_ENOMEM;
	size_t n = ZSTD_compress2(w->zstd, packed, bound, text->ptr, text->len);
	if (ZSTD_isError(n))
		return NETRAL_ENOMEM;
	*ret = (struct bytes){packed, n};
	return NETRAL_OK;
}

/* Only what has events is ever compared with others. */
static int sketch_text(struct worker *w, const struct text *text, struct bytes *ret)
{
	struct story_sketch *sketch = arena_alloc(&w->handle_arena, sizeof(*sketch));
	if (!sketch)
		return NETRAL_ENOMEM;
	story_sketch(text->ptr, text->len, sketch);
	*ret = (struct bytes){(const uint8_t *)sketch->value, SKETCH_BYTES};
	return NETRAL_OK;
}

static int handle_item(struct worker *w, const struct work_item *item, struct result *ret)
{
	const struct article *a = &item->article;
	*ret = (struct result){.article_id = a->id,
			       .url = a->url,
			       .title = a->title,
			       .published = a->published,
			       .source = a->source,
			       .accepted_us = a->accepted_us,
			       .text_size = (uint32_t)a->text.len,
			       .classifier = w->o.version};
	crash_point("worker-before-handle");
	struct worker_reading reading = {.events = NULL};
	int r = w->o.handle(w->o.user, a, &w->handle_arena, &reading);
	ret->events = reading.events;
	ret->event_count = reading.event_count;
	ret->has_areas = reading.has_areas;
	ret->areas = reading.areas;
	ret->area_count = reading.area_count;
	if (r == NETRAL_OK)
		r = compress_text(w, &a->text, &ret->text_zstd);
	if (r == NETRAL_OK && ret->event_count > 0)
		r = sketch_text(w, &a->text, &ret->sketch);
	w->counts.handled++;
	return r;
}

static void fail_all(struct worker *w, const struct lease *leases, size_t count, int error)
{
	for (size_t i = 0; i < count; i++)
		say_failed(w, leases[i], false, netral_strerror(error));
}

/* Encodes a Record into its outbox entry and sends it. NETRAL_ETOOBIG: not in one frame. */
static int record(struct worker *w, struct result *results, const struct lease *leases,
		  size_t count)
{
	struct outbox_entry *e = outbox_add(&w->outbox, leases, count);
	if (!e)
		return NETRAL_ENOMEM;
	struct message m = {
		.type = MSG_RECORD,
		.record = {.request = e->request, .results = results, .result_count = count}};
	int r = codec_encode(&m, &e->wire);
	if (r < 0) {
		outbox_remove(&w->outbox, e);
		return r;
	}
	send_entry(w, e);
	return NETRAL_OK;
}

/* In halves where a frame does not hold them all, so that only a result that is too big alone pays
 * for its size. */
static void record_all(struct worker *w, struct result *results, const struct lease *leases,
		       size_t count)
{
	int r = count > 0 ? record(w, results, leases, count) : NETRAL_OK;
	if (r == NETRAL_ETOOBIG && count > 1) {
		size_t half = count / 2;
		record_all(w, results, leases, half);
		record_all(w, results + half, leases + half, count - half);
	} else if (r < 0) {
		fail_all(w, leases, count, r);
	}
}

/* From here on it is not these articles' fault if this process dies. */
static void say_handled(struct worker *w, struct lease *leases, size_t count)
{
	struct message m = {.type = MSG_HANDLED,
			    .handled = {.leases = leases, .lease_count = count}};
	if (count > 0)
		send_work_surely(w, &m);
}

static void finish_batch(struct worker *w, struct result *results, struct lease *leases, size_t *n)
{
	say_handled(w, leases, *n);
	record_all(w, results, leases, *n);
	arena_reset(&w->handle_arena);
	*n = 0;
}

/* What fails is reported at once, the rest becomes results. */
static int on_work(struct worker *w, const struct msg_work *work)
{
	struct result results[CODEC_WORK_MAX];
	struct lease leases[CODEC_WORK_MAX];
	size_t n = 0;
	for (size_t i = 0; i < work->item_count; i++) {
		const struct work_item *item = &work->items[i];
		struct lease lease = {item->seq, item->lease};
		int r = handle_item(w, item, &results[n]);
		if (r < 0)
			say_failed(w, lease, r == NETRAL_EINVALID, netral_strerror(r));
		else
			leases[n++] = lease;
		if (w->handle_arena.used > HANDLE_BYTES)
			finish_batch(w, results, leases, &n);
		loop_refresh_clock(w->loop);
		keep_alive(w);
	}
	finish_batch(w, results, leases, &n);
	/* netrald could not be heard meanwhile. */
	w->heard_ms = loop_now_ms(w->loop);
	return NETRAL_OK;
}

/* --- netrald --- */

static void on_welcome(struct worker *w, const struct msg_welcome *m)
{
	w->heartbeat_ms = m->heartbeat_ms ? m->heartbeat_ms : DEFAULT_HEARTBEAT_MS;
	w->silence_ms = m->silence_ms ? m->silence_ms : DEFAULT_SILENCE_MS;
	if (w->heartbeat_ms > w->silence_ms / 3)
		w->heartbeat_ms = w->silence_ms / 3 + 1;
	if (w->state == STATE_READY)
		outbox_clear(&w->outbox); /* the answer to a second Hello: a new session */
	if (w->state == STATE_HELLO)
		w->state = STATE_READY;
	loop_timer_set(w->loop, w->beat_timer, w->heartbeat_ms);
	log_info("worker: session with netrald, name=%s credit=%u", w->o.name, w->o.credit);
}

static void on_error(struct worker *w, const struct msg_error *m)
{
	w->counts.errors++;
	if (m->code == CODE_HELLO_FIRST) {
		if (w->state == STATE_DRAINING)
			loop_stop(w->loop); /* a restarted netrald hands everything out again */
		else if (w->state == STATE_READY)
			session_begin(w);
		return;
	}
	if (log_limit_pass(&w->limit, loop_now_ms(w->loop)))
		log_warning("worker: netrald refused a message, code=%d reason=\"%s\"", m->code,
			    m->reason);
}

static int on_netrald(struct worker *w, const struct message *m)
{
	w->heard_ms = loop_now_ms(w->loop);
	switch (m->type) {
	case MSG_WELCOME:
		on_welcome(w, &m->welcome);
		return NETRAL_OK;
	case MSG_WORK:
		/* Before Welcome it belongs to a session that is gone. */
		return w->state == STATE_HELLO ? NETRAL_OK : on_work(w, &m->work);
	case MSG_BYE:
		w->bye_answered = true;
		return NETRAL_OK;
	case MSG_ERROR:
		on_error(w, &m->error);
		return NETRAL_OK;
	case MSG_PONG:
		return NETRAL_OK;
	default:
		w->counts.errors++;
		return NETRAL_OK;
	}
}

/* --- netral-record --- */

static void send_done(struct worker *w, struct lease *leases, size_t count)
{
	struct message m = {.type = MSG_DONE, .done = {.leases = leases, .lease_count = count}};
	if (count == 0)
		return;
	crash_point("worker-before-done");
	w->counts.recorded += count;
	send_work_surely(w, &m);
	crash_point("worker-after-done");
}

/* BUSY for one is BUSY for all: the batch is one commit. It is sent again when due. */
static bool any_busy(const struct msg_recorded *m)
{
	for (size_t i = 0; i < m->status_count; i++) {
		if (m->statuses[i].outcome == RECORD_BUSY)
			return true;
	}
	return false;
}

static void on_recorded(struct worker *w, const struct msg_recorded *m)
{
	struct outbox_entry *e = outbox_find(&w->outbox, m->request);
	if (!e)
		return; /* answered before, or of an earlier session */
	if (m->status_count != e->lease_count) {
		w->counts.errors++;
		return;
	}
	if (any_busy(m))
		return;
	size_t done = 0;
	for (size_t i = 0; i < m->status_count; i++) {
		if (m->statuses[i].outcome == RECORD_REFUSED)
			say_failed(w, e->leases[i], true, m->statuses[i].reason);
		else
			e->leases[done++] = e->leases[i];
	}
	send_done(w, e->leases, done);
	outbox_remove(&w->outbox, e);
}

/* A Record that cannot be read will not become readable: its articles are failed, so that netrald
 * hands them out alone, and the one that is at fault ends in DEAD with this reason. */
static void on_record_refused(struct worker *w, const struct msg_error *m)
{
	w->counts.errors++;
	if (log_limit_pass(&w->limit, loop_now_ms(w->loop)))
		log_warning("worker: netral-record refused a message, reason=\"%s\"", m->reason);
	struct outbox_entry *e = outbox_find(&w->outbox, m->request);
	if (!e || m->code == CODE_BUSY)
		return;
	for (size_t i = 0; i < e->lease_count; i++)
		say_failed(w, e->leases[i], false, m->reason);
	outbox_remove(&w->outbox, e);
}

static int on_recorder(struct worker *w, const struct message *m)
{
	if (m->type == MSG_RECORDED)
		on_recorded(w, &m->recorded);
	else if (m->type == MSG_ERROR)
		on_record_refused(w, &m->error);
	else
		w->counts.errors++;
	return NETRAL_OK;
}

static int on_resend(void *user)
{
	struct worker *w = user;
	uint64_t now = loop_now_ms(w->loop);
	for (struct outbox_entry *e = w->outbox.first; e; e = e->next) {
		if (e->due_ms <= now)
			send_entry(w, e);
	}
	loop_timer_set(w->loop, w->resend_timer, w->o.resend_ms / 2 + 1);
	return NETRAL_OK;
}

/* --- slots --- */

/* At the end of each turn of a slot: what could not be said ends the session. */
static void mend_session(struct worker *w)
{
	if (!w->broken)
		return;
	if (w->state == STATE_DRAINING)
		loop_stop(w->loop);
	else
		session_begin(w);
}

typedef int peer_fn(struct worker *w, const struct message *m);

static int read_socket(struct worker *w, void **socket, peer_fn *fn)
{
	void *reading = *socket;
	for (int i = 0; i < BURST && *socket == reading; i++) {
		struct frame f;
		int got = transport_recv(reading, &f);
		if (got == 0)
			break;
		if (got < 0) {
			w->counts.errors++;
			continue;
		}
		struct message m;
		struct codec_fault fault;
		arena_reset(&w->wire_arena);
		int r = codec_decode(frame_data(&f), frame_len(&f), &w->wire_arena, &m, &fault);
		frame_close(&f);
		if (r < 0) {
			w->counts.errors++;
			log_warning("worker: a message could not be read, reason=\"%s\"",
				    fault.reason);
			continue;
		}
		r = fn(w, &m);
		if (r < 0)
			return r;
	}
	mend_session(w);
	drain_check(w);
	return NETRAL_OK;
}

static int on_work_slot(void *user)
{
	struct worker *w = user;
	return read_socket(w, &w->work, on_netrald);
}

static int on_results_slot(void *user)
{
	struct worker *w = user;
	return read_socket(w, &w->results, on_recorder);
}

/* --- life --- */

static int on_drain_timeout(void *user)
{
	struct worker *w = user;
	log_warning("worker: stopping with articles in hand, held=%u", w->outbox.held);
	loop_stop(w->loop);
	return NETRAL_OK;
}

static int open_sockets(struct worker *w)
{
	int r = transport_open(w->transport, TRANSPORT_DEALER, w->o.work_endpoint, HWM, LINGER_MS,
			       &w->work);
	if (r < 0) {
		log_error("worker: cannot connect, endpoint=%s error=\"%s\"", w->o.work_endpoint,
			  netral_strerror(r));
		return r;
	}
	r = transport_open(w->transport, TRANSPORT_DEALER, w->o.results_endpoint, HWM, 0,
			   &w->results);
	if (r < 0)
		log_error("worker: cannot connect, endpoint=%s error=\"%s\"", w->o.results_endpoint,
			  netral_strerror(r));
	return r;
}

static void worker_freep(struct worker **w)
{
	worker_free(*w);
}

int worker_new(const struct worker_options *o, struct loop *l, struct transport *t,
	       struct worker **ret_worker)
{
	netral_cleanup(worker_freep) struct worker *w = fault_calloc(1, sizeof(*w));
	if (!w)
		return NETRAL_ENOMEM;
	w->o = *o;
	w->loop = l;
	w->transport = t;
	w->heartbeat_ms = DEFAULT_HEARTBEAT_MS;
	w->silence_ms = DEFAULT_SILENCE_MS;
	outbox_init(&w->outbox);
	codec_arena_init(&w->wire_arena);
	arena_init(&w->handle_arena, (size_t)ARENA_LIMIT);
	w->zstd = new_compressor();
	if (!w->zstd)
		return NETRAL_ENOMEM;
	int r = open_sockets(w);
	if (r < 0)
		return r;
	w->work_slot = loop_add(l, w->work, -1, on_work_slot, w);
	loop_add(l, w->results, -1, on_results_slot, w);
	w->beat_timer = loop_timer_add(l, on_beat, w);
	w->resend_timer = loop_timer_add(l, on_resend, w);
	w->drain_timer = loop_timer_add(l, on_drain_timeout, w);
	loop_timer_set(l, w->resend_timer, o->resend_ms);
	session_begin(w);
	*ret_worker = netral_take(w);
	return NETRAL_OK;
}

void worker_free(struct worker *w)
{
	if (!w)
		return;
	transport_close(w->work);
	transport_close(w->results);
	outbox_clear(&w->outbox);
	arena_fini(&w->wire_arena);
	arena_fini(&w->handle_arena);
	ZSTD_freeCCtx(w->zstd);
	free(w);
}

void worker_stop(struct worker *w)
{
	if (w->state != STATE_READY) {
		loop_stop(w->loop);
		return;
	}
	struct message m = {.type = MSG_BYE};
	w->state = STATE_DRAINING;
	loop_timer_set(w->loop, w->drain_timer, w->o.drain_ms);
	if (send_work(w, &m) < 0)
		loop_stop(w->loop); /* no netrald to say Done to */
}

void worker_set_version(struct worker *w, const struct classifier_version *version)
{
	w->o.version = *version;
}

struct worker_counts worker_counts(const struct worker *w)
{
	struct worker_counts counts = w->counts;
	counts.held = w->outbox.held;
	return counts;
}

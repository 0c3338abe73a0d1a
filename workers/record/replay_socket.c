/* Reading must not take the process away from recording: a turn answers REQUESTS_PER_TURN requests
 * at most, and the store bounds what each of them may look at. Every answer is complete when its
 * function returns, so no read transaction outlives it. */
#include "workers/record/replay_socket.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum {
	SEND_HWM = 16, /* pages that wait for one peer */
	RECEIVE_HWM = 64,
	REQUESTS_PER_TURN = 4,
};

struct replay_socket {
	struct router router;
	struct arena arena; /* what an answer is made of */
	ZSTD_DCtx *zstd;
	struct store_page page;
	struct store_archive archive;
	struct store_coverage coverage;
	struct coverage_row rows[CODEC_COVERAGE_MAX];
};

static void reply_error(struct replay_socket *s, const struct peer_id *peer, uint64_t request,
			enum msg_code code, const char *reason)
{
	struct msg_error e = {.request = request, .code = code, .reason = reason};
	router_reply_error(&s->router, peer, &e);
}

/* The store could not be read, or memory is short: said to the peer, and to the operator. */
static void reply_failure(struct replay_socket *s, const struct peer_id *peer, uint64_t request,
			  int err)
{
	struct recorder *r = s->router.recorder;
	if (log_limit_pass(&r->peer_limit, loop_now_ms(r->loop)))
		log_error("replay: a request failed, error=\"%s\"", netral_strerror(err));
	reply_error(s, peer, request, err == NETRAL_ETOOBIG ? CODE_TOO_BIG : CODE_INTERNAL,
		    netral_strerror(err));
}

static void reply_encoded(struct replay_socket *s, const struct peer_id *peer, uint64_t request,
			  int err, struct buf *b)
{
	if (err < 0)
		reply_failure(s, peer, request, err);
	else
		router_reply_bytes(&s->router, peer, b);
}

/* --- Replay --- */

/* Where a peer wants to read on: in what it takes for this store. */
struct position_asked {
	uint64_t request;
	const struct epoch *epoch; /* NULL: whatever the store has */
	uint64_t from;
	uint64_t head; /* the last number that the store gave out */
};

/* A number that this store never gave out: the peer followed another store, or a later state of
 * this one. It learns where this one stands. */
static bool refuse_position(struct replay_socket *s, const struct peer_id *peer,
			    const struct position_asked *asked)
{
	const struct store *store = s->router.recorder->store;
	struct msg_error e = {.request = asked->request,
			      .has_epoch = true,
			      .epoch = *store_epoch(store),
			      .head = asked->head};
	if (asked->epoch && memcmp(asked->epoch, &e.epoch, sizeof(e.epoch)) != 0) {
		e.code = CODE_EPOCH;
		e.reason = "epoch: not this store's; its numbers mean something else";
	} else if (asked->from > e.head + 1) {
		e.code = CODE_FUTURE;
		e.reason = "from: beyond the last number of this store";
	} else {
		return false;
	}
	router_reply_error(&s->router, peer, &e);
	return true;
}

static int encode_replay_page(struct replay_socket *s, const struct msg_replay *m, struct buf *b)
{
	struct store *store = s->router.recorder->store;
	int err = store_replay(store, &m->filter, m->from, m->limit, &s->page);
	if (err < 0)
		return err;
	struct msg_replay_page page = {.request = m->request,
				       .epoch = *store_epoch(store),
				       .through = s->page.through,
				       .head = store_head(store)};
	return codec_encode_stored_replay_page(&page, s->page.updates, s->page.count, b);
}

static int encode_query_page(struct replay_socket *s, const struct msg_query *m, struct buf *b)
{
	int err = store_query(s->router.recorder->store, m, &s->page);
	if (err < 0)
		return err;
	struct msg_query_page page = {.request = m->request, .next = s->page.through};
	return codec_encode_stored_query_page(&page, s->page.updates, s->page.count, b);
}

/* --- Show --- */

/* The event as an article of its reports told it, so that its evidence fits the article's text. */
static int take_own(struct replay_socket *s, struct bytes own, struct update *u)
{
	struct update told;
	int err = codec_decode_update(own.ptr, own.len, &s->arena, &told);
	if (err < 0)
		return err;
	told.event.id = u->event.id;
	u->event = told.event;
	u->article = told.article;
	return NETRAL_OK;
}

static int decode_shown(struct replay_socket *s, const struct store_shown *shown, size_t i,
			struct update *ret)
{
	int err = codec_decode_update(shown->updates[i].ptr, shown->updates[i].len, &s->arena, ret);
	return err == NETRAL_OK && shown->own[i].len ? take_own(s, shown->own[i], ret) : err;
}

static int decode_updates(struct replay_socket *s, const struct store_shown *shown,
			  struct msg_shown *m)
{
	m->update_count = shown->update_count;
	m->updates = arena_calloc(&s->arena, m->update_count, sizeof(*m->updates));
	int err = m->updates ? NETRAL_OK : NETRAL_ENOMEM;
	for (size_t i = 0; err == NETRAL_OK && i < m->update_count; i++)
		err = decode_shown(s, shown, i, &m->updates[i]);
	return err;
}

/* Here at last it shows whether the worker compressed what it said. */
static int unpack_text(struct replay_socket *s, const struct store_shown *shown, struct text *ret)
{
	char *text = arena_alloc(&s->arena, (size_t)shown->text_size + 1);
	if (!text)
		return NETRAL_ENOMEM;
	size_t n = ZSTD_decompressDCtx(s->zstd, text, shown->text_size, shown->text_zstd.ptr,
				       shown->text_zstd.len);
	if (n != shown->text_size || utf8_check(text, n, NULL) < 0)
		return NETRAL_EENCODING;
	text[n] = '\0';
	*ret = (struct text){text, n};
	return NETRAL_OK;
}

static int encode_shown(struct replay_socket *s, const struct msg_show *q,
			const struct store_shown *shown, struct buf *b)
{
	struct message m = {.type = MSG_SHOWN,
			    .shown = {.request = q->request, .classifier = shown->classifier}};
	int err = decode_updates(s, shown, &m.shown);
	if (err == NETRAL_OK)
		err = unpack_text(s, shown, &m.shown.text);
	if (err == NETRAL_OK)
		err = codec_encode(&m, b);
	arena_reset(&s->arena);
	return err;
}

static void show(struct replay_socket *s, const struct peer_id *peer, const struct msg_show *q)
{
	struct store_shown shown;
	netral_cleanup(buf_fini) struct buf b;
	buf_init(&b, CODEC_FRAME_MAX);
	int found = store_show(s->router.recorder->store, q->id, &shown);
	if (found == STORE_NONE) {
		reply_error(s, peer, q->request, CODE_NOT_FOUND, "id: no such event or article");
		return;
	}
	if (found == STORE_MANY) {
		reply_error(s, peer, q->request, CODE_AMBIGUOUS,
			    "id: more than one article begins like this, give more digits");
		return;
	}
	int err = found < 0 ? found : encode_shown(s, q, &shown, &b);
	if (err == NETRAL_EENCODING) {
		reply_error(s, peer, q->request, CODE_INTERNAL,
			    "text: the worker that recorded this article sent a damaged text");
		return;
	}
	reply_encoded(s, peer, q->request, err, &b);
}

/* --- requests --- */

static void replay(struct replay_socket *s, const struct peer_id *peer, const struct msg_replay *m)
{
	netral_cleanup(buf_fini) struct buf b;
	buf_init(&b, CODEC_FRAME_MAX);
	const struct position_asked asked = {.request = m->request,
					     .epoch = m->has_epoch ? &m->epoch : NULL,
					     .from = m->from,
					     .head = store_head(s->router.recorder->store)};
	if (refuse_position(s, peer, &asked))
		return;
	int err = encode_replay_page(s, m, &b);
	reply_encoded(s, peer, m->request, err, &b);
}

static void query(struct replay_socket *s, const struct peer_id *peer, const struct msg_query *m)
{
	netral_cleanup(buf_fini) struct buf b;
	buf_init(&b, CODEC_FRAME_MAX);
	int err = encode_query_page(s, m, &b);
	reply_encoded(s, peer, m->request, err, &b);
}

static int encode_archive_page(struct replay_socket *s, const struct msg_archive *m, struct buf *b)
{
	struct store *store = s->router.recorder->store;
	int err = store_archive(store, m->from, &m->current, m->limit, &s->archive);
	if (err < 0)
		return err;
	struct message page = {.type = MSG_ARCHIVE_PAGE,
			       .archive_page = {.request = m->request,
						.epoch = *store_epoch(store),
						.articles = s->archive.articles,
						.article_count = s->archive.count,
						.through = s->archive.through,
						.head = s->archive.head}};
	return codec_encode(&page, b);
}

static void archive(struct replay_socket *s, const struct peer_id *peer,
		    const struct msg_archive *m)
{
	struct store_counts counts;
	netral_cleanup(buf_fini) struct buf b;
	buf_init(&b, CODEC_FRAME_MAX);
	store_counts(s->router.recorder->store, &counts);
	const struct position_asked asked = {.request = m->request,
					     .epoch = m->has_epoch ? &m->epoch : NULL,
					     .from = m->from,
					     .head = counts.articles};
	if (refuse_position(s, peer, &asked))
		return;
	int err = encode_archive_page(s, m, &b);
	reply_encoded(s, peer, m->request, err, &b);
}

static int encode_coverage_page(struct replay_socket *s, const struct msg_coverage *m,
				struct buf *b)
{
	struct store *store = s->router.recorder->store;
	struct store_coverage *c = &s->coverage;
	struct store_counts counts;
	store_counts(store, &counts);
	int err = store_coverage(store, m, c);
	if (err < 0)
		return err;
	for (size_t i = 0; i < c->count; i++)
		s->rows[i] = (struct coverage_row){c->rows[i].month, c->rows[i].area,
						   c->rows[i].articles};
	struct message page = {.type = MSG_COVERAGE_PAGE,
			       .coverage_page = {.request = m->request,
						 .rows = s->rows,
						 .row_count = c->count,
						 .more = c->more,
						 .articles = counts.articles,
						 .uncounted = counts.uncounted}};
	return codec_encode(&page, b);
}

static void coverage(struct replay_socket *s, const struct peer_id *peer,
		     const struct msg_coverage *m)
{
	netral_cleanup(buf_fini) struct buf b;
	buf_init(&b, CODEC_FRAME_MAX);
	int err = encode_coverage_page(s, m, &b);
	reply_encoded(s, peer, m->request, err, &b);
}

static void answer(struct replay_socket *s, const struct peer_id *peer, const struct message *m)
{
	struct recorder_counters *counters = &s->router.recorder->counters;
	switch (m->type) {
	case MSG_REPLAY:
		counters->replay_requests++;
		replay(s, peer, &m->replay);
		break;
	case MSG_QUERY:
		counters->query_requests++;
		query(s, peer, &m->query);
		break;
	case MSG_SHOW:
		counters->show_requests++;
		show(s, peer, &m->show);
		break;
	case MSG_ARCHIVE:
		counters->archive_requests++;
		archive(s, peer, &m->archive);
		break;
	case MSG_COVERAGE:
		counters->coverage_requests++;
		coverage(s, peer, &m->coverage);
		break;
	default:
		router_refuse_type(&s->router, peer, m);
	}
}

static int on_socket(void *user)
{
	struct replay_socket *s = user;
	struct store *store = s->router.recorder->store;
	int r = store_read_begin(store);
	if (r < 0)
		return r == NETRAL_ENOMEM ? NETRAL_OK : r;
	r = ROUTER_MESSAGE;
	for (int i = 0; r > ROUTER_EMPTY && i < REQUESTS_PER_TURN; i++) {
		struct peer_id peer;
		struct message m;
		r = router_read(&s->router, &peer, &m);
		if (r == ROUTER_MESSAGE)
			answer(s, &peer, &m);
	}
	store_read_end(store);
	return r < 0 ? r : NETRAL_OK;
}

/* --- life --- */

static void replay_socket_freep(struct replay_socket **s)
{
	replay_socket_free(*s);
}

int replay_socket_new(struct recorder *r, struct replay_socket **ret_socket)
{
	netral_cleanup(replay_socket_freep) struct replay_socket *s = fault_calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	codec_arena_init(&s->arena);
	s->zstd = ZSTD_createDCtx();
	if (!s->zstd)
		return NETRAL_ENOMEM;
	int err = router_open(&s->router, r, "replay", r->config.replay_endpoint, SEND_HWM,
			      RECEIVE_HWM);
	if (err < 0)
		return err;
	loop_add(r->loop, s->router.socket, -1, on_socket, s);
	*ret_socket = netral_take(s);
	return NETRAL_OK;
}

void replay_socket_free(struct replay_socket *s)
{
	if (!s)
		return;
	router_close(&s->router);
	arena_fini(&s->arena);
	ZSTD_freeDCtx(s->zstd);
	free(s);
}

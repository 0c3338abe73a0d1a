/* An action on DEAD may concern a hundred thousand articles: it goes on in steps, one commit each,
 * and articles keep flowing between them. One action at a time; another one is answered BUSY. */
#include "daemon/control_socket.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "proto/endpoint.h"

#include <stdlib.h>
#include <string.h>

enum { BURST = 8, HWM = 16, STEP_ARTICLES = 256, REPLY_MAX_BYTES = 16 << 20 };

_Static_assert((int)STEP_ARTICLES >= (int)CODEC_DEAD_MAX, "a list of ids is one step");

struct action {
	bool active;
	struct peer_id peer;
	uint64_t request;
	enum dead_verb verb;
	bool all;
	uint64_t after_seq; /* with all: done up to here */
	uint64_t upto_seq;  /* what dies again meanwhile is not met again */
	struct article_id ids[STEP_ARTICLES];
	size_t id_count;
	uint32_t done, missing;
};

struct control_socket {
	struct endpoint endpoint;
	struct loop *loop;
	struct journal *journal;
	control_status_fn *status;
	void *user;
	struct arena arena; /* of the reply */
	struct action action;
};

/* --- what only reads --- */

static void on_status(struct control_socket *s, const struct peer_id *peer, uint64_t request)
{
	struct message m = {.type = MSG_STATUS_REPLY};
	if (s->status(s->user, &s->arena, &m.status_reply) < 0) {
		endpoint_refuse(&s->endpoint, peer, CODE_BUSY, request, "out of memory");
		return;
	}
	m.status_reply.request = request;
	(void)endpoint_send(&s->endpoint, peer, &m);
}

static int copy_dead(struct arena *arena, const struct journal_dead *d, struct dead_article *ret)
{
	struct article a;
	const char *reason = arena_strndup(arena, d->reason, d->reason_len);
	if (!reason)
		return NETRAL_ENOMEM;
	int r = codec_decode_article(d->article.ptr, d->article.len, arena, &a);
	if (r < 0)
		return r;
	*ret = (struct dead_article){.seq = d->seq,
				     .id = d->id,
				     .title = a.title,
				     .url = a.url,
				     .source = a.source,
				     .reason = reason,
				     .tries = d->tries,
				     .died_us = d->died_us};
	return NETRAL_OK;
}

static int read_dead(struct control_socket *s, const struct msg_dead_list *list,
		     struct msg_dead_page *page)
{
	struct journal_dead d = {.seq = list->after_seq};
	uint32_t limit = list->limit && list->limit < CODEC_DEAD_MAX ? list->limit : CODEC_DEAD_MAX;
	page->articles = arena_calloc(&s->arena, limit, sizeof(*page->articles));
	if (!page->articles)
		return NETRAL_ENOMEM;
	int r;
	while ((r = journal_next_dead(s->journal, d.seq, &d)) > 0) {
		page->more = page->article_count == limit;
		if (page->more)
			return NETRAL_OK;
		r = copy_dead(&s->arena, &d, &page->articles[page->article_count]);
		if ((r == NETRAL_ENOMEM || r == NETRAL_ETOOBIG) && page->article_count > 0) {
			page->more = true; /* long articles: the next page goes on */
			return NETRAL_OK;
		}
		if (r < 0)
			return r;
		page->article_count++;
	}
	return r;
}

static void on_dead_list(struct control_socket *s, const struct peer_id *peer,
			 const struct msg_dead_list *list)
{
	struct message m = {.type = MSG_DEAD_PAGE, .dead_page = {.request = list->request}};
	int r = journal_read_begin(s->journal);
	if (r == NETRAL_OK)
		r = read_dead(s, list, &m.dead_page);
	journal_read_end(s->journal);
	if (r < 0)
		endpoint_refuse(&s->endpoint, peer, CODE_INTERNAL, list->request,
				"cannot read DEAD: %s", netral_strerror(r));
	else
		(void)endpoint_send(&s->endpoint, peer, &m);
}

/* --- what changes DEAD --- */

static void on_dead_action(struct control_socket *s, const struct peer_id *peer,
			   const struct msg_dead_action *m)
{
	struct action *a = &s->action;
	if (a->active) {
		endpoint_refuse(&s->endpoint, peer, CODE_BUSY, m->request,
				"another action on DEAD is under way");
		return;
	}
	*a = (struct action){.active = true,
			     .peer = *peer,
			     .request = m->request,
			     .verb = m->verb,
			     .all = m->all,
			     .upto_seq = journal_last_seq(s->journal),
			     .id_count = m->all ? 0 : m->id_count};
	for (size_t i = 0; i < a->id_count; i++)
		a->ids[i] = m->ids[i];
}

/* Fills a->ids with the next of all. */
static int collect(struct control_socket *s)
{
	struct action *a = &s->action;
	struct journal_dead d;
	int r = journal_read_begin(s->journal);
	a->id_count = 0;
	while (r >= 0 && a->id_count < STEP_ARTICLES) {
		r = journal_next_dead(s->journal, a->after_seq, &d);
		if (r <= 0 || d.seq > a->upto_seq)
			break;
		a->after_seq = d.seq;
		a->ids[a->id_count++] = d.id;
	}
	journal_read_end(s->journal);
	return r < 0 ? r : NETRAL_OK;
}

static int apply(struct control_socket *s, uint32_t *ret_done)
{
	const struct action *a = &s->action;
	*ret_done = 0;
	for (size_t i = 0; i < a->id_count; i++) {
		int r = a->verb == DEAD_RETRY ? journal_revive(s->journal, &a->ids[i])
					      : journal_drop(s->journal, &a->ids[i]);
		if (r < 0)
			return r;
		*ret_done += r > 0;
	}
	return journal_commit(s->journal);
}

static void finish(struct control_socket *s)
{
	const struct action *a = &s->action;
	struct message m = {.type = MSG_DEAD_ACTION_REPLY,
			    .dead_action_reply = {a->request, a->done, a->missing}};
	(void)endpoint_send(&s->endpoint, &a->peer, &m);
	s->action.active = false;
}

int control_socket_step(struct control_socket *s)
{
	struct action *a = &s->action;
	uint32_t done = 0;
	if (!a->active)
		return NETRAL_OK;
	int r = a->all ? collect(s) : NETRAL_OK;
	if (r == NETRAL_OK)
		r = apply(s, &done);
	if (r < 0) {
		journal_abort(s->journal);
		endpoint_refuse(&s->endpoint, &a->peer, CODE_BUSY, a->request,
				"stopped after %u articles: %s", a->done, netral_strerror(r));
		a->active = false;
		return r == NETRAL_ECLOSED ? r : NETRAL_OK;
	}
	a->done += done;
	a->missing += (uint32_t)a->id_count - done;
	if (!a->all || a->id_count < STEP_ARTICLES)
		finish(s);
	else
		loop_again(s->loop);
	return NETRAL_OK;
}

/* --- life --- */

static int on_readable(void *user)
{
	struct control_socket *s = user;
	struct peer_id peer;
	struct message m;
	int r = 0;
	for (int i = 0; i < BURST; i++) {
		r = endpoint_receive(&s->endpoint, &peer, &m);
		if (r <= 0)
			break;
		arena_reset(&s->arena);
		if (m.type == MSG_STATUS_REQUEST)
			on_status(s, &peer, m.status_request.request);
		else if (m.type == MSG_DEAD_LIST)
			on_dead_list(s, &peer, &m.dead_list);
		else if (m.type == MSG_DEAD_ACTION)
			on_dead_action(s, &peer, &m.dead_action);
		else
			endpoint_refuse_type(&s->endpoint, &peer, &m);
	}
	return r < 0 ? r : NETRAL_OK;
}

static void control_socket_freep(struct control_socket **s)
{
	control_socket_free(*s);
}

int control_socket_new(const char *address, struct transport *t, struct loop *l, struct journal *j,
		       struct counters *c, control_status_fn *status, void *user,
		       struct control_socket **ret_socket)
{
	netral_cleanup(control_socket_freep) struct control_socket *s = fault_calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	s->loop = l;
	s->journal = j;
	s->status = status;
	s->user = user;
	arena_init(&s->arena, REPLY_MAX_BYTES);
	int r = endpoint_open(&s->endpoint, "control", address, HWM, t, l, &c->peers);
	if (r < 0)
		return r;
	loop_add(l, s->endpoint.socket, -1, on_readable, s);
	*ret_socket = netral_take(s);
	return NETRAL_OK;
}

void control_socket_free(struct control_socket *s)
{
	if (!s)
		return;
	endpoint_close(&s->endpoint);
	arena_fini(&s->arena);
	free(s);
}

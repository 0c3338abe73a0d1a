/* Answers are kept for the turn in an arena, and leave together once the batch is committed. */
#include "daemon/submit_socket.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "proto/endpoint.h"

#include <stdlib.h>

enum {
	BURST = 256, /* messages a turn; intake ends it earlier when articles are large or many */
	/* One Submit may have 8 MB: few may queue for each peer. */
	HWM = 20,
	ANSWERS_MAX_BYTES = 16 << 20,
};

struct answer {
	struct answer *next;
	struct peer_id peer;
	struct msg_submit_reply reply;
};

struct submit_socket {
	struct endpoint endpoint;
	struct intake *intake;
	struct arena arena; /* of the answers */
	struct answer *first, **last;
};

static void reset_answers(struct submit_socket *s)
{
	arena_reset(&s->arena);
	s->first = NULL;
	s->last = &s->first;
}

static struct answer *new_answer(struct submit_socket *s, const struct peer_id *peer,
				 const struct msg_submit *m)
{
	struct answer *a = arena_alloc(&s->arena, sizeof(*a));
	struct submit_status *statuses =
		arena_calloc(&s->arena, m->article_count + 1, sizeof(*statuses));
	if (!a || !statuses)
		return NULL;
	*a = (struct answer){.peer = *peer,
			     .reply = {.request = m->request,
				       .statuses = statuses,
				       .status_count = m->article_count}};
	return a;
}

static void on_submit(struct submit_socket *s, const struct peer_id *peer, struct msg_submit *m)
{
	struct answer *a = new_answer(s, peer, m);
	if (!a) {
		endpoint_refuse(&s->endpoint, peer, CODE_BUSY, m->request, "out of memory");
		return;
	}
	uint64_t now = loop_now_ms(s->endpoint.loop);
	for (size_t i = 0; i < m->article_count; i++)
		intake_add(s->intake, &m->articles[i], "submit", now, &a->reply.statuses[i]);
	*s->last = a;
	s->last = &a->next;
}

static int on_readable(void *user)
{
	struct submit_socket *s = user;
	struct peer_id peer;
	struct message m;
	int r = 0;
	for (int i = 0; i < BURST && !intake_is_full(s->intake); i++) {
		r = endpoint_receive(&s->endpoint, &peer, &m);
		if (r <= 0)
			break;
		if (m.type == MSG_SUBMIT)
			on_submit(s, &peer, &m.submit);
		else
			endpoint_refuse_type(&s->endpoint, &peer, &m);
	}
	return r < 0 ? r : NETRAL_OK;
}

int submit_socket_new(const char *address, struct transport *t, struct loop *l, struct intake *i,
		      struct counters *c, struct submit_socket **ret_socket)
{
	struct submit_socket *s = fault_calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	s->intake = i;
	arena_init(&s->arena, ANSWERS_MAX_BYTES);
	reset_answers(s);
	int r = endpoint_open(&s->endpoint, "submit", address, HWM, t, l, &c->peers);
	if (r < 0) {
		submit_socket_free(s);
		return r;
	}
	loop_add(l, s->endpoint.socket, -1, on_readable, s);
	*ret_socket = s;
	return NETRAL_OK;
}

void submit_socket_free(struct submit_socket *s)
{
	if (!s)
		return;
	endpoint_close(&s->endpoint);
	arena_fini(&s->arena);
	free(s);
}

bool submit_socket_waits(const struct submit_socket *s)
{
	return s->first != NULL;
}

/* A known article may be one of the batch that is gone. */
static void make_busy(struct msg_submit_reply *reply, const char *problem)
{
	for (size_t i = 0; i < reply->status_count; i++) {
		struct submit_status *status = &reply->statuses[i];
		if (status->outcome != SUBMIT_REFUSED)
			*status = (struct submit_status){.outcome = SUBMIT_BUSY, .reason = problem};
	}
}

void submit_socket_answer(struct submit_socket *s, bool committed, const char *problem)
{
	for (struct answer *a = s->first; a; a = a->next) {
		if (!committed)
			make_busy(&a->reply, problem);
		struct message m = {.type = MSG_SUBMIT_REPLY, .submit_reply = a->reply};
		/* Who is gone submits again, and hears DUPLICATE. */
		(void)endpoint_send(&s->endpoint, &a->peer, &m);
	}
	reset_answers(s);
}

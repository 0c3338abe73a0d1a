/* The messages of the control sockets, both ways. */
#include "proto/codec_internal.h"

/* --- decoding --- */

int decode_status_request(struct decoder *d, const Netral__V1__StatusRequest *pb,
			  struct msg_request *m)
{
	(void)d;
	m->request = pb->request;
	return NETRAL_OK;
}

static int decode_counters(struct decoder *d, const Netral__V1__StatusReply *pb,
			   struct msg_status_reply *m)
{
	m->counter_count = pb->n_counters;
	int r = take_array(d, "counters", pb->n_counters, CODEC_STATUS_MAX, sizeof(*m->counters),
			   &m->counters);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_counters; i++) {
		decoder_enter(d, "counters", i);
		r = take_string(d, "name", pb->counters[i]->name, CODEC_STRING_MAX,
				&m->counters[i].name);
		m->counters[i].value = pb->counters[i]->value;
		decoder_leave(d);
	}
	return r;
}

static int decode_worker(struct decoder *d, const Netral__V1__WorkerStatus *pb,
			 struct worker_status *w)
{
	*w = (struct worker_status){
		.credit = pb->credit, .held = pb->held, .done = pb->done, .failed = pb->failed};
	int r = take_string(d, "name", pb->name, CODEC_NAME_MAX, &w->name);
	if (r == NETRAL_OK)
		r = take_string(d, "version", pb->version, CODEC_NAME_MAX, &w->version);
	return r;
}

static int decode_workers(struct decoder *d, const Netral__V1__StatusReply *pb,
			  struct msg_status_reply *m)
{
	m->worker_count = pb->n_workers;
	int r = take_array(d, "workers", pb->n_workers, CODEC_STATUS_MAX, sizeof(*m->workers),
			   &m->workers);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_workers; i++) {
		decoder_enter(d, "workers", i);
		r = decode_worker(d, pb->workers[i], &m->workers[i]);
		decoder_leave(d);
	}
	return r;
}

int decode_status_reply(struct decoder *d, const Netral__V1__StatusReply *pb,
			struct msg_status_reply *m)
{
	m->request = pb->request;
	m->pid = pb->pid;
	m->uptime_ms = pb->uptime_ms;
	int r = take_string(d, "program", pb->program, CODEC_NAME_MAX, &m->program);
	if (r == NETRAL_OK)
		r = take_string(d, "version", pb->version, CODEC_NAME_MAX, &m->version);
	if (r == NETRAL_OK)
		r = take_string(d, "state", pb->state, CODEC_REASON_MAX, &m->state);
	if (r == NETRAL_OK)
		r = decode_counters(d, pb, m);
	if (r == NETRAL_OK)
		r = decode_workers(d, pb, m);
	return r == NETRAL_OK ? decode_receivers(d, pb, m) : r;
}

int decode_dead_list(struct decoder *d, const Netral__V1__DeadList *pb, struct msg_dead_list *m)
{
	(void)d;
	*m = (struct msg_dead_list){pb->request, pb->after_seq, pb->limit};
	return NETRAL_OK;
}

static int decode_dead(struct decoder *d, const Netral__V1__DeadArticle *pb, struct dead_article *a)
{
	a->seq = pb->seq;
	a->tries = pb->tries;
	a->died_us = pb->died_us;
	int r = take_id(d, "id", pb->id, &a->id);
	if (r == NETRAL_OK)
		r = take_text(d, "title", pb->title, ARTICLE_TITLE_MAX, &a->title);
	if (r == NETRAL_OK)
		r = take_text(d, "url", pb->url, ARTICLE_URL_MAX, &a->url);
	if (r == NETRAL_OK)
		r = take_text(d, "source", pb->source, ARTICLE_SOURCE_MAX, &a->source);
	if (r == NETRAL_OK)
		r = take_string(d, "reason", pb->reason, CODEC_REASON_MAX, &a->reason);
	return r;
}

int decode_dead_page(struct decoder *d, const Netral__V1__DeadPage *pb, struct msg_dead_page *m)
{
	m->request = pb->request;
	m->more = pb->more;
	m->article_count = pb->n_articles;
	int r = take_array(d, "articles", pb->n_articles, CODEC_DEAD_MAX, sizeof(*m->articles),
			   &m->articles);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_articles; i++) {
		decoder_enter(d, "articles", i);
		r = decode_dead(d, pb->articles[i], &m->articles[i]);
		decoder_leave(d);
	}
	return r;
}

int decode_dead_action(struct decoder *d, const Netral__V1__DeadAction *pb,
		       struct msg_dead_action *m)
{
	int verb = 0;
	m->request = pb->request;
	m->all = pb->all;
	m->id_count = pb->n_ids;
	int r = take_enum(d, "verb", (int)pb->verb, DEAD_DROP, &verb);
	m->verb = (enum dead_verb)verb;
	if (r == NETRAL_OK && pb->all != (pb->n_ids == 0))
		r = decoder_refuse(d, "ids", pb->all ? "given beside all" : "empty without all");
	if (r == NETRAL_OK)
		r = take_array(d, "ids", pb->n_ids, CODEC_DEAD_MAX, sizeof(*m->ids), &m->ids);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_ids; i++)
		r = take_id(d, "ids", pb->ids[i], &m->ids[i]);
	return r;
}

int decode_dead_action_reply(struct decoder *d, const Netral__V1__DeadActionReply *pb,
			     struct msg_dead_action_reply *m)
{
	(void)d;
	*m = (struct msg_dead_action_reply){pb->request, pb->done, pb->missing};
	return NETRAL_OK;
}

int decode_source_list(struct decoder *d, const Netral__V1__SourceList *pb,
		       struct msg_source_list *m)
{
	(void)d;
	*m = (struct msg_source_list){pb->request, pb->after, pb->limit, pb->flagged_only};
	return NETRAL_OK;
}

static int decode_source(struct decoder *d, const Netral__V1__SourceStatus *pb,
			 struct source_status *s)
{
	*s = (struct source_status){
		.enabled = pb->enabled,
		.flags = pb->flags,
		.failures_in_row = pb->failures_in_row,
		.articles = pb->articles,
		.items = pb->items,
		.polls = pb->polls,
		.failures = pb->failures,
		.given_up = pb->given_up,
		.last_article_ms = pb->last_article_ms,
		.last_poll_ms = pb->last_poll_ms,
		.next_poll_ms = pb->next_poll_ms,
		.patience_ms = pb->patience_ms,
	};
	int r = take_string(d, "name", pb->name, CODEC_NAME_MAX, &s->name);
	if (r == NETRAL_OK)
		r = take_string(d, "kind", pb->kind, CODEC_NAME_MAX, &s->kind);
	if (r == NETRAL_OK)
		r = take_string(d, "url", pb->url, ARTICLE_URL_MAX, &s->url);
	if (r == NETRAL_OK)
		r = take_string(d, "last_error", pb->last_error, CODEC_REASON_MAX, &s->last_error);
	return r;
}

int decode_source_page(struct decoder *d, const Netral__V1__SourcePage *pb,
		       struct msg_source_page *m)
{
	m->request = pb->request;
	m->next = pb->next;
	m->total = pb->total;
	m->source_count = pb->n_sources;
	int r = take_array(d, "sources", pb->n_sources, CODEC_SOURCES_MAX, sizeof(*m->sources),
			   &m->sources);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_sources; i++) {
		decoder_enter(d, "sources", i);
		r = decode_source(d, pb->sources[i], &m->sources[i]);
		decoder_leave(d);
	}
	return r;
}

/* --- encoding --- */

int encode_status_request(struct encoder *e, const struct msg_request *m,
			  Netral__V1__StatusRequest *pb)
{
	(void)e;
	pb->request = m->request;
	return NETRAL_OK;
}

static int encode_workers(struct encoder *e, const struct msg_status_reply *m,
			  Netral__V1__StatusReply *pb)
{
	int r = encoder_list(e, m->worker_count, sizeof(**pb->workers), &pb->workers);
	for (size_t i = 0; r == NETRAL_OK && i < m->worker_count; i++) {
		const struct worker_status *w = &m->workers[i];
		Netral__V1__WorkerStatus *to = pb->workers[i];
		netral__v1__worker_status__init(to);
		to->name = put_string(w->name);
		to->version = put_string(w->version);
		to->credit = w->credit;
		to->held = w->held;
		to->done = w->done;
		to->failed = w->failed;
	}
	pb->n_workers = m->worker_count;
	return r;
}

int encode_status_reply(struct encoder *e, const struct msg_status_reply *m,
			Netral__V1__StatusReply *pb)
{
	pb->request = m->request;
	pb->program = put_string(m->program);
	pb->version = put_string(m->version);
	pb->pid = m->pid;
	pb->uptime_ms = m->uptime_ms;
	pb->n_counters = m->counter_count;
	int r = put_reason(e, m->state, &pb->state);
	if (r == NETRAL_OK)
		r = encoder_list(e, m->counter_count, sizeof(**pb->counters), &pb->counters);
	for (size_t i = 0; r == NETRAL_OK && i < m->counter_count; i++) {
		netral__v1__counter__init(pb->counters[i]);
		pb->counters[i]->name = put_string(m->counters[i].name);
		pb->counters[i]->value = m->counters[i].value;
	}
	if (r == NETRAL_OK)
		r = encode_workers(e, m, pb);
	return r == NETRAL_OK ? encode_receivers(e, m, pb) : r;
}

int encode_dead_list(struct encoder *e, const struct msg_dead_list *m, Netral__V1__DeadList *pb)
{
	(void)e;
	pb->request = m->request;
	pb->after_seq = m->after_seq;
	pb->limit = m->limit;
	return NETRAL_OK;
}

int encode_dead_page(struct encoder *e, const struct msg_dead_page *m, Netral__V1__DeadPage *pb)
{
	pb->request = m->request;
	pb->more = m->more;
	pb->n_articles = m->article_count;
	int r = encoder_list(e, m->article_count, sizeof(**pb->articles), &pb->articles);
	for (size_t i = 0; r == NETRAL_OK && i < m->article_count; i++) {
		const struct dead_article *a = &m->articles[i];
		Netral__V1__DeadArticle *to = pb->articles[i];
		netral__v1__dead_article__init(to);
		to->seq = a->seq;
		to->id = put_bytes(a->id.bytes, ARTICLE_ID_BYTES);
		to->title = put_text(&a->title);
		to->url = put_text(&a->url);
		to->source = put_text(&a->source);
		to->tries = a->tries;
		to->died_us = a->died_us;
		r = put_reason(e, a->reason, &to->reason);
	}
	return r;
}

int encode_dead_action(struct encoder *e, const struct msg_dead_action *m,
		       Netral__V1__DeadAction *pb)
{
	pb->request = m->request;
	pb->verb = (Netral__V1__DeadVerb)m->verb;
	pb->all = m->all;
	pb->n_ids = m->id_count;
	if (m->id_count == 0)
		return NETRAL_OK;
	pb->ids = encoder_alloc(e, m->id_count, sizeof(*pb->ids));
	if (!pb->ids)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < m->id_count; i++)
		pb->ids[i] = put_bytes(m->ids[i].bytes, ARTICLE_ID_BYTES);
	return NETRAL_OK;
}

int encode_dead_action_reply(struct encoder *e, const struct msg_dead_action_reply *m,
			     Netral__V1__DeadActionReply *pb)
{
	(void)e;
	pb->request = m->request;
	pb->done = m->done;
	pb->missing = m->missing;
	return NETRAL_OK;
}

int encode_source_list(struct encoder *e, const struct msg_source_list *m,
		       Netral__V1__SourceList *pb)
{
	(void)e;
	pb->request = m->request;
	pb->after = m->after;
	pb->limit = m->limit;
	pb->flagged_only = m->flagged_only;
	return NETRAL_OK;
}

static int encode_source(struct encoder *e, const struct source_status *s,
			 Netral__V1__SourceStatus *pb)
{
	netral__v1__source_status__init(pb);
	pb->name = put_string(s->name);
	pb->kind = put_string(s->kind);
	pb->url = put_string(s->url);
	pb->enabled = s->enabled;
	pb->flags = s->flags;
	pb->articles = s->articles;
	pb->items = s->items;
	pb->polls = s->polls;
	pb->failures = s->failures;
	pb->failures_in_row = s->failures_in_row;
	pb->last_article_ms = s->last_article_ms;
	pb->last_poll_ms = s->last_poll_ms;
	pb->next_poll_ms = s->next_poll_ms;
	pb->given_up = s->given_up;
	pb->patience_ms = s->patience_ms;
	return put_reason(e, s->last_error, &pb->last_error);
}

int encode_source_page(struct encoder *e, const struct msg_source_page *m,
		       Netral__V1__SourcePage *pb)
{
	pb->request = m->request;
	pb->next = m->next;
	pb->total = m->total;
	pb->n_sources = m->source_count;
	int r = encoder_list(e, m->source_count, sizeof(**pb->sources), &pb->sources);
	for (size_t i = 0; r == NETRAL_OK && i < m->source_count; i++)
		r = encode_source(e, &m->sources[i], pb->sources[i]);
	return r;
}

/* Messages, from our structs to generated ones, which live in the encoder's arena while they are
 * packed. Texts are not copied: protobuf-c packs from where they are. */
#include "proto/codec_internal.h"

#include "lib/utf8.h"

#include <string.h>

void *encoder_alloc(struct encoder *e, size_t count, size_t size)
{
	size_t bytes;
	return __builtin_mul_overflow(count, size, &bytes) ? NULL : arena_alloc(&e->arena, bytes);
}

int encoder_list(struct encoder *e, size_t count, size_t size, void *ret_pointers)
{
	void **pointers = NULL;
	if (count > 0) {
		pointers = encoder_alloc(e, count, sizeof(*pointers));
		char *structs = encoder_alloc(e, count, size);
		if (!pointers || !structs)
			return NETRAL_ENOMEM;
		for (size_t i = 0; i < count; i++)
			pointers[i] = structs + i * size;
	}
	memcpy(ret_pointers, &pointers, sizeof(void *));
	return NETRAL_OK;
}

void *put_list(const void *list)
{
	void *same;
	memcpy(&same, &list, sizeof(same));
	return same;
}

char *put_string(const char *s)
{
	return put_list(s ? s : "");
}

ProtobufCBinaryData put_bytes(const void *data, size_t len)
{
	return (ProtobufCBinaryData){.len = len, .data = put_list(data)};
}

ProtobufCBinaryData put_text(const struct text *t)
{
	return put_bytes(t->ptr, t->ptr ? t->len : 0);
}

int put_reason(struct encoder *e, const char *s, char **ret)
{
	s = s ? s : "";
	size_t len = strlen(s);
	size_t good = len > CODEC_REASON_MAX ? utf8_cut(s, CODEC_REASON_MAX) : len;
	utf8_check(s, good, &good);
	*ret = put_string(s);
	if (good == len)
		return NETRAL_OK;
	*ret = arena_strndup(&e->arena, s, good);
	return *ret ? NETRAL_OK : NETRAL_ENOMEM;
}

int encode_article(struct encoder *e, const struct article *m, Netral__V1__Article *pb)
{
	(void)e;
	pb->id = put_bytes(m->id.bytes, ARTICLE_ID_BYTES);
	pb->url = put_text(&m->url);
	pb->title = put_text(&m->title);
	pb->text = put_text(&m->text);
	pb->published = put_text(&m->published);
	pb->source = put_text(&m->source);
	pb->accepted_us = m->accepted_us;
	return NETRAL_OK;
}

int encode_error(struct encoder *e, const struct msg_error *m, Netral__V1__Error *pb)
{
	pb->request = m->request;
	pb->code = (Netral__V1__Code)m->code;
	pb->epoch = put_bytes(m->epoch.bytes, m->has_epoch ? CODEC_EPOCH_BYTES : 0);
	pb->head = m->head;
	return put_reason(e, m->reason, &pb->reason);
}

/* --- submit --- */

/* In a Submit the id is left out: netrald computes it. */
static ProtobufCBinaryData put_known_id(const struct article_id *id)
{
	static const struct article_id unknown;
	return put_bytes(id->bytes, article_id_equal(id, &unknown) ? 0 : ARTICLE_ID_BYTES);
}

int encode_submit(struct encoder *e, const struct msg_submit *m, Netral__V1__Submit *pb)
{
	pb->request = m->request;
	pb->n_articles = m->article_count;
	int r = encoder_list(e, m->article_count, sizeof(**pb->articles), &pb->articles);
	for (size_t i = 0; r == NETRAL_OK && i < m->article_count; i++) {
		netral__v1__article__init(pb->articles[i]);
		r = encode_article(e, &m->articles[i], pb->articles[i]);
		pb->articles[i]->id = put_known_id(&m->articles[i].id);
	}
	return r;
}

int encode_submit_reply(struct encoder *e, const struct msg_submit_reply *m,
			Netral__V1__SubmitReply *pb)
{
	pb->request = m->request;
	pb->n_statuses = m->status_count;
	int r = encoder_list(e, m->status_count, sizeof(**pb->statuses), &pb->statuses);
	for (size_t i = 0; r == NETRAL_OK && i < m->status_count; i++) {
		const struct submit_status *s = &m->statuses[i];
		bool known = s->outcome == SUBMIT_ACCEPTED || s->outcome == SUBMIT_DUPLICATE;
		netral__v1__submit_status__init(pb->statuses[i]);
		pb->statuses[i]->outcome = (Netral__V1__Outcome)s->outcome;
		pb->statuses[i]->id = put_bytes(s->id.bytes, known ? ARTICLE_ID_BYTES : 0);
		r = put_reason(e, s->reason, &pb->statuses[i]->reason);
	}
	return r;
}

/* --- work --- */

int encode_hello(struct encoder *e, const struct msg_hello *m, Netral__V1__Hello *pb)
{
	(void)e;
	pb->name = put_string(m->name);
	pb->version = put_string(m->version);
	pb->credit = m->credit;
	return NETRAL_OK;
}

int encode_welcome(struct encoder *e, const struct msg_welcome *m, Netral__V1__Welcome *pb)
{
	(void)e;
	pb->heartbeat_ms = m->heartbeat_ms;
	pb->silence_ms = m->silence_ms;
	return NETRAL_OK;
}

int encode_work(struct encoder *e, const struct msg_work *m, Netral__V1__Work *pb)
{
	Netral__V1__Article **articles = NULL;
	pb->n_items = m->item_count;
	int r = encoder_list(e, m->item_count, sizeof(**pb->items), &pb->items);
	if (r == NETRAL_OK)
		r = encoder_list(e, m->item_count, sizeof(**articles), &articles);
	for (size_t i = 0; r == NETRAL_OK && i < m->item_count; i++) {
		const struct work_item *item = &m->items[i];
		netral__v1__work_item__init(pb->items[i]);
		netral__v1__article__init(articles[i]);
		pb->items[i]->seq = item->seq;
		pb->items[i]->lease = item->lease;
		pb->items[i]->tries = item->tries;
		pb->items[i]->article = articles[i];
		r = encode_article(e, &item->article, articles[i]);
	}
	return r;
}

static void encode_lease(const struct lease *l, Netral__V1__Lease *pb)
{
	netral__v1__lease__init(pb);
	pb->seq = l->seq;
	pb->lease = l->lease;
}

static int put_leases(struct encoder *e, const struct lease *leases, size_t count,
		      Netral__V1__Lease ***ret)
{
	int r = encoder_list(e, count, sizeof(***ret), ret);
	for (size_t i = 0; r == NETRAL_OK && i < count; i++)
		encode_lease(&leases[i], (*ret)[i]);
	return r;
}

int encode_done(struct encoder *e, const struct msg_done *m, Netral__V1__Done *pb)
{
	pb->n_leases = m->lease_count;
	return put_leases(e, m->leases, m->lease_count, &pb->leases);
}

int encode_handled(struct encoder *e, const struct msg_handled *m, Netral__V1__Handled *pb)
{
	pb->n_leases = m->lease_count;
	return put_leases(e, m->leases, m->lease_count, &pb->leases);
}

int encode_failed(struct encoder *e, const struct msg_failed *m, Netral__V1__Failed *pb)
{
	pb->lease = encoder_alloc(e, 1, sizeof(*pb->lease));
	if (!pb->lease)
		return NETRAL_ENOMEM;
	encode_lease(&m->lease, pb->lease);
	pb->permanent = m->permanent;
	return put_reason(e, m->reason, &pb->reason);
}

int encode_ping(struct encoder *e, const struct msg_empty *m, Netral__V1__Ping *pb)
{
	(void)e, (void)m, (void)pb;
	return NETRAL_OK;
}

int encode_pong(struct encoder *e, const struct msg_empty *m, Netral__V1__Pong *pb)
{
	(void)e, (void)m, (void)pb;
	return NETRAL_OK;
}

int encode_bye(struct encoder *e, const struct msg_empty *m, Netral__V1__Bye *pb)
{
	(void)e, (void)m, (void)pb;
	return NETRAL_OK;
}

/* --- results --- */

static int encode_classifier(struct encoder *e, const struct classifier_version *v,
			     Netral__V1__Classifier **ret)
{
	Netral__V1__Classifier *pb = encoder_alloc(e, 1, sizeof(*pb));
	if (!pb)
		return NETRAL_ENOMEM;
	netral__v1__classifier__init(pb);
	pb->revision = v->revision;
	pb->data_hash = put_bytes(v->data_hash, sizeof(v->data_hash));
	*ret = pb;
	return NETRAL_OK;
}

static int encode_areas(struct encoder *e, const struct result *res, Netral__V1__Areas **ret)
{
	Netral__V1__Areas *pb = encoder_alloc(e, 1, sizeof(*pb));
	if (!pb)
		return NETRAL_ENOMEM;
	netral__v1__areas__init(pb);
	pb->n_codes = res->area_count;
	pb->codes = put_list(res->areas);
	*ret = pb;
	return NETRAL_OK;
}

static int encode_result(struct encoder *e, const struct result *res, Netral__V1__Result *pb)
{
	netral__v1__result__init(pb);
	pb->article_id = put_bytes(res->article_id.bytes, ARTICLE_ID_BYTES);
	pb->url = put_text(&res->url);
	pb->title = put_text(&res->title);
	pb->published = put_text(&res->published);
	pb->source = put_text(&res->source);
	pb->accepted_us = res->accepted_us;
	pb->text_zstd = put_bytes(res->text_zstd.ptr, res->text_zstd.len);
	pb->text_size = res->text_size;
	pb->n_events = res->event_count;
	pb->sketch = put_bytes(res->sketch.ptr, res->sketch.len);
	int r = encode_classifier(e, &res->classifier, &pb->classifier);
	if (r == NETRAL_OK && res->has_replaces)
		r = encode_classifier(e, &res->replaces, &pb->replaces);
	if (r == NETRAL_OK && res->has_areas)
		r = encode_areas(e, res, &pb->areas);
	if (r == NETRAL_OK)
		r = encoder_list(e, res->event_count, sizeof(**pb->events), &pb->events);
	for (size_t i = 0; r == NETRAL_OK && i < res->event_count; i++)
		r = encode_event(e, &res->events[i], pb->events[i]);
	return r;
}

int encode_record(struct encoder *e, const struct msg_record *m, Netral__V1__Record *pb)
{
	pb->request = m->request;
	pb->n_results = m->result_count;
	int r = encoder_list(e, m->result_count, sizeof(**pb->results), &pb->results);
	for (size_t i = 0; r == NETRAL_OK && i < m->result_count; i++)
		r = encode_result(e, &m->results[i], pb->results[i]);
	return r;
}

int encode_recorded(struct encoder *e, const struct msg_recorded *m, Netral__V1__Recorded *pb)
{
	pb->request = m->request;
	pb->n_statuses = m->status_count;
	int r = encoder_list(e, m->status_count, sizeof(**pb->statuses), &pb->statuses);
	for (size_t i = 0; r == NETRAL_OK && i < m->status_count; i++) {
		netral__v1__record_status__init(pb->statuses[i]);
		pb->statuses[i]->outcome = (Netral__V1__RecordOutcome)m->statuses[i].outcome;
		pb->statuses[i]->added = m->statuses[i].added;
		pb->statuses[i]->changed = m->statuses[i].changed;
		pb->statuses[i]->removed = m->statuses[i].removed;
		r = put_reason(e, m->statuses[i].reason, &pb->statuses[i]->reason);
	}
	return r;
}

/* --- updates --- */

static void encode_article_ref(const struct article_ref *a, Netral__V1__ArticleRef *pb)
{
	netral__v1__article_ref__init(pb);
	pb->id = put_bytes(a->id.bytes, ARTICLE_ID_BYTES);
	pb->url = put_text(&a->url);
	pb->title = put_text(&a->title);
	pb->published = put_text(&a->published);
	pb->source = put_text(&a->source);
}

static int encode_reports(struct encoder *e, const struct update *m, Netral__V1__Update *pb)
{
	Netral__V1__ArticleRef **articles = NULL;
	int r = encoder_list(e, m->listed_count, sizeof(**pb->reports), &pb->reports);
	if (r == NETRAL_OK)
		r = encoder_list(e, m->listed_count, sizeof(**articles), &articles);
	for (size_t i = 0; r == NETRAL_OK && i < m->listed_count; i++) {
		netral__v1__report__init(pb->reports[i]);
		encode_article_ref(&m->reports[i].article, articles[i]);
		pb->reports[i]->article = articles[i];
		pb->reports[i]->status = (Netral__V1__Status)m->reports[i].status;
	}
	pb->n_reports = m->listed_count;
	pb->report_count = m->report_count > 1 || m->listed_count ? m->report_count : 0;
	return r;
}

int encode_update(struct encoder *e, const struct update *m, Netral__V1__Update *pb)
{
	pb->event = encoder_alloc(e, 1, sizeof(*pb->event));
	pb->article = encoder_alloc(e, 1, sizeof(*pb->article));
	if (!pb->event || !pb->article)
		return NETRAL_ENOMEM;
	pb->epoch = put_bytes(m->epoch.bytes, CODEC_EPOCH_BYTES);
	pb->seq = m->seq;
	pb->prev_in_topic = m->prev_in_topic;
	pb->change = (Netral__V1__Change)m->change;
	pb->recorded_us = m->recorded_us;
	pb->accepted_us = m->accepted_us;
	pb->cause = (Netral__V1__Cause)m->cause;
	encode_article_ref(&m->article, pb->article);
	int r = encode_reports(e, m, pb);
	if (r == NETRAL_OK)
		r = encode_mark(e, &m->correction, &pb->correction);
	return r == NETRAL_OK ? encode_event(e, &m->event, pb->event) : r;
}

static int encode_updates(struct encoder *e, const struct update *updates, size_t count,
			  Netral__V1__Update ***ret, size_t *ret_count)
{
	Netral__V1__Update **pb = NULL;
	int r = encoder_list(e, count, sizeof(**pb), &pb);
	for (size_t i = 0; r == NETRAL_OK && i < count; i++) {
		netral__v1__update__init(pb[i]);
		r = encode_update(e, &updates[i], pb[i]);
	}
	*ret = pb;
	*ret_count = count;
	return r;
}

int encode_head(struct encoder *e, const struct msg_head *m, Netral__V1__Head *pb)
{
	pb->epoch = put_bytes(m->epoch.bytes, CODEC_EPOCH_BYTES);
	pb->seq = m->seq;
	pb->prev = m->prev;
	pb->unknown = m->unknown;
	pb->n_changed = m->changed_count;
	int r = encoder_list(e, m->changed_count, sizeof(**pb->changed), &pb->changed);
	for (size_t i = 0; r == NETRAL_OK && i < m->changed_count; i++) {
		netral__v1__topic_head__init(pb->changed[i]);
		pb->changed[i]->topic = put_string(m->changed[i].topic);
		pb->changed[i]->seq = m->changed[i].seq;
	}
	return r;
}

_Static_assert(sizeof(enum event_kind) == sizeof(Netral__V1__Kind), "same size");
_Static_assert(sizeof(enum event_status) == sizeof(Netral__V1__Status), "same size");

static int encode_filter(struct encoder *e, const struct filter *f, Netral__V1__Filter **ret)
{
	if (f->kind_count + f->area_count + f->status_count == 0)
		return NETRAL_OK;
	Netral__V1__Filter *pb = encoder_alloc(e, 1, sizeof(*pb));
	if (!pb)
		return NETRAL_ENOMEM;
	netral__v1__filter__init(pb);
	pb->n_kinds = f->kind_count;
	pb->kinds = put_list(f->kinds);
	pb->n_areas = f->area_count;
	pb->areas = put_list(f->areas);
	pb->n_statuses = f->status_count;
	pb->statuses = put_list(f->statuses);
	*ret = pb;
	return NETRAL_OK;
}

int encode_replay(struct encoder *e, const struct msg_replay *m, Netral__V1__Replay *pb)
{
	pb->request = m->request;
	pb->epoch = put_bytes(m->epoch.bytes, m->has_epoch ? CODEC_EPOCH_BYTES : 0);
	pb->from = m->from;
	pb->limit = m->limit;
	return encode_filter(e, &m->filter, &pb->filter);
}

int encode_replay_page(struct encoder *e, const struct msg_replay_page *m,
		       Netral__V1__ReplayPage *pb)
{
	pb->request = m->request;
	pb->epoch = put_bytes(m->epoch.bytes, CODEC_EPOCH_BYTES);
	pb->through = m->through;
	pb->head = m->head;
	return encode_updates(e, m->updates, m->update_count, &pb->updates, &pb->n_updates);
}

int encode_query(struct encoder *e, const struct msg_query *m, Netral__V1__Query *pb)
{
	pb->request = m->request;
	pb->since = put_string(m->since);
	pb->until = put_string(m->until);
	pb->limit = m->limit;
	pb->before = m->before;
	return encode_filter(e, &m->filter, &pb->filter);
}

int encode_query_page(struct encoder *e, const struct msg_query_page *m, Netral__V1__QueryPage *pb)
{
	pb->request = m->request;
	pb->next = m->next;
	return encode_updates(e, m->updates, m->update_count, &pb->updates, &pb->n_updates);
}

int encode_show(struct encoder *e, const struct msg_show *m, Netral__V1__Show *pb)
{
	(void)e;
	pb->request = m->request;
	pb->id = put_string(m->id);
	return NETRAL_OK;
}

int encode_shown(struct encoder *e, const struct msg_shown *m, Netral__V1__Shown *pb)
{
	pb->request = m->request;
	pb->text = put_text(&m->text);
	int r = encode_classifier(e, &m->classifier, &pb->classifier);
	if (r == NETRAL_OK)
		r = encode_updates(e, m->updates, m->update_count, &pb->updates, &pb->n_updates);
	return r;
}

/* --- the archive --- */

int encode_archive(struct encoder *e, const struct msg_archive *m, Netral__V1__Archive *pb)
{
	pb->request = m->request;
	pb->epoch = put_bytes(m->epoch.bytes, m->has_epoch ? CODEC_EPOCH_BYTES : 0);
	pb->from = m->from;
	pb->limit = m->limit;
	return encode_classifier(e, &m->current, &pb->current);
}

static int encode_archived(struct encoder *e, const struct archived_article *a,
			   Netral__V1__ArchivedArticle *pb)
{
	netral__v1__archived_article__init(pb);
	pb->id = put_bytes(a->id.bytes, ARTICLE_ID_BYTES);
	pb->url = put_text(&a->url);
	pb->title = put_text(&a->title);
	pb->published = put_text(&a->published);
	pb->text_zstd = put_bytes(a->text_zstd.ptr, a->text_zstd.len);
	pb->text_size = a->text_size;
	return encode_classifier(e, &a->classifier, &pb->classifier);
}

int encode_archive_page(struct encoder *e, const struct msg_archive_page *m,
			Netral__V1__ArchivePage *pb)
{
	pb->request = m->request;
	pb->epoch = put_bytes(m->epoch.bytes, CODEC_EPOCH_BYTES);
	pb->through = m->through;
	pb->head = m->head;
	pb->n_articles = m->article_count;
	int r = encoder_list(e, m->article_count, sizeof(**pb->articles), &pb->articles);
	for (size_t i = 0; r == NETRAL_OK && i < m->article_count; i++)
		r = encode_archived(e, &m->articles[i], pb->articles[i]);
	return r;
}

/* --- coverage --- */

int encode_coverage(struct encoder *e, const struct msg_coverage *m, Netral__V1__Coverage *pb)
{
	(void)e;
	pb->request = m->request;
	pb->since = m->since;
	pb->until = m->until;
	pb->after_month = m->after_month;
	pb->after_area = put_string(m->after_area);
	return NETRAL_OK;
}

int encode_coverage_page(struct encoder *e, const struct msg_coverage_page *m,
			 Netral__V1__CoveragePage *pb)
{
	pb->request = m->request;
	pb->more = m->more;
	pb->articles = m->articles;
	pb->uncounted = m->uncounted;
	pb->n_rows = m->row_count;
	int r = encoder_list(e, m->row_count, sizeof(**pb->rows), &pb->rows);
	for (size_t i = 0; r == NETRAL_OK && i < m->row_count; i++) {
		netral__v1__coverage_row__init(pb->rows[i]);
		pb->rows[i]->month = m->rows[i].month;
		pb->rows[i]->area = put_string(m->rows[i].area);
		pb->rows[i]->articles = m->rows[i].articles;
	}
	return r;
}

/* Messages, from generated structs to ours. Strings, texts and lists of strings stay where
 * protobuf-c put them: in the caller's arena, each with a zero byte behind it (see codec.c). */
#include "proto/codec_internal.h"

#include "proto/filter.h"

#include <stdlib.h>
#include <string.h>

/* What an article holds is for article_check() to judge; here only the id's form. */
static int decode_body(struct decoder *d, const Netral__V1__Article *pb, bool id_needed,
		       struct article *a)
{
	const ProtobufCBinaryData from[] = {pb->url, pb->title, pb->text, pb->published,
					    pb->source};
	struct text *const to[] = {&a->url, &a->title, &a->text, &a->published, &a->source};
	*a = (struct article){.accepted_us = pb->accepted_us};
	for (size_t i = 0; i < sizeof(to) / sizeof(to[0]); i++)
		*to[i] = from[i].len ? (struct text){(const char *)from[i].data, from[i].len}
				     : (struct text){"", 0};
	return pb->id.len || id_needed ? take_id(d, "id", pb->id, &a->id) : NETRAL_OK;
}

int decode_article(struct decoder *d, const Netral__V1__Article *pb, struct article *m)
{
	return decode_body(d, pb, true, m);
}

int decode_error(struct decoder *d, const Netral__V1__Error *pb, struct msg_error *m)
{
	int code = 0;
	m->request = pb->request;
	m->head = pb->head;
	int r = take_enum(d, "code", (int)pb->code, CODE_INTERNAL, &code);
	if (r == NETRAL_OK)
		r = take_string(d, "reason", pb->reason, CODEC_REASON_MAX, &m->reason);
	if (r == NETRAL_OK)
		r = take_optional_epoch(d, "epoch", pb->epoch, &m->has_epoch, &m->epoch);
	m->code = (enum msg_code)code;
	return r;
}

/* --- submit --- */

int decode_submit(struct decoder *d, const Netral__V1__Submit *pb, struct msg_submit *m)
{
	m->request = pb->request;
	m->article_count = pb->n_articles;
	int r = take_array(d, "articles", pb->n_articles, CODEC_SUBMIT_MAX, sizeof(*m->articles),
			   &m->articles);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_articles; i++) {
		decoder_enter(d, "articles", i);
		r = decode_body(d, pb->articles[i], false, &m->articles[i]);
		decoder_leave(d);
	}
	return r;
}

static int decode_submit_status(struct decoder *d, const Netral__V1__SubmitStatus *pb,
				struct submit_status *s)
{
	int outcome = 0;
	int r = take_enum(d, "outcome", (int)pb->outcome, SUBMIT_BUSY, &outcome);
	s->outcome = (enum submit_outcome)outcome;
	if (r == NETRAL_OK && (outcome == SUBMIT_ACCEPTED || outcome == SUBMIT_DUPLICATE))
		r = take_id(d, "id", pb->id, &s->id);
	if (r == NETRAL_OK)
		r = take_string(d, "reason", pb->reason, CODEC_REASON_MAX, &s->reason);
	return r;
}

int decode_submit_reply(struct decoder *d, const Netral__V1__SubmitReply *pb,
			struct msg_submit_reply *m)
{
	m->request = pb->request;
	m->status_count = pb->n_statuses;
	int r = take_array(d, "statuses", pb->n_statuses, CODEC_SUBMIT_MAX, sizeof(*m->statuses),
			   &m->statuses);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_statuses; i++) {
		decoder_enter(d, "statuses", i);
		r = decode_submit_status(d, pb->statuses[i], &m->statuses[i]);
		decoder_leave(d);
	}
	return r;
}

/* --- work --- */

int decode_hello(struct decoder *d, const Netral__V1__Hello *pb, struct msg_hello *m)
{
	m->credit = pb->credit;
	int r = take_string(d, "name", pb->name, CODEC_NAME_MAX, &m->name);
	if (r == NETRAL_OK && m->name[0] == '\0')
		r = decoder_refuse(d, "name", "empty");
	if (r == NETRAL_OK)
		r = take_string(d, "version", pb->version, CODEC_NAME_MAX, &m->version);
	if (r == NETRAL_OK)
		r = take_range(d, "credit", pb->credit, 1, CODEC_CREDIT_MAX);
	return r;
}

int decode_welcome(struct decoder *d, const Netral__V1__Welcome *pb, struct msg_welcome *m)
{
	m->heartbeat_ms = pb->heartbeat_ms;
	m->silence_ms = pb->silence_ms;
	int r = take_range(d, "heartbeat_ms", pb->heartbeat_ms, 1, CODEC_HEARTBEAT_MAX_MS);
	if (r == NETRAL_OK)
		r = take_range(d, "silence_ms", pb->silence_ms, 1, CODEC_HEARTBEAT_MAX_MS);
	return r;
}

static int decode_item(struct decoder *d, const Netral__V1__WorkItem *pb, struct work_item *item)
{
	item->seq = pb->seq;
	item->lease = pb->lease;
	item->tries = pb->tries;
	if (!pb->article)
		return decoder_refuse(d, "article", "missing");
	decoder_enter_message(d, "article");
	int r = decode_body(d, pb->article, true, &item->article);
	decoder_leave(d);
	return r;
}

int decode_work(struct decoder *d, const Netral__V1__Work *pb, struct msg_work *m)
{
	m->item_count = pb->n_items;
	int r = take_array(d, "items", pb->n_items, CODEC_WORK_MAX, sizeof(*m->items), &m->items);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_items; i++) {
		decoder_enter(d, "items", i);
		r = decode_item(d, pb->items[i], &m->items[i]);
		decoder_leave(d);
	}
	return r;
}

static int take_leases(struct decoder *d, Netral__V1__Lease **pb, size_t count, struct lease **ret)
{
	int r = take_array(d, "leases", count, CODEC_LEASES_MAX, sizeof(**ret), ret);
	for (size_t i = 0; r == NETRAL_OK && i < count; i++)
		(*ret)[i] = (struct lease){pb[i]->seq, pb[i]->lease};
	return r;
}

int decode_done(struct decoder *d, const Netral__V1__Done *pb, struct msg_done *m)
{
	m->lease_count = pb->n_leases;
	return take_leases(d, pb->leases, pb->n_leases, &m->leases);
}

int decode_handled(struct decoder *d, const Netral__V1__Handled *pb, struct msg_handled *m)
{
	m->lease_count = pb->n_leases;
	return take_leases(d, pb->leases, pb->n_leases, &m->leases);
}

int decode_failed(struct decoder *d, const Netral__V1__Failed *pb, struct msg_failed *m)
{
	if (!pb->lease)
		return decoder_refuse(d, "lease", "missing");
	m->lease = (struct lease){pb->lease->seq, pb->lease->lease};
	m->permanent = pb->permanent;
	return take_string(d, "reason", pb->reason, CODEC_REASON_MAX, &m->reason);
}

int decode_ping(struct decoder *d, const Netral__V1__Ping *pb, struct msg_empty *m)
{
	(void)d, (void)pb, (void)m;
	return NETRAL_OK;
}

int decode_pong(struct decoder *d, const Netral__V1__Pong *pb, struct msg_empty *m)
{
	(void)d, (void)pb, (void)m;
	return NETRAL_OK;
}

int decode_bye(struct decoder *d, const Netral__V1__Bye *pb, struct msg_empty *m)
{
	(void)d, (void)pb, (void)m;
	return NETRAL_OK;
}

/* --- results --- */

/* A code as an event's place has it. */
static bool is_area_code(const char *code)
{
	return strcmp(code, "none") != 0 && filter_area_check(code) == NETRAL_OK;
}

static int take_zstd(struct decoder *d, ProtobufCBinaryData b, struct bytes *ret)
{
	if (b.len == 0 || b.len > CODEC_ZSTD_MAX)
		return decoder_refuse(d, "text_zstd", "%zu bytes are not within 1 to %d", b.len,
				      CODEC_ZSTD_MAX);
	*ret = (struct bytes){b.data, b.len};
	return NETRAL_OK;
}

/* A classification again of what is stored cannot bring another text. */
static int refuse_zstd(struct decoder *d, ProtobufCBinaryData b)
{
	return b.len ? decoder_refuse(d, "text_zstd", "given beside replaces") : NETRAL_OK;
}

static int take_sketch(struct decoder *d, ProtobufCBinaryData b, struct bytes *ret)
{
	if (b.len != 0 && b.len != CODEC_SKETCH_BYTES)
		return decoder_refuse(d, "sketch", "%zu bytes instead of none or %d", b.len,
				      CODEC_SKETCH_BYTES);
	*ret = (struct bytes){b.data, b.len};
	return NETRAL_OK;
}

static int decode_result_texts(struct decoder *d, const Netral__V1__Result *pb, struct result *res)
{
	int r = take_text(d, "url", pb->url, ARTICLE_URL_MAX, &res->url);
	if (r == NETRAL_OK)
		r = take_text(d, "title", pb->title, ARTICLE_TITLE_MAX, &res->title);
	if (r == NETRAL_OK)
		r = take_text(d, "published", pb->published, ARTICLE_PUBLISHED_MAX,
			      &res->published);
	if (r == NETRAL_OK)
		r = take_text(d, "source", pb->source, ARTICLE_SOURCE_MAX, &res->source);
	if (r == NETRAL_OK)
		r = take_range(d, "text_size", pb->text_size, 1, ARTICLE_TEXT_MAX);
	if (r == NETRAL_OK)
		r = pb->replaces ? refuse_zstd(d, pb->text_zstd)
				 : take_zstd(d, pb->text_zstd, &res->text_zstd);
	res->text_size = pb->text_size;
	return r;
}

/* Two events of one id in one result would overwrite each other in the store. */
static int check_ids_differ(struct decoder *d, const struct result *res)
{
	_Static_assert(EVENTS_PER_ARTICLE_MAX <= 64, "one bit a number");
	uint64_t seen = 0;
	for (size_t i = 0; i < res->event_count; i++) {
		unsigned long n = strtoul(res->events[i].id + ARTICLE_ID_HEX + 1, NULL, 10);
		uint64_t bit = UINT64_C(1) << (n - 1);
		if (seen & bit)
			return decoder_refuse(d, "events", "number %lu is given twice", n);
		seen |= bit;
	}
	return NETRAL_OK;
}

static int decode_events(struct decoder *d, const Netral__V1__Result *pb, struct result *res)
{
	res->event_count = pb->n_events;
	int r = take_array(d, "events", pb->n_events, EVENTS_PER_ARTICLE_MAX, sizeof(*res->events),
			   &res->events);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_events; i++) {
		decoder_enter(d, "events", i);
		r = decode_event(d, pb->events[i], &res->article_id, EVENTS_PER_ARTICLE_MAX,
				 pb->text_size, &res->events[i]);
		decoder_leave(d);
	}
	return r == NETRAL_OK ? check_ids_differ(d, res) : r;
}

/* A code twice would count an article twice. */
static int check_areas(struct decoder *d, char **codes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!is_area_code(codes[i]) || strcmp(codes[i], "ID") == 0)
			return decoder_refuse(d, "areas", "not the code of a regency or province");
		for (size_t k = 0; k < i; k++) {
			if (strcmp(codes[i], codes[k]) == 0)
				return decoder_refuse(d, "areas", "%s is given twice", codes[i]);
		}
	}
	return NETRAL_OK;
}

static int decode_areas(struct decoder *d, const Netral__V1__Areas *pb, struct result *res)
{
	res->has_areas = pb != NULL;
	if (!pb)
		return NETRAL_OK;
	res->area_count = pb->n_codes;
	int r = take_array(d, "areas", pb->n_codes, ARTICLE_AREAS_MAX, sizeof(*res->areas),
			   &res->areas);
	if (r == NETRAL_OK)
		r = check_areas(d, pb->codes, pb->n_codes);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_codes; i++)
		res->areas[i] = pb->codes[i];
	return r;
}

static int decode_result(struct decoder *d, const Netral__V1__Result *pb, struct result *res)
{
	res->accepted_us = pb->accepted_us;
	int r = take_id(d, "article_id", pb->article_id, &res->article_id);
	if (r == NETRAL_OK)
		r = decode_result_texts(d, pb, res);
	if (r == NETRAL_OK)
		r = take_sketch(d, pb->sketch, &res->sketch);
	if (r == NETRAL_OK)
		r = decode_areas(d, pb->areas, res);
	if (r == NETRAL_OK)
		r = decode_classifier(d, "classifier", pb->classifier, &res->classifier);
	res->has_replaces = pb->replaces != NULL;
	if (r == NETRAL_OK && res->has_replaces)
		r = decode_classifier(d, "replaces", pb->replaces, &res->replaces);
	return r == NETRAL_OK ? decode_events(d, pb, res) : r;
}

int decode_record(struct decoder *d, const Netral__V1__Record *pb, struct msg_record *m)
{
	m->request = pb->request;
	m->result_count = pb->n_results;
	int r = take_array(d, "results", pb->n_results, CODEC_RESULTS_MAX, sizeof(*m->results),
			   &m->results);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_results; i++) {
		decoder_enter(d, "results", i);
		r = decode_result(d, pb->results[i], &m->results[i]);
		decoder_leave(d);
	}
	return r;
}

int decode_recorded(struct decoder *d, const Netral__V1__Recorded *pb, struct msg_recorded *m)
{
	m->request = pb->request;
	m->status_count = pb->n_statuses;
	int r = take_array(d, "statuses", pb->n_statuses, CODEC_RESULTS_MAX, sizeof(*m->statuses),
			   &m->statuses);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_statuses; i++) {
		int outcome = 0;
		decoder_enter(d, "statuses", i);
		r = take_enum(d, "outcome", (int)pb->statuses[i]->outcome, RECORD_BUSY, &outcome);
		if (r == NETRAL_OK)
			r = take_string(d, "reason", pb->statuses[i]->reason, CODEC_REASON_MAX,
					&m->statuses[i].reason);
		m->statuses[i].outcome = (enum record_outcome)outcome;
		m->statuses[i].added = pb->statuses[i]->added;
		m->statuses[i].changed = pb->statuses[i]->changed;
		m->statuses[i].removed = pb->statuses[i]->removed;
		decoder_leave(d);
	}
	return r;
}

/* --- updates --- */

static int decode_article_ref(struct decoder *d, const Netral__V1__ArticleRef *pb,
			      struct article_ref *a)
{
	int r = take_id(d, "article.id", pb->id, &a->id);
	if (r == NETRAL_OK)
		r = take_text(d, "article.url", pb->url, ARTICLE_URL_MAX, &a->url);
	if (r == NETRAL_OK)
		r = take_text(d, "article.title", pb->title, ARTICLE_TITLE_MAX, &a->title);
	if (r == NETRAL_OK)
		r = take_text(d, "article.published", pb->published, ARTICLE_PUBLISHED_MAX,
			      &a->published);
	if (r == NETRAL_OK)
		r = take_text(d, "article.source", pb->source, ARTICLE_SOURCE_MAX, &a->source);
	return r;
}

static int decode_update_numbers(struct decoder *d, const Netral__V1__Update *pb, struct update *u)
{
	int change = 0;
	int r = take_epoch(d, "epoch", pb->epoch, &u->epoch);
	if (r == NETRAL_OK)
		r = take_range(d, "seq", pb->seq, 1, UINT64_MAX);
	if (r == NETRAL_OK)
		r = take_range(d, "prev_in_topic", pb->prev_in_topic, 0, pb->seq - 1);
	if (r == NETRAL_OK)
		r = take_enum(d, "change", (int)pb->change, CHANGE_REMOVED, &change);
	u->seq = pb->seq;
	u->prev_in_topic = pb->prev_in_topic;
	u->change = (enum update_change)change;
	u->recorded_us = pb->recorded_us;
	u->accepted_us = pb->accepted_us;
	return r;
}

static int decode_report(struct decoder *d, const Netral__V1__Report *pb,
			 struct update_report *report)
{
	int status = 0;
	if (!pb->article)
		return decoder_refuse(d, "article", "missing");
	int r = decode_article_ref(d, pb->article, &report->article);
	if (r == NETRAL_OK)
		r = take_enum(d, "status", (int)pb->status, EVENT_STATUS_MADE, &status);
	report->status = (enum event_status)status;
	return r;
}

static int decode_reports(struct decoder *d, const Netral__V1__Update *pb, struct update *u)
{
	int r = NETRAL_OK;
	if ((int)pb->cause < 0)
		return decoder_refuse(d, "cause", "%d is negative", (int)pb->cause);
	u->cause = (enum update_cause)pb->cause;
	u->report_count = pb->report_count ? pb->report_count : 1;
	if (pb->n_reports)
		r = take_range(d, "report_count", pb->report_count, pb->n_reports, UINT32_MAX);
	if (r == NETRAL_OK)
		r = take_array(d, "reports", pb->n_reports, CODEC_REPORTS_MAX, sizeof(*u->reports),
			       &u->reports);
	u->listed_count = pb->n_reports;
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_reports; i++) {
		decoder_enter(d, "reports", i);
		r = decode_report(d, pb->reports[i], &u->reports[i]);
		decoder_leave(d);
	}
	return r;
}

int decode_update(struct decoder *d, const Netral__V1__Update *pb, struct update *m)
{
	int r = decode_update_numbers(d, pb, m);
	if (r < 0)
		return r;
	if (!pb->article || !pb->event)
		return decoder_refuse(d, pb->article ? "event" : "article", "missing");
	r = decode_article_ref(d, pb->article, &m->article);
	if (r == NETRAL_OK)
		r = decode_reports(d, pb, m);
	if (r == NETRAL_OK)
		r = decode_mark(d, pb->correction, &m->correction);
	if (r < 0)
		return r;
	decoder_enter_message(d, "event");
	r = decode_event(d, pb->event, NULL, EVENT_NUMBER_MAX, ARTICLE_TEXT_MAX, &m->event);
	decoder_leave(d);
	return r;
}

static int decode_updates(struct decoder *d, Netral__V1__Update **pb, size_t count,
			  struct update **ret_updates, size_t *ret_count)
{
	struct update *updates = NULL;
	int r = take_array(d, "updates", count, CODEC_UPDATES_MAX, sizeof(*updates), &updates);
	for (size_t i = 0; r == NETRAL_OK && i < count; i++) {
		decoder_enter(d, "updates", i);
		r = decode_update(d, pb[i], &updates[i]);
		decoder_leave(d);
	}
	*ret_updates = updates;
	*ret_count = count;
	return r;
}

int decode_head(struct decoder *d, const Netral__V1__Head *pb, struct msg_head *m)
{
	m->seq = pb->seq;
	m->prev = pb->prev;
	m->unknown = pb->unknown;
	m->changed_count = pb->n_changed;
	int r = take_epoch(d, "epoch", pb->epoch, &m->epoch);
	if (r == NETRAL_OK)
		r = take_range(d, "prev", pb->prev, 0, pb->seq);
	if (r == NETRAL_OK)
		r = take_array(d, "changed", pb->n_changed, CODEC_TOPICS_MAX, sizeof(*m->changed),
			       &m->changed);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_changed; i++) {
		m->changed[i].seq = pb->changed[i]->seq;
		r = take_string(d, "changed.topic", pb->changed[i]->topic, CODEC_TOPIC_MAX - 1,
				&m->changed[i].topic);
	}
	return r;
}

static int decode_filter_lists(struct decoder *d, const Netral__V1__Filter *pb, struct filter *f)
{
	int number = 0;
	int r = take_array(d, "filter.kinds", pb->n_kinds, CODEC_FILTER_MAX, sizeof(*f->kinds),
			   &f->kinds);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_kinds; i++) {
		r = take_enum(d, "filter.kinds", (int)pb->kinds[i], EVENT_KIND_PLEDGE, &number);
		f->kinds[i] = (enum event_kind)number;
	}
	if (r == NETRAL_OK)
		r = take_array(d, "filter.statuses", pb->n_statuses, CODEC_FILTER_MAX,
			       sizeof(*f->statuses), &f->statuses);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_statuses; i++) {
		r = take_enum(d, "filter.statuses", (int)pb->statuses[i], EVENT_STATUS_MADE,
			      &number);
		f->statuses[i] = (enum event_status)number;
	}
	f->kind_count = pb->n_kinds;
	f->status_count = pb->n_statuses;
	return r;
}

static int decode_filter(struct decoder *d, const Netral__V1__Filter *pb, struct filter *f)
{
	if (!pb)
		return NETRAL_OK;
	int r = decode_filter_lists(d, pb, f);
	if (r == NETRAL_OK)
		r = take_array(d, "filter.areas", pb->n_areas, CODEC_FILTER_MAX, sizeof(*f->areas),
			       &f->areas);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_areas; i++) {
		if (filter_area_check(pb->areas[i]) < 0)
			r = decoder_refuse(d, "filter.areas",
					   "entry %zu is not an area such as 81, 81.71, ID or none",
					   i);
		f->areas[i] = pb->areas[i];
	}
	f->area_count = pb->n_areas;
	return r;
}

int decode_replay(struct decoder *d, const Netral__V1__Replay *pb, struct msg_replay *m)
{
	m->request = pb->request;
	m->from = pb->from;
	m->limit = pb->limit;
	int r = take_optional_epoch(d, "epoch", pb->epoch, &m->has_epoch, &m->epoch);
	if (r == NETRAL_OK)
		r = take_range(d, "from", pb->from, 1, UINT64_MAX);
	return r == NETRAL_OK ? decode_filter(d, pb->filter, &m->filter) : r;
}

int decode_replay_page(struct decoder *d, const Netral__V1__ReplayPage *pb,
		       struct msg_replay_page *m)
{
	m->request = pb->request;
	m->through = pb->through;
	m->head = pb->head;
	int r = take_epoch(d, "epoch", pb->epoch, &m->epoch);
	if (r == NETRAL_OK)
		r = take_range(d, "through", pb->through, 0, pb->head);
	if (r == NETRAL_OK)
		r = decode_updates(d, pb->updates, pb->n_updates, &m->updates, &m->update_count);
	return r;
}

int decode_query(struct decoder *d, const Netral__V1__Query *pb, struct msg_query *m)
{
	m->request = pb->request;
	m->limit = pb->limit;
	m->before = pb->before;
	int r = take_day(d, "since", pb->since, &m->since);
	if (r == NETRAL_OK)
		r = take_day(d, "until", pb->until, &m->until);
	return r == NETRAL_OK ? decode_filter(d, pb->filter, &m->filter) : r;
}

int decode_query_page(struct decoder *d, const Netral__V1__QueryPage *pb, struct msg_query_page *m)
{
	m->request = pb->request;
	m->next = pb->next;
	return decode_updates(d, pb->updates, pb->n_updates, &m->updates, &m->update_count);
}

/* The shortest beginning of an id that may be asked for: shorter ones match too much. */
enum { SHOW_ID_MIN = 8 };

int decode_show(struct decoder *d, const Netral__V1__Show *pb, struct msg_show *m)
{
	m->request = pb->request;
	int r = take_string(d, "id", pb->id, CODEC_NAME_MAX, &m->id);
	if (r < 0)
		return r;
	if (strspn(pb->id, "0123456789abcdefABCDEF") < SHOW_ID_MIN)
		return decoder_refuse(d, "id", "does not begin with %d hexadecimal digits",
				      SHOW_ID_MIN);
	return NETRAL_OK;
}

int decode_shown(struct decoder *d, const Netral__V1__Shown *pb, struct msg_shown *m)
{
	m->request = pb->request;
	int r = decode_updates(d, pb->updates, pb->n_updates, &m->updates, &m->update_count);
	if (r == NETRAL_OK)
		r = take_text(d, "text", pb->text, ARTICLE_TEXT_MAX, &m->text);
	if (r == NETRAL_OK && pb->classifier)
		r = decode_classifier(d, "classifier", pb->classifier, &m->classifier);
	return r;
}

/* --- the archive --- */

int decode_archive(struct decoder *d, const Netral__V1__Archive *pb, struct msg_archive *m)
{
	m->request = pb->request;
	m->from = pb->from;
	m->limit = pb->limit;
	int r = take_optional_epoch(d, "epoch", pb->epoch, &m->has_epoch, &m->epoch);
	if (r == NETRAL_OK)
		r = take_range(d, "from", pb->from, 1, UINT64_MAX);
	return r == NETRAL_OK ? decode_classifier(d, "current", pb->current, &m->current) : r;
}

static int decode_archived(struct decoder *d, const Netral__V1__ArchivedArticle *pb,
			   struct archived_article *a)
{
	int r = take_id(d, "id", pb->id, &a->id);
	if (r == NETRAL_OK)
		r = take_text(d, "url", pb->url, ARTICLE_URL_MAX, &a->url);
	if (r == NETRAL_OK)
		r = take_text(d, "title", pb->title, ARTICLE_TITLE_MAX, &a->title);
	if (r == NETRAL_OK)
		r = take_text(d, "published", pb->published, ARTICLE_PUBLISHED_MAX, &a->published);
	if (r == NETRAL_OK)
		r = take_zstd(d, pb->text_zstd, &a->text_zstd);
	if (r == NETRAL_OK)
		r = take_range(d, "text_size", pb->text_size, 1, ARTICLE_TEXT_MAX);
	a->text_size = pb->text_size;
	return r == NETRAL_OK ? decode_classifier(d, "classifier", pb->classifier, &a->classifier)
			      : r;
}

int decode_archive_page(struct decoder *d, const Netral__V1__ArchivePage *pb,
			struct msg_archive_page *m)
{
	m->request = pb->request;
	m->through = pb->through;
	m->head = pb->head;
	m->article_count = pb->n_articles;
	int r = take_epoch(d, "epoch", pb->epoch, &m->epoch);
	if (r == NETRAL_OK)
		r = take_range(d, "through", pb->through, 0, pb->head);
	if (r == NETRAL_OK)
		r = take_array(d, "articles", pb->n_articles, CODEC_RESULTS_MAX,
			       sizeof(*m->articles), &m->articles);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_articles; i++) {
		decoder_enter(d, "articles", i);
		r = decode_archived(d, pb->articles[i], &m->articles[i]);
		decoder_leave(d);
	}
	return r;
}

/* --- coverage --- */

/* 0 is no month; any other number is a year of four digits and one of its months. */
static int take_month(struct decoder *d, const char *field, uint32_t month)
{
	if (month == 0)
		return NETRAL_OK;
	int r = take_range(d, field, month, 101, 999912);
	if (r == NETRAL_OK && (month % 100 < 1 || month % 100 > 12))
		r = decoder_refuse(d, field, "%u is no month", month);
	return r;
}

static int take_coverage_area(struct decoder *d, const char *field, const char *area,
			      const char **ret)
{
	if (area[0] && !is_area_code(area))
		return decoder_refuse(d, field, "not the code of an area");
	*ret = area;
	return NETRAL_OK;
}

int decode_coverage(struct decoder *d, const Netral__V1__Coverage *pb, struct msg_coverage *m)
{
	*m = (struct msg_coverage){.request = pb->request,
				   .since = pb->since,
				   .until = pb->until,
				   .after_month = pb->after_month};
	int r = take_month(d, "since", pb->since);
	if (r == NETRAL_OK)
		r = take_month(d, "until", pb->until);
	if (r == NETRAL_OK)
		r = take_month(d, "after_month", pb->after_month);
	return r == NETRAL_OK ? take_coverage_area(d, "after_area", pb->after_area, &m->after_area)
			      : r;
}

static int decode_coverage_row(struct decoder *d, const Netral__V1__CoverageRow *pb,
			       struct coverage_row *row)
{
	row->month = pb->month;
	row->articles = pb->articles;
	int r = pb->month ? take_month(d, "month", pb->month)
			  : decoder_refuse(d, "month", "missing");
	return r == NETRAL_OK ? take_coverage_area(d, "area", pb->area, &row->area) : r;
}

int decode_coverage_page(struct decoder *d, const Netral__V1__CoveragePage *pb,
			 struct msg_coverage_page *m)
{
	m->request = pb->request;
	m->more = pb->more;
	m->articles = pb->articles;
	m->uncounted = pb->uncounted;
	m->row_count = pb->n_rows;
	int r = take_array(d, "rows", pb->n_rows, CODEC_COVERAGE_MAX, sizeof(*m->rows), &m->rows);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_rows; i++) {
		decoder_enter(d, "rows", i);
		r = decode_coverage_row(d, pb->rows[i], &m->rows[i]);
		decoder_leave(d);
	}
	return r;
}

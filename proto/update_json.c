#include "proto/update_json.h"

#include "lib/buf.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/utf8.h"

#include <stdio.h>
#include <string.h>

/* --- strings --- */

/* Copies `s` with U+FFFD for each byte that has no place in UTF-8. */
static json_t *repaired(const char *s, size_t len)
{
	struct buf b;
	buf_init(&b, 0);
	int r = NETRAL_OK;
	while (len > 0 && r == NETRAL_OK) {
		size_t good = len;
		utf8_check(s, len, &good);
		if (utf8_check(s, len, NULL) == NETRAL_OK)
			good = len;
		r = buf_append(&b, s, good);
		s += good;
		len -= good;
		if (len > 0 && r == NETRAL_OK) {
			r = buf_append_str(&b, "\xEF\xBF\xBD");
			s++;
			len--;
		}
	}
	json_t *j = r == NETRAL_OK ? json_stringn((const char *)b.data, b.len) : NULL;
	buf_fini(&b);
	return j;
}

json_t *json_text(const char *s, size_t len)
{
	if (utf8_check(s, len, NULL) == NETRAL_OK)
		return json_stringn_nocheck(s, len);
	return repaired(s, len);
}

json_t *json_text_or_null(const char *s, size_t len)
{
	return len ? json_text(s, len) : json_null();
}

json_t *json_name(const char *s)
{
	return json_text(s, strlen(s));
}

json_t *json_name_or_null(const char *s)
{
	return json_text_or_null(s, strlen(s));
}

json_t *json_time(uint64_t real_us)
{
	char text[CLOCK_TEXT_SIZE];
	clock_format(real_us, text);
	return json_string(text);
}

json_t *json_hex(const uint8_t *bytes, size_t count)
{
	char text[2 * 16 + 1];
	netral_assert(count <= 16);
	for (size_t i = 0; i < count; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return json_stringn(text, 2 * count);
}

/* --- parts of an event --- */

static json_t *place(const struct event_place *p)
{
	if (!p->code[0])
		return json_null();
	return json_pack("{so so so}", "code", json_name(p->code), "name", json_name(p->name),
			 "province", json_name_or_null(p->province));
}

static json_t *date(const struct event_date *d)
{
	if (!d->precision)
		return json_null();
	return json_pack("{so ss}", "value", json_name(d->value), "precision",
			 event_precision_name((int)d->precision));
}

static json_t *count(const struct event_count *c)
{
	if (!c->qualifier)
		return json_null();
	bool unprinted = c->qualifier == EVENT_QUALIFIER_SEVERAL && c->value == 0;
	return json_pack("{so ss}", "value",
			 unprinted ? json_null() : json_integer((json_int_t)c->value), "qualifier",
			 event_qualifier_name((int)c->qualifier));
}

json_t *json_grow(json_t *list, json_t *item)
{
	if (!list || json_array_append_new(list, item) == 0)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *subjects(const struct event *e)
{
	json_t *list = json_array();
	for (size_t i = 0; i < e->subject_count; i++)
		list = json_grow(list, json_string(event_subject_name((int)e->subjects[i])));
	return list;
}

static json_t *conduct(const struct event *e)
{
	json_t *list = json_array();
	for (size_t i = 0; i < e->conduct_count; i++)
		list = json_grow(list, json_string(event_conduct_name((int)e->conduct[i])));
	return list;
}

static json_t *names(const char *const *strings, size_t n)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		list = json_grow(list, json_name(strings[i]));
	return list;
}

static json_t *people(const struct event *e)
{
	json_t *list = json_array();
	for (size_t i = 0; i < e->person_count; i++)
		list = json_grow(list, json_pack("{so so}", "name", json_name(e->people[i].name),
						 "role", json_name(e->people[i].role)));
	return list;
}

static json_t *evidence(const struct event *e)
{
	json_t *list = json_array();
	for (size_t i = 0; i < e->evidence_count; i++) {
		const struct event_evidence *v = &e->evidence[i];
		list = json_grow(list, json_pack("{so sI sI so}", "field", json_name(v->field),
						 "start", (json_int_t)v->start, "end",
						 (json_int_t)v->end, "text", json_name(v->text)));
	}
	return list;
}

/* Those of the values that the event has. */
static json_t *sureness(const struct event_sureness *s)
{
	const struct {
		const char *field;
		double sure;
	} values[] = {
		{"status", s->status}, {"place", s->place}, {"date", s->date}, {"count", s->count}};
	json_t *object = json_object();
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (values[i].sure > 0)
			json_object_set_new(object, values[i].field, json_real(values[i].sure));
	}
	return object;
}

static json_t *notes(const struct event *e)
{
	json_t *list = json_array();
	for (size_t i = 0; i < e->note_count; i++)
		list = json_grow(list,
				 json_pack("{so so so}", "field", json_name(e->notes[i].field),
					   "value", json_name(e->notes[i].value), "text",
					   json_name(e->notes[i].text)));
	return list;
}

static json_t *stages(const struct event *e)
{
	json_t *list = json_array();
	for (size_t i = 0; i < e->stage_count; i++)
		list = json_grow(list, json_pack("{ss sI}", "status",
						 event_status_name((int)e->stages[i].status),
						 "value", (json_int_t)e->stages[i].value));
	return list;
}

/* A total carries two keys more than a case. */
static json_t *add_total(json_t *event, const struct event *e)
{
	if (event && (json_object_set_new(event, "as_of", date(&e->as_of)) < 0 ||
		      json_object_set_new(event, "stages", stages(e)) < 0)) {
		json_decref(event);
		return NULL;
	}
	return event;
}

json_t *json_event(const struct event *e)
{
	json_t *j = json_pack(
		"{so so so so so so so so so so so so so so sf so so so}", "id", json_name(e->id),
		"kind", json_name_or_null(event_kind_name((int)e->kind)), "status",
		json_name_or_null(event_status_name((int)e->status)), "place", place(&e->place),
		"date", date(&e->date), "count", count(&e->count), "subjects", subjects(e),
		"conduct", conduct(e), "institutions", names(e->institutions, e->institution_count),
		"people", people(e), "sanctions", names(e->sanctions, e->sanction_count),
		"legal_basis", names(e->legal_basis, e->legal_basis_count), "election",
		json_name_or_null(e->election), "scope",
		json_name_or_null(event_scope_name((int)e->scope)), "confidence", e->confidence,
		"sure", sureness(&e->sure), "notes", notes(e), "evidence", evidence(e));
	return e->scope == EVENT_SCOPE_TOTAL ? add_total(j, e) : j;
}

/* --- lines --- */

static json_t *article(const struct article_ref *a)
{
	char id[ARTICLE_ID_HEX + 1];
	article_id_format(&a->id, id);
	return json_pack("{ss so so so so}", "id", id, "url",
			 json_text_or_null(a->url.ptr, a->url.len), "title",
			 json_text_or_null(a->title.ptr, a->title.len), "published",
			 json_text_or_null(a->published.ptr, a->published.len), "source",
			 json_text_or_null(a->source.ptr, a->source.len));
}

static const char *change_name(enum update_change change)
{
	switch (change) {
	case CHANGE_NEW:
		return "new";
	case CHANGE_CHANGED:
		return "changed";
	case CHANGE_REMOVED:
		return "removed";
	}
	return "unknown";
}

static json_t *cause(enum update_cause cause)
{
	const char *name = codec_cause_name((int)cause);
	return name[0] ? json_string(name) : json_null();
}

static json_t *report(const struct article_ref *a, enum event_status status)
{
	json_t *j = article(a);
	if (j && json_object_set_new(j, "status", json_string(event_status_name((int)status))) == 0)
		return j;
	json_decref(j);
	return NULL;
}

/* Where none are listed, the article that is shown is the only one. */
static json_t *reports(const struct update *u)
{
	json_t *list = json_array();
	if (u->listed_count == 0)
		return json_grow(list, report(&u->article, u->event.status));
	for (size_t i = 0; i < u->listed_count; i++)
		list = json_grow(list, report(&u->reports[i].article, u->reports[i].status));
	return list;
}

json_t *json_update(const struct update *u)
{
	return json_pack("{sI so ss so so so sI so so}", "seq", (json_int_t)u->seq, "epoch",
			 json_hex(u->epoch.bytes, sizeof(u->epoch.bytes)), "change",
			 change_name(u->change), "cause", cause(u->cause), "recorded",
			 json_time(u->recorded_us), "article", article(&u->article), "report_count",
			 (json_int_t)(u->report_count ? u->report_count : 1), "reports", reports(u),
			 "event", json_event(&u->event));
}

/* What people say of events: the messages of netral-record's control socket about it, both ways,
 * what an update carries of it, and what the store keeps. */
#include "proto/codec_internal.h"

#include "proto/filter.h"

#include <string.h>

const char *correction_field_name(int field)
{
	switch (field) {
#define X(name, number, text)                                                                      \
	case number:                                                                               \
		return text;
		CORRECTION_FIELDS(X)
#undef X
	default:
		return "";
	}
}

/* --- decoding --- */

static int decode_fields(struct decoder *d, const char *name,
			 const Netral__V1__CorrectionField *list, size_t count, uint32_t *ret)
{
	int r = take_count(d, name, count, CORRECTION_FIELD_END - 1);
	*ret = 0;
	for (size_t i = 0; r == NETRAL_OK && i < count; i++) {
		int field = 0;
		r = take_enum(d, name, (int)list[i], CORRECTION_FIELD_END - 1, &field);
		if (r == NETRAL_OK)
			*ret |= CORRECTION_BIT(field);
	}
	return r;
}

int decode_mark(struct decoder *d, const Netral__V1__Correction *pb, struct correction_mark *m)
{
	*m = (struct correction_mark){.note = ""};
	if (!pb)
		return NETRAL_OK;
	m->at_us = pb->at_us;
	int r = take_range(d, "correction.at_us", pb->at_us, 1, UINT64_MAX);
	if (r == NETRAL_OK)
		r = take_string(d, "correction.note", pb->note, CODEC_REASON_MAX, &m->note);
	if (r == NETRAL_OK)
		r = decode_fields(d, "correction.fields", pb->fields, pb->n_fields, &m->fields);
	return r;
}

static bool says(const struct override *o, enum correction_field field)
{
	return o->fields & CORRECTION_BIT(field);
}

int decode_override(struct decoder *d, const Netral__V1__Override *pb, struct override *o)
{
	*o = (struct override){.place = {"", "", ""}, .date = {.value = ""}};
	if (!pb)
		return NETRAL_OK;
	int status = 0, people = 0;
	int r = decode_fields(d, "fields", pb->fields, pb->n_fields, &o->fields);
	if (r == NETRAL_OK && says(o, CORRECTION_STATUS))
		r = take_enum(d, "status", (int)pb->status, EVENT_STATUS_MADE, &status);
	if (r == NETRAL_OK && says(o, CORRECTION_PEOPLE))
		r = take_enum(d, "people", (int)pb->people, PEOPLE_MASKED, &people);
	if (r == NETRAL_OK && says(o, CORRECTION_PLACE))
		r = decode_place(d, pb->place, &o->place);
	if (r == NETRAL_OK && says(o, CORRECTION_DATE))
		r = decode_date(d, "date", pb->date, &o->date);
	if (r == NETRAL_OK && says(o, CORRECTION_COUNT))
		r = decode_counted(d, pb->count, &o->count);
	if (r == NETRAL_OK && says(o, CORRECTION_CONDUCT))
		r = decode_conduct(d, pb->n_conduct, pb->conduct, &o->conduct, &o->conduct_count);
	o->status = (enum event_status)status;
	o->people = (enum people_treatment)people;
	return r;
}

/* Who and why are asked for by everyone who reads the history later. */
static int decode_reasons(struct decoder *d, const char *by, const char *note, const char **ret_by,
			  const char **ret_note)
{
	int r = take_string(d, "by", by, CODEC_NAME_MAX, ret_by);
	if (r == NETRAL_OK)
		r = take_string(d, "note", note, CODEC_REASON_MAX, ret_note);
	if (r == NETRAL_OK && by[0] == '\0')
		r = decoder_refuse(d, "by", "missing: who says so");
	if (r == NETRAL_OK && note[0] == '\0')
		r = decoder_refuse(d, "note", "missing: why");
	return r;
}

static int check_verb(struct decoder *d, const struct msg_correct *m)
{
	bool sets = m->set.fields || m->clear;
	if (m->verb == CORRECT_TAKE_DOWN)
		return decoder_refuse(d, "verb", "articles are taken down by TakeDown");
	if (m->verb == CORRECT_SET && !sets)
		return decoder_refuse(d, "set", "no field is set or cleared");
	if (m->verb != CORRECT_SET && sets)
		return decoder_refuse(d, "set", "fields with a verb that sets none");
	if (m->set.fields & m->clear)
		return decoder_refuse(d, "clear", "a field is both set and cleared");
	return NETRAL_OK;
}

int decode_correct(struct decoder *d, const Netral__V1__Correct *pb, struct msg_correct *m)
{
	int verb = 0;
	m->request = pb->request;
	int r = take_string(d, "id", pb->id, CODEC_NAME_MAX, &m->id);
	if (r == NETRAL_OK)
		r = take_enum(d, "verb", (int)pb->verb, CORRECT_TAKE_DOWN, &verb);
	m->verb = (enum correct_verb)verb;
	if (r == NETRAL_OK)
		r = decode_reasons(d, pb->by, pb->note, &m->by, &m->note);
	if (r < 0)
		return r;
	decoder_enter_message(d, "set");
	r = decode_override(d, pb->set, &m->set);
	decoder_leave(d);
	if (r == NETRAL_OK)
		r = decode_fields(d, "clear", pb->clear, pb->n_clear, &m->clear);
	return r == NETRAL_OK ? check_verb(d, m) : r;
}

int decode_corrected(struct decoder *d, const Netral__V1__Corrected *pb, struct msg_corrected *m)
{
	m->request = pb->request;
	m->updates = pb->updates;
	return take_string(d, "id", pb->id, CODEC_NAME_MAX, &m->id);
}

int decode_take_down(struct decoder *d, const Netral__V1__TakeDown *pb, struct msg_take_down *m)
{
	m->request = pb->request;
	int r = take_string(d, "article", pb->article, ARTICLE_URL_MAX, &m->article);
	return r == NETRAL_OK ? decode_reasons(d, pb->by, pb->note, &m->by, &m->note) : r;
}

int decode_taken_down(struct decoder *d, const Netral__V1__TakenDown *pb, struct msg_taken_down *m)
{
	(void)d;
	*m = (struct msg_taken_down){.request = pb->request,
				     .articles = pb->articles,
				     .changed = pb->changed,
				     .removed = pb->removed,
				     .rewritten = pb->rewritten,
				     .more = pb->more};
	return NETRAL_OK;
}

int decode_correction_list(struct decoder *d, const Netral__V1__CorrectionList *pb,
			   struct msg_correction_list *m)
{
	m->request = pb->request;
	m->before = pb->before;
	m->limit = pb->limit;
	return take_string(d, "id", pb->id, CODEC_NAME_MAX, &m->id);
}

static int decode_change(struct decoder *d, const Netral__V1__FieldChange *pb,
			 struct field_change *c)
{
	int field = 0;
	int r = take_enum(d, "field", (int)pb->field, CORRECTION_FIELD_END - 1, &field);
	c->field = (enum correction_field)field;
	if (r == NETRAL_OK)
		r = take_string(d, "was", pb->was, CODEC_STRING_MAX, &c->was);
	if (r == NETRAL_OK)
		r = take_string(d, "now", pb->now, CODEC_STRING_MAX, &c->now);
	return r;
}

static int decode_changes(struct decoder *d, const Netral__V1__CorrectionEntry *pb,
			  struct correction_entry *c)
{
	c->change_count = pb->n_changes;
	int r = take_array(d, "changes", pb->n_changes, CORRECTION_FIELD_END - 1,
			   sizeof(*c->changes), &c->changes);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_changes; i++) {
		decoder_enter(d, "changes", i);
		r = decode_change(d, pb->changes[i], &c->changes[i]);
		decoder_leave(d);
	}
	return r;
}

int decode_entry(struct decoder *d, const Netral__V1__CorrectionEntry *pb,
		 struct correction_entry *c)
{
	int verb = 0;
	*c = (struct correction_entry){.number = pb->number, .at_us = pb->at_us};
	int r = take_enum(d, "verb", (int)pb->verb, CORRECT_TAKE_DOWN, &verb);
	c->verb = (enum correct_verb)verb;
	if (r == NETRAL_OK)
		r = take_string(d, "id", pb->id, CODEC_NAME_MAX, &c->id);
	if (r == NETRAL_OK)
		r = take_string(d, "by", pb->by, CODEC_NAME_MAX, &c->by);
	if (r == NETRAL_OK)
		r = take_string(d, "note", pb->note, CODEC_REASON_MAX, &c->note);
	return r == NETRAL_OK ? decode_changes(d, pb, c) : r;
}

int decode_correction_page(struct decoder *d, const Netral__V1__CorrectionPage *pb,
			   struct msg_correction_page *m)
{
	m->request = pb->request;
	m->next = pb->next;
	m->entry_count = pb->n_entries;
	int r = take_array(d, "entries", pb->n_entries, CODEC_CORRECTIONS_MAX, sizeof(*m->entries),
			   &m->entries);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_entries; i++) {
		decoder_enter(d, "entries", i);
		r = decode_entry(d, pb->entries[i], &m->entries[i]);
		decoder_leave(d);
	}
	return r;
}

int decode_state(struct decoder *d, const Netral__V1__CorrectionState *pb,
		 struct correction_state *c)
{
	int kind = 0;
	*c = (struct correction_state){.retracted = pb->retracted, .at_us = pb->at_us};
	int r = take_enum(d, "kind", (int)pb->kind, EVENT_KIND_PLEDGE, &kind);
	c->kind = (enum event_kind)kind;
	if (r == NETRAL_OK && pb->area[0] != '\0' && filter_area_check(pb->area) < 0)
		r = decoder_refuse(d, "area", "not an area code");
	c->area = pb->area;
	if (r == NETRAL_OK)
		r = take_string(d, "note", pb->note, CODEC_REASON_MAX, &c->note);
	return r == NETRAL_OK ? decode_override(d, pb->said, &c->said) : r;
}

/* --- encoding --- */

static int encode_fields(struct encoder *e, uint32_t fields, Netral__V1__CorrectionField **ret,
			 size_t *ret_count)
{
	*ret_count = 0;
	if (!fields)
		return NETRAL_OK;
	*ret = encoder_alloc(e, CORRECTION_FIELD_END, sizeof(**ret));
	if (!*ret)
		return NETRAL_ENOMEM;
	for (int field = 1; field < CORRECTION_FIELD_END; field++) {
		if (fields & CORRECTION_BIT(field))
			(*ret)[(*ret_count)++] = (Netral__V1__CorrectionField)field;
	}
	return NETRAL_OK;
}

int encode_mark(struct encoder *e, const struct correction_mark *m, Netral__V1__Correction **ret)
{
	if (m->at_us == 0)
		return NETRAL_OK;
	Netral__V1__Correction *pb = encoder_alloc(e, 1, sizeof(*pb));
	if (!pb)
		return NETRAL_ENOMEM;
	netral__v1__correction__init(pb);
	pb->at_us = m->at_us;
	pb->note = put_string(m->note);
	*ret = pb;
	return encode_fields(e, m->fields, &pb->fields, &pb->n_fields);
}

static int encode_override(struct encoder *e, const struct override *o, Netral__V1__Override **ret)
{
	if (!o->fields)
		return NETRAL_OK;
	Netral__V1__Override *pb = encoder_alloc(e, 1, sizeof(*pb));
	if (!pb)
		return NETRAL_ENOMEM;
	netral__v1__override__init(pb);
	*ret = pb;
	int r = encode_fields(e, o->fields, &pb->fields, &pb->n_fields);
	if (says(o, CORRECTION_STATUS))
		pb->status = (Netral__V1__Status)o->status;
	if (says(o, CORRECTION_PEOPLE))
		pb->people = (Netral__V1__PeopleTreatment)o->people;
	if (says(o, CORRECTION_CONDUCT)) {
		pb->n_conduct = o->conduct_count;
		pb->conduct = put_list(o->conduct);
	}
	if (r == NETRAL_OK && says(o, CORRECTION_PLACE))
		r = encode_place(e, &o->place, &pb->place);
	if (r == NETRAL_OK && says(o, CORRECTION_DATE))
		r = encode_date(e, &o->date, &pb->date);
	if (r == NETRAL_OK && says(o, CORRECTION_COUNT))
		r = encode_counted(e, &o->count, &pb->count);
	return r;
}

int encode_correct(struct encoder *e, const struct msg_correct *m, Netral__V1__Correct *pb)
{
	pb->request = m->request;
	pb->id = put_string(m->id);
	pb->verb = (Netral__V1__CorrectVerb)m->verb;
	pb->by = put_string(m->by);
	pb->note = put_string(m->note);
	int r = encode_override(e, &m->set, &pb->set);
	return r == NETRAL_OK ? encode_fields(e, m->clear, &pb->clear, &pb->n_clear) : r;
}

int encode_corrected(struct encoder *e, const struct msg_corrected *m, Netral__V1__Corrected *pb)
{
	(void)e;
	pb->request = m->request;
	pb->id = put_string(m->id);
	pb->updates = m->updates;
	return NETRAL_OK;
}

int encode_take_down(struct encoder *e, const struct msg_take_down *m, Netral__V1__TakeDown *pb)
{
	(void)e;
	pb->request = m->request;
	pb->article = put_string(m->article);
	pb->by = put_string(m->by);
	pb->note = put_string(m->note);
	return NETRAL_OK;
}

int encode_taken_down(struct encoder *e, const struct msg_taken_down *m, Netral__V1__TakenDown *pb)
{
	(void)e;
	pb->request = m->request;
	pb->articles = m->articles;
	pb->changed = m->changed;
	pb->removed = m->removed;
	pb->rewritten = m->rewritten;
	pb->more = m->more;
	return NETRAL_OK;
}

int encode_correction_list(struct encoder *e, const struct msg_correction_list *m,
			   Netral__V1__CorrectionList *pb)
{
	(void)e;
	pb->request = m->request;
	pb->id = put_string(m->id);
	pb->before = m->before;
	pb->limit = m->limit;
	return NETRAL_OK;
}

int encode_entry(struct encoder *e, const struct correction_entry *c,
		 Netral__V1__CorrectionEntry *pb)
{
	pb->number = c->number;
	pb->at_us = c->at_us;
	pb->verb = (Netral__V1__CorrectVerb)c->verb;
	pb->id = put_string(c->id);
	pb->by = put_string(c->by);
	pb->note = put_string(c->note);
	pb->n_changes = c->change_count;
	int r = encoder_list(e, c->change_count, sizeof(**pb->changes), &pb->changes);
	for (size_t i = 0; r == NETRAL_OK && i < c->change_count; i++) {
		netral__v1__field_change__init(pb->changes[i]);
		pb->changes[i]->field = (Netral__V1__CorrectionField)c->changes[i].field;
		pb->changes[i]->was = put_string(c->changes[i].was);
		pb->changes[i]->now = put_string(c->changes[i].now);
	}
	return r;
}

int encode_correction_page(struct encoder *e, const struct msg_correction_page *m,
			   Netral__V1__CorrectionPage *pb)
{
	pb->request = m->request;
	pb->next = m->next;
	pb->n_entries = m->entry_count;
	int r = encoder_list(e, m->entry_count, sizeof(**pb->entries), &pb->entries);
	for (size_t i = 0; r == NETRAL_OK && i < m->entry_count; i++) {
		netral__v1__correction_entry__init(pb->entries[i]);
		r = encode_entry(e, &m->entries[i], pb->entries[i]);
	}
	return r;
}

int encode_state(struct encoder *e, const struct correction_state *c,
		 Netral__V1__CorrectionState *pb)
{
	pb->retracted = c->retracted;
	pb->kind = (Netral__V1__Kind)c->kind;
	pb->area = put_string(c->area);
	pb->at_us = c->at_us;
	pb->note = put_string(c->note);
	return encode_override(e, &c->said, &pb->said);
}

/* Events, both ways. An event passes through here from a worker that may be anyone's program to
 * the store and to every subscriber, so nothing in it goes unchecked. */
#include "proto/codec_internal.h"

#include "lib/cleanup.h"
#include "proto/filter.h"

#include <string.h>

/* --- decoding --- */

static bool begins_with_id(const char *id, const struct article_id *article)
{
	char hex[ARTICLE_ID_HEX + 1];
	if (!article)
		return strspn(id, "0123456789abcdef") == ARTICLE_ID_HEX;
	article_id_format(article, hex);
	return strncmp(id, hex, ARTICLE_ID_HEX) == 0;
}

/* "<article id in hex>-<number>", the number from 1 without leading zeroes. */
static int take_event_id(struct decoder *d, const char *id, const struct article_id *article,
			 int max_number, const char **ret)
{
	if (!begins_with_id(id, article) || id[ARTICLE_ID_HEX] != '-')
		return decoder_refuse(d, "id", "does not begin with %s id and a dash",
				      article ? "the article's" : "an article's");
	const char *number = id + ARTICLE_ID_HEX + 1;
	int64_t n = 0;
	size_t digits = strspn(number, "0123456789");
	for (size_t i = 0; i < digits && n <= max_number; i++)
		n = n * 10 + (number[i] - '0');
	if (number[0] == '0' || number[digits] != '\0' || n < 1 || n > max_number)
		return decoder_refuse(d, "id", "does not end with a number from 1 to %d",
				      max_number);
	*ret = id;
	return NETRAL_OK;
}

int decode_place(struct decoder *d, const Netral__V1__Place *pb, struct event_place *p)
{
	if (!pb)
		return NETRAL_OK;
	if (strcmp(pb->code, "none") == 0 || filter_area_check(pb->code) < 0)
		return decoder_refuse(d, "place.code", "not an area code such as 81, 81.71 or ID");
	p->code = pb->code;
	int r = take_string(d, "place.name", pb->name, CODEC_STRING_MAX, &p->name);
	if (r == NETRAL_OK)
		r = take_string(d, "place.province", pb->province, CODEC_STRING_MAX, &p->province);
	return r;
}

int decode_date(struct decoder *d, const char *field, const Netral__V1__Date *pb,
		struct event_date *date)
{
	static const size_t form_len[] = {[EVENT_PRECISION_DAY] = sizeof("2024-08-21") - 1,
					  [EVENT_PRECISION_MONTH] = sizeof("2024-08") - 1,
					  [EVENT_PRECISION_YEAR] = sizeof("2024") - 1};
	if (!pb)
		return NETRAL_OK;
	int precision;
	int r = take_enum(d, field, (int)pb->precision, EVENT_PRECISION_YEAR, &precision);
	if (r < 0)
		return r;
	if (!date_form_ok(pb->value, form_len[precision]))
		return decoder_refuse(d, field, "not a %s such as %.*s",
				      event_precision_name(precision), (int)form_len[precision],
				      "2024-08-21");
	*date = (struct event_date){pb->value, (enum event_precision)precision};
	return NETRAL_OK;
}

int decode_counted(struct decoder *d, const Netral__V1__Count *pb, struct event_count *c)
{
	if (!pb)
		return NETRAL_OK;
	int qualifier = 0;
	int r = take_enum(d, "count.qualifier", (int)pb->qualifier, EVENT_QUALIFIER_SEVERAL,
			  &qualifier);
	*c = (struct event_count){pb->value, (enum event_qualifier)qualifier};
	return r;
}

static int decode_subjects(struct decoder *d, const Netral__V1__Event *pb, struct event *e)
{
	enum event_subject *list = NULL;
	int r = take_array(d, "subjects", pb->n_subjects, EVENT_LIST_MAX, sizeof(*list), &list);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_subjects; i++) {
		int number = 0;
		r = take_enum(d, "subjects", (int)pb->subjects[i], EVENT_SUBJECT_ELECTION_BODY,
			      &number);
		list[i] = (enum event_subject)number;
	}
	e->subjects = list;
	e->subject_count = pb->n_subjects;
	return r;
}

int decode_conduct(struct decoder *d, size_t count, const Netral__V1__Conduct *given,
		   const enum event_conduct **ret_list, size_t *ret_count)
{
	enum event_conduct *list = NULL;
	int r = take_array(d, "conduct", count, EVENT_LIST_MAX, sizeof(*list), &list);
	for (size_t i = 0; r == NETRAL_OK && i < count; i++) {
		int number = 0;
		r = take_enum(d, "conduct", (int)given[i], EVENT_CONDUCT_OTHER, &number);
		list[i] = (enum event_conduct)number;
	}
	*ret_list = list;
	*ret_count = count;
	return r;
}

static int take_strings(struct decoder *d, const char *field, char **pb, size_t count,
			const char *const **ret, size_t *ret_count)
{
	const char *same;
	int r = take_count(d, field, count, EVENT_LIST_MAX);
	for (size_t i = 0; r == NETRAL_OK && i < count; i++)
		r = take_string(d, field, pb[i], CODEC_STRING_MAX, &same);
	*ret = (const char *const *)pb;
	*ret_count = count;
	return r;
}

static int decode_people(struct decoder *d, const Netral__V1__Event *pb, struct event *e)
{
	struct event_person *list = NULL;
	int r = take_array(d, "people", pb->n_people, EVENT_LIST_MAX, sizeof(*list), &list);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_people; i++) {
		r = take_string(d, "people.name", pb->people[i]->name, CODEC_STRING_MAX,
				&list[i].name);
		if (r == NETRAL_OK)
			r = take_string(d, "people.role", pb->people[i]->role, CODEC_STRING_MAX,
					&list[i].role);
	}
	e->people = list;
	e->person_count = pb->n_people;
	return r;
}

static int decode_stages(struct decoder *d, const Netral__V1__Event *pb, struct event *e)
{
	struct event_stage *list = NULL;
	int r = take_array(d, "stages", pb->n_stages, EVENT_LIST_MAX, sizeof(*list), &list);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_stages; i++) {
		int status = 0;
		r = take_enum(d, "stages.status", (int)pb->stages[i]->status, EVENT_STATUS_MADE,
			      &status);
		list[i] = (struct event_stage){(enum event_status)status, pb->stages[i]->value};
	}
	e->stages = list;
	e->stage_count = pb->n_stages;
	return r;
}

static int decode_span(struct decoder *d, const Netral__V1__Evidence *pb, uint32_t text_size,
		       struct event_evidence *v)
{
	v->start = pb->start;
	v->end = pb->end;
	if (pb->start > pb->end || pb->end > text_size)
		return decoder_refuse(d, "evidence", "%u to %u is not within the text's %u bytes",
				      pb->start, pb->end, text_size);
	int r = take_string(d, "evidence.field", pb->field, CODEC_NAME_MAX, &v->field);
	if (r == NETRAL_OK)
		r = take_string(d, "evidence.text", pb->text, CODEC_SENTENCE_MAX, &v->text);
	return r;
}

static int decode_evidence(struct decoder *d, const Netral__V1__Event *pb, uint32_t text_size,
			   struct event *e)
{
	struct event_evidence *list = NULL;
	int r = take_array(d, "evidence", pb->n_evidence, EVENT_EVIDENCE_MAX, sizeof(*list), &list);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_evidence; i++)
		r = decode_span(d, pb->evidence[i], text_size, &list[i]);
	e->evidence = list;
	e->evidence_count = pb->n_evidence;
	return r;
}

static int decode_sureness(struct decoder *d, const Netral__V1__Sureness *pb,
			   struct event_sureness *sure)
{
	if (!pb)
		return NETRAL_OK;
	const double values[] = {pb->status, pb->place, pb->date, pb->count};
	for (size_t i = 0; i < netral_countof(values); i++) {
		if (!(values[i] >= 0 && values[i] <= 1)) /* NaN is neither */
			return decoder_refuse(d, "sure", "not within 0 to 1");
	}
	*sure = (struct event_sureness){pb->status, pb->place, pb->date, pb->count};
	return NETRAL_OK;
}

static int decode_notes(struct decoder *d, const Netral__V1__Event *pb, struct event *e)
{
	struct event_note *list = NULL;
	int r = take_array(d, "notes", pb->n_notes, EVENT_LIST_MAX, sizeof(*list), &list);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_notes; i++) {
		const Netral__V1__Note *note = pb->notes[i];
		r = take_string(d, "notes.field", note->field, CODEC_NAME_MAX, &list[i].field);
		if (r == NETRAL_OK)
			r = take_string(d, "notes.value", note->value, CODEC_STRING_MAX,
					&list[i].value);
		if (r == NETRAL_OK)
			r = take_string(d, "notes.text", note->text, CODEC_STRING_MAX,
					&list[i].text);
	}
	e->notes = list;
	e->note_count = pb->n_notes;
	return r;
}

static int decode_nature(struct decoder *d, const Netral__V1__Event *pb, struct event *e)
{
	int kind = 0, status = 0;
	int r = take_enum(d, "kind", (int)pb->kind, EVENT_KIND_PLEDGE, &kind);
	if (r == NETRAL_OK)
		r = take_enum(d, "status", (int)pb->status, EVENT_STATUS_MADE, &status);
	if (r == NETRAL_OK && ((int)pb->scope < 0 || (int)pb->scope > EVENT_SCOPE_TOTAL))
		r = decoder_refuse(d, "scope", "%d is not within 0 to %d", (int)pb->scope,
				   EVENT_SCOPE_TOTAL);
	if (r == NETRAL_OK && !(pb->confidence >= 0 && pb->confidence <= 1)) /* NaN is neither */
		r = decoder_refuse(d, "confidence", "not within 0 to 1");
	e->kind = (enum event_kind)kind;
	e->status = (enum event_status)status;
	e->scope = (enum event_scope)pb->scope;
	e->confidence = pb->confidence;
	return r;
}

static int decode_strings(struct decoder *d, const Netral__V1__Event *pb, struct event *e)
{
	int r = take_strings(d, "institutions", pb->institutions, pb->n_institutions,
			     &e->institutions, &e->institution_count);
	if (r == NETRAL_OK)
		r = take_strings(d, "sanctions", pb->sanctions, pb->n_sanctions, &e->sanctions,
				 &e->sanction_count);
	if (r == NETRAL_OK)
		r = take_strings(d, "legal_basis", pb->legal_basis, pb->n_legal_basis,
				 &e->legal_basis, &e->legal_basis_count);
	if (r == NETRAL_OK)
		r = take_string(d, "election", pb->election, CODEC_STRING_MAX, &e->election);
	if (r == NETRAL_OK)
		r = take_string(d, "sentence", pb->sentence, CODEC_SENTENCE_MAX, &e->sentence);
	return r;
}

int decode_event(struct decoder *d, const Netral__V1__Event *pb, const struct article_id *article,
		 int max_number, uint32_t text_size, struct event *e)
{
	event_init(e);
	int r = take_event_id(d, pb->id, article, max_number, &e->id);
	if (r == NETRAL_OK)
		r = decode_nature(d, pb, e);
	if (r == NETRAL_OK)
		r = decode_place(d, pb->place, &e->place);
	if (r == NETRAL_OK)
		r = decode_date(d, "date", pb->date, &e->date);
	if (r == NETRAL_OK)
		r = decode_date(d, "as_of", pb->as_of, &e->as_of);
	if (r == NETRAL_OK)
		r = decode_counted(d, pb->count, &e->count);
	if (r == NETRAL_OK)
		r = decode_subjects(d, pb, e);
	if (r == NETRAL_OK)
		r = decode_conduct(d, pb->n_conduct, pb->conduct, &e->conduct, &e->conduct_count);
	if (r == NETRAL_OK)
		r = decode_people(d, pb, e);
	if (r == NETRAL_OK)
		r = decode_stages(d, pb, e);
	if (r == NETRAL_OK)
		r = decode_strings(d, pb, e);
	if (r == NETRAL_OK)
		r = decode_evidence(d, pb, text_size, e);
	if (r == NETRAL_OK)
		r = decode_sureness(d, pb->sure, &e->sure);
	if (r == NETRAL_OK)
		r = decode_notes(d, pb, e);
	return r;
}

/* --- encoding --- */

int encode_place(struct encoder *e, const struct event_place *p, Netral__V1__Place **ret)
{
	if (!p->code || p->code[0] == '\0')
		return NETRAL_OK;
	Netral__V1__Place *place = encoder_alloc(e, 1, sizeof(*place));
	if (!place)
		return NETRAL_ENOMEM;
	netral__v1__place__init(place);
	place->code = put_string(p->code);
	place->name = put_string(p->name);
	place->province = put_string(p->province);
	*ret = place;
	return NETRAL_OK;
}

int encode_date(struct encoder *e, const struct event_date *date, Netral__V1__Date **ret)
{
	if (date->precision == EVENT_PRECISION_NONE)
		return NETRAL_OK;
	Netral__V1__Date *pb = encoder_alloc(e, 1, sizeof(*pb));
	if (!pb)
		return NETRAL_ENOMEM;
	netral__v1__date__init(pb);
	pb->value = put_string(date->value);
	pb->precision = (Netral__V1__Precision)date->precision;
	*ret = pb;
	return NETRAL_OK;
}

int encode_counted(struct encoder *e, const struct event_count *c, Netral__V1__Count **ret)
{
	if (c->qualifier == EVENT_QUALIFIER_NONE)
		return NETRAL_OK;
	Netral__V1__Count *count = encoder_alloc(e, 1, sizeof(*count));
	if (!count)
		return NETRAL_ENOMEM;
	netral__v1__count__init(count);
	count->value = c->value;
	count->qualifier = (Netral__V1__Qualifier)c->qualifier;
	*ret = count;
	return NETRAL_OK;
}

/* Our enumerations have the numbers of the wire and the size that protobuf-c gives them, so that
 * lists of them are packed where they are. */
_Static_assert(sizeof(enum event_subject) == sizeof(Netral__V1__Subject), "same size");
_Static_assert(sizeof(enum event_conduct) == sizeof(Netral__V1__Conduct), "same size");

static void encode_lists(const struct event *ev, Netral__V1__Event *pb)
{
	pb->n_subjects = ev->subject_count;
	pb->subjects = put_list(ev->subjects);
	pb->n_conduct = ev->conduct_count;
	pb->conduct = put_list(ev->conduct);
	pb->n_institutions = ev->institution_count;
	pb->institutions = put_list(ev->institutions);
	pb->n_sanctions = ev->sanction_count;
	pb->sanctions = put_list(ev->sanctions);
	pb->n_legal_basis = ev->legal_basis_count;
	pb->legal_basis = put_list(ev->legal_basis);
}

static int encode_people(struct encoder *e, const struct event *ev, Netral__V1__Event *pb)
{
	int r = encoder_list(e, ev->person_count, sizeof(**pb->people), &pb->people);
	for (size_t i = 0; r == NETRAL_OK && i < ev->person_count; i++) {
		netral__v1__person__init(pb->people[i]);
		pb->people[i]->name = put_string(ev->people[i].name);
		pb->people[i]->role = put_string(ev->people[i].role);
	}
	pb->n_people = ev->person_count;
	return r;
}

static int encode_stages(struct encoder *e, const struct event *ev, Netral__V1__Event *pb)
{
	int r = encoder_list(e, ev->stage_count, sizeof(**pb->stages), &pb->stages);
	for (size_t i = 0; r == NETRAL_OK && i < ev->stage_count; i++) {
		netral__v1__stage__init(pb->stages[i]);
		pb->stages[i]->status = (Netral__V1__Status)ev->stages[i].status;
		pb->stages[i]->value = ev->stages[i].value;
	}
	pb->n_stages = ev->stage_count;
	return r;
}

static int encode_evidence(struct encoder *e, const struct event *ev, Netral__V1__Event *pb)
{
	int r = encoder_list(e, ev->evidence_count, sizeof(**pb->evidence), &pb->evidence);
	for (size_t i = 0; r == NETRAL_OK && i < ev->evidence_count; i++) {
		netral__v1__evidence__init(pb->evidence[i]);
		pb->evidence[i]->field = put_string(ev->evidence[i].field);
		pb->evidence[i]->start = ev->evidence[i].start;
		pb->evidence[i]->end = ev->evidence[i].end;
		pb->evidence[i]->text = put_string(ev->evidence[i].text);
	}
	pb->n_evidence = ev->evidence_count;
	return r;
}

static int encode_sureness(struct encoder *e, const struct event_sureness *sure,
			   Netral__V1__Event *pb)
{
	if (sure->status <= 0 && sure->place <= 0 && sure->date <= 0 && sure->count <= 0)
		return NETRAL_OK;
	Netral__V1__Sureness *s = encoder_alloc(e, 1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	netral__v1__sureness__init(s);
	s->status = sure->status;
	s->place = sure->place;
	s->date = sure->date;
	s->count = sure->count;
	pb->sure = s;
	return NETRAL_OK;
}

static int encode_notes(struct encoder *e, const struct event *ev, Netral__V1__Event *pb)
{
	int r = encoder_list(e, ev->note_count, sizeof(**pb->notes), &pb->notes);
	for (size_t i = 0; r == NETRAL_OK && i < ev->note_count; i++) {
		netral__v1__note__init(pb->notes[i]);
		pb->notes[i]->field = put_string(ev->notes[i].field);
		pb->notes[i]->value = put_string(ev->notes[i].value);
		pb->notes[i]->text = put_string(ev->notes[i].text);
	}
	pb->n_notes = ev->note_count;
	return r;
}

int encode_event(struct encoder *e, const struct event *ev, Netral__V1__Event *pb)
{
	netral__v1__event__init(pb);
	pb->id = put_string(ev->id);
	pb->kind = (Netral__V1__Kind)ev->kind;
	pb->status = (Netral__V1__Status)ev->status;
	pb->scope = (Netral__V1__Scope)ev->scope;
	pb->confidence = ev->confidence;
	pb->election = put_string(ev->election);
	pb->sentence = put_string(ev->sentence);
	encode_lists(ev, pb);
	int r = encode_place(e, &ev->place, &pb->place);
	if (r == NETRAL_OK)
		r = encode_date(e, &ev->date, &pb->date);
	if (r == NETRAL_OK)
		r = encode_date(e, &ev->as_of, &pb->as_of);
	if (r == NETRAL_OK)
		r = encode_counted(e, &ev->count, &pb->count);
	if (r == NETRAL_OK)
		r = encode_people(e, ev, pb);
	if (r == NETRAL_OK)
		r = encode_stages(e, ev, pb);
	if (r == NETRAL_OK)
		r = encode_evidence(e, ev, pb);
	if (r == NETRAL_OK)
		r = encode_sureness(e, &ev->sure, pb);
	if (r == NETRAL_OK)
		r = encode_notes(e, ev, pb);
	return r;
}

/* The public names of what struct update holds. Nothing is copied. */
#include "lib/error.h"
#include "libnetral/internal.h"

#include <string.h>

#define SAME(name, number) _Static_assert((int)(name) == (int)(number), "one list of numbers")
SAME(NETRAL_SESSION, EVENT_KIND_SESSION);
SAME(NETRAL_VIOLATION, EVENT_KIND_VIOLATION);
SAME(NETRAL_PLEDGE, EVENT_KIND_PLEDGE);
SAME(NETRAL_HELD, EVENT_STATUS_HELD);
SAME(NETRAL_PLANNED, EVENT_STATUS_PLANNED);
SAME(NETRAL_ALLEGED, EVENT_STATUS_ALLEGED);
SAME(NETRAL_UNDER_REVIEW, EVENT_STATUS_UNDER_REVIEW);
SAME(NETRAL_FOUND, EVENT_STATUS_FOUND);
SAME(NETRAL_SANCTIONED, EVENT_STATUS_SANCTIONED);
SAME(NETRAL_DISMISSED, EVENT_STATUS_DISMISSED);
SAME(NETRAL_MADE, EVENT_STATUS_MADE);
SAME(NETRAL_NEW, CHANGE_NEW);
SAME(NETRAL_CHANGED, CHANGE_CHANGED);
SAME(NETRAL_REMOVED, CHANGE_REMOVED);
SAME(NETRAL_CONFIRMED, CAUSE_CONFIRMED);
SAME(NETRAL_STAGE, CAUSE_STAGE);
SAME(NETRAL_RECLASSIFIED, CAUSE_RECLASSIFIED);
SAME(NETRAL_WITHDRAWN, CAUSE_WITHDRAWN);
SAME(NETRAL_REVISED, CAUSE_REVISED);
SAME(NETRAL_CORRECTED, CAUSE_CORRECTED);
SAME(NETRAL_RETRACTED, CAUSE_RETRACTED);
SAME(NETRAL_TAKEN_DOWN, CAUSE_TAKEN_DOWN);
SAME(NETRAL_DAY, EVENT_PRECISION_DAY);
SAME(NETRAL_MONTH, EVENT_PRECISION_MONTH);
SAME(NETRAL_YEAR, EVENT_PRECISION_YEAR);
SAME(NETRAL_EXACT, EVENT_QUALIFIER_EXACT);
SAME(NETRAL_ABOUT, EVENT_QUALIFIER_ABOUT);
SAME(NETRAL_AT_LEAST, EVENT_QUALIFIER_AT_LEAST);
SAME(NETRAL_SEVERAL, EVENT_QUALIFIER_SEVERAL);
SAME(NETRAL_CASE, EVENT_SCOPE_CASE);
SAME(NETRAL_TOTAL, EVENT_SCOPE_TOTAL);
SAME(NETRAL_ERROR_MEMORY, NETRAL_ENOMEM);
SAME(NETRAL_ERROR_IO, NETRAL_EIO);
SAME(NETRAL_ERROR_MALFORMED, NETRAL_EMALFORMED);
SAME(NETRAL_ERROR_TOO_LONG, NETRAL_ETOOBIG);
SAME(NETRAL_ERROR_NOT_FOUND, NETRAL_ENOTFOUND);
SAME(NETRAL_ERROR_VERSION, NETRAL_EVERSION);
SAME(NETRAL_ERROR_INVALID, NETRAL_EINVALID);
SAME(NETRAL_ERROR_TIMEOUT, NETRAL_ETIMEOUT);
SAME(NETRAL_ERROR_ACCESS, NETRAL_EACCES);
SAME(NETRAL_ERROR_AGAIN, NETRAL_EAGAIN);
SAME(NETRAL_ERROR_FUTURE, NETRAL_EFUTURE);
SAME(NETRAL_ERROR_AMBIGUOUS, NETRAL_EAMBIGUOUS);
_Static_assert(sizeof(struct netral_position) == CODEC_EPOCH_BYTES + sizeof(uint64_t),
	       "a position is kept by callers: it never changes");

const char *netral_version(void)
{
	return NETRAL_VERSION;
}

const char *netral_kind_name(int kind)
{
	return event_kind_name(kind);
}

const char *netral_status_name(int status)
{
	return event_status_name(status);
}

const char *netral_cause_name(int cause)
{
	return codec_cause_name(cause);
}

static const struct event *event_of(const struct netral_update *u)
{
	return &update_of(u)->event;
}

/* --- the update --- */

uint64_t netral_update_seq(const struct netral_update *u)
{
	return update_of(u)->seq;
}

int netral_update_change(const struct netral_update *u)
{
	return (int)update_of(u)->change;
}

int netral_update_cause(const struct netral_update *u)
{
	return (int)update_of(u)->cause;
}

uint64_t netral_update_recorded_us(const struct netral_update *u)
{
	return update_of(u)->recorded_us;
}

uint64_t netral_update_accepted_us(const struct netral_update *u)
{
	return update_of(u)->accepted_us;
}

/* --- what people said --- */

uint64_t netral_correction_us(const struct netral_update *u)
{
	return update_of(u)->correction.at_us;
}

const char *netral_correction_note(const struct netral_update *u)
{
	return update_of(u)->correction.at_us ? update_of(u)->correction.note : "";
}

int netral_correction_sets(const struct netral_update *u, const char *field)
{
	for (int i = 1; i < CORRECTION_FIELD_END; i++) {
		if (strcmp(correction_field_name(i), field) == 0)
			return (update_of(u)->correction.fields & CORRECTION_BIT(i)) != 0;
	}
	return 0;
}

/* --- the event --- */

const char *netral_event_id(const struct netral_update *u)
{
	return event_of(u)->id;
}

int netral_event_kind(const struct netral_update *u)
{
	return (int)event_of(u)->kind;
}

int netral_event_status(const struct netral_update *u)
{
	return (int)event_of(u)->status;
}

int netral_event_scope(const struct netral_update *u)
{
	return (int)event_of(u)->scope;
}

double netral_event_confidence(const struct netral_update *u)
{
	return event_of(u)->confidence;
}

double netral_event_sureness(const struct netral_update *u, const char *field)
{
	const struct event_sureness *sure = &event_of(u)->sure;
	if (strcmp(field, "status") == 0)
		return sure->status;
	if (strcmp(field, "place") == 0)
		return sure->place;
	if (strcmp(field, "date") == 0)
		return sure->date;
	return strcmp(field, "count") == 0 ? sure->count : 0;
}

const char *netral_event_area_code(const struct netral_update *u)
{
	return event_of(u)->place.code;
}

const char *netral_event_area_name(const struct netral_update *u)
{
	return event_of(u)->place.name;
}

const char *netral_event_province(const struct netral_update *u)
{
	return event_of(u)->place.province;
}

static const char *date_of(const struct event_date *date, int *ret_precision)
{
	if (ret_precision)
		*ret_precision = (int)date->precision;
	return date->value;
}

const char *netral_event_date(const struct netral_update *u, int *ret_precision)
{
	return date_of(&event_of(u)->date, ret_precision);
}

const char *netral_event_as_of(const struct netral_update *u, int *ret_precision)
{
	return date_of(&event_of(u)->as_of, ret_precision);
}

uint64_t netral_event_count(const struct netral_update *u, int *ret_qualifier)
{
	if (ret_qualifier)
		*ret_qualifier = (int)event_of(u)->count.qualifier;
	return event_of(u)->count.value;
}

const char *netral_event_election(const struct netral_update *u)
{
	return event_of(u)->election;
}

const char *netral_event_sentence(const struct netral_update *u)
{
	return event_of(u)->sentence;
}

/* --- its lists --- */

size_t netral_event_list(const struct netral_update *u, int list)
{
	const struct event *e = event_of(u);
	switch ((enum netral_list)list) {
	case NETRAL_SUBJECTS:
		return e->subject_count;
	case NETRAL_CONDUCT:
		return e->conduct_count;
	case NETRAL_INSTITUTIONS:
		return e->institution_count;
	case NETRAL_PEOPLE:
	case NETRAL_ROLES:
		return e->person_count;
	case NETRAL_SANCTIONS:
		return e->sanction_count;
	case NETRAL_LEGAL_BASIS:
		return e->legal_basis_count;
	case NETRAL_STAGES:
		return e->stage_count;
	case NETRAL_EVIDENCE:
		return e->evidence_count;
	case NETRAL_NOTES:
		return e->note_count;
	}
	return 0;
}

const char *netral_event_item(const struct netral_update *u, int list, size_t index)
{
	const struct event *e = event_of(u);
	if (index >= netral_event_list(u, list))
		return "";
	switch ((enum netral_list)list) {
	case NETRAL_SUBJECTS:
		return event_subject_name((int)e->subjects[index]);
	case NETRAL_CONDUCT:
		return event_conduct_name((int)e->conduct[index]);
	case NETRAL_INSTITUTIONS:
		return e->institutions[index];
	case NETRAL_PEOPLE:
		return e->people[index].name;
	case NETRAL_ROLES:
		return e->people[index].role;
	case NETRAL_SANCTIONS:
		return e->sanctions[index];
	case NETRAL_LEGAL_BASIS:
		return e->legal_basis[index];
	case NETRAL_STAGES:
		return event_status_name((int)e->stages[index].status);
	case NETRAL_EVIDENCE:
		return e->evidence[index].text;
	case NETRAL_NOTES:
		return e->notes[index].text;
	}
	return "";
}

uint64_t netral_event_stage_count(const struct netral_update *u, size_t index)
{
	const struct event *e = event_of(u);
	return index < e->stage_count ? e->stages[index].value : 0;
}

const char *netral_evidence(const struct netral_update *u, size_t index, uint32_t *ret_start,
			    uint32_t *ret_end)
{
	static const struct event_evidence none = {.field = ""};
	const struct event *e = event_of(u);
	const struct event_evidence *found =
		index < e->evidence_count ? &e->evidence[index] : &none;
	if (ret_start)
		*ret_start = found->start;
	if (ret_end)
		*ret_end = found->end;
	return found->field;
}

const char *netral_note(const struct netral_update *u, size_t index, const char **ret_value)
{
	static const struct event_note none = {"", "", ""};
	const struct event *e = event_of(u);
	const struct event_note *found = index < e->note_count ? &e->notes[index] : &none;
	if (ret_value)
		*ret_value = found->value;
	return found->field;
}

/* --- its article --- */

void netral_article_id(const struct netral_update *u, char ret_id[33])
{
	_Static_assert(ARTICLE_ID_HEX == 32, "the header says so");
	article_id_format(&update_of(u)->article.id, ret_id);
}

const char *netral_article_url(const struct netral_update *u)
{
	return update_of(u)->article.url.ptr;
}

const char *netral_article_title(const struct netral_update *u)
{
	return update_of(u)->article.title.ptr;
}

const char *netral_article_published(const struct netral_update *u)
{
	return update_of(u)->article.published.ptr;
}

const char *netral_article_source(const struct netral_update *u)
{
	return update_of(u)->article.source.ptr;
}

/* --- the articles that report it --- */

/* Where none are listed, the article that is shown is the only one. */
static bool is_alone(const struct update *u)
{
	return u->listed_count == 0;
}

static const struct article_ref *report_of(const struct netral_update *public, size_t index)
{
	static const struct article_ref none = {
		.url = {"", 0}, .title = {"", 0}, .published = {"", 0}, .source = {"", 0}};
	const struct update *u = update_of(public);
	if (is_alone(u))
		return index == 0 ? &u->article : &none;
	return index < u->listed_count ? &u->reports[index].article : &none;
}

uint64_t netral_report_count(const struct netral_update *u)
{
	return update_of(u)->report_count ? update_of(u)->report_count : 1;
}

size_t netral_report_listed(const struct netral_update *u)
{
	return is_alone(update_of(u)) ? 1 : update_of(u)->listed_count;
}

void netral_report_id(const struct netral_update *u, size_t index, char ret_id[33])
{
	ret_id[0] = '\0';
	if (index < netral_report_listed(u))
		article_id_format(&report_of(u, index)->id, ret_id);
}

const char *netral_report_url(const struct netral_update *u, size_t index)
{
	return report_of(u, index)->url.ptr;
}

const char *netral_report_title(const struct netral_update *u, size_t index)
{
	return report_of(u, index)->title.ptr;
}

const char *netral_report_published(const struct netral_update *u, size_t index)
{
	return report_of(u, index)->published.ptr;
}

const char *netral_report_source(const struct netral_update *u, size_t index)
{
	return report_of(u, index)->source.ptr;
}

int netral_report_status(const struct netral_update *u, size_t index)
{
	const struct update *own = update_of(u);
	if (is_alone(own))
		return index == 0 ? (int)own->event.status : 0;
	return index < own->listed_count ? (int)own->reports[index].status : 0;
}

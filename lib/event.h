/* event.h - an event, as the taxonomy in docs/events.md defines it.
 * Plain data: every string and array is borrowed from the arena of whoever made the event. Strings
 * are NUL-terminated UTF-8; an optional string that is absent is "" (never NULL once made by
 * event_init, the codec or the classifier). */
#ifndef NETRAL_LIB_EVENT_H
#define NETRAL_LIB_EVENT_H

#include <stddef.h>
#include <stdint.h>

/* X(name, number on the wire and on disk). Numbers are for ever; names are the taxonomy's. */
#define EVENT_KINDS(X) X(SESSION, 1) X(VIOLATION, 2) X(PLEDGE, 3)

#define EVENT_STATUSES(X)                                                                          \
	X(HELD, 1)                                                                                 \
	X(PLANNED, 2)                                                                              \
	X(ALLEGED, 3) X(UNDER_REVIEW, 4) X(FOUND, 5) X(SANCTIONED, 6) X(DISMISSED, 7) X(MADE, 8)

#define EVENT_SUBJECTS(X)                                                                          \
	X(ASN, 1) X(NON_ASN, 2) X(VILLAGE, 3) X(TNI, 4) X(POLRI, 5) X(ELECTION_BODY, 6)

#define EVENT_CONDUCTS(X)                                                                          \
	X(SOCIAL_MEDIA, 1)                                                                         \
	X(CAMPAIGN_ATTENDANCE, 2)                                                                  \
	X(ENDORSEMENT, 3)                                                                          \
	X(MOBILISATION, 4)                                                                         \
	X(PHOTO_OR_GESTURE, 5)                                                                     \
	X(PARTY_TIES, 6) X(CANDIDACY, 7) X(STATE_RESOURCES, 8) X(DECISION, 9) X(OTHER, 10)

#define EVENT_PRECISIONS(X) X(DAY, 1) X(MONTH, 2) X(YEAR, 3)
#define EVENT_QUALIFIERS(X) X(EXACT, 1) X(ABOUT, 2) X(AT_LEAST, 3) X(SEVERAL, 4)
#define EVENT_SCOPES(X)     X(CASE, 1) X(TOTAL, 2)

#define X(name, number) EVENT_KIND_##name = (number),
enum event_kind { EVENT_KIND_NONE = 0, EVENT_KINDS(X) };
#undef X
#define X(name, number) EVENT_STATUS_##name = (number),
enum event_status { EVENT_STATUS_NONE = 0, EVENT_STATUSES(X) };
#undef X
#define X(name, number) EVENT_SUBJECT_##name = (number),
enum event_subject { EVENT_SUBJECT_NONE = 0, EVENT_SUBJECTS(X) };
#undef X
#define X(name, number) EVENT_CONDUCT_##name = (number),
enum event_conduct { EVENT_CONDUCT_NONE = 0, EVENT_CONDUCTS(X) };
#undef X
#define X(name, number) EVENT_PRECISION_##name = (number),
enum event_precision { EVENT_PRECISION_NONE = 0, EVENT_PRECISIONS(X) };
#undef X
#define X(name, number) EVENT_QUALIFIER_##name = (number),
enum event_qualifier { EVENT_QUALIFIER_NONE = 0, EVENT_QUALIFIERS(X) };
#undef X
#define X(name, number) EVENT_SCOPE_##name = (number),
enum event_scope { EVENT_SCOPE_NONE = 0, EVENT_SCOPES(X) };
#undef X

/* Upper-case name as in the taxonomy, or "" for 0 and unknown numbers. Any thread. */
const char *event_kind_name(int kind);
const char *event_status_name(int status);
const char *event_subject_name(int subject);
const char *event_conduct_name(int conduct);
const char *event_precision_name(int precision); /* lower case: day, month, year */
const char *event_qualifier_name(int qualifier); /* lower case: exact, about, at least, several */
const char *event_scope_name(int scope);

/* Number of a name, upper or lower case; 0 when there is none. */
int event_kind_parse(const char *name);
int event_status_parse(const char *name);
int event_conduct_parse(const char *name);

/* An area: province "81", regency or city "81.71", the nation "ID". Empty code: no place. */
enum { EVENT_AREA_CODE_MAX = 8 };
struct event_place {
	const char *code;
	const char
		*name; /* official style: "Kota Ambon", "Kabupaten Kupang", "Maluku", "Nasional" */
	const char *province; /* name of the province; "" for the nation */
};

/* value "2024-08-21", "2024-08" or "2024" by precision; precision 0: no date. */
struct event_date {
	const char *value;
	enum event_precision precision;
};

struct event_count {
	uint64_t value;                 /* 0 with qualifier SEVERAL when no number is printed */
	enum event_qualifier qualifier; /* 0: no count */
};

struct event_person {
	const char *name;
	const char *role;
};

/* For a TOTAL: the number at each stage that the text reports. */
struct event_stage {
	enum event_status status;
	uint64_t value;
};

/* Bytes start..end (end exclusive) of the stored text that `field` was read from. */
struct event_evidence {
	const char *field; /* kind, status, place, date, count, ... as in the JSON form */
	uint32_t start, end;
	const char *text; /* those bytes */
};

/* How sure each value is, as `confidence` is of the event; 0 where there is no value, or no word on
 * it. */
struct event_sureness {
	double status, place, date, count;
};

/* What a reader should know of a value: that a law was no longer in force, say. */
struct event_note {
	const char *field; /* as in the JSON form, e.g. "legal_basis" */
	const char *value; /* which of its values */
	const char *text;  /* English */
};

/* Bounds on what one article may yield; the codec refuses more. */
enum { EVENTS_PER_ARTICLE_MAX = 64, EVENT_LIST_MAX = 64, EVENT_EVIDENCE_MAX = 128 };

/* In the store an event's number is never used again within its article, so it can exceed
 * EVENTS_PER_ARTICLE_MAX after the article was classified anew. */
enum { EVENT_NUMBER_MAX = 999999999 };

struct event {
	const char *id; /* "<article id in hex>-<number within the article, from 1>" */
	enum event_kind kind;
	enum event_status status;
	struct event_place place;
	struct event_date date;
	struct event_count count;
	const enum event_subject *subjects;
	size_t subject_count;
	const enum event_conduct *conduct;
	size_t conduct_count;
	const char *const *institutions;
	size_t institution_count;
	const struct event_person *people;
	size_t person_count;
	const char *const *sanctions; /* normal forms */
	size_t sanction_count;
	const char *const *legal_basis; /* normal forms, e.g. "UU 5/2014" */
	size_t legal_basis_count;
	const char *election;
	enum event_scope scope;
	struct event_date as_of;          /* TOTAL only */
	const struct event_stage *stages; /* TOTAL only */
	size_t stage_count;
	double confidence; /* 0 to 1 */
	struct event_sureness sure;
	const struct event_note *notes;
	size_t note_count;
	const struct event_evidence *evidence;
	size_t evidence_count;
	const char *sentence; /* the sentence that kind and status were read from, for people */
};

/* Zeroes the event and makes every string "". */
void event_init(struct event *e);

#endif

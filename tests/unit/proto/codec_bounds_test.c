/* Every bound, one by one: a sample message with one field moved over its bound is refused with a
 * sentence that names the field, and with that field exactly on its bound it is taken. */
#include "proto/codec.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "samples.h"
#include "wire.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LONG = 20000, MANY = CODEC_LEASES_MAX + 1 };

static struct arena samples, arena;
static struct buf out;

/* `n` times the letter x. */
static const char *xs(size_t n)
{
	char *s = arena_alloc(&samples, n + 1);
	memset(s, 'x', n);
	s[n] = '\0';
	return s;
}

static struct text text_of(size_t n)
{
	return (struct text){xs(n), n};
}

static void *many(size_t size)
{
	return arena_calloc(&samples, MANY, size);
}

/* A list of MANY members like the first one of `list`. */
static void *repeated(const void *list, size_t size)
{
	char *to = many(size);
	for (size_t i = 0; i < MANY; i++)
		memcpy(to + i * size, list, size);
	return to;
}

static const char *some_areas[] = {"10",    "11",    "12", "13", "14.01",
				   "14.02", "14.03", "31", "51", "52"};

#define GROW(list, count, n) ((list) = repeated((list), sizeof(*(list))), (count) = (n))

static struct event *first_event(struct message *m)
{
	return &m->record.results[0].events[0];
}

static void grow_events(struct message *m, size_t n)
{
	struct event *events = many(sizeof(*events));
	for (size_t i = 0; i < n; i++) {
		events[i] = *first_event(m);
		events[i].id = arena_printf(&samples, "%.33s%zu", events[i].id, i + 1);
	}
	m->record.results[0].events = events;
	m->record.results[0].event_count = n;
}

static void set_id(struct message *m, const char *tail)
{
	struct event *e = first_event(m);
	e->id = arena_printf(&samples, "%.32s%s", e->id, tail);
}

static void set_update_id(struct message *m, const char *tail)
{
	m->update.event.id = arena_printf(&samples, "%.32s%s", m->update.event.id, tail);
}

static void set_stage(struct event *e, int status)
{
	struct event_stage *s = many(sizeof(*s));
	s->status = (enum event_status)status;
	e->stages = s;
	e->stage_count = 1;
}

static void set_evidence(struct event *e, struct event_evidence v)
{
	struct event_evidence *list = many(sizeof(*list));
	*list = v;
	e->evidence = list;
	e->evidence_count = 1;
}

static void set_note(struct event *e, const char *field, const char *value, const char *text)
{
	struct event_note *n = many(sizeof(*n));
	*n = (struct event_note){field, value, text};
	e->notes = n;
	e->note_count = 1;
}

static void set_person(struct event *e, const char *name, const char *role)
{
	struct event_person *p = many(sizeof(*p));
	*p = (struct event_person){name, role};
	e->people = p;
	e->person_count = 1;
}

static const char *const *strings(const char *s)
{
	const char **list = many(sizeof(*list));
	for (size_t i = 0; i < MANY; i++)
		list[i] = s;
	return list;
}

#define EV      "results[0].events[0]."
#define E       first_event(m)
#define RES     m->record.results[0]
#define BAD     "bad \xff"
#define NUMBERS UINT64_MAX

/* X(name, TYPE, reason, change) */
#define REFUSED_INTAKE(X)                                                                          \
	X(error_code_0, ERROR, "code: 0 is not within 1 to 12", m->error.code = CODE_NONE)         \
	X(error_code_13, ERROR, "code: 13 is not within 1 to 12", m->error.code = 13)              \
	X(submit_many, SUBMIT, "articles: 257 entries exceed the limit of 256",                    \
	  GROW(m->submit.articles, m->submit.article_count, 257))                                  \
	X(submit_reply_many, SUBMIT_REPLY, "statuses: 257 entries exceed the limit of 256",        \
	  GROW(m->submit_reply.statuses, m->submit_reply.status_count, 257))                       \
	X(submit_reply_outcome_0, SUBMIT_REPLY, "statuses[1].outcome: 0 is not within 1 to 4",     \
	  m->submit_reply.statuses[1].outcome = 0)                                                 \
	X(submit_reply_outcome_5, SUBMIT_REPLY, "statuses[1].outcome: 5 is not within 1 to 4",     \
	  m->submit_reply.statuses[1].outcome = 5)

#define REFUSED_WORK(X)                                                                            \
	X(hello_name_empty, HELLO, "name: empty", m->hello.name = "")                              \
	X(hello_name_long, HELLO, "name: 65 bytes exceed the limit of 64", m->hello.name = xs(65)) \
	X(hello_name_utf8, HELLO, "name: byte 4 is not valid UTF-8", m->hello.name = BAD)          \
	X(hello_version_long, HELLO, "version: 65 bytes exceed", m->hello.version = xs(65))        \
	X(hello_credit_0, HELLO, "credit: 0 is not within 1 to 4096", m->hello.credit = 0)         \
	X(hello_credit_4097, HELLO, "credit: 4097 is not within", m->hello.credit = 4097)          \
	X(welcome_heartbeat_0, WELCOME, "heartbeat_ms: 0 is not", m->welcome.heartbeat_ms = 0)     \
	X(welcome_heartbeat_max, WELCOME, "heartbeat_ms: 3600001 is not",                          \
	  m->welcome.heartbeat_ms = 3600001)                                                       \
	X(welcome_silence_0, WELCOME, "silence_ms: 0 is not", m->welcome.silence_ms = 0)           \
	X(welcome_silence_max, WELCOME, "silence_ms: 3600001 is not",                              \
	  m->welcome.silence_ms = 3600001)                                                         \
	X(work_many, WORK, "items: 257 entries exceed the limit of 256",                           \
	  GROW(m->work.items, m->work.item_count, 257))                                            \
	X(handled_many, HANDLED, "leases: 4097 entries exceed the limit of 4096",                  \
	  GROW(m->handled.leases, m->handled.lease_count, 4097))                                   \
	X(done_many, DONE, "leases: 4097 entries exceed the limit of 4096",                        \
	  GROW(m->done.leases, m->done.lease_count, 4097))

#define REFUSED_RESULT(X)                                                                          \
	X(record_many, RECORD, "results: 257 entries exceed the limit of 256",                     \
	  GROW(m->record.results, m->record.result_count, 257))                                    \
	X(url_long, RECORD, "results[0].url: 4097 bytes exceed", RES.url = text_of(4097))          \
	X(title_long, RECORD, "results[0].title: 2049 bytes exceed", RES.title = text_of(2049))    \
	X(published_long, RECORD, "results[0].published: 65 bytes", RES.published = text_of(65))   \
	X(source_long, RECORD, "results[0].source: 257 bytes exceed", RES.source = text_of(257))   \
	X(url_utf8, RECORD, "results[0].url: byte 4 is not valid UTF-8",                           \
	  RES.url = ((struct text){BAD, 5}))                                                       \
	X(title_nul, RECORD, "results[0].title: NUL byte at byte 1",                               \
	  RES.title = ((struct text){"a\0b", 3}))                                                  \
	X(text_size_0, RECORD, "results[0].text_size: 0 is not within", RES.text_size = 0)         \
	X(text_size_max, RECORD, "results[0].text_size: 1048577 is not",                           \
	  RES.text_size = ARTICLE_TEXT_MAX + 1)                                                    \
	X(zstd_empty, RECORD, "results[0].text_zstd: 0 bytes are not", RES.text_zstd.len = 0)      \
	X(zstd_long, RECORD, "results[0].text_zstd: 1056769 bytes are not",                        \
	  RES.text_zstd =                                                                          \
		  ((struct bytes){(const uint8_t *)xs(CODEC_ZSTD_MAX + 1), CODEC_ZSTD_MAX + 1}))   \
	X(areas_many, RECORD, "results[0].areas: 9 entries exceed the limit of 8",                 \
	  (RES.areas = some_areas, RES.area_count = 9))                                            \
	X(areas_twice, RECORD, "results[0].areas: 53 is given twice", RES.areas[0] = "53")         \
	X(areas_nation, RECORD, "results[0].areas: not the code of a regency or province",         \
	  RES.areas[1] = "ID")                                                                     \
	X(areas_none, RECORD, "results[0].areas: not the code", RES.areas[1] = "none")             \
	X(areas_name, RECORD, "results[0].areas: not the code", RES.areas[1] = "Ambon")            \
	X(areas_empty, RECORD, "results[0].areas: not the code", RES.areas[1] = "")                \
	X(sketch_short, RECORD, "results[0].sketch: 255 bytes instead of none or 256",             \
	  RES.sketch.len = 255)                                                                    \
	X(sketch_long, RECORD, "results[0].sketch: 257 bytes instead of none or 256",              \
	  RES.sketch = ((struct bytes){(const uint8_t *)xs(257), 257}))                            \
	X(zstd_again, RECORD, "results[0].text_zstd: given beside replaces",                       \
	  RES.has_replaces = true)                                                                 \
	X(events_many, RECORD, "results[0].events: 65 entries exceed the limit of 64",             \
	  grow_events(m, 65))                                                                      \
	X(events_twice, RECORD, "results[0].events: number 1 is given twice",                      \
	  RES.events[1].id = RES.events[0].id)                                                     \
	X(recorded_many, RECORDED, "statuses: 257 entries exceed the limit of 256",                \
	  GROW(m->recorded.statuses, m->recorded.status_count, 257))                               \
	X(recorded_outcome_0, RECORDED, "statuses[0].outcome: 0 is not within 1 to 4",             \
	  m->recorded.statuses[0].outcome = 0)                                                     \
	X(recorded_outcome_5, RECORDED, "statuses[1].outcome: 5 is not within 1 to 4",             \
	  m->recorded.statuses[1].outcome = 5)

#define REFUSED_EVENT(X)                                                                           \
	X(event_id_other, RECORD, EV "id: does not begin with the article's id",                   \
	  E->id = "10112233445566778899aabbccddeeff-1")                                            \
	X(event_id_empty, RECORD, EV "id: does not begin", E->id = "")                             \
	X(event_id_upper, RECORD, EV "id: does not begin",                                         \
	  E->id = "00112233445566778899AABBCCDDEEFF-1")                                            \
	X(event_id_bare, RECORD, EV "id: does not begin", set_id(m, ""))                           \
	X(event_id_no_number, RECORD, EV "id: does not end with a number", set_id(m, "-"))         \
	X(event_id_0, RECORD, EV "id: does not end", set_id(m, "-0"))                              \
	X(event_id_01, RECORD, EV "id: does not end", set_id(m, "-01"))                            \
	X(event_id_65, RECORD, EV "id: does not end", set_id(m, "-65"))                            \
	X(event_id_huge, RECORD, EV "id: does not end", set_id(m, "-99999999999999999999"))        \
	X(event_id_tail, RECORD, EV "id: does not end", set_id(m, "-1x"))                          \
	X(kind_0, RECORD, EV "kind: 0 is not within 1 to 3", E->kind = 0)                          \
	X(kind_4, RECORD, EV "kind: 4 is not within 1 to 3", E->kind = 4)                          \
	X(kind_negative, RECORD, EV "kind: -1 is not within 1 to 3", E->kind = (unsigned)-1)       \
	X(status_0, RECORD, EV "status: 0 is not within 1 to 8", E->status = 0)                    \
	X(status_9, RECORD, EV "status: 9 is not within 1 to 8", E->status = 9)                    \
	X(scope_3, RECORD, EV "scope: 3 is not within 0 to 2", E->scope = 3)                       \
	X(scope_negative, RECORD, EV "scope: -1 is not within", E->scope = (unsigned)-1)           \
	X(confidence_above, RECORD, EV "confidence: not within 0 to 1", E->confidence = 1.001)     \
	X(confidence_below, RECORD, EV "confidence: not within 0 to 1", E->confidence = -0.001)    \
	X(confidence_nan, RECORD, EV "confidence: not within 0 to 1", E->confidence = NAN)         \
	X(confidence_inf, RECORD, EV "confidence: not within 0 to 1", E->confidence = INFINITY)    \
	X(sure_above, RECORD, EV "sure: not within 0 to 1", E->sure.place = 1.001)                 \
	X(sure_below, RECORD, EV "sure: not within 0 to 1", E->sure.date = -0.001)                 \
	X(sure_nan, RECORD, EV "sure: not within 0 to 1", E->sure.count = NAN)                     \
	X(notes_many, RECORD, EV "notes: 65 entries exceed the limit of 64",                       \
	  GROW(E->notes, E->note_count, 65))                                                       \
	X(note_field, RECORD, EV "notes.field: 65 bytes", set_note(E, xs(65), "", ""))             \
	X(note_value, RECORD, EV "notes.value: 1025 bytes", set_note(E, "", xs(1025), ""))         \
	X(note_text, RECORD, EV "notes.text: byte 4 is not", set_note(E, "", "", BAD))             \
	X(place_word, RECORD, EV "place.code: not an area code", E->place.code = "Ambon")          \
	X(place_none, RECORD, EV "place.code: not an area code", E->place.code = "none")           \
	X(place_long, RECORD, EV "place.code: not an area code", E->place.code = "81.71.01")       \
	X(place_half, RECORD, EV "place.code: not an area code", E->place.code = "81.7")           \
	X(place_name, RECORD, EV "place.name: 1025 bytes exceed", E->place.name = xs(1025))        \
	X(place_province, RECORD, EV "place.province: byte 4 is not", E->place.province = BAD)     \
	X(date_precision, RECORD, EV "date: 4 is not within 1 to 3", E->date.precision = 4)        \
	X(date_short, RECORD, EV "date: not a day such as 2024-08-21", E->date.value = "2024-08")  \
	X(date_word, RECORD, EV "date: not a day such as", E->date.value = "2024-08-xx")           \
	X(date_month, RECORD, EV "date: not a day such as", E->date.value = "2024-13-01")          \
	X(date_day_0, RECORD, EV "date: not a day such as", E->date.value = "2024-12-00")          \
	X(date_long, RECORD, EV "date: not a day such as", E->date.value = "2024-12-010")          \
	X(as_of_form, RECORD, EV "as_of: not a month such as 2024-08", E->as_of.value = "2024")    \
	X(as_of_year, RECORD, EV "as_of: not a year such as 2024",                                 \
	  E->as_of = ((struct event_date){"20x4", EVENT_PRECISION_YEAR}))                          \
	X(count_qualifier, RECORD, EV "count.qualifier: 5 is not", E->count.qualifier = 5)         \
	X(evidence_many, RECORD, EV "evidence: 200 entries exceed the limit of 128",               \
	  GROW(E->evidence, E->evidence_count, 200))                                               \
	X(evidence_order, RECORD, EV "evidence: 9 to 8 is not within the text's 200 bytes",        \
	  set_evidence(E, (struct event_evidence){"kind", 9, 8, ""}))                              \
	X(evidence_end, RECORD, EV "evidence: 9 to 201 is not within the text's 200 bytes",        \
	  set_evidence(E, (struct event_evidence){"kind", 9, 201, ""}))                            \
	X(evidence_field, RECORD, EV "evidence.field: 65 bytes exceed the limit of 64",            \
	  set_evidence(E, (struct event_evidence){xs(65), 0, 1, "x"}))                             \
	X(evidence_text, RECORD, EV "evidence.text: 16385 bytes exceed",                           \
	  set_evidence(E, (struct event_evidence){"kind", 0, 1, xs(16385)}))                       \
	X(evidence_utf8, RECORD, EV "evidence.text: byte 4 is not valid UTF-8",                    \
	  set_evidence(E, (struct event_evidence){"kind", 0, 5, BAD}))

#define REFUSED_EVENT_LISTS(X)                                                                     \
	X(subjects_many, RECORD, EV "subjects: 65 entries exceed the limit of 64",                 \
	  GROW(E->subjects, E->subject_count, 65))                                                 \
	X(subject_0, RECORD, EV "subjects: 0 is not within 1 to 6",                                \
	  (E->subjects = many(4), E->subject_count = 1))                                           \
	X(conduct_many, RECORD, EV "conduct: 65 entries exceed the limit of 64",                   \
	  GROW(E->conduct, E->conduct_count, 65))                                                  \
	X(conduct_0, RECORD, EV "conduct: 0 is not within 1 to 10",                                \
	  (E->conduct = many(4), E->conduct_count = 1))                                            \
	X(institutions_many, RECORD, EV "institutions: 65 entries exceed",                         \
	  (E->institutions = strings("x"), E->institution_count = 65))                             \
	X(institutions_long, RECORD, EV "institutions: 1025 bytes exceed",                         \
	  E->institutions = strings(xs(1025)))                                                     \
	X(institutions_utf8, RECORD, EV "institutions: byte 4", E->institutions = strings(BAD))    \
	X(sanctions_many, RECORD, EV "sanctions: 65 entries exceed",                               \
	  (E->sanctions = strings("x"), E->sanction_count = 65))                                   \
	X(sanctions_long, RECORD, EV "sanctions: 1025 bytes", E->sanctions = strings(xs(1025)))    \
	X(basis_many, RECORD, EV "legal_basis: 65 entries exceed",                                 \
	  (E->legal_basis = strings("x"), E->legal_basis_count = 65))                              \
	X(basis_utf8, RECORD, EV "legal_basis: byte 4 is not", E->legal_basis = strings(BAD))      \
	X(people_many, RECORD, EV "people: 65 entries exceed the limit of 64",                     \
	  GROW(E->people, E->person_count, 65))                                                    \
	X(people_name, RECORD, EV "people.name: 1025 bytes", set_person(E, xs(1025), ""))          \
	X(people_role, RECORD, EV "people.role: byte 4 is not", set_person(E, "", BAD))            \
	X(stages_many, RECORD, EV "stages: 65 entries exceed the limit of 64",                     \
	  GROW(E->stages, E->stage_count, 65))                                                     \
	X(stage_0, RECORD, EV "stages.status: 0 is not within 1 to 8", set_stage(E, 0))            \
	X(stage_9, RECORD, EV "stages.status: 9 is not within 1 to 8", set_stage(E, 9))            \
	X(election_long, RECORD, EV "election: 1025 bytes exceed", E->election = xs(1025))         \
	X(sentence_long, RECORD, EV "sentence: 16385 bytes exceed", E->sentence = xs(16385))       \
	X(sentence_utf8, RECORD, EV "sentence: byte 4 is not", E->sentence = BAD)

#define REFUSED_UPDATES(X)                                                                         \
	X(update_seq_0, UPDATE, "seq: 0 is not within", m->update.seq = 0)                         \
	X(update_prev, UPDATE, "prev_in_topic: 41 is not within 0 to 40",                          \
	  m->update.prev_in_topic = 41)                                                            \
	X(update_change_0, UPDATE, "change: 0 is not within 1 to 3", m->update.change = 0)         \
	X(update_change_4, UPDATE, "change: 4 is not within 1 to 3", m->update.change = 4)         \
	X(update_url, UPDATE, "article.url: 4097 bytes", m->update.article.url = text_of(4097))    \
	X(update_title, UPDATE, "article.title: 2049", m->update.article.title = text_of(2049))    \
	X(update_published, UPDATE, "article.published: 65 bytes",                                 \
	  m->update.article.published = text_of(65))                                               \
	X(update_source, UPDATE, "article.source: 257", m->update.article.source = text_of(257))   \
	X(update_event, UPDATE, "event.kind: 0 is not within", m->update.event.kind = 0)           \
	X(update_number, UPDATE, "event.id: does not end with a number from 1 to 999999999",       \
	  set_update_id(m, "-1000000000"))                                                         \
	X(update_event_id, UPDATE, "event.id: does not begin with an article's id and a dash",     \
	  m->update.event.id = "00112233445566778899aabbccddeef-1")                                \
	X(update_event_hex, UPDATE, "event.id: does not begin with an article's id and a dash",    \
	  m->update.event.id = "00112233445566778899AABBCCDDEEFF-1")                               \
	X(update_cause, UPDATE, "cause: -1 is negative",                                           \
	  m->update.cause = (enum update_cause) - 1)                                               \
	X(update_reports, UPDATE, "reports: 34 entries exceed the limit of 33",                    \
	  (GROW(m->update.reports, m->update.listed_count, 34), m->update.report_count = 34))      \
	X(update_report_count, UPDATE, "report_count: 1 is not within 2 to 4294967295",            \
	  m->update.report_count = 1)                                                              \
	X(update_report_status, UPDATE, "reports[1].status: 0 is not within 1 to 8",               \
	  m->update.reports[1].status = 0)                                                         \
	X(update_report_url, UPDATE, "reports[0].article.url: 4097 bytes",                         \
	  m->update.reports[0].article.url = text_of(4097))                                        \
	X(head_prev, HEAD, "prev: 43 is not within 0 to 42", m->head.prev = 43)                    \
	X(head_many, HEAD, "changed: 2049 entries exceed the limit of 2048",                       \
	  GROW(m->head.changed, m->head.changed_count, 2049))                                      \
	X(head_topic, HEAD, "changed.topic: 48 bytes exceed the limit of 47",                      \
	  m->head.changed[1].topic = xs(48))                                                       \
	X(replay_from_0, REPLAY, "from: 0 is not within 1 to", m->replay.from = 0)                 \
	X(filter_kind, REPLAY, "filter.kinds: 4 is not", m->replay.filter.kinds[1] = 4)            \
	X(filter_kinds, REPLAY, "filter.kinds: 65 entries exceed the limit of 64",                 \
	  GROW(m->replay.filter.kinds, m->replay.filter.kind_count, 65))                           \
	X(filter_status, REPLAY, "filter.statuses: 9 is not", m->replay.filter.statuses[0] = 9)    \
	X(filter_statuses, REPLAY, "filter.statuses: 65 entries",                                  \
	  GROW(m->replay.filter.statuses, m->replay.filter.status_count, 65))                      \
	X(filter_area, REPLAY, "filter.areas: entry 1 is not an area",                             \
	  m->replay.filter.areas[1] = "Maluku")                                                    \
	X(filter_areas, REPLAY, "filter.areas: 65 entries exceed the limit of 64",                 \
	  GROW(m->replay.filter.areas, m->replay.filter.area_count, 65))                           \
	X(page_many, REPLAY_PAGE, "updates: 1025 entries exceed the limit of 1024",                \
	  GROW(m->replay_page.updates, m->replay_page.update_count, 1025))                         \
	X(page_update, REPLAY_PAGE, "updates[1].event.status: 0 is not",                           \
	  m->replay_page.updates[1].event.status = 0)                                              \
	X(page_through, REPLAY_PAGE, "through: 301 is not within 0 to 300",                        \
	  m->replay_page.through = 301)                                                            \
	X(query_since, QUERY, "since: not a day such as 2024-08-21", m->query.since = "2024")      \
	X(query_until, QUERY, "until: not a day such as", m->query.until = "kemarin")              \
	X(query_filter, QUERY, "filter.kinds: 0 is not", m->query.filter.kinds[0] = 0)             \
	X(query_many, QUERY_PAGE, "updates: 1025 entries",                                         \
	  GROW(m->query_page.updates, m->query_page.update_count, 1025))                           \
	X(show_short, SHOW, "id: does not begin with 8 hexadecimal", m->show.id = "0011223")       \
	X(show_word, SHOW, "id: does not begin with 8", m->show.id = "peristiwa")                  \
	X(show_long, SHOW, "id: 65 bytes exceed the limit of 64", m->show.id = xs(65))             \
	X(shown_many, SHOWN, "updates: 1025 entries",                                              \
	  GROW(m->shown.updates, m->shown.update_count, 1025))                                     \
	X(shown_text, SHOWN, "text: 1048577 bytes", m->shown.text = text_of(ARTICLE_TEXT_MAX + 1)) \
	X(archive_from_0, ARCHIVE, "from: 0 is not within 1 to", m->archive.from = 0)              \
	X(archive_many, ARCHIVE_PAGE, "articles: 257 entries exceed the limit of 256",             \
	  GROW(m->archive_page.articles, m->archive_page.article_count, 257))                      \
	X(archive_through, ARCHIVE_PAGE, "through: 301 is not within 0 to 300",                    \
	  m->archive_page.through = 301)                                                           \
	X(archive_title, ARCHIVE_PAGE, "articles[1].title: 2049 bytes",                            \
	  m->archive_page.articles[1].title = text_of(2049))                                       \
	X(archive_zstd, ARCHIVE_PAGE, "articles[0].text_zstd: 0 bytes are not",                    \
	  m->archive_page.articles[0].text_zstd.len = 0)                                           \
	X(archive_size, ARCHIVE_PAGE, "articles[0].text_size: 0 is not within",                    \
	  m->archive_page.articles[0].text_size = 0)                                               \
	X(coverage_since, COVERAGE, "since: 202413 is no month", m->coverage.since = 202413)       \
	X(coverage_until, COVERAGE, "until: 1000001 is not within 101 to 999912",                  \
	  m->coverage.until = 1000001)                                                             \
	X(coverage_after, COVERAGE, "after_month: 202400 is no month",                             \
	  m->coverage.after_month = 202400)                                                        \
	X(coverage_after_area, COVERAGE, "after_area: not the code of an area",                    \
	  m->coverage.after_area = "Ambon")                                                        \
	X(coverage_many, COVERAGE_PAGE, "rows: 4097 entries exceed the limit of 4096",             \
	  GROW(m->coverage_page.rows, m->coverage_page.row_count, 4097))                           \
	X(coverage_no_month, COVERAGE_PAGE, "rows[1].month: missing",                              \
	  m->coverage_page.rows[1].month = 0)                                                      \
	X(coverage_area, COVERAGE_PAGE, "rows[0].area: not the code of an area",                   \
	  m->coverage_page.rows[0].area = "none")

#define REFUSED_CONTROL(X)                                                                         \
	X(status_program, STATUS_REPLY, "program: 65", m->status_reply.program = xs(65))           \
	X(status_version, STATUS_REPLY, "version: 65", m->status_reply.version = xs(65))           \
	X(status_counters, STATUS_REPLY, "counters: 4097 entries exceed",                          \
	  GROW(m->status_reply.counters, m->status_reply.counter_count, 4097))                     \
	X(status_counter, STATUS_REPLY, "counters[0].name: 1025 bytes",                            \
	  m->status_reply.counters[0].name = xs(1025))                                             \
	X(status_workers, STATUS_REPLY, "workers: 4097 entries exceed",                            \
	  GROW(m->status_reply.workers, m->status_reply.worker_count, 4097))                       \
	X(status_worker, STATUS_REPLY, "workers[0].name: byte 4 is not",                           \
	  m->status_reply.workers[0].name = BAD)                                                   \
	X(status_worker_version, STATUS_REPLY, "workers[0].version: 65 bytes",                     \
	  m->status_reply.workers[0].version = xs(65))                                             \
	X(dead_many, DEAD_PAGE, "articles: 257 entries exceed the limit of 256",                   \
	  GROW(m->dead_page.articles, m->dead_page.article_count, 257))                            \
	X(dead_title, DEAD_PAGE, "articles[0].title: 2049",                                        \
	  m->dead_page.articles[0].title = text_of(2049))                                          \
	X(dead_url, DEAD_PAGE, "articles[0].url: 4097",                                            \
	  m->dead_page.articles[0].url = text_of(4097))                                            \
	X(dead_source, DEAD_PAGE, "articles[0].source: 257",                                       \
	  m->dead_page.articles[0].source = text_of(257))                                          \
	X(action_verb_0, DEAD_ACTION, "verb: 0 is not within 1 to 2", m->dead_action.verb = 0)     \
	X(action_verb_3, DEAD_ACTION, "verb: 3 is not within 1 to 2", m->dead_action.verb = 3)     \
	X(action_ids, DEAD_ACTION, "ids: 257 entries exceed the limit of 256",                     \
	  GROW(m->dead_action.ids, m->dead_action.id_count, 257))                                  \
	X(action_both, DEAD_ACTION, "ids: given beside all", m->dead_action.all = true)            \
	X(action_none, DEAD_ACTION, "ids: empty without all", m->dead_action.id_count = 0)         \
	X(sources_many, SOURCE_PAGE, "sources: 257 entries exceed the limit of 256",               \
	  GROW(m->source_page.sources, m->source_page.source_count, 257))                          \
	X(source_name, SOURCE_PAGE, "sources[0].name: 65",                                         \
	  m->source_page.sources[0].name = xs(65))                                                 \
	X(source_name_bad, SOURCE_PAGE, "sources[0].name: byte 4 is not valid UTF-8",              \
	  m->source_page.sources[0].name = BAD)                                                    \
	X(source_kind, SOURCE_PAGE, "sources[0].kind: 65",                                         \
	  m->source_page.sources[0].kind = xs(65))                                                 \
	X(source_url, SOURCE_PAGE, "sources[0].url: 4097",                                         \
	  m->source_page.sources[0].url = xs(4097))                                                \
	X(source_url_bad, SOURCE_PAGE, "sources[0].url: byte 4 is not valid UTF-8",                \
	  m->source_page.sources[0].url = BAD)

#define REFUSED_ALERTS(X)                                                                          \
	X(alerts_many, ALERT_PAGE, "failures: 257 entries exceed the limit of 256",                \
	  GROW(m->alert_page.failures, m->alert_page.failure_count, 257))                          \
	X(alert_receiver, ALERT_PAGE, "failures[0].receiver: 65 bytes exceed the limit of 64",     \
	  m->alert_page.failures[0].receiver = xs(65))                                             \
	X(alert_receiver_bad, ALERT_PAGE, "failures[0].receiver: byte 4 is not valid UTF-8",       \
	  m->alert_page.failures[0].receiver = BAD)                                                \
	X(alert_id, ALERT_PAGE, "failures[0].id: 1025 bytes exceed the limit of 1024",             \
	  m->alert_page.failures[0].id = xs(1025))                                                 \
	X(alert_id_bad, ALERT_PAGE, "failures[0].id: byte 4 is not valid UTF-8",                   \
	  m->alert_page.failures[0].id = BAD)                                                      \
	X(alert_verb_0, ALERT_ACTION, "verb: 0 is not within 1 to 3", m->alert_action.verb = 0)    \
	X(alert_verb_4, ALERT_ACTION, "verb: 4 is not within 1 to 3", m->alert_action.verb = 4)    \
	X(alert_name, ALERT_ACTION, "name: 65 bytes exceed the limit of 64",                       \
	  m->alert_action.name = xs(65))                                                           \
	X(alert_name_bad, ALERT_ACTION, "name: byte 4 is not valid UTF-8",                         \
	  m->alert_action.name = BAD)

/* X(name, TYPE, "", change): the field lies on its bound. */
#define ACCEPTED(X)                                                                                \
	X(ok_submit, SUBMIT, "", GROW(m->submit.articles, m->submit.article_count, 256))           \
	X(ok_reply, SUBMIT_REPLY, "",                                                              \
	  GROW(m->submit_reply.statuses, m->submit_reply.status_count, 256))                       \
	X(ok_name, HELLO, "", m->hello.name = xs(64))                                              \
	X(ok_version, HELLO, "", m->hello.version = "")                                            \
	X(ok_credit_1, HELLO, "", m->hello.credit = 1)                                             \
	X(ok_credit_max, HELLO, "", m->hello.credit = 4096)                                        \
	X(ok_heartbeat, WELCOME, "", m->welcome.heartbeat_ms = 3600000)                            \
	X(ok_work, WORK, "", GROW(m->work.items, m->work.item_count, 256))                         \
	X(ok_handled, HANDLED, "", GROW(m->handled.leases, m->handled.lease_count, 4096))          \
	X(ok_head, HEAD, "", GROW(m->head.changed, m->head.changed_count, 2048))                   \
	X(ok_done, DONE, "", GROW(m->done.leases, m->done.lease_count, 4096))                      \
	X(ok_record, RECORD, "", GROW(m->record.results, m->record.result_count, 256))             \
	X(ok_url, RECORD, "", RES.url = text_of(4096))                                             \
	X(ok_title, RECORD, "", RES.title = text_of(2048))                                         \
	X(ok_text_size, RECORD, "", RES.text_size = ARTICLE_TEXT_MAX)                              \
	X(ok_zstd, RECORD, "",                                                                     \
	  RES.text_zstd = ((struct bytes){(const uint8_t *)xs(CODEC_ZSTD_MAX), CODEC_ZSTD_MAX}))   \
	X(ok_no_sketch, RECORD, "", RES.sketch.len = 0)                                            \
	X(ok_replaces, RECORD, "", (RES.has_replaces = true, RES.text_zstd.len = 0))               \
	X(ok_result_areas, RECORD, "", (RES.areas = some_areas, RES.area_count = 8))               \
	X(ok_areas_none, RECORD, "", RES.area_count = 0)                                           \
	X(ok_areas_unsaid, RECORD, "", RES.has_areas = false)                                      \
	X(ok_coverage_all, COVERAGE, "",                                                           \
	  (m->coverage.since = 0, m->coverage.until = 0, m->coverage.after_month = 0))             \
	X(ok_coverage, COVERAGE_PAGE, "",                                                          \
	  GROW(m->coverage_page.rows, m->coverage_page.row_count, 4096))                           \
	X(ok_archive, ARCHIVE_PAGE, "",                                                            \
	  GROW(m->archive_page.articles, m->archive_page.article_count, 256))                      \
	X(ok_archive_epoch, ARCHIVE, "", m->archive.has_epoch = false)                             \
	X(ok_events, RECORD, "", grow_events(m, 64))                                               \
	X(ok_confidence_0, RECORD, "", E->confidence = 0)                                          \
	X(ok_confidence_1, RECORD, "", E->confidence = 1)                                          \
	X(ok_sure, RECORD, "", (E->sure.status = 1, E->sure.place = 0))                            \
	X(ok_notes, RECORD, "", GROW(E->notes, E->note_count, 64))                                 \
	X(ok_place_id, RECORD, "", E->place.code = "ID")                                           \
	X(ok_place_province, RECORD, "", E->place.code = "81")                                     \
	X(ok_year, RECORD, "", E->date = ((struct event_date){"2024", EVENT_PRECISION_YEAR}))      \
	X(ok_scope_0, RECORD, "", E->scope = 0)                                                    \
	X(ok_several, RECORD, "", E->count.qualifier = EVENT_QUALIFIER_SEVERAL)                    \
	X(ok_evidence, RECORD, "", GROW(E->evidence, E->evidence_count, 128))                      \
	X(ok_evidence_end, RECORD, "",                                                             \
	  set_evidence(E, (struct event_evidence){"kind", 200, 200, ""}))                          \
	X(ok_evidence_text, RECORD, "",                                                            \
	  set_evidence(E, (struct event_evidence){xs(64), 0, 200, xs(16384)}))                     \
	X(ok_subjects, RECORD, "", GROW(E->subjects, E->subject_count, 64))                        \
	X(ok_conduct, RECORD, "", GROW(E->conduct, E->conduct_count, 64))                          \
	X(ok_institutions, RECORD, "",                                                             \
	  (E->institutions = strings(xs(1024)), E->institution_count = 64))                        \
	X(ok_people, RECORD, "", GROW(E->people, E->person_count, 64))                             \
	X(ok_stages, RECORD, "", GROW(E->stages, E->stage_count, 64))                              \
	X(ok_sentence, RECORD, "", E->sentence = xs(16384))                                        \
	X(ok_recorded, RECORDED, "", GROW(m->recorded.statuses, m->recorded.status_count, 256))    \
	X(ok_number, UPDATE, "", set_update_id(m, "-999999999"))                                   \
	X(ok_seq, UPDATE, "", m->update.seq = UINT64_MAX)                                          \
	X(ok_event_id, UPDATE, "", m->update.article.id.bytes[0] = 9)                              \
	X(ok_reports, UPDATE, "",                                                                  \
	  (GROW(m->update.reports, m->update.listed_count, 33), m->update.report_count = 33))      \
	X(ok_no_reports, UPDATE, "", m->update.listed_count = 0)                                   \
	X(ok_from, REPLAY, "", m->replay.from = UINT64_MAX)                                        \
	X(ok_no_epoch, REPLAY, "", m->replay.has_epoch = false)                                    \
	X(ok_no_filter, REPLAY, "", memset(&m->replay.filter, 0, sizeof(m->replay.filter)))        \
	X(ok_areas, REPLAY, "", GROW(m->replay.filter.areas, m->replay.filter.area_count, 64))     \
	X(ok_page, REPLAY_PAGE, "",                                                                \
	  GROW(m->replay_page.updates, m->replay_page.update_count, 1024))                         \
	X(ok_through, REPLAY_PAGE, "", m->replay_page.through = 300)                               \
	X(ok_since, QUERY, "", m->query.since = "")                                                \
	X(ok_show, SHOW, "", m->show.id = "00112233")                                              \
	X(ok_show_upper, SHOW, "", m->show.id = "AABBCCDDEE")                                      \
	X(ok_shown, SHOWN, "", m->shown.text = text_of(ARTICLE_TEXT_MAX))                          \
	X(ok_counters, STATUS_REPLY, "",                                                           \
	  GROW(m->status_reply.counters, m->status_reply.counter_count, 4096))                     \
	X(ok_dead, DEAD_PAGE, "", GROW(m->dead_page.articles, m->dead_page.article_count, 256))    \
	X(ok_ids, DEAD_ACTION, "", GROW(m->dead_action.ids, m->dead_action.id_count, 256))         \
	X(ok_alerts, ALERT_PAGE, "",                                                               \
	  GROW(m->alert_page.failures, m->alert_page.failure_count, 256))                          \
	X(ok_alert_receiver, ALERT_PAGE, "", m->alert_page.failures[0].receiver = xs(64))          \
	X(ok_alert_reason, ALERT_PAGE, "", m->alert_page.failures[0].reason = xs(5000))            \
	X(ok_alert_list, ALERT_LIST, "", m->alert_list.limit = UINT32_MAX)                         \
	X(ok_alert_name, ALERT_ACTION, "", m->alert_action.name = xs(64))                          \
	X(ok_alert_number, ALERT_ACTION, "", m->alert_action.number = UINT64_MAX)                  \
	X(ok_sources, SOURCE_PAGE, "",                                                             \
	  GROW(m->source_page.sources, m->source_page.source_count, 256))                          \
	X(ok_source_flags, SOURCE_PAGE, "", m->source_page.sources[0].flags = UINT32_MAX)          \
	X(ok_source_url, SOURCE_PAGE, "", m->source_page.sources[0].url = xs(4096))                \
	X(ok_source_error, SOURCE_PAGE, "", m->source_page.sources[0].last_error = xs(5000))

#define CASES(X)                                                                                   \
	REFUSED_INTAKE(X)                                                                          \
	REFUSED_WORK(X)                                                                            \
	REFUSED_RESULT(X)                                                                          \
	REFUSED_EVENT(X)                                                                           \
	REFUSED_EVENT_LISTS(X)                                                                     \
	REFUSED_UPDATES(X)                                                                         \
	REFUSED_CONTROL(X)                                                                         \
	REFUSED_ALERTS(X)                                                                          \
	ACCEPTED(X)

#define X(name, TYPE, reason, change)                                                              \
	static void name(struct message *m)                                                        \
	{                                                                                          \
		(void)(change);                                                                    \
	}
CASES(X)
#undef X

static const struct bound {
	const char *name;
	enum msg_type type;
	const char *reason; /* "" where the message must be taken */
	void (*change)(struct message *m);
} bounds[] = {
#define X(name, TYPE, reason, change) {#name, MSG_##TYPE, reason, name},
	CASES(X)
#undef X
};

static void check_bound(const struct bound *b)
{
	struct message m, back;
	struct codec_fault fault;
	arena_reset(&samples);
	arena_reset(&arena);
	buf_clear(&out);
	sample_message(b->type, &samples, &m);
	b->change(&m);
	assert_int_equal(codec_encode(&m, &out), NETRAL_OK);
	int r = codec_decode(out.data, out.len, &arena, &back, &fault);
	if (b->reason[0] == '\0') {
		if (r < 0)
			print_error("%s: %s\n", b->name, fault.reason);
		assert_int_equal(r, NETRAL_OK);
		return;
	}
	if (strncmp(fault.reason, b->reason, strlen(b->reason)) != 0)
		print_error("%s: \"%s\" instead of \"%s\"\n", b->name, fault.reason, b->reason);
	assert_int_equal(r, NETRAL_EMALFORMED);
	assert_int_equal(fault.code, CODE_MALFORMED);
	assert_memory_equal(fault.reason, b->reason, strlen(b->reason));
	assert_int_equal(back.type, MSG_NONE);
}

static void every_bound_is_kept(void **state)
{
	(void)state;
	for (size_t i = 0; i < netral_countof(bounds); i++)
		check_bound(&bounds[i]);
}

/* --- what no encoder of ours writes --- */

static void assert_refused(struct buf *b, unsigned body, const char *reason)
{
	struct message m;
	struct codec_fault fault;
	wire_envelope(b, CODEC_VERSION, body);
	arena_reset(&arena);
	assert_int_equal(codec_decode(b->data, b->len, &arena, &m, &fault), NETRAL_EMALFORMED);
	assert_string_equal(fault.reason, reason);
	buf_clear(b);
}

/* Field numbers of Envelope.body and below, as in the .proto files. */
static void ids_and_epochs_have_one_length(void **state)
{
	(void)state;
	static const uint8_t bytes[17] = {1};
	struct buf inner;
	buf_init(&inner, 0);

	wire_bytes(&inner, 1, bytes, 15);
	wire_nest(&out, 2, &inner);
	assert_refused(&out, 10, "articles[0].id: 15 bytes instead of 16");

	wire_number(&inner, 1, SUBMIT_ACCEPTED);
	wire_bytes(&inner, 2, bytes, 17);
	wire_nest(&out, 2, &inner);
	assert_refused(&out, 11, "statuses[0].id: 17 bytes instead of 16");

	wire_bytes(&out, 1, bytes, 15);
	assert_refused(&out, 41, "epoch: 15 bytes instead of 16");
	wire_number(&out, 2, 5);
	assert_refused(&out, 41, "epoch: 0 bytes instead of 16");
	wire_bytes(&out, 2, bytes, 1);
	assert_refused(&out, 42, "epoch: 1 bytes instead of 16");
	wire_bytes(&out, 1, bytes, 17);
	assert_refused(&out, 40, "epoch: 17 bytes instead of 16");
	wire_number(&out, 2, CODE_EPOCH);
	wire_bytes(&out, 4, bytes, 15);
	assert_refused(&out, 2, "epoch: 15 bytes instead of 16");

	wire_number(&out, 2, DEAD_RETRY);
	wire_bytes(&out, 3, bytes, 16);
	wire_bytes(&out, 3, bytes, 8);
	assert_refused(&out, 54, "ids: 8 bytes instead of 16");

	wire_bytes(&inner, 2, bytes, 15);
	wire_nest(&out, 2, &inner);
	assert_refused(&out, 53, "articles[0].id: 15 bytes instead of 16");

	wire_bytes(&inner, 1, bytes, 4);
	wire_nest(&out, 2, &inner);
	assert_refused(&out, 30, "results[0].article_id: 4 bytes instead of 16");
	buf_fini(&inner);
}

static void a_result_has_a_classifier_with_its_hash(void **state)
{
	(void)state;
	static const uint8_t id[16] = {1};
	struct buf inner, classifier;
	buf_init(&inner, 0);
	buf_init(&classifier, 0);
	for (int given = 0; given < 2; given++) {
		wire_bytes(&inner, 1, id, 16);
		wire_bytes(&inner, 7, "z", 1);
		wire_number(&inner, 8, 1);
		wire_number(&classifier, 1, 3);
		wire_bytes(&classifier, 2, id, 7);
		if (given)
			wire_nest(&inner, 9, &classifier);
		wire_nest(&out, 2, &inner);
		assert_refused(&out, 30,
			       given ? "results[0].classifier.data_hash: 7 bytes instead of 8"
				     : "results[0].classifier: missing");
		buf_clear(&classifier);
	}
	buf_fini(&inner);
	buf_fini(&classifier);
}

static void parts_that_cannot_be_absent(void **state)
{
	(void)state;
	static const uint8_t bytes[16] = {1};
	struct buf inner, article;
	buf_init(&inner, 0);
	buf_init(&article, 0);

	wire_bytes(&out, 3, "title", 5);
	assert_refused(&out, 3, "id: 0 bytes instead of 16");

	wire_bytes(&article, 3, "title", 5);
	wire_nest(&inner, 4, &article);
	wire_nest(&out, 1, &inner);
	assert_refused(&out, 22, "items[0].article.id: 0 bytes instead of 16");
	buf_fini(&article);

	wire_number(&inner, 1, 1);
	wire_nest(&out, 1, &inner);
	assert_refused(&out, 22, "items[0].article: missing");

	wire_number(&out, 2, 1);
	assert_refused(&out, 24, "lease: missing");

	wire_bytes(&out, 1, bytes, 16);
	wire_number(&out, 2, 1);
	wire_number(&out, 4, CHANGE_NEW);
	assert_refused(&out, 40, "article: missing");

	wire_bytes(&out, 1, bytes, 16);
	wire_number(&out, 2, 1);
	wire_number(&out, 4, CHANGE_NEW);
	wire_bytes(&inner, 1, bytes, 16);
	wire_nest(&out, 7, &inner);
	assert_refused(&out, 40, "event: missing");
	buf_fini(&inner);
}

/* A reason is cut by our encoder, but not by everyone's. */
static void reasons_have_a_bound_too(void **state)
{
	(void)state;
	wire_number(&out, 2, CODE_BUSY);
	wire_bytes(&out, 3, xs(1025), 1025);
	assert_refused(&out, 2, "reason: 1025 bytes exceed the limit of 1024");
	wire_number(&out, 2, CODE_BUSY);
	wire_bytes(&out, 3, BAD, 5);
	assert_refused(&out, 2, "reason: byte 4 is not valid UTF-8");

	struct buf inner;
	buf_init(&inner, 0);
	wire_bytes(&inner, 14, xs(1025), 1025);
	wire_nest(&out, 2, &inner);
	assert_refused(&out, 57, "sources[0].last_error: 1025 bytes exceed the limit of 1024");
	buf_fini(&inner);
}

static int clean_up(void **state)
{
	(void)state;
	arena_fini(&samples);
	arena_fini(&arena);
	buf_fini(&out);
	return 0;
}

int main(void)
{
	codec_arena_init(&samples);
	codec_arena_init(&arena);
	buf_init(&out, 0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bound_is_kept),
		cmocka_unit_test(ids_and_epochs_have_one_length),
		cmocka_unit_test(a_result_has_a_classifier_with_its_hash),
		cmocka_unit_test(parts_that_cannot_be_absent),
		cmocka_unit_test(reasons_have_a_bound_too),
	};
	return cmocka_run_group_tests(tests, NULL, clean_up);
}

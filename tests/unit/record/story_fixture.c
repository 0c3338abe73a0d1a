#include "story_fixture.h"

#include "lib/story/sketch.h"
#include "workers/record/store_recording.h"

#include <string.h>

static const uint64_t accepted_us = UINT64_C(1735689600000000); /* 2025-01-01 */

int story_setup(void **state)
{
	int r = fixture_setup(state);
	struct fixture *f = *state;
	store_join_within(f->store, STORY_JOIN_DAYS);
	return r;
}

void story_reopen(struct fixture *f)
{
	fixture_reopen(f);
	store_join_within(f->store, STORY_JOIN_DAYS);
}

static struct text text_of(const char *s)
{
	return (struct text){s, strlen(s)};
}

static void fill(struct fixture *f, struct event *e, const struct told *told)
{
	event_init(e);
	e->kind = told->kind ? told->kind : EVENT_KIND_VIOLATION;
	e->status = told->status;
	e->scope = EVENT_SCOPE_CASE;
	e->place.code = told->area ? told->area : "81.71";
	e->place.name = arena_printf(&f->arena, "Area %s", e->place.code);
	e->election = told->election ? told->election : "";
	e->confidence = 0.5;
	if (told->person) {
		struct event_person *p = arena_calloc(&f->arena, 1, sizeof(*p));
		*p = (struct event_person){told->person, "lurah"};
		e->people = p;
		e->person_count = 1;
	}
}

static struct bytes sketch_of(struct fixture *f, uint8_t text)
{
	struct story_sketch *s = arena_calloc(&f->arena, 1, sizeof(*s));
	for (unsigned i = 0; i < SKETCH_VALUES; i++)
		s->value[i] = text * 1000U + i;
	return (struct bytes){(const uint8_t *)s->value, text ? SKETCH_BYTES : 0};
}

struct result *story_result(struct fixture *f, const struct story *story, uint8_t hash)
{
	struct result *r = fixture_result(f, story->n, 1, hash, NULL, 0);
	r->url = text_of(story->url ? story->url
				    : arena_printf(&f->arena, "https://k%u.example/a", story->n));
	r->published = text_of(story->published ? story->published : "2024-08-21");
	r->accepted_us = accepted_us + story->n;
	r->sketch = sketch_of(f, story->text);
	r->events = arena_calloc(&f->arena, 4, sizeof(*r->events));
	for (size_t i = 0; i < 4 && story->told[i].status; i++)
		fill(f, &r->events[r->event_count++], &story->told[i]);
	return r;
}

struct result *story_anew(struct fixture *f, const struct story *story, uint8_t was, uint8_t hash)
{
	struct result *r = story_result(f, story, hash);
	r->text_zstd = (struct bytes){NULL, 0};
	r->url = r->title = r->published = r->source = (struct text){"", 0};
	r->accepted_us = 0;
	r->has_replaces = true;
	r->replaces.revision = 1;
	memset(r->replaces.data_hash, was, sizeof(r->replaces.data_hash));
	return r;
}

struct record_status story_record(struct fixture *f, const struct result *r)
{
	struct record_status status;
	assert_int_equal(store_record(f->store, r, accepted_us, &status), 0);
	assert_int_equal(store_commit(f->store), status.outcome == RECORD_RECORDED);
	fixture_check(f);
	story_check(f);
	return status;
}

struct update story_last(struct fixture *f)
{
	return fixture_update(f, store_head(f->store));
}

/* --- the whole store --- */

typedef void row_fn(struct fixture *f, const MDB_val *k, const MDB_val *v, void *user);

static size_t each(struct fixture *f, MDB_dbi db, row_fn *fn, void *user)
{
	MDB_cursor *c;
	MDB_val k, v;
	size_t n = 0;
	assert_int_equal(mdb_cursor_open(f->store->reader, db, &c), 0);
	for (int rc = mdb_cursor_get(c, &k, &v, MDB_FIRST); rc == 0;
	     rc = mdb_cursor_get(c, &k, &v, MDB_NEXT), n++)
		fn(f, &k, &v, user);
	mdb_cursor_close(c);
	return n;
}

static const struct event_entry *find_entry(struct fixture *f, const struct report_id *id,
					    struct article_record *a)
{
	assert_int_equal(store_load_article(f->store, f->store->reader, id->record, a), 0);
	for (size_t i = 0; i < a->event_count; i++) {
		if (a->events[i].number == id->number)
			return &a->events[i];
	}
	return NULL;
}

static void count_member(struct fixture *f, const MDB_val *k, const MDB_val *v, void *user)
{
	const struct report_id *happening = user;
	(void)f, (void)v;
	struct report_id of = report_id_get(k->mv_data);
	if (report_id_equal(&of, happening))
		((struct report_id *)user)[1].number++;
}

static bool is_corrected(struct fixture *f, const struct report_id *id,
			 struct correction_state *ret)
{
	uint8_t key[REPORT_ID_BYTES];
	MDB_val v;
	report_id_put(key, id);
	*ret = (struct correction_state){.retracted = false};
	if (store_get(f->store->reader, f->store->corrections, key, sizeof(key), &v) != 1)
		return false;
	assert_int_equal(codec_decode_correction(v.mv_data, v.mv_size, &f->arena, ret), 0);
	return true;
}

/* What the happenings with rows count for. */
struct story_totals {
	size_t events, reports;
};

static struct update stored_update(struct fixture *f, uint64_t seq)
{
	MDB_val v;
	assert_int_equal(store_get_number(f->store->reader, f->store->updates, seq, &v), 1);
	return fixture_decode(f, (struct bytes){v.mv_data, v.mv_size});
}

/* 10: it is there when it has members and was not taken back. */
static void check_corrected(const struct update *u, const struct happening_row *h,
			    const struct correction_state *fix)
{
	assert_int_equal(u->change == CHANGE_REMOVED, h->count == 0 || fix->retracted);
	if (u->change != CHANGE_REMOVED && (fix->said.fields & CORRECTION_BIT(CORRECTION_STATUS)))
		assert_int_equal(u->event.status, fix->said.status);
}

/* 7: the row counts its members, its face is one, and its last update says so. */
static void check_happening(struct fixture *f, const MDB_val *k, const MDB_val *v, void *user)
{
	struct report_id counted[2] = {report_id_get(k->mv_data), {0, 0}};
	struct happening_row h;
	struct report_row face;
	struct correction_state fix;
	struct story_totals *totals = user;
	assert_int_equal(happening_row_decode(v->mv_data, v->mv_size, &h), 0);
	each(f, f->store->members, count_member, counted);
	bool corrected = is_corrected(f, &counted[0], &fix);
	struct update u = stored_update(f, h.seq);
	assert_true(h.count > 0 || corrected);
	assert_int_equal(h.count, counted[1].number);
	totals->events += u.change != CHANGE_REMOVED;
	totals->reports += u.change != CHANGE_REMOVED ? h.count : 0;
	if (corrected)
		check_corrected(&u, &h, &fix);
	if (u.change == CHANGE_REMOVED)
		return;
	assert_int_equal(store_get_report(f->store, f->store->reader, &h.face, &face), 1);
	assert_int_equal(face.state, REPORT_MEMBER);
	assert_true(report_id_equal(&face.happening, &counted[0]));
	assert_int_equal(u.report_count, h.count);
	if (!(fix.said.fields & CORRECTION_BIT(CORRECTION_STATUS)))
		assert_int_equal(u.event.status, face.status);
	struct article_record a;
	assert_non_null(find_entry(f, &h.face, &a));
	assert_true(article_id_equal(&u.article.id, &a.id));
}

/* 8: the event of a member is where its article's record says. 9: one of an article. */
static void check_member(struct fixture *f, const MDB_val *k, const MDB_val *v, void *user)
{
	struct report_id *last = user; /* its happening, and the member before */
	struct report_id happening = report_id_get(k->mv_data);
	struct report_id id = report_id_get((const uint8_t *)k->mv_data + REPORT_ID_BYTES);
	struct report_row row;
	struct article_record a;
	assert_false(report_id_equal(&last[0], &happening) && last[1].record == id.record);
	last[0] = happening;
	last[1] = id;
	assert_int_equal(store_get_report(f->store, f->store->reader, &id, &row), 1);
	assert_int_equal(row.state, REPORT_MEMBER);
	assert_true(report_id_equal(&row.happening, &happening));
	assert_int_equal(v->mv_size, 1);
	assert_int_equal(*(const uint8_t *)v->mv_data, row.status);
	const struct event_entry *e = find_entry(f, &id, &a);
	assert_non_null(e);
	MDB_val stored = {row.body.len, NULL};
	memcpy(&stored.mv_data, &row.body.ptr, sizeof(row.body.ptr));
	if (e->seq)
		assert_int_equal(
			store_get_number(f->store->reader, f->store->updates, e->seq, &stored), 1);
	struct update u = fixture_decode(f, (struct bytes){stored.mv_data, stored.mv_size});
	assert_int_equal(u.event.status, row.status);
	assert_true(article_id_equal(&u.article.id, &a.id));
}

static void check_report(struct fixture *f, const MDB_val *k, const MDB_val *v, void *user)
{
	struct report_id id = report_id_get(k->mv_data);
	struct report_row row;
	struct article_record a;
	size_t *members = user;
	assert_int_equal(report_row_decode(v->mv_data, v->mv_size, &row), 0);
	if (row.state != REPORT_WITHDRAWN)
		assert_non_null(find_entry(f, &id, &a));
	*members += row.state == REPORT_MEMBER;
}

/* A candidate is a report that is there, at its place, and names its happening. */
static void check_candidate(struct fixture *f, const MDB_val *k, const MDB_val *v, void *user)
{
	uint8_t key[CANDIDATE_KEY_BYTES];
	struct report_id id = report_id_get((const uint8_t *)k->mv_data + CANDIDATE_PREFIX_BYTES);
	struct candidate_row row;
	struct report_row report;
	struct article_record a;
	(void)user;
	assert_int_equal(candidate_row_decode(v->mv_data, v->mv_size, &row), 0);
	if (store_get_report(f->store, f->store->reader, &id, &report) == 1 &&
	    report.state == REPORT_WITHDRAWN)
		return;
	const struct event_entry *e = find_entry(f, &id, &a);
	assert_non_null(e);
	candidate_key(key, story_day(&a.published, a.accepted_us), e->kind, e->area, &id);
	assert_memory_equal(key, k->mv_data, sizeof(key));
	assert_int_equal(row.day, story_day(&a.published, a.accepted_us));
	if (store_get_report(f->store, f->store->reader, &id, &report) == 1) {
		assert_int_equal(report.state, REPORT_MEMBER);
		id = report.happening;
		assert_int_equal(report.status, row.facts.status);
		assert_memory_equal(&report.sketch, &row.sketch, sizeof(row.sketch));
	}
	assert_true(report_id_equal(&row.happening, &id));
}

static void count_single(struct fixture *f, const MDB_val *k, const MDB_val *v, void *user)
{
	struct article_record a;
	size_t *singles = user;
	assert_int_equal(article_record_decode(v->mv_data, v->mv_size, &a), 0);
	for (size_t i = 0; i < a.event_count; i++) {
		struct report_row row;
		const struct report_id id = {get_be64(k->mv_data), a.events[i].number};
		*singles += store_get_report(f->store, f->store->reader, &id, &row) == 0;
	}
}

void story_check(struct fixture *f)
{
	struct report_id last[2] = {{0, 0}, {0, 0}};
	struct store_counts counts;
	size_t members = 0, singles = 0;
	assert_int_equal(store_read_begin(f->store), 0);
	struct story_totals totals = {0};
	each(f, f->store->happenings, check_happening, &totals);
	assert_int_equal(each(f, f->store->members, check_member, last),
			 (each(f, f->store->reports, check_report, &members), members));
	each(f, f->store->candidates, check_candidate, NULL);
	each(f, f->store->articles, count_single, &singles);
	store_read_end(f->store);
	store_counts(f->store, &counts);
	assert_int_equal(counts.events, singles + totals.events);
	assert_int_equal(counts.reports, singles + totals.reports);
}

static void nothing(struct fixture *f, const MDB_val *k, const MDB_val *v, void *user)
{
	(void)f, (void)k, (void)v, (void)user;
}

size_t story_candidates(struct fixture *f)
{
	assert_int_equal(store_read_begin(f->store), 0);
	size_t n = each(f, f->store->candidates, nothing, NULL);
	store_read_end(f->store);
	return n;
}

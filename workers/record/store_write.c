/* The batch: one LMDB transaction that several results share.
 *
 * Invariants of a committed store, which the tests cite:
 *  1. Updates are numbered 1, 2, 3, ... without gaps, and articles likewise.
 *  2. An article's record, its text, its updates and their index entries are there together or not
 *     at all.
 *  3. prev_in_topic of an update is the number of the update before it in its topic.
 *  4. Every happening has one update that is not "gone", its last, unless that tells its end: the
 * one that its row names, or else the record of its only article.
 *  5. A number within an article never names two different events.
 *  6. The row of an area and a month counts the articles that "about" says are about it; those
 *     without a row there are the uncounted.
 *  7. An id is in the id map and in the filter of its slice, or its article came after the last
 *     merge of its slice.
 *
 * Whatever is wrong with a result is found before anything of it is put, so that refusing one does
 * not cost the others of its batch anything. What goes wrong afterwards is the store's trouble, and
 * the whole batch is given up. */
#include "workers/record/store_recording.h"

#include "proto/filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

enum { ARENA_LIMIT = 256 << 20 /* the old updates that one event is compared with, decoded */ };

/* --- the batch in memory --- */

static void forget_updates(struct store *s)
{
	buf_clear(&s->batch_bytes);
	s->batch_count = 0;
	s->new_count = 0;
	s->postings.count = 0;
	s->coverage.count = 0;
}

void store_batch_fini(struct store *s)
{
	buf_fini(&s->batch_bytes);
	free(s->batch_updates);
	free(s->new_ids);
	postings_fini(&s->postings);
	free(s->coverage.items);
	arena_fini(&s->arena);
	arena_fini(&s->scratch);
}

static void revert(struct store *s)
{
	forget_updates(s);
	topics_revert(s->topics);
	if (s->next.record != s->settled.record)
		recent_revert(s->recent, s->settled.record);
	s->next = s->settled;
}

static void settle(struct store *s)
{
	topics_settle(s->topics);
	for (unsigned i = 0; i < RECENT_SLICES; i++) {
		if (s->merged[i])
			recent_clear(s->recent, i);
	}
	s->settled = s->next;
}

static int open_batch(struct store *s)
{
	if (s->batch)
		return NETRAL_OK;
	forget_updates(s);
	s->changed = false;
	memset(s->merged, 0, sizeof(s->merged));
	s->arena.limit = s->scratch.limit = ARENA_LIMIT;
	return lmdb_error(mdb_txn_begin(s->env, NULL, 0, &s->batch));
}

void store_abort(struct store *s)
{
	MDB_txn *txn = netral_take(s->batch);
	if (!txn)
		return;
	mdb_txn_abort(txn);
	revert(s);
}

size_t store_batch_count(const struct store *s)
{
	return s->batch_count;
}

size_t store_batch_bytes(const struct store *s)
{
	return s->batch_bytes.len;
}

struct store_update store_batch_update(const struct store *s, size_t i)
{
	const struct batch_update *b = &s->batch_updates[i];
	return (struct store_update){.stored = {s->batch_bytes.data + b->offset, b->len},
				     .seq = b->seq,
				     .topic_number = b->topic_number,
				     .topic = b->topic};
}

/* --- is this result acceptable? --- */

/* Cheap, and enough to show the text later or to say that it is damaged: the frame's header and the
 * lengths of its blocks are read, nothing is decompressed. */
static const char *check_text(const struct result *r)
{
	if (r->text_size == 0 || r->text_size > ARTICLE_TEXT_MAX)
		return "text_size: not within 1 to 1048576";
	if (ZSTD_getFrameContentSize(r->text_zstd.ptr, r->text_zstd.len) != r->text_size)
		return "text_zstd: not a zstd frame that says it holds text_size bytes";
	if (ZSTD_findFrameCompressedSize(r->text_zstd.ptr, r->text_zstd.len) != r->text_zstd.len)
		return "text_zstd: not exactly one complete zstd frame";
	return NULL;
}

/* The codec has checked each field of what came over the wire; the store relies on these. */
static const char *check_result(const struct result *r)
{
	if (r->event_count > EVENTS_PER_ARTICLE_MAX)
		return "events: more than 64";
	for (size_t i = 0; i < r->event_count; i++) {
		if (topic_number(r->events[i].kind, r->events[i].place.code) < 0)
			return "events: a kind or an area code is not known";
	}
	const char *wrong = store_check_areas(r);
	return wrong || r->has_replaces ? wrong : check_text(r);
}

/* --- the changes of one article --- */

/* A result's events, as reports, and what becomes of them. */
struct changes {
	const struct change *plan;
	size_t count;
	struct event *events;   /* one a change: with its lasting id */
	struct report *reports; /* one a change */
	struct join *joins;     /* one a change */
};

static int make_report(struct store *s, const struct recording *rec, const struct change *c,
		       struct event *e, struct report *ret)
{
	char hex[ARTICLE_ID_HEX + 1];
	article_id_format(&rec->article.id, hex);
	*e = *c->event;
	e->id = arena_printf(&s->arena, "%s-%u", hex, c->number);
	if (!e->id)
		return NETRAL_ENOMEM;
	*ret = (struct report){.id = {rec->record, c->number}, .event = e};
	story_facts(e, rec->published, &ret->facts);
	return NETRAL_OK;
}

/* Happenings that the article reported before: one of its events does not join those of another. */
static int find_own(struct store *s, const struct recording *rec, struct report_id *own)
{
	int r = NETRAL_OK;
	for (size_t i = 0; rec->old && r >= 0 && i < rec->old->event_count; i++) {
		struct report_row row;
		own[i] = (struct report_id){rec->record, rec->old->events[i].number};
		r = store_get_report(s, s->batch, &own[i], &row);
		if (r == 1)
			own[i] = row.happening;
	}
	return r < 0 ? r : NETRAL_OK;
}

/* The plan has the new and the known events in any order, and at its end those that vanished. */
static int find_joins(struct store *s, const struct recording *rec, struct changes *c)
{
	struct report_id own[EVENTS_PER_ARTICLE_MAX];
	struct report fresh[EVENTS_PER_ARTICLE_MAX];
	struct join joins[EVENTS_PER_ARTICLE_MAX];
	size_t n = 0;
	for (size_t i = 0; i < c->count; i++) {
		if (c->plan[i].what == CHANGE_NEW)
			fresh[n++] = c->reports[i];
	}
	if (n == 0)
		return NETRAL_OK;
	int r = find_own(s, rec, own);
	if (r == NETRAL_OK)
		r = store_find_joins(s, rec, fresh, n, own, rec->old ? rec->old->event_count : 0,
				     joins);
	n = 0;
	for (size_t i = 0; r == NETRAL_OK && i < c->count; i++) {
		if (c->plan[i].what == CHANGE_NEW)
			c->joins[i] = joins[n++];
	}
	return r;
}

static int prepare_changes(struct store *s, const struct recording *rec, struct changes *c)
{
	c->events = arena_calloc(&s->arena, c->count + 1, sizeof(*c->events));
	c->reports = arena_calloc(&s->arena, c->count + 1, sizeof(*c->reports));
	c->joins = arena_calloc(&s->arena, c->count + 1, sizeof(*c->joins));
	int r = c->events && c->reports && c->joins ? NETRAL_OK : NETRAL_ENOMEM;
	for (size_t i = 0; r == NETRAL_OK && i < c->count; i++) {
		if (c->plan[i].event)
			r = make_report(s, rec, &c->plan[i], &c->events[i], &c->reports[i]);
	}
	return r == NETRAL_OK ? find_joins(s, rec, c) : r;
}

static void add_entry(struct article_record *a, const struct report *report, uint64_t seq)
{
	const struct event *e = report->event;
	struct event_entry *entry = &a->events[a->event_count++];
	*entry = (struct event_entry){
		.number = report->id.number, .seq = seq, .kind = (uint8_t)e->kind};
	snprintf(entry->area, sizeof(entry->area), "%s", e->place.code);
}

static int apply_change(struct store *s, struct recording *rec, const struct changes *c, size_t i)
{
	const struct report *report = &c->reports[i];
	uint64_t seq = 0;
	int r;
	if (c->plan[i].what == CHANGE_REMOVED)
		return store_withdraw(s, rec, c->plan[i].old);
	if (c->plan[i].old)
		r = store_read_anew(s, rec, report, c->plan[i].old, &seq);
	else if (c->joins[i].joins)
		r = store_join(s, rec, report, &c->joins[i].happening, &seq);
	else
		r = store_found(s, rec, report, &seq);
	add_entry(&rec->article, report, seq);
	return r;
}

static int apply_plan(struct store *s, struct recording *rec, const struct change *plan,
		      size_t count)
{
	struct changes c = {.plan = plan, .count = count};
	if (count == 0)
		return NETRAL_OK;
	int r = prepare_changes(s, rec, &c);
	for (size_t i = 0; r == NETRAL_OK && i < count; i++) {
		r = apply_change(s, rec, &c, i);
		arena_reset(&s->scratch);
	}
	return r;
}

static int put_article(struct store *s, const struct recording *rec, unsigned flags)
{
	uint8_t key[8], value[ARTICLE_RECORD_MAX];
	put_be64(key, rec->record);
	size_t len = article_record_encode(&rec->article, value);
	return store_put(s->batch, s->articles, key, sizeof(key), value, len, flags);
}

static int put_text(struct store *s, const struct recording *rec)
{
	uint8_t key[8];
	put_be64(key, rec->record);
	return store_put(s->batch, s->texts, key, sizeof(key), rec->result->text_zstd.ptr,
			 rec->result->text_zstd.len, MDB_APPEND);
}

/* --- one result --- */

static void describe(struct article_record *a, const struct result *r)
{
	a->id = r->article_id;
	a->accepted_us = r->accepted_us;
	a->text_size = r->text_size;
	a->url = r->url;
	a->title = r->title;
	a->published = r->published;
	a->source = r->source;
}

/* Puts the data hash in force: last. One that was in force before moves there. */
static void add_hash(struct article_record *a, const struct classifier_version *v)
{
	size_t kept = 0;
	for (size_t i = 0; i < a->hash_count; i++) {
		if (memcmp(a->hashes[i], v->data_hash, sizeof(v->data_hash)) != 0)
			memmove(a->hashes[kept++], a->hashes[i], sizeof(a->hashes[0]));
	}
	a->hash_count = kept;
	if (a->hash_count == VERSION_HASHES_MAX) {
		memmove(a->hashes[0], a->hashes[1], sizeof(a->hashes) - sizeof(a->hashes[0]));
		a->hash_count--;
	}
	memcpy(a->hashes[a->hash_count++], v->data_hash, sizeof(v->data_hash));
}

/* The sketch comes with the result; one of a stored article may leave it out. */
static int find_sketch(struct store *s, struct recording *rec)
{
	const struct article_record *old = rec->old;
	struct report_row report;
	struct candidate_row candidate;
	int r = NETRAL_OK;
	if (rec->result->sketch.len == SKETCH_BYTES) {
		memcpy(rec->sketch.value, rec->result->sketch.ptr, SKETCH_BYTES);
		return NETRAL_OK;
	}
	for (size_t i = 0; old && r == NETRAL_OK && i < old->event_count; i++) {
		const struct event_entry *e = &old->events[i];
		const struct report_id id = {rec->record, e->number};
		r = store_get_report(s, s->batch, &id, &report);
		if (r == 1 && report.state == REPORT_MEMBER) {
			rec->sketch = report.sketch;
			return NETRAL_OK;
		}
		r = r < 0 ? r : store_get_candidate(s, old, e->kind, e->area, &id, &candidate);
		if (r == 1)
			rec->sketch = candidate.sketch;
	}
	return r < 0 ? r : NETRAL_OK;
}

/* What the rule of happenings needs to know of the article. */
static int prepare_story(struct store *s, struct recording *rec)
{
	const struct text *published = &rec->article.published;
	rec->published = arena_strndup(&s->arena, published->ptr, published->len);
	return rec->published ? find_sketch(s, rec) : NETRAL_ENOMEM;
}

static int record_new(struct store *s, const struct result *r, uint64_t now_us,
		      struct record_status *status)
{
	struct recording rec = {
		.result = r, .now_us = now_us, .record = ++s->next.record, .status = status};
	struct change plan[CHANGES_MAX];
	describe(&rec.article, r);
	rec.article.revision = r->classifier.revision;
	rec.article.next_number = 1;
	add_hash(&rec.article, &r->classifier);
	size_t n = change_plan(NULL, 0, r->events, r->event_count, &rec.article.next_number, plan);
	int err = prepare_story(s, &rec);
	if (err == NETRAL_OK)
		err = apply_plan(s, &rec, plan, n);
	if (err == NETRAL_OK)
		err = put_article(s, &rec, MDB_APPEND);
	if (err == NETRAL_OK)
		err = put_text(s, &rec);
	if (err == NETRAL_OK)
		err = store_count_new(s, &rec);
	if (err == NETRAL_OK)
		err = store_add_id(s, &r->article_id);
	s->next.unmerged++;
	return err;
}

/* Has this version, or a later one, been recorded for the article? A result from the queue may be
 * old: a hash that was in force once does not come back by it. */
static bool is_known(const struct article_record *a, const struct classifier_version *v)
{
	if (v->revision != a->revision)
		return v->revision < a->revision;
	for (size_t i = 0; i < a->hash_count; i++) {
		if (memcmp(a->hashes[i], v->data_hash, sizeof(v->data_hash)) == 0)
			return true;
	}
	return false;
}

/* A put may move the page that a stored record was read from: its strings go into the arena. */
static int keep_strings(struct store *s, struct article_record *a)
{
	struct text *const strings[] = {&a->url, &a->title, &a->published, &a->source};
	for (size_t i = 0; i < netral_countof(strings); i++) {
		strings[i]->ptr = arena_strndup(&s->arena, strings[i]->ptr, strings[i]->len);
		if (!strings[i]->ptr)
			return NETRAL_ENOMEM;
	}
	return NETRAL_OK;
}

/* Another classification of an article that is stored: its text stays. */
static int record_again(struct store *s, const struct result *r, uint64_t now_us, uint64_t record,
			const struct article_record *old, struct record_status *status)
{
	struct recording rec = {.result = r,
				.now_us = now_us,
				.record = record,
				.article = *old,
				.old = old,
				.status = status};
	struct change plan[CHANGES_MAX];
	if (!r->has_replaces)
		describe(&rec.article, r);
	if (r->classifier.revision != old->revision)
		rec.article.hash_count = 0;
	rec.article.revision = r->classifier.revision;
	add_hash(&rec.article, &r->classifier);
	size_t n = change_plan(old->events, old->event_count, r->events, r->event_count,
			       &rec.article.next_number, plan);
	rec.article.event_count = 0;
	int err = prepare_story(s, &rec);
	if (err == NETRAL_OK)
		err = apply_plan(s, &rec, plan, n);
	if (err == NETRAL_OK)
		err = store_count_again(s, &rec);
	return err == NETRAL_OK ? put_article(s, &rec, 0) : err;
}

/* One that replaces was made from what is stored, and tells what it saw: if that is in force no
 * more, another one came first. So the tables may go back to what they were, and a result that is
 * sent twice, or late, undoes nothing. */
static bool is_outdated(const struct article_record *a, const struct result *r)
{
	return r->classifier.revision < a->revision || !article_record_in_force(a, &r->replaces) ||
	       article_record_in_force(a, &r->classifier);
}

static int refuse(struct record_status *status, const char *reason)
{
	*status = (struct record_status){.outcome = RECORD_REFUSED, .reason = reason};
	return NETRAL_OK;
}

static int record_known(struct store *s, const struct result *r, uint64_t now_us, uint64_t record,
			struct record_status *status)
{
	struct article_record old;
	int err = store_load_article(s, s->batch, record, &old);
	if (err < 0)
		return err;
	if (r->has_replaces && r->text_size != old.text_size)
		return refuse(status, "text_size: not that of the stored text");
	if (r->has_replaces ? is_outdated(&old, r) : is_known(&old, &r->classifier)) {
		status->outcome = RECORD_UNCHANGED;
		return NETRAL_OK;
	}
	if (old.next_number > EVENT_NUMBER_MAX - EVENTS_PER_ARTICLE_MAX)
		return refuse(status, "events: the article has used up its numbers");
	s->changed = true;
	err = keep_strings(s, &old);
	return err == NETRAL_OK ? record_again(s, r, now_us, record, &old, status) : err;
}

static int record_checked(struct store *s, const struct result *r, uint64_t now_us,
			  struct record_status *status)
{
	uint64_t record;
	int found = store_find(s, s->batch, &r->article_id, &record);
	if (found < 0)
		return found;
	if (found)
		return record_known(s, r, now_us, record, status);
	if (r->has_replaces)
		return refuse(status, "article_id: not in the store, there is nothing to replace");
	s->changed = true;
	return record_new(s, r, now_us, status);
}

int store_record(struct store *s, const struct result *r, uint64_t now_us,
		 struct record_status *ret_status)
{
	const char *wrong = check_result(r);
	if (wrong)
		return refuse(ret_status, wrong);
	*ret_status = (struct record_status){.outcome = RECORD_RECORDED, .reason = ""};
	int err = open_batch(s);
	if (err == NETRAL_OK)
		err = record_checked(s, r, now_us, ret_status);
	arena_reset(&s->arena);
	arena_reset(&s->scratch);
	if (err < 0)
		store_abort(s);
	return err;
}

/* --- the commit: first what was gathered for the whole batch --- */

static int put_topics(struct store *s)
{
	size_t count;
	const uint16_t *changed = topics_changed(s->topics, &count);
	int r = NETRAL_OK;
	for (size_t i = 0; r == NETRAL_OK && i < count; i++) {
		int kind;
		char area[EVENT_AREA_CODE_MAX];
		uint8_t key[TOPIC_KEY_BYTES], value[8];
		topic_name(changed[i], &kind, area);
		topic_key(key, kind, area);
		put_be64(value, topics_last(s->topics, changed[i]));
		r = store_put(s->batch, s->topic_heads, key, sizeof(key), value, sizeof(value), 0);
	}
	return r;
}

/* Merges `count` postings of one key into its set. */
static int put_set(MDB_cursor *c, const struct posting *p, size_t count)
{
	struct set set = {0};
	MDB_val k = mdb_bytes(p->key, POSTING_KEY_BYTES), v;
	int rc = mdb_cursor_get(c, &k, &v, MDB_SET);
	if (rc == 0 && set_load(&set, v.mv_data, v.mv_size) < 0)
		return NETRAL_EMALFORMED;
	if (rc && rc != MDB_NOTFOUND)
		return lmdb_error(rc);
	for (size_t i = 0; i < count; i++)
		set_add(&set, p[i].offset);
	uint8_t value[SET_BYTES];
	v = mdb_bytes(value, set_store(&set, value));
	k = mdb_bytes(p->key, POSTING_KEY_BYTES);
	return lmdb_error(mdb_cursor_put(c, &k, &v, 0));
}

/* Sorted, so that the cursor finds most keys in the page where it is. */
static int put_postings(struct store *s)
{
	const struct postings *p = &s->postings;
	MDB_cursor *c = NULL;
	int r = lmdb_error(mdb_cursor_open(s->batch, s->terms, &c));
	if (r < 0)
		return r;
	postings_sort(&s->postings);
	for (size_t i = 0, n; r == NETRAL_OK && i < p->count; i += n) {
		n = 1;
		while (i + n < p->count &&
		       memcmp(p->items[i].key, p->items[i + n].key, POSTING_KEY_BYTES) == 0)
			n++;
		r = put_set(c, &p->items[i], n);
	}
	mdb_cursor_close(c);
	return r;
}

static int put_total(struct store *s, const char *key, uint64_t total)
{
	uint8_t value[8];
	put_be64(value, total);
	return store_put(s->batch, s->meta, key, strlen(key), value, sizeof(value), 0);
}

static int put_gathered(struct store *s)
{
	int r = put_topics(s);
	if (r == NETRAL_OK)
		r = put_postings(s);
	if (r == NETRAL_OK)
		r = store_log_ids(s);
	if (r == NETRAL_OK)
		r = store_merge_ids(s);
	if (r == NETRAL_OK)
		r = store_put_coverage(s);
	if (r == NETRAL_OK)
		r = put_total(s, "events", s->next.events);
	if (r == NETRAL_OK)
		r = put_total(s, "reports", s->next.reports);
	return r == NETRAL_OK ? put_total(s, "uncounted", s->next.uncounted) : r;
}

int store_commit(struct store *s)
{
	if (!s->batch || !s->changed) {
		store_abort(s);
		forget_updates(s);
		return NETRAL_OK;
	}
	int r = put_gathered(s);
	if (r < 0) {
		store_abort(s);
		return r;
	}
	crash_point("record-before-commit");
	r = store_commit_txn(netral_take(s->batch));
	if (r < 0) {
		revert(s);
		return r;
	}
	crash_point("record-after-commit");
	settle(s);
	return 1;
}

/* The batch: one LMDB transaction that several results share.
 *
 * Invariants of a committed store, which the tests cite:
 *  1. Updates are numbered 1, 2, 3, ... without gaps, and articles likewise.
 *  2. An article's record, its text, its updates and their index entries are there together or not
 *     at all.
 *  3. prev_in_topic of an update is the number of the update before it in its topic.
 *  4. Every entry of an article's record names an update that is not "gone"; every other update is.
 *  5. A number within an article never names two different events.
 *  6. An id is in the id map and in the filter of its slice, or its article came after the last
 *     merge of its slice.
 *
 * Whatever is wrong with a result is found before anything of it is put, so that refusing one does
 * not cost the others of its batch anything. What goes wrong afterwards is the store's trouble, and
 * the whole batch is given up. */
#include "workers/record/store_internal.h"

#include "proto/filter.h"
#include "workers/record/change.h"

#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

enum {
	ID_TEXT_SIZE = ARTICLE_ID_HEX + 1 + 10 + 1,
	UPDATES_FIRST = 256,
	ARENA_LIMIT = 256 << 20, /* the old updates of one article, decoded */
};

/* --- the batch in memory --- */

static void forget_updates(struct store *s)
{
	buf_clear(&s->batch_bytes);
	s->batch_count = 0;
	s->new_count = 0;
	s->postings.count = 0;
}

void store_batch_fini(struct store *s)
{
	buf_fini(&s->batch_bytes);
	free(s->batch_updates);
	free(s->new_ids);
	postings_fini(&s->postings);
	arena_fini(&s->arena);
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
	s->arena.limit = ARENA_LIMIT;
	return store_error(mdb_txn_begin(s->env, NULL, 0, &s->batch));
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

static struct batch_update *new_batch_update(struct store *s)
{
	if (s->batch_count == s->batch_cap) {
		size_t cap = s->batch_cap ? s->batch_cap * 2 : UPDATES_FIRST;
		struct batch_update *list =
			fault_realloc(s->batch_updates, cap * sizeof(*s->batch_updates));
		if (!list)
			return NULL;
		s->batch_updates = list;
		s->batch_cap = cap;
	}
	return &s->batch_updates[s->batch_count];
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
	return r->has_replaces ? NULL : check_text(r);
}

/* --- one update --- */

struct recording {
	const struct result *result;
	uint64_t now_us;
	uint64_t record;
	struct article_record article; /* as it will be */
	struct record_status *status;  /* counts its updates */
};

static struct article_ref ref_of(const struct article_record *a)
{
	return (struct article_ref){.id = a->id,
				    .url = a->url,
				    .title = a->title,
				    .published = a->published,
				    .source = a->source};
}

static int put_update(struct store *s, const struct update *u, int topic)
{
	struct batch_update *b = new_batch_update(s);
	if (!b)
		return NETRAL_ENOMEM;
	b->offset = s->batch_bytes.len;
	int r = codec_encode_update(u, &s->batch_bytes);
	if (r < 0)
		return r;
	b->len = s->batch_bytes.len - b->offset;
	b->seq = u->seq;
	b->topic_number = topic;
	codec_topic(&u->event, b->topic);
	s->batch_count++;
	topics_set(s->topics, topic, u->seq);

	uint8_t key[8];
	put_be64(key, u->seq);
	return store_put(s->batch, s->updates, key, sizeof(key), s->batch_bytes.data + b->offset,
			 b->len, MDB_APPEND);
}

static void count_update(struct record_status *status, enum update_change what)
{
	status->added += what == CHANGE_NEW;
	status->changed += what == CHANGE_CHANGED;
	status->removed += what == CHANGE_REMOVED;
}

/* Gives the event the next number in the log. */
static int log_update(struct store *s, const struct recording *rec, enum update_change what,
		      const struct event *e)
{
	int topic = topic_number(e->kind, e->place.code);
	if (topic < 0)
		return NETRAL_EMALFORMED; /* only a damaged store has one */
	struct update u = {.epoch = s->epoch,
			   .seq = ++s->next.head,
			   .prev_in_topic = topics_last(s->topics, topic),
			   .change = what,
			   .recorded_us = rec->now_us,
			   .accepted_us = rec->article.accepted_us,
			   .event = *e,
			   .article = ref_of(&rec->article)};
	int r = put_update(s, &u, topic);
	count_update(rec->status, what);
	return r == NETRAL_OK ? postings_add_event(&s->postings, u.seq, e) : r;
}

static int load_update(struct store *s, uint64_t seq, MDB_val *ret_stored, struct update *ret)
{
	int r = store_get_number(s->batch, s->updates, seq, ret_stored);
	if (r < 1)
		return r < 0 ? r : NETRAL_EMALFORMED;
	return codec_decode_update(ret_stored->mv_data, ret_stored->mv_size, &s->arena, ret);
}

/* The same event as before? It is when its last update, written with the new event, has the same
 * bytes. */
static int is_equal(struct store *s, uint64_t seq, const struct event *e, bool *ret_equal)
{
	MDB_val stored;
	struct update probe;
	size_t at = s->batch_bytes.len;
	int r = load_update(s, seq, &stored, &probe);
	if (r < 0)
		return r;
	probe.event = *e;
	r = codec_encode_update(&probe, &s->batch_bytes);
	if (r < 0)
		return r;
	*ret_equal = s->batch_bytes.len - at == stored.mv_size &&
		     memcmp(s->batch_bytes.data + at, stored.mv_data, stored.mv_size) == 0;
	s->batch_bytes.len = at;
	return NETRAL_OK;
}

/* --- one change of one article --- */

static void add_entry(struct article_record *a, const struct change *c, uint64_t seq)
{
	struct event_entry *entry = &a->events[a->event_count++];
	*entry = (struct event_entry){
		.number = c->number, .seq = seq, .kind = (uint8_t)c->event->kind};
	snprintf(entry->area, sizeof(entry->area), "%s", c->event->place.code);
}

static int apply_present(struct store *s, struct recording *rec, const struct change *c)
{
	char hex[ARTICLE_ID_HEX + 1], id[ID_TEXT_SIZE];
	struct event e = *c->event;
	article_id_format(&rec->result->article_id, hex);
	snprintf(id, sizeof(id), "%s-%u", hex, c->number);
	e.id = id;

	bool equal = false;
	int r = c->old ? is_equal(s, c->old->seq, &e, &equal) : NETRAL_OK;
	if (r == NETRAL_OK && !equal)
		r = log_update(s, rec, c->what, &e);
	if (r == NETRAL_OK && c->old && !equal)
		r = postings_add_gone(&s->postings, c->old->seq);
	add_entry(&rec->article, c, equal ? c->old->seq : s->next.head);
	s->next.events += c->old ? 0 : 1;
	return r;
}

/* The notice itself is gone too: it is not an event's present state. */
static int apply_removed(struct store *s, const struct recording *rec, const struct change *c)
{
	MDB_val stored;
	struct update old;
	int r = load_update(s, c->old->seq, &stored, &old);
	if (r == NETRAL_OK)
		r = log_update(s, rec, CHANGE_REMOVED, &old.event);
	if (r == NETRAL_OK)
		r = postings_add_gone(&s->postings, c->old->seq);
	if (r == NETRAL_OK)
		r = postings_add_gone(&s->postings, s->next.head);
	s->next.events--;
	return r;
}

static int apply_plan(struct store *s, struct recording *rec, const struct change *plan,
		      size_t count)
{
	int r = NETRAL_OK;
	for (size_t i = 0; r == NETRAL_OK && i < count; i++)
		r = plan[i].what == CHANGE_REMOVED ? apply_removed(s, rec, &plan[i])
						   : apply_present(s, rec, &plan[i]);
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
	int err = apply_plan(s, &rec, plan, n);
	if (err == NETRAL_OK)
		err = put_article(s, &rec, MDB_APPEND);
	if (err == NETRAL_OK)
		err = put_text(s, &rec);
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
	struct recording rec = {
		.result = r, .now_us = now_us, .record = record, .article = *old, .status = status};
	struct change plan[CHANGES_MAX];
	if (!r->has_replaces)
		describe(&rec.article, r);
	else if (keep_strings(s, &rec.article) < 0)
		return NETRAL_ENOMEM;
	if (r->classifier.revision != old->revision)
		rec.article.hash_count = 0;
	rec.article.revision = r->classifier.revision;
	add_hash(&rec.article, &r->classifier);
	size_t n = change_plan(old->events, old->event_count, r->events, r->event_count,
			       &rec.article.next_number, plan);
	rec.article.event_count = 0;
	int err = apply_plan(s, &rec, plan, n);
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
	return record_again(s, r, now_us, record, &old, status);
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
		return store_error(rc);
	for (size_t i = 0; i < count; i++)
		set_add(&set, p[i].offset);
	uint8_t value[SET_BYTES];
	v = mdb_bytes(value, set_store(&set, value));
	k = mdb_bytes(p->key, POSTING_KEY_BYTES);
	return store_error(mdb_cursor_put(c, &k, &v, 0));
}

/* Sorted, so that the cursor finds most keys in the page where it is. */
static int put_postings(struct store *s)
{
	const struct postings *p = &s->postings;
	MDB_cursor *c = NULL;
	int r = store_error(mdb_cursor_open(s->batch, s->terms, &c));
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

static int put_gathered(struct store *s)
{
	uint8_t events[8];
	put_be64(events, s->next.events);
	int r = put_topics(s);
	if (r == NETRAL_OK)
		r = put_postings(s);
	if (r == NETRAL_OK)
		r = store_log_ids(s);
	if (r == NETRAL_OK)
		r = store_merge_ids(s);
	if (r == NETRAL_OK)
		r = store_put(s->batch, s->meta, "events", strlen("events"), events, sizeof(events),
			      0);
	return r;
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

/* An article is taken down: what was kept of it is erased, in one transaction.
 *
 *  1. Updates of the log that show the article lose what they have of it. Their number, topic,
 *     kind, status and place stay, so that the log has no gap and every subscriber's chain holds.
 *     Those that only list it lose that entry.
 *  2. Its reports leave their happenings, as at a withdrawal, and nothing is kept to know them by.
 *  3. It is in no count of articles read about an area.
 *  4. Its text goes; its record keeps the id alone, with a text of 0 bytes: whatever comes with it
 *     again is known. The hash of its URL goes into "takedowns".
 *
 * LMDB keeps the bytes of what it deletes in pages that are free and in the unused parts of others.
 * Overwriting values first does not help: pages are copied before they are written, and split. What
 * helps is a compacted copy, which has neither; docs/corrections.md says so, and a test looks. */
#include "lib/web/url.h"
#include "workers/record/store_recording.h"

#include <stdio.h>
#include <stdlib.h>

static const uint8_t tombstone[1] = {1};

/* --- addresses --- */

/* The same for every way to write an address that url_resolve() makes one. */
static int hash_url(struct store *s, const struct text *url, struct article_id *ret)
{
	const struct text none = {"", 0};
	struct text plain;
	int r = url_resolve(&none, url, &s->scratch, &plain);
	if (r == NETRAL_ENOMEM)
		return r;
	if (r < 0)
		plain = *url;
	*ret = article_id_of(plain.ptr, plain.len, "", 0);
	return NETRAL_OK;
}

int store_is_taken_down(struct store *s, const struct text *url)
{
	struct article_id hash;
	MDB_stat stat;
	MDB_val v;
	int rc = mdb_stat(s->batch, s->takedowns, &stat);
	if (rc || stat.ms_entries == 0 || url->len == 0)
		return lmdb_error(rc);
	int r = hash_url(s, url, &hash);
	return r < 0 ? r : store_get(s->batch, s->takedowns, hash.bytes, sizeof(hash.bytes), &v);
}

/* --- the log --- */

static int put_number(struct store *s, MDB_dbi db, uint64_t number, const void *value, size_t len)
{
	uint8_t key[8];
	put_be64(key, number);
	return store_put(s->batch, db, key, sizeof(key), value, len, 0);
}

/* What a subscriber needs to keep count, and nothing that was read. */
static void blank_event(struct event *e)
{
	struct event kept;
	event_init(&kept);
	kept.id = e->id;
	kept.kind = e->kind;
	kept.status = e->status;
	kept.scope = e->scope;
	kept.place = e->place;
	*e = kept;
}

static void blank_update(struct update *u, const struct article_id *id)
{
	size_t kept = 0;
	for (size_t i = 0; i < u->listed_count; i++) {
		if (!article_id_equal(&u->reports[i].article.id, id))
			u->reports[kept++] = u->reports[i];
	}
	u->report_count -= (uint32_t)(u->listed_count - kept);
	u->listed_count = kept;
	if (u->report_count == 0)
		u->report_count = 1;
	if (article_id_equal(&u->article.id, id)) {
		blank_event(&u->event);
		u->article = (struct article_ref){.id = *id};
		u->correction = (struct correction_mark){.note = ""};
	}
}

static int rewrite_update(struct store *s, uint64_t seq, const struct article_id *id)
{
	netral_cleanup(buf_fini) struct buf value;
	struct update u;
	buf_init(&value, 0);
	int r = store_load_update(s, seq, &s->scratch, &u);
	if (r == NETRAL_OK) {
		blank_update(&u, id);
		r = codec_encode_update(&u, &value);
	}
	if (r == NETRAL_OK)
		r = put_number(s, s->updates, seq, value.data, value.len);
	arena_reset(&s->scratch);
	return r;
}

/* The bytes of the id are in every update that shows or lists the article, and need no decoding to
 * be found. What they hit by chance is rewritten as it was. */
static int blank_log(struct store *s, const struct article_id *id, uint64_t *rewritten)
{
	for (uint64_t seq = 1; seq <= s->next.head; seq++) {
		MDB_val v;
		int r = store_get_number(s->batch, s->updates, seq, &v);
		if (r < 1)
			return r < 0 ? r : NETRAL_EMALFORMED;
		if (!memmem(v.mv_data, v.mv_size, id->bytes, sizeof(id->bytes)))
			continue;
		r = rewrite_update(s, seq, id);
		if (r < 0)
			return r;
		++*rewritten;
	}
	return NETRAL_OK;
}

/* --- one article --- */

/* Of all its reports, also of those that were withdrawn before. */
static int erase_rows(struct store *s, uint64_t record)
{
	MDB_cursor *c = NULL;
	uint8_t from[REPORT_ID_BYTES];
	const struct report_id first = {record, 0};
	report_id_put(from, &first);
	int rc = mdb_cursor_open(s->batch, s->reports, &c);
	for (; rc == 0;) {
		MDB_val k = mdb_bytes(from, sizeof(from)), v;
		uint8_t key[REPORT_ID_BYTES];
		rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
		if (rc || k.mv_size != sizeof(key) || report_id_get(k.mv_data).record != record)
			break;
		memcpy(key, k.mv_data, sizeof(key));
		int r = store_delete(s->batch, s->reports, key, sizeof(key));
		if (r < 0) {
			mdb_cursor_close(c);
			return r;
		}
	}
	if (c)
		mdb_cursor_close(c);
	return rc == MDB_NOTFOUND ? NETRAL_OK : lmdb_error(rc);
}

static bool is_candidate_of(const MDB_val *k, uint64_t record)
{
	return k->mv_size == CANDIDATE_KEY_BYTES &&
	       report_id_get((const uint8_t *)k->mv_data + CANDIDATE_PREFIX_BYTES).record == record;
}

/* By a walk over all: a report that was withdrawn may have left one behind under the day on which
 * its article was published then. */
static int erase_candidates(struct store *s, uint64_t record)
{
	MDB_cursor *c = NULL;
	MDB_val k, v;
	int rc = mdb_cursor_open(s->batch, s->candidates, &c);
	if (rc)
		return lmdb_error(rc);
	rc = mdb_cursor_get(c, &k, &v, MDB_FIRST);
	while (rc == 0) {
		if (is_candidate_of(&k, record))
			rc = mdb_cursor_del(c, 0);
		rc = rc ? rc : mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(c);
	return rc == MDB_NOTFOUND ? NETRAL_OK : lmdb_error(rc);
}

static int withdraw_all(struct store *s, struct recording *rec)
{
	int r = NETRAL_OK;
	for (size_t i = 0; r == NETRAL_OK && i < rec->old->event_count; i++) {
		r = store_withdraw(s, rec, &rec->old->events[i]);
		arena_reset(&s->scratch);
	}
	return r;
}

static int put_tombstones(struct store *s, const struct recording *rec)
{
	uint8_t value[ARTICLE_RECORD_MAX], key[8];
	struct article_id hash;
	int r = NETRAL_OK;
	put_be64(key, rec->record);
	size_t len = article_record_encode(&rec->article, value);
	if (rec->old->url.len) {
		r = hash_url(s, &rec->old->url, &hash);
		if (r == NETRAL_OK)
			r = store_put(s->batch, s->takedowns, hash.bytes, sizeof(hash.bytes),
				      tombstone, sizeof(tombstone), 0);
	}
	if (r == NETRAL_OK)
		r = put_number(s, s->articles, rec->record, value, len);
	return r == NETRAL_OK ? store_delete(s->batch, s->texts, key, sizeof(key)) : r;
}

static int log_takedown(struct store *s, const struct article_id *id, const struct msg_take_down *m,
			uint64_t now_us)
{
	char hex[ARTICLE_ID_HEX + 1] = "";
	if (id)
		article_id_format(id, hex);
	const struct correction_entry e = {.at_us = now_us,
					   .verb = CORRECT_TAKE_DOWN,
					   .id = hex,
					   .by = m->by,
					   .note = m->note};
	return store_log_correction(s, &e);
}

static int take_down_one(struct store *s, uint64_t record, const struct msg_take_down *m,
			 uint64_t now_us, struct store_taken_down *ret)
{
	struct record_status status = {.outcome = RECORD_RECORDED};
	struct article_record old;
	int r = store_load_article(s, s->batch, record, &old);
	if (r == NETRAL_OK)
		r = store_keep_strings(s, &old);
	if (r < 0 || old.text_size == 0)
		return r;
	struct recording rec = {.now_us = now_us,
				.record = record,
				.article = old,
				.old = &old,
				.published = "",
				.status = &status,
				.erased = true};
	rec.article.url = rec.article.title = rec.article.published = rec.article.source =
		(struct text){"", 0};
	rec.article.text_size = 0;
	rec.article.event_count = 0;
	s->changed = true;
	r = blank_log(s, &old.id, &ret->rewritten);
	if (r == NETRAL_OK)
		r = withdraw_all(s, &rec);
	if (r == NETRAL_OK)
		r = erase_rows(s, record);
	if (r == NETRAL_OK)
		r = erase_candidates(s, record);
	if (r == NETRAL_OK)
		r = store_count_erased(s, record);
	if (r == NETRAL_OK)
		r = put_tombstones(s, &rec);
	if (r == NETRAL_OK)
		r = log_takedown(s, &old.id, m, now_us);
	ret->articles++;
	ret->changed += status.changed;
	ret->removed += status.removed;
	return r;
}

/* --- which articles --- */

struct found {
	uint64_t records[STORE_TAKEDOWN_MAX];
	size_t count;
	bool more;
};

static void keep_record(struct found *f, uint64_t record)
{
	for (size_t i = 0; i < f->count; i++) {
		if (f->records[i] == record)
			return;
	}
	if (f->count == STORE_TAKEDOWN_MAX)
		f->more = true;
	else
		f->records[f->count++] = record;
}

/* Adds every article with this address; there is no index by it, so all are looked at. */
static int find_by_url(struct store *s, const struct text *url, struct found *f)
{
	struct article_id wanted, hash;
	struct article_record a;
	int r = hash_url(s, url, &wanted);
	for (uint64_t n = 1; r == NETRAL_OK && n <= s->next.record; n++) {
		r = store_load_article(s, s->batch, n, &a);
		if (r < 0 || a.url.len == 0)
			continue;
		r = hash_url(s, &a.url, &hash);
		arena_reset(&s->scratch);
		if (r == NETRAL_OK && article_id_equal(&hash, &wanted))
			keep_record(f, n);
	}
	return r;
}

static int refuse(struct store_taken_down *ret, enum msg_code code, const char *reason)
{
	ret->refusal = (struct store_refusal){code, reason};
	return NETRAL_OK;
}

/* The article with this id, and all with its address. */
static int find_by_id(struct store *s, const char *id, struct found *f,
		      struct store_taken_down *ret)
{
	struct article_record a;
	struct report_id named;
	int r = store_read_begin(s);
	if (r < 0)
		return r;
	r = store_resolve(s, id, &named);
	store_read_end(s);
	if (r == STORE_NONE)
		return refuse(ret, CODE_NOT_FOUND, "article: no such article");
	if (r == STORE_MANY)
		return refuse(ret, CODE_AMBIGUOUS,
			      "article: more than one begins like this, give more digits");
	if (r < 0 || named.number)
		return r < 0 ? r
			     : refuse(ret, CODE_MALFORMED,
				      "article: the id of an event; an article's has no dash");
	keep_record(f, named.record);
	r = store_load_article(s, s->batch, named.record, &a);
	if (r == NETRAL_OK)
		r = store_keep_strings(s, &a);
	return r == NETRAL_OK && a.url.len ? find_by_url(s, &a.url, f) : r;
}

/* An address of which nothing is stored is remembered all the same. */
static int remember_url(struct store *s, const struct text *url, const struct msg_take_down *m,
			uint64_t now_us)
{
	struct article_id hash;
	int known = store_is_taken_down(s, url);
	int r = known == 0 ? hash_url(s, url, &hash) : NETRAL_OK;
	if (known != 0 || r < 0)
		return known < 0 ? known : r;
	s->changed = true;
	r = store_put(s->batch, s->takedowns, hash.bytes, sizeof(hash.bytes), tombstone,
		      sizeof(tombstone), 0);
	return r == NETRAL_OK ? log_takedown(s, NULL, m, now_us) : r;
}

static int take_down(struct store *s, const struct msg_take_down *m, uint64_t now_us,
		     struct store_taken_down *ret)
{
	struct found f = {.count = 0};
	const struct text url = {m->article, strlen(m->article)};
	bool is_url = strstr(m->article, "://") != NULL;
	int r = is_url ? find_by_url(s, &url, &f) : find_by_id(s, m->article, &f, ret);
	if (r < 0 || ret->refusal.code != CODE_NONE)
		return r;
	ret->more = f.more;
	for (size_t i = 0; r == NETRAL_OK && i < f.count; i++)
		r = take_down_one(s, f.records[i], m, now_us, ret);
	return r == NETRAL_OK && is_url && f.count == 0 ? remember_url(s, &url, m, now_us) : r;
}

int store_take_down(struct store *s, const struct msg_take_down *m, uint64_t now_us,
		    struct store_taken_down *ret)
{
	*ret = (struct store_taken_down){.refusal = {CODE_NONE, ""}};
	int r = store_open_batch(s);
	if (r == NETRAL_OK)
		r = take_down(s, m, now_us, ret);
	arena_reset(&s->arena);
	arena_reset(&s->scratch);
	if (r < 0)
		store_abort(s);
	return r;
}

/* The rows of happenings and of their reports, and what they say: which reports there are, what
 * each told, and which of them stay candidates. */
#include "workers/record/store_recording.h"

enum { NEWEST_CANDIDATES = 6 /* members that stay candidates, beside the first and the face */ };

/* --- rows --- */

static int get_row(struct store *s, MDB_txn *txn, MDB_dbi db, const struct report_id *id,
		   MDB_val *ret)
{
	uint8_t key[REPORT_ID_BYTES];
	(void)s;
	report_id_put(key, id);
	return store_get(txn, db, key, sizeof(key), ret);
}

int store_get_report(struct store *s, MDB_txn *txn, const struct report_id *id,
		     struct report_row *ret_row)
{
	MDB_val v;
	int r = get_row(s, txn, s->reports, id, &v);
	if (r < 1)
		return r;
	r = report_row_decode(v.mv_data, v.mv_size, ret_row);
	return r < 0 ? r : 1;
}

int store_get_happening(struct store *s, MDB_txn *txn, const struct report_id *id,
			struct happening_row *ret_row)
{
	MDB_val v;
	int r = get_row(s, txn, s->happenings, id, &v);
	if (r < 1)
		return r;
	r = happening_row_decode(v.mv_data, v.mv_size, ret_row);
	return r < 0 ? r : 1;
}

int store_put_happening(struct store *s, const struct happening *h)
{
	uint8_t key[REPORT_ID_BYTES], value[HAPPENING_ROW_MAX];
	report_id_put(key, &h->id);
	return store_put(s->batch, s->happenings, key, sizeof(key), value,
			 happening_row_encode(&h->row, value), 0);
}

int store_drop_row(struct store *s, MDB_dbi db, const struct report_id *id)
{
	uint8_t key[REPORT_ID_BYTES];
	report_id_put(key, id);
	return store_delete(s->batch, db, key, sizeof(key));
}

int store_put_member(struct store *s, const struct report_id *happening,
		     const struct report_id *report, enum event_status status)
{
	uint8_t key[MEMBER_KEY_BYTES], value = (uint8_t)status;
	member_key(key, happening, report);
	return store_put(s->batch, s->members, key, sizeof(key), &value, sizeof(value), 0);
}

int store_drop_member(struct store *s, const struct report_id *happening,
		      const struct report_id *report)
{
	uint8_t key[MEMBER_KEY_BYTES];
	member_key(key, happening, report);
	return store_delete(s->batch, s->members, key, sizeof(key));
}

/* The event that goes with the row of a report that is not shown: an update that is no one's. */
static int encode_body(struct store *s, const struct recording *rec, const struct event *e,
		       struct buf *out)
{
	const struct update body = {.epoch = s->epoch,
				    .seq = 1,
				    .change = CHANGE_NEW,
				    .event = *e,
				    .article = store_article_ref(&rec->article)};
	return codec_encode_update(&body, out);
}

/* `e` NULL: without a body. */
int store_put_report(struct store *s, const struct recording *rec, const struct report_id *id,
		     const struct report_row *row, const struct event *e)
{
	uint8_t key[REPORT_ID_BYTES], head[REPORT_HEAD_MAX];
	netral_cleanup(buf_fini) struct buf value;
	buf_init(&value, 0);
	report_id_put(key, id);
	int r = buf_append(&value, head, report_row_encode(row, head));
	if (r == NETRAL_OK && e)
		r = encode_body(s, rec, e, &value);
	if (r < 0)
		return r;
	return store_put(s->batch, s->reports, key, sizeof(key), value.data, value.len, 0);
}

/* --- the events of reports --- */

const struct event_entry *store_find_entry(const struct article_record *a, uint32_t number)
{
	for (size_t i = 0; i < a->event_count; i++) {
		if (a->events[i].number == number)
			return &a->events[i];
	}
	return NULL;
}

/* The event of a report of another article than the one that is being recorded, and its article's
 * reference. */
int store_load_event(struct store *s, const struct report_id *id, struct arena *arena,
		     struct update *ret)
{
	struct article_record a;
	struct report_row row;
	int r = store_load_article(s, s->batch, id->record, &a);
	const struct event_entry *e = r == NETRAL_OK ? store_find_entry(&a, id->number) : NULL;
	if (!e)
		return r < 0 ? r : NETRAL_EMALFORMED;
	if (e->seq)
		return store_load_update(s, e->seq, arena, ret);
	r = store_get_report(s, s->batch, id, &row);
	if (r < 1)
		return r < 0 ? r : NETRAL_EMALFORMED;
	return codec_decode_update(row.body.ptr, row.body.len, arena, ret);
}

int store_event_facts(const struct update *u, struct arena *arena, struct story_facts *ret)
{
	const struct text *published = &u->article.published;
	const char *text = arena_strndup(arena, published->ptr, published->len);
	if (!text)
		return NETRAL_ENOMEM;
	story_facts(&u->event, text, ret);
	return NETRAL_OK;
}

/* --- members --- */

static bool is_member_key(const struct happening *h, const MDB_val *k)
{
	uint8_t prefix[REPORT_ID_BYTES];
	report_id_put(prefix, &h->id);
	return k->mv_size == MEMBER_KEY_BYTES && memcmp(k->mv_data, prefix, sizeof(prefix)) == 0;
}

static void add_member(struct members *m, size_t at, const MDB_val *k, const MDB_val *v)
{
	m->ids[at] = report_id_get((const uint8_t *)k->mv_data + REPORT_ID_BYTES);
	m->statuses[at] = v->mv_size == 1 ? (enum event_status) * (const uint8_t *)v->mv_data : 0;
}

/* Fills from the end, newest first; the first member last, if it was not met before. */
static int walk_members(MDB_cursor *c, const struct happening *h, struct members *ret)
{
	uint8_t key[MEMBER_KEY_BYTES];
	const struct report_id none = {0, 0}, beyond = {UINT64_MAX, UINT32_MAX};
	MDB_val k, v;
	size_t from = CODEC_REPORTS_MAX;
	member_key(key, &h->id, &beyond);
	int rc = store_seek_before(c, key, sizeof(key), &k, &v);
	for (; rc == 0 && is_member_key(h, &k) && from > 1;
	     rc = mdb_cursor_get(c, &k, &v, MDB_PREV))
		add_member(ret, --from, &k, &v);
	if (rc == 0 && is_member_key(h, &k)) {
		member_key(key, &h->id, &none);
		k = mdb_bytes(key, sizeof(key));
		rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
		if (rc == 0)
			add_member(ret, --from, &k, &v);
	}
	ret->count = CODEC_REPORTS_MAX - from;
	memmove(ret->ids, ret->ids + from, ret->count * sizeof(ret->ids[0]));
	memmove(ret->statuses, ret->statuses + from, ret->count * sizeof(ret->statuses[0]));
	return rc == MDB_NOTFOUND ? NETRAL_OK : lmdb_error(rc);
}

int store_list_members(struct store *s, const struct happening *h, struct members *ret)
{
	MDB_cursor *c = NULL;
	ret->count = 0;
	int rc = mdb_cursor_open(s->batch, s->members, &c);
	if (rc)
		return lmdb_error(rc);
	int r = walk_members(c, h, ret);
	mdb_cursor_close(c);
	return r;
}

int store_find_ref(struct store *s, const struct recording *rec, uint64_t record,
		   struct article_ref *ret)
{
	struct article_record a;
	if (record == rec->record) {
		*ret = store_article_ref(&rec->article);
		return NETRAL_OK;
	}
	int r = store_load_article(s, s->batch, record, &a);
	if (r == NETRAL_OK)
		*ret = store_article_ref(&a);
	return r;
}

int store_describe_members(struct store *s, const struct recording *rec, const struct members *m,
			   struct update_report *reports)
{
	int r = NETRAL_OK;
	for (size_t i = 0; r == NETRAL_OK && i < m->count; i++) {
		reports[i].status = m->statuses[i];
		r = store_find_ref(s, rec, m->ids[i].record, &reports[i].article);
	}
	return r;
}

/* --- candidates of a happening --- */

int store_drop_member_candidate(struct store *s, const struct recording *rec,
				const struct happening *h, const struct report_id *id)
{
	struct article_record other;
	int kind = (int)(h->corrected ? h->fix.kind : h->last.event.kind);
	const char *area = h->corrected ? h->fix.area : h->last.event.place.code;
	const struct article_record *a = &rec->article;
	int r = NETRAL_OK;
	if (id->record != rec->record) {
		r = store_load_article(s, s->batch, id->record, &other);
		a = &other;
	}
	return r == NETRAL_OK ? store_drop_candidate(s, a, kind, area, id) : r;
}

/* One that is shown again may have been left out before. `shown` has its event. */
int store_put_face_candidate(struct store *s, const struct happening *h,
			     const struct report_id *face, const struct update *shown)
{
	struct article_record a;
	struct report_row row;
	struct story_facts facts;
	int r = store_load_article(s, s->batch, face->record, &a);
	if (r == NETRAL_OK)
		r = store_get_report(s, s->batch, face, &row);
	if (r < 1)
		return r < 0 ? r : NETRAL_EMALFORMED;
	r = store_event_facts(shown, &s->scratch, &facts);
	if (r == NETRAL_OK)
		r = store_put_candidate(s, &a, face, &h->id, &facts, &row.sketch);
	return r;
}

/* Of many members the first, the face and the newest stay candidates: `id` does not if it is none
 * of them. */
static int leave_out_old(struct store *s, const struct recording *rec, const struct happening *h,
			 const struct members *m, const struct report_id *id)
{
	const struct report_id *newest = &m->ids[m->count - NEWEST_CANDIDATES];
	if (report_id_compare(id, newest) >= 0 || report_id_equal(id, &m->ids[0]) ||
	    report_id_equal(id, &h->row.face))
		return NETRAL_OK;
	return store_drop_member_candidate(s, rec, h, id);
}

/* Those that have just ceased to be one of them, or that came too late to be. */
int store_leave_out(struct store *s, const struct recording *rec, const struct happening *h,
		    const struct members *m, const struct report_id *old_face,
		    const struct report *report)
{
	if (m->count <= NEWEST_CANDIDATES)
		return NETRAL_OK;
	int r = leave_out_old(s, rec, h, m, old_face);
	if (r == NETRAL_OK && report)
		r = leave_out_old(s, rec, h, m, &report->id);
	if (r == NETRAL_OK && report && report_id_equal(&report->id, &m->ids[0]))
		r = leave_out_old(s, rec, h, m, &m->ids[1]); /* the first until now */
	if (r == NETRAL_OK)
		r = leave_out_old(s, rec, h, m, &m->ids[m->count - NEWEST_CANDIDATES - 1]);
	return r;
}

/* What an open store keeps in memory: where it stands, the last update of each topic, and the ids
 * that are not in the id map yet. Everything is read from the store, so there is nothing to
 * repair after a crash. */
#include "workers/record/store_internal.h"

int store_last_number(MDB_txn *txn, MDB_dbi db, uint64_t *ret)
{
	MDB_cursor *c = NULL;
	MDB_val k, v;
	*ret = 0;
	int rc = mdb_cursor_open(txn, db, &c);
	if (rc)
		return lmdb_error(rc);
	rc = mdb_cursor_get(c, &k, &v, MDB_LAST);
	int r = rc == MDB_NOTFOUND ? NETRAL_OK : lmdb_error(rc);
	if (rc == 0 && k.mv_size != 8)
		r = NETRAL_EMALFORMED;
	if (rc == 0 && r == NETRAL_OK)
		*ret = get_be64(k.mv_data);
	mdb_cursor_close(c);
	return r;
}

typedef int visit_fn(struct store *s, void *user, const MDB_val *k, const MDB_val *v);

/* Calls `fn` with every entry from `from` (NULL: the first one) on. */
static int each(struct store *s, MDB_txn *txn, MDB_dbi db, const MDB_val *from, visit_fn *fn,
		void *user)
{
	MDB_cursor *c = NULL;
	MDB_val k = from ? *from : (MDB_val){0}, v;
	int rc = mdb_cursor_open(txn, db, &c);
	if (rc)
		return lmdb_error(rc);
	int r = NETRAL_OK;
	rc = mdb_cursor_get(c, &k, &v, from ? MDB_SET_RANGE : MDB_FIRST);
	while (rc == 0 && r == NETRAL_OK) {
		r = fn(s, user, &k, &v);
		rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(c);
	return r < 0 || rc == MDB_NOTFOUND ? r : lmdb_error(rc);
}

static int load_meta(struct store *s, MDB_txn *txn)
{
	MDB_val v;
	int r = store_get(txn, s->meta, "epoch", strlen("epoch"), &v);
	if (r < 1 || v.mv_size != CODEC_EPOCH_BYTES)
		return r < 0 ? r : NETRAL_EMALFORMED;
	memcpy(s->epoch.bytes, v.mv_data, CODEC_EPOCH_BYTES);

	r = store_get(txn, s->meta, "events", strlen("events"), &v);
	if (r == 1 && v.mv_size == 8)
		s->settled.events = get_be64(v.mv_data);
	if (r >= 0)
		r = store_get(txn, s->meta, "reports", strlen("reports"), &v);
	if (r == 1 && v.mv_size == 8)
		s->settled.reports = get_be64(v.mv_data);
	if (r >= 0)
		r = store_get(txn, s->meta, "uncounted", strlen("uncounted"), &v);
	if (r == 1 && v.mv_size == 8)
		s->settled.uncounted = get_be64(v.mv_data);
	if (r >= 0)
		r = store_last_number(txn, s->updates, &s->settled.head);
	return r == NETRAL_OK ? store_last_number(txn, s->articles, &s->settled.record) : r;
}

static int load_topic(struct store *s, void *user, const MDB_val *k, const MDB_val *v)
{
	char area[AREA_BYTES + 1] = "";
	(void)user;
	if (k->mv_size != TOPIC_KEY_BYTES || v->mv_size != 8)
		return NETRAL_EMALFORMED;
	const uint8_t *key = k->mv_data;
	memcpy(area, key + 1, AREA_BYTES);
	int topic = topic_number(key[0], area);
	if (topic < 0)
		return NETRAL_EMALFORMED;
	topics_set(s->topics, topic, get_be64(v->mv_data));
	return NETRAL_OK;
}

/* --- the ids since each slice's last merge --- */

static int load_slice(struct store *s, void *user, const MDB_val *k, const MDB_val *v)
{
	uint64_t *marks = user;
	const uint8_t *value = v->mv_data;
	unsigned slice = k->mv_size == 2 ? get_be16(k->mv_data) : RECENT_SLICES;
	if (slice >= RECENT_SLICES || v->mv_size < SLICE_HEAD_BYTES)
		return NETRAL_EMALFORMED;
	marks[slice] = get_be64(value);
	return id_filter_load(get_be32(value + 8), value + SLICE_HEAD_BYTES,
			      v->mv_size - SLICE_HEAD_BYTES, &s->filters[slice]);
}

static int load_run(struct store *s, void *user, const MDB_val *k, const MDB_val *v)
{
	const uint64_t *marks = user;
	const uint8_t *ids = v->mv_data;
	if (k->mv_size != 8 || v->mv_size % ARTICLE_ID_BYTES)
		return NETRAL_EMALFORMED;
	uint64_t record = get_be64(k->mv_data);
	int r = NETRAL_OK;
	for (size_t at = 0; r == NETRAL_OK && at < v->mv_size; at += ARTICLE_ID_BYTES, record++) {
		struct article_id id;
		memcpy(id.bytes, ids + at, ARTICLE_ID_BYTES);
		if (record > marks[recent_slice_of(&id)])
			r = recent_add(s->recent, &id, record);
	}
	return r;
}

/* The slice that was merged the longest ago is the next one. */
static uint32_t oldest_slice(const uint64_t marks[static RECENT_SLICES])
{
	uint32_t oldest = 0;
	for (uint32_t i = 1; i < RECENT_SLICES; i++) {
		if (marks[i] < marks[oldest])
			oldest = i;
	}
	return oldest;
}

static int load_recent(struct store *s, MDB_txn *txn)
{
	uint64_t marks[RECENT_SLICES] = {0};
	int r = each(s, txn, s->slices, NULL, load_slice, marks);
	if (r < 0)
		return r;
	s->settled.slice = oldest_slice(marks);
	/* A mark is the end of a batch, and no run reaches beyond its batch. */
	uint8_t key[8];
	put_be64(key, marks[s->settled.slice] + 1);
	MDB_val from = mdb_bytes(key, sizeof(key));
	return each(s, txn, s->id_log, &from, load_run, marks);
}

int store_load(struct store *s, MDB_txn *txn)
{
	int r = load_meta(s, txn);
	if (r == NETRAL_OK)
		r = each(s, txn, s->topic_heads, NULL, load_topic, NULL);
	topics_settle(s->topics);
	if (r == NETRAL_OK)
		r = load_recent(s, txn);
	s->next = s->settled;
	return r;
}

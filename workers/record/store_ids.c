/* From article id to record number: the recent ids in memory, the map in the store, a filter in
 * front of the map for each slice, and the log from which the recent ids are read back.
 *
 * A slice's row in the database "slices" holds the last record that its merge took in, and its
 * filter: it changes in the transaction that changes the map. The filters in memory may be
 * ahead of the map, when the batch that merged was given up: an id too many only costs a search. */
#include "workers/record/store_internal.h"

#include <stdlib.h>

enum { IDS_FIRST = 256 };

int store_find(struct store *s, MDB_txn *txn, const struct article_id *id, uint64_t *ret_record)
{
	*ret_record = recent_find(s->recent, id);
	if (*ret_record)
		return 1;
	if (!id_filter_may_have(&s->filters[recent_slice_of(id)], id))
		return 0;
	MDB_val v;
	int r = store_get(txn, s->ids, id->bytes, ARTICLE_ID_BYTES, &v);
	if (r == 1 && v.mv_size != 8)
		return NETRAL_EMALFORMED;
	if (r == 1)
		*ret_record = get_be64(v.mv_data);
	return r;
}

int store_add_id(struct store *s, const struct article_id *id)
{
	if (s->new_count == s->new_cap) {
		size_t cap = s->new_cap ? s->new_cap * 2 : IDS_FIRST;
		struct article_id *list = fault_realloc(s->new_ids, cap * sizeof(*list));
		if (!list)
			return NETRAL_ENOMEM;
		s->new_ids = list;
		s->new_cap = cap;
	}
	s->new_ids[s->new_count++] = *id;
	return recent_add(s->recent, id, s->next.record);
}

int store_log_ids(struct store *s)
{
	int r = NETRAL_OK;
	for (size_t i = 0; r == NETRAL_OK && i < s->new_count; i += ID_RUN_MAX) {
		size_t count = s->new_count - i < ID_RUN_MAX ? s->new_count - i : ID_RUN_MAX;
		uint8_t key[8];
		put_be64(key, s->settled.record + 1 + i);
		r = store_put(s->batch, s->id_log, key, sizeof(key), &s->new_ids[i],
			      count * sizeof(s->new_ids[i]), MDB_APPEND);
	}
	return r;
}

/* --- merging a slice of the recent ids into the map --- */

/* Calls id_filter_add() with every id of the slice that is in the map; `f` NULL only counts. */
static int scan_slice(struct store *s, unsigned slice, struct id_filter *f, size_t *ret_count)
{
	struct article_id id = {{(uint8_t)(slice >> (RECENT_SLICE_BITS - 8)),
				 (uint8_t)(slice << (16 - RECENT_SLICE_BITS))}};
	MDB_cursor *c = NULL;
	MDB_val k = mdb_bytes(&id, sizeof(id)), v;
	int rc = mdb_cursor_open(s->batch, s->ids, &c);
	if (rc)
		return lmdb_error(rc);
	*ret_count = 0;
	for (rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE); rc == 0;
	     rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) {
		memcpy(&id, k.mv_data, sizeof(id));
		if (recent_slice_of(&id) != slice)
			break;
		++*ret_count;
		if (f)
			id_filter_add(f, &id);
	}
	mdb_cursor_close(c);
	return rc == MDB_NOTFOUND ? NETRAL_OK : lmdb_error(rc);
}

/* After the slice's ids were put into the map. A batch that fails leaves ids in the filter that are
 * not in the map; they only cost a search. */
static int update_filter(struct store *s, unsigned slice, const struct recent_id *ids, size_t count)
{
	struct id_filter *f = &s->filters[slice];
	if (id_filter_has_room(f, count)) {
		for (size_t i = 0; i < count; i++)
			id_filter_add(f, &ids[i].id);
		return NETRAL_OK;
	}
	struct id_filter larger = {0};
	size_t total = 0;
	int r = scan_slice(s, slice, NULL, &total);
	if (r == NETRAL_OK)
		r = id_filter_new(total, &larger);
	if (r == NETRAL_OK)
		r = scan_slice(s, slice, &larger, &total);
	if (r < 0) {
		id_filter_fini(&larger);
		return r;
	}
	id_filter_fini(f);
	*f = larger;
	return NETRAL_OK;
}

static int put_slice(struct store *s, unsigned slice)
{
	const struct id_filter *f = &s->filters[slice];
	uint8_t key[2];
	put_be16(key, (uint16_t)slice);
	MDB_val k = mdb_bytes(key, sizeof(key)), v = {.mv_size = SLICE_HEAD_BYTES + f->bytes};
	int rc = mdb_put(s->batch, s->slices, &k, &v, MDB_RESERVE);
	if (rc)
		return lmdb_error(rc);
	uint8_t *value = v.mv_data;
	put_be64(value, s->next.record);
	put_be32(value + 8, f->count);
	if (f->bytes)
		memcpy(value + SLICE_HEAD_BYTES, f->bits, f->bytes);
	return NETRAL_OK;
}

/* Ids come sorted, so that a cursor finds most of them in the page where it is. */
static int put_ids(struct store *s, const struct recent_id *ids, size_t count)
{
	MDB_cursor *c = NULL;
	int rc = mdb_cursor_open(s->batch, s->ids, &c);
	if (rc)
		return lmdb_error(rc);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		uint8_t value[8];
		put_be64(value, ids[i].record);
		MDB_val k = mdb_bytes(&ids[i].id, sizeof(ids[i].id));
		MDB_val v = mdb_bytes(value, sizeof(value));
		rc = mdb_cursor_put(c, &k, &v, 0);
	}
	mdb_cursor_close(c);
	return lmdb_error(rc);
}

static int merge_slice(struct store *s, unsigned slice)
{
	size_t count;
	const struct recent_id *ids = recent_slice(s->recent, slice, &count);
	s->merged[slice] = true;
	int r = put_ids(s, ids, count);
	if (r == NETRAL_OK)
		r = update_filter(s, slice, ids, count);
	return r == NETRAL_OK ? put_slice(s, slice) : r;
}

int store_merge_ids(struct store *s)
{
	int r = NETRAL_OK;
	for (; r == NETRAL_OK && s->next.unmerged >= RECENT_PER_SLICE;
	     s->next.unmerged -= RECENT_PER_SLICE) {
		r = merge_slice(s, s->next.slice);
		s->next.slice = (s->next.slice + 1) % RECENT_SLICES;
	}
	for (unsigned i = 0; r == NETRAL_OK && i < RECENT_SLICES; i++) {
		if (recent_slice_count(s->recent, i) > RECENT_SLICE_MAX)
			r = merge_slice(s, i);
	}
	return r;
}

/* What changes the journal. Pointers into LMDB's pages end with the next change, so whatever is
 * needed beyond it is copied first. */
#include "daemon/journal_internal.h"

/* Forgotten ids a commit, beyond those that the batch itself adds. */
enum { FORGET_EXTRA = 1000 };

static int begin(struct journal *j)
{
	if (j->txn)
		return NETRAL_OK;
	int rc = mdb_txn_begin(j->env, NULL, 0, &j->txn);
	if (rc) {
		j->txn = NULL;
		return journal_error(rc);
	}
	j->changed = false;
	j->batch_totals = j->totals;
	j->batch_ended = 0;
	return NETRAL_OK;
}

static int put(struct journal *j, MDB_dbi dbi, const void *key, size_t key_len, const void *data,
	       size_t len, unsigned flags)
{
	MDB_val k = journal_val(key, key_len), v = journal_val(data, len);
	j->changed = true;
	return journal_error(mdb_put(j->txn, dbi, &k, &v, flags));
}

static int put_seq(struct journal *j, MDB_dbi dbi, uint64_t seq, const void *data, size_t len,
		   unsigned flags)
{
	struct format_key key = format_key(seq);
	return put(j, dbi, key.bytes, sizeof(key.bytes), data, len, flags);
}

static int get_seq(struct journal *j, MDB_dbi dbi, uint64_t seq, struct bytes *ret)
{
	struct format_key key = format_key(seq);
	MDB_val k = journal_val(key.bytes, sizeof(key.bytes)), v;
	int r = journal_error(mdb_get(j->txn, dbi, &k, &v));
	if (r == NETRAL_OK)
		*ret = (struct bytes){v.mv_data, v.mv_size};
	return r;
}

static int delete_key(struct journal *j, MDB_dbi dbi, const void *key, size_t len)
{
	MDB_val k = journal_val(key, len);
	j->changed = true;
	return journal_error(mdb_del(j->txn, dbi, &k, NULL));
}

static int delete_seq(struct journal *j, MDB_dbi dbi, uint64_t seq)
{
	struct format_key key = format_key(seq);
	return delete_key(j, dbi, key.bytes, sizeof(key.bytes));
}

/* Puts j->record at the end of the queue. */
static int push(struct journal *j, uint64_t seq)
{
	return put_seq(j, j->articles, seq, j->record.data, j->record.len, MDB_APPEND);
}

int journal_append(struct journal *j, const struct article *a)
{
	int r = begin(j);
	if (r < 0)
		return r;
	uint64_t seq = j->batch_totals.next_seq;
	struct format_key value = format_key(seq);
	MDB_val k = journal_val(a->id.bytes, ARTICLE_ID_BYTES),
		v = journal_val(value.bytes, sizeof(value.bytes));
	int rc = mdb_put(j->txn, j->ids, &k, &v, MDB_NOOVERWRITE);
	if (rc == MDB_KEYEXIST)
		return JOURNAL_KNOWN;
	if (rc)
		return journal_error(rc);
	buf_clear(&j->record);
	r = format_article(a, &j->record);
	if (r == NETRAL_OK)
		r = push(j, seq);
	if (r < 0)
		return r;
	j->batch_totals.next_seq++;
	j->batch_totals.accepted++;
	return JOURNAL_NEW;
}

/* Takes an article out of the queue; its id goes to `ended`. 1, 0 or negative. */
static int end_article(struct journal *j, uint64_t seq, const struct article_id *id)
{
	int r = put_seq(j, j->ended, seq, id->bytes, ARTICLE_ID_BYTES, 0);
	j->batch_ended++;
	return r < 0 ? r : 1;
}

int journal_done(struct journal *j, uint64_t seq)
{
	struct bytes record, article;
	struct article_id id;
	int r = begin(j);
	if (r == NETRAL_OK)
		r = get_seq(j, j->articles, seq, &record);
	if (r < 0)
		return journal_ignore_missing(r);
	r = format_parse_article(record.ptr, record.len, &id, &article);
	if (r == NETRAL_OK)
		r = delete_seq(j, j->articles, seq);
	if (r == NETRAL_OK)
		r = journal_ignore_missing(delete_seq(j, j->tries, seq));
	if (r < 0)
		return r;
	j->batch_totals.recorded++;
	return end_article(j, seq, &id);
}

int journal_set_try(struct journal *j, const struct journal_try *t)
{
	int r = begin(j);
	if (r < 0)
		return r;
	buf_clear(&j->record);
	r = format_try(t, &j->record);
	return r < 0 ? r : put_seq(j, j->tries, t->seq, j->record.data, j->record.len, 0);
}

/* Room in DEAD is made by dropping the oldest; their ids stay known. */
static int trim_dead(struct journal *j)
{
	MDB_cursor *cursor;
	MDB_stat st;
	MDB_val key, data;
	uint64_t seq;
	int rc = mdb_stat(j->txn, j->dead, &st);
	if (rc || st.ms_entries < j->o.dead_max)
		return journal_error(rc);
	rc = mdb_cursor_open(j->txn, j->dead, &cursor);
	if (rc)
		return journal_error(rc);
	struct journal_dead d = {0};
	struct bytes article;
	int r = journal_error(mdb_cursor_get(cursor, &key, &data, MDB_FIRST));
	if (r == NETRAL_OK)
		r = format_parse_key(key.mv_data, key.mv_size, &seq);
	if (r == NETRAL_OK)
		r = format_parse_dead(data.mv_data, data.mv_size, &d, &article);
	if (r == NETRAL_OK)
		r = journal_error(mdb_cursor_del(cursor, 0));
	mdb_cursor_close(cursor);
	if (r < 0)
		return r;
	j->dead_dropped++;
	return end_article(j, seq, &d.id);
}

int journal_bury(struct journal *j, const struct journal_try *t, uint64_t died_us)
{
	struct journal_dead d = {.tries = t->tries,
				 .died_us = died_us,
				 .reason = t->reason,
				 .reason_len = t->reason_len};
	struct bytes article;
	int r = begin(j);
	if (r == NETRAL_OK)
		r = get_seq(j, j->articles, t->seq, &article);
	if (r < 0)
		return journal_ignore_missing(r);
	buf_clear(&j->record);
	r = format_dead(&d, article, &j->record);
	if (r == NETRAL_OK)
		r = trim_dead(j);
	if (r >= 0)
		r = put_seq(j, j->dead, t->seq, j->record.data, j->record.len, 0);
	if (r == NETRAL_OK)
		r = delete_seq(j, j->articles, t->seq);
	if (r == NETRAL_OK)
		r = journal_ignore_missing(delete_seq(j, j->tries, t->seq));
	if (r < 0)
		return r;
	j->batch_totals.buried++;
	return 1;
}

/* The dead record of an id; 1, 0 or negative. */
static int find_dead(struct journal *j, const struct article_id *id, uint64_t *ret_seq,
		     struct bytes *ret_article)
{
	MDB_val key = journal_val(id->bytes, ARTICLE_ID_BYTES), value;
	struct bytes record;
	struct journal_dead d = {0};
	int r = begin(j);
	if (r == NETRAL_OK)
		r = journal_error(mdb_get(j->txn, j->ids, &key, &value));
	if (r == NETRAL_OK)
		r = format_parse_key(value.mv_data, value.mv_size, ret_seq);
	if (r == NETRAL_OK)
		r = get_seq(j, j->dead, *ret_seq, &record);
	if (r == NETRAL_OK)
		r = format_parse_dead(record.ptr, record.len, &d, ret_article);
	return r < 0 ? journal_ignore_missing(r) : 1;
}

int journal_revive(struct journal *j, const struct article_id *id)
{
	struct bytes article;
	uint64_t old;
	int r = find_dead(j, id, &old, &article);
	if (r <= 0)
		return r;
	buf_clear(&j->record);
	uint64_t seq = j->batch_totals.next_seq;
	struct format_key value = format_key(seq);
	r = buf_append(&j->record, article.ptr, article.len);
	if (r == NETRAL_OK)
		r = push(j, seq);
	if (r == NETRAL_OK)
		r = put(j, j->ids, id->bytes, ARTICLE_ID_BYTES, value.bytes, sizeof(value.bytes),
			0);
	if (r == NETRAL_OK)
		r = delete_seq(j, j->dead, old);
	if (r < 0)
		return r;
	j->batch_totals.next_seq++;
	return 1;
}

int journal_drop(struct journal *j, const struct article_id *id)
{
	struct bytes article;
	uint64_t seq;
	int r = find_dead(j, id, &seq, &article);
	if (r <= 0)
		return r;
	r = delete_seq(j, j->dead, seq);
	if (r == NETRAL_OK)
		r = delete_key(j, j->ids, id->bytes, ARTICLE_ID_BYTES);
	return r < 0 ? r : 1;
}

/* Forgets the id that the cursor over `ended` stands on. */
static int forget_one(struct journal *j, MDB_cursor *cursor, const MDB_val *key, const MDB_val *id)
{
	MDB_val k = journal_val(id->mv_data, id->mv_size), seq;
	int rc = mdb_get(j->txn, j->ids, &k, &seq);
	/* The same content may have come in again under another number. */
	if (!rc && seq.mv_size == key->mv_size &&
	    memcmp(seq.mv_data, key->mv_data, key->mv_size) == 0) {
		struct article_id copy;
		memcpy(copy.bytes, id->mv_data, sizeof(copy.bytes));
		rc = delete_key(j, j->ids, copy.bytes, sizeof(copy.bytes));
		if (rc < 0)
			return rc;
	}
	return journal_error(mdb_cursor_del(cursor, 0));
}

int journal_forget(struct journal *j)
{
	MDB_cursor *cursor;
	MDB_stat st;
	MDB_val key, id;
	int rc = mdb_stat(j->txn, j->ended, &st);
	if (rc || st.ms_entries <= j->o.remembered_ids)
		return journal_error(rc);
	uint64_t excess = st.ms_entries - j->o.remembered_ids;
	if (excess > j->batch_ended + FORGET_EXTRA)
		excess = j->batch_ended + FORGET_EXTRA;
	rc = mdb_cursor_open(j->txn, j->ended, &cursor);
	int r = journal_error(rc);
	while (r == NETRAL_OK && excess-- > 0) {
		r = journal_error(mdb_cursor_get(cursor, &key, &id, MDB_FIRST));
		if (r == NETRAL_OK)
			r = id.mv_size == ARTICLE_ID_BYTES ? forget_one(j, cursor, &key, &id)
							   : NETRAL_EMALFORMED;
	}
	if (!rc)
		mdb_cursor_close(cursor);
	return journal_ignore_missing(r);
}

/* What changes the journal. Pointers into LMDB's pages end with the next change, so whatever is
 * needed beyond it is copied first. */
#include "daemon/journal_internal.h"

/* Forgotten ids a commit, beyond those that the batch itself adds. */
enum { FORGET_EXTRA = 1000 };

/* A new leaf page every hundred articles or so, and sixteen pages are mapped with it. */
enum { APPEND_TOUCHES = 1024 };

static int begin(struct journal *j)
{
	if (j->txn)
		return NETRAL_OK;
	int rc = mdb_txn_begin(j->env, NULL, 0, &j->txn);
	if (rc) {
		j->txn = NULL;
		return lmdb_error(rc);
	}
	j->changed = false;
	j->batch_totals = j->totals;
	buf_clear(&j->batch_taken);
	buf_clear(&j->batch_forgotten);
	return NETRAL_OK;
}

static int put(struct journal *j, MDB_dbi dbi, const void *key, size_t key_len, const void *data,
	       size_t len, unsigned flags)
{
	MDB_val k = journal_val(key, key_len), v = journal_val(data, len);
	j->changed = true;
	return lmdb_error(mdb_put(j->txn, dbi, &k, &v, flags));
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
	int r = lmdb_error(mdb_get(j->txn, dbi, &k, &v));
	if (r == NETRAL_OK)
		*ret = (struct bytes){v.mv_data, v.mv_size};
	return r;
}

static int delete_key(struct journal *j, MDB_dbi dbi, const void *key, size_t len)
{
	MDB_val k = journal_val(key, len);
	j->changed = true;
	return lmdb_error(mdb_del(j->txn, dbi, &k, NULL));
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

/* The number under which the id was taken in: 1, 0 or negative. */
static int find_taken(struct journal *j, const struct article_id *id, uint64_t *ret_seq)
{
	struct id_search search = {0};
	struct bytes taken;
	while (id_index_next(j->index, id, &search, ret_seq)) {
		int r = get_seq(j, j->taken, *ret_seq, &taken);
		if (r < 0 && r != NETRAL_ENOTFOUND)
			return r;
		if (r == NETRAL_OK && taken.len == ARTICLE_ID_BYTES &&
		    memcmp(taken.ptr, id->bytes, ARTICLE_ID_BYTES) == 0)
			return 1;
	}
	return 0;
}

/* The index is ahead of the disk until the commit; journal_abort() takes it back. */
static int remember(struct journal *j, uint64_t seq, const struct article_id *id)
{
	struct journal_taken t = {*id, seq};
	int r = buf_append(&j->batch_taken, &t, sizeof(t));
	if (r == NETRAL_OK)
		r = put_seq(j, j->taken, seq, id->bytes, ARTICLE_ID_BYTES, MDB_APPEND);
	if (r < 0)
		return r;
	r = id_index_add(j->index, id, seq);
	if (r < 0)
		j->batch_taken.len -= sizeof(t);
	return r;
}

int journal_append(struct journal *j, const struct article *a)
{
	int r = begin(j);
	uint64_t seq;
	if (r == NETRAL_OK)
		r = find_taken(j, &a->id, &seq);
	if (r != 0)
		return r < 0 ? r : JOURNAL_KNOWN;
	seq = j->batch_totals.next_seq;
	buf_clear(&j->record);
	r = format_article(a, &j->record);
	if (r == NETRAL_OK)
		r = push(j, seq);
	if (r == NETRAL_OK)
		r = remember(j, seq, &a->id);
	if (r < 0)
		return r;
	j->batch_totals.next_seq++;
	j->batch_totals.accepted++;
	j->touched_bytes += APPEND_TOUCHES;
	return JOURNAL_NEW;
}

int journal_done(struct journal *j, uint64_t seq)
{
	int r = begin(j);
	if (r == NETRAL_OK)
		r = delete_seq(j, j->articles, seq);
	if (r < 0)
		return journal_ignore_missing(r);
	r = journal_ignore_missing(delete_seq(j, j->tries, seq));
	if (r < 0)
		return r;
	j->batch_totals.recorded++;
	j->touched_bytes += j->page_bytes; /* its first page was read to free it */
	return 1;
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

/* Room in DEAD is made by dropping the oldest; their content stays known. */
static int trim_dead(struct journal *j)
{
	MDB_cursor *cursor;
	MDB_stat st;
	MDB_val key, data;
	int rc = mdb_stat(j->txn, j->dead, &st);
	if (rc || st.ms_entries < j->o.dead_max)
		return lmdb_error(rc);
	rc = mdb_cursor_open(j->txn, j->dead, &cursor);
	if (rc)
		return lmdb_error(rc);
	struct journal_dead d = {0};
	struct bytes article;
	int r = lmdb_error(mdb_cursor_get(cursor, &key, &data, MDB_FIRST));
	if (r == NETRAL_OK)
		r = format_parse_dead(data.mv_data, data.mv_size, &d, &article);
	if (r == NETRAL_OK)
		r = lmdb_error(mdb_cursor_del(cursor, 0));
	mdb_cursor_close(cursor);
	if (r == NETRAL_OK)
		r = delete_key(j, j->dead_ids, d.id.bytes, sizeof(d.id.bytes));
	j->dead_dropped += r == NETRAL_OK;
	return r;
}

/* Writes j->record to DEAD under its number, and under its id for those who ask by it. */
static int put_dead(struct journal *j, uint64_t seq, const struct article_id *id)
{
	struct format_key key = format_key(seq);
	int r = put_seq(j, j->dead, seq, j->record.data, j->record.len, 0);
	return r < 0 ? r
		     : put(j, j->dead_ids, id->bytes, ARTICLE_ID_BYTES, key.bytes,
			   sizeof(key.bytes), 0);
}

int journal_bury(struct journal *j, const struct journal_try *t, uint64_t died_us)
{
	struct journal_dead d = {.tries = t->tries,
				 .died_us = died_us,
				 .reason = t->reason,
				 .reason_len = t->reason_len};
	struct bytes whole = {0}, article;
	int r = begin(j);
	if (r == NETRAL_OK)
		r = get_seq(j, j->articles, t->seq, &whole);
	if (r < 0)
		return journal_ignore_missing(r);
	buf_clear(&j->record);
	r = format_parse_article(whole.ptr, whole.len, &d.id, &article);
	if (r == NETRAL_OK)
		r = format_dead(&d, whole, &j->record);
	if (r == NETRAL_OK)
		r = trim_dead(j);
	if (r == NETRAL_OK)
		r = put_dead(j, t->seq, &d.id);
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
		r = lmdb_error(mdb_get(j->txn, j->dead_ids, &key, &value));
	if (r == NETRAL_OK)
		r = format_parse_key(value.mv_data, value.mv_size, ret_seq);
	if (r == NETRAL_OK)
		r = get_seq(j, j->dead, *ret_seq, &record);
	if (r == NETRAL_OK)
		r = format_parse_dead(record.ptr, record.len, &d, ret_article);
	return r < 0 ? journal_ignore_missing(r) : 1;
}

static int delete_dead(struct journal *j, uint64_t seq, const struct article_id *id)
{
	int r = delete_seq(j, j->dead, seq);
	return r < 0 ? r : delete_key(j, j->dead_ids, id->bytes, ARTICLE_ID_BYTES);
}

/* Under a new number, so that it is handed out like any other. Its content is known already. */
int journal_revive(struct journal *j, const struct article_id *id)
{
	struct bytes article = {0};
	uint64_t old = 0;
	int r = find_dead(j, id, &old, &article);
	if (r <= 0)
		return r;
	buf_clear(&j->record);
	r = buf_append(&j->record, article.ptr, article.len);
	if (r == NETRAL_OK)
		r = push(j, j->batch_totals.next_seq);
	if (r == NETRAL_OK)
		r = delete_dead(j, old, id);
	if (r < 0)
		return r;
	j->batch_totals.next_seq++;
	return 1;
}

/* The index follows at the commit: an aborted batch has forgotten nothing. */
static int forget_number(struct journal *j, uint64_t seq, const struct article_id *id)
{
	struct journal_taken t = {*id, seq};
	int r = buf_append(&j->batch_forgotten, &t, sizeof(t));
	return r < 0 ? r : journal_ignore_missing(delete_seq(j, j->taken, seq));
}

int journal_drop(struct journal *j, const struct article_id *id)
{
	struct bytes article;
	uint64_t seq = 0;
	int r = find_dead(j, id, &seq, &article);
	if (r <= 0)
		return r;
	r = delete_dead(j, seq, id);
	if (r == NETRAL_OK)
		r = find_taken(j, id, &seq);
	if (r == 1)
		r = forget_number(j, seq, id);
	return r < 0 ? r : 1;
}

static int first_taken(MDB_cursor *cursor, struct journal_taken *ret)
{
	MDB_val key, id;
	int r = lmdb_error(mdb_cursor_get(cursor, &key, &id, MDB_FIRST));
	if (r == NETRAL_OK && id.mv_size != ARTICLE_ID_BYTES)
		r = NETRAL_EMALFORMED;
	if (r == NETRAL_OK)
		r = format_parse_key(key.mv_data, key.mv_size, &ret->seq);
	if (r == NETRAL_OK)
		memcpy(ret->id.bytes, id.mv_data, ARTICLE_ID_BYTES);
	return r;
}

int journal_forget(struct journal *j)
{
	MDB_stat st;
	int r = lmdb_error(mdb_stat(j->txn, j->taken, &st));
	if (r < 0 || st.ms_entries <= j->o.remembered_ids)
		return r;
	uint64_t excess = st.ms_entries - j->o.remembered_ids;
	uint64_t limit = j->batch_taken.len / sizeof(struct journal_taken) + FORGET_EXTRA;
	MDB_cursor *cursor;
	r = lmdb_error(mdb_cursor_open(j->txn, j->taken, &cursor));
	if (r < 0)
		return r;
	for (uint64_t n = excess < limit ? excess : limit; n > 0 && r == NETRAL_OK; n--) {
		struct journal_taken t;
		r = first_taken(cursor, &t);
		if (r == NETRAL_OK)
			r = buf_append(&j->batch_forgotten, &t, sizeof(t));
		if (r == NETRAL_OK)
			r = lmdb_error(mdb_cursor_del(cursor, 0));
	}
	mdb_cursor_close(cursor);
	return r;
}

/* What reads the journal as committed. */
#include "daemon/journal_internal.h"

#include <sys/mman.h>

enum { TOUCHED_MAX_BYTES = 24 << 20 };

int journal_read_begin(struct journal *j)
{
	if (j->reading)
		return NETRAL_OK;
	int rc = mdb_txn_renew(j->reader);
	rc = rc ? rc : mdb_cursor_renew(j->reader, j->cursor);
	if (rc)
		return lmdb_error(rc);
	j->cursor_seq = 0;
	j->reading = true;
	return NETRAL_OK;
}

void journal_unmap(struct journal *j)
{
	if (j->touched_bytes < TOUCHED_MAX_BYTES)
		return;
	j->touched_bytes = 0;
	/* Only a matter of size: without it everything works. */
	if (j->map)
		(void)madvise(j->map, j->map_bytes, MADV_DONTNEED);
}

void journal_read_end(struct journal *j)
{
	if (!j->reading)
		return;
	mdb_txn_reset(j->reader);
	j->reading = false;
	journal_unmap(j);
}

static int yield_article(struct journal *j, const MDB_val *data, struct bytes *ret_article)
{
	struct article_id id;
	j->touched_bytes += data->mv_size;
	int r = format_parse_article(data->mv_data, data->mv_size, &id, ret_article);
	return r < 0 ? r : 1;
}

int journal_next(struct journal *j, uint64_t after_seq, uint64_t *ret_seq,
		 struct bytes *ret_article)
{
	struct format_key start = format_key(after_seq + 1);
	MDB_val key = journal_val(start.bytes, sizeof(start.bytes)), data;
	bool stands = j->cursor_seq != 0 && j->cursor_seq == after_seq;
	int rc = mdb_cursor_get(j->cursor, &key, &data, stands ? MDB_NEXT : MDB_SET_RANGE);
	if (rc == MDB_NOTFOUND)
		return 0;
	int r = rc ? lmdb_error(rc) : format_parse_key(key.mv_data, key.mv_size, ret_seq);
	if (r < 0)
		return r;
	j->cursor_seq = *ret_seq;
	return yield_article(j, &data, ret_article);
}

int journal_get(struct journal *j, uint64_t seq, struct bytes *ret_article)
{
	struct format_key key = format_key(seq);
	MDB_val k = journal_val(key.bytes, sizeof(key.bytes)), data;
	int rc = mdb_get(j->reader, j->articles, &k, &data);
	if (rc == MDB_NOTFOUND)
		return 0;
	return rc ? lmdb_error(rc) : yield_article(j, &data, ret_article);
}

/* The first row of `dbi` from `seq` on: 1, 0 or negative. */
static int first_from(struct journal *j, MDB_dbi dbi, uint64_t seq, uint64_t *ret_seq,
		      struct bytes *ret)
{
	struct format_key start = format_key(seq);
	MDB_val key = journal_val(start.bytes, sizeof(start.bytes)), data;
	MDB_cursor *cursor;
	int rc = mdb_cursor_open(j->reader, dbi, &cursor);
	if (rc)
		return lmdb_error(rc);
	rc = mdb_cursor_get(cursor, &key, &data, MDB_SET_RANGE);
	mdb_cursor_close(cursor);
	if (rc)
		return journal_ignore_missing(lmdb_error(rc));
	*ret = (struct bytes){data.mv_data, data.mv_size};
	int r = format_parse_key(key.mv_data, key.mv_size, ret_seq);
	return r < 0 ? r : 1;
}

int journal_next_dead(struct journal *j, uint64_t after_seq, struct journal_dead *ret_dead)
{
	struct bytes record = {0}, whole;
	struct journal_dead d = {0};
	int r = first_from(j, j->dead, after_seq + 1, &d.seq, &record);
	if (r <= 0)
		return r;
	r = format_parse_dead(record.ptr, record.len, &d, &whole);
	if (r < 0)
		return r;
	*ret_dead = d;
	return 1;
}

int journal_each_try(struct journal *j, journal_try_fn *fn, void *user)
{
	struct journal_try t = {.seq = 0};
	struct bytes record = {0};
	int r = journal_read_begin(j);
	if (r < 0)
		return r;
	while ((r = first_from(j, j->tries, t.seq + 1, &t.seq, &record)) > 0) {
		r = format_parse_try(record.ptr, record.len, &t);
		if (r == NETRAL_OK)
			r = fn(user, &t);
		if (r < 0)
			break;
	}
	journal_read_end(j);
	return r;
}

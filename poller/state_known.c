/* What is known of items, pages and sitemaps. */
#include "poller/state_internal.h"

enum {
	FORGET_ROWS = 2048, /* in one step */
	EVICT_ROWS = 4096,
	FORGET_CHILDREN = 512,
};

static int get_known(struct state *s, uint64_t key, MDB_val *ret_data)
{
	uint8_t bytes[FORMAT_NUMBER_BYTES];
	format_number(key, bytes);
	int rc = state_get(s, s->seen, state_val(bytes, sizeof(bytes)), ret_data);
	return !rc && ret_data->mv_size != FORMAT_KNOWN_BYTES ? MDB_NOTFOUND : rc;
}

bool state_is_known(struct state *s, uint64_t key)
{
	MDB_val data;
	int rc = get_known(s, key, &data);
	state_end_read(s);
	return rc == MDB_SUCCESS;
}

static void put_day(struct state *s, const void *owner, uint32_t day, uint64_t key)
{
	uint8_t bytes[FORMAT_DAY_BYTES];
	format_day(owner, day, key, bytes);
	state_put(s, s->seen_days, state_val(bytes, sizeof(bytes)), state_val("", 0));
}

static void delete_day(struct state *s, const void *owner, uint32_t day, uint64_t key)
{
	uint8_t bytes[FORMAT_DAY_BYTES];
	format_day(owner, day, key, bytes);
	state_delete(s, s->seen_days, state_val(bytes, sizeof(bytes)));
}

static void delete_known(struct state *s, uint64_t key)
{
	uint8_t bytes[FORMAT_NUMBER_BYTES];
	format_number(key, bytes);
	state_delete(s, s->seen, state_val(bytes, sizeof(bytes)));
}

void state_know(struct state *s, const struct source_key *source, uint64_t key, uint32_t day)
{
	uint8_t known[FORMAT_KNOWN_BYTES], bytes[FORMAT_NUMBER_BYTES];
	MDB_val data;
	bool is_known = get_known(s, key, &data) == MDB_SUCCESS;
	if (is_known)
		memcpy(known, data.mv_data, sizeof(known));
	state_end_read(s);
	if (is_known) {
		/* A page that another source took stays that one's. */
		bool own = memcmp(known, source->bytes, FORMAT_OWNER_BYTES) == 0;
		if (!own || format_known_day(known) >= day)
			return;
		delete_day(s, known, format_known_day(known), key);
	}
	format_known(source, day, known);
	format_number(key, bytes);
	state_put(s, s->seen, state_val(bytes, sizeof(bytes)), state_val(known, sizeof(known)));
	put_day(s, known, day, key);
}

/* --- forgetting --- */

struct days {
	uint8_t rows[FORGET_ROWS][FORMAT_DAY_BYTES];
	size_t count;
};

/* Collects rows from `from` on while they are of its source and before `day`. */
static void collect(struct state *s, const uint8_t from[static FORMAT_DAY_BYTES], uint32_t day,
		    struct days *ret)
{
	MDB_txn *txn = state_begin_read(s);
	MDB_cursor *cursor;
	MDB_val key = state_val(from, FORMAT_DAY_BYTES), data;
	ret->count = 0;
	if (!txn || mdb_cursor_open(txn, s->seen_days, &cursor)) {
		state_end_read(s);
		return;
	}
	int rc = mdb_cursor_get(cursor, &key, &data, MDB_SET_RANGE);
	while (!rc && ret->count < FORGET_ROWS && key.mv_size == FORMAT_DAY_BYTES &&
	       memcmp(key.mv_data, from, FORMAT_OWNER_BYTES) == 0 &&
	       format_parse_day(key.mv_data).day < day) {
		memcpy(ret->rows[ret->count++], key.mv_data, FORMAT_DAY_BYTES);
		rc = mdb_cursor_get(cursor, &key, &data, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
	state_end_read(s);
}

/* A step through the sitemaps of a source that is forgotten; whether there may be more. */
static bool forget_children(struct state *s, const struct source_key *source)
{
	uint8_t keys[FORGET_CHILDREN][FORMAT_CHILD_KEY_BYTES];
	uint8_t from[FORMAT_CHILD_KEY_BYTES];
	MDB_txn *txn = state_begin_read(s);
	MDB_cursor *cursor;
	MDB_val key, data;
	size_t count = 0;
	format_child_key(source, 0, from);
	key = state_val(from, sizeof(from));
	if (txn && !mdb_cursor_open(txn, s->children, &cursor)) {
		int rc = mdb_cursor_get(cursor, &key, &data, MDB_SET_RANGE);
		for (; !rc && count < FORGET_CHILDREN && key.mv_size == sizeof(from) &&
		       memcmp(key.mv_data, from, FORMAT_OWNER_BYTES) == 0;
		     rc = mdb_cursor_get(cursor, &key, &data, MDB_NEXT))
			memcpy(keys[count++], key.mv_data, sizeof(from));
		mdb_cursor_close(cursor);
	}
	state_end_read(s);
	for (size_t i = 0; i < count; i++)
		state_delete(s, s->children, state_val(keys[i], sizeof(keys[i])));
	return count == FORGET_CHILDREN;
}

static void delete_all(struct state *s, const struct days *days)
{
	for (size_t i = 0; i < days->count; i++) {
		struct format_day d = format_parse_day(days->rows[i]);
		delete_known(s, d.key);
		delete_day(s, d.owner, d.day, d.key);
	}
}

bool state_forget(struct state *s, const struct source_key *source, uint32_t day)
{
	uint8_t from[FORMAT_DAY_BYTES];
	struct days days;
	format_day(source->bytes, 0, 0, from);
	collect(s, from, day, &days);
	delete_all(s, &days);
	bool children = day == UINT32_MAX && forget_children(s, source);
	return children || days.count == FORGET_ROWS;
}

/* The first row at or after `from`; false at the end. */
static bool first_row(struct state *s, uint8_t from[static FORMAT_DAY_BYTES])
{
	MDB_txn *txn = state_begin_read(s);
	MDB_cursor *cursor;
	MDB_val key = state_val(from, FORMAT_DAY_BYTES), data;
	bool found = false;
	if (txn && !mdb_cursor_open(txn, s->seen_days, &cursor)) {
		found = !mdb_cursor_get(cursor, &key, &data, MDB_SET_RANGE) &&
			key.mv_size == FORMAT_DAY_BYTES;
		if (found)
			memcpy(from, key.mv_data, FORMAT_DAY_BYTES);
		mdb_cursor_close(cursor);
	}
	state_end_read(s);
	return found;
}

/* Goes round the sources, and takes from each the oldest day of its calendar. */
void state_evict(struct state *s)
{
	struct days days;
	MDB_stat st;
	for (size_t rows = 0; s->batch && !s->spoiled && rows < EVICT_ROWS;) {
		state_check(s, mdb_stat(s->batch, s->seen, &st));
		if (s->spoiled || st.ms_entries <= s->known_max)
			return;
		if (!first_row(s, s->evicted)) {
			memset(s->evicted, 0, sizeof(s->evicted));
			if (!first_row(s, s->evicted))
				return;
		}
		uint32_t day = format_parse_day(s->evicted).day;
		collect(s, s->evicted, day < UINT32_MAX ? day + 1 : day, &days);
		delete_all(s, &days);
		rows += days.count + 1;
		s->dropped += days.count;
		/* Behind the rows of this source. */
		memset(s->evicted + FORMAT_OWNER_BYTES, 0xFF,
		       FORMAT_DAY_BYTES - FORMAT_OWNER_BYTES);
	}
}

/* --- sitemaps of an index --- */

bool state_child(struct state *s, const struct source_key *source, uint64_t key,
		 struct state_child *ret_child)
{
	uint8_t bytes[FORMAT_CHILD_KEY_BYTES];
	MDB_val data;
	format_child_key(source, key, bytes);
	int rc = state_get(s, s->children, state_val(bytes, sizeof(bytes)), &data);
	bool found = !rc && data.mv_size == FORMAT_CHILD_BYTES;
	if (found)
		*ret_child = format_parse_child(data.mv_data);
	state_end_read(s);
	return found;
}

void state_put_child(struct state *s, const struct source_key *source, uint64_t key,
		     const struct state_child *child)
{
	uint8_t bytes[FORMAT_CHILD_KEY_BYTES], value[FORMAT_CHILD_BYTES];
	format_child_key(source, key, bytes);
	format_child(child, value);
	state_put(s, s->children, state_val(bytes, sizeof(bytes)), state_val(value, sizeof(value)));
}

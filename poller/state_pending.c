/* Items that wait. Their texts are kept beside the records, which change with every try. */
#include "lib/cleanup.h"
#include "poller/state_internal.h"

#include <errno.h>

struct number {
	uint8_t bytes[FORMAT_NUMBER_BYTES];
};

static struct number number_of(uint64_t n)
{
	struct number number = {{0}};
	format_number(n, number.bytes);
	return number;
}

static MDB_val number_val(const struct number *n)
{
	return state_val(n->bytes, sizeof(n->bytes));
}

void state_put_pending(struct state *s, uint64_t number, const struct pending_record *r)
{
	struct number key = number_of(number);
	buf_clear(&s->record);
	if (format_pending(r, &s->record) < 0)
		state_check(s, ENOMEM);
	else
		state_put(s, s->pending, number_val(&key),
			  state_val(s->record.data, s->record.len));
}

uint64_t state_add_pending(struct state *s, const struct pending_record *r, const struct text *text)
{
	struct number key = number_of(++s->last_number);
	state_put_pending(s, s->last_number, r);
	if (r->has_text)
		state_put(s, s->texts, number_val(&key), state_val(text->ptr, text->len));
	return s->spoiled ? 0 : s->last_number;
}

void state_end_pending(struct state *s, uint64_t number)
{
	struct number key = number_of(number);
	state_delete(s, s->pending, number_val(&key));
	state_delete(s, s->texts, number_val(&key));
	state_delete(s, s->reading, number_val(&key));
}

int state_pending(struct state *s, uint64_t number, struct arena *arena,
		  struct pending_record *ret_record)
{
	struct number key = number_of(number);
	MDB_val data;
	int r = lmdb_error(state_get(s, s->pending, number_val(&key), &data));
	if (r == NETRAL_OK)
		r = format_parse_pending(data.mv_data, data.mv_size, arena, ret_record);
	state_end_read(s);
	return r == NETRAL_OK ? 1 : r == NETRAL_ENOMEM ? r : 0;
}

int state_pending_text(struct state *s, uint64_t number, struct arena *arena, struct text *ret_text)
{
	struct number key = number_of(number);
	MDB_val data;
	int r = lmdb_error(state_get(s, s->texts, number_val(&key), &data));
	if (r == NETRAL_OK) {
		*ret_text = (struct text){arena_strndup(arena, data.mv_data, data.mv_size),
					  data.mv_size};
		r = ret_text->ptr ? NETRAL_OK : NETRAL_ENOMEM;
	}
	state_end_read(s);
	return r == NETRAL_OK ? 1 : r == NETRAL_ENOMEM ? r : 0;
}

/* A record that cannot be read is passed over. */
static int next_record(MDB_cursor *cursor, MDB_val *key, struct arena *arena,
		       struct pending_record *ret_record)
{
	MDB_val data;
	int rc = mdb_cursor_get(cursor, key, &data, MDB_SET_RANGE);
	for (; !rc; rc = mdb_cursor_get(cursor, key, &data, MDB_NEXT)) {
		if (key->mv_size != FORMAT_NUMBER_BYTES)
			continue;
		int r = format_parse_pending(data.mv_data, data.mv_size, arena, ret_record);
		if (r == NETRAL_OK || r == NETRAL_ENOMEM)
			return r == NETRAL_OK ? 1 : r;
	}
	return 0;
}

int state_next_pending(struct state *s, uint64_t number, struct arena *arena, uint64_t *ret_number,
		       struct pending_record *ret_record)
{
	struct number from = number_of(number + 1);
	MDB_val key = number_val(&from);
	MDB_cursor *cursor;
	MDB_txn *txn = state_begin_read(s);
	int r = 0;
	if (txn && mdb_cursor_open(txn, s->pending, &cursor) == MDB_SUCCESS) {
		r = next_record(cursor, &key, arena, ret_record);
		if (r == 1)
			*ret_number = format_parse_number(key.mv_data);
		mdb_cursor_close(cursor);
	}
	state_end_read(s);
	return r;
}

void state_put_reading(struct state *s, uint64_t number, struct state_reading r)
{
	struct number key = number_of(number);
	const uint8_t value[] = {r.deaths, r.is_on};
	if (r.deaths == 0 && !r.is_on)
		state_delete(s, s->reading, number_val(&key));
	else
		state_put(s, s->reading, number_val(&key), state_val(value, sizeof(value)));
}

struct state_reading state_reading(struct state *s, uint64_t number)
{
	struct number key = number_of(number);
	struct state_reading r = {0, false};
	MDB_val data;
	int rc = state_get(s, s->reading, number_val(&key), &data);
	if (!rc && data.mv_size == 2) {
		const uint8_t *value = data.mv_data;
		r = (struct state_reading){value[0], value[1] != 0};
	}
	state_end_read(s);
	return r;
}

/* What was tried with each receiver, and who was told what. */
#include "alert/outbox_internal.h"

#include <endian.h>
#include <xxhash.h>

enum {
	EVICT_STEP = 64,
	TOLD_VALUE_BYTES = 4 + OUTBOX_STATE_BYTES,
	TOLD_EARLIER_BYTES = 12,
	RECEIVER_BYTES = 29
};

/* --- receivers --- */

int outbox_receiver(struct outbox *o, uint64_t receiver, struct outbox_receiver *ret)
{
	uint8_t bytes[8];
	MDB_val key = outbox_val(bytes, sizeof(bytes)), data;
	MDB_txn *txn = outbox_reader(o);
	outbox_put_number(bytes, receiver);
	*ret = (struct outbox_receiver){0};
	bool found = txn && mdb_get(txn, o->receivers, &key, &data) == MDB_SUCCESS &&
		     data.mv_size == RECEIVER_BYTES;
	if (found) {
		const uint8_t *b = data.mv_data;
		uint32_t tries;
		memcpy(&tries, b + 8, sizeof(tries));
		*ret = (struct outbox_receiver){.number = outbox_take_number(b),
						.tries = be32toh(tries),
						.due_ms = outbox_take_number(b + 12),
						.disabled = b[20] != 0,
						.address = outbox_take_number(b + 21)};
	}
	outbox_end_read(o);
	return found;
}

void outbox_set_receiver(struct outbox *o, uint64_t receiver, const struct outbox_receiver *r)
{
	uint8_t name[8], b[RECEIVER_BYTES];
	uint32_t tries = htobe32(r->tries);
	MDB_val key = outbox_val(name, sizeof(name)), data = outbox_val(b, sizeof(b));
	MDB_txn *txn = outbox_writer(o);
	outbox_put_number(name, receiver);
	outbox_put_number(b, r->number);
	memcpy(b + 8, &tries, sizeof(tries));
	outbox_put_number(b + 12, r->due_ms);
	b[20] = r->disabled;
	outbox_put_number(b + 21, r->address);
	if (txn)
		outbox_check(o, mdb_put(txn, o->receivers, &key, &data, 0));
}

/* --- who was told what --- */

void outbox_event_key(uint64_t receiver, const char *event_id,
		      uint8_t ret[static OUTBOX_TOLD_BYTES])
{
	XXH128_canonical_t event;
	XXH128_canonicalFromHash(&event, XXH3_128bits(event_id, strlen(event_id)));
	outbox_put_number(ret, receiver);
	memcpy(ret + 8, event.digest, sizeof(event.digest));
}

void outbox_put_state(uint8_t to[static OUTBOX_STATE_BYTES], const struct told *told)
{
	outbox_put_number(to, told->digest);
	to[8] = told->kind;
	to[9] = told->status;
	memcpy(to + 10, told->area, OUTBOX_AREA_SIZE);
}

void outbox_take_state(const uint8_t from[static OUTBOX_STATE_BYTES], struct told *ret)
{
	ret->digest = outbox_take_number(from);
	ret->kind = from[8];
	ret->status = from[9];
	memcpy(ret->area, from + 10, OUTBOX_AREA_SIZE);
	ret->area[OUTBOX_AREA_SIZE - 1] = '\0';
}

/* A value is: digest 8, day 4, and unless an earlier version wrote it, the rest of the state. */
static bool is_value(const MDB_val *data)
{
	return data->mv_size == TOLD_VALUE_BYTES || data->mv_size == TOLD_EARLIER_BYTES;
}

int outbox_told(struct outbox *o, uint64_t receiver, const char *event_id, struct told *ret)
{
	uint8_t bytes[OUTBOX_TOLD_BYTES], state[OUTBOX_STATE_BYTES] = {0};
	MDB_val key = outbox_val(bytes, sizeof(bytes)), data;
	MDB_txn *txn = outbox_latest(o);
	outbox_event_key(receiver, event_id, bytes);
	bool found = txn && mdb_get(txn, o->told, &key, &data) == MDB_SUCCESS && is_value(&data);
	if (found) {
		const uint8_t *b = data.mv_data;
		memcpy(state, b, 8);
		memcpy(state + 8, b + TOLD_EARLIER_BYTES, data.mv_size - TOLD_EARLIER_BYTES);
	}
	outbox_take_state(state, ret);
	if (!o->batch)
		outbox_end_read(o);
	return found;
}

static void day_key(uint32_t day, const uint8_t *told, uint8_t *ret)
{
	uint32_t big = htobe32(day);
	memcpy(ret, &big, sizeof(big));
	memcpy(ret + 4, told, OUTBOX_TOLD_BYTES);
}

/* The day that was remembered before goes. */
static void forget_day(struct outbox *o, MDB_txn *txn, const uint8_t *told)
{
	uint8_t bytes[4 + OUTBOX_TOLD_BYTES];
	MDB_val key = outbox_val(told, OUTBOX_TOLD_BYTES), data;
	uint32_t day;
	if (mdb_get(txn, o->told, &key, &data) || !is_value(&data))
		return;
	memcpy(&day, (const uint8_t *)data.mv_data + 8, sizeof(day));
	day_key(be32toh(day), told, bytes);
	key = outbox_val(bytes, sizeof(bytes));
	outbox_check(o, mdb_del(txn, o->told_days, &key, NULL));
}

void outbox_tell(struct outbox *o, uint64_t receiver, const char *event_id,
		 const struct told *state, uint32_t today)
{
	uint8_t told[OUTBOX_TOLD_BYTES], value[TOLD_VALUE_BYTES], day[4 + OUTBOX_TOLD_BYTES];
	uint8_t bytes[OUTBOX_STATE_BYTES];
	uint32_t big = htobe32(today);
	MDB_txn *txn = outbox_writer(o);
	if (!txn)
		return;
	outbox_event_key(receiver, event_id, told);
	forget_day(o, txn, told);
	outbox_put_state(bytes, state);
	memcpy(value, bytes, 8);
	memcpy(value + 8, &big, sizeof(big));
	memcpy(value + TOLD_EARLIER_BYTES, bytes + 8, sizeof(bytes) - 8);
	MDB_val key = outbox_val(told, sizeof(told)), data = outbox_val(value, sizeof(value));
	outbox_check(o, mdb_put(txn, o->told, &key, &data, 0));
	day_key(today, told, day);
	key = outbox_val(day, sizeof(day));
	data = outbox_val("", 0);
	outbox_check(o, mdb_put(txn, o->told_days, &key, &data, 0));
}

/* Days are compared with the newest, not with a clock that may jump. */
static bool is_old(MDB_cursor *cursor, const MDB_val *first)
{
	MDB_val key, data;
	uint32_t oldest, newest;
	memcpy(&oldest, first->mv_data, sizeof(oldest));
	if (mdb_cursor_get(cursor, &key, &data, MDB_LAST) || key.mv_size < sizeof(newest))
		return false;
	memcpy(&newest, key.mv_data, sizeof(newest));
	return be32toh(newest) - be32toh(oldest) > OUTBOX_TOLD_DAYS;
}

static bool evict_one(struct outbox *o, MDB_txn *txn, MDB_cursor *cursor, bool too_many)
{
	uint8_t told[OUTBOX_TOLD_BYTES];
	MDB_val key, data;
	if (mdb_cursor_get(cursor, &key, &data, MDB_FIRST) || key.mv_size != 4 + OUTBOX_TOLD_BYTES)
		return false;
	if (!too_many && !is_old(cursor, &key))
		return false;
	if (mdb_cursor_get(cursor, &key, &data, MDB_FIRST))
		return false;
	memcpy(told, (const uint8_t *)key.mv_data + 4, sizeof(told));
	outbox_check(o, mdb_cursor_del(cursor, 0));
	key = outbox_val(told, sizeof(told));
	outbox_check(o, mdb_del(txn, o->told, &key, NULL));
	o->forgotten_told++;
	return true;
}

void outbox_evict_told(struct outbox *o, MDB_txn *txn)
{
	MDB_stat st;
	MDB_cursor *cursor;
	if (mdb_stat(txn, o->told_days, &st) || mdb_cursor_open(txn, o->told_days, &cursor))
		return;
	for (int i = 0; i < EVICT_STEP; i++) {
		if (!evict_one(o, txn, cursor, st.ms_entries > OUTBOX_TOLD_MAX))
			break;
		st.ms_entries--;
	}
	mdb_cursor_close(cursor);
}

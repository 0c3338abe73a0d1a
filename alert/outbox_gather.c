/* Updates that wait to go in one message. One of them is
 *
 *   version 1, hash of the event 16, what was told before, the update
 *
 * A group is: when it is due 8, updates 4, how many of the first of them go at once 4.
 *
 * Four tables change together, always in the batch: an update, where that of an event is, its
 * group, and when the group is due. */
#include "alert/outbox_internal.h"

#include <endian.h>
#include <errno.h>

enum {
	GATHERED_VERSION = 1,
	EVENT_BYTES = 16,
	HEAD_BYTES = 1 + EVENT_BYTES + OUTBOX_STATE_BYTES,
	NUMBER_BYTES = OUTBOX_KEY_BYTES + 8,
	DUE_BYTES = 8 + OUTBOX_KEY_BYTES,
	GROUP_VALUE_BYTES = 16,
	PLACE_BYTES = 16,
};

/* --- groups --- */

static bool find_group(struct outbox *o, MDB_txn *txn, uint64_t receiver, uint64_t group,
		       struct outbox_group *ret)
{
	uint8_t bytes[OUTBOX_KEY_BYTES];
	uint32_t counts[2];
	MDB_val key = outbox_val(bytes, sizeof(bytes)), data;
	outbox_key(receiver, group, bytes);
	if (mdb_get(txn, o->groups, &key, &data) || data.mv_size != GROUP_VALUE_BYTES)
		return false;
	memcpy(counts, (const uint8_t *)data.mv_data + 8, sizeof(counts));
	*ret = (struct outbox_group){receiver, group, outbox_take_number(data.mv_data),
				     be32toh(counts[0]), be32toh(counts[1])};
	return true;
}

uint64_t outbox_group_due_ms(const struct outbox_group *g)
{
	return g->ready > 0 ? 0 : g->due_ms;
}

static void due_key(const struct outbox_group *g, uint8_t ret[static DUE_BYTES])
{
	outbox_put_number(ret, outbox_group_due_ms(g));
	outbox_key(g->receiver, g->group, ret + 8);
}

static void forget_due(struct outbox *o, MDB_txn *txn, const struct outbox_group *g)
{
	uint8_t bytes[DUE_BYTES];
	MDB_val key = outbox_val(bytes, sizeof(bytes));
	due_key(g, bytes);
	outbox_check(o, mdb_del(txn, o->groups_due, &key, NULL));
}

/* Without updates it goes. */
static void put_group(struct outbox *o, MDB_txn *txn, const struct outbox_group *g)
{
	uint8_t name[OUTBOX_KEY_BYTES], value[GROUP_VALUE_BYTES], due[DUE_BYTES];
	uint32_t counts[] = {htobe32(g->count), htobe32(g->ready)};
	MDB_val key = outbox_val(name, sizeof(name)), data = outbox_val(value, sizeof(value));
	outbox_key(g->receiver, g->group, name);
	if (g->count == 0) {
		outbox_check(o, mdb_del(txn, o->groups, &key, NULL));
		return;
	}
	outbox_put_number(value, g->due_ms);
	memcpy(value + 8, counts, sizeof(counts));
	outbox_check(o, mdb_put(txn, o->groups, &key, &data, 0));
	due_key(g, due);
	key = outbox_val(due, sizeof(due));
	data = outbox_val("", 0);
	outbox_check(o, mdb_put(txn, o->groups_due, &key, &data, 0));
}

/* One more update. The first behind those that go at once begins the wait of the others. */
static void grow_group(struct outbox *o, MDB_txn *txn, const struct outbox_group *g, uint32_t max)
{
	struct outbox_group now = *g;
	MDB_stat st = {0};
	now.count = now.ready = 0;
	if (find_group(o, txn, g->receiver, g->group, &now))
		forget_due(o, txn, &now);
	else if (mdb_stat(txn, o->groups, &st) || st.ms_entries >= OUTBOX_GROUPS_MAX)
		now.due_ms = 0;
	if (now.ready > 0 && now.ready == now.count)
		now.due_ms = g->due_ms;
	now.count++;
	if (now.count - now.ready >= max)
		now.ready = now.count;
	put_group(o, txn, &now);
}

static void shrink_group(struct outbox *o, MDB_txn *txn, uint64_t receiver, uint64_t group,
			 uint32_t by)
{
	struct outbox_group now;
	if (!find_group(o, txn, receiver, group, &now))
		return;
	forget_due(o, txn, &now);
	now.count -= by < now.count ? by : now.count;
	now.ready -= by < now.ready ? by : now.ready;
	put_group(o, txn, &now);
}

/* --- updates --- */

static void number_key(uint64_t receiver, uint64_t group, uint64_t number,
		       uint8_t ret[static NUMBER_BYTES])
{
	outbox_key(receiver, group, ret);
	outbox_put_number(ret + OUTBOX_KEY_BYTES, number);
}

/* Where the update of an event is. */
static bool find_place(struct outbox *o, MDB_txn *txn, const uint8_t event[OUTBOX_TOLD_BYTES],
		       uint64_t *ret_group, uint64_t *ret_number)
{
	MDB_val key = outbox_val(event, OUTBOX_TOLD_BYTES), data;
	if (mdb_get(txn, o->gathered, &key, &data) || data.mv_size != PLACE_BYTES)
		return false;
	*ret_group = outbox_take_number(data.mv_data);
	*ret_number = outbox_take_number((const uint8_t *)data.mv_data + 8);
	return true;
}

static void put_place(struct outbox *o, MDB_txn *txn, const uint8_t event[OUTBOX_TOLD_BYTES],
		      uint64_t group, uint64_t number)
{
	uint8_t place[PLACE_BYTES];
	MDB_val key = outbox_val(event, OUTBOX_TOLD_BYTES), data = outbox_val(place, sizeof(place));
	outbox_key(group, number, place);
	outbox_check(o, mdb_put(txn, o->gathered, &key, &data, 0));
}

static bool get_update(struct outbox *o, MDB_txn *txn, const uint8_t name[NUMBER_BYTES],
		       MDB_val *ret)
{
	MDB_val key = outbox_val(name, NUMBER_BYTES);
	return mdb_get(txn, o->gathering, &key, ret) == MDB_SUCCESS && ret->mv_size >= HEAD_BYTES;
}

static void put_update(struct outbox *o, MDB_txn *txn, const uint8_t name[NUMBER_BYTES],
		       const uint8_t event[OUTBOX_TOLD_BYTES], const struct told *was,
		       const void *packed, size_t len)
{
	uint8_t head[HEAD_BYTES] = {GATHERED_VERSION};
	memcpy(head + 1, event + 8, EVENT_BYTES);
	outbox_put_state(head + 1 + EVENT_BYTES, was);
	buf_clear(&o->record);
	if (buf_append(&o->record, head, sizeof(head)) < 0 ||
	    buf_append(&o->record, packed, len) < 0) {
		outbox_check(o, ENOMEM);
		return;
	}
	MDB_val key = outbox_val(name, NUMBER_BYTES);
	MDB_val data = outbox_val(o->record.data, o->record.len);
	outbox_check(o, mdb_put(txn, o->gathering, &key, &data, 0));
	outbox_use(o, outbox_take_number(name), 0, (int64_t)o->record.len);
}

void outbox_gather(struct outbox *o, const struct outbox_group *g, uint32_t max,
		   const char *event_id, const struct told *was, const void *packed, size_t len)
{
	uint8_t event[OUTBOX_TOLD_BYTES], name[NUMBER_BYTES];
	uint64_t group = g->group, number;
	struct told before = *was;
	MDB_val earlier;
	MDB_txn *txn = outbox_writer(o);
	if (!txn)
		return;
	outbox_event_key(g->receiver, event_id, event);
	if (find_place(o, txn, event, &group, &number)) {
		number_key(g->receiver, group, number, name);
		if (get_update(o, txn, name, &earlier)) {
			outbox_take_state((const uint8_t *)earlier.mv_data + 1 + EVENT_BYTES,
					  &before);
			outbox_use(o, g->receiver, 0, -(int64_t)earlier.mv_size);
		}
	} else {
		number = o->last_number + ++o->batch_numbers;
		number_key(g->receiver, group, number, name);
		put_place(o, txn, event, group, number);
		grow_group(o, txn, g, max);
	}
	put_update(o, txn, name, event, &before, packed, len);
}

int outbox_gathering(struct outbox *o, uint64_t receiver, const char *event_id,
		     struct told *ret_was)
{
	uint8_t event[OUTBOX_TOLD_BYTES], name[NUMBER_BYTES];
	uint64_t group, number;
	MDB_val data;
	MDB_txn *txn = outbox_latest(o);
	outbox_event_key(receiver, event_id, event);
	bool found = txn && find_place(o, txn, event, &group, &number);
	if (found) {
		number_key(receiver, group, number, name);
		found = get_update(o, txn, name, &data);
	}
	if (found)
		outbox_take_state((const uint8_t *)data.mv_data + 1 + EVENT_BYTES, ret_was);
	if (!o->batch)
		outbox_end_read(o);
	return found;
}

/* Takes out the update, and what says where it is; not from its group. */
static bool delete_update(struct outbox *o, MDB_txn *txn, uint64_t receiver,
			  const uint8_t name[NUMBER_BYTES])
{
	uint8_t event[OUTBOX_TOLD_BYTES];
	MDB_val key = outbox_val(name, NUMBER_BYTES), data;
	if (!get_update(o, txn, name, &data))
		return false;
	outbox_put_number(event, receiver);
	memcpy(event + 8, (const uint8_t *)data.mv_data + 1, EVENT_BYTES);
	outbox_use(o, receiver, 0, -(int64_t)data.mv_size);
	outbox_check(o, mdb_del(txn, o->gathering, &key, NULL));
	key = outbox_val(event, sizeof(event));
	outbox_check(o, mdb_del(txn, o->gathered, &key, NULL));
	return true;
}

void outbox_ungather(struct outbox *o, uint64_t receiver, const char *event_id)
{
	uint8_t event[OUTBOX_TOLD_BYTES], name[NUMBER_BYTES];
	uint64_t group, number;
	MDB_txn *txn = outbox_writer(o);
	outbox_event_key(receiver, event_id, event);
	if (!txn || !find_place(o, txn, event, &group, &number))
		return;
	number_key(receiver, group, number, name);
	if (delete_update(o, txn, receiver, name))
		shrink_group(o, txn, receiver, group, 1);
}

/* --- what is due --- */

/* The first entry at or behind a key: 1, 0 or an error. */
static int seek(MDB_txn *txn, MDB_dbi dbi, const void *bytes, size_t len, MDB_val *key,
		MDB_val *data)
{
	MDB_cursor *cursor;
	int rc = mdb_cursor_open(txn, dbi, &cursor);
	if (rc)
		return outbox_error(rc);
	*key = outbox_val(bytes, len);
	rc = mdb_cursor_get(cursor, key, data, MDB_SET_RANGE);
	mdb_cursor_close(cursor);
	if (rc == MDB_NOTFOUND || (!rc && key->mv_size != len))
		return 0;
	return rc ? outbox_error(rc) : 1;
}

int outbox_first_group(struct outbox *o, struct outbox_group *ret)
{
	static const uint8_t first[DUE_BYTES];
	MDB_val key = {0}, data = {0};
	MDB_txn *txn = outbox_latest(o);
	if (!txn)
		return NETRAL_ENOMEM;
	int r = seek(txn, o->groups_due, first, sizeof(first), &key, &data);
	if (r == 1) {
		const uint8_t *b = key.mv_data;
		r = find_group(o, txn, outbox_take_number(b + 8), outbox_take_number(b + 16), ret)
			    ? 1
			    : NETRAL_EIO;
	}
	if (!o->batch)
		outbox_end_read(o);
	return r;
}

int outbox_group_of(struct outbox *o, uint64_t receiver, struct outbox_group *ret)
{
	uint8_t first[OUTBOX_KEY_BYTES];
	MDB_val key = {0}, data = {0};
	MDB_txn *txn = outbox_latest(o);
	if (!txn)
		return NETRAL_ENOMEM;
	outbox_key(receiver, 0, first);
	int r = seek(txn, o->groups, first, sizeof(first), &key, &data);
	if (r == 1) {
		const uint8_t *b = key.mv_data;
		r = outbox_take_number(b) == receiver &&
		    find_group(o, txn, receiver, outbox_take_number(b + 8), ret);
	}
	if (!o->batch)
		outbox_end_read(o);
	return r;
}

int outbox_next_gathered(struct outbox *o, const struct outbox_group *g, uint64_t after,
			 struct outbox_gathered *ret)
{
	uint8_t name[NUMBER_BYTES];
	MDB_val key = {0}, data = {0};
	MDB_txn *txn = outbox_latest(o);
	if (!txn)
		return NETRAL_ENOMEM;
	number_key(g->receiver, g->group, after + 1, name);
	int r = seek(txn, o->gathering, name, sizeof(name), &key, &data);
	if (r != 1)
		return r;
	const uint8_t *b = data.mv_data, *place = key.mv_data;
	if (!place || memcmp(place, name, OUTBOX_KEY_BYTES) != 0)
		return 0;
	if (!b || data.mv_size < HEAD_BYTES || b[0] != GATHERED_VERSION)
		return NETRAL_EIO;
	ret->number = outbox_take_number(place + OUTBOX_KEY_BYTES);
	outbox_take_state(b + 1 + EVENT_BYTES, &ret->was);
	ret->packed = (struct text){(const char *)b + HEAD_BYTES, data.mv_size - HEAD_BYTES};
	return 1;
}

void outbox_take_gathered(struct outbox *o, const struct outbox_group *g, uint64_t through)
{
	struct outbox_gathered item = {0};
	uint8_t name[NUMBER_BYTES];
	uint32_t taken = 0;
	MDB_txn *txn = outbox_writer(o);
	while (txn && outbox_next_gathered(o, g, 0, &item) == 1 && item.number <= through) {
		number_key(g->receiver, g->group, item.number, name);
		if (!delete_update(o, txn, g->receiver, name))
			break;
		taken++;
	}
	if (!txn)
		return;
	if (outbox_next_gathered(o, g, 0, &item) != 1)
		taken = UINT32_MAX; /* also where the count was wrong */
	shrink_group(o, txn, g->receiver, g->group, taken);
}

/* Messages that wait, and those that were given up. A message is
 *
 *   version 1, created 8, tries 4, length of id 1, length of reason 1, id NUL, reason NUL, body */
#include "alert/outbox_internal.h"

#include "lib/clock.h"

#include <endian.h>
#include <errno.h>

enum { ITEM_VERSION = 1, HEAD_BYTES = 15, EVICT_STEP = 1024 };

/* --- format --- */

static int format(struct outbox *o, const struct outbox_item *item)
{
	uint8_t head[HEAD_BYTES] = {ITEM_VERSION};
	uint32_t tries = htobe32(item->tries);
	size_t id_len = strnlen(item->id, OUTBOX_ID_MAX);
	size_t reason_len = strnlen(item->reason, OUTBOX_REASON_MAX);
	outbox_put_number(head + 1, item->created_ms);
	memcpy(head + 9, &tries, sizeof(tries));
	head[13] = (uint8_t)id_len;
	head[14] = (uint8_t)reason_len;
	buf_clear(&o->record);
	int r = buf_append(&o->record, head, sizeof(head));
	if (r == NETRAL_OK)
		r = buf_append(&o->record, item->id, id_len);
	if (r == NETRAL_OK)
		r = buf_append(&o->record, "", 1);
	if (r == NETRAL_OK)
		r = buf_append(&o->record, item->reason, reason_len);
	if (r == NETRAL_OK)
		r = buf_append(&o->record, "", 1);
	return r == NETRAL_OK ? buf_append(&o->record, item->body.ptr, item->body.len) : r;
}

static int parse(const MDB_val *data, struct outbox_item *ret)
{
	const uint8_t *b = data->mv_data;
	uint32_t tries;
	if (data->mv_size < HEAD_BYTES || b[0] != ITEM_VERSION)
		return NETRAL_EMALFORMED;
	size_t id_len = b[13], reason_len = b[14], texts = HEAD_BYTES + id_len + reason_len + 2;
	if (data->mv_size < texts || b[HEAD_BYTES + id_len] || b[texts - 1])
		return NETRAL_EMALFORMED;
	memcpy(&tries, b + 9, sizeof(tries));
	ret->created_ms = outbox_take_number(b + 1);
	ret->tries = be32toh(tries);
	ret->id = (const char *)b + HEAD_BYTES;
	ret->reason = ret->id + id_len + 1;
	ret->body = (struct text){(const char *)b + texts, data->mv_size - texts};
	return NETRAL_OK;
}

/* --- waiting --- */

static void put(struct outbox *o, uint64_t receiver, uint64_t number, MDB_dbi dbi,
		const struct outbox_item *item)
{
	uint8_t bytes[OUTBOX_KEY_BYTES];
	MDB_txn *txn = outbox_writer(o);
	if (!txn)
		return;
	if (format(o, item) < 0) {
		outbox_check(o, ENOMEM);
		return;
	}
	outbox_key(receiver, number, bytes);
	MDB_val key = outbox_val(bytes, sizeof(bytes));
	MDB_val data = outbox_val(o->record.data, o->record.len);
	outbox_check(o, mdb_put(txn, dbi, &key, &data, 0));
}

static void put_waiting(struct outbox *o, uint64_t receiver, const struct outbox_item *item)
{
	put(o, receiver, o->last_number + ++o->batch_numbers, o->waiting, item);
	outbox_use(o, receiver, 1, (int64_t)o->record.len);
}

void outbox_put(struct outbox *o, uint64_t receiver, const char *id, const void *body, size_t len)
{
	const struct outbox_item item = {
		.created_ms = clock_real_us() / 1000, .id = id, .reason = "", .body = {body, len}};
	put_waiting(o, receiver, &item);
}

/* The entry behind a key: 1 with its key and data, 0 at the end. */
static int next_entry(MDB_txn *txn, MDB_dbi dbi, uint64_t receiver, uint64_t after, MDB_val *key,
		      MDB_val *data)
{
	uint8_t bytes[OUTBOX_KEY_BYTES];
	MDB_cursor *cursor;
	int rc = mdb_cursor_open(txn, dbi, &cursor);
	if (rc)
		return outbox_error(rc);
	outbox_key(receiver, after + 1, bytes);
	*key = outbox_val(bytes, sizeof(bytes));
	rc = mdb_cursor_get(cursor, key, data, MDB_SET_RANGE);
	mdb_cursor_close(cursor);
	if (rc == MDB_NOTFOUND || (!rc && key->mv_size != OUTBOX_KEY_BYTES))
		return 0;
	return rc ? outbox_error(rc) : 1;
}

int outbox_next(struct outbox *o, uint64_t receiver, uint64_t after, struct outbox_item *ret_item)
{
	MDB_val key = {0}, data = {0};
	MDB_txn *txn = outbox_reader(o);
	if (!txn)
		return NETRAL_ENOMEM;
	int r = next_entry(txn, o->waiting, receiver, after, &key, &data);
	if (r != 1)
		return r;
	const uint8_t *bytes = key.mv_data;
	if (outbox_take_number(bytes) != receiver)
		return 0;
	ret_item->number = outbox_take_number(bytes + 8);
	return parse(&data, ret_item) < 0 ? NETRAL_EIO : 1;
}

/* An LMDB code, with *ret_len bytes when it was there. */
static int delete_entry(MDB_txn *txn, MDB_dbi dbi, uint64_t receiver, uint64_t number,
			size_t *ret_len)
{
	uint8_t bytes[OUTBOX_KEY_BYTES];
	outbox_key(receiver, number, bytes);
	MDB_val key = outbox_val(bytes, sizeof(bytes)), data;
	int rc = mdb_get(txn, dbi, &key, &data);
	*ret_len = rc ? 0 : data.mv_size;
	return rc ? rc : mdb_del(txn, dbi, &key, NULL);
}

void outbox_done(struct outbox *o, uint64_t receiver, uint64_t number)
{
	size_t len;
	MDB_txn *txn = outbox_writer(o);
	if (!txn)
		return;
	outbox_check(o, delete_entry(txn, o->waiting, receiver, number, &len));
	if (len > 0)
		outbox_use(o, receiver, -1, -(int64_t)len);
}

void outbox_give_up(struct outbox *o, uint64_t receiver, uint64_t number, uint32_t tries,
		    const char *reason)
{
	struct outbox_item item;
	if (outbox_next(o, receiver, number - 1, &item) != 1 || item.number != number)
		return;
	item.tries = tries;
	item.reason = reason;
	put(o, receiver, number, o->failed, &item);
	outbox_done(o, receiver, number);
}

/* --- given up --- */

int outbox_next_failed(struct outbox *o, uint64_t *receiver, uint64_t *number,
		       struct outbox_item *ret_item)
{
	MDB_val key = {0}, data = {0};
	MDB_txn *txn = outbox_reader(o);
	if (!txn)
		return NETRAL_ENOMEM;
	int r = next_entry(txn, o->failed, *receiver, *number, &key, &data);
	if (r != 1)
		return r;
	const uint8_t *bytes = key.mv_data;
	*receiver = outbox_take_number(bytes);
	*number = ret_item->number = outbox_take_number(bytes + 8);
	return parse(&data, ret_item) < 0 ? NETRAL_EIO : 1;
}

/* Those that another call of the same batch has put back are not put back twice. */
unsigned outbox_retry_failed(struct outbox *o, uint64_t receiver, unsigned limit)
{
	struct outbox_item item;
	uint64_t at = receiver, number = 0;
	unsigned count = 0;
	size_t len;
	while (count < limit && outbox_next_failed(o, &at, &number, &item) == 1) {
		MDB_txn *txn = outbox_writer(o);
		if (at != receiver || !txn)
			break;
		int rc = delete_entry(txn, o->failed, at, number, &len);
		outbox_check(o, rc);
		if (rc)
			continue;
		item.reason = "";
		item.tries = 0;
		put_waiting(o, at, &item);
		count++;
	}
	return count;
}

/* --- events that are to be forgotten --- */

/* A message about one event has the event's id, a stroke and a number; see message_id(). */
static bool is_about(const struct outbox_item *item, const char *event_id)
{
	size_t len = strlen(event_id);
	return strncmp(item->id, event_id, len) == 0 && item->id[len] == '_';
}

/* Deletes a receiver's messages about an event, and counts them. */
static int forget(struct outbox *o, MDB_cursor *cursor, uint64_t receiver, const char *event_id,
		  int64_t *ret_bytes)
{
	uint8_t bytes[OUTBOX_KEY_BYTES];
	struct outbox_item item;
	int count = 0;
	*ret_bytes = 0;
	outbox_key(receiver, 0, bytes);
	MDB_val key = outbox_val(bytes, sizeof(bytes)), data;
	int rc = mdb_cursor_get(cursor, &key, &data, MDB_SET_RANGE);
	while (!rc && key.mv_size == OUTBOX_KEY_BYTES &&
	       outbox_take_number(key.mv_data) == receiver) {
		if (parse(&data, &item) == NETRAL_OK && is_about(&item, event_id)) {
			*ret_bytes += (int64_t)data.mv_size;
			count++;
			rc = mdb_cursor_del(cursor, 0);
		}
		rc = rc ? rc : mdb_cursor_get(cursor, &key, &data, MDB_NEXT);
	}
	outbox_check(o, rc);
	return count;
}

static int forget_in(struct outbox *o, MDB_dbi dbi, uint64_t receiver, const char *event_id,
		     int64_t *ret_bytes)
{
	MDB_cursor *cursor;
	MDB_txn *txn = outbox_writer(o);
	int rc = txn ? mdb_cursor_open(txn, dbi, &cursor) : MDB_NOTFOUND;
	outbox_check(o, rc);
	if (rc)
		return 0;
	int count = forget(o, cursor, receiver, event_id, ret_bytes);
	mdb_cursor_close(cursor);
	return count;
}

unsigned outbox_forget(struct outbox *o, uint64_t receiver, const char *event_id)
{
	int64_t bytes = 0;
	forget_in(o, o->failed, receiver, event_id, &bytes);
	int count = forget_in(o, o->waiting, receiver, event_id, &bytes);
	if (count > 0)
		outbox_use(o, receiver, -count, -bytes);
	return (unsigned)count;
}

/* --- receivers that are gone --- */

static bool is_among(const uint64_t *receivers, size_t count, uint64_t receiver)
{
	for (size_t i = 0; i < count; i++) {
		if (receivers[i] == receiver)
			return true;
	}
	return false;
}

/* Moves on to the next message whose receiver is none of these. As next_entry(). */
static int next_of_others(struct outbox *o, const uint64_t *receivers, size_t count, uint64_t *at,
			  uint64_t *number)
{
	MDB_val key = {0}, data = {0};
	MDB_txn *txn = outbox_reader(o);
	int r = txn ? 1 : NETRAL_ENOMEM;
	while (r == 1) {
		r = next_entry(txn, o->waiting, *at, *number, &key, &data);
		if (r != 1)
			break;
		const uint8_t *bytes = key.mv_data;
		*at = outbox_take_number(bytes);
		*number = outbox_take_number(bytes + 8);
		if (!is_among(receivers, count, *at))
			break;
		r = *at < UINT64_MAX; /* what is behind all of this receiver */
		++*at;
		*number = 0;
	}
	outbox_end_read(o);
	return r;
}

unsigned outbox_give_up_others(struct outbox *o, const uint64_t *receivers, size_t count,
			       unsigned limit)
{
	uint64_t at = 0, number = 0;
	unsigned given_up = 0;
	while (given_up < limit && next_of_others(o, receivers, count, &at, &number) == 1) {
		outbox_give_up(o, at, number, 0, "its receiver is not in the file any more");
		given_up++;
	}
	return given_up;
}

/* Those of the receiver with the lowest key go first, the oldest of them. */
void outbox_evict_failed(struct outbox *o, MDB_txn *txn)
{
	MDB_stat st;
	MDB_val key, data;
	MDB_cursor *cursor;
	if (mdb_stat(txn, o->failed, &st) || st.ms_entries <= OUTBOX_FAILED_MAX ||
	    mdb_cursor_open(txn, o->failed, &cursor))
		return;
	for (int i = 0; i < EVICT_STEP && st.ms_entries-- > OUTBOX_FAILED_MAX; i++) {
		if (mdb_cursor_get(cursor, &key, &data, MDB_FIRST))
			break;
		outbox_check(o, mdb_cursor_del(cursor, 0));
		o->forgotten_failed++;
	}
	mdb_cursor_close(cursor);
}

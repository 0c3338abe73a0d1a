/* What waits for whom, counted, and who is behind. */
#include "alert/outbox_internal.h"

#include "lib/fault.h"

/* --- shares --- */

static struct outbox_usage *find(const struct outbox *o, uint64_t receiver)
{
	for (size_t i = 0; i < o->usage_count; i++) {
		if (o->usages[i].receiver == receiver)
			return &o->usages[i];
	}
	return NULL;
}

static struct outbox_usage *add(struct outbox *o, uint64_t receiver)
{
	size_t size = (o->usage_count + 1) * sizeof(*o->usages);
	struct outbox_usage *usages = fault_realloc(o->usages, size);
	if (!usages)
		return NULL;
	o->usages = usages;
	usages[o->usage_count] = (struct outbox_usage){.receiver = receiver};
	return &usages[o->usage_count++];
}

void outbox_use(struct outbox *o, uint64_t receiver, int messages, int64_t bytes)
{
	struct outbox_usage *u = find(o, receiver);
	if (!u)
		u = add(o, receiver);
	if (!u) {
		outbox_spoil(o, NETRAL_ENOMEM);
		return;
	}
	u->batch_messages += messages;
	u->batch_bytes += bytes;
	o->batch_bytes += bytes;
}

void outbox_usage_commit(struct outbox *o)
{
	for (size_t i = 0; i < o->usage_count; i++) {
		struct outbox_usage *u = &o->usages[i];
		u->messages += (uint64_t)u->batch_messages;
		u->bytes += (uint64_t)u->batch_bytes;
		u->batch_messages = u->batch_bytes = 0;
	}
	o->bytes += (uint64_t)o->batch_bytes;
	o->batch_bytes = 0;
}

void outbox_usage_abort(struct outbox *o)
{
	for (size_t i = 0; i < o->usage_count; i++)
		o->usages[i].batch_messages = o->usages[i].batch_bytes = 0;
	o->batch_bytes = 0;
}

static uint64_t used_by(const struct outbox *o, uint64_t receiver)
{
	const struct outbox_usage *u = find(o, receiver);
	return u ? (uint64_t)((int64_t)u->bytes + u->batch_bytes) : 0;
}

/* What is left of a receiver that no rule names any more, or of larger shares before, counts in
 * all; it must not keep one out that has nothing there. */
bool outbox_has_room(const struct outbox *o, uint64_t receiver, size_t receivers)
{
	uint64_t used = used_by(o, receiver), all = (uint64_t)((int64_t)o->bytes + o->batch_bytes);
	return used == 0 || (used < o->max_bytes / receivers && all < o->max_bytes);
}

bool outbox_has_much_room(const struct outbox *o, uint64_t receiver, size_t receivers)
{
	return outbox_has_room(o, receiver, receivers) &&
	       used_by(o, receiver) <= o->max_bytes / receivers / 2;
}

struct outbox_waiting outbox_waiting(struct outbox *o, uint64_t receiver)
{
	const struct outbox_usage *u = find(o, receiver);
	struct outbox_waiting w = {0};
	struct outbox_item first;
	if (!u || u->messages == 0)
		return w;
	w.messages = u->messages;
	w.bytes = u->bytes;
	if (outbox_next(o, receiver, 0, &first) == 1)
		w.oldest_ms = first.created_ms;
	outbox_end_read(o);
	return w;
}

/* --- who is behind --- */

int outbox_behind(struct outbox *o, uint64_t receiver, struct outbox_behind *ret)
{
	uint8_t bytes[8];
	MDB_val key = outbox_val(bytes, sizeof(bytes)), data;
	MDB_txn *txn = outbox_latest(o);
	outbox_put_number(bytes, receiver);
	bool found = txn && mdb_get(txn, o->behind, &key, &data) == MDB_SUCCESS &&
		     outbox_parse_position(&data, &ret->position, &ret->again_until);
	if (!o->batch)
		outbox_end_read(o);
	return found;
}

void outbox_set_behind(struct outbox *o, uint64_t receiver, const struct outbox_behind *behind)
{
	uint8_t name[8], bytes[OUTBOX_POSITION_BYTES];
	MDB_val key = outbox_val(name, sizeof(name)), data = outbox_val(bytes, sizeof(bytes));
	MDB_txn *txn = outbox_writer(o);
	outbox_put_number(name, receiver);
	if (!txn)
		return;
	if (!behind) {
		outbox_check(o, mdb_del(txn, o->behind, &key, NULL));
		return;
	}
	outbox_format_position(&behind->position, behind->again_until, bytes);
	outbox_check(o, mdb_put(txn, o->behind, &key, &data, 0));
}

/* Opening, batches, and the position. The outbox*.c files are the only ones that see LMDB.
 *
 *   meta       name -> value               "schema", "number", "position"
 *   waiting    receiver, number -> message
 *   failed     receiver, number -> message, with the reason
 *   receivers  receiver -> what it was tried with last
 *   behind     receiver -> position from which its messages are to be made
 *   told       receiver, event -> digest, day
 *   told_days  day, receiver, event -> ""  the same, the oldest first
 *   gathering  receiver, group, number -> update, with what was told before
 *   gathered   receiver, event -> group, number of the above
 *   groups     receiver, group -> due, count
 *   groups_due due, receiver, group -> ""  the same, the first that is due first
 *
 * Numbers are big-endian. What is sent is read from a transaction of its own, which sees only what
 * is committed: nothing leaves that a crash could take back. */
#include "alert/outbox_internal.h"

#include "lib/cleanup.h"
#include "lib/fault.h"
#include "lib/lmdb/lmdb_whole.h"
#include "lib/statedir.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>

enum {
	SCHEMA_VERSION = 1,
	DATABASES = 11,
	/* Room beside the messages that wait: pages in part filled, those given up, what was told.
	 */
	MAP_FACTOR = 3,
};
#define MAP_BYTES_MIN ((uint64_t)1 << 30)

int outbox_error(int rc)
{
	switch (rc) {
	case MDB_SUCCESS:
		return NETRAL_OK;
	case MDB_NOTFOUND:
		return NETRAL_ENOTFOUND;
	case MDB_MAP_FULL:
	case MDB_TXN_FULL:
	case ENOSPC:
	case EDQUOT:
		return NETRAL_EFULL;
	case MDB_PANIC:
		return NETRAL_ECLOSED;
	case MDB_VERSION_MISMATCH:
		return NETRAL_EVERSION;
	case MDB_INVALID:
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INCOMPATIBLE:
		return NETRAL_EMALFORMED;
	default:
		return rc > 0 ? netral_error_from_errno(rc) : NETRAL_EIO;
	}
}

void outbox_put_number(uint8_t *to, uint64_t number)
{
	uint64_t big = htobe64(number);
	memcpy(to, &big, sizeof(big));
}

uint64_t outbox_take_number(const uint8_t *from)
{
	uint64_t big;
	memcpy(&big, from, sizeof(big));
	return be64toh(big);
}

void outbox_key(uint64_t receiver, uint64_t number, uint8_t ret[static OUTBOX_KEY_BYTES])
{
	outbox_put_number(ret, receiver);
	outbox_put_number(ret + 8, number);
}

/* --- batches --- */

void outbox_check(struct outbox *o, int rc)
{
	if (rc && rc != MDB_NOTFOUND && !o->spoiled)
		o->spoiled = outbox_error(rc);
}

MDB_txn *outbox_writer(struct outbox *o)
{
	if (!o->batch && !o->spoiled)
		outbox_check(o, mdb_txn_begin(o->env, NULL, 0, &o->batch));
	return o->spoiled ? NULL : o->batch;
}

bool outbox_has_batch(const struct outbox *o)
{
	return o->batch || o->spoiled;
}

static void drop_batch(struct outbox *o)
{
	if (o->batch)
		mdb_txn_abort(o->batch);
	o->batch = NULL;
	o->spoiled = NETRAL_OK;
	o->batch_numbers = 0;
	outbox_usage_abort(o);
}

void outbox_spoil(struct outbox *o, int error)
{
	if (!o->spoiled)
		o->spoiled = error;
}

static void put_meta(struct outbox *o, MDB_txn *txn, const char *name, const void *data, size_t len)
{
	MDB_val key = outbox_val(name, strlen(name)), value = outbox_val(data, len);
	outbox_check(o, mdb_put(txn, o->meta, &key, &value, 0));
}

static void end_batch(struct outbox *o)
{
	uint8_t number[8];
	MDB_txn *txn = outbox_writer(o);
	if (!txn)
		return;
	outbox_evict_failed(o, txn);
	outbox_evict_told(o, txn);
	outbox_put_number(number, o->last_number + o->batch_numbers);
	put_meta(o, txn, "number", number, sizeof(number));
}

static int commit_batch(struct outbox *o)
{
	if (o->spoiled)
		return o->spoiled;
	if (fault_hit("commit"))
		return NETRAL_EFULL;
	MDB_txn *txn = o->batch;
	o->batch = NULL; /* gone, also when it fails */
	return outbox_error(mdb_txn_commit(txn));
}

int outbox_commit(struct outbox *o)
{
	if (!outbox_has_batch(o))
		return NETRAL_OK;
	mdb_txn_reset(o->reader); /* what it pinned can be used again */
	end_batch(o);
	crash_point("alert-before-commit");
	int r = commit_batch(o);
	crash_point("alert-after-commit");
	if (r == NETRAL_OK) {
		o->last_number += o->batch_numbers;
		outbox_usage_commit(o);
	}
	o->commits += r == NETRAL_OK;
	o->failures += r < 0;
	drop_batch(o);
	return r;
}

MDB_txn *outbox_reader(struct outbox *o)
{
	mdb_txn_reset(o->reader);
	return mdb_txn_renew(o->reader) == MDB_SUCCESS ? o->reader : NULL;
}

MDB_txn *outbox_latest(struct outbox *o)
{
	return o->batch ? outbox_writer(o) : outbox_reader(o);
}

void outbox_end_read(struct outbox *o)
{
	mdb_txn_reset(o->reader);
}

/* --- the position --- */

void outbox_format_position(const struct netral_position *position, uint64_t again_until,
			    uint8_t ret[static OUTBOX_POSITION_BYTES])
{
	memcpy(ret, position->epoch, 16);
	outbox_put_number(ret + 16, position->seq);
	outbox_put_number(ret + 24, again_until);
}

bool outbox_parse_position(const MDB_val *data, struct netral_position *ret_position,
			   uint64_t *ret_again_until)
{
	const uint8_t *bytes = data->mv_data;
	if (data->mv_size != OUTBOX_POSITION_BYTES)
		return false;
	memcpy(ret_position->epoch, bytes, 16);
	ret_position->seq = outbox_take_number(bytes + 16);
	*ret_again_until = outbox_take_number(bytes + 24);
	return true;
}

int outbox_position(struct outbox *o, struct netral_position *ret_position,
		    uint64_t *ret_again_until)
{
	MDB_val key = outbox_val("position", strlen("position")), data;
	MDB_txn *txn = outbox_reader(o);
	bool found = txn && mdb_get(txn, o->meta, &key, &data) == MDB_SUCCESS &&
		     outbox_parse_position(&data, ret_position, ret_again_until);
	outbox_end_read(o);
	return found;
}

void outbox_set_position(struct outbox *o, const struct netral_position *position,
			 uint64_t again_until)
{
	uint8_t bytes[OUTBOX_POSITION_BYTES];
	MDB_txn *txn = outbox_writer(o);
	outbox_format_position(position, again_until, bytes);
	if (txn)
		put_meta(o, txn, "position", bytes, sizeof(bytes));
}

/* --- opening --- */

static int fail(int rc, const char *dir, const char *what, char *error, size_t size)
{
	int r = outbox_error(rc);
	snprintf(error, size, "%s: %s: %s", dir, what,
		 r == NETRAL_EMALFORMED ? "not a state of netral-alert" : mdb_strerror(rc));
	return r;
}

static int open_env(struct outbox *o, char *error, size_t size)
{
	uint64_t map = MAP_BYTES_MIN + MAP_FACTOR * o->max_bytes;
	int rc = mdb_env_create(&o->env);
	rc = rc ? rc : mdb_env_set_mapsize(o->env, map);
	rc = rc ? rc : mdb_env_set_maxdbs(o->env, DATABASES);
	rc = rc ? rc : mdb_env_open(o->env, o->dir, MDB_NOTLS | MDB_NORDAHEAD, 0640);
	if (rc)
		return fail(rc, o->dir, "cannot open the state", error, size);
	char why[LMDB_WHY_SIZE];
	rc = lmdb_check_whole(o->env, why, sizeof(why));
	if (rc) {
		snprintf(error, size, "%s: %s", o->dir, why);
		return outbox_error(rc);
	}
	int cleared = 0;
	mdb_reader_check(o->env, &cleared);
	return NETRAL_OK;
}

static int open_databases(struct outbox *o, MDB_txn *txn)
{
	const struct {
		const char *name;
		MDB_dbi *dbi;
	} databases[] = {{"meta", &o->meta},
			 {"waiting", &o->waiting},
			 {"failed", &o->failed},
			 {"receivers", &o->receivers},
			 {"behind", &o->behind},
			 {"told", &o->told},
			 {"told_days", &o->told_days},
			 {"gathering", &o->gathering},
			 {"gathered", &o->gathered},
			 {"groups", &o->groups},
			 {"groups_due", &o->groups_due}};
	_Static_assert(netral_countof(databases) == DATABASES, "maxdbs");
	int rc = MDB_SUCCESS;
	for (size_t i = 0; !rc && i < netral_countof(databases); i++)
		rc = mdb_dbi_open(txn, databases[i].name, MDB_CREATE, databases[i].dbi);
	return rc;
}

/* A number in `meta`, put there when it is missing. */
static int meta_number(struct outbox *o, MDB_txn *txn, const char *name, uint64_t first,
		       uint64_t *ret)
{
	uint8_t bytes[8];
	MDB_val key = outbox_val(name, strlen(name)), data;
	int rc = mdb_get(txn, o->meta, &key, &data);
	if (rc == MDB_NOTFOUND) {
		outbox_put_number(bytes, first);
		data = outbox_val(bytes, sizeof(bytes));
		*ret = first;
		return mdb_put(txn, o->meta, &key, &data, 0);
	}
	if (!rc && data.mv_size != sizeof(bytes))
		return MDB_INVALID;
	if (!rc)
		*ret = outbox_take_number(data.mv_data);
	return rc;
}

/* Keys of both tables begin with the receiver. */
static int count_bytes(struct outbox *o, MDB_txn *txn, MDB_dbi dbi, int messages)
{
	MDB_cursor *cursor;
	MDB_val key, data;
	int rc = mdb_cursor_open(txn, dbi, &cursor);
	if (rc)
		return rc;
	while (!(rc = mdb_cursor_get(cursor, &key, &data, MDB_NEXT))) {
		if (key.mv_size < OUTBOX_KEY_BYTES)
			continue;
		outbox_use(o, outbox_take_number(key.mv_data), messages, (int64_t)data.mv_size);
	}
	mdb_cursor_close(cursor);
	if (rc == MDB_NOTFOUND)
		rc = o->spoiled ? ENOMEM : MDB_SUCCESS;
	outbox_usage_commit(o);
	return rc;
}

/* Something else than a state of ours is never written to. */
static bool is_foreign(struct outbox *o, MDB_txn *txn)
{
	MDB_dbi main_dbi;
	MDB_stat st;
	MDB_val key = outbox_val("schema", strlen("schema")), data;
	if (mdb_dbi_open(txn, NULL, 0, &main_dbi) || mdb_stat(txn, main_dbi, &st))
		return true;
	return st.ms_entries > 0 &&
	       (mdb_dbi_open(txn, "meta", 0, &o->meta) || mdb_get(txn, o->meta, &key, &data));
}

static int load(struct outbox *o, MDB_txn *txn, char *error, size_t size)
{
	uint64_t version = 0;
	if (is_foreign(o, txn))
		return fail(MDB_INVALID, o->dir, "cannot open the state", error, size);
	int rc = open_databases(o, txn);
	rc = rc ? rc : meta_number(o, txn, "schema", SCHEMA_VERSION, &version);
	rc = rc ? rc : meta_number(o, txn, "number", 0, &o->last_number);
	rc = rc ? rc : count_bytes(o, txn, o->waiting, 1);
	rc = rc ? rc : count_bytes(o, txn, o->gathering, 0);
	if (rc)
		return fail(rc, o->dir, "cannot read the state", error, size);
	if (version == SCHEMA_VERSION)
		return NETRAL_OK;
	snprintf(error, size,
		 "%s: the state has schema %lu, this netral-alert knows %d; use the one that wrote "
		 "it",
		 o->dir, (unsigned long)version, SCHEMA_VERSION);
	return NETRAL_EVERSION;
}

static int open_schema(struct outbox *o, char *error, size_t size)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(o->env, NULL, 0, &txn);
	if (rc)
		return fail(rc, o->dir, "cannot begin", error, size);
	int r = load(o, txn, error, size);
	if (r < 0) {
		mdb_txn_abort(txn);
		return r;
	}
	rc = mdb_txn_commit(txn);
	rc = rc ? rc : mdb_txn_begin(o->env, NULL, MDB_RDONLY, &o->reader);
	if (rc)
		return fail(rc, o->dir, "cannot commit", error, size);
	mdb_txn_reset(o->reader);
	return NETRAL_OK;
}

static void outbox_freep(struct outbox **o)
{
	outbox_close(*o);
}

int outbox_open(const char *dir, uint64_t max_bytes, struct outbox **ret_outbox, char *error,
		size_t error_size)
{
	netral_cleanup(outbox_freep) struct outbox *o = fault_calloc(1, sizeof(*o));
	snprintf(error, error_size, "%s: out of memory", dir);
	if (!o)
		return NETRAL_ENOMEM;
	o->lock_fd = -1;
	o->max_bytes = max_bytes;
	buf_init(&o->record, 0);
	o->dir = strdup(dir);
	if (!o->dir)
		return NETRAL_ENOMEM;
	int r = statedir_lock(dir, &o->lock_fd, error, error_size);
	if (r == NETRAL_OK)
		r = open_env(o, error, error_size);
	if (r == NETRAL_OK)
		r = open_schema(o, error, error_size);
	if (r < 0)
		return r;
	*ret_outbox = netral_take(o);
	return NETRAL_OK;
}

void outbox_close(struct outbox *o)
{
	if (!o)
		return;
	drop_batch(o);
	if (o->reader)
		mdb_txn_abort(o->reader);
	if (o->env)
		mdb_env_close(o->env);
	if (o->lock_fd >= 0)
		close(o->lock_fd);
	buf_fini(&o->record);
	free(o->usages);
	free(o->dir);
	free(o);
}

struct outbox_counts outbox_counts(struct outbox *o)
{
	struct outbox_counts c = {.bytes = o->bytes,
				  .max_bytes = o->max_bytes,
				  .commits = o->commits,
				  .failures = o->failures,
				  .forgotten_failed = o->forgotten_failed,
				  .forgotten_told = o->forgotten_told};
	MDB_txn *txn = outbox_reader(o);
	MDB_stat st;
	if (txn && mdb_stat(txn, o->waiting, &st) == MDB_SUCCESS)
		c.waiting = st.ms_entries;
	if (txn && mdb_stat(txn, o->failed, &st) == MDB_SUCCESS)
		c.failed = st.ms_entries;
	if (txn && mdb_stat(txn, o->told, &st) == MDB_SUCCESS)
		c.told = st.ms_entries;
	if (txn && mdb_stat(txn, o->gathering, &st) == MDB_SUCCESS)
		c.gathering = st.ms_entries;
	outbox_end_read(o);
	return c;
}

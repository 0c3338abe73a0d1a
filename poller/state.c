/* Opening, batches, and sources. The state*.c files are the only ones that see LMDB.
 *
 *   meta       name -> value            "schema", "secret"
 *   sources    key -> record
 *   pending    number -> record         items that wait
 *   texts      number -> text           of the feed, for those that have one
 *   reading    number -> deaths         items whose bytes are being read
 *   seen       key -> source, day       items and pages that are known
 *   seen_days  source, day, key -> ""   the same, the oldest of each source first
 *   children   source, key -> times     sitemaps of an index
 *
 * A day is one of the source's own calendar, which counts the days on which it gave a list. So what
 * a source that is down or says 304 has named is kept, and no clock that jumps clears anything.
 *
 * A batch that fails is dropped as a whole. What the poller holds in memory goes on; what was lost
 * on disk is only needed after a start, and costs asking again then. */
#include "poller/state_internal.h"

#include "lib/cleanup.h"
#include "lib/fault.h"
#include "lib/lmdb/lmdb_whole.h"
#include "lib/statedir.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

enum {
	SCHEMA_VERSION = 1,
	DATABASES = 8,
	/* What one known item takes in both trees, with the air in their pages. */
	KNOWN_BYTES = 160,
	FORGET_STEP = 16,
};

/* --- batches --- */

MDB_txn *state_writer(struct state *s)
{
	if (!s->batch && !s->spoiled)
		state_check(s, mdb_txn_begin(s->env, NULL, 0, &s->batch));
	return s->spoiled ? NULL : s->batch;
}

void state_check(struct state *s, int rc)
{
	if (rc && rc != MDB_NOTFOUND && !s->spoiled)
		s->spoiled = lmdb_error(rc);
}

void state_put(struct state *s, MDB_dbi dbi, MDB_val key, MDB_val data)
{
	MDB_txn *txn = state_writer(s);
	if (txn)
		state_check(s, mdb_put(txn, dbi, &key, &data, 0));
}

void state_delete(struct state *s, MDB_dbi dbi, MDB_val key)
{
	MDB_txn *txn = state_writer(s);
	if (txn)
		state_check(s, mdb_del(txn, dbi, &key, NULL));
}

bool state_has_batch(const struct state *s)
{
	return s->batch || s->spoiled;
}

static void drop_batch(struct state *s)
{
	if (s->batch)
		mdb_txn_abort(s->batch);
	s->batch = NULL;
	s->spoiled = NETRAL_OK;
}

int state_commit(struct state *s)
{
	if (!state_has_batch(s))
		return NETRAL_OK;
	state_evict(s);
	int r = s->spoiled;
	if (r == NETRAL_OK) {
		MDB_txn *txn = s->batch;
		r = fault_hit("commit") ? NETRAL_EFULL : NETRAL_OK;
		if (r == NETRAL_OK) {
			s->batch = NULL; /* gone, also when it fails */
			r = lmdb_error(mdb_txn_commit(txn));
		}
	}
	drop_batch(s);
	s->commits += r == NETRAL_OK;
	s->failures += r < 0;
	return r;
}

MDB_txn *state_begin_read(struct state *s)
{
	if (s->batch)
		return s->batch;
	return mdb_txn_renew(s->reader) == MDB_SUCCESS ? s->reader : NULL;
}

void state_end_read(struct state *s)
{
	if (!s->batch)
		mdb_txn_reset(s->reader);
}

int state_get(struct state *s, MDB_dbi dbi, MDB_val key, MDB_val *ret_data)
{
	MDB_txn *txn = state_begin_read(s);
	return txn ? mdb_get(txn, dbi, &key, ret_data) : ENOMEM;
}

/* --- sources --- */

static MDB_val source_val(const struct source_key *key)
{
	return state_val(key->bytes, sizeof(key->bytes));
}

/* What cannot be read is of another version, or damaged: the source begins anew. */
static int known_or_memory(int r)
{
	return r == NETRAL_OK ? 1 : r == NETRAL_ENOMEM ? r : 0;
}

int state_source(struct state *s, const struct source_key *key, struct arena *arena,
		 struct source_record *ret_record)
{
	MDB_val data = {0};
	int r = lmdb_error(state_get(s, s->sources, source_val(key), &data));
	if (r == NETRAL_OK)
		r = format_parse_source(data.mv_data, data.mv_size, arena, ret_record);
	state_end_read(s);
	return known_or_memory(r);
}

void state_put_source(struct state *s, const struct source_key *key, const struct source_record *r)
{
	buf_clear(&s->record);
	if (format_source(r, &s->record) < 0)
		state_check(s, ENOMEM);
	else
		state_put(s, s->sources, source_val(key), state_val(s->record.data, s->record.len));
}

/* The next source after *key that is to be forgotten: 1, 0 at the end, or NETRAL_ENOMEM. */
static int next_to_forget(MDB_cursor *cursor, struct arena *arena, state_keep_fn *keep, void *user,
			  struct source_key *ret_key)
{
	MDB_val key, data;
	while (mdb_cursor_get(cursor, &key, &data, MDB_NEXT) == MDB_SUCCESS) {
		struct source_record record;
		if (key.mv_size != sizeof(ret_key->bytes))
			continue;
		memcpy(ret_key->bytes, key.mv_data, sizeof(ret_key->bytes));
		int r = format_parse_source(data.mv_data, data.mv_size, arena, &record);
		if (r == NETRAL_ENOMEM)
			return r;
		if (r == NETRAL_OK && !keep(user, ret_key, &record))
			return 1;
		arena_reset(arena);
	}
	return 0;
}

int state_forget_sources(struct state *s, struct arena *arena, state_keep_fn *keep, void *user)
{
	struct source_key gone[FORGET_STEP];
	size_t count = 0;
	MDB_cursor *cursor;
	MDB_txn *txn = state_begin_read(s);
	if (!txn || mdb_cursor_open(txn, s->sources, &cursor)) {
		state_end_read(s);
		return 0;
	}
	while (count < FORGET_STEP && next_to_forget(cursor, arena, keep, user, &gone[count]) == 1)
		count++;
	mdb_cursor_close(cursor);
	state_end_read(s);
	bool more = count == FORGET_STEP;
	for (size_t i = 0; i < count; i++) {
		/* The record goes last, so that what is left is found again. */
		if (state_forget(s, &gone[i], UINT32_MAX))
			more = true;
		else
			state_delete(s, s->sources, source_val(&gone[i]));
	}
	return more;
}

/* --- opening --- */

static int fail(int rc, const char *dir, const char *what, char *error, size_t size)
{
	int r = lmdb_error(rc);
	snprintf(error, size, "%s: %s: %s", dir, what,
		 r == NETRAL_EMALFORMED ? "not a state of netral-poll" : mdb_strerror(rc));
	return r;
}

static int open_env(struct state *s, char *error, size_t size)
{
	int rc = mdb_env_create(&s->env);
	rc = rc ? rc : mdb_env_set_mapsize(s->env, s->max_bytes);
	rc = rc ? rc : mdb_env_set_maxdbs(s->env, DATABASES);
	rc = rc ? rc : mdb_env_open(s->env, s->dir, MDB_NOTLS | MDB_NORDAHEAD, 0640);
	if (rc)
		return fail(rc, s->dir, "cannot open the state", error, size);
	char why[LMDB_WHY_SIZE];
	rc = lmdb_check_whole(s->env, why, sizeof(why));
	if (rc) {
		snprintf(error, size, "%s: %s", s->dir, why);
		return lmdb_error(rc);
	}
	int cleared = 0;
	mdb_reader_check(s->env, &cleared);
	return NETRAL_OK;
}

static int open_databases(struct state *s, MDB_txn *txn)
{
	const struct {
		const char *name;
		MDB_dbi *dbi;
	} databases[] = {{"meta", &s->meta},           {"sources", &s->sources},
			 {"pending", &s->pending},     {"texts", &s->texts},
			 {"reading", &s->reading},     {"seen", &s->seen},
			 {"seen_days", &s->seen_days}, {"children", &s->children}};
	_Static_assert(netral_countof(databases) == DATABASES, "maxdbs");
	int rc = MDB_SUCCESS;
	for (size_t i = 0; !rc && i < netral_countof(databases); i++)
		rc = mdb_dbi_open(txn, databases[i].name, MDB_CREATE, databases[i].dbi);
	return rc;
}

static MDB_val name_val(const char *name)
{
	return state_val(name, strlen(name));
}

/* The value of a name in `meta`, which is put there when it is missing. */
static int meta_number(struct state *s, MDB_txn *txn, const char *name, uint64_t first,
		       uint64_t *ret)
{
	uint8_t bytes[FORMAT_NUMBER_BYTES];
	MDB_val key = name_val(name), data;
	int rc = mdb_get(txn, s->meta, &key, &data);
	if (rc == MDB_NOTFOUND) {
		format_number(first, bytes);
		data = state_val(bytes, sizeof(bytes));
		rc = mdb_put(txn, s->meta, &key, &data, 0);
		*ret = first;
		return rc;
	}
	if (!rc && data.mv_size != FORMAT_NUMBER_BYTES)
		return MDB_INVALID;
	if (!rc)
		*ret = format_parse_number(data.mv_data);
	return rc;
}

/* Something else than a state is never written to. */
static bool is_foreign(struct state *s, MDB_txn *txn)
{
	MDB_dbi main_dbi;
	MDB_stat st;
	MDB_val key = name_val("schema"), data;
	if (mdb_dbi_open(txn, NULL, 0, &main_dbi) || mdb_stat(txn, main_dbi, &st))
		return true;
	return st.ms_entries > 0 &&
	       (mdb_dbi_open(txn, "meta", 0, &s->meta) || mdb_get(txn, s->meta, &key, &data) ||
		data.mv_size != FORMAT_NUMBER_BYTES);
}

static int read_last_number(struct state *s, MDB_txn *txn)
{
	MDB_cursor *cursor;
	MDB_val key, data;
	int rc = mdb_cursor_open(txn, s->pending, &cursor);
	if (rc)
		return rc;
	rc = mdb_cursor_get(cursor, &key, &data, MDB_LAST);
	if (!rc && key.mv_size == FORMAT_NUMBER_BYTES)
		s->last_number = format_parse_number(key.mv_data);
	mdb_cursor_close(cursor);
	return rc == MDB_NOTFOUND ? MDB_SUCCESS : rc;
}

static int load(struct state *s, MDB_txn *txn, char *error, size_t size)
{
	uint64_t version = 0, secret = 0;
	if (is_foreign(s, txn))
		return fail(MDB_INVALID, s->dir, "cannot open the state", error, size);
	if (getrandom(&secret, sizeof(secret), 0) != sizeof(secret))
		return fail(EIO, s->dir, "no random numbers", error, size);
	int rc = open_databases(s, txn);
	rc = rc ? rc : meta_number(s, txn, "schema", SCHEMA_VERSION, &version);
	rc = rc ? rc : meta_number(s, txn, "secret", secret, &s->secret);
	rc = rc ? rc : read_last_number(s, txn);
	if (rc)
		return fail(rc, s->dir, "cannot read the state", error, size);
	if (version == SCHEMA_VERSION)
		return NETRAL_OK;
	snprintf(error, size,
		 "%s: the state has schema %lu, this netral-poll knows %d; use the one that wrote "
		 "it, or remove the directory: items are asked for again then",
		 s->dir, (unsigned long)version, SCHEMA_VERSION);
	return NETRAL_EVERSION;
}

static int open_schema(struct state *s, char *error, size_t size)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(s->env, NULL, 0, &txn);
	if (rc)
		return fail(rc, s->dir, "cannot begin", error, size);
	int r = load(s, txn, error, size);
	if (r < 0) {
		mdb_txn_abort(txn);
		return r;
	}
	rc = mdb_txn_commit(txn);
	rc = rc ? rc : mdb_txn_begin(s->env, NULL, MDB_RDONLY, &s->reader);
	if (rc)
		return fail(rc, s->dir, "cannot commit", error, size);
	mdb_txn_reset(s->reader);
	return NETRAL_OK;
}

static void state_freep(struct state **s)
{
	state_close(*s);
}

int state_open(const char *dir, uint64_t max_bytes, struct state **ret_state, char *error,
	       size_t error_size)
{
	netral_cleanup(state_freep) struct state *s = fault_calloc(1, sizeof(*s));
	snprintf(error, error_size, "%s: out of memory", dir);
	if (!s)
		return NETRAL_ENOMEM;
	s->lock_fd = -1;
	s->max_bytes = max_bytes;
	s->known_max = max_bytes / 2 / KNOWN_BYTES;
	buf_init(&s->record, FORMAT_RECORD_MAX);
	s->dir = strdup(dir);
	if (!s->dir)
		return NETRAL_ENOMEM;
	int r = statedir_lock(dir, &s->lock_fd, error, error_size);
	if (r == NETRAL_OK)
		r = open_env(s, error, error_size);
	if (r == NETRAL_OK)
		r = open_schema(s, error, error_size);
	if (r < 0)
		return r;
	*ret_state = netral_take(s);
	return NETRAL_OK;
}

void state_close(struct state *s)
{
	if (!s)
		return;
	drop_batch(s);
	if (s->reader)
		mdb_txn_abort(s->reader);
	if (s->env)
		mdb_env_close(s->env);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	buf_fini(&s->record);
	free(s->dir);
	free(s);
}

uint64_t state_secret(const struct state *s)
{
	return s->secret;
}

struct state_counts state_counts(struct state *s)
{
	struct state_counts c = {.commits = s->commits,
				 .failures = s->failures,
				 .dropped = s->dropped,
				 .max_bytes = s->max_bytes};
	MDB_txn *txn = state_begin_read(s);
	MDB_stat st;
	MDB_envinfo info;
	if (txn && mdb_stat(txn, s->seen, &st) == MDB_SUCCESS)
		c.known = st.ms_entries;
	if (txn && mdb_stat(txn, s->pending, &st) == MDB_SUCCESS)
		c.pending = st.ms_entries;
	state_end_read(s);
	if (mdb_env_info(s->env, &info) == MDB_SUCCESS && mdb_env_stat(s->env, &st) == MDB_SUCCESS)
		c.used_bytes = (info.me_last_pgno + 1) * st.ms_psize;
	return c;
}

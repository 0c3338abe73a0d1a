/* Opening and closing, and what reading and writing share.
 *
 * Durability is LMDB's default: a commit returns when the data pages and then the meta page are on
 * the disk. MDB_WRITEMAP is not used, because a full disk would then be a SIGBUS; MDB_NOTLS is, so
 * that a read transaction belongs to its handle.
 *
 * mdb_txn_commit() frees the transaction even when it fails: whoever calls it gives it up first. */
#include "workers/record/store_internal.h"

#include "lib/lmdb/lmdb_whole.h"
#include "lib/statedir.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

enum { DATABASES_MAX = 32, READERS_MAX = 32 };

static const char format_name[] = "netral result store";

bool store_usable_after(int err)
{
	return err != NETRAL_EMALFORMED && err != NETRAL_ECLOSED && err != NETRAL_EACCES;
}

int store_get(MDB_txn *txn, MDB_dbi db, const void *key, size_t key_len, MDB_val *ret)
{
	MDB_val k = mdb_bytes(key, key_len);
	int rc = mdb_get(txn, db, &k, ret);
	if (rc == MDB_NOTFOUND)
		return 0;
	return rc ? lmdb_error(rc) : 1;
}

int store_get_number(MDB_txn *txn, MDB_dbi db, uint64_t number, MDB_val *ret)
{
	uint8_t key[8];
	put_be64(key, number);
	return store_get(txn, db, key, sizeof(key), ret);
}

int store_put(MDB_txn *txn, MDB_dbi db, const void *key, size_t key_len, const void *value,
	      size_t value_len, unsigned flags)
{
	MDB_val k = mdb_bytes(key, key_len), v = mdb_bytes(value, value_len);
	return lmdb_error(mdb_put(txn, db, &k, &v, flags));
}

int store_delete(MDB_txn *txn, MDB_dbi db, const void *key, size_t key_len)
{
	MDB_val k = mdb_bytes(key, key_len);
	int rc = mdb_del(txn, db, &k, NULL);
	return rc == MDB_NOTFOUND ? NETRAL_OK : lmdb_error(rc);
}

int store_commit_txn(MDB_txn *txn)
{
	if (fault_hit("commit")) {
		mdb_txn_abort(txn);
		return NETRAL_EIO;
	}
	return lmdb_error(mdb_txn_commit(txn));
}

int store_load_article(struct store *s, MDB_txn *txn, uint64_t record, struct article_record *ret)
{
	MDB_val v;
	int r = store_get_number(txn, s->articles, record, &v);
	if (r < 0)
		return r;
	return r ? article_record_decode(v.mv_data, v.mv_size, ret) : NETRAL_EMALFORMED;
}

/* --- what is this directory? --- */

static bool is_ours(const char *name)
{
	static const char *const names[] = {".", "..", "lock", "lock.mdb", "data.mdb"};
	for (size_t i = 0; i < netral_countof(names); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* A new store is made only where there is nothing else. */
static int check_directory(const char *path, char *error, size_t size)
{
	char data[PATH_MAX];
	int r = statedir_join(data, sizeof(data), path, "data.mdb");
	DIR *dir = r == NETRAL_OK ? opendir(path) : NULL;
	if (!dir) {
		snprintf(error, size, "%s: %s", path, strerror(errno));
		return NETRAL_EIO;
	}
	for (struct dirent *e = readdir(dir); e && r == NETRAL_OK; e = readdir(dir)) {
		if (is_ours(e->d_name) || access(data, F_OK) == 0)
			continue;
		snprintf(error, size,
			 "%s: not a result store, it holds \"%s\"; choose an empty directory", path,
			 e->d_name);
		r = NETRAL_EMALFORMED;
	}
	closedir(dir);
	return r;
}

/* --- the environment --- */

static int open_environment(struct store *s, const char *path, char *error, size_t size)
{
	char why[LMDB_WHY_SIZE] = "";
	int rc = mdb_env_create(&s->env);
	rc = rc ? rc : mdb_env_set_mapsize(s->env, s->max_bytes);
	rc = rc ? rc : mdb_env_set_maxdbs(s->env, DATABASES_MAX);
	rc = rc ? rc : mdb_env_set_maxreaders(s->env, READERS_MAX);
	rc = rc ? rc : mdb_env_open(s->env, path, MDB_NOTLS, 0640);
	rc = rc ? rc : lmdb_check_whole(s->env, why, sizeof(why));
	if (rc == MDB_SUCCESS) {
		store_clean_readers(s);
		return NETRAL_OK;
	}
	if (!why[0])
		snprintf(why, sizeof(why), "%s",
			 rc == MDB_INVALID ? "not a result store, data.mdb is of another kind"
					   : mdb_strerror(rc));
	snprintf(error, size, "%s: %s", path, why);
	return lmdb_error(rc);
}

static int open_databases(struct store *s, MDB_txn *txn, unsigned flags)
{
	int rc = MDB_SUCCESS;
#define X(member, name) rc = rc ? rc : mdb_dbi_open(txn, name, flags, &s->member);
	STORE_DATABASES(X)
#undef X
	return rc == MDB_NOTFOUND ? NETRAL_EMALFORMED : lmdb_error(rc);
}

/* --- the schema --- */

static int put_meta(struct store *s, MDB_txn *txn, const char *key, const void *value, size_t len)
{
	return store_put(txn, s->meta, key, strlen(key), value, len, 0);
}

static int create_schema(struct store *s, MDB_txn *txn)
{
	uint8_t version[4];
	put_be32(version, SCHEMA_VERSION);
	int r = open_databases(s, txn, MDB_CREATE);
	if (r == NETRAL_OK && getrandom(s->epoch.bytes, CODEC_EPOCH_BYTES, 0) != CODEC_EPOCH_BYTES)
		r = NETRAL_EIO;
	if (r == NETRAL_OK)
		r = put_meta(s, txn, "format", format_name, strlen(format_name));
	if (r == NETRAL_OK)
		r = put_meta(s, txn, "schema", version, sizeof(version));
	if (r == NETRAL_OK)
		r = put_meta(s, txn, "epoch", s->epoch.bytes, CODEC_EPOCH_BYTES);
	return r;
}

static bool format_matches(struct store *s, MDB_txn *txn)
{
	MDB_val v;
	return store_get(txn, s->meta, "format", strlen("format"), &v) == 1 &&
	       v.mv_size == strlen(format_name) && memcmp(v.mv_data, format_name, v.mv_size) == 0;
}

/* 0 when it cannot be read: no version ever had that number. */
static uint32_t stored_version(struct store *s, MDB_txn *txn)
{
	MDB_val v;
	int r = store_get(txn, s->meta, "schema", strlen("schema"), &v);
	return r == 1 && v.mv_size == 4 ? get_be32(v.mv_data) : 0;
}

/* Version 1 had no happenings with more than one report: its events are such as have one. They are
 * not among the candidates, so what was recorded before is not joined. */
static int migrate_from_1(struct store *s, MDB_txn *txn)
{
	MDB_val v = {0};
	uint8_t events[8];
	int found = store_get(txn, s->meta, "events", strlen("events"), &v);
	if (found < 1)
		return found;
	if (v.mv_size != sizeof(events))
		return NETRAL_EMALFORMED;
	memcpy(events, v.mv_data, sizeof(events));
	return put_meta(s, txn, "reports", events, sizeof(events));
}

/* Version 2 did not know which areas an article is about: its articles are in no count until they
 * are classified again. It knew no corrections either: their databases are empty. */
static int migrate_from_2(struct store *s, MDB_txn *txn)
{
	uint8_t uncounted[8];
	uint64_t articles = 0;
	int r = store_last_number(txn, s->articles, &articles);
	put_be64(uncounted, articles);
	return r == NETRAL_OK ? put_meta(s, txn, "uncounted", uncounted, sizeof(uncounted)) : r;
}

/* All in the transaction that opens the store. */
static int migrate(struct store *s, MDB_txn *txn, uint32_t from)
{
	uint8_t version[4];
	put_be32(version, SCHEMA_VERSION);
	int r = open_databases(s, txn, MDB_CREATE);
	if (r == NETRAL_OK && from < 2)
		r = migrate_from_1(s, txn);
	if (r == NETRAL_OK && from < 3)
		r = migrate_from_2(s, txn);
	return r == NETRAL_OK ? put_meta(s, txn, "schema", version, sizeof(version)) : r;
}

static int check_schema(struct store *s, MDB_txn *txn, const char *path, char *error, size_t size)
{
	if (!format_matches(s, txn)) {
		snprintf(error, size, "%s: not a result store; choose another directory", path);
		return NETRAL_EMALFORMED;
	}
	uint32_t version = stored_version(s, txn);
	if (version == SCHEMA_VERSION)
		return NETRAL_OK;
	if (version >= 1 && version < SCHEMA_VERSION)
		return migrate(s, txn, version);
	snprintf(error, size,
		 "%s: the store has schema version %u, this program reads version %d; %s", path,
		 version, SCHEMA_VERSION,
		 version > SCHEMA_VERSION
			 ? "install the netral-record that wrote it, or a newer one"
			 : "no program ever wrote that version, restore a backup");
	return NETRAL_EVERSION;
}

/* A store without any database was never finished: its first commit is the one that makes them. */
static int is_empty(MDB_txn *txn, bool *ret_empty)
{
	MDB_dbi root;
	MDB_stat stat;
	int rc = mdb_dbi_open(txn, NULL, 0, &root);
	rc = rc ? rc : mdb_stat(txn, root, &stat);
	*ret_empty = rc == 0 && stat.ms_entries == 0;
	return lmdb_error(rc);
}

static int open_existing(struct store *s, MDB_txn *txn, const char *path, char *error, size_t size)
{
	int rc = mdb_dbi_open(txn, "meta", 0, &s->meta);
	if (rc == MDB_NOTFOUND || rc == MDB_INCOMPATIBLE) {
		snprintf(error, size, "%s: not a result store; choose another directory", path);
		return NETRAL_EMALFORMED;
	}
	int r = lmdb_error(rc);
	if (r == NETRAL_OK)
		r = check_schema(s, txn, path, error, size);
	return r == NETRAL_OK ? open_databases(s, txn, 0) : r;
}

static int open_schema(struct store *s, const char *path, char *error, size_t size)
{
	MDB_txn *txn = NULL;
	bool empty = false;
	int r = lmdb_error(mdb_txn_begin(s->env, NULL, 0, &txn));
	if (r < 0)
		return r;
	r = is_empty(txn, &empty);
	if (r == NETRAL_OK)
		r = empty ? create_schema(s, txn) : open_existing(s, txn, path, error, size);
	if (r == NETRAL_OK)
		r = store_load(s, txn);
	if (r < 0) {
		mdb_txn_abort(txn);
		return r;
	}
	return store_commit_txn(txn); /* the handles of databases last from here */
}

/* --- opening and closing --- */

static void store_closep(struct store **s)
{
	store_close(*s);
}

static int allocate(struct store **ret_store)
{
	struct store *s = fault_calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	s->lock_fd = -1;
	*ret_store = s;
	int r = recent_new(&s->recent);
	return r == NETRAL_OK ? topics_new(&s->topics) : r;
}

static int open_all(struct store *s, const char *path, char *error, size_t size)
{
	int r = statedir_lock(path, &s->lock_fd, error, size);
	if (r == NETRAL_OK)
		r = check_directory(path, error, size);
	if (r == NETRAL_OK)
		r = open_environment(s, path, error, size);
	if (r == NETRAL_OK)
		r = open_schema(s, path, error, size);
	if (r == NETRAL_OK)
		r = lmdb_error(mdb_txn_begin(s->env, NULL, MDB_RDONLY, &s->reader));
	if (r == NETRAL_OK)
		mdb_txn_reset(s->reader);
	return r;
}

int store_open(const char *path, uint64_t max_bytes, struct store **ret_store, char *error,
	       size_t error_size)
{
	netral_cleanup(store_closep) struct store *s = NULL;
	error[0] = '\0';
	int r = allocate(&s);
	if (r == NETRAL_OK) {
		s->max_bytes = max_bytes;
		r = open_all(s, path, error, error_size);
	}
	if (r < 0 && error[0] == '\0')
		snprintf(error, error_size, "%s: %s", path, netral_strerror(r));
	if (r == NETRAL_OK)
		*ret_store = netral_take(s);
	return r;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	store_abort(s);
	store_batch_fini(s);
	if (s->reader)
		mdb_txn_abort(s->reader);
	if (s->env)
		mdb_env_close(s->env);
	for (unsigned i = 0; i < RECENT_SLICES; i++)
		id_filter_fini(&s->filters[i]);
	recent_free(s->recent);
	topics_free(s->topics);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	free(s);
}

void store_join_within(struct store *s, uint32_t days)
{
	s->join_days = days;
}

/* --- what is asked about it --- */

const struct epoch *store_epoch(const struct store *s)
{
	return &s->epoch;
}

uint64_t store_head(const struct store *s)
{
	return s->settled.head;
}

void store_counts(const struct store *s, struct store_counts *ret)
{
	MDB_envinfo info = {0};
	MDB_stat stat = {0};
	mdb_env_info(s->env, &info);
	mdb_env_stat(s->env, &stat);
	*ret = (struct store_counts){.articles = s->settled.record,
				     .events = s->settled.events,
				     .reports = s->settled.reports,
				     .uncounted = s->settled.uncounted,
				     .joined = s->settled.joined,
				     .searches_cut = s->settled.searches_cut,
				     .updates = s->settled.head,
				     .bytes = (info.me_last_pgno + 1) * (uint64_t)stat.ms_psize,
				     .bytes_max = info.me_mapsize};
}

void store_clean_readers(struct store *s)
{
	int dead = 0;
	/* Failing means that dead readers, if there are any, stay until the next call. */
	(void)mdb_reader_check(s->env, &dead);
}

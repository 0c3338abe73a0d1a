/* The journal: opening, room, commit. The journal_*.c files are the only ones that see LMDB.
 *
 *   articles  seq -> article  what has not ended
 *   taken     seq -> id       what was taken in, for as long as it is remembered
 *   tries     seq -> try      articles whose hand-outs failed
 *   dead      seq -> dead     gave up, with the article
 *   dead_ids  id -> seq       of the dead
 *   meta      name -> value   "journal-schema", "totals"
 *
 * Numbers grow, so what every article needs is appended, and a sync writes few pages beside the
 * articles themselves. Whether an id is known is answered by an index in memory (id_index.h), which
 * is filled from `taken` when the journal is opened.
 *
 * A map or disk that is full must not keep articles from ending, and deleting needs pages too. So
 * intake stops at JOURNAL_INTAKE_PERCENT of the map, and blocks are allocated on the disk ahead of
 * need: a batch is only begun when the blocks for it, and for the deletions after it, are there.
 * Refused: WRITEMAP, which turns a full disk into SIGBUS.
 *
 * A reader that stays open pins pages, so the one read transaction lives within a turn of the loop,
 * and slots left by a killed predecessor are cleared when the journal is opened. */
#include "daemon/journal_internal.h"
#include "lib/cleanup.h"
#include "lib/fault.h"
#include "lib/lmdb/lmdb_whole.h"
#include "lib/statedir.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum {
	SCHEMA_VERSION = 1,
	DATABASES = 6,
	RECORD_MAX = ARTICLE_TEXT_MAX + 64 * 1024,
	/* Blocks are asked for in steps where the disk has them, and so many are kept beyond a
	   batch. */
	RESERVE_STEP = 16 << 20,
	RESERVE_AHEAD = 512 << 10,
	/* What a batch takes beside its records, in pages of the inner nodes and of `taken`. */
	BATCH_ESTIMATE = 64 << 10,
	ROW_ESTIMATE = 128,
	/* A page of `taken` has some 120 rows, and sixteen pages are mapped with it. */
	INDEX_TOUCHES = 512,
};

/* --- opening --- */

static int fail(int rc, const char *dir, const char *what, char *error, size_t size)
{
	int r = lmdb_error(rc);
	snprintf(error, size, "%s: %s: %s", dir, what,
		 r == NETRAL_EMALFORMED ? "not a journal of netrald" : mdb_strerror(rc));
	return r;
}

/* LMDB does not tell where it maps the file. */
static void find_map(struct journal *j)
{
	struct stat st;
	int fd;
	char line[PATH_MAX + 128];
	mdb_env_get_fd(j->env, &fd);
	FILE *maps = fopen("/proc/self/maps", "re");
	if (!maps)
		return;
	while (fstat(fd, &st) == 0 && fgets(line, sizeof(line), maps)) {
		void *from, *to;
		unsigned major, minor;
		unsigned long inode;
		if (sscanf(line, "%p-%p %*s %*s %x:%x %lu", &from, &to, &major, &minor, &inode) ==
			    5 &&
		    inode == st.st_ino && makedev(major, minor) == st.st_dev) {
			j->map = from;
			j->map_bytes = (size_t)((char *)to - (char *)from);
		}
	}
	fclose(maps);
}

static int open_env(struct journal *j, char *error, size_t size)
{
	int rc = mdb_env_create(&j->env);
	rc = rc ? rc : mdb_env_set_mapsize(j->env, j->o.max_bytes);
	rc = rc ? rc : mdb_env_set_maxdbs(j->env, DATABASES);
	rc = rc ? rc : mdb_env_open(j->env, j->dir, MDB_NOTLS | MDB_NORDAHEAD, 0640);
	if (rc)
		return fail(rc, j->dir, "cannot open the journal", error, size);
	char why[LMDB_WHY_SIZE];
	rc = lmdb_check_whole(j->env, why, sizeof(why));
	if (rc) {
		snprintf(error, size, "%s: %s", j->dir, why);
		return lmdb_error(rc);
	}
	int cleared = 0;
	mdb_reader_check(j->env, &cleared);
	MDB_stat st;
	mdb_env_stat(j->env, &st);
	j->page_bytes = st.ms_psize;
	find_map(j);
	return NETRAL_OK;
}

static const char SCHEMA_KEY[] = "journal-schema";

static int read_schema(struct journal *j, MDB_txn *txn, uint32_t *ret_version)
{
	MDB_val key = journal_val(SCHEMA_KEY, sizeof(SCHEMA_KEY) - 1), data;
	int rc = mdb_get(txn, j->meta, &key, &data);
	if (rc)
		return rc;
	if (data.mv_size != sizeof(*ret_version))
		return MDB_INVALID;
	memcpy(ret_version, data.mv_data, sizeof(*ret_version));
	*ret_version = be32toh(*ret_version);
	return MDB_SUCCESS;
}

static int write_schema(struct journal *j, MDB_txn *txn)
{
	uint32_t version = htobe32(SCHEMA_VERSION);
	MDB_val key = journal_val(SCHEMA_KEY, sizeof(SCHEMA_KEY) - 1),
		data = journal_val(&version, sizeof(version));
	return mdb_put(txn, j->meta, &key, &data, 0);
}

/* Something else than a journal is never written to. */
static bool is_foreign(struct journal *j, MDB_txn *txn)
{
	MDB_dbi main_dbi;
	MDB_stat st;
	uint32_t version;
	if (mdb_dbi_open(txn, NULL, 0, &main_dbi) || mdb_stat(txn, main_dbi, &st))
		return true;
	return st.ms_entries > 0 &&
	       (mdb_dbi_open(txn, "meta", 0, &j->meta) || read_schema(j, txn, &version));
}

static int open_databases(struct journal *j, MDB_txn *txn)
{
	const struct {
		const char *name;
		MDB_dbi *dbi;
	} databases[] = {{"articles", &j->articles}, {"taken", &j->taken},
			 {"tries", &j->tries},       {"dead", &j->dead},
			 {"dead_ids", &j->dead_ids}, {"meta", &j->meta}};
	_Static_assert(netral_countof(databases) == DATABASES, "maxdbs");
	int rc = MDB_SUCCESS;
	for (size_t i = 0; !rc && i < netral_countof(databases); i++)
		rc = mdb_dbi_open(txn, databases[i].name, MDB_CREATE, databases[i].dbi);
	return rc;
}

static int read_totals(struct journal *j, MDB_txn *txn)
{
	MDB_val key = journal_val("totals", 6), data;
	MDB_stat st;
	j->totals = (struct format_totals){.next_seq = 1};
	int rc = mdb_stat(txn, j->articles, &st);
	j->article_count = rc ? 0 : st.ms_entries;
	rc = rc ? rc : mdb_get(txn, j->meta, &key, &data);
	if (rc == MDB_NOTFOUND)
		return NETRAL_OK;
	return rc ? lmdb_error(rc) : format_parse_totals(data.mv_data, data.mv_size, &j->totals);
}

static int add_to_index(struct journal *j, const MDB_val *key, const MDB_val *data)
{
	struct article_id id;
	uint64_t seq;
	int r = format_parse_key(key->mv_data, key->mv_size, &seq);
	if (r < 0 || data->mv_size != sizeof(id.bytes))
		return NETRAL_EMALFORMED;
	memcpy(id.bytes, data->mv_data, sizeof(id.bytes));
	j->touched_bytes += INDEX_TOUCHES;
	return id_index_add(j->index, &id, seq);
}

static int fill_index(struct journal *j, MDB_txn *txn)
{
	MDB_cursor *cursor;
	MDB_val key, data;
	int r = lmdb_error(mdb_cursor_open(txn, j->taken, &cursor));
	if (r < 0)
		return r;
	while (r == NETRAL_OK) {
		r = lmdb_error(mdb_cursor_get(cursor, &key, &data, MDB_NEXT));
		if (r == NETRAL_OK)
			r = add_to_index(j, &key, &data);
		journal_unmap(j);
	}
	mdb_cursor_close(cursor);
	return journal_ignore_missing(r);
}

static int load(struct journal *j, MDB_txn *txn, char *error, size_t size)
{
	uint32_t version = SCHEMA_VERSION;
	if (is_foreign(j, txn))
		return fail(MDB_INVALID, j->dir, "cannot open the journal", error, size);
	int rc = open_databases(j, txn);
	if (rc)
		return fail(rc, j->dir, "cannot open the journal", error, size);
	rc = read_schema(j, txn, &version);
	if (rc == MDB_NOTFOUND)
		rc = write_schema(j, txn);
	if (rc)
		return fail(rc, j->dir, "cannot read the schema", error, size);
	if (version != SCHEMA_VERSION) {
		snprintf(error, size,
			 "%s: the journal has schema %u, this netrald knows %d; use the netrald "
			 "that wrote it",
			 j->dir, version, SCHEMA_VERSION);
		return NETRAL_EVERSION;
	}
	int r = read_totals(j, txn);
	if (r == NETRAL_OK)
		r = fill_index(j, txn);
	if (r < 0)
		snprintf(error, size, "%s: cannot read the journal: %s", j->dir,
			 netral_strerror(r));
	return r;
}

static int open_schema(struct journal *j, char *error, size_t size)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(j->env, NULL, 0, &txn);
	if (rc)
		return fail(rc, j->dir, "cannot begin", error, size);
	int r = load(j, txn, error, size);
	if (r < 0) {
		mdb_txn_abort(txn);
		return r;
	}
	rc = mdb_txn_commit(txn);
	return rc ? fail(rc, j->dir, "cannot commit", error, size) : NETRAL_OK;
}

static int open_reader(struct journal *j, char *error, size_t size)
{
	int rc = mdb_txn_begin(j->env, NULL, MDB_RDONLY, &j->reader);
	rc = rc ? rc : mdb_cursor_open(j->reader, j->articles, &j->cursor);
	if (rc)
		return fail(rc, j->dir, "cannot read", error, size);
	mdb_txn_reset(j->reader);
	return NETRAL_OK;
}

static void journal_freep(struct journal **j)
{
	journal_close(*j);
}

int journal_open(const struct journal_options *o, struct journal **ret_journal, char *error,
		 size_t error_size)
{
	netral_cleanup(journal_freep) struct journal *j = fault_calloc(1, sizeof(*j));
	snprintf(error, error_size, "%s: out of memory", o->dir);
	if (!j)
		return NETRAL_ENOMEM;
	j->o = *o;
	j->lock_fd = -1;
	j->can_allocate = true;
	buf_init(&j->record, RECORD_MAX);
	j->dir = strdup(o->dir);
	if (!j->dir)
		return NETRAL_ENOMEM;
	int r = id_index_new(&j->index);
	if (r == NETRAL_OK)
		r = statedir_lock(j->dir, &j->lock_fd, error, error_size);
	if (r == NETRAL_OK)
		r = open_env(j, error, error_size);
	if (r == NETRAL_OK)
		r = open_schema(j, error, error_size);
	if (r == NETRAL_OK)
		r = open_reader(j, error, error_size);
	if (r < 0)
		return r;
	*ret_journal = netral_take(j);
	return NETRAL_OK;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	journal_abort(j);
	if (j->cursor)
		mdb_cursor_close(j->cursor);
	if (j->reader)
		mdb_txn_abort(j->reader);
	if (j->env)
		mdb_env_close(j->env);
	if (j->lock_fd >= 0)
		close(j->lock_fd);
	id_index_free(j->index);
	buf_fini(&j->batch_taken);
	buf_fini(&j->batch_forgotten);
	buf_fini(&j->record);
	free(j->dir);
	free(j);
}

/* --- room --- */

static uint64_t last_page(struct journal *j)
{
	MDB_envinfo info;
	mdb_env_info(j->env, &info);
	return info.me_last_pgno + 1;
}

/* Free pages are listed in database 0: each record begins with their number. */
static uint64_t free_pages(struct journal *j)
{
	MDB_cursor *cursor;
	MDB_val key, data;
	uint64_t sum = 0;
	if (journal_read_begin(j) < 0)
		return 0;
	if (mdb_cursor_open(j->reader, 0, &cursor) == MDB_SUCCESS) {
		while (mdb_cursor_get(cursor, &key, &data, MDB_NEXT) == MDB_SUCCESS) {
			size_t count = 0;
			if (data.mv_size >= sizeof(count))
				memcpy(&count, data.mv_data, sizeof(count));
			sum += count;
		}
		mdb_cursor_close(cursor);
	}
	journal_read_end(j);
	return sum;
}

/* Allocates the blocks of the file up to `bytes`: a full disk is noticed before a batch begins. */
static int allocate(struct journal *j, uint64_t bytes)
{
	int fd;
	if (bytes > j->o.max_bytes)
		bytes = j->o.max_bytes;
	mdb_env_get_fd(j->env, &fd);
	if (fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)bytes) < 0)
		return -errno;
	j->allocated_bytes = bytes;
	return 0;
}

static int reserve(struct journal *j, uint64_t bytes)
{
	if (bytes > j->o.max_bytes)
		bytes = j->o.max_bytes;
	if (bytes <= j->allocated_bytes || !j->can_allocate)
		return NETRAL_OK;
	int r = allocate(j, (bytes + RESERVE_STEP - 1) / RESERVE_STEP * RESERVE_STEP);
	if (r == -ENOSPC)
		r = allocate(j, bytes);
	if (r == -EOPNOTSUPP || r == -ENOSYS || r == -EINVAL) {
		j->can_allocate = false; /* then the commit finds out */
		r = 0;
	}
	return r < 0 ? lmdb_error(-r) : NETRAL_OK;
}

/* Pages that were freed are taken first, where they lie together: half of them count. */
static bool fits_in_free(struct journal *j, uint64_t bytes)
{
	return free_pages(j) * j->page_bytes / 2 >= bytes;
}

int journal_room(struct journal *j, size_t articles, size_t bytes,
		 char reason[static JOURNAL_REASON_SIZE])
{
	uint64_t used = last_page(j) * j->page_bytes;
	uint64_t need = 2 * (uint64_t)bytes + articles * (uint64_t)ROW_ESTIMATE + BATCH_ESTIMATE;
	uint64_t limit = j->o.max_bytes / 100 * JOURNAL_INTAKE_PERCENT;
	if (used + need > limit && used - free_pages(j) * j->page_bytes + need > limit) {
		snprintf(reason, JOURNAL_REASON_SIZE,
			 "journal is full: %d %% of journal_max_bytes (%llu) are in use",
			 JOURNAL_INTAKE_PERCENT, (unsigned long long)j->o.max_bytes);
		return NETRAL_EFULL;
	}
	int r = reserve(j, used + need + RESERVE_AHEAD);
	if (r < 0 && fits_in_free(j, need + RESERVE_AHEAD))
		return NETRAL_OK;
	if (r < 0)
		snprintf(reason, JOURNAL_REASON_SIZE, "disk: cannot make room for the journal: %s",
			 r == NETRAL_EFULL ? "no space left" : netral_strerror(r));
	return r;
}

bool journal_has_batch(const struct journal *j)
{
	return j->txn && j->changed;
}

static int put_totals(struct journal *j)
{
	uint8_t data[FORMAT_TOTALS_BYTES];
	format_totals(&j->batch_totals, data);
	MDB_val k = journal_val("totals", 6), v = journal_val(data, sizeof(data));
	return lmdb_error(mdb_put(j->txn, j->meta, &k, &v, 0));
}

static int count_articles(struct journal *j, uint64_t *ret_count)
{
	MDB_stat st;
	int rc = mdb_stat(j->txn, j->articles, &st);
	*ret_count = rc ? 0 : st.ms_entries;
	return lmdb_error(rc);
}

/* `list` holds struct journal_taken, and is empty afterwards. */
static void remove_from_index(struct journal *j, struct buf *list)
{
	for (size_t at = 0; at < list->len; at += sizeof(struct journal_taken)) {
		struct journal_taken t;
		memcpy(&t, list->data + at, sizeof(t));
		id_index_remove(j->index, &t.id, t.seq);
	}
	buf_clear(list);
}

/* The transaction is gone after mdb_txn_commit(), also when that fails. */
static int commit(struct journal *j)
{
	MDB_txn *txn = j->txn;
	int rc = EIO;
	if (!fault_hit("commit")) {
		j->txn = NULL;
		rc = mdb_txn_commit(txn);
	}
	j->failure = mdb_strerror(rc);
	return lmdb_error(rc);
}

const char *journal_failure(const struct journal *j)
{
	return j->failure;
}

int journal_commit(struct journal *j)
{
	uint64_t articles = 0;
	if (!journal_has_batch(j)) {
		journal_abort(j); /* all that came was known */
		return NETRAL_OK;
	}
	j->failure = NULL;
	int r = journal_forget(j);
	if (r == NETRAL_OK)
		r = put_totals(j);
	if (r == NETRAL_OK)
		r = count_articles(j, &articles);
	if (r == NETRAL_OK)
		r = commit(j);
	if (r < 0) {
		j->failure = j->failure ? j->failure : netral_strerror(r);
		journal_abort(j);
		return r == NETRAL_EFULL || r == NETRAL_ENOMEM || r == NETRAL_ECLOSED ? r
										      : NETRAL_EIO;
	}
	remove_from_index(j, &j->batch_forgotten);
	buf_clear(&j->batch_taken);
	j->totals = j->batch_totals;
	j->article_count = articles;
	j->commits++;
	return NETRAL_OK;
}

void journal_abort(struct journal *j)
{
	if (j->txn)
		mdb_txn_abort(j->txn);
	j->txn = NULL;
	remove_from_index(j, &j->batch_taken);
	buf_clear(&j->batch_forgotten);
}

/* --- counts --- */

static uint64_t entries(struct journal *j, MDB_dbi dbi)
{
	MDB_stat st;
	return mdb_stat(j->reader, dbi, &st) == MDB_SUCCESS ? st.ms_entries : 0;
}

struct journal_counts journal_counts(struct journal *j)
{
	struct journal_counts c = {.articles = j->article_count,
				   .accepted_total = j->totals.accepted,
				   .recorded_total = j->totals.recorded,
				   .buried_total = j->totals.buried,
				   .dead_dropped = j->dead_dropped,
				   .commits = j->commits,
				   .remembered = id_index_count(j->index),
				   .index_bytes = id_index_bytes(j->index),
				   .last_seq = j->totals.next_seq - 1,
				   .used_bytes = (last_page(j) - free_pages(j)) * j->page_bytes,
				   .max_bytes = j->o.max_bytes};
	if (journal_read_begin(j) == NETRAL_OK) {
		c.dead = entries(j, j->dead);
		journal_read_end(j);
	}
	return c;
}

uint64_t journal_article_count(const struct journal *j)
{
	return j->article_count;
}

uint64_t journal_last_seq(const struct journal *j)
{
	return j->totals.next_seq - 1;
}

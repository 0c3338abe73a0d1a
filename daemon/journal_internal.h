/* journal_internal.h - shared by the files of the journal, the only ones of netrald that see LMDB.
 */
#ifndef NETRAL_DAEMON_JOURNAL_INTERNAL_H
#define NETRAL_DAEMON_JOURNAL_INTERNAL_H

#include "daemon/id_index.h"
#include "daemon/journal.h"
#include "daemon/journal_format.h"
#include "lib/error.h"
#include "lib/lmdb/lmdb_error.h"

#include <lmdb.h>
#include <string.h>

struct journal_taken {
	struct article_id id;
	uint64_t seq;
};

struct journal {
	struct journal_options o;
	char *dir;
	int lock_fd;
	MDB_env *env;
	MDB_dbi articles, taken, tries, dead, dead_ids, meta;
	struct id_index *index;
	size_t page_bytes;
	uint64_t allocated_bytes; /* of the file, on the disk */
	bool can_allocate;

	MDB_txn *txn; /* the batch */
	bool changed; /* by the batch */
	struct format_totals batch_totals;
	struct buf batch_taken;     /* struct journal_taken each: added to the index */
	struct buf batch_forgotten; /* likewise: out of the index at the commit */

	MDB_txn *reader; /* reset between uses */
	bool reading;
	MDB_cursor *cursor;  /* of the reader, over articles */
	uint64_t cursor_seq; /* where it stands; 0: nowhere */

	void *map; /* the file in memory, or NULL; see journal_unmap() */
	size_t map_bytes;
	size_t touched_bytes; /* of it, about, since it was unmapped last */

	struct format_totals totals; /* as committed */
	uint64_t article_count;
	uint64_t commits;
	const char *failure; /* of the last commit, in words */
	uint64_t dead_dropped;
	struct buf record; /* a record being made */
};

static inline int journal_ignore_missing(int r)
{
	return r == NETRAL_ENOTFOUND ? NETRAL_OK : r;
}

static inline MDB_val journal_val(const void *data, size_t len)
{
	MDB_val v = {.mv_size = len};
	memcpy(&v.mv_data, &data, sizeof(data)); /* LMDB does not write to it */
	return v;
}

/* Every page that is read stays mapped, and the kernel maps its neighbours with it, so a process
 * that has seen gigabytes would look as large. When enough was touched the pages are unmapped; they
 * stay in the page cache. At any time when nothing points into the map. */
void journal_unmap(struct journal *j);

/* Keeps `taken` within remembered_ids: the last change of a batch. */
int journal_forget(struct journal *j);

#endif

/* state_internal.h - shared by the files of the state, the only ones of the poller that see LMDB.
 */
#ifndef NETRAL_POLLER_STATE_INTERNAL_H
#define NETRAL_POLLER_STATE_INTERNAL_H

#include "lib/error.h"
#include "lib/lmdb/lmdb_error.h"
#include "poller/state.h"
#include "poller/state_format.h"

#include <lmdb.h>
#include <string.h>

struct state {
	char *dir;
	int lock_fd;
	uint64_t max_bytes;
	uint64_t known_max;
	MDB_env *env;
	MDB_dbi meta, sources, pending, texts, reading, seen, seen_days, children;
	uint64_t secret;
	uint64_t last_number; /* of what waits */

	MDB_txn *batch;  /* NULL: none */
	int spoiled;     /* the first error in it */
	MDB_txn *reader; /* reset between uses */
	struct buf record;
	uint8_t evicted[FORMAT_DAY_BYTES]; /* where eviction stopped last */
	uint64_t commits, failures, dropped;
};

static inline MDB_val state_val(const void *data, size_t len)
{
	MDB_val v = {.mv_size = len};
	memcpy(&v.mv_data, &data, sizeof(data)); /* LMDB does not write to it */
	return v;
}

/* The batch, begun if need be; NULL when it is spoiled. */
MDB_txn *state_writer(struct state *s);
/* Spoils the batch unless rc is 0 or MDB_NOTFOUND. */
void state_check(struct state *s, int rc);
void state_put(struct state *s, MDB_dbi dbi, MDB_val key, MDB_val data);
void state_delete(struct state *s, MDB_dbi dbi, MDB_val key);

/* What `key` holds, in the batch if there is one; an LMDB code. The value lives until
 * state_end_read(), which is always to be called. */
int state_get(struct state *s, MDB_dbi dbi, MDB_val key, MDB_val *ret_data);
MDB_txn *state_begin_read(struct state *s); /* NULL when there is no memory for it */
void state_end_read(struct state *s);

/* Makes room in what is known, a bounded step. */
void state_evict(struct state *s);

#endif

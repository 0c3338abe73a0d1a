/* store_internal.h - shared by the files of the store, and by nothing else: these are the only ones
 * that see LMDB. */
#ifndef NETRAL_WORKERS_RECORD_STORE_INTERNAL_H
#define NETRAL_WORKERS_RECORD_STORE_INTERNAL_H

#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/lmdb/lmdb_error.h"
#include "workers/record/id_filter.h"
#include "workers/record/postings.h"
#include "workers/record/recent.h"
#include "workers/record/schema.h"
#include "workers/record/store.h"
#include "workers/record/topics.h"

#include <lmdb.h>
#include <string.h>

/* X(member of struct store, name in the environment) */
#define STORE_DATABASES(X)                                                                         \
	X(meta, "meta")                                                                            \
	X(ids, "ids")                                                                              \
	X(id_log, "idlog")                                                                         \
	X(slices, "slices")                                                                        \
	X(articles, "articles")                                                                    \
	X(texts, "texts")                                                                          \
	X(updates, "updates")                                                                      \
	X(topic_heads, "topics")                                                                   \
	X(terms, "index")                                                                          \
	X(candidates, "candidates")                                                                \
	X(happenings, "happenings")                                                                \
	X(members, "members")                                                                      \
	X(reports, "reports")                                                                      \
	X(about, "about")                                                                          \
	X(counts, "coverage")

enum {
	/* Ids that share an entry of the id log: two such entries fill a page. */
	ID_RUN_MAX = 120,
	/* In front of a slice's filter: the last record that was merged, and the filter's count. */
	SLICE_HEAD_BYTES = 8 + 4,
	/* A month and an area. */
	COVERAGE_KEY_BYTES = 4 + AREA_BYTES,
};

/* What a commit moves on, and a failed one takes back. */
struct position {
	uint64_t head;      /* last update */
	uint64_t record;    /* last article */
	uint64_t events;    /* present events */
	uint64_t reports;   /* of them */
	uint64_t uncounted; /* articles of whose areas nothing is known */
	/* since the start */
	uint64_t joined;       /* reports that joined an event */
	uint64_t searches_cut; /* searches that had more candidates than they may look at */
	uint32_t slice;        /* of the recent ids, next to be merged */
	uint32_t unmerged;     /* new articles since a slice was merged */
};

struct batch_update {
	size_t offset, len; /* in batch_bytes */
	uint64_t seq;
	int topic_number;
	char topic[CODEC_TOPIC_MAX];
};

/* What the articles of a batch add to the counts by area and month. */
struct coverage_change {
	uint8_t key[COVERAGE_KEY_BYTES];
	int32_t by;
};
struct coverage {
	struct coverage_change *items;
	size_t count, cap;
};

struct store {
	int lock_fd;
	MDB_env *env;
#define X(member, name) MDB_dbi member;
	STORE_DATABASES(X)
#undef X
	uint64_t max_bytes;
	uint32_t join_days; /* window in which reports join, 0: none does */
	struct epoch epoch;
	struct position settled; /* as committed */
	struct recent *recent;
	struct id_filter filters[RECENT_SLICES]; /* over the ids that are in the map */
	struct topics *topics;
	MDB_txn *reader; /* reset between uses */

	/* the batch */
	MDB_txn *batch; /* NULL: none is open */
	bool changed;   /* it holds something to commit */
	struct position next;
	bool merged[RECENT_SLICES];
	struct article_id *new_ids; /* of its articles, in the order of their numbers */
	size_t new_count, new_cap;
	struct postings postings;
	struct coverage coverage;
	struct buf batch_bytes; /* stored forms of its updates */
	struct batch_update *batch_updates;
	size_t batch_count, batch_cap;
	struct arena arena;   /* what one result needs */
	struct arena scratch; /* old updates that one of its events is compared with */
};

static inline MDB_val mdb_bytes(const void *data, size_t len)
{
	/* LMDB does not write through what it is given, but takes no const. */
	MDB_val v = {.mv_size = len};
	memcpy(&v.mv_data, &data, sizeof(data));
	return v;
}

/* Value of a key: 1 and *ret, 0 when there is none, or an error. */
int store_get(MDB_txn *txn, MDB_dbi db, const void *key, size_t key_len, MDB_val *ret);
int store_get_number(MDB_txn *txn, MDB_dbi db, uint64_t number, MDB_val *ret);
int store_put(MDB_txn *txn, MDB_dbi db, const void *key, size_t key_len, const void *value,
	      size_t value_len, unsigned flags);

/* 0 also when there is no such key. */
int store_delete(MDB_txn *txn, MDB_dbi db, const void *key, size_t key_len);

/* Reads an article: 0, or NETRAL_EMALFORMED when it is missing or damaged. */
int store_load_article(struct store *s, MDB_txn *txn, uint64_t record, struct article_record *ret);

/* Commits, with the fault points of tests. `txn` is gone afterwards, also on failure. */
int store_commit_txn(MDB_txn *txn);

/* store_ids.c. Record number of an article id: 1, 0 or an error. */
int store_find(struct store *s, MDB_txn *txn, const struct article_id *id, uint64_t *ret_record);
/* Adds the id of article s->next.record to the batch. */
int store_add_id(struct store *s, const struct article_id *id);
/* Before the commit: logs the batch's new ids, and merges the slices whose turn it is. */
int store_log_ids(struct store *s);
int store_merge_ids(struct store *s);

/* store_load.c: what an open store keeps in memory. */
int store_load(struct store *s, MDB_txn *txn);
/* The number that is the last key of `db`, 0 when there is none. */
int store_last_number(MDB_txn *txn, MDB_dbi db, uint64_t *ret);

/* store_write.c: ends the batch in memory. */
void store_batch_fini(struct store *s);

#endif

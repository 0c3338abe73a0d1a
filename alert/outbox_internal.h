/* outbox_internal.h - shared by the files of the outbox, the only ones here that see LMDB. */
#ifndef NETRAL_ALERT_OUTBOX_INTERNAL_H
#define NETRAL_ALERT_OUTBOX_INTERNAL_H

#include "alert/outbox.h"
#include "lib/buf.h"
#include "lib/error.h"

#include <lmdb.h>
#include <string.h>

enum { OUTBOX_KEY_BYTES = 16, OUTBOX_TOLD_BYTES = 24, OUTBOX_ID_MAX = 127 };

/* What waits for a receiver: of what is committed, and what the batch adds to it. */
struct outbox_usage {
	uint64_t receiver, messages, bytes;
	int64_t batch_messages, batch_bytes;
};
/* `told` in a record: digest 8, kind 1, status 1, area with NULs. */
enum { OUTBOX_STATE_BYTES = 10 + OUTBOX_AREA_SIZE };

struct outbox {
	char *dir;
	int lock_fd;
	uint64_t max_bytes;
	MDB_env *env;
	MDB_dbi meta, waiting, failed, receivers, behind, told, told_days;
	MDB_dbi gathering, gathered, groups, groups_due;
	MDB_txn *batch;  /* NULL: none */
	int spoiled;     /* the first error in it */
	MDB_txn *reader; /* reset between uses, but for what outbox_next() lent */
	struct buf record;
	/* Of what is committed, and what the batch adds to it. */
	uint64_t last_number, bytes;
	uint64_t batch_numbers;
	int64_t batch_bytes;
	struct outbox_usage *usages; /* one for each receiver that something waits or waited for */
	size_t usage_count;
	uint64_t commits, failures, forgotten_failed, forgotten_told;
};

int outbox_error(int rc);

static inline MDB_val outbox_val(const void *data, size_t len)
{
	MDB_val v = {.mv_size = len};
	memcpy(&v.mv_data, &data, sizeof(data)); /* LMDB does not write to it */
	return v;
}

void outbox_key(uint64_t receiver, uint64_t number, uint8_t ret[static OUTBOX_KEY_BYTES]);
void outbox_put_number(uint8_t *to, uint64_t number);
uint64_t outbox_take_number(const uint8_t *from);

/* "<receiver><hash of the event>" */
void outbox_event_key(uint64_t receiver, const char *event_id,
		      uint8_t ret[static OUTBOX_TOLD_BYTES]);
void outbox_put_state(uint8_t to[static OUTBOX_STATE_BYTES], const struct told *told);
void outbox_take_state(const uint8_t from[static OUTBOX_STATE_BYTES], struct told *ret);

/* The batch, begun if need be; NULL when it is spoiled. */
MDB_txn *outbox_writer(struct outbox *o);
/* Spoils the batch unless rc is 0 or MDB_NOTFOUND. */
void outbox_check(struct outbox *o, int rc);

/* What is committed; NULL without memory. It holds until the next call of this. */
MDB_txn *outbox_reader(struct outbox *o);
/* The batch when there is one, else what is committed. */
MDB_txn *outbox_latest(struct outbox *o);
void outbox_end_read(struct outbox *o);

/* outbox_usage.c. What is added is counted in the batch, which is spoiled without memory; negative
 * numbers for what goes. */
void outbox_use(struct outbox *o, uint64_t receiver, int messages, int64_t bytes);
void outbox_usage_commit(struct outbox *o); /* the batch counts */
void outbox_usage_abort(struct outbox *o);  /* it does not */

/* A position and a number, as `meta` and `behind` hold them. */
enum { OUTBOX_POSITION_BYTES = 32 };
void outbox_format_position(const struct netral_position *position, uint64_t again_until,
			    uint8_t ret[static OUTBOX_POSITION_BYTES]);
/* False when it is none. */
bool outbox_parse_position(const MDB_val *data, struct netral_position *ret_position,
			   uint64_t *ret_again_until);

/* outbox_items.c: bounds on what was given up, and outbox_told.c: on what is remembered. Called
 * before a commit, each a bounded step. */
void outbox_evict_failed(struct outbox *o, MDB_txn *txn);
void outbox_evict_told(struct outbox *o, MDB_txn *txn);

#endif

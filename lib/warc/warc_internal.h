/* warc_internal.h - the reader, as its own files see it. */
#ifndef NETRAL_LIB_WARC_INTERNAL_H
#define NETRAL_LIB_WARC_INTERNAL_H

#include "lib/buf.h"
#include "lib/warc/warc_fields.h"
#include "lib/warc/warc_stream.h"

/* Where the stream stands. */
enum warc_state {
	STATE_START,  /* between records */
	STATE_HEAD,   /* at a header */
	STATE_BLOCK,  /* `left` bytes before the end of a block */
	STATE_FINISH, /* behind a block: blank lines are due */
	STATE_LOST,   /* in bytes of no record */
	STATE_END,
};

struct warc_reader {
	struct warc_stream stream;
	warc_damage_fn *damage;
	void *user;
	uint64_t damages[WARC_DAMAGE_KINDS];
	enum warc_state state;
	struct warc_place resume; /* see warc_place() */
	uint64_t passed_over; /* bytes of the first member that the place to begin at leaves out */
	uint8_t before;       /* the byte before the stream, while it is lost */
	/* the record */
	char head[WARC_HEAD_MAX];
	size_t head_seen;
	struct warc_place place;
	uint64_t left;
	unsigned line_ends; /* behind the block */
	bool lost;          /* its end is not where it should be */
	/* the response */
	struct buf block; /* as the archive holds it */
	struct buf body;  /* without a coding */
	char http_head[WARC_HEAD_MAX];
	size_t http_head_len; /* bytes that `block` begins with */
	bool block_cut;       /* by us, */
	bool truncated;       /* or by the crawler */
	bool chunked;
	struct text codings[WARC_CODINGS_MAX];
	size_t coding_count;
};

void reader_tell(struct warc_reader *r, enum warc_damage kind, const struct warc_place *place);

/* Reads the rest of the block, appends it to `to` (unless that is NULL) up to WARC_BLOCK_MAX, and
 * looks at what follows. 0 when all of it was read, or `lost` was set; or negative. */
int reader_block(struct warc_reader *r, struct buf *to);

/* Passes over bytes up to what may be a record. 1 when it stands there, 0 at the end of the
 * archive, or negative. */
int reader_resync(struct warc_reader *r);

/* Undoes chunks in place. False when the bytes do not begin like chunks; then nothing was changed.
 * *ret_whole tells whether the last chunk was there. */
bool warc_dechunk(char *body, size_t *len, bool *ret_whole);

#endif

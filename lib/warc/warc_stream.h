/* warc_stream.h - the bytes of an archive, piece by piece: a piece is a gzip member, inflated, or
 * plain bytes up to the next member or the end. A window of each piece can be looked at.
 *
 * Bytes may be pending: then a call returns NETRAL_EAGAIN, has changed nothing that counts, and is
 * to be repeated. */
#ifndef NETRAL_LIB_WARC_STREAM_H
#define NETRAL_LIB_WARC_STREAM_H

#include "lib/warc/warc.h"

#include <zlib.h>

enum { STREAM_WINDOW = 2 * WARC_HEAD_MAX, STREAM_WANT_MAX = WARC_HEAD_MAX + 1 };

struct warc_stream {
	warc_read_fn *read;
	void *user;
	uint8_t *raw; /* as in the archive */
	size_t raw_at, raw_len;
	uint64_t raw_offset; /* of raw[0] */
	bool raw_ended;
	uint8_t *out; /* of the member, inflated */
	size_t out_at, out_len;
	z_stream z;
	bool z_ready;
	bool in_member;
	bool member_ended; /* nothing more comes out of it, because: */
	bool member_bad;   /* it is damaged, */
	bool member_cut;   /* the archive ends within it, or else it is whole */
	uint64_t member_offset;
	uint64_t member_size; /* inflated so far */
};

/* `offset` is where `read` begins. 0 or NETRAL_ENOMEM; ended by stream_fini() either way. */
int stream_init(struct warc_stream *s, warc_read_fn *read, void *user, uint64_t offset);
void stream_fini(struct warc_stream *s);

/* At a record's begin: leaves a member that has ended, and enters one that begins here. 1 when the
 * piece may have bytes, 0 at the end of the archive, or negative. */
int stream_begin(struct warc_stream *s);

/* 1 when at least `n` (at most STREAM_WANT_MAX) bytes of the piece are in the window, 0 when it
 * ends before, or negative. */
int stream_want(struct warc_stream *s, size_t n);

const uint8_t *stream_data(const struct warc_stream *s);
size_t stream_len(const struct warc_stream *s);
void stream_take(struct warc_stream *s, size_t n); /* at most stream_len() */

/* Plain bytes that begin a gzip member stand here: 1, 0, or negative. */
int stream_at_member(struct warc_stream *s);

/* The same, and inflated it begins with "WARC/" and a digit. */
int stream_at_record_member(struct warc_stream *s);

/* Where a whole member has ended: enters the next one, unless it begins like a record. 1 when it
 * did, 0, or negative. */
int stream_continue(struct warc_stream *s);

/* Gives the member up and goes on with its raw bytes, from as far back as is left of them (but
 * behind its beginning): inflating a damaged member runs on into what follows. */
void stream_leave_damaged(struct warc_stream *s);

/* Of the next byte. */
struct warc_place stream_place(const struct warc_stream *s);

#endif

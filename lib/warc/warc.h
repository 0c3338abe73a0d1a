/* warc.h - the records of a web archive, read as a stream: WARC 0.17 to 1.1 (ISO 28500), plain or
 * in gzip members (RFC 1952), one record a member or several.
 *
 * Memory does not grow with the archive: a window each of raw and of inflated bytes, one header,
 * one response. Everything read is taken for hostile. Damage is told and counted by kind, and
 * reading goes on at the next record that can be found; what was damaged is never returned as if
 * it were whole.
 *
 * Reading never waits by itself: where the read function says NETRAL_EAGAIN, so does the call, and
 * the same call later goes on. A reader belongs to one thread. */
#ifndef NETRAL_LIB_WARC_WARC_H
#define NETRAL_LIB_WARC_WARC_H

#include "lib/article.h"
#include "lib/web/content_type.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WARC_HEAD_MAX = 64 << 10, /* bytes of a record's header, and of an HTTP header */
	WARC_BLOCK_MAX = 8 << 20, /* bytes of a response as the archive holds it; then it is cut */
	WARC_BODY_MAX = 8 << 20,  /* bytes of a body without its codings; then it is cut */
	WARC_CODINGS_MAX = 4,     /* content codings of one body */
	/* What warc_memory() stays below. The brotli decoder's window, 16 MiB at most (RFC 7932),
	 * comes in addition while a body is decoded. */
	WARC_MEMORY_MAX = 17 << 20,
};

/* Where reading may begin: a byte of the archive, and what to leave out of the gzip member that
 * begins there, in bytes once inflated (0 where a member holds one record). */
struct warc_place {
	uint64_t offset;
	uint64_t within;
};

/* Kinds of damage, with a name for programs and the rest of a sentence for people. */
#define WARC_DAMAGES(X)                                                                            \
	X(WARC_GARBAGE, "garbage", "bytes that belong to no record were passed over")              \
	X(WARC_BAD_MEMBER, "bad_member", "a gzip member is damaged; its record is lost")           \
	X(WARC_ENDS_EARLY, "ends_early", "the archive or a gzip member ends within a record")      \
	X(WARC_BAD_VERSION, "bad_version", "a record of a version other than 0.x and 1.x is lost") \
	X(WARC_LONG_HEAD, "long_head", "a record's header is too long; the record is lost")        \
	X(WARC_BAD_FIELD, "bad_field", "a header line without a name was passed over")             \
	X(WARC_NO_LENGTH, "no_length", "a record without a Content-Length is lost")                \
	X(WARC_WRONG_LENGTH, "wrong_length",                                                       \
	  "a record is longer or shorter than its Content-Length and is lost")                     \
	X(WARC_NO_BLANK_LINES, "no_blank_lines", "the blank lines behind a record are missing")    \
	X(WARC_LONG_BLOCK, "long_block", "a response was cut at the size limit")                   \
	X(WARC_BAD_HTTP, "bad_http", "a response without an HTTP status line is lost")             \
	X(WARC_BAD_CHUNKS, "bad_chunks", "a chunked body was cut where its chunks go wrong")       \
	X(WARC_BAD_CODING, "bad_coding", "a compressed body was cut where it is damaged")          \
	X(WARC_OTHER_CODING, "other_coding", "a body in an unknown content coding is lost")        \
	X(WARC_BOMB, "bomb", "a body was cut at the size limit of what is decompressed")

enum warc_damage {
#define X(id, name, text) id,
	WARC_DAMAGES(X)
#undef X
		WARC_DAMAGE_KINDS
};

/* Never NULL. Any thread. */
const char *warc_damage_name(enum warc_damage kind);
const char *warc_damage_text(enum warc_damage kind);

/* Reads up to `size` (> 0) bytes that follow those read before. How many; 0 at the end;
 * NETRAL_EAGAIN when there are none for now; another negative code, which the reader returns. */
typedef int64_t warc_read_fn(void *user, void *data, size_t size);

/* Called for each damage, in order; `place` is that of the record or of the bytes. */
typedef void warc_damage_fn(void *user, enum warc_damage kind, const struct warc_place *place);

struct warc_options {
	warc_read_fn *read;
	warc_damage_fn *damage; /* may be NULL */
	void *user;
	/* `read` begins at from.offset. */
	struct warc_place from;
};

struct warc_reader;

/* *o is copied. 0 or NETRAL_ENOMEM. */
int warc_open(const struct warc_options *o, struct warc_reader **ret_reader);
void warc_close(struct warc_reader *r); /* takes NULL */

enum warc_type {
	WARC_OTHER, /* of a type that the standard does not name */
	WARC_WARCINFO,
	WARC_REQUEST,
	WARC_RESPONSE,
	WARC_REVISIT,
	WARC_METADATA,
	WARC_RESOURCE,
	WARC_CONVERSION,
	WARC_CONTINUATION,
};

/* Texts are slices of the header, not NUL-terminated, of any bytes; empty when not there. */
struct warc_record {
	struct warc_place place;
	enum warc_type type;
	struct text uri;       /* WARC-Target-URI without the <> that some writers put around it */
	struct text date;      /* WARC-Date: when it was fetched */
	struct text truncated; /* WARC-Truncated: why the crawler cut it */
	uint64_t length;       /* of the block */
	bool http;             /* Content-Type is application/http, or is not there */
	bool segmented;        /* a part of a response; the other parts are records elsewhere */
};

/* 1 with the next record, valid until the next call; 0 at the end of the archive, then and ever
 * after; NETRAL_EAGAIN, NETRAL_ENOMEM, or what the read function returned. The block of the record
 * before is passed over. */
int warc_next(struct warc_reader *r, struct warc_record *ret_record);

/* An HTTP response. Texts live until the next warc_next() or warc_response(). */
struct warc_response {
	unsigned status;
	struct content_type type;
	struct text body; /* empty until warc_body(); any bytes */
	bool cut;         /* the body is not all there */
};

/* Reads the block of the record that warc_next() returned as an HTTP response, to its end.
 * 1 with status and type; 0 when it is damaged, which was told; errors as warc_next(). */
int warc_response(struct warc_reader *r, struct warc_response *ret_response);

/* Undoes chunks (RFC 9112, 7.1) and content codings (gzip, deflate, br; RFC 9110, 8.4.1, and RFC
 * 7932) and sets `body` and `cut`. Both only where the bytes look like it, because crawlers undo
 * them and leave the headers as they were. Once for a response. 1; 0 when nothing can be read,
 * which was told; NETRAL_ENOMEM. */
int warc_body(struct warc_reader *r, struct warc_response *response);

/* Where to begin again so that what was read to its end is not read twice, and nothing else is left
 * out: behind the record that warc_next() returned once warc_response() has read it, else at it; at
 * the end, behind the last record that was whole. */
struct warc_place warc_place(const struct warc_reader *r);

/* Bytes of the archive read so far, counted from its beginning. */
uint64_t warc_bytes_read(const struct warc_reader *r);

uint64_t warc_damage_count(const struct warc_reader *r, enum warc_damage kind);

/* Bytes that the reader holds now; below WARC_MEMORY_MAX, whatever the archive. */
size_t warc_memory(const struct warc_reader *r);

#endif

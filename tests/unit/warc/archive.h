/* archive.h - web archives made in memory, and what a reader says of them. Fails the running test.
 */
#ifndef NETRAL_TESTS_WARC_ARCHIVE_H
#define NETRAL_TESTS_WARC_ARCHIVE_H

#include "lib/buf.h"
#include "lib/warc/warc.h"

/* Appends a record: its lines, Content-Length, the block and the blank lines. */
void archive_record(struct buf *a, const char *lines, const char *block, size_t len);

/* The same for a response of http://a.example/NAME; `block` is the whole HTTP message. */
void archive_response(struct buf *a, const char *name, const char *block);

/* A page: 200, text/html, the body as it is. */
void archive_page(struct buf *a, const char *name, const char *body);

/* Appends the bytes as they are, or as one gzip member. */
void archive_bytes(struct buf *a, const void *data, size_t len);
void archive_member(struct buf *a, const void *data, size_t len);
/* A page in a member of its own. */
void archive_page_member(struct buf *a, const char *name, const char *body);

/* What a reader says of the archive, one line each:
 *   TYPE URI              a record that is not a response
 *   STATUS URI TYPE BODY  a response ("..." behind the body when it was cut)
 *   damage NAME @OFFSET   (or @OFFSET+WITHIN)
 * The read function yields at most `step` bytes, and NETRAL_EAGAIN before each when `pausing`.
 * malloc'd. */
char *archive_transcript(const struct buf *a, struct warc_place from, size_t step, bool pausing);

/* What warc_place() says once `count` responses from `from` on were read, or the archive to its
 * end.
 */
struct warc_place archive_place_behind(const struct buf *a, struct warc_place from, size_t count);

/* Requires exactly these lines, whatever the bytes come in. */
void archive_expect(const struct buf *a, const char *expected);

#endif

/* journal_format.h - how records of the journal look on disk: big-endian numbers, field by field,
 * a format version in front. No I/O; any thread. */
#ifndef NETRAL_DAEMON_JOURNAL_FORMAT_H
#define NETRAL_DAEMON_JOURNAL_FORMAT_H

#include "daemon/journal.h"
#include "lib/buf.h"

enum { FORMAT_VERSION = 1, FORMAT_KEY_BYTES = 8, FORMAT_TOTALS_BYTES = 33 };

struct format_key {
	uint8_t bytes[FORMAT_KEY_BYTES];
};
struct format_key format_key(uint64_t seq);
/* 0, or NETRAL_EMALFORMED. */
int format_parse_key(const void *data, size_t len, uint64_t *ret_seq);

/* A pending article: version, id, then codec_encode_article(). Each appends to a cleared buffer:
 * 0, NETRAL_ENOMEM or NETRAL_ETOOBIG. Each parser: 0, NETRAL_EVERSION or NETRAL_EMALFORMED; what
 * it yields points into `data`. */
int format_article(const struct article *a, struct buf *out);
int format_parse_article(const void *data, size_t len, struct article_id *ret_id,
			 struct bytes *ret_article);

int format_try(const struct journal_try *t, struct buf *out);
int format_parse_try(const void *data, size_t len, struct journal_try *ret);

/* `article` as in format_article(), whole. */
int format_dead(const struct journal_dead *d, struct bytes article, struct buf *out);
int format_parse_dead(const void *data, size_t len, struct journal_dead *ret,
		      struct bytes *ret_article);

struct format_totals {
	uint64_t next_seq;
	uint64_t accepted;
	uint64_t recorded;
	uint64_t buried;
};
void format_totals(const struct format_totals *t, uint8_t out[static FORMAT_TOTALS_BYTES]);
int format_parse_totals(const void *data, size_t len, struct format_totals *ret);

#endif

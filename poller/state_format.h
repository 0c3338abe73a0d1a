/* state_format.h - how the records of the state look on disk: big-endian numbers, field by field, a
 * format version in front. No I/O; any thread. */
#ifndef NETRAL_POLLER_STATE_FORMAT_H
#define NETRAL_POLLER_STATE_FORMAT_H

#include "lib/buf.h"
#include "poller/state.h"

enum {
	FORMAT_RECORD_MAX = 16384,
	FORMAT_NUMBER_BYTES = 8,
	FORMAT_OWNER_BYTES = 8, /* the beginning of a source's key */
	FORMAT_KNOWN_BYTES = 12,
	FORMAT_DAY_BYTES = 20,
	FORMAT_CHILD_KEY_BYTES = 16,
	FORMAT_CHILD_BYTES = 16,
};

/* Each appends to a cleared buffer: 0, NETRAL_ENOMEM or NETRAL_ETOOBIG. Each parser copies texts
 * into the arena: 0, NETRAL_EVERSION, NETRAL_EMALFORMED or NETRAL_ENOMEM. */
int format_source(const struct source_record *r, struct buf *out);
int format_parse_source(const void *data, size_t len, struct arena *arena,
			struct source_record *ret);
int format_pending(const struct pending_record *r, struct buf *out);
int format_parse_pending(const void *data, size_t len, struct arena *arena,
			 struct pending_record *ret);

void format_number(uint64_t number, uint8_t out[static FORMAT_NUMBER_BYTES]);
uint64_t format_parse_number(const void *data);

/* What is known of an item: whose it is, and the day it was met last. */
void format_known(const struct source_key *owner, uint32_t day,
		  uint8_t out[static FORMAT_KNOWN_BYTES]);
/* By source, then day, then key: the oldest of a source come first. */
void format_day(const void *owner, uint32_t day, uint64_t key,
		uint8_t out[static FORMAT_DAY_BYTES]);
struct format_day {
	const uint8_t *owner;
	uint32_t day;
	uint64_t key;
};
struct format_day format_parse_day(const void *data); /* of FORMAT_DAY_BYTES */
uint32_t format_known_day(const void *data);          /* of FORMAT_KNOWN_BYTES */

void format_child_key(const struct source_key *owner, uint64_t key,
		      uint8_t out[static FORMAT_CHILD_KEY_BYTES]);
void format_child(const struct state_child *c, uint8_t out[static FORMAT_CHILD_BYTES]);
struct state_child format_parse_child(const void *data); /* of FORMAT_CHILD_BYTES */

#endif

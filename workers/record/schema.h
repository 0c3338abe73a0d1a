/* schema.h - how the result store writes its keys and records. docs/storage.md says it in prose.
 *
 * Numbers are big-endian, so that LMDB's byte order is theirs. Records begin with a format number
 * and are written field by field. Pure functions over bytes that may lie at any address; any
 * thread. */
#ifndef NETRAL_WORKERS_RECORD_SCHEMA_H
#define NETRAL_WORKERS_RECORD_SCHEMA_H

#include "lib/article.h"
#include "lib/event.h"
#include "proto/codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SCHEMA_VERSION = 3, /* rises with every change of what is described here */

	/* An area code, padded with zero bytes: "81.71", "81", "ID", or nothing. */
	AREA_BYTES = 5,
	TOPIC_KEY_BYTES = 1 + AREA_BYTES,

	/* Data hashes of the revision in force that an article remembers. One revision with more
	   different tables than this has its oldest forgotten. */
	VERSION_HASHES_MAX = 16,

	ARTICLE_RECORD_MAX = 16 * 1024,
};

void put_be16(uint8_t *p, uint16_t v);
void put_be32(uint8_t *p, uint32_t v);
void put_be64(uint8_t *p, uint64_t v);
uint16_t get_be16(const uint8_t *p);
uint32_t get_be32(const uint8_t *p);
uint64_t get_be64(const uint8_t *p);

/* An event that an article has now: who it is, and where its body is. */
struct event_entry {
	uint32_t number; /* within the article, from 1 */
	uint64_t seq;    /* its last update */
	uint8_t kind;
	char area[AREA_BYTES + 1]; /* "" without a place */
};

/* What the store keeps of an article beside its text. */
struct article_record {
	struct article_id id;
	uint32_t revision;                     /* of the classifier in force */
	uint8_t hashes[VERSION_HASHES_MAX][8]; /* recorded at that revision; the last is in force */
	size_t hash_count;
	uint64_t accepted_us;
	uint32_t text_size;
	uint32_t next_number; /* of the next event that is new */
	struct text url, title, published, source;
	struct event_entry events[EVENTS_PER_ARTICLE_MAX];
	size_t event_count;
};

/* Were the article's events read by this classifier? */
bool article_record_in_force(const struct article_record *a, const struct classifier_version *v);

/* The classifier in force. */
struct classifier_version article_record_version(const struct article_record *a);

/* Returns the length. The strings must be within the bounds of lib/article.h. */
size_t article_record_encode(const struct article_record *a,
			     uint8_t out[static ARTICLE_RECORD_MAX]);

/* The strings point into `data` and have no NUL behind them.
 * 0, or NETRAL_EMALFORMED: the store is damaged. */
int article_record_decode(const void *data, size_t len, struct article_record *ret);

/* The id alone, which every article record has in the same place. 0 or NETRAL_EMALFORMED. */
int article_record_id(const void *data, size_t len, struct article_id *ret_id);

/* Kind and area, as the key of a topic. */
void topic_key(uint8_t key[static TOPIC_KEY_BYTES], int kind, const char *area);

#endif

/* happening.h - how the result store writes happenings: docs/storage.md says it in prose, and
 * docs/stories.md what they are.
 *
 * Numbers are big-endian, records begin with a format number. Pure functions over bytes that may
 * lie at any address; any thread. Those that decode yield 0, or NETRAL_EMALFORMED: the store is
 * damaged. */
#ifndef NETRAL_WORKERS_RECORD_HAPPENING_H
#define NETRAL_WORKERS_RECORD_HAPPENING_H

#include "lib/story/same.h"
#include "lib/story/sketch.h"
#include "proto/codec.h"
#include "workers/record/schema.h"

/* An event of one article. Also names the happening that it was the first report of. */
struct report_id {
	uint64_t record;
	uint32_t number; /* within the article */
};

enum {
	REPORT_ID_BYTES = 8 + 4,
	MEMBER_KEY_BYTES = 2 * REPORT_ID_BYTES,
	CANDIDATE_PREFIX_BYTES = 4 + TOPIC_KEY_BYTES,
	/* Days whose candidates lie together. */
	CANDIDATE_PERIOD_DAYS = 8,
	CANDIDATE_KEY_BYTES = CANDIDATE_PREFIX_BYTES + REPORT_ID_BYTES,
	/* An upper bound of each encoded record; a report's body follows behind its head. */
	HAPPENING_ROW_MAX = 64,
	REPORT_HEAD_MAX = 32 + SKETCH_BYTES,
	CANDIDATE_ROW_MAX = 128 + SKETCH_BYTES,
};

bool report_id_equal(const struct report_id *a, const struct report_id *b);
int report_id_compare(const struct report_id *a, const struct report_id *b); /* older first */
void report_id_put(uint8_t out[static REPORT_ID_BYTES], const struct report_id *id);
struct report_id report_id_get(const uint8_t *p);

/* --- happenings with more than one report, now or once --- */

struct happening_row {
	struct report_id face;
	uint64_t seq;   /* its last update */
	uint32_t count; /* of its reports */
};
size_t happening_row_encode(const struct happening_row *h, uint8_t out[static HAPPENING_ROW_MAX]);
int happening_row_decode(const void *data, size_t len, struct happening_row *ret);

/* Its reports, in the order of their articles' records. */
void member_key(uint8_t key[static MEMBER_KEY_BYTES], const struct report_id *happening,
		const struct report_id *report);

/* --- the reports of such happenings --- */

enum report_state {
	REPORT_MEMBER = 1,
	REPORT_FORMER,    /* a later version of its article took its place */
	REPORT_WITHDRAWN, /* its article has it no more; people corrected the happening */
};
struct report_row {
	enum report_state state;
	struct report_id happening;
	enum event_status status; /* that it tells */
	struct story_sketch sketch;
	struct bytes body; /* an update as it is stored; none: the article's record names it */
};
/* What comes before the body. */
size_t report_row_encode(const struct report_row *r, uint8_t out[static REPORT_HEAD_MAX]);
int report_row_decode(const void *data, size_t len, struct report_row *ret);

/* --- candidates: reports that a new one is compared with --- */

/* Days since 1970 of an article: of its publication, or of its acceptance where that is not known
 * or would lie ahead of the acceptance. */
uint32_t story_day(const struct text *published, uint64_t accepted_us);

/* Period, kind and area, then the report. */
void candidate_prefix(uint8_t key[static CANDIDATE_PREFIX_BYTES], uint32_t period, int kind,
		      const char *area);
void candidate_key(uint8_t key[static CANDIDATE_KEY_BYTES], uint32_t day, int kind,
		   const char *area, const struct report_id *report);

struct candidate_row {
	struct report_id happening;
	uint32_t day;
	struct story_facts facts; /* kind and area are in the key too */
	struct story_sketch sketch;
};
size_t candidate_row_encode(const struct candidate_row *c, uint8_t out[static CANDIDATE_ROW_MAX]);
int candidate_row_decode(const void *data, size_t len, struct candidate_row *ret);

#endif

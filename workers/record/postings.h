/* postings.h - the index over updates: which of them are about an area, a kind, a day.
 *
 * Updates are numbered without gaps, so the index is cut into segments of SEGMENT_SIZE numbers. For
 * each segment and each term that occurs in it there is one entry: the set of the offsets within
 * the segment. New entries all belong to the last segment, that is, to the last few pages of the
 * tree: an index sorted by area or day first would dirty a page of its own for nearly every
 * event. A search walks the segments and combines a few sets in each.
 *
 * Pure, except that a list of postings allocates. One thread a list. */
#ifndef NETRAL_WORKERS_RECORD_POSTINGS_H
#define NETRAL_WORKERS_RECORD_POSTINGS_H

#include "lib/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SEGMENT_SIZE = 1024,
	SET_WORDS = SEGMENT_SIZE / 64,
	SET_BYTES = SEGMENT_SIZE / 8, /* the longest stored form */
	TERM_BYTES = 5,
	POSTING_KEY_BYTES = 4 + 1 + TERM_BYTES, /* segment, family, term */
};

/* Numbers on disk. */
enum term_family {
	TERM_AREA = 1, /* area code, or "none" */
	TERM_KIND = 2, /* kind, status */
	TERM_DAY = 3,  /* day_number(); events without a date have none */
	TERM_GONE = 4, /* one empty term: updates that are not their event's present state */
};

static inline uint32_t segment_of(uint64_t seq)
{
	return (uint32_t)(seq / SEGMENT_SIZE);
}

/* --- sets of offsets --- */

struct set {
	uint64_t words[SET_WORDS];
};

void set_fill(struct set *s); /* every offset */
void set_add(struct set *s, unsigned offset);
void set_and(struct set *s, const struct set *other);
void set_and_not(struct set *s, const struct set *other);
void set_keep_range(struct set *s, unsigned first, unsigned last); /* inclusive */
int set_next(const struct set *s, int from);                       /* first >= from, or -1 */
int set_prev(const struct set *s, int from);                       /* last <= from, or -1 */

/* The stored form: a list of 16-bit numbers while that is shorter than SET_BYTES, else a bitmap of
 * SET_BYTES. set_load() adds to `s`; 0 or NETRAL_EMALFORMED. */
size_t set_store(const struct set *s, uint8_t out[static SET_BYTES]);
int set_load(struct set *s, const void *data, size_t len);

/* --- terms --- */

/* Year, month and day as decimal digits, 20240821; parts that are not known are 0. 0: no date. */
uint32_t day_number(const struct event_date *date);
uint32_t day_number_of(const char *value); /* "2024-08-21", "2024-08", "2024" */

/* Can a day of what `day` stands for (a day, a month, a year) lie within since..until? */
bool day_within(uint32_t day, uint32_t since, uint32_t until);

/* Key of a term; `term` is filled with zero bytes to its length. */
void posting_key(uint8_t key[static POSTING_KEY_BYTES], uint32_t segment, enum term_family family,
		 const void *term, size_t term_len);

/* --- the postings of a batch, until it is committed --- */

struct posting {
	uint8_t key[POSTING_KEY_BYTES];
	uint16_t offset;
};

struct postings {
	struct posting *items;
	size_t count, cap;
};

void postings_fini(struct postings *p); /* takes a zeroed list */

/* Adds update `seq` under every term of `e`, or as gone. 0 or NETRAL_ENOMEM. */
int postings_add_event(struct postings *p, uint64_t seq, const struct event *e);
int postings_add_gone(struct postings *p, uint64_t seq);

/* Sorts by key, so that entries of one key are neighbours. */
void postings_sort(struct postings *p);

#endif

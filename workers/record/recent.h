/* recent.h - ids of the articles that were recorded last, in memory.
 *
 * The store's map from article id to record number is the one thing in it that is inserted at
 * random: with two million articles each insert would dirty a page of its own, and the recorder
 * would do a quarter of what it does with none. So new ids wait here, sorted by nothing but their
 * first ten bits into RECENT_SLICES slices, and the store merges one slice at a time, round after
 * round: its ids then go into few neighbouring pages. Losing this table loses nothing: the store
 * also logs the ids in the order of their numbers, and reads back those that came after each
 * slice's last merge.
 *
 * One thread. */
#ifndef NETRAL_WORKERS_RECORD_RECENT_H
#define NETRAL_WORKERS_RECORD_RECENT_H

#include "lib/id.h"

#include <stddef.h>
#include <stdint.h>

enum {
	RECENT_SLICES = 1024,
	RECENT_SLICE_BITS = 10,
	/* One slice is merged for every so many new articles; so that is what a slice holds when
	   its turn comes, and half of it on average. */
	RECENT_PER_SLICE = 256,
	/* Hashes spread evenly; ids that were made up may not. A slice beyond this is merged with
	   the batch that filled it. */
	RECENT_SLICE_MAX = 2048,
};

struct recent_id {
	struct article_id id;
	uint64_t record;
};

struct recent;

/* 0 or NETRAL_ENOMEM. */
int recent_new(struct recent **ret_recent);
void recent_free(struct recent *r);

unsigned recent_slice_of(const struct article_id *id);

/* The record number of an id, or 0. */
uint64_t recent_find(const struct recent *r, const struct article_id *id);

/* Adds an id that is not there. 0 or NETRAL_ENOMEM. */
int recent_add(struct recent *r, const struct article_id *id, uint64_t record);

/* Forgets every id with a record number beyond `last`: their batch was not committed. */
void recent_revert(struct recent *r, uint64_t last);

/* The ids of a slice, sorted. Valid until the next call that is not const. */
const struct recent_id *recent_slice(struct recent *r, unsigned slice, size_t *ret_count);
size_t recent_slice_count(const struct recent *r, unsigned slice);
void recent_clear(struct recent *r, unsigned slice);

#endif

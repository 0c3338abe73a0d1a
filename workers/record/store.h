/* store.h - the result store: articles, their events, the update log and the index, in one LMDB
 * environment. docs/storage.md describes it.
 *
 * One process writes a store, and all calls come from its loop thread. Writing is done in batches:
 * store_record() any number of times, then store_commit(). Nothing of a batch is durable, visible
 * to readers or counted before that.
 *
 * Errors of the store itself, from every function that returns int:
 *   NETRAL_EFULL, NETRAL_EIO, NETRAL_ENOMEM  the batch failed, the store is as before it; what is
 *                                            sent again later may succeed
 *   NETRAL_EMALFORMED, NETRAL_ECLOSED, NETRAL_EACCES  the store is damaged or its file system is
 *                                            gone; store_usable_after() is false, end the process
 */
#ifndef NETRAL_WORKERS_RECORD_STORE_H
#define NETRAL_WORKERS_RECORD_STORE_H

#include "proto/codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

/* Opens the store in directory `path`, or makes one where the directory is missing or empty.
 * `max_bytes` bounds its file. Also takes the lock that keeps a second process out.
 * On failure `error` holds a sentence for the operator; further errors: NETRAL_EBUSY (in use),
 * NETRAL_EVERSION (another schema version), NETRAL_ENOTFOUND (no parent directory). */
int store_open(const char *path, uint64_t max_bytes, struct store **ret_store, char *error,
	       size_t error_size);
void store_close(struct store *s); /* takes NULL; an open batch is given up */

/* From now on a new report joins a happening that has a report at most so many days of publication
 * away (docs/stories.md). 0, as after opening: none joins, and none is kept for later ones. */
void store_join_within(struct store *s, uint32_t days);

bool store_usable_after(int err);

const struct epoch *store_epoch(const struct store *s);
uint64_t store_head(const struct store *s); /* the last committed update, 0: none */

struct store_counts {
	uint64_t articles;
	uint64_t events;    /* present ones */
	uint64_t reports;   /* of them: articles that report one, each once */
	uint64_t uncounted; /* articles of whose areas nothing is known */
	/* since the store was opened: */
	uint64_t joined;       /* reports that joined an event that was known */
	uint64_t searches_cut; /* reports that were compared with some of what was near only */
	uint64_t updates;
	uint64_t bytes; /* of the file */
	uint64_t bytes_max;
};
void store_counts(const struct store *s, struct store_counts *ret);

/* Lets go of what readers of other processes (a backup) left behind when they died. */
void store_clean_readers(struct store *s);

/* --- writing --- */

/* Puts one result into the batch, which is opened when there is none.
 * 0 with RECORD_RECORDED and the number of updates by their change, RECORD_UNCHANGED or
 * RECORD_REFUSED (its reason is a constant string) in *ret_status; a refused result leaves no trace
 * and the batch goes on. Negative: the batch is gone, as after store_abort(). */
int store_record(struct store *s, const struct result *r, uint64_t now_us,
		 struct record_status *ret_status);

/* Makes the batch durable: 1, or 0 when there was nothing to commit. The batch is gone afterwards,
 * also on failure. */
int store_commit(struct store *s);
void store_abort(struct store *s);

/* The updates of the batch, in the order of their numbers: of the open one, or of the last one
 * that was committed until the next is opened. Owned by the store. */
struct store_update {
	struct bytes stored; /* as codec_encode_update() wrote it */
	uint64_t seq;
	int topic_number; /* as in topics.h */
	const char *topic;
};
size_t store_batch_count(const struct store *s);
struct store_update store_batch_update(const struct store *s, size_t i);
size_t store_batch_bytes(const struct store *s);

/* --- reading what is committed --- */

/* Pages and what store_show() yields point into the store until store_read_end(), which must come
 * in the same turn of the loop: a reader that stays makes the file grow. */
int store_read_begin(struct store *s);
void store_read_end(struct store *s);

enum {
	STORE_PAGE_BYTES = 256 * 1024, /* a page ends here; one update it holds at least */
	STORE_SEGMENTS_MAX = 32,       /* index segments looked at for one page */
};

struct store_page {
	struct bytes updates[CODEC_UPDATES_MAX];
	size_t count;
	size_t bytes;
	uint64_t through; /* replay: looked at up to here. query: `before` of the next page, 0: end
			   */
};

/* Updates numbered `from` (1 <= from <= head + 1) and later that match. `limit` 0: as many as fit.
 */
int store_replay(struct store *s, const struct filter *filter, uint64_t from, uint32_t limit,
		 struct store_page *page);

/* Present events with a last update before number `before` (0: all), newest first. `since` and
 * `until` are days or "". */
int store_query(struct store *s, const struct msg_query *query, struct store_page *page);

enum { STORE_ARCHIVE_LOOKS_MAX = 1024 }; /* articles looked at for one page */

struct store_archive {
	struct archived_article articles[CODEC_RESULTS_MAX];
	size_t count;
	size_t bytes;     /* of their texts; bounded as those of a store_page */
	uint64_t through; /* looked at up to here */
	uint64_t head;    /* the last article */
};

/* Articles numbered `from` (1 <= from <= head + 1) and later whose events `current` would read
 * anew: not those that it, or a classifier of a higher revision, read last. `limit` 0: as many as
 * fit. */
int store_archive(struct store *s, uint64_t from, const struct classifier_version *current,
		  uint32_t limit, struct store_archive *page);

struct store_coverage_row {
	uint32_t month; /* such as 202408 */
	char area[EVENT_AREA_CODE_MAX];
	uint64_t articles;
};
struct store_coverage {
	struct store_coverage_row rows[CODEC_COVERAGE_MAX];
	size_t count;
	bool more;
};

/* How many articles are about each area, by month; an article counts in its areas and in their
 * provinces, and in area "" when it has none. Rows from the one behind asked->after_month and
 * after_area on. */
int store_coverage(struct store *s, const struct msg_coverage *asked, struct store_coverage *page);

enum store_found { STORE_NONE, STORE_ONE, STORE_MANY };
struct store_shown {
	struct bytes updates[EVENTS_PER_ARTICLE_MAX]; /* one an event, in the order found */
	/* What is asked for by its article: an update with the event as that article reports it,
	   where the event's own update shows another article. Else none. */
	struct bytes own[EVENTS_PER_ARTICLE_MAX];
	size_t update_count;
	struct bytes text_zstd;
	uint32_t text_size;
	struct classifier_version classifier;
};

/* `id`: hexadecimal digits of an article id, 8 at least, and possibly "-" and an event's number. An
 * article yields what it reports, and its text; an event the article that it shows, and its text.
 * STORE_ONE with *ret filled in, STORE_NONE, STORE_MANY (more than one article), or negative. */
int store_show(struct store *s, const char *id, struct store_shown *ret);

#endif

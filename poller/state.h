/* state.h - what the poller remembers: its sources, the items that wait, and those that are known.
 *
 * One LMDB environment, which one process writes. Changes gather in a batch until state_commit();
 * what is read sees them. An error while changing spoils the batch, and state_commit() tells it:
 * what is lost is memory, so that some things are asked for again. One thread. */
#ifndef NETRAL_POLLER_STATE_H
#define NETRAL_POLLER_STATE_H

#include "lib/arena.h"
#include "lib/article.h"
#include "lib/source/schedule.h"
#include "poller/keys.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	STATE_DAYS =
		60, /* in which a source gave a list: then an item that was in none is forgotten */
	STATE_TEXT_MAX = 1024 /* bytes of each text of a source; cut */
};

struct state;

/* `max_bytes` bounds the file. 0, or an error with a sentence in `error`. */
int state_open(const char *dir, uint64_t max_bytes, struct state **ret_state, char *error,
	       size_t error_size);
void state_close(struct state *s); /* takes NULL; forgets an open batch */

/* Made when the state was: for keys.h. */
uint64_t state_secret(const struct state *s);

/* --- sources --- */

struct source_totals {
	uint64_t polls, failures; /* all polls, and those without a good answer */
	uint64_t items, articles; /* new ones; and those of them that netrald has now */
	uint64_t given_up;
	uint64_t last_article_ms; /* since 1970; 0: none yet */
};

/* Texts are NUL-terminated and never NULL. */
struct source_record {
	struct schedule schedule;
	struct source_totals totals;
	uint32_t list_days; /* on which it gave a list: the source's own calendar */
	uint32_t list_day;  /* the last of them, since 1970 */
	const char *name;
	const char *etag, *last_modified; /* of the last answer that was wholly taken up, */
	const char *answer_url;           /* and where it was in the end */
	const char *error;                /* of the last poll, when it failed */
};

/* 1 with *ret_record, its texts in the arena; 0 when the source is not known, or what is kept of it
 * cannot be read; NETRAL_ENOMEM. */
int state_source(struct state *s, const struct source_key *key, struct arena *arena,
		 struct source_record *ret_record);
void state_put_source(struct state *s, const struct source_key *key, const struct source_record *r);

/* Forgets a bounded number of sources for which `keep` is false, and what they named; 1 when there
 * may be more, else 0. The arena is reset. */
typedef bool state_keep_fn(void *user, const struct source_key *key,
			   const struct source_record *record);
int state_forget_sources(struct state *s, struct arena *arena, state_keep_fn *keep, void *user);

/* --- what is known --- */

bool state_is_known(struct state *s, uint64_t key);

/* Remembers an item or a page; `day` is the day of its source's calendar. A day that is kept is
 * only ever moved forward. */
void state_know(struct state *s, const struct source_key *source, uint64_t key, uint32_t day);

/* Forgets a bounded number of what was met before `day` of the source's calendar; with UINT32_MAX
 * all of it, sitemaps too. Whether there may be more. */
bool state_forget(struct state *s, const struct source_key *source, uint32_t day);

/* When a sitemap of an index was read, since 1970, and how it was dated then; false: never. */
struct state_child {
	uint64_t read_ms;
	uint64_t changed_ms; /* 0: undated */
};
bool state_child(struct state *s, const struct source_key *source, uint64_t key,
		 struct state_child *ret_child);
void state_put_child(struct state *s, const struct source_key *source, uint64_t key,
		     const struct state_child *child);

/* --- items that wait --- */

struct pending_record {
	struct source_key source;
	uint64_t queued_ms; /* since 1970 */
	uint64_t again_ms;  /* not before; 0: now */
	uint32_t tries;     /* that failed */
	bool has_text;      /* of the feed, kept beside it */
	bool is_html;       /* that text */
	bool is_content;    /* it may be the whole article, not only a summary */
	struct text url;    /* may be empty, with a text */
	struct text title, published;
};

/* Adds one; its number, which grows. 0 when the batch is spoiled. */
uint64_t state_add_pending(struct state *s, const struct pending_record *r,
			   const struct text *text);
void state_put_pending(struct state *s, uint64_t number, const struct pending_record *r);
void state_end_pending(struct state *s, uint64_t number);

/* 1 with what is kept of it in the arena; 0 when there is none; NETRAL_ENOMEM. */
int state_pending(struct state *s, uint64_t number, struct arena *arena,
		  struct pending_record *ret_record);
int state_pending_text(struct state *s, uint64_t number, struct arena *arena,
		       struct text *ret_text);

/* The next one after `number`: 1, 0 at the end, NETRAL_ENOMEM. */
int state_next_pending(struct state *s, uint64_t number, struct arena *arena, uint64_t *ret_number,
		       struct pending_record *ret_record);

/* Whether an item is being read, and how many readers died while it was. Zero for most. */
struct state_reading {
	uint8_t deaths;
	bool is_on;
};
struct state_reading state_reading(struct state *s, uint64_t number);
void state_put_reading(struct state *s, uint64_t number, struct state_reading r);

/* --- batches --- */

bool state_has_batch(const struct state *s);

/* 0, or an error: the batch is gone. NETRAL_ECLOSED: nothing can be written any more. */
int state_commit(struct state *s);

struct state_counts {
	uint64_t known, pending;
	uint64_t commits, failures;
	uint64_t dropped; /* items forgotten before their time, for want of room */
	uint64_t used_bytes, max_bytes;
};
struct state_counts state_counts(struct state *s);

#endif

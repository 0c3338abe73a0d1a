/* journal.h - every accepted article, from its acceptance to its end.
 *
 * Changes collect in a batch, which the first of them opens, and become durable together with
 * journal_commit(). After an error the batch is dead: journal_abort() ends it, and what it held has
 * not happened. Reading sees what is committed, between journal_read_begin() and _end().
 *
 * One process owns a journal. All calls come from the loop thread. */
#ifndef NETRAL_DAEMON_JOURNAL_H
#define NETRAL_DAEMON_JOURNAL_H

#include "lib/article.h"
#include "proto/codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal_options {
	const char *dir;         /* made if missing; its parent must exist */
	uint64_t max_bytes;      /* bound on the size on disk */
	uint64_t remembered_ids; /* articles, the newest ones, whose content is known */
	uint64_t dead_max;       /* articles kept in DEAD; beyond it the oldest are dropped */
};

/* Between stopping intake and a map that is really full: done marks and failures need it. */
enum { JOURNAL_INTAKE_PERCENT = 90 };

struct journal;

/* 0, or with a sentence in `error`: NETRAL_EBUSY (another netrald owns it), NETRAL_ENOTFOUND,
 * NETRAL_EACCES, NETRAL_EVERSION, NETRAL_EMALFORMED, NETRAL_EFULL, NETRAL_ENOMEM, NETRAL_EIO. */
int journal_open(const struct journal_options *o, struct journal **ret_journal, char *error,
		 size_t error_size);
/* Takes NULL. An open batch is aborted. */
void journal_close(struct journal *j);

/* --- the batch --- */

/* Whether a batch of so many articles, `bytes` together, has room in the map and on the disk.
 * 0, or with a sentence in `reason` NETRAL_EFULL or NETRAL_EIO. */
enum { JOURNAL_REASON_SIZE = 160 };
int journal_room(struct journal *j, size_t articles, size_t bytes,
		 char reason[static JOURNAL_REASON_SIZE]);

enum { JOURNAL_KNOWN = 0, JOURNAL_NEW = 1 };

/* Takes in an article that passed article_check(), with source and accepted_us set.
 * JOURNAL_NEW, JOURNAL_KNOWN (its id was taken in before, also in this batch), NETRAL_EFULL,
 * NETRAL_EIO or NETRAL_ENOMEM. */
int journal_append(struct journal *j, const struct article *a);

/* The article is recorded: it leaves the journal, its id stays known. 1, or 0 when there is no
 * such article; errors as above. */
int journal_done(struct journal *j, uint64_t seq);

/* What is known about an article whose hand-outs failed. */
struct journal_try {
	uint64_t seq;
	uint32_t tries;
	bool suspect;           /* is handed out alone */
	uint64_t not_before_us; /* of the real-time clock */
	const char *reason;     /* of the last failure; at most CODEC_REASON_MAX bytes are kept */
	size_t reason_len;
};
int journal_set_try(struct journal *j, const struct journal_try *t);

/* To DEAD, with reason and tries of `t`. 1, 0 or an error as journal_done(). */
int journal_bury(struct journal *j, const struct journal_try *t, uint64_t died_us);

/* Out of DEAD: back to the end of the queue with no tries counted, or forgotten.
 * 1, 0 when the id is not in DEAD, or an error. */
int journal_revive(struct journal *j, const struct article_id *id);
int journal_drop(struct journal *j, const struct article_id *id);

/* Whether the batch changes anything. */
bool journal_has_batch(const struct journal *j);

/* 0; NETRAL_EFULL, NETRAL_EIO or NETRAL_ENOMEM: the batch is gone and nothing of it happened;
 * NETRAL_ECLOSED: so too, and the journal cannot be used any more in this process. */
int journal_commit(struct journal *j);
/* Of a commit that failed: what the system said, e.g. "Read-only file system". */
const char *journal_failure(const struct journal *j);
void journal_abort(struct journal *j);

/* --- reading what is committed --- */

int journal_read_begin(struct journal *j);
void journal_read_end(struct journal *j);

/* Stored form for codec_encode_work() and codec_encode_stored_article(); valid until
 * journal_read_end(). 1, 0 when there is none, NETRAL_EMALFORMED or NETRAL_EIO. */
int journal_next(struct journal *j, uint64_t after_seq, uint64_t *ret_seq,
		 struct bytes *ret_article);
int journal_get(struct journal *j, uint64_t seq, struct bytes *ret_article);

struct journal_dead {
	uint64_t seq;
	uint32_t tries;
	uint64_t died_us;
	const char *reason; /* not NUL-terminated */
	size_t reason_len;
	struct article_id id;
	struct bytes article; /* stored form */
};
/* The first dead article behind `after_seq`; as journal_next(). */
int journal_next_dead(struct journal *j, uint64_t after_seq, struct journal_dead *ret_dead);

/* Calls fn for every article with failed hand-outs, until it returns negative. */
typedef int journal_try_fn(void *user, const struct journal_try *t);
int journal_each_try(struct journal *j, journal_try_fn *fn, void *user);

/* --- counts, as committed --- */

struct journal_counts {
	uint64_t articles; /* pending, waiting or handed out */
	uint64_t dead;
	uint64_t remembered;     /* ids that are known */
	uint64_t index_bytes;    /* of memory for them */
	uint64_t accepted_total; /* since the journal was made, like the next two */
	uint64_t recorded_total;
	uint64_t buried_total;
	uint64_t dead_dropped; /* from DEAD for want of room, since the start */
	uint64_t commits;      /* since the start */
	uint64_t last_seq;     /* of the newest article */
	uint64_t used_bytes;
	uint64_t max_bytes;
};
/* Walks the list of free pages for used_bytes: for status, not for every article. */
struct journal_counts journal_counts(struct journal *j);
uint64_t journal_article_count(const struct journal *j);
uint64_t journal_last_seq(const struct journal *j);

#endif

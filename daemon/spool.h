/* spool.h - a folder whose files become articles.
 *
 * .txt, .html, .htm, .json and .jsonl; names that begin with "." and all others are left alone. A
 * file that someone is still writing is left alone until it is closed. NAME.html.json is read and
 * moved with the page NAME.html; without one it waits and is counted as ignored. A file is moved to
 * done/, or to failed/ beside a NAME.reason, only after the commit of what was taken from it. A
 * .jsonl of which some lines are bad goes to failed/, its good lines are taken in. The loop thread
 * only. */
#ifndef NETRAL_DAEMON_SPOOL_H
#define NETRAL_DAEMON_SPOOL_H

#include "daemon/intake.h"
#include "lib/loop.h"

struct spool;

/* Watches `dir`, which must exist, makes done/ and failed/ in it, and begins to read what is there.
 * 0, or with a sentence in `error`: NETRAL_ENOTFOUND, NETRAL_EACCES, NETRAL_EIO, NETRAL_ENOMEM. */
int spool_new(const char *dir, struct intake *i, struct loop *l, struct spool **ret_spool,
	      char *error, size_t error_size);
void spool_free(struct spool *s); /* takes NULL */

/* Takes in some of what waits. To be called in each turn, before the commit. */
void spool_step(struct spool *s);

/* Whether files wait for the end of the batch. */
bool spool_waits(const struct spool *s);

/* The batch was committed: moves files. Or it was not: they are read again. */
void spool_end_batch(struct spool *s, bool committed);

/* A sentence when the folder cannot be used, else NULL. */
const char *spool_problem(const struct spool *s);

struct spool_counts {
	uint64_t waiting; /* files not yet moved; not 0 before the folder has been looked through */
	uint64_t done;
	uint64_t failed;
	uint64_t ignored;
	uint64_t stuck; /* could not be moved, and are left alone until the next start */
};
struct spool_counts spool_counts(const struct spool *s);

#endif

/* reclassifier.h - what netral-record has stored, classified again with other tables.
 *
 * A page of the archive at a time: read, classified here, recorded, and only then the next. Nothing
 * is kept between pages, here or there, so it may be ended at any moment and begun again: what has
 * been classified by these tables is left out then. The main thread. */
#ifndef NETRAL_CLIENT_RECLASSIFIER_H
#define NETRAL_CLIENT_RECLASSIFIER_H

#include "client/connection.h"
#include "workers/classify/classify.h"

struct reclassifier;

/* What became of one article that was read. Everything is borrowed until the function returns. */
struct reclassified {
	const struct archived_article *article;
	struct record_status status; /* RECORDED, UNCHANGED (another came first) or REFUSED */
};
typedef void reclassifier_fn(void *user, const struct reclassified *r);

struct reclassifier_options {
	const char *runtime_dir; /* as for connection_open() */
	uint64_t wait_ms;        /* how long to try while netral-record is full or away */
	const struct classifier *classifier;
	struct classifier_scratch *scratch;
	reclassifier_fn *fn;
	void *user;
};

/* Connects. `o` is copied, what it points to is borrowed until reclassifier_free(). 0, or an error
 * of connection_open(), with *ret_reclassifier set for reclassifier_error() unless memory is out.
 */
int reclassifier_new(const struct reclassifier_options *o, struct reclassifier **ret_reclassifier);
void reclassifier_free(struct reclassifier *r); /* takes NULL */

/* One page. 1: there is more; 0: every article of the store has been looked at; NETRAL_EAGAIN:
 * netral-record stayed full, or NETRAL_ETIMEOUT: silent, for wait_ms; or an error of
 * connection_ask(). `fn` was called for what was recorded before an error, and for nothing else. */
int reclassifier_step(struct reclassifier *r);

/* Articles looked at so far, and how many there are. */
uint64_t reclassifier_through(const struct reclassifier *r);
uint64_t reclassifier_head(const struct reclassifier *r);

/* What went wrong last, and the exit code for it. */
const char *reclassifier_error(const struct reclassifier *r);
int reclassifier_exit_code(const struct reclassifier *r);

#endif

/* worker.h - the queue's side of a worker: sessions, credit, leases, results, Done.
 *
 * The seam between the queue and what is done with an article. A worker program hands over a
 * function (article in, events out) and runs; everything about where articles come from and how
 * they are finished stays in this folder. Another queue is another implementation of this header.
 *
 * One thread: the loop's. */
#ifndef NETRAL_WORKERS_WORKER_H
#define NETRAL_WORKERS_WORKER_H

#include "lib/arena.h"
#include "lib/article.h"
#include "lib/event.h"
#include "lib/loop.h"
#include "proto/codec.h"
#include "proto/transport.h"

/* What was read from an article. `areas` are the codes of those that it is about, also where it
 * tells no event; has_areas false: nothing is said of them. */
struct worker_reading {
	struct event *events;
	size_t event_count;
	bool has_areas;
	const char **areas;
	size_t area_count; /* at most ARTICLE_AREAS_MAX */
};

/* Reads an article; all of *ret is allocated in `arena`. *ret is zeroed before. 0, or a negative
 * code: the article is reported Failed, and tried again elsewhere unless the code is
 * NETRAL_EINVALID, which says that trying again is useless. */
typedef int worker_fn(void *user, const struct article *a, struct arena *arena,
		      struct worker_reading *ret);

struct worker_options {
	const char *name;             /* for netrald's log and status */
	const char *work_endpoint;    /* netrald */
	const char *results_endpoint; /* netral-record */
	uint32_t credit;              /* articles held at a time, 1 to CODEC_CREDIT_MAX */
	uint64_t resend_ms;           /* a result without an answer is sent again after this */
	uint64_t drain_ms;            /* how long worker_stop() waits for what is held */
	struct classifier_version version;
	worker_fn *handle;
	void *user;
};

struct worker;

/* Strings in `o` are borrowed until worker_free(). Connects; netrald and netral-record may come
 * and go at any time. 0, NETRAL_ENOMEM, NETRAL_EINVALID (bad endpoint) or NETRAL_EIO. */
int worker_new(const struct worker_options *o, struct loop *l, struct transport *t,
	       struct worker **ret_worker);
void worker_free(struct worker *w); /* takes NULL */

/* Takes no more articles, finishes what it holds (at most drain_ms), then stops the loop. A second
 * call stops the loop at once: what is still held is handed out again by netrald. */
void worker_stop(struct worker *w);

/* From the next article on: what the worker's function reads with has changed. Called between two
 * turns of the loop, as from a signal or a timer; results that are under way keep theirs. */
void worker_set_version(struct worker *w, const struct classifier_version *version);

/* Since the start; for a status line. */
struct worker_counts {
	uint64_t handled;
	uint64_t recorded;
	uint64_t failed;
	uint64_t sessions;
	uint64_t resent;
	uint64_t errors; /* messages of a peer that were refused */
	uint32_t held;
};
struct worker_counts worker_counts(const struct worker *w);

#endif

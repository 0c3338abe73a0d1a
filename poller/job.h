/* job.h - an item that is out of the backlog; for work.c alone. The loop thread only.
 *
 * It is with its visit, among the bodies that are to be read, or at netrald:
 *
 *   VISITING ──► BODY ──► MARKED ──► (next page: VISITING) ──► SUBMITTED ──► end
 *
 * and from every state it may go back to the backlog, or be given up. Who calls a function below
 * that ends or puts back a job has it no longer. */
#ifndef NETRAL_POLLER_JOB_H
#define NETRAL_POLLER_JOB_H

#include "poller/article.h"
#include "poller/work.h"

#include <sys/queue.h>

enum {
	JOB_TRIES_MAX = 3,
	JOB_LOCAL_AGAIN_MS = 10 * 1000,
};

enum job_state {
	JOB_VISITING,
	JOB_BODY,   /* it waits for its mark */
	JOB_MARKED, /* it waits for the commit of its mark */
	JOB_SUBMITTED,
};

/* What a body is. */
enum job_body {
	BODY_CONTENT, /* of the feed: the article, if it is whole */
	BODY_PAGE,
	BODY_LAST, /* the feed's text, for want of a page */
};

struct job {
	TAILQ_ENTRY(job) link;
	struct work *work;
	struct backlog_item *item;
	enum job_state state;
	struct arena arena; /* of the record, and of a feed's text */
	struct pending_record record;
	struct visit *visit;
	struct joined joined;
	enum job_body body_kind;
	struct buf body;
	char *body_url;
	char charset[64];
	enum given_up why;             /* when the feed's text is the last resort */
	char error[FETCH_REASON_SIZE]; /* what was wrong last, as a sentence */
};
TAILQ_HEAD(jobs, job);

struct work {
	struct context *c;
	struct jobs jobs;
	struct work_counts counts;
	size_t to_submit; /* jobs that may still become an article */
};

/* NULL without memory. */
struct job *job_new(struct work *w, struct backlog_item *i);
void job_free(struct job *j); /* its item stays as it is */
void job_drop_body(struct job *j);

/* --- ends of a job and its item --- */

void job_end(struct job *j, bool is_article);
/* A page that is known by one of its addresses is not taken again. */
void job_end_as_known(struct job *j);
/* What the feed said is taken, when it said something; then the job goes on. */
void job_give_up(struct job *j, enum given_up why);
void job_give_up_now(struct job *j, enum given_up why);

/* --- ends of a job whose item waits again --- */

void job_put_back(struct job *j, uint64_t wait_ms);
/* Something was wrong with the item itself; the last time it is given up. */
void job_fail_try(struct job *j, enum given_up why);
/* Something was wrong with the host of `url`: the item only waits, but not for ever. */
void job_wait_for_host(struct job *j, const struct text *url);

/* --- steps --- */

/* What comes of it ends the job or moves it on. 0, or what visit_start() returns: nothing will
 * come. */
int job_visit_page(struct job *j, const struct text *url);
/* The next commit marks it. */
void job_wait_to_be_read(struct job *j, enum job_body kind);
/* Its mark is committed. */
void job_read_body(struct job *j);
/* With the pages that were read. */
void job_submit(struct job *j);

#endif

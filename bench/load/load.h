/* load.h - what the parts of bench_load share. One thread: the loop's. */
#ifndef NETRAL_BENCH_LOAD_H
#define NETRAL_BENCH_LOAD_H

#include "bench/articles.h"
#include "lib/loop.h"
#include "proto/codec.h"
#include "proto/transport.h"

#include <stdbool.h>

/* When the run is over. */
enum load_end {
	LOAD_UNTIL_ACCEPTED, /* every article is in the journal */
	LOAD_UNTIL_RECORDED, /* the journal is empty and the recorder counts all of them */
	LOAD_UNTIL_UPDATED,  /* one update an article has come */
};

struct load_options {
	const char *runtime_dir;
	const char *corpus;
	const char *results; /* file to write, or NULL */
	size_t count;
	unsigned rate; /* articles a second, one a message; 0: as fast as they are accepted */
	enum load_end end;
};

struct submitter;
struct watcher;
struct poller;

struct load {
	struct load_options o;
	struct loop *loop;
	struct transport *transport;
	struct articles articles;
	uint64_t *sent_ns; /* one an article: when it was handed to the socket */
	uint64_t start_ns, end_ns;
	uint64_t progress; /* rises with everything that comes in */
	struct submitter *submitter;
	struct watcher *watcher; /* LOAD_UNTIL_UPDATED only */
	struct poller *poller;   /* LOAD_UNTIL_RECORDED only */
};

/* The run is over: the loop stops. */
void load_finish(struct load *l);

/* --- submitter.c --- */

struct submit_counts {
	uint64_t accepted, duplicate, refused, busy; /* busy: told to come again, and did */
	uint64_t max_late_ns;                        /* behind the schedule of an open loop */
};

/* 0 or negative. Sends nothing before submitter_start(). */
int submitter_new(struct load *l, struct submitter **ret_submitter);
void submitter_free(struct submitter *s);
int submitter_start(struct submitter *s);
struct submit_counts submitter_counts(const struct submitter *s);

/* --- watcher.c --- */

/* Calls ready() once the subscription stands. 0 or negative. */
int watcher_new(struct load *l, void (*ready)(struct load *), struct watcher **ret_watcher);
void watcher_free(struct watcher *w);

struct watch_summary {
	size_t missing, duplicates;
	double p50_ms, p99_ms, max_ms;
};
/* Sorts what it holds: once, at the end. */
struct watch_summary watcher_summary(struct watcher *w);

/* Writes "number<TAB>category<TAB>score" for each article that had an update. 0 or NETRAL_EIO. */
int watcher_write(const struct watcher *w, const char *path);

/* --- poller.c --- */

/* 0 or negative. Asks nothing before poller_start(). */
int poller_new(struct load *l, struct poller **ret_poller);
void poller_free(struct poller *p);
int poller_start(struct poller *p);

#endif

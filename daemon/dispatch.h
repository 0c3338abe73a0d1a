/* dispatch.h - who holds which article, and what happens when a hand-out fails.
 *
 * A state machine without sockets, store or clock: the caller brings the time, the queue and the
 * messages, and journals what it is told through `on_failure`. Articles are numbers here. What has
 * not been handed out yet is not here at all: it is read from the journal, in order, through
 * `next`, so that a long queue costs no memory.
 *
 * Rules (docs/architecture.md, "Tries, suspects and DEAD"): a worker holds at most its credit; an
 * article whose hand-out failed is a suspect and is handed out alone; a failure counts as a try
 * when it is the first, when the article was alone, or when the worker said so, and never once the
 * worker has said Handled.
 *
 * One thread. Times are milliseconds of one clock that never goes back. */
#ifndef NETRAL_DAEMON_DISPATCH_H
#define NETRAL_DAEMON_DISPATCH_H

#include "proto/codec.h"
#include "proto/transport.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dispatch;
struct dispatch_worker; /* a session; ends as the calls below say */

/* A hand-out that failed. `dead`: the article goes to DEAD; otherwise it waits for `wait_ms`. */
struct dispatch_failure {
	uint64_t seq;
	uint32_t tries;
	bool suspect;
	bool dead;
	uint64_t wait_ms;
	const char *reason; /* borrowed for the call */
};

struct dispatch_options {
	uint32_t workers_max;
	uint32_t waiting_max; /* articles that wait for a retry: beyond it nothing new goes out */
	uint32_t max_tries;
	uint64_t backoff_ms, backoff_max_ms;
	uint64_t silence_ms;
	uint64_t held_bytes_max; /* text with one worker: no more goes out above it */
	uint64_t first_lease;    /* leases count up from here; not the same in two processes */

	/* The first article of the queue behind `after_seq`: 1, 0 or negative. */
	int (*next)(void *user, uint64_t after_seq, uint64_t *ret_seq);
	void (*on_failure)(void *user, const struct dispatch_failure *f);
	void *user;
};

/* 0 or NETRAL_ENOMEM. */
int dispatch_new(const struct dispatch_options *o, struct dispatch **ret_dispatch);
void dispatch_free(struct dispatch *d); /* takes NULL */

/* An article of the queue whose hand-outs failed before this process began. Before any other call.
 * 0 or NETRAL_ENOMEM. */
int dispatch_restore(struct dispatch *d, uint64_t seq, uint32_t tries, bool suspect,
		     uint64_t due_ms);

/* --- workers --- */

/* Begins a session, or begins it anew: then what it held is free again, without a try. Names are
 * copied. 0, NETRAL_EBUSY (workers_max) or NETRAL_ENOMEM. */
int dispatch_hello(struct dispatch *d, const struct peer_id *peer, const struct msg_hello *hello,
		   uint64_t now_ms);

/* The session of a peer, or NULL. Also notes that it gave a sign of life. */
struct dispatch_worker *dispatch_hear(struct dispatch *d, const struct peer_id *peer,
				      uint64_t now_ms);

/* Hands nothing more to `w`; its session ends by itself once it holds nothing. */
void dispatch_bye(struct dispatch *d, struct dispatch_worker *w);

/* The peer is gone: its session ends, and every hand-out that it held has failed. */
void dispatch_lose(struct dispatch *d, struct dispatch_worker *w, uint64_t now_ms,
		   const char *reason);

/* The peer is gone: the next tick loses it. For use within dispatch_each_worker(). */
void dispatch_mark_gone(struct dispatch_worker *w);

/* Loses every worker that is gone or was silent for too long. To be called every `interval_ms` or
 * so: time in which it was not called is time in which nobody was heard, and is not held against
 * them. */
void dispatch_tick(struct dispatch *d, uint64_t now_ms, uint64_t interval_ms);

/* Calls fn for every session; it may not end one. */
typedef void dispatch_worker_fn(void *user, struct dispatch_worker *w);
void dispatch_each_worker(struct dispatch *d, dispatch_worker_fn *fn, void *user);

const struct peer_id *dispatch_peer(const struct dispatch_worker *w);
uint64_t dispatch_heard_ms(const struct dispatch_worker *w);
struct worker_status dispatch_worker_status(const struct dispatch_worker *w); /* borrowed names */

/* --- leases: each true if `w` holds it, false if not (then nothing has happened) --- */

bool dispatch_handled(struct dispatch *d, struct dispatch_worker *w, struct lease lease);

/* The article has ended: the caller journals that. */
bool dispatch_done(struct dispatch *d, struct dispatch_worker *w, struct lease lease);

/* Calls on_failure. */
bool dispatch_failed(struct dispatch *d, struct dispatch_worker *w, const struct msg_failed *failed,
		     uint64_t now_ms);

/* Ends the session of a worker that said Bye and holds nothing any more; to be called when its
 * message has been read. `w` is not valid afterwards. */
void dispatch_settle(struct dispatch *d, struct dispatch_worker *w);

/* --- handing out --- */

/* The worker that is to get something now: the one that holds least. NULL when there is none, or
 * nothing to hand out is known. Each worker that is picked is given articles with dispatch_take()
 * until that yields none or the message is full, and then dispatch_sent(), dispatch_take_back() or
 * dispatch_lose() is called. */
struct dispatch_worker *dispatch_pick(struct dispatch *d, uint64_t now_ms);

struct hand_out {
	uint64_t seq;
	uint64_t lease;
	uint32_t tries;
};
/* 1 with a hand-out that `w` holds from now on, 0 when there is no more for it now, or negative:
 * NETRAL_ENOMEM, or what `next` returned. */
int dispatch_take(struct dispatch *d, struct dispatch_worker *w, uint64_t now_ms,
		  struct hand_out *ret);

/* How large the article that was taken last is. */
void dispatch_weigh(struct dispatch *d, struct dispatch_worker *w, const struct hand_out *h,
		    size_t bytes);

/* The message could not be sent now: these are free again, without a try, and `w` gets nothing
 * before the next tick. */
void dispatch_take_back(struct dispatch *d, struct dispatch_worker *w, const struct hand_out *list,
			size_t count, uint64_t now_ms);

/* An article that was taken is not in the journal: forgets it. */
void dispatch_forget(struct dispatch *d, struct dispatch_worker *w, const struct hand_out *h);

/* When something that waits becomes due; UINT64_MAX when nothing does, or when what is due waits
 * for a worker. */
uint64_t dispatch_next_due_ms(const struct dispatch *d, uint64_t now_ms);

struct dispatch_counts {
	uint32_t workers;
	uint32_t in_flight;
	uint32_t waiting;
	uint64_t handed_out;
	uint64_t lost_workers;
	uint64_t failures;
};
struct dispatch_counts dispatch_counts(const struct dispatch *d);

#endif

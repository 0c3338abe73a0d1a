/* push.h - articles over HTTP: POST /v1/articles with a bearer token (docs/protocol.md, "Articles
 * over HTTP"). One article a request; its answer leaves after the commit that it stands on.
 *
 * The server is libmicrohttpd, driven by the loop: no thread of its own. The loop thread only. */
#ifndef NETRAL_DAEMON_PUSH_H
#define NETRAL_DAEMON_PUSH_H

#include "daemon/config.h"
#include "daemon/intake.h"
#include "lib/loop.h"

struct push;

/* Reads the token and listens. `config` is borrowed, and has a push_listen. 0, or an error that has
 * been logged. */
int push_new(const struct netrald_config *config, struct loop *l, struct intake *i,
	     struct push **ret_push);

/* Answers who waits with 503, gives those who are in the middle of a request a moment to hear the
 * same, and closes. After loop_run(). Takes NULL. */
void push_free(struct push *p);

/* Gives requests that have arrived to intake. To be called in each turn, before the commit. */
void push_step(struct push *p);

/* Answers the requests of this turn: as intake said, or 503 with `problem` where an article would
 * have been accepted or known. */
void push_answer(struct push *p, bool committed, const char *problem);

struct push_counts {
	uint64_t port;        /* that it listens on */
	uint64_t connections; /* now */
	uint64_t connections_total;
	uint64_t connections_refused; /* beyond push_connections_max, or a host's half of it */
	uint64_t timeouts;            /* connections ended by push_timeout_ms */
	uint64_t requests;
	uint64_t accepted;
	uint64_t duplicate;
	uint64_t refused;      /* 4xx but the next two */
	uint64_t unauthorized; /* 401 */
	uint64_t limited;      /* 429 */
	uint64_t busy;         /* 503 */
	uint64_t waiting;      /* requests that wait for intake or a commit, now */
	uint64_t body_bytes;   /* of bodies in memory, now */
};
struct push_counts push_counts(const struct push *p);

#endif

/* status.h - the numbers of netrald, for `netral status` and for systemd. The loop thread only. */
#ifndef NETRAL_DAEMON_STATUS_H
#define NETRAL_DAEMON_STATUS_H

#include "daemon/changes.h"
#include "daemon/control_socket.h"
#include "daemon/counters.h"
#include "daemon/intake.h"
#include "daemon/journal.h"
#include "daemon/work_socket.h"
#include "lib/arena.h"

struct articles_socket;
struct spool;
struct push;

/* Whom to ask; borrowed. */
struct status_sources {
	struct journal *journal;
	struct intake *intake;
	struct work_socket *work;
	struct articles_socket *articles;
	struct spool *spool; /* NULL without a spool folder */
	struct push *push;   /* NULL without an HTTP endpoint */
	const struct changes *changes;
	const struct counters *counters;
	uint64_t started_ms;
	struct journal_counts
		at_start; /* totals go on from there: a run can be told from all time */
};

/* Everything, allocated in `arena`. 0 or NETRAL_ENOMEM. */
int status_fill(const struct status_sources *s, uint64_t now_ms, struct arena *arena,
		struct msg_status_reply *ret_reply);

/* "running", or what keeps netrald from working. */
const char *status_state(const struct status_sources *s);

/* The article counts: what is not handed out, what is, what waits for another try. */
struct status_queue {
	uint64_t pending;
	uint64_t in_flight;
	uint64_t waiting;
};
struct status_queue status_queue(const struct status_sources *s);

#endif

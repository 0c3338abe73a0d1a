/* daemon_rig.h - a netrald in a rig, with a submitter and an operator connected to it. */
#ifndef NETRAL_TESTS_PROCESS_DAEMON_RIG_H
#define NETRAL_TESTS_PROCESS_DAEMON_RIG_H

#include "tests/process/peer.h"
#include "tests/process/rig.h"

#include <stdint.h>

enum { DAEMON_SETS_MAX = 8 };

struct daemon_rig {
	struct rig rig;
	struct transport *transport;
	struct rig_process *netrald; /* that was started last */
	struct peer submitter;
	struct peer control;
	const char *sets[DAEMON_SETS_MAX]; /* "key=value", borrowed: used at each start */
	size_t set_count;
	uint64_t request;
};

/* cmocka fixtures: *state is the struct daemon_rig. Nothing is started yet. */
int daemon_rig_set_up(void **state);
int daemon_rig_tear_down(void **state);

void daemon_rig_set(struct daemon_rig *d, const char *assignment);

/* With a spool folder "spool" in the rig's directory, made here. */
void daemon_rig_with_spool(struct daemon_rig *d);

/* Starts netrald; `env` as rig_start(). Sockets of peers reconnect by themselves. */
void daemon_rig_launch(struct daemon_rig *d, const char *const *env);
/* The same, and waits until it is ready. */
void daemon_rig_start(struct daemon_rig *d);

/* Opens a worker's session: says Hello and waits for Welcome. */
void daemon_rig_worker(struct daemon_rig *d, struct peer *worker, const char *name,
		       uint32_t credit);

/* Submits articles from..from + count - 1 in one Submit; the reply lives until the next call. */
const struct msg_submit_reply *daemon_rig_submit(struct daemon_rig *d, unsigned from,
						 unsigned count);
/* The same; requires every outcome to be `outcome`. */
void daemon_rig_expect(struct daemon_rig *d, unsigned from, unsigned count,
		       enum submit_outcome outcome);

/* The number of an article made here, from its title. */
unsigned daemon_rig_number(const struct article *a);

/* Tells netrald that item `i` of a Work is done, or all of it. */
void daemon_rig_done(struct peer *worker, const struct msg_work *work, size_t i);
void daemon_rig_done_all(struct peer *worker, const struct msg_work *work);

/* A counter of the status; fails the test when there is none of that name. */
uint64_t daemon_rig_counter(struct daemon_rig *d, const char *name);
const struct msg_status_reply *daemon_rig_status(struct daemon_rig *d);
/* Asks again and again until the counter has the value. */
void daemon_rig_wait_counter(struct daemon_rig *d, const char *name, uint64_t value);

#endif

/* supervisor.h - the programs of `netral up`: started in ranks, restarted when they fall, ended in
 * the opposite order. Runs on a loop that was made with `children`; the loop's thread. */
#ifndef NETRAL_CLIENT_SUPERVISOR_H
#define NETRAL_CLIENT_SUPERVISOR_H

#include "client/child.h"
#include "lib/loop.h"

enum { SUPERVISOR_CHILDREN_MAX = 20, SUPERVISOR_RANKS_MAX = 3 };

struct supervisor_options {
	struct loop *loop;
	const char *log_dir; /* NAME.log of each child is appended to there; borrowed */
	/* Every child of the rank has been ready once. */
	void (*on_ready)(void *user, unsigned rank);
	/* A child cannot be started: it ended by itself before it was ever ready. The sentence
	 * names it. Nothing is restarted any more. */
	void (*on_failed)(void *user, int exit_code, const char *sentence);
	/* A child fell and will be started again. */
	void (*on_fallen)(void *user, const char *sentence);
	/* A line of a child. */
	void (*on_line)(void *user, const char *name, enum log_level level, const char *text);
	/* After supervisor_stop(): none runs any more. */
	void (*on_stopped)(void *user);
	void *user;
};

struct supervisor;

/* Copies *o. 0, NETRAL_ENOMEM, NETRAL_EIO. */
int supervisor_new(const struct supervisor_options *o, struct supervisor **ret_supervisor);

/* Kills what still runs. Takes NULL. */
void supervisor_free(struct supervisor *s);

/* Adds a program to a rank; `args` (without argv[0]) ends with NULL. 0, NETRAL_ENOTFOUND (no such
 * program beside us or in PATH), NETRAL_ENOMEM. */
int supervisor_add(struct supervisor *s, unsigned rank, const char *name, const char *program,
		   const char *const *args);

/* Starts the children of one rank. */
void supervisor_start(struct supervisor *s, unsigned rank);

/* Ends everything, the highest rank first: SIGTERM, and SIGKILL to what is still there after a
 * bounded wait. A second call kills at once. */
void supervisor_stop(struct supervisor *s);

/* For the loop's signal callback, on SIGCHLD. */
void supervisor_reap(struct supervisor *s);

/* How often children were started again. */
unsigned supervisor_restarts(const struct supervisor *s);

#endif

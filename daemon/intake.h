/* intake.h - the one way into the journal: check, journal, and say what became of it.
 *
 * Every source comes through here. What intake_add() says holds once the batch has committed; the
 * caller keeps it back until then. When the journal or the disk is full intake is stopped: articles
 * are BUSY, and it resumes by itself. The loop thread only. */
#ifndef NETRAL_DAEMON_INTAKE_H
#define NETRAL_DAEMON_INTAKE_H

#include "daemon/journal.h"
#include "lib/arena.h"
#include "proto/codec.h"

struct intake;

int intake_new(struct journal *j, struct intake **ret_intake); /* 0 or NETRAL_ENOMEM */
void intake_free(struct intake *i);                            /* takes NULL */

/* Takes in an article as a source has read it, at `now_ms`; sets its id, its time, and its source
 * to `source` unless it has one. ACCEPTED and DUPLICATE become BUSY if the batch does not commit.
 * The reason lives until intake_next_batch(). */
void intake_add(struct intake *i, struct article *a, const char *source, uint64_t now_ms,
		struct submit_status *ret_status);

/* Counts something that never became an article. */
void intake_count_refused(struct intake *i);

/* A batch is as large as it should be: sources wait for the next one. */
bool intake_is_full(const struct intake *i);
/* Whether articles were accepted into the batch, or would have been but for an error. */
bool intake_has_batch(const struct intake *i);
/* The error of the journal that made the batch worthless, or 0. */
int intake_error(const struct intake *i);

/* Something was committed; or the batch was not and is gone: then all is BUSY for a while. */
void intake_committed(struct intake *i);
void intake_failed(struct intake *i, const char *why, uint64_t now_ms);
/* Forgets the batch. */
void intake_next_batch(struct intake *i);

/* To be called now and then while intake is stopped: resumes when there is room again. */
void intake_recheck(struct intake *i, uint64_t now_ms);

/* Whether a source that can wait should. */
bool intake_is_stopped(const struct intake *i, uint64_t now_ms);
/* A sentence while intake is stopped, else NULL. */
const char *intake_problem(const struct intake *i);

struct intake_counts {
	uint64_t duplicate;
	uint64_t refused;
	uint64_t busy;
	uint64_t stops;
};
struct intake_counts intake_counts(const struct intake *i);

#endif

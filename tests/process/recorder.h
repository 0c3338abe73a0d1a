/* recorder.h - netral-record alone in a rig: the test is its workers, its clients and its operator.
 * Waits and fails as rig.h says. */
#ifndef NETRAL_TESTS_PROCESS_RECORDER_H
#define NETRAL_TESTS_PROCESS_RECORDER_H

#include "tests/process/peer.h"
#include "tests/process/rig.h"

struct bench {
	struct rig rig;
	struct transport *transport;
	struct rig_process *record;
	struct peer worker, replay, control;
	uint64_t request;   /* of the last message sent */
	struct arena arena; /* results */
};

/* Makes the rig, with the state directory "state" in it. */
void bench_init(struct bench *b);

/* Starts netral-record with "--set <set>" (or not, if NULL) and `env`; the caller waits for it. */
struct rig_process *bench_start(struct bench *b, const char *set, const char *const *env);

/* Starts it as b->record, waits until it is ready, and connects the three peers. */
void bench_run(struct bench *b, const char *set, const char *const *env);

/* bench_init() and bench_run(). */
void bench_begin(struct bench *b, const char *set, const char *const *env);
void bench_end(struct bench *b);

/* Article number `n` with one session in `area`; its accepted_us is `n` too. In the arena. */
struct result bench_result(struct bench *b, unsigned n, const char *area);

/* Sends one Record and returns its Recorded. */
const struct msg_recorded *bench_record(struct bench *b, struct result *results, size_t count);

/* Records articles from..to-1 and requires that each is RECORDED. */
void bench_record_range(struct bench *b, unsigned from, unsigned to, const char *area);

/* Records larger and larger numbers until one is BUSY, and returns it. */
unsigned bench_fill(struct bench *b);

/* Sends `m`, whose request number is at `request_field`, and returns the answer of that type. */
const struct message *bench_ask(struct bench *b, struct message *m, uint64_t *request_field,
				enum msg_type answer);
const struct msg_replay_page *bench_replay(struct bench *b, uint64_t from, struct filter filter,
					   uint32_t limit);
uint64_t bench_counter(struct bench *b, const char *name);
void bench_wait_counter(struct bench *b, const char *name, uint64_t value);
const char *bench_state(struct bench *b);

#endif

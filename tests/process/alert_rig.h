/* alert_rig.h - a netral-alert in a rig, beside a netral-record, with receivers.
 * Waits and fails as rig.h says. */
#ifndef NETRAL_TESTS_PROCESS_ALERT_RIG_H
#define NETRAL_TESTS_PROCESS_ALERT_RIG_H

#include "tests/process/hook.h"
#include "tests/process/recorder.h"

enum { ALERT_SETS_MAX = 4 };

struct alert_rig {
	struct bench b;
	struct hook *hook;
	struct rig_process *alert; /* that was started last */
	struct peer control;
	const char *sets[ALERT_SETS_MAX]; /* "key=value", borrowed: used at each start */
	size_t set_count;
	const char *retries; /* another retry_schedule than that of milliseconds; borrowed */
};

/* cmocka fixtures: *state is the struct alert_rig. netral-record runs, netral-alert does not. */
int alert_rig_set_up(void **state);
int alert_rig_tear_down(void **state);

/* Adds to the file of receivers and rules. `keys` are lines. */
void alert_rig_receiver(struct alert_rig *a, const char *name, const char *path, const char *keys);
void alert_rig_section(struct alert_rig *a, const char *section);

/* Starts netral-alert; `env` as rig_start(). Failed tries are repeated after milliseconds. */
void alert_rig_launch(struct alert_rig *a, const char *const *env);
/* And waits until it follows netral-record. */
void alert_rig_start(struct alert_rig *a);

/* Asks netral-alert for a counter; or again and again, until it has the value. */
uint64_t alert_rig_counter(struct alert_rig *a, const char *name);
void alert_rig_wait_counter(struct alert_rig *a, const char *name, uint64_t value);

/* Runs `netral alert` with these words, which end with NULL; its exit code. */
int alert_rig_ask(struct alert_rig *a, const char *const *words);

/* Records events number from..to-1, of one session each, in Ambon. */
void alert_rig_record(struct alert_rig *a, unsigned from, unsigned to);

/* Waits for the last of them, then requires that the messages taken at `path` are those of events
 * 0..count-1 in their order, but for repeats, which have the id of the first. */
void alert_rig_expect_all(struct alert_rig *a, const char *path, unsigned count);

#endif

/* follow.h - the parts of bench_follow: libnetral as its callers see it. Each prints one line of
 * JSON, and returns an exit code. One thread. */
#ifndef NETRAL_BENCH_FOLLOW_H
#define NETRAL_BENCH_FOLLOW_H

#include "libnetral/netral.h"

#include <stddef.h>

/* The next event; waits for it, a minute at most. */
int follow_next(struct netral_subscriber *s, const struct netral_update **ret_update);

/* Everything in the store to a new subscriber, and the same bytes over a bare socket. */
int follow_replay(const char *runtime_dir);

/* From recording to the subscriber, `count` times, by the clock that stamps updates. Says READY
 * when the subscription stands. */
int follow_latency(const char *runtime_dir, size_t count);

/* `count` subscribers with filters number `first` and up, each another one. Says READY when all of
 * them stand; a line on standard input says that nothing more is recorded. Then each must have got
 * exactly what a reader of the whole store finds for it. */
int follow_fan(const char *runtime_dir, size_t first, size_t count);

#endif

/* loop.h - the one event loop of a process: ZeroMQ sockets, descriptors, timers, signals.
 *
 * A fixed table of slots, served in the order in which they were added; one that is added after
 * another was removed takes its place. A turn is: wait (until a slot is ready or the earliest timer
 * is due), read the clock once, serve each ready slot once, run the due timers, call the turn hook.
 * The turn hook is where a batch is committed and where the acknowledgements that stand on it
 * leave.
 *
 * Callbacks return 0, or a negative code that ends loop_run() with that code: only for what costs
 * the process its service. A slot callback takes a bounded burst; a ZeroMQ slot that still has
 * input is served again in the next turn.
 *
 * One thread. Signals named to loop_new() are blocked there, before any ZeroMQ context exists, so
 * that the threads of libzmq inherit the mask. */
#ifndef NETRAL_LIB_LOOP_H
#define NETRAL_LIB_LOOP_H

#include <stdbool.h>
#include <stdint.h>

enum { LOOP_SLOTS_MAX = 24, LOOP_TIMERS_MAX = 24 };

struct loop;
typedef int loop_slot_fn(void *user);
typedef int loop_timer_fn(void *user);
typedef int loop_signal_fn(void *user, int signo);

/* A slot or a timer, by number; never negative when valid, and void once removed. */
struct loop_slot {
	int index;
};
struct loop_timer {
	int index;
};

/* Blocks SIGINT, SIGTERM and SIGHUP (and SIGCHLD when `children`) and routes them to `on_signal`.
 * SIGPIPE is ignored. 0, NETRAL_ENOMEM or NETRAL_EIO. */
int loop_new(loop_signal_fn *on_signal, void *user, bool children, struct loop **ret_loop);
void loop_free(struct loop *l);
void loop_freep(struct loop **l);

/* `socket` (a ZeroMQ socket) or, when it is NULL, descriptor `fd` is watched for input.
 * The slot table is sized for every program of ours: a full table is a bug and asserts. */
struct loop_slot loop_add(struct loop *l, void *socket, int fd, loop_slot_fn *fn, void *user);

/* Back-pressure: a slot that is not watched keeps its input waiting at the sender. */
void loop_watch(struct loop *l, struct loop_slot slot, bool on);

/* Replaces the socket of a slot, for a peer that reconnects. */
void loop_replace(struct loop *l, struct loop_slot slot, void *socket, int fd);

/* Gives the slot back, from any callback, its own too. What it was ready for is not served any
 * more; the socket or descriptor stays the caller's. */
void loop_remove(struct loop *l, struct loop_slot slot);

/* A timer that is off until it is set. */
struct loop_timer loop_timer_add(struct loop *l, loop_timer_fn *fn, void *user);

/* Due once, `in_ms` from the clock of this turn; setting again moves it. UINT64_MAX turns it off.
 */
void loop_timer_set(struct loop *l, struct loop_timer timer, uint64_t in_ms);

/* Gives the timer back, from any callback, its own too; it is not run any more. */
void loop_timer_remove(struct loop *l, struct loop_timer timer);

/* Called at the end of each turn. */
void loop_on_turn(struct loop *l, loop_slot_fn *fn, void *user);

/* Says that work remains: the next turn does not wait. Holds for one turn. */
void loop_again(struct loop *l);

/* The monotonic clock as read in this turn; refreshed by a callback that works for long. */
uint64_t loop_now_ms(const struct loop *l);
void loop_refresh_clock(struct loop *l);

/* Runs until loop_stop() or a callback's error; 0 or that error. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l);

#endif

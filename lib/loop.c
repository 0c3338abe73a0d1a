/* The table is fixed and no entry ever moves: a removed one is empty, neither ready nor due, until
 * another is added in its place. So a callback may add and remove while the table is walked. Timers
 * are few (LOOP_TIMERS_MAX), so the earliest is found by a scan of one small array that stays in
 * cache; a heap would cost more. */
#include "lib/loop.h"

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <zmq.h>

enum { SLOT_SIGNAL = 0 };
#define TIMER_OFF UINT64_MAX

/* Without a function: free. */
struct slot {
	int fd; /* poll() reports a hang-up that nobody asked for: unwatched, it gets -1 instead */
	loop_slot_fn *fn;
	void *user;
};

/* Likewise. */
struct timer {
	uint64_t due_ms; /* TIMER_OFF when not set */
	loop_timer_fn *fn;
	void *user;
};

struct loop {
	zmq_pollitem_t items[LOOP_SLOTS_MAX];
	struct slot slots[LOOP_SLOTS_MAX];
	int slot_count;
	struct timer timers[LOOP_TIMERS_MAX];
	int timer_count;
	loop_slot_fn *turn_fn;
	void *turn_user;
	loop_signal_fn *signal_fn;
	void *signal_user;
	int signal_fd;
	uint64_t now_ms;
	bool again;
	bool stopped;
};

static int on_signal_fd(void *user)
{
	struct loop *l = user;
	struct signalfd_siginfo info;
	ssize_t n = read(l->signal_fd, &info, sizeof(info));
	if (n != (ssize_t)sizeof(info))
		return NETRAL_OK;
	return l->signal_fn(l->signal_user, (int)info.ssi_signo);
}

static int open_signal_fd(bool children)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (children)
		sigaddset(&set, SIGCHLD);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -1;
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int loop_new(loop_signal_fn *on_signal, void *user, bool children, struct loop **ret_loop)
{
	netral_cleanup(loop_freep) struct loop *l = fault_calloc(1, sizeof(*l));
	if (!l)
		return NETRAL_ENOMEM;
	l->signal_fn = on_signal;
	l->signal_user = user;
	l->signal_fd = open_signal_fd(children);
	if (l->signal_fd < 0)
		return NETRAL_EIO;
	l->now_ms = clock_ms();
	loop_add(l, NULL, l->signal_fd, on_signal_fd, l);
	*ret_loop = netral_take(l);
	return NETRAL_OK;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	if (l->signal_fd >= 0)
		close(l->signal_fd);
	free(l);
}

void loop_freep(struct loop **l)
{
	loop_free(*l);
}

struct loop_slot loop_add(struct loop *l, void *socket, int fd, loop_slot_fn *fn, void *user)
{
	int i = 0;
	while (i < l->slot_count && l->slots[i].fn)
		i++;
	netral_assert(i < LOOP_SLOTS_MAX);
	l->slot_count += i == l->slot_count;
	l->items[i] = (zmq_pollitem_t){.socket = socket, .fd = fd, .events = ZMQ_POLLIN};
	l->slots[i] = (struct slot){fd, fn, user};
	return (struct loop_slot){i};
}

void loop_watch(struct loop *l, struct loop_slot slot, bool on)
{
	l->items[slot.index].events = on ? ZMQ_POLLIN : 0;
	l->items[slot.index].fd = on ? l->slots[slot.index].fd : -1;
	l->items[slot.index].revents = 0;
}

void loop_replace(struct loop *l, struct loop_slot slot, void *socket, int fd)
{
	l->items[slot.index].socket = socket;
	l->slots[slot.index].fd = fd;
	loop_watch(l, slot, l->items[slot.index].events != 0);
}

void loop_remove(struct loop *l, struct loop_slot slot)
{
	l->items[slot.index] = (zmq_pollitem_t){.fd = -1};
	l->slots[slot.index] = (struct slot){.fd = -1};
}

struct loop_timer loop_timer_add(struct loop *l, loop_timer_fn *fn, void *user)
{
	int i = 0;
	while (i < l->timer_count && l->timers[i].fn)
		i++;
	netral_assert(i < LOOP_TIMERS_MAX);
	l->timer_count += i == l->timer_count;
	l->timers[i] = (struct timer){TIMER_OFF, fn, user};
	return (struct loop_timer){i};
}

void loop_timer_set(struct loop *l, struct loop_timer timer, uint64_t in_ms)
{
	l->timers[timer.index].due_ms = in_ms == TIMER_OFF ? TIMER_OFF : l->now_ms + in_ms;
}

void loop_timer_remove(struct loop *l, struct loop_timer timer)
{
	l->timers[timer.index] = (struct timer){.due_ms = TIMER_OFF};
}

void loop_on_turn(struct loop *l, loop_slot_fn *fn, void *user)
{
	l->turn_fn = fn;
	l->turn_user = user;
}

void loop_again(struct loop *l)
{
	l->again = true;
}

uint64_t loop_now_ms(const struct loop *l)
{
	return l->now_ms;
}

void loop_refresh_clock(struct loop *l)
{
	l->now_ms = clock_ms();
}

static long wait_ms(struct loop *l)
{
	if (l->again) {
		l->again = false;
		return 0;
	}
	uint64_t due = TIMER_OFF;
	for (int i = 0; i < l->timer_count; i++)
		due = l->timers[i].due_ms < due ? l->timers[i].due_ms : due;
	if (due == TIMER_OFF)
		return -1;
	uint64_t now = clock_ms();
	return due > now ? (long)(due - now) : 0;
}

static int serve_slots(struct loop *l)
{
	for (int i = 0; i < l->slot_count && !l->stopped; i++) {
		if (!(l->items[i].revents & (ZMQ_POLLIN | ZMQ_POLLERR)))
			continue;
		int r = l->slots[i].fn(l->slots[i].user);
		if (r < 0)
			return r;
	}
	return NETRAL_OK;
}

static int run_timers(struct loop *l)
{
	for (int i = 0; i < l->timer_count && !l->stopped; i++) {
		struct timer *t = &l->timers[i];
		if (t->due_ms > l->now_ms)
			continue;
		t->due_ms = TIMER_OFF;
		int r = t->fn(t->user);
		if (r < 0)
			return r;
	}
	return NETRAL_OK;
}

static int turn(struct loop *l)
{
	int n = zmq_poll(l->items, l->slot_count, wait_ms(l));
	if (n < 0)
		return zmq_errno() == EINTR ? NETRAL_OK : NETRAL_EIO;
	l->now_ms = clock_ms();

	int r = n > 0 ? serve_slots(l) : NETRAL_OK;
	if (r == NETRAL_OK)
		r = run_timers(l);
	if (r == NETRAL_OK && l->turn_fn)
		r = l->turn_fn(l->turn_user);
	return r;
}

int loop_run(struct loop *l)
{
	int r = NETRAL_OK;
	l->stopped = false;
	while (r == NETRAL_OK && !l->stopped)
		r = turn(l);
	return r;
}

void loop_stop(struct loop *l)
{
	l->stopped = true;
}

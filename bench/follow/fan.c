/* Filter number i takes the areas whose bits are set in i + 1: no two are the same. What each has
 * got is kept as one bit an update, so that a loss and a repetition cannot hide each other. */
#include "bench/follow/follow.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sysexits.h>
#include <unistd.h>

enum { BURST = 64, UPDATES_MAX = 1 << 20, EVENTS = 64, WAIT_MS = 120000 };

static const char *const codes[] = {"81",    "81.71", "53",    "53.71", "32",
				    "32.73", "33",    "33.74", "71",    "ID"};
enum { CODES = sizeof(codes) / sizeof(codes[0]) };

struct follower {
	struct netral_subscriber *s;
	unsigned mask;
	uint8_t *seen;
	size_t returned, twice, lost, alien;
	bool live;
};

struct fan {
	struct follower *followers;
	size_t count, live;
	int epoll_fd;
};

static bool wants(unsigned mask, const char *code)
{
	for (unsigned i = 0; i < CODES; i++) {
		size_t len = strlen(codes[i]);
		if ((mask >> i & 1) && strncmp(code, codes[i], len) == 0 &&
		    (code[len] == '\0' || code[len] == '.'))
			return true;
	}
	return false;
}

static void note(struct follower *f, uint64_t seq)
{
	uint8_t bit = (uint8_t)(1U << (seq % 8));
	f->returned++;
	if (seq >= UPDATES_MAX || (f->seen[seq / 8] & bit))
		f->twice++;
	else
		f->seen[seq / 8] |= bit;
}

static int serve(struct fan *fan, struct follower *f)
{
	const struct netral_update *u;
	for (int i = 0; i < BURST; i++) {
		int event = netral_next(f->s, &u);
		if (event <= 0)
			return event;
		if (event == NETRAL_UPDATE)
			note(f, netral_update_seq(u));
		if (event == NETRAL_LIVE && !f->live) {
			f->live = true;
			fan->live++;
		}
	}
	return 0;
}

static int read_line(void)
{
	char text[16];
	return read(STDIN_FILENO, text, sizeof(text)) > 0 ? 0 : NETRAL_ERROR_IO;
}

/* Until all are live, or a line came and nothing else has: what waits is taken first, so that who
 * was stopped meets its losses before it is told to compare. */
static int turn_until(struct fan *fan, bool line)
{
	struct epoll_event events[EVENTS];
	while (line || fan->live < fan->count) {
		int n = epoll_wait(fan->epoll_fd, events, EVENTS, WAIT_MS);
		if (n == 0)
			return NETRAL_ERROR_TIMEOUT;
		if (n == 1 && !events[0].data.ptr)
			return read_line();
		for (int i = 0; i < n; i++) {
			int r = events[i].data.ptr ? serve(fan, events[i].data.ptr) : 0;
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int start(struct fan *fan, struct follower *f, const char *runtime_dir, size_t number)
{
	const char *areas[CODES];
	struct netral_filter filter = {.size = sizeof(filter), .areas = areas};
	const struct netral_options o = {
		.size = sizeof(o), .runtime_dir = runtime_dir, .filter = &filter};
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = f};
	f->mask = (unsigned)number + 1;
	f->seen = calloc(UPDATES_MAX / 8, 1);
	for (unsigned i = 0; i < CODES; i++) {
		if (f->mask >> i & 1)
			areas[filter.area_count++] = codes[i];
	}
	int r = f->seen ? netral_subscribe(&o, &f->s) : NETRAL_ERROR_MEMORY;
	if (r == 0 && epoll_ctl(fan->epoll_fd, EPOLL_CTL_ADD, netral_fd(f->s), &event) < 0)
		r = NETRAL_ERROR_IO;
	return r;
}

/* What a reader of everything finds, against what each got. */
static int compare(struct fan *fan, const char *runtime_dir, uint64_t *ret_total)
{
	const struct netral_options o = {
		.size = sizeof(o), .runtime_dir = runtime_dir, .start = NETRAL_FROM_BEGINNING};
	struct netral_subscriber *s;
	const struct netral_update *u;
	int event = netral_subscribe(&o, &s);
	if (event < 0)
		return event;
	while ((event = follow_next(s, &u)) != NETRAL_LIVE && event > 0) {
		uint64_t seq = event == NETRAL_UPDATE ? netral_update_seq(u) : 0;
		for (size_t i = 0; seq && i < fan->count; i++) {
			struct follower *f = &fan->followers[i];
			bool wanted = wants(f->mask, netral_event_area_code(u));
			bool seen = f->seen[seq / 8] >> (seq % 8) & 1;
			f->lost += wanted && !seen;
			f->alien += !wanted && seen;
		}
		*ret_total += seq > 0;
	}
	netral_unsubscribe(s);
	return event < 0 ? event : 0;
}

static int run(struct fan *fan, const char *runtime_dir, uint64_t *ret_total)
{
	struct epoll_event event = {.events = EPOLLIN};
	int r = turn_until(fan, false);
	if (r < 0)
		return r;
	puts("READY");
	fflush(stdout);
	epoll_ctl(fan->epoll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &event);
	r = turn_until(fan, true);
	epoll_ctl(fan->epoll_fd, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
	fan->live = 0;
	for (size_t i = 0; i < fan->count; i++) {
		fan->followers[i].live = false;
		netral_verify(fan->followers[i].s);
	}
	if (r == 0)
		r = turn_until(fan, false);
	return r < 0 ? r : compare(fan, runtime_dir, ret_total);
}

static bool report(const struct fan *fan, uint64_t total)
{
	size_t returned = 0, lost = 0, twice = 0, alien = 0, gaps = 0;
	for (size_t i = 0; i < fan->count; i++) {
		const struct follower *f = &fan->followers[i];
		returned += f->returned;
		lost += f->lost;
		twice += f->twice;
		alien += f->alien;
		gaps += netral_count(f->s, NETRAL_GAPS);
	}
	printf("{\"subscribers\":%zu,\"stored\":%llu,\"returned\":%zu,\"lost\":%zu,\"twice\":%zu,"
	       "\"alien\":%zu,\"gaps\":%zu}\n",
	       fan->count, (unsigned long long)total, returned, lost, twice, alien, gaps);
	return lost + twice + alien == 0;
}

int follow_fan(const char *runtime_dir, size_t first, size_t count)
{
	struct fan fan = {.count = count, .epoll_fd = epoll_create1(EPOLL_CLOEXEC)};
	uint64_t total = 0;
	int r = 0;
	fan.followers = calloc(count, sizeof(*fan.followers));
	for (size_t i = 0; r == 0 && fan.followers && i < count; i++)
		r = start(&fan, &fan.followers[i], runtime_dir, first + i);
	if (r == 0 && fan.followers)
		r = run(&fan, runtime_dir, &total);
	if (r < 0)
		fprintf(stderr, "bench_follow: %s\n", netral_strerror(r));
	bool right = r == 0 && fan.followers && report(&fan, total);
	for (size_t i = 0; fan.followers && i < count; i++) {
		netral_unsubscribe(fan.followers[i].s);
		free(fan.followers[i].seen);
	}
	free(fan.followers);
	close(fan.epoll_fd);
	return right ? EX_OK : EX_SOFTWARE;
}

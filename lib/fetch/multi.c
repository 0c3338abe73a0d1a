/* libcurl in the loop: its descriptors come and go, and the loop's table is fixed, so they are
 * watched by an epoll of our own, whose one descriptor the loop watches. */
#include "lib/fetch/fetch_internal.h"

#include "lib/error.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS_A_TURN = 64, IDLE_FACTOR = 4 };

/* A descriptor that cannot be watched is left to the time limits of its transfer: a failure told
 * to libcurl would end every other transfer too. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *unused)
{
	(void)easy;
	(void)unused;
	struct fetcher *f = user;
	struct epoll_event event = {.data.fd = fd};
	if (what == CURL_POLL_REMOVE) {
		epoll_ctl(f->epoll_fd, EPOLL_CTL_DEL, fd, &event);
		return 0;
	}
	event.events =
		(what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
	if (epoll_ctl(f->epoll_fd, EPOLL_CTL_MOD, fd, &event) < 0 && errno == ENOENT)
		epoll_ctl(f->epoll_fd, EPOLL_CTL_ADD, fd, &event);
	return 0;
}

static int on_timer(CURLM *multi, long in_ms, void *user)
{
	(void)multi;
	struct fetcher *f = user;
	loop_timer_set(f->loop, f->curl_timer, in_ms < 0 ? UINT64_MAX : (uint64_t)in_ms);
	return 0;
}

static int on_ready(void *user)
{
	struct fetcher *f = user;
	struct epoll_event events[EVENTS_A_TURN];
	int running, n = epoll_wait(f->epoll_fd, events, EVENTS_A_TURN, 0);
	for (int i = 0; i < n; i++) {
		unsigned e = events[i].events;
		int what = (e & EPOLLIN ? CURL_CSELECT_IN : 0) |
			   (e & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
			   (e & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
		curl_multi_socket_action(f->multi, events[i].data.fd, what, &running);
	}
	fetcher_pump(f);
	return NETRAL_OK;
}

static int on_due(void *user)
{
	struct fetcher *f = user;
	int running;
	curl_multi_socket_action(f->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	fetcher_pump(f);
	return NETRAL_OK;
}

int multi_open(struct fetcher *f)
{
	f->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (f->epoll_fd < 0)
		return NETRAL_EIO;
	f->multi = curl_multi_init();
	if (!f->multi)
		return NETRAL_ENOMEM;
	curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
	curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
	/* Most end by their age, or were not to be kept: making room for one by ending the oldest
	 * leaves an entry for its host in libcurl's table for ever, and the whole of it is walked
	 * through the next time. */
	curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, (long)f->concurrency * IDLE_FACTOR);
	f->curl_timer = loop_timer_add(f->loop, on_due, f);
	f->slot = loop_add(f->loop, NULL, f->epoll_fd, on_ready, f);
	return NETRAL_OK;
}

void multi_close(struct fetcher *f)
{
	if (f->multi) {
		curl_multi_cleanup(f->multi); /* calls on_socket() and on_timer() */
		loop_timer_remove(f->loop, f->curl_timer);
		loop_remove(f->loop, f->slot);
	}
	if (f->epoll_fd >= 0)
		close(f->epoll_fd);
}

#include "libnetral/readiness.h"

#include "lib/error.h"
#include "proto/transport.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* Out of descriptors is out of memory to a caller: both pass. */
static int system_error(void)
{
	return errno == EMFILE || errno == ENFILE || errno == ENOSPC
		       ? NETRAL_ENOMEM
		       : netral_error_from_errno(errno);
}

static int watch(struct readiness *r, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};
	return epoll_ctl(r->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? system_error() : NETRAL_OK;
}

int readiness_init(struct readiness *r)
{
	*r = (struct readiness){.epoll_fd = -1, .raised_fd = -1, .timer_fd = -1};
	r->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (r->epoll_fd >= 0)
		r->raised_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r->raised_fd >= 0)
		r->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (r->timer_fd < 0)
		return system_error();
	int err = watch(r, r->raised_fd);
	return err < 0 ? err : watch(r, r->timer_fd);
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void readiness_fini(struct readiness *r)
{
	close_fd(r->epoll_fd);
	close_fd(r->raised_fd);
	close_fd(r->timer_fd);
}

int readiness_add(struct readiness *r, void *socket)
{
	int fd = transport_fd(socket);
	return fd < 0 ? fd : watch(r, fd);
}

void readiness_remove(struct readiness *r, void *socket)
{
	int fd = transport_fd(socket);
	if (fd >= 0)
		epoll_ctl(r->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
}

int readiness_raise(struct readiness *r)
{
	if (r->raised)
		return NETRAL_OK;
	if (eventfd_write(r->raised_fd, 1) < 0)
		return system_error();
	r->raised = true;
	return NETRAL_OK;
}

static int set_timer(struct readiness *r, uint64_t deadline_ms)
{
	if (deadline_ms == r->deadline_ms)
		return NETRAL_OK;
	const struct itimerspec at = {
		.it_value = {.tv_sec = (time_t)(deadline_ms / 1000),
			     .tv_nsec = (long)(deadline_ms % 1000) * 1000000}};
	if (timerfd_settime(r->timer_fd, TFD_TIMER_ABSTIME, &at, NULL) < 0)
		return system_error();
	r->deadline_ms = deadline_ms;
	return NETRAL_OK;
}

int readiness_lower(struct readiness *r, uint64_t deadline_ms)
{
	eventfd_t count;
	if (r->raised && eventfd_read(r->raised_fd, &count) < 0 && errno != EAGAIN)
		return system_error();
	r->raised = false;
	return set_timer(r, deadline_ms);
}

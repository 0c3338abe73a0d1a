/* readiness.h - one descriptor for everything that a subscriber waits for.
 *
 * It is readable while something was raised, a ZeroMQ socket has news, or a deadline has passed. A
 * socket's own descriptor tells of a change only once, until the socket was looked at: so look at
 * each (transport_has_input()) before waiting. One thread at a time. */
#ifndef NETRAL_LIBNETRAL_READINESS_H
#define NETRAL_LIBNETRAL_READINESS_H

#include <stdbool.h>
#include <stdint.h>

struct readiness {
	int epoll_fd; /* the descriptor */
	int raised_fd, timer_fd;
	bool raised;
	uint64_t deadline_ms; /* that timer_fd is set to */
};

/* 0, NETRAL_ENOMEM or NETRAL_EIO. To be ended with readiness_fini(), also on failure. */
int readiness_init(struct readiness *r);
void readiness_fini(struct readiness *r); /* once after readiness_init() */

/* A ZeroMQ socket joins, or leaves: before it is closed. 0, NETRAL_ENOMEM or NETRAL_EIO. */
int readiness_add(struct readiness *r, void *socket);
void readiness_remove(struct readiness *r, void *socket);

/* Readable from now on, whatever the sockets say. */
int readiness_raise(struct readiness *r);

/* No longer, but at `deadline_ms` of clock_ms() at the latest. */
int readiness_lower(struct readiness *r, uint64_t deadline_ms);

#endif

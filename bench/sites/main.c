/* bench_sites: ten thousand news sites in one process, for netral-poll to poll.
 *
 * All of 127.0.0.0/8 is this machine, so that each site is a host of its own: 127.1.0.1, 127.1.0.2
 * and so on, on one port, on the loopback device alone. A site has robots.txt, a feed of items with
 * teasers, whose ETag stays, and their pages, each with a text of its own. Prints READY and the
 * port; a line on standard input asks for a line of JSON with what was served so far. */
#include "bench/sites/sites.h"

#include "lib/cleanup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 4096, EVENTS = 64, BACKLOG = 1024 };

struct connection {
	bool is_open;
	uint32_t site; /* its address, from 0 */
	size_t len;
	char head[4096];
};

struct app {
	struct sites sites;
	int epoll, listener;
	struct connection *by_fd; /* CONNECTIONS_MAX of them */
	char *out;                /* the answer that is being made */
};

static int listen_on_loopback(int *ret_fd, int *ret_port)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof(a);
	netral_cleanup(netral_closep) int fd =
		socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const int on = 1;
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", sizeof("lo")) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, (void *)&a, sizeof(a)) < 0 || listen(fd, BACKLOG) < 0 ||
	    getsockname(fd, (void *)&a, &len) < 0) {
		perror("bench_sites: cannot listen");
		return -1;
	}
	*ret_port = ntohs(a.sin_port);
	*ret_fd = netral_take_fd(&fd);
	return 0;
}

static int watch(struct app *a, int fd)
{
	struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
	return epoll_ctl(a->epoll, EPOLL_CTL_ADD, fd, &e);
}

static void drop(struct app *a, int fd)
{
	a->by_fd[fd].is_open = false;
	close(fd);
}

static void accept_all(struct app *a)
{
	const int on = 1;
	int fd;
	while ((fd = accept4(a->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		struct sockaddr_in own = {.sin_family = AF_INET};
		socklen_t len = sizeof(own);
		if (fd >= CONNECTIONS_MAX || getsockname(fd, (void *)&own, &len) < 0 ||
		    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 ||
		    watch(a, fd) < 0) {
			close(fd);
			continue;
		}
		a->by_fd[fd].is_open = true;
		a->by_fd[fd].site = sites_of_address(ntohl(own.sin_addr.s_addr));
		a->by_fd[fd].len = 0;
	}
}

/* An answer is smaller than the buffer of a loopback socket. */
static bool answer(struct app *a, int fd)
{
	struct connection *c = &a->by_fd[fd];
	size_t len = sites_answer(&a->sites, c->site, c->head, a->out);
	c->len = 0;
	return send(fd, a->out, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool read_request(struct app *a, int fd)
{
	struct connection *c = &a->by_fd[fd];
	ssize_t n = recv(fd, c->head + c->len, sizeof(c->head) - 1 - c->len, 0);
	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	c->len += (size_t)n;
	c->head[c->len] = '\0';
	if (strstr(c->head, "\r\n\r\n"))
		return answer(a, fd);
	return c->len + 1 < sizeof(c->head);
}

/* False at the end of standard input. */
static bool tell_counts(const struct app *a)
{
	char line[64];
	const struct sites_counts *n = &a->sites.counts;
	if (read(STDIN_FILENO, line, sizeof(line)) <= 0)
		return false;
	printf("{\"robots\":%lu,\"feeds\":%lu,\"unchanged\":%lu,\"pages\":%lu,\"other\":%lu}\n",
	       n->robots, n->feeds, n->unchanged, n->pages, n->other);
	return fflush(stdout) == 0;
}

static int serve(struct app *a)
{
	struct epoll_event events[EVENTS];
	for (;;) {
		int count = epoll_wait(a->epoll, events, EVENTS, -1);
		if (count < 0 && errno != EINTR)
			return EX_OSERR;
		for (int i = 0; i < count; i++) {
			int fd = events[i].data.fd;
			if (fd == STDIN_FILENO && !tell_counts(a))
				return EX_OK;
			if (fd == a->listener)
				accept_all(a);
			else if (fd != STDIN_FILENO && !read_request(a, fd))
				drop(a, fd);
		}
	}
}

int main(int argc, char **argv)
{
	struct app a = {.listener = -1};
	int port = 0;
	if (argc != 2 || sites_init(&a.sites, (uint32_t)strtoul(argv[1], NULL, 10)) < 0) {
		fprintf(stderr, "Usage: bench_sites ITEMS\n");
		return EX_USAGE;
	}
	a.by_fd = calloc(CONNECTIONS_MAX, sizeof(*a.by_fd));
	a.out = malloc(SITES_ANSWER_MAX);
	a.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!a.by_fd || !a.out || a.epoll < 0 || listen_on_loopback(&a.listener, &port) < 0 ||
	    watch(&a, a.listener) < 0 || watch(&a, STDIN_FILENO) < 0)
		return EX_OSERR;
	a.sites.port = port;
	printf("READY\n%d\n", port);
	fflush(stdout);
	int r = serve(&a);
	free(a.out);
	free(a.by_fd);
	close(a.listener);
	close(a.epoll);
	return r;
}

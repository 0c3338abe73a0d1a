#include "server.h"

#include "lib/cleanup.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATHS_MAX = 32, CONNECTIONS_MAX = 256, HEAD_MAX = 16384, URLS = 8, URL_SIZE = 256 };

struct path {
	const char *path;
	server_fn *fn;
	void *user;
};

struct connection {
	struct server *server;
	int fd;
	pthread_t thread;
	char head[HEAD_MAX];
	size_t len; /* of what was read with the head */
	char path[256];
};

struct server {
	char address[64];
	int port;
	int listener;
	int stop_fd; /* readable for ever once the server stops */
	pthread_t thread;
	pthread_mutex_t lock; /* over what follows */
	pthread_cond_t changed;
	struct path paths[PATHS_MAX];
	size_t path_count;
	struct connection *connections[CONNECTIONS_MAX];
	struct server_counts counts;
	char urls[URLS][URL_SIZE]; /* of the test's thread alone */
	unsigned url;
};

const char *connection_head(const struct connection *c)
{
	return c->head;
}

const char *connection_path(const struct connection *c)
{
	return c->path;
}

bool connection_send(struct connection *c, const void *data, size_t len)
{
	const char *p = data;
	while (len > 0) {
		ssize_t n = send(c->fd, p, len, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

bool connection_printf(struct connection *c, const char *format, ...)
{
	char text[4096];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return len >= 0 && (size_t)len < sizeof(text) && connection_send(c, text, (size_t)len);
}

bool connection_pause(struct connection *c, int ms)
{
	struct pollfd fds[] = {{.fd = c->server->stop_fd, .events = POLLIN},
			       {.fd = c->fd, .events = POLLRDHUP}};
	return poll(fds, 2, ms) == 0;
}

bool connection_body(struct connection *c, char *body, size_t size)
{
	const char *field = strcasestr(c->head, "\r\nContent-Length:");
	size_t whole = field ? strtoul(field + strlen("\r\nContent-Length:"), NULL, 10) : 0;
	const char *start = strstr(c->head, "\r\n\r\n") + 4;
	size_t len = c->len - (size_t)(start - c->head);
	if (whole >= size || len > whole)
		return false;
	memcpy(body, start, len);
	while (len < whole) {
		ssize_t n = recv(c->fd, body + len, whole - len, 0);
		if (n <= 0)
			return false;
		len += (size_t)n;
	}
	body[whole] = '\0';
	return true;
}

void connection_linger(struct connection *c)
{
	connection_pause(c, -1);
}

void connection_reset(struct connection *c)
{
	struct linger l = {.l_onoff = 1, .l_linger = 0};
	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
}

static bool read_head(struct connection *c)
{
	size_t len = 0;
	struct pollfd fds[] = {{.fd = c->server->stop_fd, .events = POLLIN},
			       {.fd = c->fd, .events = POLLIN}};
	while (len + 1 < sizeof(c->head)) {
		if (poll(fds, 2, -1) < 0 || fds[0].revents)
			return false;
		ssize_t n = recv(c->fd, c->head + len, sizeof(c->head) - 1 - len, 0);
		if (n <= 0)
			return false;
		len += (size_t)n;
		c->head[len] = '\0';
		c->len = len;
		if (strstr(c->head, "\r\n\r\n"))
			return sscanf(c->head, "%*s %255s", c->path) == 1;
	}
	return false;
}

static struct path find_path(struct connection *c)
{
	struct server *s = c->server;
	struct path found = {0};
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->path_count; i++) {
		bool any = strcmp(s->paths[i].path, "*") == 0;
		if (strcmp(s->paths[i].path, c->path) == 0 || (any && !found.fn))
			found = s->paths[i];
	}
	s->counts.requests++;
	s->counts.now++;
	if (s->counts.now > s->counts.most)
		s->counts.most = s->counts.now;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
	return found;
}

/* `now` falls after the answer left. Who comes back on the same connection is still counted right;
 * on another he may count as a second. */
static void *serve(void *user)
{
	struct connection *c = user;
	struct server *s = c->server;
	bool on = true;
	while (on && read_head(c)) {
		struct path p = find_path(c);
		on = p.fn && p.fn(c, p.user);
		pthread_mutex_lock(&s->lock);
		s->counts.now--;
		pthread_mutex_unlock(&s->lock);
	}
	close(c->fd);
	return NULL;
}

static void *accept_all(void *user)
{
	struct server *s = user;
	struct pollfd fds[] = {{.fd = s->stop_fd, .events = POLLIN},
			       {.fd = s->listener, .events = POLLIN}};
	while (poll(fds, 2, -1) >= 0 && !fds[0].revents) {
		int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
		struct connection *c = fd >= 0 ? calloc(1, sizeof(*c)) : NULL;
		if (!c)
			continue;
		c->server = s;
		c->fd = fd;
		pthread_mutex_lock(&s->lock);
		unsigned n = s->counts.connections;
		if (n < CONNECTIONS_MAX && pthread_create(&c->thread, NULL, serve, c) == 0) {
			s->connections[n] = c;
			s->counts.connections++;
		} else {
			close(fd);
			free(c);
		}
		pthread_mutex_unlock(&s->lock);
	}
	return NULL;
}

static int listen_on(struct server *s)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM}, *a;
	if (getaddrinfo(s->address, "0", &hints, &a) != 0)
		return -1;
	netral_cleanup(netral_closep) int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int r = fd < 0 ? -1 : bind(fd, a->ai_addr, a->ai_addrlen);
	freeaddrinfo(a);
	struct sockaddr_storage bound;
	socklen_t len = sizeof(bound);
	if (r < 0 || listen(fd, 64) < 0 || getsockname(fd, (void *)&bound, &len) < 0)
		return -1;
	/* The port is at the same place in both families. */
	s->port = ntohs(((struct sockaddr_in *)(void *)&bound)->sin_port);
	return netral_take_fd(&fd);
}

struct server *server_start(const char *address)
{
	struct server *s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	snprintf(s->address, sizeof(s->address), "%s", address);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, NULL);
	s->stop_fd = eventfd(0, EFD_CLOEXEC);
	s->listener = listen_on(s);
	if (s->listener >= 0 && pthread_create(&s->thread, NULL, accept_all, s) == 0)
		return s;
	free(s);
	return NULL;
}

void server_stop(struct server *s)
{
	if (!s)
		return;
	eventfd_write(s->stop_fd, 1);
	pthread_join(s->thread, NULL);
	for (unsigned i = 0; i < s->counts.connections; i++) {
		pthread_join(s->connections[i]->thread, NULL);
		free(s->connections[i]);
	}
	close(s->listener);
	close(s->stop_fd);
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void server_on(struct server *s, const char *path, server_fn *fn, void *user)
{
	pthread_mutex_lock(&s->lock);
	if (s->path_count < PATHS_MAX)
		s->paths[s->path_count++] = (struct path){path, fn, user};
	pthread_mutex_unlock(&s->lock);
}

int server_port(const struct server *s)
{
	return s->port;
}

const char *server_url(struct server *s, const char *path)
{
	char url[URL_SIZE], *kept = s->urls[s->url++ % URLS];
	bool v6 = strchr(s->address, ':');
	snprintf(url, sizeof(url), "http://%s%s%s:%d%s", v6 ? "[" : "", s->address, v6 ? "]" : "",
		 s->port, path);
	return strcpy(kept, url);
}

struct server_counts server_counts(struct server *s)
{
	pthread_mutex_lock(&s->lock);
	struct server_counts counts = s->counts;
	pthread_mutex_unlock(&s->lock);
	return counts;
}

void server_await(struct server *s, unsigned requests)
{
	pthread_mutex_lock(&s->lock);
	while (s->counts.requests < requests)
		pthread_cond_wait(&s->changed, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

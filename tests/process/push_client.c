#include "tests/process/push_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { REQUEST_SIZE = 8192 };

void push_client_configure(struct daemon_rig *d)
{
	static char token_file[RIG_PATH_SIZE + 32];
	rig_write_file(&d->rig, "token", PUSH_TEST_TOKEN "\n", strlen(PUSH_TEST_TOKEN) + 1);
	assert_int_equal(chmod(rig_path(&d->rig, "token"), 0600), 0);
	snprintf(token_file, sizeof(token_file), "push_token_file=%s", rig_path(&d->rig, "token"));
	daemon_rig_set(d, "push_listen=127.0.0.1:0");
	daemon_rig_set(d, token_file);
}

static struct sockaddr_in address_of(const char *host, uint16_t port)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
	assert_int_equal(inet_pton(AF_INET, host, &in.sin_addr), 1);
	return in;
}

/* From the log, so that no question disturbs what is tested. */
static uint16_t port_of(const struct daemon_rig *d)
{
	static const char before[] = "push: listening, address=127.0.0.1:";
	char log[4096];
	ssize_t n = pread(d->netrald->log_fd, log, sizeof(log) - 1, 0);
	log[n > 0 ? n : 0] = '\0';
	const char *port = strstr(log, before);
	if (!port)
		rig_fail("netrald does not say where it listens");
	return port ? (uint16_t)strtoul(port + sizeof(before) - 1, NULL, 10) : 0;
}

void push_client_open(struct push_client *c, struct daemon_rig *d, const char *from)
{
	uint16_t port = port_of(d);
	struct sockaddr_in own = address_of(from, 0), to = address_of("127.0.0.1", port);
	c->len = 0;
	c->is_head = false;
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || bind(c->fd, (struct sockaddr *)&own, sizeof(own)) < 0 ||
	    connect(c->fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		rig_fail("port %u: %s", port, strerror(errno));
}

void push_client_close(struct push_client *c)
{
	close(c->fd);
	c->fd = -1;
}

void push_client_send(struct push_client *c, const void *data, size_t len)
{
	const char *at = data;
	while (len > 0) {
		ssize_t n = send(c->fd, at, len, MSG_NOSIGNAL);
		if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
			return;
		if (n < 0)
			rig_fail("send: %s", strerror(errno));
		at += n;
		len -= (size_t)n;
	}
}

void push_client_say(struct push_client *c, const char *format, ...)
{
	char text[REQUEST_SIZE];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	assert_in_range(len, 0, sizeof(text) - 1);
	push_client_send(c, text, (size_t)len);
}

void push_client_finish(struct push_client *c)
{
	shutdown(c->fd, SHUT_WR);
}

void push_client_post(struct push_client *c, const char *type, const char *body)
{
	push_client_say(c, PUSH_POST "%sContent-Length: %zu\r\n\r\n%s", type, strlen(body), body);
}

void push_client_post_article(struct push_client *c, unsigned n)
{
	char body[1024];
	snprintf(body, sizeof(body), "{\"title\":\"Berita %u\",\"text\":\"Isi berita %u %0500d\"}",
		 n, n, 0);
	push_client_post(c, PUSH_JSON_TYPE, body);
}

/* True when something was read; false at the end. */
static bool read_more(struct push_client *c)
{
	struct pollfd item = {.fd = c->fd, .events = POLLIN};
	if (c->len == sizeof(c->bytes) - 1)
		rig_fail("the response has no end");
	if (poll(&item, 1, RIG_DEADLINE_MS) <= 0)
		rig_fail("no response, so far: %.*s", (int)c->len, c->bytes);
	ssize_t n = recv(c->fd, c->bytes + c->len, sizeof(c->bytes) - 1 - c->len, 0);
	if (n < 0 && errno != ECONNRESET)
		rig_fail("recv: %s", strerror(errno));
	c->len += n > 0 ? (size_t)n : 0;
	c->bytes[c->len] = '\0';
	return n > 0;
}

/* Moves `len` bytes to `to`. */
static void take(struct push_client *c, char *to, size_t size, size_t len)
{
	assert_true(len < size);
	memcpy(to, c->bytes, len);
	to[len] = '\0';
	c->len -= len;
	memmove(c->bytes, c->bytes + len, c->len + 1);
}

static size_t body_len(const struct push_client *c)
{
	const char *length = strcasestr(c->head, "\r\nContent-Length:");
	return length ? strtoul(strchr(length + 2, ':') + 1, NULL, 10) : 0;
}

int push_client_read(struct push_client *c)
{
	int code = 0;
	const char *end;
	c->bytes[c->len] = '\0';
	while (!(end = strstr(c->bytes, "\r\n\r\n"))) {
		if (read_more(c))
			continue;
		if (c->len > 0)
			rig_fail("half a response: %s", c->bytes);
		return 0;
	}
	take(c, c->head, sizeof(c->head), (size_t)(end - c->bytes) + 4);
	if (sscanf(c->head, "HTTP/1.%*d %d ", &code) != 1)
		rig_fail("no response: %s", c->head);
	size_t len = c->is_head ? 0 : body_len(c);
	while (c->len < len) {
		if (!read_more(c))
			rig_fail("half a body: %s", c->bytes);
	}
	take(c, c->body, sizeof(c->body), len);
	return code;
}

void push_client_expect(struct push_client *c, int code)
{
	int is = push_client_read(c);
	if (is != code)
		rig_fail("%d instead of %d: %s", is, code, is ? c->body : "closed");
}

void push_client_expect_text(const struct push_client *c, const char *text)
{
	if (!strstr(c->head, text) && !strstr(c->body, text))
		rig_fail("\"%s\" is not in:\n%s%s", text, c->head, c->body);
}

void push_client_wait_end(struct push_client *c)
{
	do {
		c->len = 0;
	} while (read_more(c));
}

bool push_client_has_ended(struct push_client *c, int ms)
{
	struct pollfd item = {.fd = c->fd, .events = POLLIN};
	char byte;
	if (poll(&item, 1, ms) <= 0)
		return false;
	ssize_t n = recv(c->fd, &byte, 1, MSG_PEEK);
	if (n > 0)
		rig_fail("something unread instead of the end");
	return true;
}

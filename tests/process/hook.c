#include "tests/process/hook.h"

#include "tests/process/rig.h"
#include "tests/unit/fetch/server.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { PATHS_MAX = 16, MESSAGES_MAX = 4096, BODY_MAX = 128 * 1024 };

struct path {
	char name[64];
	enum hook_manner manner;
	int status;
	char headers[256];
	struct hook_message questions[MESSAGES_MAX];
	unsigned asked;
	bool taken[MESSAGES_MAX];
	unsigned count; /* of those that were taken */
};

struct hook {
	struct server *server;
	pthread_mutex_t lock; /* over what follows */
	pthread_cond_t changed;
	struct path *paths[PATHS_MAX];
	size_t path_count;
};

/* With the lock. */
static struct path *find(struct hook *h, const char *name)
{
	for (size_t i = 0; i < h->path_count; i++) {
		if (strcmp(h->paths[i]->name, name) == 0)
			return h->paths[i];
	}
	struct path *p = calloc(1, sizeof(*p));
	if (!p || h->path_count == PATHS_MAX)
		abort();
	snprintf(p->name, sizeof(p->name), "%s", name);
	p->status = 200;
	h->paths[h->path_count++] = p;
	return p;
}

static void copy_field(const char *head, const char *name, char *to, size_t size)
{
	char line[64];
	snprintf(line, sizeof(line), "\r\n%s: ", name);
	const char *at = strcasestr(head, line);
	to[0] = '\0';
	if (at) {
		at += strlen(line);
		snprintf(to, size, "%.*s", (int)strcspn(at, "\r"), at);
	}
}

static void read_question(struct connection *c, struct hook_message *m)
{
	const char *head = connection_head(c);
	copy_field(head, "webhook-id", m->id, sizeof(m->id));
	copy_field(head, "webhook-timestamp", m->timestamp, sizeof(m->timestamp));
	copy_field(head, "webhook-signature", m->signature, sizeof(m->signature));
	copy_field(head, "Content-Type", m->type, sizeof(m->type));
}

/* A body of pieces, `wait_ms` apart, for as long as somebody takes them. */
static void send_on_and_on(struct connection *c, size_t piece_bytes, int wait_ms)
{
	static const char zeroes[16384];
	bool more = connection_printf(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
	while (more)
		more = connection_send(c, zeroes, piece_bytes) &&
		       (wait_ms == 0 || connection_pause(c, wait_ms));
}

static bool answer(struct connection *c, enum hook_manner manner, int status, const char *headers)
{
	switch (manner) {
	case HOOK_SILENCE:
		connection_linger(c);
		return false;
	case HOOK_RESET:
		connection_reset(c);
		return false;
	case HOOK_CUT:
		connection_printf(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
		return false;
	case HOOK_TRICKLE:
		send_on_and_on(c, 1, 20);
		return false;
	case HOOK_FLOOD:
		send_on_and_on(c, 16384, 0);
		return false;
	case HOOK_ANSWER:
		break;
	}
	return connection_printf(c, "HTTP/1.1 %d X\r\n%sContent-Length: 0\r\n\r\n", status,
				 headers);
}

static bool on_request(struct connection *c, void *user)
{
	struct hook *h = user;
	char *body = malloc(BODY_MAX);
	if (!body || !connection_body(c, body, BODY_MAX)) {
		free(body);
		return false;
	}
	pthread_mutex_lock(&h->lock);
	struct path *p = find(h, connection_path(c));
	if (p->asked == MESSAGES_MAX)
		abort();
	unsigned index = p->asked++;
	read_question(c, &p->questions[index]);
	p->questions[index].body = body;
	enum hook_manner manner = p->manner;
	int status = p->status;
	char headers[sizeof(p->headers)];
	memcpy(headers, p->headers, sizeof(headers));
	pthread_cond_broadcast(&h->changed);
	pthread_mutex_unlock(&h->lock);
	bool sent = answer(c, manner, status, headers);
	pthread_mutex_lock(&h->lock);
	if (sent && status >= 200 && status < 300)
		p->count += p->taken[index] = true;
	pthread_cond_broadcast(&h->changed);
	pthread_mutex_unlock(&h->lock);
	return sent;
}

struct hook *hook_start(void)
{
	struct hook *h = calloc(1, sizeof(*h));
	assert_non_null(h);
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->changed, NULL);
	h->server = server_start("127.0.0.1");
	assert_non_null(h->server);
	server_on(h->server, "*", on_request, h);
	return h;
}

void hook_stop(struct hook *h)
{
	if (!h)
		return;
	server_stop(h->server);
	for (size_t i = 0; i < h->path_count; i++) {
		for (unsigned n = 0; n < h->paths[i]->asked; n++)
			free(h->paths[i]->questions[n].body);
		free(h->paths[i]);
	}
	free(h);
}

const char *hook_url(struct hook *h, const char *path)
{
	return server_url(h->server, path);
}

void hook_put(struct hook *h, const char *path, enum hook_manner manner, int status,
	      const char *headers)
{
	pthread_mutex_lock(&h->lock);
	struct path *p = find(h, path);
	p->manner = manner;
	p->status = status;
	snprintf(p->headers, sizeof(p->headers), "%s", headers);
	pthread_mutex_unlock(&h->lock);
}

/* With the lock. */
static bool took_text(const struct path *p, const char *text)
{
	for (unsigned i = p->asked; i-- > 0;) {
		if (p->taken[i] && strstr(p->questions[i].body, text))
			return true;
	}
	return false;
}

void hook_await_text(struct hook *h, const char *path, const char *text)
{
	struct timespec until;
	int rc = 0;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += RIG_DEADLINE_MS / 1000;
	pthread_mutex_lock(&h->lock);
	struct path *p = find(h, path);
	while (rc == 0 && !took_text(p, text))
		rc = pthread_cond_timedwait(&h->changed, &h->lock, &until);
	pthread_mutex_unlock(&h->lock);
	if (rc != 0)
		rig_fail("%s took nothing with %s", path, text);
}

static bool await(struct hook *h, const char *path, unsigned count, bool taken)
{
	struct timespec until;
	int rc = 0;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += RIG_DEADLINE_MS / 1000;
	pthread_mutex_lock(&h->lock);
	struct path *p = find(h, path);
	while (rc == 0 && (taken ? p->count : p->asked) < count)
		rc = pthread_cond_timedwait(&h->changed, &h->lock, &until);
	pthread_mutex_unlock(&h->lock);
	return rc == 0;
}

void hook_await_asked(struct hook *h, const char *path, unsigned count)
{
	if (!await(h, path, count, false))
		rig_fail("%s was not asked %u times", path, count);
}

void hook_await(struct hook *h, const char *path, unsigned count)
{
	if (!await(h, path, count, true))
		rig_fail("%s took %u messages instead of %u", path, hook_count(h, path), count);
}

unsigned hook_count(struct hook *h, const char *path)
{
	pthread_mutex_lock(&h->lock);
	unsigned count = find(h, path)->count;
	pthread_mutex_unlock(&h->lock);
	return count;
}

unsigned hook_asked(struct hook *h, const char *path)
{
	pthread_mutex_lock(&h->lock);
	unsigned asked = find(h, path)->asked;
	pthread_mutex_unlock(&h->lock);
	return asked;
}

const struct hook_message *hook_question(struct hook *h, const char *path, unsigned index)
{
	assert_true(index < hook_asked(h, path));
	pthread_mutex_lock(&h->lock);
	const struct hook_message *m = &find(h, path)->questions[index];
	pthread_mutex_unlock(&h->lock);
	return m;
}

const struct hook_message *hook_message(struct hook *h, const char *path, unsigned index)
{
	assert_true(index < hook_count(h, path));
	pthread_mutex_lock(&h->lock);
	struct path *p = find(h, path);
	unsigned at = 0;
	while (!p->taken[at] || index-- > 0)
		at++;
	const struct hook_message *m = &p->questions[at];
	pthread_mutex_unlock(&h->lock);
	return m;
}

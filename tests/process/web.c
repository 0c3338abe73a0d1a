#include "tests/process/web.h"

#include "tests/process/rig.h"

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

enum { DOCUMENTS_MAX = 64, PATH_SIZE = 128, SILENCE = -1 };

struct document {
	char path[PATH_SIZE];
	int status; /* 0: 404, never put */
	char type[64];
	char headers[256];
	void *data;
	size_t len;
	unsigned version; /* its ETag */
	unsigned count, unchanged;
};

struct web {
	struct server *server;
	pthread_mutex_t lock; /* over what follows */
	pthread_cond_t changed;
	struct document documents[DOCUMENTS_MAX];
	size_t count;
};

/* With the lock. NULL when there is no room for one more. */
static struct document *find_or_add(struct web *w, const char *path)
{
	for (size_t i = 0; i < w->count; i++) {
		if (strcmp(w->documents[i].path, path) == 0)
			return &w->documents[i];
	}
	if (w->count == DOCUMENTS_MAX)
		return NULL;
	struct document *d = &w->documents[w->count++];
	snprintf(d->path, sizeof(d->path), "%s", path);
	return d;
}

static struct document *find(struct web *w, const char *path)
{
	struct document *d = find_or_add(w, path);
	if (!d)
		abort();
	return d;
}

static bool send_document(struct connection *c, const struct document *d, bool unchanged)
{
	if (d->status == SILENCE) {
		connection_linger(c);
		return false;
	}
	if (d->status == 0)
		return connection_printf(c, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
	if (unchanged)
		return connection_printf(c, "HTTP/1.1 304 Same\r\nETag: \"%u\"\r\n\r\n",
					 d->version);
	if (d->status != 200)
		return connection_printf(c, "HTTP/1.1 %d No\r\n%sContent-Length: 0\r\n\r\n",
					 d->status, d->headers);
	return connection_printf(c,
				 "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nETag: \"%u\"\r\n"
				 "Content-Length: %zu\r\n\r\n",
				 d->type, d->version, d->len) &&
	       connection_send(c, d->data, d->len);
}

static bool serve(struct connection *c, void *user)
{
	struct web *w = user;
	char tag[32];
	struct document none = {.status = 0};
	pthread_mutex_lock(&w->lock);
	struct document *d = find_or_add(w, connection_path(c));
	if (!d)
		d = &none; /* one of the many that a test only names */
	snprintf(tag, sizeof(tag), "If-None-Match: \"%u\"", d->version);
	bool unchanged = d->status == 200 && strstr(connection_head(c), tag);
	d->count++;
	d->unchanged += unchanged;
	struct document copy = *d;
	copy.data = malloc(d->len + 1);
	if (!copy.data)
		abort();
	if (d->len > 0)
		memcpy(copy.data, d->data, d->len);
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->lock);
	bool on = send_document(c, &copy, unchanged);
	free(copy.data);
	return on;
}

struct web *web_start(const char *address)
{
	struct web *w = calloc(1, sizeof(*w));
	assert_non_null(w);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->changed, NULL);
	w->server = server_start(address);
	assert_non_null(w->server);
	server_on(w->server, "*", serve, w);
	return w;
}

void web_stop(struct web *w)
{
	if (!w)
		return;
	server_stop(w->server);
	for (size_t i = 0; i < w->count; i++)
		free(w->documents[i].data);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

void web_on(struct web *w, const char *path, server_fn *fn, void *user)
{
	server_on(w->server, path, fn, user);
}

const char *web_url(struct web *w, const char *path)
{
	return server_url(w->server, path);
}

/* --- documents --- */

static void put(struct web *w, const char *path, const struct document *from)
{
	pthread_mutex_lock(&w->lock);
	struct document *d = find(w, path);
	free(d->data);
	d->status = from->status;
	memcpy(d->type, from->type, sizeof(d->type));
	memcpy(d->headers, from->headers, sizeof(d->headers));
	d->data = from->data;
	d->len = from->len;
	d->version++;
	pthread_mutex_unlock(&w->lock);
}

void web_put_bytes(struct web *w, const char *path, const char *type, const void *data, size_t len)
{
	struct document d = {.status = 200, .data = malloc(len + 1), .len = len};
	assert_non_null(d.data);
	memcpy(d.data, data, len);
	snprintf(d.type, sizeof(d.type), "%s", type);
	put(w, path, &d);
}

void web_put(struct web *w, const char *path, const char *type, const char *text)
{
	const char *site = web_url(w, "");
	char *out = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&out, &len);
	assert_non_null(f);
	for (; *text; text++) {
		if (*text == '@')
			fputs(site, f);
		else
			fputc(*text, f);
	}
	fclose(f);
	web_put_bytes(w, path, type, out, len);
	free(out);
}

void web_put_status(struct web *w, const char *path, int status, const char *headers)
{
	struct document d = {.status = status};
	snprintf(d.headers, sizeof(d.headers), "%s", headers);
	put(w, path, &d);
}

void web_put_silence(struct web *w, const char *path)
{
	web_put_status(w, path, SILENCE, "");
}

/* --- counts --- */

unsigned web_count(struct web *w, const char *path)
{
	pthread_mutex_lock(&w->lock);
	unsigned count = find(w, path)->count;
	pthread_mutex_unlock(&w->lock);
	return count;
}

unsigned web_count_unchanged(struct web *w, const char *path)
{
	pthread_mutex_lock(&w->lock);
	unsigned count = find(w, path)->unchanged;
	pthread_mutex_unlock(&w->lock);
	return count;
}

static void await(struct web *w, const char *path, unsigned count, bool unchanged)
{
	struct timespec deadline;
	unsigned is;
	int rc = 0;
	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += RIG_DEADLINE_MS / 1000;
	pthread_mutex_lock(&w->lock);
	struct document *d = find(w, path);
	while ((is = unchanged ? d->unchanged : d->count) < count && rc == 0)
		rc = pthread_cond_timedwait(&w->changed, &w->lock, &deadline);
	pthread_mutex_unlock(&w->lock);
	if (rc)
		rig_fail("%s was asked for %u times instead of %u", path, is, count);
}

void web_await(struct web *w, const char *path, unsigned count)
{
	await(w, path, count, false);
}

void web_await_unchanged(struct web *w, const char *path, unsigned count)
{
	await(w, path, count, true);
}

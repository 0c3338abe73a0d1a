#include "poller/robots_cache.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/robots/robots.h"
#include "lib/web/url.h"

#include <malloc.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REDIRECTS = 5, BODY_MAX = 4 << 20, HOP_ARENA_MAX = 64 << 10 };

static const char agent[] = "netral";

TAILQ_HEAD(waiters, robots_waiter);
TAILQ_HEAD(entries, robots_entry);

struct robots_entry {
	const char *origin; /* points at text; first, for compare() */
	TAILQ_ENTRY(robots_entry) link;
	struct robots_cache *cache;
	struct waiters waiters;
	bool busy;            /* being fetched, or telling its waiters */
	bool is_known;        /* there was an answer once: */
	struct robots *rules; /* NULL: all is allowed */
	bool is_silent;       /* there was none the last time: */
	char *why;            /* a sentence; NULL without memory */
	unsigned hops;        /* redirects of the present request */
	uint64_t until_ms;    /* then ask again */
	char text[];
};

struct robots_cache {
	struct loop *loop;
	struct fetcher *fetcher;
	const struct reach *reach;
	void *by_origin;     /* tree, by tsearch(3) */
	struct entries used; /* the latest in front */
	struct robots_cache_counts counts;
};

static int compare(const void *a, const void *b)
{
	const struct robots_entry *const x = a, *const y = b;
	return strcmp(x->origin, y->origin);
}

int robots_cache_new(struct loop *l, struct fetcher *f, const struct reach *reach,
		     struct robots_cache **ret_cache)
{
	struct robots_cache *c = fault_calloc(1, sizeof(*c));
	if (!c)
		return NETRAL_ENOMEM;
	c->loop = l;
	c->fetcher = f;
	c->reach = reach;
	TAILQ_INIT(&c->used);
	*ret_cache = c;
	return NETRAL_OK;
}

/* --- entries --- */

static size_t size_of(const struct robots_entry *e)
{
	return malloc_usable_size(e->rules) + malloc_usable_size(e->why) + sizeof(*e) +
	       strlen(e->text) + 1;
}

static void drop(struct robots_cache *c, struct robots_entry *e)
{
	c->counts.hosts--;
	c->counts.bytes -= size_of(e);
	TAILQ_REMOVE(&c->used, e, link);
	tdelete(e, &c->by_origin, compare);
	free(e->rules);
	free(e->why);
	free(e);
}

void robots_cache_free(struct robots_cache *c)
{
	struct robots_entry *e;
	if (!c)
		return;
	while ((e = TAILQ_FIRST(&c->used)))
		drop(c, e);
	free(c);
}

/* Those that are under way stay; they are few. */
static void make_room(struct robots_cache *c)
{
	struct robots_entry *e = TAILQ_LAST(&c->used, entries), *before;
	for (; e && (c->counts.hosts > ROBOTS_CACHE_HOSTS || c->counts.bytes > ROBOTS_CACHE_BYTES);
	     e = before) {
		before = TAILQ_PREV(e, entries, link);
		if (e->busy || e == TAILQ_FIRST(&c->used))
			continue;
		drop(c, e);
		c->counts.dropped++;
	}
}

static struct robots_entry *add(struct robots_cache *c, const struct text *origin)
{
	struct robots_entry *e = fault_calloc(1, sizeof(*e) + origin->len + 1);
	if (!e)
		return NULL;
	memcpy(e->text, origin->ptr, origin->len);
	e->origin = e->text;
	e->cache = c;
	TAILQ_INIT(&e->waiters);
	if (!tsearch(e, &c->by_origin, compare)) {
		free(e);
		return NULL;
	}
	TAILQ_INSERT_HEAD(&c->used, e, link);
	c->counts.hosts++;
	c->counts.bytes += size_of(e);
	make_room(c);
	return e;
}

/* The entry of an origin, made if need be; the latest now. NULL without memory. */
static struct robots_entry *entry_of(struct robots_cache *c, const struct text *origin)
{
	char name[ARTICLE_URL_MAX + 1];
	struct robots_entry key = {.origin = name};
	if (origin->len > ARTICLE_URL_MAX)
		return NULL;
	memcpy(name, origin->ptr, origin->len);
	name[origin->len] = '\0';
	struct robots_entry **found = tfind(&key, &c->by_origin, compare);
	if (!found)
		return add(c, origin);
	TAILQ_REMOVE(&c->used, *found, link);
	TAILQ_INSERT_HEAD(&c->used, *found, link);
	return *found;
}

/* --- answers --- */

static void know(struct robots_entry *e, struct robots *rules)
{
	struct robots_cache *c = e->cache;
	c->counts.bytes -= size_of(e);
	free(e->rules);
	free(e->why);
	e->why = NULL;
	e->rules = rules;
	c->counts.bytes += size_of(e);
	e->is_known = true;
	e->is_silent = false;
	e->until_ms = loop_now_ms(c->loop) + ROBOTS_FRESH_MS;
}

static int read_answer(struct robots_entry *e, const struct fetch_result *result)
{
	bool answered = result->outcome == FETCH_OK || result->outcome == FETCH_STATUS ||
			result->outcome == FETCH_LATER || result->outcome == FETCH_REDIRECT;
	int status = !answered ? 0 : result->outcome == FETCH_OK ? 200 : result->status;
	struct robots *rules = NULL;
	switch (robots_answer_of(status)) {
	case ROBOTS_READ:
		if (robots_read((const char *)result->body->data, result->body->len, agent,
				&rules) < 0)
			return NETRAL_ENOMEM;
		break;
	case ROBOTS_ALLOW_ALL:
		break;
	default:
		return NETRAL_EAGAIN;
	}
	know(e, rules);
	return NETRAL_OK;
}

/* Old rules are better than none (RFC 9309, 2.4). */
static void stay_silent(struct robots_entry *e, const char *why)
{
	struct robots_cache *c = e->cache;
	c->counts.bytes -= size_of(e);
	free(e->why);
	e->why = strdup(why);
	c->counts.bytes += size_of(e);
	e->is_silent = !e->is_known;
	e->until_ms = loop_now_ms(c->loop) + ROBOTS_AGAIN_MS;
}

static void tell(struct robots_entry *e)
{
	struct robots_waiter *w;
	while ((w = TAILQ_FIRST(&e->waiters))) {
		robots_cache_leave(w);
		w->known(w->user);
	}
}

static bool follow(struct robots_entry *e, const struct fetch_result *result);

static void on_answer(void *user, const struct fetch_result *result)
{
	struct robots_entry *e = user;
	if (follow(e, result))
		return;
	if (read_answer(e, result) < 0)
		stay_silent(e, result->reason);
	tell(e);
	e->busy = false;
	make_room(e->cache);
}

static int get(struct robots_entry *e, const struct text *url)
{
	struct robots_cache *c = e->cache;
	bool public_only;
	if (!reach_allows(c->reach, url, &public_only))
		return NETRAL_EINVALID;
	const struct fetch_request r = {.url = url->ptr,
					.accept = "text/plain",
					.limits = reach_limits(c->reach, BODY_MAX),
					.public_only = public_only,
					.user = e};
	return fetcher_get(c->fetcher, &r, on_answer, NULL);
}

/* True when the next hop is under way. */
static bool follow(struct robots_entry *e, const struct fetch_result *result)
{
	netral_cleanup(arena_fini) struct arena arena;
	const struct text from = {result->url, strlen(result->url)};
	const struct text location = {result->location, strlen(result->location)};
	struct text next;
	arena_init(&arena, HOP_ARENA_MAX);
	if (result->outcome != FETCH_REDIRECT || !location.len || ++e->hops > REDIRECTS)
		return false;
	return url_resolve(&from, &location, &arena, &next) == NETRAL_OK &&
	       get(e, &next) == NETRAL_OK;
}

static int fetch(struct robots_cache *c, struct robots_entry *e)
{
	netral_cleanup(netral_freep) char *url = NULL;
	int len = asprintf(&url, "%s/robots.txt", e->origin);
	if (len < 0)
		return NETRAL_ENOMEM;
	e->hops = 0;
	int err = get(e, &(struct text){url, (size_t)len});
	e->busy = err == NETRAL_OK;
	c->counts.fetched += e->busy;
	return err;
}

/* --- asking --- */

static enum robots_verdict judge(const struct robots_entry *e, const struct text *url,
				 struct robots_waiter *w, uint32_t *ret_delay_ms)
{
	size_t origin_len = strlen(e->origin);
	if (e->is_silent) {
		w->reason = e->why ? e->why : "no answer";
		return ROBOTS_SILENT;
	}
	if (!e->rules)
		return ROBOTS_ALLOWED;
	*ret_delay_ms = e->rules->delay_ms < ROBOTS_DELAY_BOUND_MS ? e->rules->delay_ms
								   : ROBOTS_DELAY_BOUND_MS;
	return robots_allows(e->rules, url->ptr + origin_len, url->len - origin_len)
		       ? ROBOTS_ALLOWED
		       : ROBOTS_FORBIDDEN;
}

enum robots_verdict robots_cache_ask(struct robots_cache *c, const struct text *url,
				     struct robots_waiter *w, uint32_t *ret_delay_ms)
{
	struct text origin = url_origin(url);
	struct robots_entry *e = entry_of(c, &origin);
	*ret_delay_ms = 0;
	w->reason = "too many requests, or no memory";
	if (!e)
		return ROBOTS_SILENT;
	bool fresh = (e->is_known || e->is_silent) && loop_now_ms(c->loop) < e->until_ms;
	if (fresh)
		return judge(e, url, w, ret_delay_ms);
	if (!e->busy && fetch(c, e) < 0)
		return ROBOTS_SILENT;
	w->entry = e;
	TAILQ_INSERT_TAIL(&e->waiters, w, link);
	return ROBOTS_LATER;
}

void robots_cache_leave(struct robots_waiter *w)
{
	if (w->entry)
		TAILQ_REMOVE(&w->entry->waiters, w, link);
	w->entry = NULL;
}

struct robots_cache_counts robots_cache_counts(const struct robots_cache *c)
{
	return c->counts;
}

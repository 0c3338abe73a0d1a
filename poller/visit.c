#include "poller/visit.h"

#include "lib/error.h"
#include "lib/fault.h"
#include "lib/web/url.h"

#include <stdlib.h>
#include <string.h>

TAILQ_HEAD(visits, visit);

struct visit {
	TAILQ_ENTRY(visit) link; /* in visitor.ended */
	struct visitor *visitor;
	bool has_ended;
	struct arena arena; /* of all its texts */
	struct text url;    /* of the present hop */
	const char *accept, *etag, *last_modified, *answer_url;
	size_t body_max;
	bool is_last;
	unsigned hops;
	uint32_t rest_ms; /* of the present hop's host */
	struct robots_waiter waiter;
	struct fetch *fetch;
	enum visit_outcome outcome; /* once it has ended without an answer */
	const char *reason;
	visit_done_fn *done;
	void *user;
};

struct visitor {
	struct loop *loop;
	struct fetcher *fetcher;
	struct robots_cache *robots;
	const struct reach *reach;
	struct loop_timer timer; /* tells what ended before it began */
	struct visits ended;
};

/* --- ends --- */

static void visit_free(struct visit *v)
{
	arena_fini(&v->arena);
	free(v);
}

static void tell(struct visit *v, enum visit_outcome outcome, const struct fetch_result *fetch,
		 const char *reason)
{
	const struct visit_result result = {outcome, v->url.ptr, fetch, reason, v->rest_ms};
	v->done(v->user, &result);
	visit_free(v);
}

static int on_ended(void *user)
{
	struct visitor *visitor = user;
	struct buf no_body = {0};
	struct visit *v;
	while ((v = TAILQ_FIRST(&visitor->ended))) {
		const struct fetch_result none = {.outcome = FETCH_LOCAL,
						  .url = v->url.ptr,
						  .location = "",
						  .content_type = "",
						  .charset = "",
						  .etag = "",
						  .last_modified = "",
						  .cache_control = "",
						  .retry_after_s = -1,
						  .body = &no_body,
						  .reason = v->reason};
		TAILQ_REMOVE(&visitor->ended, v, link);
		tell(v, v->outcome, &none, v->reason);
	}
	return NETRAL_OK;
}

/* It may have been called by whoever waits for it: told from the loop. */
static void end(struct visit *v, enum visit_outcome outcome, const char *reason)
{
	v->outcome = outcome;
	v->reason = reason;
	v->has_ended = true;
	TAILQ_INSERT_TAIL(&v->visitor->ended, v, link);
	loop_timer_set(v->visitor->loop, v->visitor->timer, 0);
}

/* --- hops --- */

static void go(void *user);

static void on_result(void *user, const struct fetch_result *result)
{
	struct visit *v = user;
	v->fetch = NULL;
	if (result->outcome != FETCH_REDIRECT || !result->location[0]) {
		tell(v, VISIT_ANSWERED, result, result->reason);
		return;
	}
	struct text location = {result->location, strlen(result->location)}, next;
	int r = url_resolve(&v->url, &location, &v->arena, &next);
	if (r == NETRAL_OK)
		v->url = next;
	if (r < 0)
		end(v, VISIT_BARRED, "it redirects to no URL for us");
	else if (++v->hops > VISIT_HOPS_MAX)
		end(v, VISIT_LOST, "too many redirects");
	else
		go(v);
}

static void fetch(struct visit *v, bool public_only)
{
	bool ours = v->answer_url && strcmp(v->answer_url, v->url.ptr) == 0;
	const struct fetch_request r = {.url = v->url.ptr,
					.etag = ours ? v->etag : NULL,
					.last_modified = ours ? v->last_modified : NULL,
					.accept = v->accept,
					.limits = reach_limits(v->visitor->reach, v->body_max),
					.is_last = v->is_last,
					.public_only = public_only,
					.rest_ms = v->rest_ms,
					.user = v};
	if (fetcher_get(v->visitor->fetcher, &r, on_result, &v->fetch) < 0)
		end(v, VISIT_FAILED, "too many requests, or no memory");
}

static void end_silent(struct visit *v)
{
	const char *why = v->waiter.reason;
	const char *reason = arena_printf(&v->arena, "robots.txt of its host: %s", why);
	end(v, VISIT_SILENT, reason ? reason : "robots.txt of its host cannot be had");
}

/* Goes on with the present hop as far as its rules are known. */
static void go(void *user)
{
	struct visit *v = user;
	struct visitor *visitor = v->visitor;
	bool public_only;
	if (!reach_allows(visitor->reach, &v->url, &public_only)) {
		end(v, VISIT_BARRED,
		    "a port other than 80 and 443, on a host that no source names");
		return;
	}
	switch (robots_cache_ask(visitor->robots, &v->url, &v->waiter, &v->rest_ms)) {
	case ROBOTS_LATER:
		return;
	case ROBOTS_ALLOWED:
		fetch(v, public_only);
		return;
	case ROBOTS_FORBIDDEN:
		end(v, VISIT_FORBIDDEN, "robots.txt does not allow it");
		return;
	default:
		end_silent(v);
	}
}

/* --- life --- */

int visitor_new(struct loop *l, struct fetcher *f, struct robots_cache *robots,
		const struct reach *reach, struct visitor **ret_visitor)
{
	struct visitor *v = fault_calloc(1, sizeof(*v));
	if (!v)
		return NETRAL_ENOMEM;
	*v = (struct visitor){.loop = l, .fetcher = f, .robots = robots, .reach = reach};
	TAILQ_INIT(&v->ended);
	v->timer = loop_timer_add(l, on_ended, v);
	*ret_visitor = v;
	return NETRAL_OK;
}

void visitor_free(struct visitor *v)
{
	free(v);
}

/* NULL stays NULL; false without memory. */
static bool copy(struct arena *arena, const char *s, const char **ret)
{
	*ret = s ? arena_strdup(arena, s) : NULL;
	return !s || *ret;
}

int visit_start(struct visitor *visitor, const struct visit_request *r, visit_done_fn *done,
		struct visit **ret_visit)
{
	struct visit *v = fault_calloc(1, sizeof(*v));
	if (!v)
		return NETRAL_ENOMEM;
	v->visitor = visitor;
	v->body_max = r->body_max;
	v->is_last = r->is_last;
	v->done = done;
	v->user = r->user;
	v->waiter.known = go;
	v->waiter.user = v;
	arena_init(&v->arena, (size_t)(VISIT_HOPS_MAX + 5) * (ARTICLE_URL_MAX + 64));
	v->url = (struct text){arena_strndup(&v->arena, r->url.ptr, r->url.len), r->url.len};
	if (!v->url.ptr || !copy(&v->arena, r->accept, &v->accept) ||
	    !copy(&v->arena, r->etag, &v->etag) ||
	    !copy(&v->arena, r->last_modified, &v->last_modified) ||
	    !copy(&v->arena, r->answer_url, &v->answer_url)) {
		visit_free(v);
		return NETRAL_ENOMEM;
	}
	*ret_visit = v;
	go(v);
	return NETRAL_OK;
}

void visit_cancel(struct visit *v)
{
	if (!v)
		return;
	robots_cache_leave(&v->waiter);
	if (v->fetch)
		fetcher_cancel(v->visitor->fetcher, v->fetch);
	if (v->has_ended)
		TAILQ_REMOVE(&v->visitor->ended, v, link);
	visit_free(v);
}

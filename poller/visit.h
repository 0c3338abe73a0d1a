/* visit.h - one URL fetched as its site allows: robots.txt first, redirects one by one.
 *
 * Each hop is looked at like the first URL: whether it is within reach, and robots rules of its
 * host. The loop thread only. */
#ifndef NETRAL_POLLER_VISIT_H
#define NETRAL_POLLER_VISIT_H

#include "poller/robots_cache.h"

#include <stdbool.h>

enum { VISIT_HOPS_MAX = 5 };

enum visit_outcome {
	VISIT_ANSWERED,  /* see `fetch` */
	VISIT_FORBIDDEN, /* by robots.txt */
	VISIT_SILENT,    /* there is no answer for robots.txt */
	VISIT_BARRED,    /* no URL for us */
	VISIT_LOST,      /* too many redirects */
	VISIT_FAILED,    /* memory, or too many requests: our own trouble */
};

/* `fetch` is never NULL; without an answer its outcome is FETCH_LOCAL. Valid until the call
 * returns. */
struct visit_result {
	enum visit_outcome outcome;
	const char *url; /* where it was in the end, as url_resolve() writes it */
	const struct fetch_result *fetch;
	const char *reason; /* a sentence */
	uint32_t rest_ms;   /* that the rules of its host ask for */
};
/* Called once, from the loop, never inside visit_start(). */
typedef void visit_done_fn(void *user, const struct visit_result *result);

struct visit_request {
	struct text url; /* as url_resolve() writes it */
	const char *accept;
	/* Sent only to `answer_url`; each may be NULL or "". */
	const char *etag, *last_modified, *answer_url;
	size_t body_max;
	bool is_last; /* nothing of its host follows soon */
	void *user;
};

struct visitor;
struct visit;

/* Borrows all. Takes a timer. 0 or NETRAL_ENOMEM. */
int visitor_new(struct loop *l, struct fetcher *f, struct robots_cache *robots,
		const struct reach *reach, struct visitor **ret_visitor);
void visitor_free(struct visitor *v); /* takes NULL; every visit must have ended */

/* 0 or NETRAL_ENOMEM. *ret_visit is valid until its end. */
int visit_start(struct visitor *v, const struct visit_request *r, visit_done_fn *done,
		struct visit **ret_visit);
/* Ends it at once; it is not told. Takes NULL. */
void visit_cancel(struct visit *visit);

#endif

/* robots_cache.h - the rules of the sites that were asked of late (RFC 9309).
 *
 * One entry a scheme, host and port. An answer counts for a day, and for longer while there is no
 * new one; no answer at all forbids everything for ROBOTS_AGAIN_MS. Entries are bounded in number
 * and bytes: the one that was asked for least recently goes. Redirects of robots.txt are followed
 * within reach. The loop thread only. */
#ifndef NETRAL_POLLER_ROBOTS_CACHE_H
#define NETRAL_POLLER_ROBOTS_CACHE_H

#include "poller/reach.h"

#include <sys/queue.h>

enum {
	ROBOTS_CACHE_HOSTS = 40000, /* more than a file names sources */
	ROBOTS_CACHE_BYTES = 48 << 20,
	ROBOTS_AGAIN_MS = 60 * 1000,
	ROBOTS_DELAY_BOUND_MS = 60 * 1000, /* a longer Crawl-delay counts as this */
};

struct robots_cache;
struct robots_entry;

enum robots_verdict {
	ROBOTS_LATER, /* the waiter is told when it may ask again */
	ROBOTS_ALLOWED,
	ROBOTS_FORBIDDEN,
	ROBOTS_SILENT, /* the site does not say */
};

typedef void robots_known_fn(void *user);

/* Of the caller; zeroed, it waits for nothing. */
struct robots_waiter {
	TAILQ_ENTRY(robots_waiter) link;
	struct robots_entry *entry;
	robots_known_fn *known;
	void *user;
	const char *reason; /* of ROBOTS_SILENT: a sentence, valid until the loop turns */
};

/* Borrows all. 0 or NETRAL_ENOMEM. */
int robots_cache_new(struct loop *l, struct fetcher *f, const struct reach *reach,
		     struct robots_cache **ret_cache);
void robots_cache_free(struct robots_cache *c); /* takes NULL; before the fetcher */

/* May `url`, as url_resolve() writes it and within reach, be fetched? *ret_delay_ms is how long its
 * host wants to rest after each request. */
enum robots_verdict robots_cache_ask(struct robots_cache *c, const struct text *url,
				     struct robots_waiter *w, uint32_t *ret_delay_ms);
/* The waiter will not be told. */
void robots_cache_leave(struct robots_waiter *w);

struct robots_cache_counts {
	uint64_t hosts, bytes;
	uint64_t fetched, dropped; /* entries that went for want of room */
};
struct robots_cache_counts robots_cache_counts(const struct robots_cache *c);

#endif

/* reach.h - how far netral-poll goes on the web, and how long it waits there.
 *
 * Hosts that the operator named are asked on any port, and at any address that allow_addresses
 * opens; all others only on the usual ports and at public addresses. So no feed, page, redirect or
 * robots.txt leads into the operator's own network. The loop thread only. */
#ifndef NETRAL_POLLER_REACH_H
#define NETRAL_POLLER_REACH_H

#include "lib/article.h"
#include "lib/fetch/fetch.h"

#include <stdbool.h>
#include <stdint.h>

struct reach {
	/* Whether the operator named the host of `url`. */
	bool (*names)(void *user, const struct text *url);
	void *user;
	uint64_t whole_ms; /* for one request */
};

/* Whether `url`, as url_resolve() writes it, may be asked at all. Then *ret_public_only is that of
 * struct fetch_request. */
bool reach_allows(const struct reach *r, const struct text *url, bool *ret_public_only);

/* Of a request; redirects are left to the caller, who has to ask for each of them. */
struct fetch_limits reach_limits(const struct reach *r, size_t body_max);

#endif

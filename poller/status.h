/* status.h - the numbers of netral-poll, for `netral status` and for systemd. The loop thread only.
 */
#ifndef NETRAL_POLLER_STATUS_H
#define NETRAL_POLLER_STATUS_H

#include "poller/context.h"
#include "poller/work.h"
#include "proto/endpoint.h"

/* Whom to ask; borrowed. */
struct status_parts {
	struct context *c;
	const struct work *work;
	struct fetcher *fetcher;
	const struct robots_cache *robots;
	const struct endpoint_counters *peers;
	uint64_t started_ms;
};

/* Everything, allocated in `arena`. 0 or NETRAL_ENOMEM. */
int status_fill(const struct status_parts *s, struct arena *arena,
		struct msg_status_reply *ret_reply);

/* A page of the sources, in the order of the file. 0 or NETRAL_ENOMEM. */
int status_sources(const struct status_parts *s, const struct msg_source_list *list,
		   struct arena *arena, struct msg_source_page *ret_page);

/* "running", or what keeps the poller from working. */
const char *status_state(const struct context *c);

#endif

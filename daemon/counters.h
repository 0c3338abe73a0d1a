/* counters.h - what peers did wrong, counted for `netral status`. */
#ifndef NETRAL_DAEMON_COUNTERS_H
#define NETRAL_DAEMON_COUNTERS_H

#include "proto/endpoint.h"

struct counters {
	struct endpoint_counters peers;
	uint64_t not_held; /* leases that their sender did not hold */
};

#endif

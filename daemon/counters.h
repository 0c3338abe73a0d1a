/* counters.h - what peers did wrong, counted for `netral status`. */
#ifndef NETRAL_DAEMON_COUNTERS_H
#define NETRAL_DAEMON_COUNTERS_H

#include <stdint.h>

struct counters {
	uint64_t protocol_errors; /* messages that were refused */
	uint64_t not_held;        /* leases that their sender did not hold */
	uint64_t unsent;          /* answers to peers that were gone or did not read */
	uint64_t log_lines_dropped;
};

#endif

/* bench_follow: what libnetral does for its callers, measured and counted. */
#include "bench/follow/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { WAIT_MS = 60000 };

int follow_next(struct netral_subscriber *s, const struct netral_update **ret_update)
{
	int event;
	while ((event = netral_next(s, ret_update)) == NETRAL_NOTHING) {
		if (netral_wait(s, WAIT_MS) != 1)
			return NETRAL_ERROR_TIMEOUT;
	}
	return event;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "replay") == 0)
		return follow_replay(argv[2]);
	if (argc == 4 && strcmp(argv[1], "latency") == 0)
		return follow_latency(argv[2], strtoul(argv[3], NULL, 10));
	if (argc == 5 && strcmp(argv[1], "fan") == 0)
		return follow_fan(argv[2], strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10));
	fprintf(stderr,
		"Usage: bench_follow replay DIR | latency DIR COUNT | fan DIR FIRST COUNT\n");
	return EX_USAGE;
}

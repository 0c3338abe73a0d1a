#include "bench/follow/follow.h"
#include "bench/measure.h"
#include "lib/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

static size_t collect(struct netral_subscriber *s, uint64_t *samples, size_t count)
{
	const struct netral_update *u;
	size_t n = 0;
	while (n < count) {
		int event = follow_next(s, &u);
		uint64_t now_us = clock_real_us();
		if (event < 0)
			return n;
		if (event == NETRAL_LIVE && n == 0) {
			puts("READY");
			fflush(stdout);
		}
		if (event == NETRAL_UPDATE)
			samples[n++] = (now_us - netral_update_recorded_us(u)) * 1000;
	}
	return n;
}

int follow_latency(const char *runtime_dir, size_t count)
{
	const struct netral_options o = {.size = sizeof(o), .runtime_dir = runtime_dir};
	struct netral_subscriber *s;
	uint64_t *samples = calloc(count, sizeof(*samples));
	if (!samples || netral_subscribe(&o, &s) < 0) {
		free(samples);
		return EX_SOFTWARE;
	}
	size_t n = collect(s, samples, count);
	struct measure_summary m = measure_summary(samples, n);
	printf("{\"count\":%zu,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f}\n", n, m.p50 / 1e6,
	       m.p99 / 1e6, m.max / 1e6);
	netral_unsubscribe(s);
	free(samples);
	return n == count ? EX_OK : EX_SOFTWARE;
}

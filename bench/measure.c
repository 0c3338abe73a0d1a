#include "bench/measure.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

uint64_t measure_now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

double measure_cpu_seconds(void)
{
	struct rusage own, ended;
	getrusage(RUSAGE_SELF, &own);
	getrusage(RUSAGE_CHILDREN, &ended);
	return seconds(own.ru_utime) + seconds(own.ru_stime) + seconds(ended.ru_utime) +
	       seconds(ended.ru_stime);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

struct measure_summary measure_summary(uint64_t *samples, size_t count)
{
	if (count == 0)
		return (struct measure_summary){0};
	qsort(samples, count, sizeof(*samples), compare);
	return (struct measure_summary){.p50 = (double)samples[count / 2],
					.p99 = (double)samples[count * 99 / 100],
					.max = (double)samples[count - 1]};
}

/* measure.h - samples and what they say. One thread. */
#ifndef NETRAL_BENCH_MEASURE_H
#define NETRAL_BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

/* CLOCK_MONOTONIC. */
uint64_t measure_now_ns(void);

/* Processor time of this process and its ended children, seconds. */
double measure_cpu_seconds(void);

/* Sorts `samples` in place. */
struct measure_summary {
	double p50, p99, max;
};
struct measure_summary measure_summary(uint64_t *samples, size_t count);

#endif

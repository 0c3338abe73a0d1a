/* random.h - a seeded generator (splitmix64), the same sequence on every machine. */
#ifndef NETRAL_BENCH_RANDOM_H
#define NETRAL_BENCH_RANDOM_H

#include <math.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

static inline uint64_t random_next(struct random *r)
{
	uint64_t z = (r->state += 0x9E3779B97F4A7C15u);
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

/* 0 <= result < bound; the bias is below 2^-32 for the small bounds used here. */
static inline uint32_t random_below(struct random *r, uint32_t bound)
{
	return (uint32_t)(((random_next(r) >> 32) * bound) >> 32);
}

/* Both ends included. */
static inline uint32_t random_between(struct random *r, uint32_t low, uint32_t high)
{
	return low + random_below(r, high - low + 1);
}

/* 0 <= result < 1. */
static inline double random_unit(struct random *r)
{
	return (double)(random_next(r) >> 11) * 0x1.0p-53;
}

/* Log-normal with the given median (Box-Muller). */
static inline double random_log_normal(struct random *r, double median, double sigma)
{
	double u = 1.0 - random_unit(r), v = random_unit(r);
	double normal = sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
	return median * exp(sigma * normal);
}

#endif

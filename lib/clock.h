/* clock.h - the two clocks. Any thread. */
#ifndef NETRAL_LIB_CLOCK_H
#define NETRAL_LIB_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* CLOCK_MONOTONIC, for waits and deadlines. */
uint64_t clock_ms(void);
uint64_t clock_us(void);

/* CLOCK_REALTIME in microseconds since 1970, for what is stored or sent. */
uint64_t clock_real_us(void);

/* Writes `real_us` as RFC 3339 in UTC with milliseconds, e.g. 2026-11-22T05:06:07.123Z. */
enum { CLOCK_TEXT_SIZE = 32 };
void clock_format(uint64_t real_us, char text[static CLOCK_TEXT_SIZE]);

#endif

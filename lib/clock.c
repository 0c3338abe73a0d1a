#include "lib/clock.h"

#include <stdio.h>
#include <time.h>

static uint64_t read_us(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000U + (uint64_t)t.tv_nsec / 1000U;
}

uint64_t clock_ms(void)
{
	return read_us(CLOCK_MONOTONIC) / 1000U;
}

uint64_t clock_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

uint64_t clock_real_us(void)
{
	return read_us(CLOCK_REALTIME);
}

void clock_format(uint64_t real_us, char text[static CLOCK_TEXT_SIZE])
{
	time_t seconds = (time_t)(real_us / 1000000U);
	struct tm tm;
	char date[24];
	if (!gmtime_r(&seconds, &tm) ||
	    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm) == 0) {
		snprintf(text, CLOCK_TEXT_SIZE, "-");
		return;
	}
	snprintf(text, CLOCK_TEXT_SIZE, "%s.%03uZ", date, (unsigned)(real_us / 1000U % 1000U));
}

#include "client/bar.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CELLS = 10, RATE_MS_MIN = 1000, BYTES_SIZE = 24 };

static void format_bytes(double n, char ret[static BYTES_SIZE])
{
	static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
	size_t unit = 0;
	while (n >= 999.5 && unit < 4) {
		n /= 1000;
		unit++;
	}
	snprintf(ret, BYTES_SIZE, unit > 0 && n < 99.95 ? "%.1f %s" : "%.0f %s", n, units[unit]);
}

/* Printed behind what is there. */
#define ADD(...) (len += (size_t)snprintf(ret + len, BAR_SIZE - len, __VA_ARGS__))

static size_t add_cells(const struct bar *b, char *ret)
{
	size_t full = b->at >= b->size ? CELLS : (size_t)((double)b->at / (double)b->size * CELLS);
	memcpy(ret, "[..........] ", CELLS + 3);
	memset(ret + 1, '#', full);
	return CELLS + 3;
}

static size_t add_rate(const struct bar *b, char *ret, size_t len)
{
	char rate[BYTES_SIZE];
	double each_ms = (double)(b->at - b->begun) / (double)b->ms;
	format_bytes(each_ms * 1000, rate);
	ADD(", %s/s", rate);
	if (b->size <= b->at || each_ms <= 0)
		return len;
	double s = (double)(b->size - b->at) / each_ms / 1000;
	uint64_t left = s < 1e9 ? (uint64_t)s : 1000000000;
	if (left >= 3600)
		ADD(", %" PRIu64 ":%02u:%02u left", left / 3600, (unsigned)(left / 60 % 60),
		    (unsigned)(left % 60));
	else
		ADD(", %u:%02u left", (unsigned)(left / 60), (unsigned)(left % 60));
	return len;
}

void bar_format(const struct bar *b, bool drawn, char ret[static BAR_SIZE])
{
	char at[BYTES_SIZE], size[BYTES_SIZE];
	size_t len = drawn && b->size > 0 ? add_cells(b, ret) : 0;
	format_bytes((double)b->at, at);
	format_bytes((double)b->size, size);
	ADD("%s", at);
	if (b->size > 0)
		ADD(" of %s", size);
	ADD(", %" PRIu64 " records, %" PRIu64 " articles", b->records, b->articles);
	if (b->ms >= RATE_MS_MIN)
		add_rate(b, ret, len);
}

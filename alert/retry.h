/* retry.h - when a message that was not taken is sent again. Pure; any thread. */
#ifndef NETRAL_ALERT_RETRY_H
#define NETRAL_ALERT_RETRY_H

#include <stdint.h>

enum { RETRY_WAITS_MAX = 16 };

struct retry_schedule {
	unsigned count;
	uint64_t waits_ms[RETRY_WAITS_MAX];
};

/* Times as in "5s 5min 2h", each at most 7 days. 0 or NETRAL_EINVALID. */
int retry_parse(const char *text, struct retry_schedule *ret_schedule);

/* So often a receiver says of a message that it cannot use it, before it is given up. */
enum { RETRY_UNREADABLE_MAX = 4 };

enum { RETRY_NEVER = -1 };

/* Milliseconds to wait after the try number `tries`, from 1, failed; RETRY_NEVER after the last.
 * What the receiver asked for (`retry_after_s`, negative: nothing) counts when it is longer, up to
 * a day. `dice` is any number: up to a tenth is added by it, so that what failed together does not
 * come back together. */
int64_t retry_wait_ms(const struct retry_schedule *s, unsigned tries, int64_t retry_after_s,
		      uint32_t dice);

/* Milliseconds that are left until `due_ms`, both on the real clock; 0: it is time. A time farther
 * off than any wait is that of a clock that was wrong then, and is not waited for. */
uint64_t retry_left_ms(uint64_t due_ms, uint64_t now_ms);

#endif

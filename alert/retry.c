#include "alert/retry.h"

#include "lib/cleanup.h"
#include "lib/config.h"
#include "lib/error.h"

#include <stdio.h>
#include <string.h>

enum { DAY_MS = 24 * 3600 * 1000, WAIT_MAX_DAYS = 7, TIME_SIZE = 32 };

/* As any time of a config file is written. */
static int parse_time(const char *text, size_t len, uint64_t *ret_ms)
{
	static const struct config_option option = {.name = "time",
						    .type = CONFIG_MSEC,
						    .min = 1,
						    .max = (uint64_t)WAIT_MAX_DAYS * DAY_MS,
						    .def = "1s",
						    .help = ""};
	char assignment[TIME_SIZE], error[256];
	if (len > TIME_SIZE - sizeof("time="))
		return NETRAL_EINVALID;
	snprintf(assignment, sizeof(assignment), "time=%.*s", (int)len, text);
	return config_set(&option, 1, ret_ms, assignment, error, sizeof(error));
}

int retry_parse(const char *text, struct retry_schedule *ret_schedule)
{
	struct retry_schedule s = {0};
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t len = strcspn(text, " ");
		if (s.count == RETRY_WAITS_MAX || parse_time(text, len, &s.waits_ms[s.count++]) < 0)
			return NETRAL_EINVALID;
		text += len;
	}
	if (s.count == 0)
		return NETRAL_EINVALID;
	*ret_schedule = s;
	return NETRAL_OK;
}

int64_t retry_wait_ms(const struct retry_schedule *s, unsigned tries, int64_t retry_after_s,
		      uint32_t dice)
{
	netral_assert(tries > 0);
	if (tries > s->count)
		return RETRY_NEVER;
	uint64_t wait_ms = s->waits_ms[tries - 1];
	wait_ms += wait_ms / 10 * (dice % 1001) / 1000;
	uint64_t asked_ms = retry_after_s > 0 ? DAY_MS : 0;
	if (retry_after_s > 0 && retry_after_s < DAY_MS / 1000)
		asked_ms = (uint64_t)retry_after_s * 1000;
	return (int64_t)(wait_ms > asked_ms ? wait_ms : asked_ms);
}

uint64_t retry_left_ms(uint64_t due_ms, uint64_t now_ms)
{
	/* A tenth more at random is less than a day. */
	const uint64_t most_ms = (uint64_t)(WAIT_MAX_DAYS + 1) * DAY_MS;
	return due_ms > now_ms && due_ms - now_ms <= most_ms ? due_ms - now_ms : 0;
}

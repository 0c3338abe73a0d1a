#include "client/period.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* Two digits within 1 and max. */
static bool is_part(const char *s, int max)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return false;
	int n = (s[0] - '0') * 10 + s[1] - '0';
	return n >= 1 && n <= max;
}

/* YYYY, YYYY-MM or YYYY-MM-DD. */
static bool is_date(const char *s)
{
	size_t len = strlen(s);
	if ((len != 4 && len != 7 && len != 10) || strspn(s, "0123456789") != 4)
		return false;
	if (len == 4)
		return true;
	return s[4] == '-' && is_part(s + 5, 12) &&
	       (len == 7 || (s[7] == '-' && is_part(s + 8, 31)));
}

/* A month or a year becomes its first or last day: the store counts days. */
static int take_date(const char *option, const char *value, const char *rest,
		     char ret[static DAY_SIZE])
{
	ret[0] = '\0';
	if (!value)
		return EX_OK;
	if (!is_date(value))
		return cli_usage("--%s: \"%s\" is not a date such as 2024-08-21, 2024-08 or 2024",
				 option, value);
	snprintf(ret, DAY_SIZE, "%s%s", value, rest + strlen(value));
	return EX_OK;
}

int period_resolve_as(const struct period *p, const char *since_option, const char *until_option,
		      struct days *ret)
{
	int exit_code = take_date(since_option, p->since, "0000-01-01", ret->since);
	if (exit_code == EX_OK)
		exit_code = take_date(until_option, p->until, "0000-12-31", ret->until);
	return exit_code;
}

int period_resolve(const struct period *p, struct days *ret)
{
	return period_resolve_as(p, "since", "until", ret);
}

bool period_has(const struct days *days, const char *day)
{
	/* Days of one form compare as text. */
	return strcmp(day, days->since) >= 0 && (!days->until[0] || strcmp(day, days->until) <= 0);
}

#include "client/export/day.h"

#include <stdio.h>
#include <string.h>

static unsigned days_in(unsigned year, unsigned month)
{
	static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return month == 2 && leap ? 29 : days[month - 1];
}

/* `len` digits at `s`, or `otherwise` where the value has ended before. */
static bool take(const char *s, size_t at, size_t len, unsigned otherwise, unsigned *ret)
{
	*ret = otherwise;
	if (strlen(s) <= at)
		return otherwise != 0;
	*ret = 0;
	for (size_t i = at; i < at + len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		*ret = *ret * 10 + (unsigned)(s[i] - '0');
	}
	return true;
}

bool export_day(const struct event_date *date, bool last, char ret[static EXPORT_DAY_SIZE])
{
	unsigned year, month, day;
	ret[0] = '\0';
	if (!date->precision || !take(date->value, 0, 4, 0, &year) ||
	    !take(date->value, 5, 2, last ? 12 : 1, &month) || month < 1 || month > 12 ||
	    !take(date->value, 8, 2, last ? days_in(year, month) : 1, &day) || day < 1 ||
	    day > days_in(year, month))
		return false;
	snprintf(ret, EXPORT_DAY_SIZE, "%04u-%02u-%02u", year, month, day);
	return true;
}

/* calendar.h - days of the Gregorian calendar. */
#ifndef NETRAL_WORKERS_CLASSIFY_CALENDAR_H
#define NETRAL_WORKERS_CLASSIFY_CALENDAR_H

#include <stdbool.h>

/* year 0: not known; month or day 0: the precision ends before it. */
struct day {
	int year, month, day;
};

/* Whether there is such a day; one without a year may be 29 February. */
bool date_exists(int year, int month, int day);

/* Days since 1 March of the year 0; for a month or a year, of its middle. */
long date_number(struct day d);

/* 1 = Monday ... 7 = Sunday. */
int date_weekday(struct day day);

struct day date_add(struct day day, int days);

/* The month that is so many months away, without a day. */
struct day date_add_months(struct day day, int months);

#endif

#include "workers/classify/calendar.h"

enum { MONTHS = 12, MID_MONTH = 15, MID_YEAR = 7 };

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return month == 2 && is_leap(year) ? 29 : days[(unsigned)(month - 1) % MONTHS];
}

bool date_exists(int year, int month, int day)
{
	return month >= 1 && month <= MONTHS && day >= 1 &&
	       day <= days_in(year ? year : 2000, month);
}

long date_number(struct day d)
{
	int month = d.month ? d.month : MID_YEAR;
	long y = month <= 2 ? d.year - 1 : d.year; /* so that leap days come last */
	long m = month <= 2 ? month + 9 : month - 3;
	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 +
	       (d.day ? d.day : MID_MONTH) - 1;
}

int date_weekday(struct day day)
{
	return (int)((date_number(day) + 2) % 7) + 1;
}

struct day date_add(struct day day, int days)
{
	day.day += days;
	while (day.day < 1) {
		day.month--;
		if (day.month < 1) {
			day.month = MONTHS;
			day.year--;
		}
		day.day += days_in(day.year, day.month);
	}
	while (day.day > days_in(day.year, day.month)) {
		day.day -= days_in(day.year, day.month);
		day.month++;
		if (day.month > MONTHS) {
			day.month = 1;
			day.year++;
		}
	}
	return day;
}

struct day date_add_months(struct day day, int months)
{
	int count = day.year * MONTHS + day.month - 1 + months;
	return (struct day){.year = count / MONTHS, .month = count % MONTHS + 1};
}

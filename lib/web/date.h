/* date.h - dates as the web prints them: RFC 3339, RFC 822 and its successors, and what Indonesian
 * outlets write ("Rab, 21 Agu 2024 14:05:00 +0700", "Rabu, 21 Agustus 2024 | 14.05 WIB").
 *
 * A date says no more than was printed: without a time it has none, and without a zone it is no
 * point in time. Nothing is taken from a clock. Any thread.
 *
 * The names begin with web_ because the classifier, which is linked with this, has dates too: those
 * in sentences. */
#ifndef NETRAL_LIB_WEB_DATE_H
#define NETRAL_LIB_WEB_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct date {
	int year, month, day; /* 1900 to 2199, 1 to 12, 1 to 31 as the month has */
	bool has_time;
	int hour, minute, second; /* 0 without a time; a leap second is 59 */
	bool has_zone;            /* only with a time */
	int zone_minutes;         /* east of UTC */
};

/* Reads what stands in the first DATE_TEXT_MAX bytes. Words that mean nothing here are passed over;
 * of numbers with slashes the first is the day, unless only the second can be. False when day,
 * month or year is missing, or one of them or the time cannot be. */
enum { DATE_TEXT_MAX = 128 };
bool web_date_read(const char *text, size_t len, struct date *ret_date);

/* The parts, for whoever finds them in running text: whether there is such a day, in the years
 * above; a month by its first three letters or more, in Indonesian or English, or 0; the minutes
 * east of UTC of a zone by its name (WIB, GMT, EST). Names in any case. */
bool web_date_is_day(int year, int month, int day);
int web_date_month(const char *name, size_t len);
bool web_date_zone(const char *name, size_t len, int *ret_minutes);

/* RFC 3339: 2024-08-21T14:05:00+07:00, Z for UTC; no offset without a zone; the day alone without
 * a time. */
enum { DATE_FORMAT_SIZE = 32 };
void web_date_format(const struct date *d, char text[static DATE_FORMAT_SIZE]);

/* Seconds since 1970. A date without a zone is read as WIB (UTC+7), in which most of the press
 * writes: off by two hours at most within Indonesia. */
int64_t web_date_seconds(const struct date *d);

#endif

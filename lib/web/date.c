/* Two readers: one for what begins with YYYY-MM-DD, and one that takes words and numbers in any
 * order, because real feeds keep no order. Which number is which is told by its form: a time has
 * ':' or '.', a year has four digits, an offset has a sign. */
#include "lib/web/date.h"

#include "lib/cleanup.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { YEAR_MIN = 1900, YEAR_MAX = 2199, WIB_MINUTES = 7 * 60 };

struct cursor {
	const char *p, *end;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char at(const struct cursor *c, size_t offset)
{
	return offset < (size_t)(c->end - c->p) ? c->p[offset] : '\0';
}

/* Reads up to `most` digits; returns how many. */
static int take_number(struct cursor *c, int most, int *ret)
{
	int n = 0;
	*ret = 0;
	while (n < most && is_digit(at(c, 0))) {
		*ret = *ret * 10 + (*c->p++ - '0');
		n++;
	}
	return n;
}

/* --- names --- */

static bool begins(const char *name, const char *word, size_t len)
{
	return len <= strlen(name) && strncasecmp(name, word, len) == 0;
}

int web_date_month(const char *word, size_t len)
{
	static const struct {
		const char *name;
		int month;
	} months[] = {
#include "month_table.inc"
	};
	for (size_t i = 0; len >= 3 && i < netral_countof(months); i++) {
		if (begins(months[i].name, word, len))
			return months[i].month;
	}
	return 0;
}

/* RFC 822, section 5, and the three zones of Indonesia. The military letters but Z are left out:
 * RFC 2822, section 4.3, says that they were used wrongly. */
bool web_date_zone(const char *word, size_t len, int *ret_minutes)
{
	static const struct {
		const char *name;
		int hours;
	} zones[] = {{"WIB", 7},  {"WITA", 8}, {"WIT", 9},  {"GMT", 0},  {"UTC", 0},
		     {"UT", 0},   {"Z", 0},    {"EST", -5}, {"EDT", -4}, {"CST", -6},
		     {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};
	for (size_t i = 0; i < netral_countof(zones); i++) {
		if (strlen(zones[i].name) == len && strncasecmp(zones[i].name, word, len) == 0) {
			*ret_minutes = zones[i].hours * 60;
			return true;
		}
	}
	return false;
}

/* --- parts that both readers know --- */

/* At a sign: +07:00, +0700, +7. */
static bool take_offset(struct cursor *c, struct date *d)
{
	int hours, minutes = 0;
	bool west = at(c, 0) == '-';
	c->p++;
	int n = take_number(c, 2, &hours);
	if (n == 0)
		return false;
	if (at(c, 0) == ':')
		c->p++;
	int m = take_number(c, 2, &minutes);
	if (hours > 14 || minutes > 59 || m == 1 || (n == 1 && m > 0))
		return false;
	d->zone_minutes = (hours * 60 + minutes) * (west ? -1 : 1);
	d->has_zone = true;
	return true;
}

/* At the separator behind the hour. The separator of the seconds is the same; a fraction is passed
 * over. */
static bool take_time(struct cursor *c, int hour, struct date *d)
{
	char separator = *c->p++;
	d->hour = hour;
	if (take_number(c, 2, &d->minute) != 2)
		return false;
	if (at(c, 0) == separator && is_digit(at(c, 1))) {
		c->p++;
		if (take_number(c, 2, &d->second) != 2)
			return false;
		if ((at(c, 0) == '.' || at(c, 0) == ',') && is_digit(at(c, 1))) {
			c->p++;
			while (is_digit(at(c, 0)))
				c->p++;
		}
	}
	d->has_time = true;
	return !is_digit(at(c, 0));
}

static int days_of(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

bool web_date_is_day(int year, int month, int day)
{
	return year >= YEAR_MIN && year <= YEAR_MAX && month >= 1 && month <= 12 && day >= 1 &&
	       day <= days_of(year, month);
}

static bool can_be(struct date *d)
{
	if (!web_date_is_day(d->year, d->month, d->day))
		return false;
	if (d->hour > 23 || d->minute > 59 || d->second > 60)
		return false;
	if (d->second == 60)
		d->second = 59;
	d->has_zone = d->has_zone && d->has_time;
	return true;
}

/* --- YYYY-MM-DD... --- */

static void skip_blanks(struct cursor *c)
{
	while (at(c, 0) == ' ')
		c->p++;
}

static bool take_iso_zone(struct cursor *c, struct date *d)
{
	skip_blanks(c);
	const char *word = c->p;
	if (at(c, 0) == '+' || at(c, 0) == '-')
		return take_offset(c, d);
	while (is_letter(at(c, 0)))
		c->p++;
	if (c->p > word)
		d->has_zone = web_date_zone(word, (size_t)(c->p - word), &d->zone_minutes);
	return true;
}

/* RFC 3339, and with a blank for the T or a zone by name. */
static bool read_iso(struct cursor c, struct date *d)
{
	int hour;
	if (take_number(&c, 4, &d->year) != 4 || at(&c, 0) != '-')
		return false;
	c.p++;
	if (take_number(&c, 2, &d->month) != 2 || at(&c, 0) != '-')
		return false;
	c.p++;
	if (take_number(&c, 2, &d->day) != 2 || is_digit(at(&c, 0)))
		return false;
	if (at(&c, 0) != 'T' && at(&c, 0) != 't' && at(&c, 0) != ' ')
		return true;
	c.p++;
	skip_blanks(&c);
	if (take_number(&c, 2, &hour) == 0)
		return true;
	if (at(&c, 0) != ':' || !take_time(&c, hour, d))
		return false;
	return take_iso_zone(&c, d);
}

/* --- words and numbers --- */

struct parts {
	struct date date;
	bool has_day, has_month, has_year;
	int noon; /* 0: none, 1: am, 2: pm */
};

static void take_word(struct cursor *c, struct parts *s)
{
	const char *word = c->p;
	int minutes;
	while (is_letter(at(c, 0)))
		c->p++;
	size_t len = (size_t)(c->p - word);
	int month = s->has_month ? 0 : web_date_month(word, len);
	if (month > 0) {
		s->date.month = month;
		s->has_month = true;
	} else if (len == 2 &&
		   (strncasecmp(word, "am", 2) == 0 || strncasecmp(word, "pm", 2) == 0)) {
		s->noon = (word[0] | 0x20) == 'p' ? 2 : 1;
	} else if (s->date.has_time && !s->date.has_zone && web_date_zone(word, len, &minutes)) {
		s->date.has_zone = true;
		s->date.zone_minutes = minutes;
	}
}

static int full_year(int n, int digits)
{
	if (digits > 2)
		return n;
	return n + (n < 50 ? 2000 : 1900); /* RFC 2822, section 4.3 */
}

/* At the separator behind a first number: 21/08/2024, 21-08-24, 2024/08/21. */
static bool take_numeric(struct cursor *c, int first, int first_digits, struct parts *s)
{
	int second, third;
	char separator = *c->p++;
	if (take_number(c, 2, &second) == 0 || at(c, 0) != separator)
		return false;
	c->p++;
	int digits = take_number(c, 4, &third);
	if (digits == 0 || digits == 3)
		return false;
	s->date.year = full_year(third, digits);
	s->date.day = first;
	s->date.month = second;
	if (first_digits == 4) {
		s->date.year = first;
		s->date.day = third;
	} else if (second > 12 && first <= 12) {
		s->date.day = second;
		s->date.month = first;
	}
	s->has_day = s->has_month = s->has_year = true;
	return true;
}

static bool is_time_next(const struct cursor *c, const struct parts *s)
{
	bool separator = at(c, 0) == ':' || (at(c, 0) == '.' && (s->has_year || s->has_day));
	return separator && is_digit(at(c, 1)) && is_digit(at(c, 2)) && !is_digit(at(c, 3));
}

static bool take_digits(struct cursor *c, struct parts *s)
{
	int n;
	int digits = take_number(c, 4, &n);
	if (is_digit(at(c, 0)))
		return false;
	bool numeric = strchr("/-.", at(c, 0)) && is_digit(at(c, 1));
	if (digits <= 2 && !s->date.has_time && is_time_next(c, s))
		return take_time(c, n, &s->date);
	if (numeric && !s->has_day && !s->has_month && !s->has_year)
		return take_numeric(c, n, digits, s);
	if (digits <= 2 && !s->has_day) {
		s->date.day = n;
		s->has_day = true;
	} else if ((digits == 4 || (digits == 2 && s->has_month)) && !s->has_year) {
		s->date.year = full_year(n, digits);
		s->has_year = true;
	}
	return true;
}

static bool apply_noon(struct parts *s)
{
	if (s->noon == 0 || !s->date.has_time)
		return true;
	if (s->date.hour < 1 || s->date.hour > 12)
		return s->noon == 2 && s->date.hour < 24; /* "14:05 PM" is seen, and plain */
	s->date.hour = s->date.hour % 12 + (s->noon == 2 ? 12 : 0);
	return true;
}

static bool read_words(struct cursor c, struct parts *s)
{
	while (c.p < c.end) {
		bool sign = at(&c, 0) == '+' || at(&c, 0) == '-';
		if (is_digit(at(&c, 0))) {
			if (!take_digits(&c, s))
				return false;
		} else if (is_letter(at(&c, 0))) {
			take_word(&c, s);
		} else if (sign && s->date.has_time && is_digit(at(&c, 1))) {
			if (!take_offset(&c, &s->date))
				return false;
		} else {
			c.p++;
		}
	}
	return s->has_day && s->has_month && s->has_year && apply_noon(s);
}

bool web_date_read(const char *text, size_t len, struct date *ret_date)
{
	struct cursor c = {text, text + (len < DATE_TEXT_MAX ? len : (size_t)DATE_TEXT_MAX)};
	struct parts s = {0};
	while (c.p < c.end && strchr(" \t\r\n", *c.p) && *c.p)
		c.p++;
	bool iso = is_digit(at(&c, 0)) && is_digit(at(&c, 1)) && is_digit(at(&c, 2)) &&
		   is_digit(at(&c, 3)) && at(&c, 4) == '-';
	if (!(iso ? read_iso(c, &s.date) : read_words(c, &s)) || !can_be(&s.date))
		return false;
	*ret_date = s.date;
	return true;
}

void web_date_format(const struct date *d, char text[static DATE_FORMAT_SIZE])
{
	int n = snprintf(text, DATE_FORMAT_SIZE, "%04d-%02d-%02d", d->year, d->month, d->day);
	if (!d->has_time)
		return;
	n += snprintf(text + n, (size_t)(DATE_FORMAT_SIZE - n), "T%02d:%02d:%02d", d->hour,
		      d->minute, d->second);
	if (!d->has_zone)
		return;
	int minutes = d->zone_minutes < 0 ? -d->zone_minutes : d->zone_minutes;
	if (minutes == 0)
		snprintf(text + n, (size_t)(DATE_FORMAT_SIZE - n), "Z");
	else
		snprintf(text + n, (size_t)(DATE_FORMAT_SIZE - n), "%c%02d:%02d",
			 d->zone_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/* Days since 1970-01-01; years are counted from March, so that a leap day is the last of one. */
static int64_t day_number(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = month > 2 ? month - 3 : month + 9;
	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

int64_t web_date_seconds(const struct date *d)
{
	int64_t minutes = (int64_t)d->hour * 60 + d->minute;
	minutes -= d->has_zone ? d->zone_minutes : WIB_MINUTES;
	return day_number(d->year, d->month, d->day) * 86400 + minutes * 60 + d->second;
}

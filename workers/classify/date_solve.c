/* What a date leaves open is solved from the day the text speaks from: its publication date, given
 * or printed on top of the text, else its first full date with a weekday. Without either, a year
 * comes from the years that the text names, where a weekday decides between them: "Selasa (28/1)"
 * in a text about 2020 is 2020-01-28, because that day was a Tuesday.
 *
 * What happened lies in the past unless a word says that it is to come. */
#include "workers/classify/engine.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
	WEEK = 7,
	FUTURE_DAYS_MAX = 60, /* how far after the reference a yearless date may lie */
	YEARS_BACK = 3,       /* how many years a weekday may choose among */
	PAGE_BYTES = 700,     /* lines about the page stand within so much of the text's start */
	PAGE_LINE_MAX = 90,
	PAGE_WORDS_MAX = 48,         /* bytes of such a line beside the date */
	FIRST_HOUR_OF_NEXT_DAY = 17, /* of UTC, in the west (WIB) */
};

/* Many feeds tell the time in UTC: "2024-08-20T22:05:00Z" is the 21st all over Indonesia. */
static bool is_next_day_here(const struct text *published)
{
	static const size_t at_hour = sizeof("2024-08-20T") - 1;
	const char *s = published->ptr;
	int hour = 0;
	if (published->len < at_hour + 2 || sscanf(s + at_hour, "%2d", &hour) != 1 ||
	    hour < FIRST_HOUR_OF_NEXT_DAY)
		return false;
	const char *zone = s + strcspn(s + at_hour, "Z+") + at_hour;
	return strcmp(zone, "Z") == 0 || strcmp(zone, "+00:00") == 0 || strcmp(zone, "+0000") == 0;
}

static struct day published_day(const struct article *a)
{
	struct day d = {0};
	if (a->published.len < 10 ||
	    sscanf(a->published.ptr, "%4d-%2d-%2d", &d.year, &d.month, &d.day) != 3 ||
	    !date_exists(d.year, d.month, d.day))
		return (struct day){0};
	return is_next_day_here(&a->published) ? date_add(d, 1) : d;
}

/* The weekday in the week that is so many weeks away; weeks begin on Monday. */
static struct day day_of_week(struct day today, int weeks, int weekday)
{
	return date_add(today, WEEK * weeks + weekday - date_weekday(today));
}

static struct day solve_weekday(struct day today, const struct date_mention *m)
{
	int ahead = (m->weekday - date_weekday(today) + WEEK) % WEEK;
	if (m->unit == DATE_WORD_WEEKSHIFT)
		return day_of_week(today, m->amount, m->weekday);
	if (m->side > 0)
		return date_add(today, ahead ? ahead : WEEK);
	if (m->side < 0 && ahead == 0)
		return date_add(today, -WEEK);
	return date_add(today, ahead ? ahead - WEEK : 0);
}

/* Weeks are told to the month, as nobody knows which day of them is meant. */
static struct day solve_shift(struct day today, const struct date_mention *m)
{
	switch ((enum date_word)m->unit) {
	case DATE_WORD_DAYSHIFT:
		return date_add(today, m->amount);
	case DATE_WORD_WEEKSHIFT:
		return date_add_months(date_add(today, WEEK * m->amount), 0);
	case DATE_WORD_MONTHSHIFT:
		return date_add_months(today, m->amount);
	default:
		return (struct day){.year = today.year + m->amount};
	}
}

static int year_of_month(struct day today, const struct date_mention *m)
{
	if (m->side > 0)
		return today.year + (m->day.month < today.month);
	return today.year - (m->day.month > today.month);
}

/* A day without a year: this year, or the year before when it would lie too far ahead, or is said
 * to have been. */
static int year_of_day(struct day today, const struct date_mention *m)
{
	struct day day = {today.year, m->day.month, m->day.day};
	long ahead = date_number(day) - date_number(today);
	if (ahead > FUTURE_DAYS_MAX || (ahead > 0 && m->side < 0))
		return today.year - 1;
	if (m->side > 0 && ahead < -WEEK)
		return today.year + 1;
	return today.year;
}

static int year_by_weekday(int year, const struct date_mention *m)
{
	for (int step = 0; step < YEARS_BACK && m->weekday; step++) {
		struct day day = {year - step, m->day.month, m->day.day};
		if (date_exists(day.year, day.month, day.day) && date_weekday(day) == m->weekday)
			return day.year;
	}
	return year;
}

static int solve_year(const struct dates *dates, const struct date_mention *m)
{
	struct day today = dates->reference;
	if (m->unit == DATE_WORD_YEARSHIFT && today.year)
		return today.year + m->amount;
	if (today.year)
		return m->day.day ? year_of_day(today, m) : year_of_month(today, m);
	return m->day.day ? year_by_weekday(dates->year, m) : 0;
}

void date_solve(const struct doc *d, struct date_mention *m)
{
	const struct dates *dates = &d->dates;
	bool day_wanted = m->flags & DATE_ALONE && m->side >= 0;
	struct day today = day_wanted ? dates->published : dates->reference;
	if (m->flags & DATE_ALONE && today.year)
		m->day = solve_weekday(today, m);
	else if (m->flags & DATE_SHIFT && today.year)
		m->day = solve_shift(today, m);
	else if (!m->day.year && m->day.month)
		m->day.year = solve_year(dates, m);
	if (!m->day.year || (m->day.day && !date_exists(m->day.year, m->day.month, m->day.day)))
		m->flags |= DATE_UNSOLVED;
	else if (m->weekday && m->day.day && date_weekday(m->day) != m->weekday)
		m->flags |= DATE_MISMATCH;
}

/* A line that holds little but a full date, with a clock time behind it or nothing: "Diperbarui 21
 * Juli 2023 02:35 WIB". A sentence ends in a full stop. */
static bool is_page_line(const char *s, uint32_t start, uint32_t end, const struct date_mention *m)
{
	while (end > start && isspace((unsigned char)s[end - 1]))
		end--;
	if (end < m->end)
		return false;
	uint32_t rest = end - start - (m->end - m->start);
	bool stopped = end > start && strchr(".!?\")", s[end - 1]);
	return end - start <= PAGE_LINE_MAX && rest <= PAGE_WORDS_MAX && !stopped;
}

static void read_page(struct doc *d)
{
	const char *s = d->plain.s;
	uint32_t limit = d->plain.body + PAGE_BYTES;
	for (uint32_t i = date_first(d, d->plain.body); i < d->dates.count; i++) {
		struct date_mention *m = &d->dates.list[i];
		if (m->start > limit)
			break;
		if (!m->day.day || !m->day.year)
			continue;
		uint32_t start = m->start;
		while (start > d->plain.body && s[start - 1] != '\n')
			start--;
		const char *newline = memchr(s + m->end, '\n', d->plain.len - m->end);
		if (!newline || !is_page_line(s, start, (uint32_t)(newline - s), m))
			continue;
		m->flags |= DATE_PAGE;
		if (!d->dates.published.year)
			d->dates.published = m->day;
	}
}

/* The first in the press's own form, else the first that is not of a law or a poll. */
static struct day first_full_date(const struct doc *d)
{
	struct day first = {0};
	for (uint32_t i = date_first(d, d->plain.body); i < d->dates.count; i++) {
		const struct date_mention *m = &d->dates.list[i];
		if (!m->day.year || !m->day.day || m->flags & DATE_POLL)
			continue;
		if (m->flags & DATE_NEWS)
			return m->day;
		if (!first.year)
			first = m->day;
	}
	return first;
}

void date_solve_all(struct doc *d)
{
	d->dates.published = published_day(d->a);
	read_page(d);
	d->dates.reference = d->dates.published.year ? d->dates.published : first_full_date(d);
	for (uint32_t i = 0; i < d->dates.count; i++)
		date_solve(d, &d->dates.list[i]);
}

/* Dates are found by their digits and by the names of months and weekdays, in that order, and
 * each weekday is then joined to the date it stands with: "Rabu (21/8/2024)", "Kamis, 5 Mei 2022".
 *
 * A year that is not printed comes from the publication date, or from the years the text speaks
 * of, where a weekday decides between them: "Selasa (28/1)" in a text about 2020 is 2020-01-28,
 * because that day was a Tuesday. A weekday alone needs the publication date. */
#include "workers/classify/date.h"

#include "lib/error.h"
#include "workers/classify/engine.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	YEAR_MIN = 2004,
	YEAR_MAX = 2039,
	JOIN_GAP_MAX = 4, /* between a weekday and its date: ", (" */
	POLL_REACH = 45,  /* "pemungutan suara serentak pada tanggal 27 November" */
	LEGAL_REACH = 60,
	FUTURE_DAYS_MAX = 60, /* how far after the publication date a yearless date may lie */
};

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return month == 2 && is_leap(year) ? 29 : days[(unsigned)(month - 1) % 12];
}

static bool is_day(int year, int month, int day)
{
	return month >= 1 && month <= 12 && day >= 1 && day <= days_in(year ? year : 2000, month);
}

/* Days since 1 March of the year 0, so that leap days come last. */
static long day_number(struct day d)
{
	long y = d.month <= 2 ? d.year - 1 : d.year;
	long m = d.month <= 2 ? d.month + 9 : d.month - 3;
	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d.day - 1;
}

int date_weekday(struct day day)
{
	return (int)((day_number(day) + 2) % 7) + 1;
}

struct day date_add(struct day day, int days)
{
	day.day += days;
	while (day.day < 1) {
		day.month--;
		if (day.month < 1) {
			day.month = 12;
			day.year--;
		}
		day.day += days_in(day.year, day.month);
	}
	while (day.day > days_in(day.year, day.month)) {
		day.day -= days_in(day.year, day.month);
		day.month++;
		if (day.month > 12) {
			day.month = 1;
			day.year++;
		}
	}
	return day;
}

/* Reads up to `max` digits at `at`; returns how many there are (0 when there are more). */
static uint32_t digits_at(const char *s, uint32_t at, uint32_t max, int *ret_value)
{
	uint32_t n = 0;
	int value = 0;
	while (isdigit((unsigned char)s[at + n])) {
		if (n == max)
			return 0;
		value = value * 10 + (s[at + n] - '0');
		n++;
	}
	*ret_value = value;
	return n;
}

static struct day published_day(const struct article *a)
{
	struct day d = {0};
	if (a->published.len >= 10 &&
	    sscanf(a->published.ptr, "%4d-%2d-%2d", &d.year, &d.month, &d.day) == 3 &&
	    is_day(d.year, d.month, d.day))
		return d;
	return (struct day){0};
}

static void add_date(struct doc *d, uint32_t start, uint32_t end, struct day day, unsigned flags)
{
	d->dates.list[d->dates.count++] =
		(struct date_mention){.start = start, .end = end, .day = day, .flags = flags};
}

/* 21/8/2024, 7/10/24, 28/1, 20-22/07, 16-11-2023, 10.10.2024. Without a year only in brackets or
 * behind a weekday, which join_weekdays() checks. Returns the end, or 0. */
static uint32_t read_numeric(struct doc *d, uint32_t at)
{
	const char *s = d->plain.s;
	int day = 0, month = 0, year = 0, last = 0;
	uint32_t i = at, n = digits_at(s, i, 2, &day);
	if (n == 0)
		return 0;
	i += n;
	if (s[i] == '-' && (n = digits_at(s, i + 1, 2, &last)) > 0 && s[i + 1 + n] == '/')
		i += 1 + n;
	char separator = s[i];
	if (separator != '/' && separator != '-' && separator != '.')
		return 0;
	n = digits_at(s, i + 1, 2, &month);
	if (n == 0)
		return 0;
	i += 1 + n;
	if (s[i] == separator) {
		n = digits_at(s, i + 1, 4, &year);
		if (n == 2)
			year += 2000;
		if (n == 2 || n == 4)
			i += 1 + n;
		else
			return 0;
	}
	bool bracketed = at > 0 && s[at - 1] == '(' && s[i] == ')';
	if (isalnum((unsigned char)s[i]) || s[i] == '/' || !is_day(year, month, day) ||
	    (year && (year < YEAR_MIN || year > YEAR_MAX)) || (!year && separator != '/'))
		return 0;
	add_date(d, at, i, (struct day){year, month, day}, bracketed ? DATE_NEWS : 0);
	return i;
}

static uint32_t read_iso(struct doc *d, uint32_t at)
{
	const char *s = d->plain.s;
	struct day day = {0};
	if (digits_at(s, at, 4, &day.year) != 4 || s[at + 4] != '-' ||
	    digits_at(s, at + 5, 2, &day.month) != 2 || s[at + 7] != '-' ||
	    digits_at(s, at + 8, 2, &day.day) != 2 || !is_day(day.year, day.month, day.day) ||
	    day.year < YEAR_MIN || day.year > YEAR_MAX)
		return 0;
	add_date(d, at, at + 10, day, 0);
	return at + 10;
}

static void read_digits(struct doc *d, uint32_t max)
{
	const char *s = d->plain.s;
	for (uint32_t at = 0; at < d->plain.len;) {
		if (!isdigit((unsigned char)s[at])) {
			at++;
			continue;
		}
		bool fresh = at == 0 || (!isalnum((unsigned char)s[at - 1]) && s[at - 1] != '/' &&
					 s[at - 1] != '.' && s[at - 1] != '-');
		uint32_t end = 0;
		if (fresh && d->dates.count < max) {
			end = read_iso(d, at);
			end = end ? end : read_numeric(d, at);
		}
		if (end)
			at = end;
		while (isdigit((unsigned char)s[at]))
			at++;
	}
}

/* The day in front of a month: "21 Agustus", "20-22 Juli" (its first), or 0. */
static int day_before(const char *s, uint32_t at, uint32_t *ret_start)
{
	uint32_t i = at;
	if (i < 2 || s[i - 1] != ' ' || !isdigit((unsigned char)s[i - 2]))
		return 0;
	i--;
	while (i > 0 && (isdigit((unsigned char)s[i - 1]) ||
			 (s[i - 1] == '-' && i > 1 && isdigit((unsigned char)s[i - 2]))))
		i--;
	int day = 0;
	if (at - i > 7 || (i > 0 && isalnum((unsigned char)s[i - 1])) ||
	    digits_at(s, i, 2, &day) == 0)
		return 0;
	*ret_start = i;
	return day;
}

/* The year behind a month: "Agustus 2024", "Agustus tahun 2024", or 0. */
static int year_after(const char *s, uint32_t at, uint32_t *ret_end)
{
	uint32_t i = at;
	if (s[i] == ',')
		i++;
	if (s[i] != ' ')
		return 0;
	i++;
	if (strncasecmp(s + i, "tahun ", 6) == 0)
		i += 6;
	int year = 0;
	uint32_t n = digits_at(s, i, 4, &year);
	if (n != 4 || year < YEAR_MIN || year > YEAR_MAX)
		return 0;
	*ret_end = i + n;
	return year;
}

static void read_month(struct doc *d, const struct hit *h)
{
	const char *s = d->plain.s;
	uint32_t start = h->start, end = h->end;
	struct day day = {.month = (int)doc_value(d, h)};
	if (!isupper((unsigned char)s[h->start]))
		return;
	day.day = day_before(s, h->start, &start);
	day.year = year_after(s, h->end, &end);
	if (day.day && !is_day(day.year, day.month, day.day))
		day.day = 0;
	if (day.day || day.year)
		add_date(d, start, end, day, 0);
}

static int compare_dates(const void *a, const void *b)
{
	const struct date_mention *x = a, *y = b;
	return x->start < y->start ? -1 : x->start > y->start;
}

static bool only_punctuation(const char *s, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		if (isalnum((unsigned char)s[i]))
			return false;
	}
	return true;
}

static bool followed_by(const char *s, uint32_t at, const char *word)
{
	while (s[at] == ' ' || s[at] == ')')
		at++;
	return strncasecmp(s + at, word, strlen(word)) == 0;
}

/* A weekday alone: the last one before the publication date, or the next one where the text says
 * so. */
static struct day solve_weekday(const struct doc *d, const struct hit *h)
{
	struct day published = d->dates.published;
	if (!published.year)
		return (struct day){0};
	int wanted = (int)doc_value(d, h), today = date_weekday(published);
	bool next = followed_by(d->plain.s, h->end, "depan") ||
		    followed_by(d->plain.s, h->end, "mendatang") ||
		    followed_by(d->plain.s, h->end, "pekan depan");
	if (next)
		return date_add(published, (wanted - today + 6) % 7 + 1);
	return date_add(published, -((today - wanted + 7) % 7));
}

/* A year for a date without one. The publication date's year, or the year before when the date
 * would lie too far ahead; else a year of the text on which the weekday falls; else the text's
 * most frequent year. */
static int solve_year(const struct doc *d, struct day day, int weekday)
{
	struct day published = d->dates.published;
	if (published.year) {
		day.year = published.year;
		bool ahead = day_number(day) > day_number(published) + FUTURE_DAYS_MAX;
		return ahead ? day.year - 1 : day.year;
	}
	if (!d->dates.year || !weekday)
		return d->dates.year;
	for (int step = 0; step < 3; step++) {
		day.year = d->dates.year - step;
		if (is_day(day.year, day.month, day.day) && date_weekday(day) == weekday)
			return day.year;
	}
	return d->dates.year;
}

static void finish_date(const struct doc *d, struct date_mention *m, int weekday)
{
	if (!m->day.year && m->day.day) {
		m->day.year = solve_year(d, m->day, weekday);
		if (!m->day.year || !is_day(m->day.year, m->day.month, m->day.day))
			m->flags |= DATE_UNSOLVED;
	}
	if (weekday && m->day.day && !(m->flags & DATE_UNSOLVED) && date_weekday(m->day) != weekday)
		m->flags |= DATE_MISMATCH;
}

static bool stands_with(const struct doc *d, const struct hit *weekday,
			const struct date_mention *m)
{
	return m->start >= weekday->end && m->start - weekday->end < JOIN_GAP_MAX &&
	       only_punctuation(d->plain.s, weekday->end, m->start);
}

/* Both lists are sorted: a cursor in the dates follows the weekdays. */
static void join_weekdays(struct doc *d, uint32_t max)
{
	uint32_t printed = d->dates.count, first = 0;
	for (size_t i = 0; i < d->hits.count; i++) {
		const struct hit *h = &d->hits.list[i];
		if (h->group != GROUP_WEEKDAY || !isupper((unsigned char)d->plain.s[h->start]))
			continue;
		while (first < printed && d->dates.list[first].end <= h->start)
			first++;
		struct date_mention *m = first < printed ? &d->dates.list[first] : NULL;
		if (m && stands_with(d, h, m)) {
			m->start = h->start;
			m->flags |= DATE_NEWS;
			finish_date(d, m, (int)doc_value(d, h));
		} else if (d->dates.count < max) {
			struct day day = solve_weekday(d, h);
			add_date(d, h->start, h->end, day,
				 DATE_NEWS | (day.year ? 0 : DATE_UNSOLVED));
		}
	}
}

static void read_shifts(struct doc *d, uint32_t max)
{
	struct day published = d->dates.published;
	for (size_t i = 0; i < d->hits.count && published.year; i++) {
		const struct hit *h = &d->hits.list[i];
		if (h->group == GROUP_DAYSHIFT && d->dates.count < max)
			add_date(d, h->start, h->end, date_add(published, (int)doc_value(d, h)), 0);
	}
}

/* "Nomor 5 Tahun 2014" and "B/71/2017" tell the year of an instrument. */
static bool is_legal_year(const char *s, uint32_t at)
{
	if (at > 0 && (s[at - 1] == '/' || s[at - 1] == '.' || s[at - 1] == '-'))
		return true;
	if (at < 8 || strncasecmp(s + at - 6, "tahun ", 6) != 0)
		return false;
	return isdigit((unsigned char)s[at - 8]) || s[at - 8] == ')';
}

static void count_years(struct doc *d)
{
	unsigned votes[YEAR_MAX - YEAR_MIN + 1] = {0};
	const char *s = d->plain.s;
	for (uint32_t at = 0; at < d->plain.len; at++) {
		if (!isdigit((unsigned char)s[at]) || (at > 0 && isalnum((unsigned char)s[at - 1])))
			continue;
		int year = 0;
		uint32_t n = digits_at(s, at, 4, &year);
		if (n == 4 && year >= YEAR_MIN && year <= YEAR_MAX && !is_legal_year(s, at))
			votes[year - YEAR_MIN]++;
		while (isdigit((unsigned char)s[at + 1]))
			at++;
	}
	unsigned best = 0;
	for (int y = YEAR_MIN; y <= YEAR_MAX; y++) {
		if (votes[y - YEAR_MIN] >= best && votes[y - YEAR_MIN]) {
			best = votes[y - YEAR_MIN];
			d->dates.year = y;
		}
	}
}

/* What stands shortly before a date says what it is the date of. */
static void mark_roles(struct doc *d)
{
	size_t first = 0;
	for (uint32_t i = 0; i < d->dates.count; i++) {
		struct date_mention *m = &d->dates.list[i];
		while (first < d->hits.count && d->hits.list[first].end + LEGAL_REACH < m->start)
			first++;
		for (size_t k = first; k < d->hits.count && d->hits.list[k].end <= m->start; k++) {
			const struct hit *h = &d->hits.list[k];
			uint32_t gap = m->start - h->end;
			if (memchr(d->plain.s + h->end, '.', gap))
				continue;
			if (h->group == GROUP_POLL && gap <= POLL_REACH && !(m->flags & DATE_NEWS))
				m->flags |= DATE_POLL;
			if (h->group == GROUP_LEGAL && gap <= LEGAL_REACH &&
			    !(m->flags & DATE_NEWS))
				m->flags |= DATE_POLL;
			if (h->group == GROUP_CLAUSE && doc_value(d, h) == CLAUSE_UP_TO &&
			    gap <= 10)
				m->flags |= DATE_UP_TO;
		}
	}
}

static void drop_yearless_fractions(struct doc *d)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < d->dates.count; i++) {
		const struct date_mention m = d->dates.list[i];
		bool slashed = !m.day.year && memchr(d->plain.s + m.start, '/', m.end - m.start);
		if (!slashed || m.flags & DATE_NEWS)
			d->dates.list[kept++] = m;
	}
	d->dates.count = kept;
}

static uint32_t count_candidates(const struct doc *d)
{
	uint32_t n = 0;
	for (size_t i = 0; i < d->hits.count; i++) {
		uint8_t group = d->hits.list[i].group;
		n += group == GROUP_MONTH || group == GROUP_WEEKDAY || group == GROUP_DAYSHIFT;
	}
	for (uint32_t i = 0; i < d->plain.len; i++) {
		char c = d->plain.s[i];
		n += (c == '/' || c == '-' || c == '.') && i > 0 &&
		     isdigit((unsigned char)d->plain.s[i - 1]);
	}
	return n;
}

int date_read(struct doc *d)
{
	uint32_t max = count_candidates(d) + 1;
	d->dates = (struct dates){.published = published_day(d->a)};
	d->dates.list = arena_alloc(d->arena, max * sizeof(*d->dates.list));
	if (!d->dates.list)
		return NETRAL_ENOMEM;
	count_years(d);
	read_digits(d, max);
	for (size_t i = 0; i < d->hits.count; i++) {
		if (d->hits.list[i].group == GROUP_MONTH && d->dates.count < max)
			read_month(d, &d->hits.list[i]);
	}
	qsort(d->dates.list, d->dates.count, sizeof(*d->dates.list), compare_dates);
	join_weekdays(d, max);
	drop_yearless_fractions(d);
	for (uint32_t i = 0; i < d->dates.count; i++) {
		if (!d->dates.list[i].day.year)
			finish_date(d, &d->dates.list[i], 0);
	}
	read_shifts(d, max);
	qsort(d->dates.list, d->dates.count, sizeof(*d->dates.list), compare_dates);
	mark_roles(d);
	return NETRAL_OK;
}

static uint32_t first_date(const struct doc *d, uint32_t at)
{
	uint32_t low = 0, high = d->dates.count;
	while (low < high) {
		uint32_t mid = (low + high) / 2;
		if (d->dates.list[mid].start < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

int date_of_sentence(const struct doc *d, const struct sentence *s, bool up_to)
{
	int best = -1, best_score = 0;
	for (uint32_t i = first_date(d, s->start); i < d->dates.count; i++) {
		const struct date_mention *m = &d->dates.list[i];
		if (m->start >= s->end)
			break;
		if (m->flags & DATE_POLL || !!(m->flags & DATE_UP_TO) != up_to)
			continue;
		int score = 1 + (m->flags & DATE_NEWS ? 4 : 0) + (m->day.day ? 3 : 0) -
			    (m->flags & DATE_UNSOLVED ? 2 : 0);
		if (score > best_score) {
			best = (int)i;
			best_score = score;
		}
	}
	return best;
}

int date_of_article(const struct doc *d)
{
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		const struct sentence *s = &d->sentences.list[i];
		int date = doc_is_body(s) ? date_of_sentence(d, s, false) : -1;
		if (date >= 0 && d->dates.list[date].flags & DATE_NEWS)
			return date;
	}
	return -1;
}

int date_format(const struct date_mention *m, struct arena *arena, struct event_date *ret_date)
{
	char value[16] = "";
	enum event_precision precision = EVENT_PRECISION_NONE;
	if (m->flags & DATE_UNSOLVED || !m->day.year) {
		*ret_date = (struct event_date){"", EVENT_PRECISION_NONE};
		return NETRAL_OK;
	}
	unsigned year = (unsigned)m->day.year % 10000, month = (unsigned)m->day.month % 100;
	if (m->day.day) {
		precision = EVENT_PRECISION_DAY;
		snprintf(value, sizeof(value), "%04u-%02u-%02u", year, month,
			 (unsigned)m->day.day % 100);
	} else if (m->day.month) {
		precision = EVENT_PRECISION_MONTH;
		snprintf(value, sizeof(value), "%04u-%02u", year, month);
	} else {
		precision = EVENT_PRECISION_YEAR;
		snprintf(value, sizeof(value), "%04u", year);
	}
	char *copy = arena_strdup(arena, value);
	if (!copy)
		return NETRAL_ENOMEM;
	*ret_date = (struct event_date){copy, precision};
	return NETRAL_OK;
}

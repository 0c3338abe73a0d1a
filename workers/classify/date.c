/* Dates are found by their digits, by the names of months, and by words such as "bulan lalu"; then
 * each weekday is joined to the date it stands with: "Rabu (21/8/2024)", "Senin pagi, 5 Mei 2022".
 * What is not printed is solved at the end (date_solve.c), when the publication date is known. */
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
	JOIN_GAP_MAX = 4,   /* between a weekday and its date: ", (" */
	ATTACHED_GAP = 3,   /* between a date and a word that belongs to it */
	ATTACHED_WORDS = 3, /* "Senin malam pekan lalu" */
	HITS_BACK = 4,      /* groups may all have a hit at one place */
};

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

static struct date_mention *add_date(struct doc *d, uint32_t start, uint32_t end, struct day day,
				     unsigned flags)
{
	struct date_mention *m = &d->dates.list[d->dates.count++];
	*m = (struct date_mention){
		.start = start, .end = end, .day = day, .flags = flags, .unit = DATE_WORD_COUNT};
	return m;
}

/* The separator behind a number, "/" also with a space beside it; 0 when there is none. */
static char separator_at(const char *s, uint32_t *at)
{
	uint32_t i = *at;
	if (s[i] == ' ' && s[i + 1] == '/')
		i++;
	if (s[i] != '/' && s[i] != '-' && s[i] != '.')
		return 0;
	char separator = s[i++];
	if (separator == '/' && s[i] == ' ')
		i++;
	*at = i;
	return separator;
}

/* The year behind `at`, 0 for one that is no year of ours (a misprint), -1 for no number. */
static int numeric_year(const char *s, uint32_t *at)
{
	int year = 0;
	uint32_t n = digits_at(s, *at, 4, &year);
	if (n != 2 && n != 4)
		return -1;
	*at += n;
	if (n == 2)
		year += 2000;
	return year >= YEAR_MIN && year <= YEAR_MAX ? year : 0;
}

/* 21/8/2024, 7/10/24, 28/1, 20-22/07, 16-11-2023, 10.10.2024. Without a year only in brackets or
 * behind a weekday, which drop_fractions() checks. Returns the end, or 0. */
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
	char separator = separator_at(s, &i);
	n = separator ? digits_at(s, i, 2, &month) : 0;
	if (n == 0)
		return 0;
	i += n;
	uint32_t behind = i;
	bool printed = separator_at(s, &behind) == separator && isdigit((unsigned char)s[behind]);
	if (printed) {
		year = numeric_year(s, &behind);
		i = behind;
	}
	if (year < 0 || isalnum((unsigned char)s[i]) || s[i] == '/' ||
	    !date_exists(year, month, day) || (!printed && separator != '/'))
		return 0;
	bool bracketed = at > 0 && s[at - 1] == '(' && (year || s[i] == ')');
	add_date(d, at, i, (struct day){year, month, day},
		 (bracketed ? DATE_NEWS : 0) | (year ? 0 : DATE_FRACTION));
	return i;
}

static uint32_t read_iso(struct doc *d, uint32_t at)
{
	const char *s = d->plain.s;
	struct day day = {0};
	if (digits_at(s, at, 4, &day.year) != 4 || s[at + 4] != '-' ||
	    digits_at(s, at + 5, 2, &day.month) != 2 || s[at + 7] != '-' ||
	    digits_at(s, at + 8, 2, &day.day) != 2 || !date_exists(day.year, day.month, day.day) ||
	    day.year < YEAR_MIN || day.year > YEAR_MAX)
		return 0;
	add_date(d, at, at + 10, day, 0);
	return at + 10;
}

static bool starts_number(const char *s, uint32_t at)
{
	return isdigit((unsigned char)s[at]) &&
	       (at == 0 || (!isalnum((unsigned char)s[at - 1]) && !strchr("/.-", s[at - 1])));
}

static void read_digits(struct doc *d, uint32_t max)
{
	const char *s = d->plain.s;
	for (uint32_t at = plain_next_numeral(&d->plain, 0); at < d->plain.len;
	     at = plain_next_numeral(&d->plain, at)) {
		uint32_t end = 0;
		if (starts_number(s, at) && d->dates.count < max) {
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

static enum date_word word_kind(const struct doc *d, const struct hit *h)
{
	return h->group == GROUP_DATEWORD ? (enum date_word)doc_phrase(d, h)->flags
					  : DATE_WORD_COUNT;
}

static bool is_shift(enum date_word kind)
{
	return kind <= DATE_WORD_YEARSHIFT;
}

/* A hit of the group that ends right before `at`, seen from hit `i`. */
static const struct hit *hit_before(const struct doc *d, size_t i, uint32_t at,
				    enum phrase_group group)
{
	for (size_t k = i; k > 0 && i - k < HITS_BACK; k--) {
		const struct hit *h = &d->hits.list[k - 1];
		if (h->group == group && h->end + 1 == at)
			return h;
	}
	return NULL;
}

/* "5 hingga 7 Oktober": the first of the two numbers. */
static int first_of_range(const struct doc *d, size_t i, int last, uint32_t *start)
{
	const struct hit *until = hit_before(d, i, *start, GROUP_CLAUSE);
	uint32_t from = *start;
	if (!until || doc_value(d, until) != CLAUSE_UP_TO)
		return last;
	int first = day_before(d->plain.s, until->start, &from);
	if (first == 0 || first >= last)
		return last;
	*start = from;
	return first;
}

/* A month without a day or a year must be led or sided: "akhir September", "Oktober lalu". */
static bool is_led(const struct doc *d, size_t i)
{
	const struct hit *h = &d->hits.list[i];
	const struct hit *before = hit_before(d, i, h->start, GROUP_DATEWORD);
	if (before && word_kind(d, before) == DATE_WORD_LEAD)
		return true;
	for (size_t k = i + 1; k < d->hits.count && k <= i + HITS_BACK; k++) {
		const struct hit *after = &d->hits.list[k];
		enum date_word kind = word_kind(d, after);
		if (after->start == h->end + 1 && (kind == DATE_WORD_SIDE || is_shift(kind)))
			return true;
	}
	return false;
}

static void read_month(struct doc *d, size_t i)
{
	const char *s = d->plain.s;
	const struct hit *h = &d->hits.list[i];
	uint32_t start = h->start, end = h->end;
	struct day day = {.month = (int)doc_value(d, h)};
	day.day = day_before(s, h->start, &start);
	day.year = year_after(s, h->end, &end);
	if (!isupper((unsigned char)s[h->start]) && !(day.day && day.year))
		return;
	if (day.day)
		day.day = first_of_range(d, i, day.day, &start);
	if (day.day && !date_exists(day.year, day.month, day.day))
		day.day = 0;
	if (day.day || day.year || is_led(d, i))
		add_date(d, start, end, day, 0);
}

static int compare_dates(const void *a, const void *b)
{
	const struct date_mention *x = a, *y = b;
	return x->start < y->start ? -1 : x->start > y->start;
}

static void sort_dates(struct doc *d)
{
	if (d->dates.count)
		qsort(d->dates.list, d->dates.count, sizeof(*d->dates.list), compare_dates);
}

static bool only_punctuation(const char *s, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		if (isalnum((unsigned char)s[i]))
			return false;
	}
	return true;
}

static int sign(int64_t value)
{
	return value < 0 ? -1 : value > 0;
}

/* The words that belong to a weekday: "malam", "pekan lalu". Returns where they end. */
static uint32_t read_attached(const struct doc *d, size_t i, struct date_mention *m)
{
	uint32_t end = d->hits.list[i].end;
	unsigned words = 0;
	for (size_t k = i + 1; k < d->hits.count && words < ATTACHED_WORDS; k++) {
		const struct hit *h = &d->hits.list[k];
		enum date_word kind = word_kind(d, h);
		if (h->start > end + ATTACHED_GAP)
			break;
		if (kind > DATE_WORD_DAYPART || h->start < end ||
		    !only_punctuation(d->plain.s, end, h->start))
			continue;
		if (kind == DATE_WORD_WEEKSHIFT) {
			m->unit = (int8_t)kind;
			m->amount = (int8_t)doc_value(d, h);
		}
		if (kind != DATE_WORD_DAYPART)
			m->side = (int8_t)sign(doc_value(d, h));
		end = h->end;
		words++;
	}
	return end;
}

/* "Minggu lalu" in the middle of a sentence is a Sunday, at its start the last week. */
static bool is_week(const struct doc *d, const struct hit *h)
{
	const char *s = d->plain.s;
	bool opens = h->start == 0 || s[h->start - 1] == '\n' || s[h->start - 1] == '"' ||
		     (h->start > 1 && strchr(".!?", s[h->start - 2]));
	return islower((unsigned char)s[h->start]) || opens;
}

static bool shares_start(const struct doc *d, size_t i, enum phrase_group group)
{
	const struct hit *h = &d->hits.list[i];
	bool before = i > 0 && d->hits.list[i - 1].start == h->start &&
		      d->hits.list[i - 1].group == group;
	return before || (i + 1 < d->hits.count && d->hits.list[i + 1].start == h->start &&
			  d->hits.list[i + 1].group == group);
}

/* "Senin-Selasa (5-6/8)": the first day counts, and is not the second weekday's. */
static bool opens_range(const struct doc *d, size_t i)
{
	const struct hit *h = &d->hits.list[i];
	for (size_t k = i + 1; k < d->hits.count && k <= i + HITS_BACK; k++) {
		const struct hit *next = &d->hits.list[k];
		if (next->group == GROUP_WEEKDAY && next->start == h->end + 1 &&
		    d->plain.s[h->end] == '-')
			return true;
	}
	return false;
}

static void join_weekday(struct doc *d, size_t i, struct date_mention *next, uint32_t max)
{
	const struct hit *h = &d->hits.list[i];
	const char *s = d->plain.s;
	struct date_mention m = {.unit = DATE_WORD_COUNT, .weekday = (int8_t)doc_value(d, h)};
	uint32_t end = read_attached(d, i, &m);
	bool named = isupper((unsigned char)s[h->start]) &&
		     !(shares_start(d, i, GROUP_DATEWORD) && is_week(d, h));
	if (next && next->start >= end && next->start - end <= JOIN_GAP_MAX &&
	    only_punctuation(s, end, next->start)) {
		next->start = h->start;
		next->flags |= DATE_NEWS;
		next->weekday = i > 0 && opens_range(d, i - 1) ? 0 : m.weekday;
		next->side = m.side;
	} else if (named && d->dates.count < max && !opens_range(d, i)) {
		struct date_mention *alone =
			add_date(d, h->start, end, (struct day){0}, DATE_NEWS | DATE_ALONE);
		alone->weekday = m.weekday;
		alone->side = m.side;
		alone->unit = m.unit;
		alone->amount = m.amount;
	}
}

/* Both lists are sorted: a cursor in the dates follows the weekdays. */
static void join_weekdays(struct doc *d, uint32_t max)
{
	uint32_t printed = d->dates.count, first = 0;
	for (size_t i = 0; i < d->hits.count; i++) {
		const struct hit *h = &d->hits.list[i];
		if (h->group != GROUP_WEEKDAY)
			continue;
		while (first < printed && d->dates.list[first].end <= h->start)
			first++;
		join_weekday(d, i, first < printed ? &d->dates.list[first] : NULL, max);
	}
	sort_dates(d);
}

static bool is_attached(const struct doc *d, const struct date_mention *m, const struct hit *h)
{
	return m->end <= h->start && h->start - m->end <= ATTACHED_GAP &&
	       only_punctuation(d->plain.s, m->end, h->start);
}

/* "2 November lalu", "Oktober tahun lalu": the word tells on which side of today the date is. */
static void attach(const struct doc *d, struct date_mention *m, const struct hit *h)
{
	if (memchr(d->plain.s + m->end, ',', h->start - m->end))
		return;
	m->side = m->side ? m->side : (int8_t)sign(doc_value(d, h));
	if (word_kind(d, h) == DATE_WORD_YEARSHIFT && !m->day.year && m->day.month) {
		m->unit = DATE_WORD_YEARSHIFT;
		m->amount = (int8_t)doc_value(d, h);
	}
}

/* Words that tell a day by themselves, unless a date stands beside them: "kemarin (22/9)". */
static void read_words(struct doc *d, uint32_t max)
{
	uint32_t printed = d->dates.count, next = 0;
	for (size_t i = 0; i < d->hits.count; i++) {
		const struct hit *h = &d->hits.list[i];
		enum date_word kind = word_kind(d, h);
		if (kind > DATE_WORD_SIDE)
			continue;
		while (next < printed && d->dates.list[next].start < h->start)
			next++;
		struct date_mention *m = next > 0 ? &d->dates.list[next - 1] : NULL;
		bool inside = m && h->start < m->end;
		bool behind = m && is_attached(d, m, h);
		bool before = next < printed && d->dates.list[next].start >= h->end &&
			      d->dates.list[next].start - h->end <= ATTACHED_GAP &&
			      only_punctuation(d->plain.s, h->end, d->dates.list[next].start);
		bool weekday = shares_start(d, i, GROUP_WEEKDAY) && !is_week(d, h);
		if (behind)
			attach(d, m, h);
		if (inside || behind || before || weekday || !is_shift(kind) ||
		    d->dates.count == max)
			continue;
		m = add_date(d, h->start, h->end, (struct day){0}, DATE_SHIFT);
		m->unit = (int8_t)kind;
		m->amount = (int8_t)doc_value(d, h);
	}
	sort_dates(d);
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

/* The year that begins at `at`, or 0. */
static int year_at(const char *s, uint32_t at)
{
	int year = 0;
	uint32_t n = digits_at(s, at, 4, &year);
	bool fits = n == 4 && year >= YEAR_MIN && year <= YEAR_MAX && starts_number(s, at);
	return fits && !is_legal_year(s, at) ? year : 0;
}

static bool is_covered(const struct doc *d, uint32_t at)
{
	uint32_t i = date_first(d, at);
	return i > 0 && d->dates.list[i - 1].end > at;
}

/* Years that stand alone, and the year that the text speaks of most: the later one of two. */
static void read_years(struct doc *d, uint32_t max)
{
	unsigned votes[YEAR_MAX - YEAR_MIN + 1] = {0};
	struct dates printed = d->dates;
	unsigned best = 0;
	for (uint32_t i = 0; i < d->plain.numeral_count; i++) {
		uint32_t start = d->plain.numerals[i], end = start;
		int year = year_at(d->plain.s, start);
		if (!year)
			continue;
		while (isdigit((unsigned char)d->plain.s[end]))
			end++;
		votes[year - YEAR_MIN]++;
		struct dates grown = d->dates;
		d->dates.count = printed.count; /* the sorted part */
		bool covered = is_covered(d, start);
		d->dates.count = grown.count;
		if (!covered && d->dates.count < max)
			add_date(d, start, end, (struct day){.year = year}, DATE_YEAR);
	}
	for (int y = YEAR_MIN; y <= YEAR_MAX; y++) {
		if (votes[y - YEAR_MIN] >= best && votes[y - YEAR_MIN]) {
			best = votes[y - YEAR_MIN];
			d->dates.year = y;
		}
	}
	sort_dates(d);
}

/* Without a year, numbers are a date only in brackets, behind a weekday or behind "tanggal". */
static void drop_fractions(struct doc *d)
{
	uint32_t kept = 0;
	size_t hit = 0;
	for (uint32_t i = 0; i < d->dates.count; i++) {
		const struct date_mention m = d->dates.list[i];
		while (hit < d->hits.count && d->hits.list[hit].start < m.start)
			hit++;
		const struct hit *lead = hit_before(d, hit, m.start, GROUP_DATEWORD);
		bool led = lead && word_kind(d, lead) == DATE_WORD_LEAD &&
			   doc_value(d, lead) == DATE_LEAD_DAY;
		if (!(m.flags & DATE_FRACTION) || m.flags & DATE_NEWS || led)
			d->dates.list[kept++] = m;
	}
	d->dates.count = kept;
}

/* "26 September-12 Oktober 2020": the year stands with the last day, the first one counts. */
static void join_ranges(struct doc *d)
{
	for (uint32_t i = 0; i + 1 < d->dates.count; i++) {
		struct date_mention *m = &d->dates.list[i], *next = m + 1;
		uint32_t gap = next->start - m->end;
		if (next->start < m->end || gap == 0 || gap > JOIN_GAP_MAX || !m->day.day ||
		    !next->day.day || !memchr(d->plain.s + m->end, '-', gap) ||
		    !only_punctuation(d->plain.s, m->end, next->start))
			continue;
		next->flags |= DATE_RANGE_END;
		m->day.year = m->day.year ? m->day.year : next->day.year;
	}
}

static bool may_be_date(const struct doc *d, const struct hit *h)
{
	return h->group == GROUP_MONTH || h->group == GROUP_WEEKDAY || is_shift(word_kind(d, h));
}

static uint32_t count_candidates(const struct doc *d)
{
	uint32_t n = 0;
	for (size_t i = 0; i < d->hits.count; i++)
		n += may_be_date(d, &d->hits.list[i]);
	return n + d->plain.numeral_count;
}

int date_read(struct doc *d)
{
	uint32_t max = count_candidates(d) + 1;
	d->dates = (struct dates){0};
	d->dates.list = arena_alloc(d->arena, max * sizeof(*d->dates.list));
	if (!d->dates.list)
		return NETRAL_ENOMEM;
	read_digits(d, max);
	for (size_t i = 0; i < d->hits.count; i++) {
		if (d->hits.list[i].group == GROUP_MONTH && d->dates.count < max)
			read_month(d, i);
	}
	sort_dates(d);
	join_weekdays(d, max);
	drop_fractions(d);
	read_words(d, max);
	read_years(d, max);
	join_ranges(d);
	date_mark_roles(d);
	date_solve_all(d);
	return NETRAL_OK;
}

uint32_t date_first(const struct doc *d, uint32_t at)
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
	const unsigned other = DATE_POLL | DATE_PAGE | DATE_YEAR;
	int best = -1, best_score = 0;
	for (uint32_t i = date_first(d, s->start); i < d->dates.count; i++) {
		const struct date_mention *m = &d->dates.list[i];
		if (m->start >= s->end)
			break;
		bool vague = m->flags & DATE_SHIFT && !m->day.day;
		if (m->flags & other || vague || !!(m->flags & DATE_UP_TO) != up_to)
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

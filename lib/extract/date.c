/* The text is cut into numbers, words and single signs; a date is three of the first two that fit
 * together, wherever they stand. The time of day and the zone are looked for right behind it (and
 * the time in front of it), a few tokens far. */
#include "lib/extract/date.h"

#include <string.h>
#include <strings.h>

enum {
	LOOK_MAX = 1000,
	TOKENS_MAX = 128,
	AHEAD_MAX = 16,
	TIME_REACH = 6,
	ZONE_REACH = 3,
	WEST_MAX = -12 * 60, /* minutes; the zones that there are */
	EAST_MAX = 14 * 60,
	WIB_MINUTES = 7 * 60, /* Indonesia's zones: WIB, WITA, WIT */
	WIT_MINUTES = 9 * 60,
	DAY_MINUTES = 24 * 60,
};

enum token_kind { TOKEN_END, TOKEN_NUMBER, TOKEN_WORD, TOKEN_SIGN };

struct token {
	enum token_kind kind;
	const char *ptr;
	size_t len;
	int number; /* of TOKEN_NUMBER with at most 8 digits; else -1 */
	bool blank; /* in front of it */
};

/* Behind the tokens stand TOKEN_ENDs, more than any form looks ahead. */
struct tokens {
	struct token list[TOKENS_MAX + AHEAD_MAX];
	unsigned count;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct token next_token(const char **p, const char *end)
{
	struct token t = {.ptr = *p, .number = -1};
	while (t.ptr < end && (unsigned char)*t.ptr <= ' ')
		t.ptr++;
	t.blank = t.ptr > *p;
	*p = t.ptr;
	if (t.ptr == end)
		return t;
	if (is_digit(**p)) {
		t.kind = TOKEN_NUMBER;
		int number = 0;
		for (; *p < end && is_digit(**p); (*p)++)
			number = *p - t.ptr < 8 ? number * 10 + (**p - '0') : -1;
		t.number = number;
	} else if (is_letter(**p)) {
		t.kind = TOKEN_WORD;
		while (*p < end && is_letter(**p))
			(*p)++;
	} else {
		t.kind = TOKEN_SIGN;
		(*p)++;
	}
	t.len = (size_t)(*p - t.ptr);
	return t;
}

static void tokenize(const char *s, size_t len, struct tokens *ts)
{
	const char *end = s + (len > LOOK_MAX ? LOOK_MAX : len);
	ts->count = 0;
	while (ts->count < TOKENS_MAX) {
		struct token t = next_token(&s, end);
		if (t.kind == TOKEN_END)
			break;
		ts->list[ts->count++] = t;
	}
	memset(&ts->list[ts->count], 0, AHEAD_MAX * sizeof(ts->list[0]));
}

static bool is_sign(const struct token *t, const char *signs)
{
	return t->kind == TOKEN_SIGN && strchr(signs, *t->ptr);
}

static bool is_word(const struct token *t, const char *word)
{
	return t->kind == TOKEN_WORD && strlen(word) == t->len &&
	       strncasecmp(t->ptr, word, t->len) == 0;
}

static bool is_number(const struct token *t, size_t min_len, size_t max_len)
{
	return t->kind == TOKEN_NUMBER && t->len >= min_len && t->len <= max_len && t->number >= 0;
}

static int month_of(const struct token *t)
{
	return t->kind == TOKEN_WORD ? web_date_month(t->ptr, t->len) : 0;
}

static bool set_day(struct date *d, int year, int month, int day)
{
	if (year < DATE_YEAR_MIN || year > DATE_YEAR_MAX || !web_date_is_day(year, month, day))
		return false;
	d->year = year;
	d->month = month;
	d->day = day;
	return true;
}

/* --- forms of a day; each returns how many tokens it took, or 0 --- */

/* 2024-08-21, 2024/8/21, 2024.08.21 */
static unsigned year_first(const struct token *t, struct date *d)
{
	if (!is_number(&t[0], 4, 4) || !is_sign(&t[1], "-/.") || !is_number(&t[2], 1, 2) ||
	    !is_sign(&t[3], "-/.") || !is_number(&t[4], 1, 2))
		return 0;
	return set_day(d, t[0].number, t[2].number, t[4].number) ? 5 : 0;
}

/* 20240821 */
static unsigned eight_digits(const struct token *t, struct date *d)
{
	int n = t[0].number;
	if (!is_number(&t[0], 8, 8))
		return 0;
	return set_day(d, n / 10000, n / 100 % 100, n % 100) ? 1 : 0;
}

static int full_year(const struct token *t)
{
	if (is_number(t, 4, 4))
		return t->number;
	return is_number(t, 2, 2) ? 2000 + t->number : 0;
}

/* 21/08/2024, 21-8-2024, 21.08.24; the other way round where the second is no month */
static unsigned day_first(const struct token *t, struct date *d)
{
	if (!is_number(&t[0], 1, 2) || !is_sign(&t[1], "-/.") || !is_number(&t[2], 1, 2) ||
	    !is_sign(&t[3], "-/.") || *t[1].ptr != *t[3].ptr || !full_year(&t[4]))
		return 0;
	if (t[4].len == 2 && *t[1].ptr == '.')
		return 0; /* a time with seconds rather */
	int year = full_year(&t[4]);
	if (set_day(d, year, t[2].number, t[0].number) ||
	    set_day(d, year, t[0].number, t[2].number))
		return 5;
	return 0;
}

static bool is_ordinal(const struct token *t)
{
	return !t->blank &&
	       (is_word(t, "st") || is_word(t, "nd") || is_word(t, "rd") || is_word(t, "th"));
}

static unsigned skip(const struct token *t, const char *signs)
{
	return is_sign(t, signs) ? 1 : 0;
}

/* 21 Agustus 2024, 21-Aug-2024, 21. August, 2024 */
static unsigned day_month_year(const struct token *t, struct date *d)
{
	unsigned i = 1;
	if (!is_number(&t[0], 1, 2))
		return 0;
	i += is_ordinal(&t[i]);
	i += skip(&t[i], "-./");
	i += is_word(&t[i], "of") || is_word(&t[i], "de");
	int month = month_of(&t[i]);
	if (!month)
		return 0;
	i++;
	i += skip(&t[i], ",-./'");
	i += is_word(&t[i], "de");
	if (!is_number(&t[i], 4, 4) && !(is_number(&t[i], 2, 2) && !is_sign(&t[i + 1], ":")))
		return 0;
	return set_day(d, full_year(&t[i]), month, t[0].number) ? i + 1 : 0;
}

/* August 21, 2024; Aug. 21st 2024 */
static unsigned month_day_year(const struct token *t, struct date *d)
{
	unsigned i = 1;
	i += skip(&t[i], ".-");
	const struct token *day = &t[i];
	/* Words are many, and few stand in front of a number. */
	int month = is_number(day, 1, 2) ? month_of(&t[0]) : 0;
	if (!month)
		return 0;
	i++;
	i += is_ordinal(&t[i]);
	i += skip(&t[i], ",-");
	if (!is_number(&t[i], 4, 4))
		return 0;
	return set_day(d, t[i].number, month, day->number) ? i + 1 : 0;
}

static unsigned day_at(const struct token *t, struct date *d)
{
	unsigned (*const forms[])(const struct token *, struct date *) = {
		year_first, eight_digits, day_first, day_month_year, month_day_year};
	unsigned used = 0;
	for (size_t i = 0; !used && i < sizeof(forms) / sizeof(forms[0]); i++)
		used = forms[i](t, d);
	return used;
}

/* --- time and zone --- */

static bool is_time(const struct token *t)
{
	return is_number(&t[0], 1, 2) && t[0].number < 24 && is_sign(&t[1], ":.") && !t[1].blank &&
	       is_number(&t[2], 2, 2) && t[2].number < 60 && !t[2].blank &&
	       /* "21.08.2024" begins like a time */
	       !(is_sign(&t[3], ".") && is_number(&t[4], 4, 4) && !t[4].blank);
}

static bool afternoon(const struct token *t, bool *ret_morning)
{
	*ret_morning = is_word(t, "am");
	return is_word(t, "pm");
}

static void zone_number(const struct token *t, struct date *d)
{
	int sign = *t[0].ptr == '-' ? -1 : 1;
	int hours = t[1].number, minutes = 0;
	if (t[1].len == 4) {
		minutes = hours % 100;
		hours /= 100;
	} else if (is_sign(&t[2], ":") && is_number(&t[3], 2, 2)) {
		minutes = t[3].number;
	}
	if (hours > 14 || minutes > 59)
		return;
	d->has_zone = true;
	d->zone_minutes = sign * (hours * 60 + minutes);
}

/* The zone among the next tokens. */
static void zone_at(const struct token *t, struct date *d)
{
	for (unsigned i = 0; i < ZONE_REACH && t[i].kind != TOKEN_END; i++) {
		if (t[i].kind == TOKEN_WORD && web_date_zone(t[i].ptr, t[i].len, &d->zone_minutes))
			d->has_zone = true;
		/* "GMT+7" tells more than its first half; a dash with blanks parts sentences. */
		unsigned next = d->has_zone ? i + 1 : i;
		if (is_sign(&t[next], "+-") && !t[next + 1].blank &&
		    (is_number(&t[next + 1], 1, 2) || is_number(&t[next + 1], 4, 4)) &&
		    !(t[next].blank && d->has_zone))
			zone_number(&t[next], d);
		if (d->has_zone || t[i].kind == TOKEN_NUMBER)
			return;
	}
}

static void time_at(const struct token *t, struct date *d)
{
	unsigned i = 3;
	bool morning;
	d->has_time = true;
	d->hour = t[0].number;
	d->minute = t[2].number;
	/* Some programs print the seconds without a leading zero. */
	size_t digits = is_sign(&t[3], ":") ? 1 : 2;
	if (is_sign(&t[3], ":.") && is_number(&t[4], digits, 2) && t[4].number < 60 &&
	    !t[4].blank) {
		d->second = t[4].number;
		i = 5;
	}
	if (i == 5 && is_sign(&t[5], ".,:") && t[6].kind == TOKEN_NUMBER && !t[6].blank)
		i = 7; /* parts of a second */
	if (afternoon(&t[i], &morning) && d->hour < 12)
		d->hour += 12;
	if (morning && d->hour == 12)
		d->hour = 0;
	if (is_word(&t[i], "am") || is_word(&t[i], "pm"))
		i++;
	zone_at(&t[i], d);
}

/* A time behind the day, a few tokens far ("pukul", a comma, a bar), or right in front of it. */
static void find_time(const struct tokens *ts, unsigned day, unsigned behind, struct date *d)
{
	const struct token *t = ts->list;
	for (unsigned i = behind; i < behind + TIME_REACH && i < ts->count; i++) {
		struct date other;
		if (is_time(&t[i])) {
			time_at(&t[i], d);
			return;
		}
		if (day_at(&t[i], &other))
			break;
		if (t[i].kind == TOKEN_NUMBER)
			break;
	}
	for (unsigned back = 3; back <= 7 && back <= day; back++) {
		if (is_time(&t[day - back]) && day - back + 3 <= day) {
			time_at(&t[day - back], d);
			return;
		}
	}
}

/* Every form has a number. */
static bool has_digit(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (is_digit(s[i]))
			return true;
	}
	return false;
}

bool date_find(const char *s, size_t len, struct date *ret_date)
{
	struct tokens ts;
	if (!has_digit(s, len > LOOK_MAX ? LOOK_MAX : len))
		return false;
	tokenize(s, len, &ts);
	for (unsigned i = 0; i < ts.count; i++) {
		struct date d = {0};
		unsigned used = day_at(&ts.list[i], &d);
		if (!used)
			continue;
		find_time(&ts, i, i + used, &d);
		*ret_date = d;
		return true;
	}
	return false;
}

bool date_parse(const char *s, size_t len, char ret_text[static DATE_FORMAT_SIZE])
{
	struct date d;
	if (!date_find(s, len, &d))
		return false;
	web_date_format(&d, ret_text);
	return true;
}

/* --- zones --- */

/* Of the clock on the wall, whatever zone it is in. */
static int64_t wall_minutes(const struct date *d)
{
	struct date utc = *d;
	utc.has_zone = true;
	utc.zone_minutes = 0;
	return web_date_seconds(&utc) / 60;
}

/* The same moment on a clock that is so far east of UTC. */
static struct date moved_east(const struct date *utc, int minutes)
{
	struct date d = *utc;
	int minute = d.hour * 60 + d.minute + minutes;
	int days = minute < 0 ? -1 : minute / DAY_MINUTES;
	minute -= days * DAY_MINUTES;
	d.hour = minute / 60;
	d.minute = minute % 60;
	d.zone_minutes = minutes;
	d.day += days;
	if (web_date_is_day(d.year, d.month, d.day))
		return d;
	d.month += days;
	if (d.month < 1 || d.month > 12) {
		d.year += days;
		d.month = d.month < 1 ? 12 : 1;
	}
	d.day = 1;
	while (days < 0 && web_date_is_day(d.year, d.month, d.day + 1))
		d.day++;
	return d;
}

static bool same_day(const struct date *a, const struct date *b)
{
	return a->year == b->year && a->month == b->month && a->day == b->day;
}

/* The first of Indonesia's zones in which it is the day that is shown. */
static void to_shown_day(struct date *told, const struct date *shown)
{
	for (int zone = WIB_MINUTES; zone <= WIT_MINUTES && !same_day(told, shown); zone += 60) {
		struct date local = moved_east(told, zone);
		if (same_day(&local, shown)) {
			*told = local;
			return;
		}
	}
}

void date_to_shown_zone(struct date *told, const struct date *shown)
{
	if (!told->has_time || !told->has_zone || told->zone_minutes != 0)
		return;
	if (!shown->has_time) {
		to_shown_day(told, shown);
		return;
	}
	int64_t east = wall_minutes(shown) - wall_minutes(told);
	if (shown->has_zone && east == 0)
		told->zone_minutes = shown->zone_minutes;
	else if (shown->has_zone ? east == shown->zone_minutes
				 : east % 60 == 0 && east >= WEST_MAX && east <= EAST_MAX)
		*told = moved_east(told, (int)east);
}

static bool is_boundary(char c)
{
	return c == '/' || c == '-' || c == '_' || c == '.' || c == '?' || c == '\0';
}

static int digits_at(const char *s, size_t count)
{
	int n = 0;
	for (size_t i = 0; i < count; i++) {
		if (!is_digit(s[i]))
			return -1;
		n = n * 10 + (s[i] - '0');
	}
	return n;
}

/* A day right at `s`, which has `left` bytes and a NUL behind them. */
static bool day_in_path(const char *s, size_t left, struct date *d)
{
	if (left >= 8 && digits_at(s, 8) >= 0) {
		int n = digits_at(s, 8);
		/* More digits may follow: a number of the article, or a time. */
		return set_day(d, n / 10000, n / 100 % 100, n % 100);
	}
	if (left < 10 || digits_at(s, 4) < 0 || (s[4] != '/' && s[4] != '-') || s[7] != s[4])
		return false;
	int month = digits_at(s + 5, 2), day = digits_at(s + 8, 2);
	return month > 0 && day > 0 && !is_digit(s[10]) && set_day(d, digits_at(s, 4), month, day);
}

bool date_of_url(const char *url, size_t len, struct date *ret_date)
{
	const char *path = memmem(url, len, "://", 3);
	size_t at = path ? (size_t)(path - url) + 3 : 0;
	for (; at < len; at++) {
		struct date d = {0};
		if (at > 0 && is_boundary(url[at - 1]) && day_in_path(url + at, len - at, &d)) {
			*ret_date = d;
			return true;
		}
	}
	return false;
}

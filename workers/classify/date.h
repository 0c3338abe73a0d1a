/* date.h - dates as the Indonesian press writes them. */
#ifndef NETRAL_WORKERS_CLASSIFY_DATE_H
#define NETRAL_WORKERS_CLASSIFY_DATE_H

#include "lib/arena.h"
#include "lib/event.h"

#include <stdbool.h>
#include <stdint.h>

struct doc;
struct sentence;

/* year 0: not known; month or day 0: the precision ends before it. */
struct day {
	int year, month, day;
};

enum date_flag {
	DATE_NEWS = 1,     /* a weekday or brackets stand with it: the press dates its news so */
	DATE_UNSOLVED = 2, /* a weekday or a day without a year that nothing resolves */
	DATE_POLL = 4,     /* the day of a vote, a stage of it, or of an instrument */
	DATE_UP_TO = 8,    /* "hingga", "per": what totals count up to */
	DATE_MISMATCH = 16 /* the printed weekday is not that day's */
};

struct date_mention {
	uint32_t start, end; /* in the plain text */
	struct day day;
	unsigned flags;
};

struct dates {
	struct date_mention *list;
	uint32_t count;
	struct day published; /* year 0: unknown */
	int year;             /* the year the text speaks of, or 0 */
};

/* Fills d->dates. Needs hits and sentences. 0 or NETRAL_ENOMEM. */
int date_read(struct doc *d);

/* Index of the date that sentence `s` tells for something that happened, or -1; `up_to` asks for
 * the day that totals count up to instead. */
int date_of_sentence(const struct doc *d, const struct sentence *s, bool up_to);

/* Index of the date of the news: the first one with a weekday in the body, or -1. */
int date_of_article(const struct doc *d);

/* The ISO form by precision in the arena, {"", 0} for a date that is not solved; NULL memory gives
 * NETRAL_ENOMEM. */
int date_format(const struct date_mention *m, struct arena *arena, struct event_date *ret_date);

/* 1 = Monday ... 7 = Sunday. */
int date_weekday(struct day day);
struct day date_add(struct day day, int days);

#endif

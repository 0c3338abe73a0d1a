/* date.h - dates as the Indonesian press writes them. */
#ifndef NETRAL_WORKERS_CLASSIFY_DATE_H
#define NETRAL_WORKERS_CLASSIFY_DATE_H

#include "lib/arena.h"
#include "lib/event.h"
#include "workers/classify/calendar.h"

#include <stdbool.h>
#include <stdint.h>

struct doc;
struct sentence;

/* Kinds of the words around dates (flags of GROUP_DATEWORD); their value is a number of units. */
#define DATE_WORDS(X)                                                                              \
	X(DAYSHIFT)   /* kemarin: days from the publication date */                                \
	X(WEEKSHIFT)  /* pekan lalu */                                                             \
	X(MONTHSHIFT) /* bulan lalu */                                                             \
	X(YEARSHIFT)  /* tahun lalu */                                                             \
	X(SIDE)       /* behind a date, which side of today it is on: lalu, mendatang */           \
	X(DAYPART)    /* behind a weekday: pagi, malam */                                          \
	X(LEAD)       /* in front of a month without a day: pada, akhir, sejak */                  \
	X(STAGE)      /* what the calendar of an election names: pencoblosan */                    \
	X(HAPPENED)   /* speaks of an act: kejadian, terjadi, direkam */

enum date_word {
#define X(name) DATE_WORD_##name,
	DATE_WORDS(X)
#undef X
		DATE_WORD_COUNT
};

/* Values of a LEAD. */
enum { DATE_LEAD_DAY = 1, DATE_LEAD_SINCE = 2 };

enum date_flag {
	DATE_NEWS = 1,        /* a weekday or brackets stand with it: the press dates its news so */
	DATE_UNSOLVED = 2,    /* a weekday or a day without a year that nothing resolves */
	DATE_POLL = 4,        /* the day of a vote, a stage of it, or of an instrument */
	DATE_UP_TO = 8,       /* "hingga", "per": what totals count up to */
	DATE_MISMATCH = 16,   /* the printed weekday is not that day's */
	DATE_ALONE = 32,      /* a weekday alone, which may mean the last one or the next */
	DATE_PAGE = 64,       /* of a line about the page: when it was put there */
	DATE_SHIFT = 128,     /* told from the day of publication: kemarin, bulan lalu */
	DATE_YEAR = 256,      /* a year alone */
	DATE_RANGE_END = 512, /* "1-3 Mei" begins on the first */
	DATE_POLL_YEAR = 8192, /* of "Pilkada 2020" */
	DATE_SINCE = 4096,     /* "sejak" stands before it */
	DATE_LED = 2048,       /* "pada", "tanggal" stand before it */
	DATE_FRACTION = 1024,  /* two numbers, which may be a date without a year */
};

struct date_mention {
	uint32_t start, end; /* in the plain text */
	struct day day;
	unsigned flags;
	int8_t weekday; /* as printed, or 0 */
	int8_t side;    /* -1: past, 1: to come, 0: not told */
	int8_t unit;    /* enum date_word of a shift in `amount`; DATE_WORD_COUNT: none */
	int8_t amount;
};

struct dates {
	struct date_mention *list;
	uint32_t count;
	struct day published; /* as given, else of a line on top of the text; year 0: unknown */
	struct day reference; /* what the text speaks from: published, else its first full date */
	int year;             /* the year the text speaks of, or 0 */
};

/* Fills d->dates. Needs hits and sentences. 0 or NETRAL_ENOMEM. */
int date_read(struct doc *d);

/* Index of the date that sentence `s` tells for something that happened, or -1; `up_to` asks for
 * the day that totals count up to instead. */
int date_of_sentence(const struct doc *d, const struct sentence *s, bool up_to);

/* Index of the first date that starts at byte `at` of the plain text or behind it. */
uint32_t date_first(const struct doc *d, uint32_t at);

/* Solves what the dates leave open: the year, or the day that a weekday or a shift means. Also
 * finds the lines about the page on top of the text, and the publication date when none is given.
 */
void date_solve_all(struct doc *d);
void date_solve(const struct doc *d, struct date_mention *m);

/* What stands around the dates says what they are the dates of: sets flags. */
void date_mark_roles(struct doc *d);

/* The ISO form by precision in the arena, {"", 0} for a date that is not solved; NULL memory gives
 * NETRAL_ENOMEM. */
int date_format(const struct date_mention *m, struct arena *arena, struct event_date *ret_date);

#endif

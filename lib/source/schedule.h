/* schedule.h - when a source is polled next, and whether it has dried up.
 *
 * Pure: times and random numbers are parameters, so a year of polling is a loop in a test. Times
 * are milliseconds since 1970. The formulas and their reasons are in docs/sources.md. Any thread.
 */
#ifndef NETRAL_LIB_SOURCE_SCHEDULE_H
#define NETRAL_LIB_SOURCE_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#define SCHEDULE_MINUTE_MS ((uint64_t)60 * 1000)
#define SCHEDULE_HOUR_MS   (60 * SCHEDULE_MINUTE_MS)
#define SCHEDULE_DAY_MS    (24 * SCHEDULE_HOUR_MS)

/* How far back the rate of news is remembered: what is older counts less than half. */
#define SCHEDULE_MEMORY_MS (12 * SCHEDULE_HOUR_MS)
/* What is known of a source before its first answer: one article in so long. */
#define SCHEDULE_PRIOR_MS (30 * SCHEDULE_MINUTE_MS)
/* A server that says "come back in a year" is asked sooner. */
#define SCHEDULE_RETRY_AFTER_MAX_MS (7 * SCHEDULE_DAY_MS)

enum {
	SCHEDULE_SILENCES = 4,       /* periods whose longest silence is remembered */
	SCHEDULE_SPREAD = 10,        /* ordinary waits vary by one part in so many, up or down */
	SCHEDULE_FAILURES_MAX = 1000 /* counted in a row */
};

/* From the configuration; 0 < min_ms <= max_ms. */
struct schedule_bounds {
	uint64_t min_ms, max_ms;
};

/* What the feed and HTTP ask for, as the last good answer said it; 0 for nothing. */
struct schedule_hints {
	uint64_t floor_ms; /* do not ask again within: RSS ttl, Cache-Control max-age (RFC 9111) */
	uint64_t habit_ms; /* syn:updatePeriod: a guess for a source that is not known yet */
	uint32_t skip_hours; /* as in struct feed_hints */
	uint32_t skip_days;
};

enum poll_result {
	POLL_ANSWERED,  /* 200, read */
	POLL_UNCHANGED, /* 304 */
	POLL_BUSY,      /* 429, or 503 with Retry-After: the server is well and asks for less */
	POLL_FAILED,    /* other 5xx, other 4xx, no connection, time out, or unreadable */
};

struct poll_outcome {
	enum poll_result result;
	uint64_t retry_after_ms; /* from now; 0 when the header was not there */
	uint32_t items;          /* in the feed, when answered */
	uint32_t new_items;      /* of them, not seen before */
	uint32_t dated;          /* of the new ones, with a date */
	uint64_t span_ms; /* from the oldest date in the feed to the newest; 0 when not known */
};

/* Shares of good items, over about 16 and about 256 of them. */
struct schedule_share {
	double recent, usual;
	uint32_t seen;
};

/* What is kept of a source; a zeroed one was never polled. */
struct schedule {
	double news, news_ms; /* new items, and the time in which they came; both fade */
	uint64_t answered_ms; /* the last 200 or 304 */
	uint64_t polled_ms;   /* the last poll */
	uint64_t retry_at_ms; /* not before, as the server said */
	uint64_t pace_ms;     /* not more often, learnt from POLL_BUSY */
	uint32_t failures;    /* in a row, busy ones too */
	bool overrun;         /* the last answer held nothing that was known: some may be lost */
	struct schedule_hints hints;

	uint64_t news_at_ms; /* when something new came last, or when polling began */
	uint64_t period_ms;  /* when silence_ms[0] began */
	uint64_t silence_ms[SCHEDULE_SILENCES]; /* longest silence a period, newest first */
	struct schedule_share dates, articles;
};

/* Takes the outcome of a poll at `now_ms` into account. `hints` are those of this answer and may be
 * NULL; they count only when it was answered. */
void schedule_record(struct schedule *s, const struct schedule_bounds *b,
		     const struct poll_outcome *o, const struct schedule_hints *hints,
		     uint64_t now_ms);

/* Of new items, whenever they came, `ended` are done with, and `articles` of them gave one. */
void schedule_record_items(struct schedule *s, uint32_t articles, uint32_t ended);

/* When to poll next, `now_ms` being the time of the last poll, or of the start. `random` is any
 * number, new for each call. Never before now_ms + min_ms; never after now_ms + max_ms, except that
 * a Retry-After is waited for up to SCHEDULE_RETRY_AFTER_MAX_MS, and a little longer. A source that
 * was never polled is asked within min_ms, spread over it. */
uint64_t schedule_next(const struct schedule *s, const struct schedule_bounds *b, uint64_t now_ms,
		       uint32_t random);

/* Bits of what an operator should look at. */
enum schedule_flag {
	SCHEDULE_SILENT = 1,  /* nothing new for longer than its own habit */
	SCHEDULE_FAILING = 2, /* no answer for a day */
	SCHEDULE_UNDATED = 4, /* most of the newest items have no date */
	SCHEDULE_UNPARSED =
		8, /* less than half as many of the newest items give an article as used to */
};
enum { SCHEDULE_FLAG_COUNT = 4 };
unsigned schedule_flags(const struct schedule *s, uint64_t now_ms);

/* "silent", "failing", "undated", "unparsed", of the n-th bit; n < SCHEDULE_FLAG_COUNT. */
const char *schedule_flag_name(unsigned n);

/* The silence beyond which the source counts as dried up. */
uint64_t schedule_patience_ms(const struct schedule *s);

#endif

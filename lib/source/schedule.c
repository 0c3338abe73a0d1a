#include "lib/source/schedule.h"

#include "lib/error.h"

enum {
	DOUBLINGS_MAX = 20,
	RECENT_ITEMS = 16,
	USUAL_ITEMS = 256,
	ENOUGH_ITEMS = 32,
	PACE_EASE = 16
};

#define PERIOD_MS         (7 * SCHEDULE_DAY_MS)
#define PATIENCE_FIRST_MS (7 * SCHEDULE_DAY_MS) /* until a whole period was seen */
#define PATIENCE_MIN_MS   SCHEDULE_DAY_MS
#define PATIENCE_MAX_MS   (60 * SCHEDULE_DAY_MS)
#define FAILING_MS        SCHEDULE_DAY_MS

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t since(uint64_t then_ms, uint64_t now_ms)
{
	return now_ms > then_ms ? now_ms - then_ms : 0; /* clocks are set back */
}

/* --- what is learnt --- */

/* The longer ago, the less it counts: by half after SCHEDULE_MEMORY_MS of one wait, and less than
 * half after several waits of the same length together. */
static void record_news(struct schedule *s, double count, double elapsed_ms)
{
	double keep = (double)SCHEDULE_MEMORY_MS / ((double)SCHEDULE_MEMORY_MS + elapsed_ms);
	s->news = s->news * keep + count;
	s->news_ms = s->news_ms * keep + elapsed_ms;
}

/* The first answer is all new, which says nothing; how far apart its dates are says how often the
 * source publishes. */
static void record_first(struct schedule *s, const struct poll_outcome *o, uint64_t now_ms)
{
	if (o->span_ms > 0 && o->items > 1) {
		double span = (double)least(o->span_ms, 365 * SCHEDULE_DAY_MS);
		double scale =
			span > (double)SCHEDULE_MEMORY_MS ? (double)SCHEDULE_MEMORY_MS / span : 1;
		s->news = (o->items - 1) * scale;
		s->news_ms = span * scale;
	}
	s->news_at_ms = now_ms;
	s->period_ms = now_ms;
}

/* A silence that was flagged counts as no more than the patience it exceeded, so that one long
 * outage does not make the source's habit. */
static void record_silence(struct schedule *s, uint64_t now_ms)
{
	uint64_t silence = least(since(s->news_at_ms, now_ms), schedule_patience_ms(s));
	if (since(s->period_ms, now_ms) >= PERIOD_MS) {
		for (int i = SCHEDULE_SILENCES - 1; i > 0; i--)
			s->silence_ms[i] = s->silence_ms[i - 1];
		s->silence_ms[0] = 0;
		s->period_ms = now_ms;
	}
	s->silence_ms[0] = most(s->silence_ms[0], silence);
	s->news_at_ms = now_ms;
}

static void record_share(struct schedule_share *s, uint32_t good, uint32_t all)
{
	double share = good < all ? (double)good / all : 1;
	double recent = (double)all / (RECENT_ITEMS + (double)all);
	double usual = (double)all / (USUAL_ITEMS + (double)all);
	if (all == 0)
		return;
	if (s->seen == 0)
		s->recent = s->usual = share;
	s->recent += (share - s->recent) * recent;
	s->usual += (share - s->usual) * usual;
	s->seen = s->seen + all < ENOUGH_ITEMS ? s->seen + all : ENOUGH_ITEMS;
}

/* When nothing in the feed was known, it does not reach back to the last answer: its items came
 * within their own span. */
static uint64_t time_of_news(const struct schedule *s, const struct poll_outcome *o,
			     uint64_t now_ms)
{
	uint64_t elapsed = since(s->answered_ms, now_ms);
	return s->overrun && o->span_ms > 0 ? least(elapsed, o->span_ms) : elapsed;
}

static void record_answer(struct schedule *s, const struct poll_outcome *o, uint64_t now_ms)
{
	uint32_t new_items = o->result == POLL_ANSWERED ? o->new_items : 0;
	bool first = s->answered_ms == 0;
	s->overrun = !first && new_items > 0 && new_items >= o->items;
	if (first)
		record_first(s, o, now_ms);
	else
		record_news(s, new_items, (double)time_of_news(s, o, now_ms));
	if (!first && new_items > 0)
		record_silence(s, now_ms);
	record_share(&s->dates, o->dated, new_items);
	s->answered_ms = most(now_ms, 1);
	s->failures = 0;
	s->pace_ms -= s->pace_ms / PACE_EASE;
}

void schedule_record_items(struct schedule *s, uint32_t articles, uint32_t ended)
{
	record_share(&s->articles, articles, ended);
}

/* The wait that the rate of news alone asks for: the time in which one article is to be expected,
 * with the prior as if it had been seen. */
static double wait_by_rate(const struct schedule *s)
{
	bool known = s->news_ms > 0;
	double prior = (double)SCHEDULE_PRIOR_MS;
	if (!known && s->hints.habit_ms > 0)
		prior = (double)s->hints.habit_ms;
	double wait = (s->news_ms + prior) / (s->news + 1);
	return s->overrun ? wait / 2 : wait;
}

static uint64_t bounded(double wait_ms, const struct schedule_bounds *b)
{
	if (wait_ms <= (double)b->min_ms)
		return b->min_ms;
	return wait_ms >= (double)b->max_ms ? b->max_ms : (uint64_t)wait_ms;
}

static uint64_t ordinary_wait(const struct schedule *s, const struct schedule_bounds *b)
{
	uint64_t wait = bounded(wait_by_rate(s), b);
	wait = most(wait, most(s->pace_ms, s->hints.floor_ms));
	return least(wait, b->max_ms);
}

void schedule_record(struct schedule *s, const struct schedule_bounds *b,
		     const struct poll_outcome *o, const struct schedule_hints *hints,
		     uint64_t now_ms)
{
	uint64_t retry = least(o->retry_after_ms, SCHEDULE_RETRY_AFTER_MAX_MS);
	if (s->news_at_ms == 0)
		s->news_at_ms = s->period_ms = now_ms;
	s->polled_ms = now_ms;
	s->retry_at_ms = retry > 0 ? now_ms + retry : 0;
	if (o->result == POLL_ANSWERED || o->result == POLL_UNCHANGED) {
		if (hints && o->result == POLL_ANSWERED)
			s->hints = *hints;
		record_answer(s, o, now_ms);
		return;
	}
	if (o->result == POLL_BUSY)
		s->pace_ms = least(2 * ordinary_wait(s, b), b->max_ms);
	s->failures += s->failures < SCHEDULE_FAILURES_MAX;
	s->overrun = false;
}

/* --- what follows --- */

/* Doubles from the least wait with each failure. */
static uint64_t backed_off(const struct schedule *s, const struct schedule_bounds *b)
{
	uint64_t wait = b->min_ms;
	for (uint32_t i = 0; i < s->failures && i < DOUBLINGS_MAX && wait < b->max_ms; i++)
		wait = wait > b->max_ms / 2 ? b->max_ms : wait * 2;
	return wait;
}

/* `part` of 2^32 of `range`. */
static uint64_t part_of(uint64_t range, uint32_t part)
{
	return (uint64_t)((double)range * ((double)part / 4294967296.0));
}

/* After failures the wait is spread over its upper half, so that sources that failed together do
 * not come back together; otherwise a little around it. */
static uint64_t spread(const struct schedule *s, uint64_t wait, uint32_t random)
{
	if (s->failures > 0)
		return wait / 2 + part_of(wait - wait / 2, random);
	uint64_t width = wait / SCHEDULE_SPREAD;
	return wait - width + part_of(2 * width, random);
}

static bool is_skipped(const struct schedule_hints *h, uint64_t ms)
{
	unsigned hour = (unsigned)(ms / SCHEDULE_HOUR_MS % 24);
	unsigned day = (unsigned)((ms / SCHEDULE_DAY_MS + 4) % 7); /* 1970 began on a Thursday */
	return (h->skip_hours >> hour & 1) || (h->skip_days >> day & 1);
}

/* The first moment from `ms` on that the feed does not ask to skip, but not after `end_ms`. */
static uint64_t skip_hours(const struct schedule_hints *h, uint64_t ms, uint64_t end_ms)
{
	while (ms < end_ms && is_skipped(h, ms))
		ms = (ms / SCHEDULE_HOUR_MS + 1) * SCHEDULE_HOUR_MS;
	return least(ms, end_ms);
}

uint64_t schedule_next(const struct schedule *s, const struct schedule_bounds *b, uint64_t now_ms,
		       uint32_t random)
{
	if (s->polled_ms == 0)
		return now_ms + part_of(b->min_ms, random);
	uint64_t wait = ordinary_wait(s, b);
	if (s->failures > 0)
		wait = least(most(wait, backed_off(s, b)), b->max_ms);
	wait = least(most(spread(s, wait, random), b->min_ms), b->max_ms);
	uint64_t next = skip_hours(&s->hints, now_ms + wait, now_ms + b->max_ms);
	/* A little later than asked, never earlier. */
	uint64_t retry = least(s->retry_at_ms, now_ms + SCHEDULE_RETRY_AFTER_MAX_MS);
	if (retry > now_ms)
		next = most(next, retry + part_of(b->min_ms / SCHEDULE_SPREAD, random));
	return next;
}

/* --- dried up --- */

uint64_t schedule_patience_ms(const struct schedule *s)
{
	uint64_t longest = 0;
	for (int i = 0; i < SCHEDULE_SILENCES; i++)
		longest = most(longest, s->silence_ms[i]);
	if (s->silence_ms[1] == 0)
		return most(PATIENCE_FIRST_MS, least(2 * longest, PATIENCE_MAX_MS));
	return least(most(2 * longest, PATIENCE_MIN_MS), PATIENCE_MAX_MS);
}

static bool is_enough(const struct schedule_share *s)
{
	return s->seen >= ENOUGH_ITEMS;
}

unsigned schedule_flags(const struct schedule *s, uint64_t now_ms)
{
	uint64_t answered_ms = s->answered_ms > 0 ? s->answered_ms : s->period_ms;
	unsigned flags = 0;
	if (s->news_at_ms > 0 && since(s->news_at_ms, now_ms) > schedule_patience_ms(s))
		flags |= SCHEDULE_SILENT;
	if (s->failures > 0 && since(answered_ms, now_ms) > FAILING_MS)
		flags |= SCHEDULE_FAILING;
	if (is_enough(&s->dates) && s->dates.recent < 0.5)
		flags |= SCHEDULE_UNDATED;
	if (is_enough(&s->articles) && s->articles.recent < s->articles.usual / 2)
		flags |= SCHEDULE_UNPARSED;
	return flags;
}

const char *schedule_flag_name(unsigned n)
{
	/* In the order of the bits. */
	static const char *const names[SCHEDULE_FLAG_COUNT] = {"silent", "failing", "undated",
							       "unparsed"};
	netral_assert(n < SCHEDULE_FLAG_COUNT);
	return names[n];
}

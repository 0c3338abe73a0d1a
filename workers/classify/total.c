/* A total is a number of servants or cases with a stage, large or spoken of as a tally, on
 * neutrality. Each number takes the stage that stands nearest to it. Several series in one article
 * (Pemilu 2024 beside Pilkada 2020) are told apart by the year of the election. */
#include "workers/classify/total.h"

#include "workers/classify/claim.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
	TOTAL_MIN = 10, /* a tally starts here; below, a number counts the people of one case */
	LARGE_MIN = 30, /* a tally without being called so */
	CASES_MIN = 3,  /* cases with a second number, */
	CASES_SURE = 5, /* and without one */
	STAGE_REACH = 180,
	BEFORE_PENALTY = 40,
	COMMA_PENALTY = 60,
	YEAR_REACH = 30,
	FOLLOW_SENTENCES = 6,
};

static bool alleged_within(const struct doc *d, const struct sentence *s, uint32_t from,
			   uint32_t to)
{
	doc_for_hits(d, s, h)
	{
		if (h->group == GROUP_STATUS && h->start >= from && h->start < to &&
		    doc_value(d, h) == EVENT_STATUS_ALLEGED)
			return true;
	}
	return false;
}

/* "Ditemukan dugaan" is an allegation, but not when that word belongs to the next number. */
static enum event_status stage_told(const struct doc *d, const struct sentence *s,
				    const struct hit *h, uint32_t to)
{
	enum event_status status = claim_status_of(d, s, h, NULL);
	bool lowered = status == EVENT_STATUS_ALLEGED && doc_value(d, h) == EVENT_STATUS_FOUND;
	return lowered && !alleged_within(d, s, h->end, to) ? EVENT_STATUS_FOUND : status;
}

/* The stage nearest to a number, from `from` to `to`; what stands behind it is nearer than what
 * stands before, and its own unit ("15 laporan") is farthest. */
static enum event_status stage_near(const struct doc *d, const struct sentence *s,
				    const struct count_mention *c, uint32_t from, uint32_t to,
				    const struct hit **ret_cue)
{
	enum event_status best = EVENT_STATUS_NONE;
	uint32_t best_gap = STAGE_REACH;
	doc_for_hits(d, s, h)
	{
		if (h->group != GROUP_STATUS || h->start < from || h->start >= to)
			continue;
		uint32_t gap = h->start >= c->number ? h->start - c->number
						     : c->number - h->start + BEFORE_PENALTY;
		if (h->start >= c->number && h->end <= c->end)
			gap = STAGE_REACH - 1;
		else if (h->start > c->end && memchr(d->plain.s + c->end, ',', h->start - c->end))
			gap += COMMA_PENALTY;
		enum event_status status =
			gap < best_gap ? stage_told(d, s, h, to) : EVENT_STATUS_NONE;
		if (status != EVENT_STATUS_NONE) {
			best = status;
			best_gap = gap;
			*ret_cue = h;
		}
	}
	return best;
}

/* "Pilkada Serentak 2020", "Pemilu 2024", "tahun 2024": the year a number is about. */
static int year_told(const struct doc *d, const struct sentence *s)
{
	doc_for_hits(d, s, h)
	{
		if (h->group != GROUP_POLL)
			continue;
		for (uint32_t i = h->end; i < h->end + YEAR_REACH && i + 4 <= s->end; i++) {
			if (isdigit((unsigned char)d->plain.s[i]))
				return atoi(d->plain.s + i);
		}
	}
	return 0;
}

static struct finding *series_for(struct totals *t, int year)
{
	for (uint32_t i = 0; i < t->count; i++) {
		if (t->year[i] == year || !year) {
			uint32_t last = year ? i : t->count - 1;
			return &t->list[last];
		}
	}
	if (t->count == 1 && t->year[0] == 0) {
		t->year[0] = year;
		return &t->list[0];
	}
	if (t->count == TOTALS_MAX)
		return NULL;
	t->year[t->count] = year;
	t->list[t->count] =
		(struct finding){.kind = EVENT_KIND_VIOLATION, .scope = EVENT_SCOPE_TOTAL};
	return &t->list[t->count++];
}

static void add_stage(struct finding *f, enum event_status status, const struct count_mention *c,
		      const struct hit *cue, uint32_t i)
{
	for (uint32_t k = 0; k < f->stage_count; k++) {
		if (f->stages[k].status == status)
			return; /* the first number printed for a stage stands */
	}
	if (f->stage_count == FINDING_STAGES_MAX)
		return;
	f->stages[f->stage_count++] = (struct event_stage){status, c->count.value};
	if (!f->kind_cue) {
		f->anchor = i;
		f->kind_cue = cue;
	}
	bool further = !f->status_cue || claim_is_further(status, f->status);
	if (further && status == EVENT_STATUS_DISMISSED && f->status_cue)
		further = false;
	if (further || f->status == EVENT_STATUS_DISMISSED) {
		f->status = status;
		f->status_cue = cue;
		f->status_sentence = i;
		f->count = *c;
		f->has_count = true;
	}
}

static bool counts_breaches(const struct doc *d, uint32_t i)
{
	return kinds_near(d, i, 2, 0, GROUP_TOPIC, TOPIC_NEUTRAL) &&
	       kinds_near(d, i, 2, 0, GROUP_SUBJECT, -1);
}

struct tally {
	struct count_mention counts[FINDING_STAGES_MAX];
	const struct hit *cues[FINDING_STAGES_MAX];
	enum event_status status[FINDING_STAGES_MAX];
	uint32_t count;
	uint64_t largest;
	uint64_t cases; /* the largest number of cases, as against persons */
};

/* The stage of a number stands between it and its neighbours; where there is none, the sentence's.
 */
static enum event_status stage_of(const struct doc *d, const struct sentence *s,
				  const struct count_mention *c, uint32_t from,
				  const struct hit **ret_cue)
{
	struct count_mention next;
	bool more = count_next_staged(d, s, c->end, &next);
	enum event_status own = stage_near(d, s, c, from, more ? next.start : s->end, ret_cue);
	bool alone = !more && from == s->start;
	if (own != EVENT_STATUS_NONE || !alone)
		return own;
	return stage_near(d, s, c, s->start, s->end, ret_cue);
}

static void read_tally(const struct doc *d, const struct sentence *s, struct tally *t)
{
	struct count_mention c;
	uint32_t before = s->start;
	for (uint32_t at = s->start;
	     t->count < FINDING_STAGES_MAX && count_next_staged(d, s, at, &c);
	     at = before = c.end) {
		const struct hit *cue = NULL;
		enum event_status status = EVENT_STATUS_NONE;
		if (!c.single && !c.all && c.unit != UNIT_GUEST && c.count.value > 1)
			status = stage_of(d, s, &c, before, &cue);
		if (status == EVENT_STATUS_NONE)
			continue;
		t->counts[t->count] = c;
		t->cues[t->count] = cue;
		t->status[t->count++] = status;
		if (c.count.value > t->largest)
			t->largest = c.count.value;
		if (c.unit == UNIT_CASE && c.count.value > t->cases)
			t->cases = c.count.value;
	}
}

static bool national_body(const struct doc *d, const struct sentence *s)
{
	return doc_find(d, s, GROUP_AGENCY, AGENCY_NATIONAL) != NULL;
}

static uint16_t area_of(const struct doc *d, const struct sentence *s)
{
	int mention = place_of_sentence(d, s);
	return mention < 0 ? AREA_NONE : d->places.list[mention].area;
}

/* Whether a sentence behind a total tells a part of it: of a province it is left out, of a regency
 * it is a case. The total's own area, or one around it, is no part. */
static enum area_level part_told(const struct doc *d, const struct sentence *s,
				 const struct finding *total)
{
	uint16_t area = area_of(d, s);
	uint16_t own = area_of(d, &d->sentences.list[total->anchor]);
	if (area == AREA_NONE || (own != AREA_NONE && place_within(d, own, area)))
		return AREA_NATION;
	return (enum area_level)d->c->gazetteer.areas[area].level;
}

bool total_read(const struct doc *d, uint32_t i, struct totals *t)
{
	const struct sentence *s = &d->sentences.list[i];
	struct tally tally = {0};
	bool follows = t->count && i - t->last_sentence <= FOLLOW_SENTENCES;
	if (!follows && !counts_breaches(d, i))
		return false;
	read_tally(d, s, &tally);
	bool cases = tally.cases >= CASES_MIN && (tally.count > 1 || tally.cases >= CASES_SURE);
	bool large = tally.largest >= TOTAL_MIN &&
		     (tally.count > 1 || tally.largest >= LARGE_MIN || national_body(d, s) ||
		      doc_find(d, s, GROUP_CLAUSE, CLAUSE_TALLY));
	if (tally.count == 0 || (!large && !cases && !follows))
		return false;
	enum area_level part = follows ? part_told(d, s, &t->list[t->count - 1]) : AREA_NATION;
	if (part != AREA_NATION)
		return part == AREA_PROVINCE;
	struct finding *f = series_for(t, year_told(d, s));
	if (!f)
		return true;
	for (uint32_t k = 0; k < tally.count; k++)
		add_stage(f, tally.status[k], &tally.counts[k], tally.cues[k], i);
	finding_add_sentence(f, i);
	t->last_sentence = i;
	return true;
}

void total_finish(const struct doc *d, struct totals *t, struct findings *f)
{
	(void)d;
	for (uint32_t i = 0; i < t->count && f->count < FINDINGS_MAX; i++) {
		if (t->list[i].status_cue)
			f->list[f->count++] = t->list[i];
	}
}

/* Which servants take part or offend. Others are told as well: speakers by their offices, servants
 * that a law names, a body's own name ("Komisi Aparatur Sipil Negara"), the topic ("netralitas
 * ASN" at a session for village heads). So every mention near the finding is weighed, most where
 * people are counted or come together, and a class counts that has a fair part of the best one's
 * points. */
#include "workers/classify/clause.h"
#include "workers/classify/fields.h"

#include <ctype.h>
#include <string.h>

enum {
	NEAR_SENTENCES = 3, /* around a gathering's sentences */
	COUNTED_REACH = 40, /* "265 ASN, guru dan kepala kampung" */
	CROWD_REACH = 50,
	TOPIC_REACH = 24, /* "netralitas para ASN" */
	SUBJECT_CLASSES = 8,
	POINTS_OWN = 4,
	POINTS_NEAR = 2,
	POINTS_COUNTED = 8,
	POINTS_CROWD = 4,
	POINTS_TOPIC = 1,
	/* Of the best class's points, one in so many; gatherings are often mixed. */
	FAIR_PART_GATHERED = 3,
	FAIR_PART_OFFENDING = 2,
};

struct tally {
	const struct draft *t;
	bool gathering;
	unsigned points[SUBJECT_CLASSES];
	bool anchored[SUBJECT_CLASSES]; /* named where the gathering itself is told */
	const struct hit *first[SUBJECT_CLASSES];
};

static bool is_before(const struct hit *h, const struct hit *cue, uint32_t reach)
{
	return cue->end <= h->start && h->start - cue->end <= reach;
}

/* Part of a body's name. */
static bool is_in_name(const struct doc *d, const struct sentence *s, const struct hit *h)
{
	doc_for_hits(d, s, k)
	{
		if (k->group == GROUP_AGENCY && k->start <= h->start && h->end <= k->end &&
		    k->end - k->start > h->end - h->start)
			return true;
	}
	return false;
}

static bool has_between(const struct doc *d, const struct sentence *s, enum phrase_group group,
			uint32_t from, uint32_t to)
{
	return doc_find_in(d, s, group, from, to) != NULL;
}

/* "netralitas ASN, TNI dan Polri", not "netralitas diikuti 120 ASN" */
static bool is_topic(const struct doc *d, const struct sentence *s, const struct hit *h)
{
	doc_for_hits(d, s, k)
	{
		if (k->group != GROUP_TOPIC)
			continue;
		if (k->start <= h->start && h->end <= k->end)
			return true;
		if (is_before(h, k, TOPIC_REACH) &&
		    !has_between(d, s, GROUP_CROWD, k->end, h->start) &&
		    !has_between(d, s, GROUP_HOLD, k->end, h->start))
			return true;
	}
	return false;
}

static bool has_crowd(const struct doc *d, const struct sentence *s, const struct hit *h)
{
	doc_for_hits(d, s, k)
	{
		if (k->group == GROUP_CROWD && doc_value(d, k) <= CROWD_TOTAL &&
		    (is_before(h, k, CROWD_REACH) || is_before(k, h, CROWD_REACH)))
			return true;
	}
	return false;
}

/* "Kepala Dinas Budi", "Pj Bupati Aceh Tamiang": an office with a name or an area behind it. */
static bool is_named_office(const struct doc *d, const struct sentence *s, const struct hit *h)
{
	const char *text = d->plain.s;
	const struct hit *office = doc_find_in(d, s, GROUP_JOB, h->start, h->end);
	return office && text[h->end] == ' ' && isupper((unsigned char)text[h->end + 1]);
}

static bool is_counted(const struct draft *t, const struct hit *h, uint32_t reach)
{
	return t->event->count.qualifier && h->end > t->counted.start &&
	       h->start < t->counted.end + reach;
}

static bool is_anchor(const struct draft *t, const struct sentence *s)
{
	return s == &t->d->sentences.list[t->finding->anchor];
}

/* "Netralitas ASN" is any session's topic; "netralitas TNI" tells who is there. */
static unsigned topic_points(const struct tally *y, const struct sentence *s, const struct hit *h)
{
	if (!y->gathering || !is_anchor(y->t, s))
		return POINTS_TOPIC;
	return doc_value(y->t->d, h) == EVENT_SUBJECT_ASN ? POINTS_NEAR : POINTS_COUNTED;
}

static unsigned points_of(const struct tally *y, const struct sentence *s, const struct hit *h,
			  unsigned base)
{
	const struct doc *d = y->t->d;
	const unsigned unreal = CLAUSE_BIT(PROHIBITION) | CLAUSE_BIT(HYPOTHESIS) |
				CLAUSE_BIT(DUTY) | CLAUSE_BIT(WARNING);
	if (is_in_name(d, s, h))
		return 0;
	if (is_counted(y->t, h, 0))
		return POINTS_COUNTED;
	if (is_topic(d, s, h))
		return topic_points(y, s, h);
	if (y->gathering && is_counted(y->t, h, COUNTED_REACH))
		return POINTS_COUNTED;
	if (y->gathering && is_named_office(d, s, h))
		return 0;
	if (!y->gathering && doc_find(d, s, GROUP_CLAUSE, CLAUSE_SAYING) &&
	    is_named_office(d, s, h))
		return 0;
	if (clause_read(d, s, h) & unreal)
		return POINTS_TOPIC;
	return base + (y->gathering && has_crowd(d, s, h) ? POINTS_CROWD : 0);
}

static void weigh(struct tally *y, uint32_t i, unsigned base)
{
	const struct doc *d = y->t->d;
	const struct sentence *s = &d->sentences.list[i];
	if (s->flags & SENTENCE_DROPPED)
		return;
	doc_for_hits(d, s, h)
	{
		if (h->group != GROUP_SUBJECT)
			continue;
		int64_t class = doc_value(d, h);
		unsigned points = points_of(y, s, h, base);
		if (points && !y->first[class])
			y->first[class] = h;
		y->points[class] += points;
		y->anchored[class] |= points >= POINTS_OWN && is_anchor(y->t, s);
	}
}

/* Whether sentence `i` is the finding's (then `base` is for its own). */
static bool is_own(const struct finding *f, uint32_t i)
{
	for (uint32_t k = 0; k < f->sentence_count; k++) {
		if (f->sentences[k] == i)
			return true;
	}
	return i == f->anchor;
}

static void weigh_all(struct tally *y)
{
	const struct doc *d = y->t->d;
	const struct finding *f = y->t->finding;
	uint32_t first = f->sentence_count ? f->sentences[0] : f->anchor;
	uint32_t last = f->sentence_count ? f->sentences[f->sentence_count - 1] : f->anchor;
	uint32_t near = y->gathering ? NEAR_SENTENCES : 0;
	uint32_t from = first > near ? first - near : 0;
	for (uint32_t i = from; i < d->sentences.count && i <= last + near; i++) {
		if (is_own(f, i))
			weigh(y, i, POINTS_OWN);
		else if (y->gathering && !(d->sentences.list[i].flags & SENTENCE_TITLE))
			weigh(y, i, POINTS_NEAR);
	}
	if (from > 0 || !is_own(f, 0))
		weigh(y, 0, y->gathering ? POINTS_OWN : POINTS_NEAR); /* the headline */
}

static bool counts(const struct tally *y, int class)
{
	unsigned best = 0;
	for (int v = 1; v < SUBJECT_CLASSES; v++)
		best = y->points[v] > best ? y->points[v] : best;
	unsigned part = y->gathering ? FAIR_PART_GATHERED : FAIR_PART_OFFENDING;
	return best && (y->points[class] * part >= best || (y->gathering && y->anchored[class]));
}

void fields_subjects(struct draft *t)
{
	struct tally y = {.t = t, .gathering = t->finding->kind != EVENT_KIND_VIOLATION};
	enum event_subject *list = arena_calloc(t->d->out, SUBJECT_CLASSES, sizeof(*list));
	if (!list) {
		t->no_memory = true;
		return;
	}
	weigh_all(&y);
	for (int v = 1; v < SUBJECT_CLASSES; v++) {
		if (!counts(&y, v))
			continue;
		list[t->event->subject_count++] = (enum event_subject)v;
		draft_evidence_hit(t, "subjects", y.first[v]);
	}
	t->event->subjects = list;
}

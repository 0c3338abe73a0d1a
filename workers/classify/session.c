/* SESSION: an occasion at which public servants are told about neutrality.
 *
 * Nouns come in two kinds. TEACHING ("sosialisasi", "bimtek") must itself be about neutrality: the
 * word stands in its sentence. GATHERING ("apel", "rakor") may be about anything, but then somebody
 * must speak on neutrality there: a passage close behind the noun.
 *
 * A noun alone says nothing ("sosialisasi harus dilakukan"). Somewhere the text must say that the
 * occasion takes place (HOLD) and give it a body: a day, a hall, guests, an opening speech, or a
 * "this". What is wished for, required, or done all the time does not count. A pledge at which a
 * leader speaks to those assembled is a session too. */
#include "workers/classify/clause.h"
#include "workers/classify/kinds.h"

#include <string.h>

enum {
	PASSAGE_SENTENCES = 6, /* how far behind a gathering the passage may begin */
	HOLD_REACH = 90,
	POLL_REACH = 40,
	SEQUEL_SENTENCES = 3,
	DATE_BYTES_MAX = 40, /* of a sentence that is nothing but a date */
};

#define UNREAL                                                                                     \
	(CLAUSE_BIT(HYPOTHESIS) | CLAUSE_BIT(NEGATION) | CLAUSE_BIT(DENIAL) | CLAUSE_BIT(DUTY) |   \
	 CLAUSE_BIT(PROHIBITION) | CLAUSE_BIT(PURPOSE) | CLAUSE_BIT(MEANS) | CLAUSE_BIT(SERIES))

struct reading {
	const struct doc *d;
	struct finding held, planned;
	unsigned topical, body; /* sentences about neutrality; signs of a certain occasion */
	unsigned planned_body;
};

/* "sosialisasi ini", "kegiatan tersebut" */
static bool is_pointed_at(const struct doc *d, const struct hit *h)
{
	const char *s = d->plain.s + h->end;
	if (*s != ' ')
		return false;
	s++;
	return strncasecmp(s, "ini", 3) == 0 || strncasecmp(s, "tersebut", 8) == 0 ||
	       strncasecmp(s, "itu ", 4) == 0;
}

/* The HOLD cue of the sentence that is nearest to the noun. */
static const struct hit *hold_near(const struct doc *d, const struct sentence *s,
				   const struct hit *noun)
{
	const struct hit *best = NULL;
	uint32_t best_gap = HOLD_REACH;
	doc_for_hits(d, s, h)
	{
		if (h->group != GROUP_HOLD || doc_value(d, h) == HOLD_PLANNED)
			continue;
		uint32_t gap = h->end <= noun->start   ? noun->start - h->end
			       : h->start >= noun->end ? h->start - noun->end
						       : 0;
		if (gap < best_gap) {
			best = h;
			best_gap = gap;
		}
	}
	return best;
}

/* A poll right before the cue is what is scheduled, not the gathering. */
static bool schedules_a_poll(const struct doc *d, const struct sentence *s, const struct hit *cue)
{
	uint32_t from = cue->start > POLL_REACH ? cue->start - POLL_REACH : 0;
	return doc_find_in(d, s, GROUP_POLL, from, cue->start) != NULL;
}

static bool is_scheduled(const struct doc *d, const struct sentence *s, const struct hit *noun)
{
	doc_for_hits(d, s, h)
	{
		if (h->group != GROUP_HOLD || doc_value(d, h) != HOLD_PLANNED)
			continue;
		uint32_t gap = h->start > noun->end   ? h->start - noun->end
			       : noun->start > h->end ? noun->start - h->end
						      : 0;
		if (gap <= HOLD_REACH && !schedules_a_poll(d, s, h))
			return true;
	}
	return false;
}

static bool is_future(const struct doc *d, const struct sentence *s, const struct hit *noun,
		      const struct hit *hold)
{
	if (is_scheduled(d, s, noun))
		return true;
	unsigned bits = clause_read(d, s, noun) | (hold ? clause_read(d, s, hold) : 0);
	return bits & CLAUSE_BIT(FUTURE);
}

/* A body sentence on neutrality, said to public servants, in the manner of speeches. */
static bool is_passage(const struct doc *d, const struct sentence *s)
{
	return doc_is_body(s) && doc_find(d, s, GROUP_TOPIC, TOPIC_NEUTRAL) &&
	       (doc_find(d, s, GROUP_HOLD, HOLD_SPEECH) ||
		doc_find(d, s, GROUP_CLAUSE, CLAUSE_DUTY) ||
		doc_find(d, s, GROUP_CLAUSE, CLAUSE_PROHIBITION) ||
		doc_find(d, s, GROUP_CLAUSE, CLAUSE_SAYING));
}

static bool passage_behind(const struct doc *d, uint32_t i)
{
	for (uint32_t k = i; k < d->sentences.count && k <= i + PASSAGE_SENTENCES; k++) {
		if (is_passage(d, &d->sentences.list[k]) &&
		    kinds_near(d, k, 1, 0, GROUP_SUBJECT, -1))
			return true;
	}
	return false;
}

static bool is_topical(const struct doc *d, uint32_t i, const struct hit *noun)
{
	const struct sentence *s = &d->sentences.list[i];
	if (doc_value(d, noun) == SESSION_TEACHING)
		return doc_find(d, s, GROUP_TOPIC, TOPIC_NEUTRAL) &&
		       kinds_near(d, i, 1, 1, GROUP_SUBJECT, -1);
	return doc_find(d, s, GROUP_SUBJECT, -1) && passage_behind(d, i) &&
	       kinds_occasion(d, s) > 0;
}

static void note(struct finding *f, uint32_t i, const struct hit *noun, const struct hit *hold,
		 unsigned weight)
{
	if (!f->kind_cue || weight > f->support) {
		f->anchor = f->status_sentence = i;
		f->kind_cue = noun;
		f->status_cue = hold ? hold : noun;
		f->support = weight;
	}
	finding_add_sentence(f, i);
}

static void read_noun(struct reading *r, uint32_t i, const struct hit *noun)
{
	const struct doc *d = r->d;
	const struct sentence *s = &d->sentences.list[i];
	unsigned bits = clause_read(d, s, noun);
	bool gathering = doc_value(d, noun) == SESSION_GATHERING;
	if (bits & UNREAL || (gathering && bits & CLAUSE_BIT(AFTER)))
		return;
	bool topical = is_topical(d, i, noun);
	bool pointed = is_pointed_at(d, noun);
	const struct hit *hold = hold_near(d, s, noun);
	unsigned occasion = kinds_occasion(d, s);
	if (!topical && !((pointed || occasion) && !gathering && r->topical))
		return;
	if (is_future(d, s, noun, hold)) {
		if (topical) {
			note(&r->planned, i, noun, doc_find(d, s, GROUP_HOLD, -1), 1 + occasion);
			r->planned_body += occasion;
			r->planned_body += is_scheduled(d, s, noun);
		}
		return;
	}
	bool speech = doc_find(d, s, GROUP_HOLD, HOLD_SPEECH) != NULL;
	if (!hold && !pointed && !(bits & CLAUSE_BIT(AFTER)))
		return;
	r->topical += topical;
	r->body += occasion + pointed + speech + !!(bits & CLAUSE_BIT(AFTER));
	note(&r->held, i, noun, hold, (topical ? 3 : 0) + occasion + speech + (hold != NULL));
}

/* The opening speech, or who came, told in a sentence of its own, gives a body to what was
 * announced shortly before. */
static void read_sequel(struct reading *r, uint32_t i)
{
	const struct sentence *s = &r->d->sentences.list[i];
	if (!r->topical || i - r->held.sentences[r->held.sentence_count - 1] > SEQUEL_SENTENCES)
		return;
	bool only_a_date = s->end - s->start <= DATE_BYTES_MAX && kinds_occasion(r->d, s);
	if (only_a_date || doc_find(r->d, s, GROUP_HOLD, HOLD_SPEECH) ||
	    doc_find(r->d, s, GROUP_HOLD, HOLD_ATTEND)) {
		r->body++;
		finding_add_sentence(&r->held, i);
	}
}

static void read_sentence(struct reading *r, uint32_t i)
{
	const struct sentence *s = &r->d->sentences.list[i];
	bool noun = false;
	doc_for_hits(r->d, s, h)
	{
		if (h->group == GROUP_SESSION && doc_value(r->d, h) != SESSION_OFF) {
			read_noun(r, i, h);
			noun = true;
		}
	}
	if (!noun)
		read_sequel(r, i);
}

/* A pledge with a speech on neutrality: the session's sentences are the pledge's and the speech. */
static void read_pledge_session(struct reading *r, const struct finding *pledge)
{
	for (uint32_t i = 0; i < r->d->sentences.count; i++) {
		const struct sentence *s = &r->d->sentences.list[i];
		const struct hit *speech = doc_find(r->d, s, GROUP_HOLD, HOLD_SPEECH);
		if (!doc_is_body(s) || !speech || doc_find(r->d, s, GROUP_CLAUSE, CLAUSE_AFTER) ||
		    !kinds_near(r->d, i, 0, 1, GROUP_TOPIC, TOPIC_NEUTRAL))
			continue;
		r->held = *pledge;
		r->held.status_cue = speech;
		r->held.has_count = false;
		finding_add_sentence(&r->held, i);
		r->topical = r->body = 1;
		return;
	}
}

static void keep(struct findings *f, struct finding *finding, enum event_status status)
{
	if (f->count == FINDINGS_MAX)
		return;
	finding->kind = EVENT_KIND_SESSION;
	finding->status = status;
	finding->scope = EVENT_SCOPE_CASE;
	f->list[f->count++] = *finding;
}

/* How many were there: the guests of a sentence that belongs to the session. */
static void read_count(const struct doc *d, struct finding *f)
{
	for (uint32_t k = 0; k < f->sentence_count && !f->has_count; k++) {
		const struct sentence *s = &d->sentences.list[f->sentences[k]];
		struct count_mention c;
		if (!doc_find(d, s, GROUP_HOLD, HOLD_ATTEND))
			continue;
		for (uint32_t at = s->start; count_next(d, s, at, &c); at = c.end) {
			if (c.unit != UNIT_CASE && !c.single &&
			    (c.count.value > 2 || c.count.qualifier == EVENT_QUALIFIER_SEVERAL)) {
				f->count = c;
				f->has_count = true;
				break;
			}
		}
	}
}

void session_read(const struct doc *d, struct findings *f)
{
	struct reading r = {.d = d};
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		if (doc_is_body(&d->sentences.list[i]))
			read_sentence(&r, i);
	}
	bool held = r.topical && r.body;
	for (uint32_t i = 0; i < f->count && !held; i++) {
		if (f->list[i].kind == EVENT_KIND_PLEDGE && f->list[i].status == EVENT_STATUS_MADE)
			read_pledge_session(&r, &f->list[i]);
		held = r.topical && r.body;
	}
	if (held) {
		r.held.support += r.body;
		read_count(d, &r.held);
		keep(f, &r.held, EVENT_STATUS_HELD);
	} else if (r.planned_body) {
		r.planned.support += r.planned_body;
		read_count(d, &r.planned);
		keep(f, &r.planned, EVENT_STATUS_PLANNED);
	}
}

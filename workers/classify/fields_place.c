/* Where an event was. Every mention of an area is a vote, which weighs by what it says (a session
 * is where its hall is, an offender serves where the bodies are that speak of him) and by how near
 * to the event it is told: in its anchor, in front of that in its paragraph, in its other
 * sentences, or anywhere. What is told elsewhere counts little, and together no more than FAR_MAX,
 * so that an article's second case is not moved to where its first one is.
 *
 * Regencies and provinces are voted on apart. A regency is taken rather than the province around it
 * when it is told near the event, or by the article at large and the province only by a body of it.
 * What bodies of the nation do is the nation's unless the text tells an area: neither the
 * newsroom's city nor where somebody spoke does. A total is of the body that counts, not of the
 * areas it lists. */
#include "workers/classify/fields.h"

#include <string.h>

enum {
	NEAR_ANCHOR = 6,  /* factors by distance */
	NEAR_LEAD_IN = 5, /* in front of the anchor in its paragraph */
	NEAR_BEFORE = 3,  /* the paragraph before */
	NEAR_OWN = 3,     /* another sentence of the finding */
	NEAR_TITLE = 2,
	FAR = 1,
	NEAR_WEAK = 12, /* a body's word in the anchor */
	FAR_MAX_SESSION = 12,
	FAR_MAX_VIOLATION = 5,
	STAMP_BONUS = 8,
	FROM_BONUS = 2,
	LEAD_IN_SENTENCES = 3,
	SERVES_REACH = 14, /* between "kepala distrik" and its province */
	PREFIX_REACH = 16,
};

static const char capital[] = "31", nation_code[] = "ID";

struct votes {
	unsigned near, far;
	unsigned best; /* weight of the mention that tells it best */
	int mention;
};

struct ballot {
	const struct draft *t;
	bool idle; /* nothing tells more than where the newsroom is, or where somebody spoke */
	struct votes *votes; /* by area */
};

/* By enum place_role. */
static const unsigned session_weights[] = {
	[PLACE_BARE] = 2,     [PLACE_AT] = 5,   [PLACE_OFFICE] = 3,  [PLACE_LEVELLED] = 4,
	[PLACE_DISTRICT] = 4, [PLACE_HEAD] = 1, [PLACE_DATELINE] = 2};
static const unsigned violation_weights[] = {
	[PLACE_BARE] = 3,     [PLACE_AT] = 3,   [PLACE_OFFICE] = 4,  [PLACE_LEVELLED] = 5,
	[PLACE_DISTRICT] = 6, [PLACE_HEAD] = 1, [PLACE_DATELINE] = 1};

static const struct place_mention *mention_of(const struct draft *t, uint32_t i)
{
	return &t->d->places.list[i];
}

static bool is_deep(const struct draft *t, uint16_t area)
{
	return t->d->c->gazetteer.areas[area].level >= AREA_REGENCY;
}

/* Who is in the capital mostly speaks there, and what happens in it is told of one of its cities,
 * or of a body. */
static bool is_capital(const struct draft *t, const struct place_mention *m)
{
	return (m->role == PLACE_AT || m->role == PLACE_BARE) &&
	       strcmp(t->d->c->gazetteer.areas[m->area].code, capital) == 0;
}

/* What a mention weighs for a session or pledge: halls and stamps most. */
static unsigned session_weight(const struct place_mention *m)
{
	unsigned weight = session_weights[m->role];
	if (m->flags & PLACE_IS_FROM || m->flags & PLACE_LISTED)
		return m->flags & PLACE_STAMPED ? 1 : 0;
	if (m->flags & PLACE_AROUND)
		return 1;
	if (m->kind == NAME_SEAT || m->kind == NAME_NICK)
		return 2;
	if (m->flags & PLACE_STAMPED)
		return weight + STAMP_BONUS;
	return m->role != PLACE_AT && m->flags & PLACE_IS_AT ? weight + 2 : weight;
}

/* For a violation: a stamp tells where somebody spoke, and a body of the province watches over all
 * of it. */
static unsigned violation_weight(const struct draft *t, const struct place_mention *m)
{
	unsigned weight = violation_weights[m->role];
	if (m->flags & (PLACE_SAID | PLACE_LISTED | PLACE_AROUND) || is_capital(t, m))
		return 1;
	if (m->kind == NAME_SEAT || m->kind == NAME_NICK)
		return 1;
	if (m->flags & PLACE_IS_OFFICE && !is_deep(t, m->area))
		return 2;
	return m->flags & PLACE_IS_FROM && m->role != PLACE_BARE ? weight + FROM_BONUS : weight;
}

/* How near to the event byte `at` of a sentence is. */
static unsigned distance_factor(const struct draft *t, uint32_t sentence, uint32_t at)
{
	const struct finding *f = t->finding;
	const struct sentence *list = t->d->sentences.list;
	if (sentence == f->anchor)
		return NEAR_ANCHOR;
	if (sentence < f->anchor && f->anchor - sentence <= LEAD_IN_SENTENCES) {
		uint32_t apart = list[f->anchor].paragraph - list[sentence].paragraph;
		if (apart <= 1 && !(list[sentence].flags & SENTENCE_TITLE))
			return apart ? NEAR_BEFORE : NEAR_LEAD_IN;
	}
	for (uint32_t k = 0; k < f->sentence_count; k++) {
		if (f->sentences[k] == sentence)
			return NEAR_OWN;
	}
	return at < t->d->plain.body ? NEAR_TITLE : FAR;
}

static int vote(const struct draft *t, struct ballot *b)
{
	*b = (struct ballot){.t = t};
	b->votes = arena_calloc(t->d->arena, t->d->c->gazetteer.area_count, sizeof(*b->votes));
	if (!b->votes)
		return -1;
	for (uint32_t i = 0; i < t->d->places.count; i++) {
		const struct place_mention *m = mention_of(t, i);
		unsigned factor = distance_factor(t, m->sentence, m->start);
		unsigned weight = t->finding->kind == EVENT_KIND_VIOLATION ? violation_weight(t, m)
									   : session_weight(m);
		struct votes *v = &b->votes[m->area];
		if (factor > NEAR_TITLE && weight * factor > v->near)
			v->near = weight * factor;
		else if (factor <= NEAR_TITLE)
			v->far += weight * factor;
		if (weight * factor > v->best) {
			v->best = weight * factor;
			v->mention = (int)i;
		}
	}
	return 0;
}

static unsigned votes_for(const struct ballot *b, uint16_t area)
{
	const struct votes *v = &b->votes[area];
	unsigned max =
		b->t->finding->kind == EVENT_KIND_VIOLATION ? FAR_MAX_VIOLATION : FAR_MAX_SESSION;
	return v->near + (v->far < max ? v->far : max);
}

/* The area with most votes among regencies, or among provinces; AREA_NONE without any vote. */
static uint16_t elect(const struct ballot *b, bool deep)
{
	uint16_t best = AREA_NONE;
	for (uint32_t i = 0; i < b->t->d->places.count; i++) {
		uint16_t area = mention_of(b->t, i)->area;
		if (is_deep(b->t, area) != deep || votes_for(b, area) == 0)
			continue;
		if (best == AREA_NONE || votes_for(b, area) > votes_for(b, best))
			best = area;
	}
	return best;
}

/* Whether the regency that was elected stands for the province that was. */
static bool is_narrower(const struct ballot *b, uint16_t regency, uint16_t province)
{
	const struct votes *r = &b->votes[regency], *p = &b->votes[province];
	if (b->t->d->c->gazetteer.areas[regency].province != province)
		return votes_for(b, regency) >= votes_for(b, province);
	const struct place_mention *m = mention_of(b->t, (uint32_t)r->mention);
	bool violation = b->t->finding->kind == EVENT_KIND_VIOLATION;
	if (m->role == PLACE_DATELINE)
		return !violation;
	if (m->flags & PLACE_LISTED)
		return false;
	if (violation)
		return r->near ? r->near * 2 >= p->near : p->near <= NEAR_WEAK;
	return r->near > 0 || p->near == 0 || r->far * 3 >= p->near;
}

/* Whether a mention says no more than where the newsroom is or somebody spoke, or is one of many.
 */
static bool is_idle(const struct draft *t, const struct place_mention *m)
{
	bool violation = t->finding->kind == EVENT_KIND_VIOLATION;
	return m->role == PLACE_DATELINE || m->flags & PLACE_LISTED ||
	       (violation && (m->flags & PLACE_SAID || is_capital(t, m)));
}

static bool only_idle(const struct ballot *b, uint16_t area)
{
	return area == AREA_NONE ||
	       is_idle(b->t, mention_of(b->t, (uint32_t)b->votes[area].mention));
}

static int choose_mention(struct ballot *b)
{
	uint16_t regency = elect(b, true), province = elect(b, false);
	b->idle = only_idle(b, regency) && only_idle(b, province);
	if (regency == AREA_NONE && province == AREA_NONE)
		return -1;
	bool narrow = province == AREA_NONE ||
		      (regency != AREA_NONE && is_narrower(b, regency, province));
	return b->votes[narrow ? regency : province].mention;
}

static void set_place(struct draft *t, uint16_t index)
{
	const struct gazetteer *g = &t->d->c->gazetteer;
	const struct area *a = &g->areas[index];
	/* Names live in the classifier; an event may outlive it. */
	const char *code = arena_strdup(t->d->out, a->code);
	const char *name = arena_strdup(t->d->out, a->name);
	const char *province =
		a->level == AREA_NATION ? "" : arena_strdup(t->d->out, g->areas[a->province].name);
	if (!code || !name || !province) {
		t->no_memory = true;
		return;
	}
	t->event->place = (struct event_place){code, name, province};
}

/* "direkomendasikan kepada BKN": it does not speak there. */
static bool is_addressed(const struct draft *t, const struct hit *h)
{
	const struct hit *before = h;
	while (before > t->d->hits.list && (--before)->start + PREFIX_REACH >= h->start) {
		if (before->group == GROUP_PLACE_PREFIX && before->end + 1 == h->start &&
		    doc_value(t->d, before) == PREFIX_TO)
			return true;
	}
	return false;
}

/* Whether agency `h` in sentence `s` is a body of the nation that acts: not the author of a cited
 * rule, and of a total not one that is told of it. */
static bool acts_nationally(const struct draft *t, const struct sentence *s, const struct hit *h)
{
	return h->group == GROUP_AGENCY && doc_value(t->d, h) == AGENCY_NATIONAL &&
	       !(s->flags & SENTENCE_DROPPED) && !doc_find(t->d, s, GROUP_LEGAL, -1) &&
	       !(t->finding->scope == EVENT_SCOPE_TOTAL && is_addressed(t, h));
}

/* The body of the nation that acts nearest to the event, and how near that is; or NULL. */
static const struct hit *national_body(const struct draft *t, unsigned *ret_factor)
{
	const struct hit *best = NULL;
	*ret_factor = 0;
	for (uint32_t i = 0; i < t->d->sentences.count; i++) {
		const struct sentence *s = &t->d->sentences.list[i];
		unsigned factor = distance_factor(t, i, s->start);
		if (factor <= *ret_factor)
			continue;
		doc_for_hits(t->d, s, h)
		{
			if (acts_nationally(t, s, h)) {
				*ret_factor = factor;
				best = h;
				break;
			}
		}
	}
	return best;
}

/* An area that a total may be of: a body of it counts, or it is told in the title or the anchor;
 * not one of a list, nor where somebody spoke. */
static bool counts_there(const struct draft *t, const struct place_mention *m)
{
	if (m->flags & (PLACE_STAMPED | PLACE_LISTED | PLACE_AROUND) || m->role == PLACE_DATELINE)
		return false;
	bool near = m->sentence == t->finding->anchor || m->start < t->d->plain.body;
	return near || m->flags & PLACE_IS_OFFICE;
}

static int place_of_total(const struct draft *t, unsigned *ret_factor)
{
	int best = -1;
	*ret_factor = 0;
	for (uint32_t i = 0; i < t->d->places.count; i++) {
		const struct place_mention *m = mention_of(t, i);
		unsigned factor =
			counts_there(t, m) ? distance_factor(t, m->sentence, m->start) : 0;
		if (factor > *ret_factor) {
			*ret_factor = factor;
			best = (int)i;
		}
	}
	return best;
}

/* A gathering that a body of the nation holds, when the text tells no hall: the areas further on
 * are where its guests are from. */
static bool is_held_nationally(const struct draft *t, int mention, unsigned body_near)
{
	if (t->finding->kind == EVENT_KIND_VIOLATION || body_near < NEAR_ANCHOR || mention < 0)
		return false;
	const struct place_mention *m = mention_of(t, (uint32_t)mention);
	if (m->flags & (PLACE_IS_AT | PLACE_STAMPED) || m->role == PLACE_DATELINE)
		return false;
	for (uint32_t i = 0; i < t->d->places.count; i++) {
		const struct place_mention *other = mention_of(t, i);
		if (other->area == m->area &&
		    (other->sentence == t->finding->anchor || other->start < t->d->plain.body))
			return false;
	}
	return true;
}

static void set_nation(struct draft *t, uint16_t nation, const struct hit *body)
{
	set_place(t, nation);
	if (body)
		draft_evidence_hit(t, "place", body);
}

/* Whether a servant stands right before the mention: "kepala distrik di Provinsi X". */
static bool serves_there(const struct doc *d, const struct sentence *s,
			 const struct place_mention *m)
{
	doc_for_hits(d, s, h)
	{
		if (h->group == GROUP_SUBJECT && h->end <= m->start &&
		    m->start - h->end <= SERVES_REACH)
			return true;
	}
	return false;
}

/* The province that a violation's sentence says its offender serves in, when it names nothing
 * deeper, whatever city the article is about. Index of the mention, or -1. */
static int province_served(const struct draft *t)
{
	const struct doc *d = t->d;
	const struct sentence *s = &d->sentences.list[t->finding->anchor];
	int found = -1;
	if (t->finding->kind != EVENT_KIND_VIOLATION)
		return -1;
	for (uint32_t i = place_first(d, s->start); i < d->places.count; i++) {
		const struct place_mention *m = &d->places.list[i];
		if (m->start >= s->end)
			break;
		if (d->c->gazetteer.areas[m->area].level >= AREA_REGENCY)
			return -1;
		if (m->role == PLACE_LEVELLED && serves_there(d, s, m))
			found = (int)i;
	}
	return found;
}

void fields_place(struct draft *t)
{
	struct ballot b;
	unsigned near = 0, body_near = 0;
	bool total = t->finding->scope == EVENT_SCOPE_TOTAL;
	if (vote(t, &b) < 0) {
		t->no_memory = true;
		return;
	}
	int mention = total ? place_of_total(t, &near) : choose_mention(&b);
	int province = province_served(t);
	mention = !total && province >= 0 ? province : mention;
	const struct hit *body = national_body(t, &body_near);
	uint16_t nation = gazetteer_find(&t->d->c->gazetteer, nation_code);
	bool national = total ? mention < 0 || body_near > near
			      : (b.idle && body_near >= NEAR_TITLE) ||
					is_held_nationally(t, mention, body_near);
	if (nation != AREA_NONE && national) {
		set_nation(t, nation, body);
		return;
	}
	if (mention < 0)
		return;
	const struct place_mention *m = mention_of(t, (uint32_t)mention);
	set_place(t, m->area);
	draft_evidence(t, "place", m->start, m->end);
}

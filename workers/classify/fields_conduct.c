/* What was done and what came of it, read from the case's own sentences and those around it, as far
 * as the next case. A CONDUCT cue tells conduct by itself ("menyukai unggahan"); a DEED only with a
 * candidate, party or campaign behind it ("menghadiri ... relawan"). Prohibitions and rules list
 * conduct that nobody is accused of. */
#include "workers/classify/clause.h"
#include "workers/classify/fields.h"

#include <string.h>

enum {
	BEFORE_SENTENCES = 1,
	BEHIND_SENTENCES = 5,
	OBJECT_REACH = 80,
	SPREAD_REACH = 20, /* "beredar di grup WhatsApp": told of the picture, not of the act */
	CONDUCTS = 16,
	SANCTIONS_MAX = 8,
};

#define UNREAL                                                                                     \
	(CLAUSE_BIT(PROHIBITION) | CLAUSE_BIT(HYPOTHESIS) | CLAUSE_BIT(PURPOSE) |                  \
	 CLAUSE_BIT(DENIAL) | CLAUSE_BIT(NEGATION) | CLAUSE_BIT(WARNING))

struct stretch {
	uint32_t from, to; /* sentences, `to` exclusive */
};

static uint32_t first_of(const struct finding *f)
{
	return f->sentence_count ? f->sentences[0] : f->anchor;
}

static uint32_t last_of(const struct finding *f)
{
	return f->sentence_count ? f->sentences[f->sentence_count - 1] : f->anchor;
}

static struct stretch stretch_of(const struct draft *t)
{
	uint32_t first = first_of(t->finding), last = last_of(t->finding);
	struct stretch s = {first > BEFORE_SENTENCES ? first - BEFORE_SENTENCES : 0,
			    last + BEHIND_SENTENCES + 1};
	for (uint32_t i = 0; i < t->all->count; i++) {
		const struct finding *f = &t->all->list[i];
		if (f == t->finding || f->kind != EVENT_KIND_VIOLATION)
			continue;
		if (first_of(f) > last && first_of(f) < s.to)
			s.to = first_of(f);
		if (last_of(f) < first && last_of(f) >= s.from)
			s.from = last_of(f) + 1;
	}
	uint32_t count = t->d->sentences.count;
	s.to = s.to < count ? s.to : count;
	return s;
}

static bool is_own(const struct finding *f, uint32_t i)
{
	for (uint32_t k = 0; k < f->sentence_count; k++) {
		if (f->sentences[k] == i)
			return true;
	}
	return i == f->anchor;
}

static bool has_object(const struct doc *d, const struct sentence *s, const struct hit *h,
		       uint32_t before)
{
	doc_for_hits(d, s, k)
	{
		bool object = (k->group == GROUP_ELECTION && doc_value(d, k) == ELECTION_TERM) ||
			      (before && k->group == GROUP_OFFENCE);
		if (object && k->end + before > h->end && k->start <= h->end + OBJECT_REACH)
			return true;
	}
	return false;
}

/* A CONDUCT form that is a DEED as well is a weak one: a candidate may stand on either side. */
static bool is_weak(const struct doc *d, const struct sentence *s, const struct hit *h)
{
	doc_for_hits(d, s, k)
	{
		if (k->group == GROUP_DEED && k->start == h->start && k->end == h->end)
			return true;
	}
	return false;
}

static bool only_spread(const struct doc *d, const struct sentence *s, const struct hit *h)
{
	if (doc_value(d, h) != EVENT_CONDUCT_SOCIAL_MEDIA || !is_weak(d, s, h))
		return false;
	doc_for_hits(d, s, k)
	{
		if (k->group == GROUP_STATUS && k->end < h->start &&
		    h->start - k->end <= SPREAD_REACH)
			return true;
	}
	return false;
}

static bool tells(const struct doc *d, const struct sentence *s, const struct hit *h)
{
	if (h->group == GROUP_DEED ? !has_object(d, s, h, 0) : h->group != GROUP_CONDUCT)
		return false;
	if (h->group == GROUP_CONDUCT && is_weak(d, s, h) && !has_object(d, s, h, OBJECT_REACH))
		return false;
	return !only_spread(d, s, h) && !(clause_read(d, s, h) & UNREAL);
}

/* Sentences around the case's own count when they speak of those accused, not of rules; around a
 * total, when they do not only speak of rules. */
static bool goes_on(const struct doc *d, const struct sentence *s, enum event_scope scope)
{
	if (!doc_is_body(s) || doc_find(d, s, GROUP_TONE, TONE_RULE) ||
	    doc_find(d, s, GROUP_LEGAL, -1) || doc_find(d, s, GROUP_CLAUSE, CLAUSE_PROHIBITION))
		return false;
	return scope == EVENT_SCOPE_TOTAL || doc_find(d, s, GROUP_DEFINITE, -1) ||
	       doc_find(d, s, GROUP_SUBJECT, -1);
}

/* Not the law's list of sanctions. */
static bool tells_sanctions(const struct doc *d, const struct sentence *s)
{
	return doc_is_body(s) && !doc_find(d, s, GROUP_TONE, TONE_RULE) &&
	       !doc_find(d, s, GROUP_LEGAL, -1);
}

/* What is told of each conduct: where first, and whether by a strong word. */
struct told {
	const struct hit *first[CONDUCTS];
	bool strong[CONDUCTS];
};

static void read_sentence(const struct doc *d, const struct sentence *s, struct told *told)
{
	doc_for_hits(d, s, h)
	{
		if (!tells(d, s, h))
			continue;
		int64_t conduct = doc_value(d, h);
		if (!told->first[conduct])
			told->first[conduct] = h;
		told->strong[conduct] |= h->group == GROUP_CONDUCT && !is_weak(d, s, h);
	}
}

static void read_conduct(const struct draft *t, struct told *told)
{
	const struct doc *d = t->d;
	struct stretch stretch = stretch_of(t);
	for (uint32_t i = stretch.from; i < stretch.to; i++) {
		const struct sentence *s = &d->sentences.list[i];
		if (is_own(t->finding, i) || goes_on(d, s, t->finding->scope))
			read_sentence(d, s, told);
	}
	if (d->sentences.count && d->sentences.list[0].flags & SENTENCE_TITLE &&
	    draft_is_only_case(t))
		read_sentence(d, &d->sentences.list[0], told);
}

/* "Mendukung paslon" is what all other conduct means; alone it is an endorsement. */
static bool is_only_meant(const struct told *told, int conduct)
{
	if (conduct != EVENT_CONDUCT_ENDORSEMENT || told->strong[conduct])
		return false;
	for (int v = 1; v < CONDUCTS; v++) {
		if (v != conduct && told->first[v])
			return true;
	}
	return false;
}

void fields_conduct(struct draft *t)
{
	if (t->finding->kind != EVENT_KIND_VIOLATION)
		return;
	struct told told = {0};
	read_conduct(t, &told);
	enum event_conduct *list = arena_calloc(t->d->out, CONDUCTS, sizeof(*list));
	if (!list) {
		t->no_memory = true;
		return;
	}
	for (int v = 1; v < CONDUCTS; v++) {
		if (!told.first[v] || is_only_meant(&told, v))
			continue;
		list[t->event->conduct_count++] = (enum event_conduct)v;
		draft_evidence_hit(t, "conduct", told.first[v]);
	}
	t->event->conduct = list;
}

static bool is_imposed(const struct doc *d, const struct sentence *s, const struct hit *h)
{
	const unsigned unreal = CLAUSE_BIT(HYPOTHESIS) | CLAUSE_BIT(FUTURE) | CLAUSE_BIT(NEGATION) |
				CLAUSE_BIT(DENIAL) | CLAUSE_BIT(WARNING) | CLAUSE_BIT(PROHIBITION);
	if (h->group != GROUP_SANCTION || clause_read(d, s, h) & unreal)
		return false;
	/* Posters are taken down, too. */
	const struct hit *poster = doc_find(d, s, GROUP_CONDUCT, EVENT_CONDUCT_CANDIDACY);
	return !poster || poster->start > h->start;
}

static bool has_sanction(const struct event *e, const char *form)
{
	for (size_t i = 0; i < e->sanction_count; i++) {
		if (strcmp(e->sanctions[i], form) == 0)
			return true;
	}
	return false;
}

static void add_sanctions(struct draft *t, const struct sentence *s, const char **list)
{
	doc_for_hits(t->d, s, h)
	{
		const char *form = doc_phrase(t->d, h)->text;
		if (!is_imposed(t->d, s, h) || t->event->sanction_count == SANCTIONS_MAX ||
		    has_sanction(t->event, form))
			continue;
		/* Phrases live in the classifier; an event may outlive it. */
		const char *copy = arena_strdup(t->d->out, form);
		if (!copy) {
			t->no_memory = true;
			return;
		}
		list[t->event->sanction_count++] = copy;
		draft_evidence_hit(t, "sanctions", h);
	}
}

/* Imposed or recommended; a case that was dropped has none. */
void fields_sanctions(struct draft *t)
{
	const struct finding *f = t->finding;
	if (f->kind != EVENT_KIND_VIOLATION || f->status == EVENT_STATUS_DISMISSED)
		return;
	const char **list = arena_calloc(t->d->out, SANCTIONS_MAX, sizeof(*list));
	if (!list) {
		t->no_memory = true;
		return;
	}
	t->event->sanctions = list;
	bool found = f->status == EVENT_STATUS_FOUND || f->status == EVENT_STATUS_SANCTIONED;
	struct stretch stretch = stretch_of(t);
	for (uint32_t i = stretch.from; i < stretch.to; i++) {
		const struct sentence *s = &t->d->sentences.list[i];
		bool told = found || doc_find(t->d, s, GROUP_CLAUSE, CLAUSE_RECOMMEND);
		if (told && (is_own(f, i) || (found && tells_sanctions(t->d, s))))
			add_sanctions(t, s, list);
	}
}

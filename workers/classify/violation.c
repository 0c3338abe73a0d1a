/* VIOLATION: cases and totals.
 *
 * Claims (claim.c) are gathered to cases. Whether a claim about somebody certain goes on with the
 * case before or starts another is decided by splits.c. Sentences that only go on ("kasus tersebut
 * diteruskan ke KASN") may carry a case further, and never start one.
 *
 * A claim without anybody certain starts a case too; whether that is told is the model's decision.
 *
 * Counted totals ("dari 490 dilaporkan, 372 terbukti") are events of their own, told apart by the
 * election year they are about, and never mixed with cases. */
#include "workers/classify/claim.h"
#include "workers/classify/splits.h"
#include "workers/classify/total.h"

#include <string.h>
#include <strings.h>

enum {
	CASES_MAX = 8,
	GOES_ON_SENTENCES = 10,
	CONDUCT_SENTENCES = 2,
	PENDING_SENTENCES = 3,
	SUBJECT_SENTENCES = 1,
	FAR_SENTENCES = 3,
};

/* A claim that says who and how far, and leaves the breach to the next sentence: "Bawaslu
 * mengadukan tiga ASN ke KASN. Ketiganya diduga memihak ..." */
struct pending {
	struct claim claim;
	uint32_t sentence;
	bool set;
};

struct cases {
	const struct doc *d;
	struct pending pending;
	struct finding list[CASES_MAX];
	uint16_t area[CASES_MAX];
	const struct hit *servant[CASES_MAX];
	const struct hit *office[CASES_MAX]; /* of the offender, where it is told */
	uint32_t count;
	uint32_t last_sentence; /* of the last claim that was taken */
};

static uint16_t area_told(const struct doc *d, const struct sentence *s)
{
	int mention = place_of_sentence(d, s);
	if (mention < 0)
		return AREA_NONE;
	const struct place_mention *m = &d->places.list[mention];
	bool regency = d->c->gazetteer.areas[m->area].level >= AREA_REGENCY;
	return regency && m->role != PLACE_BARE ? m->area : AREA_NONE;
}

static struct finding *new_case(struct cases *cases, uint16_t area)
{
	cases->list[cases->count] =
		(struct finding){.kind = EVENT_KIND_VIOLATION, .scope = EVENT_SCOPE_CASE};
	cases->area[cases->count] = area;
	return &cases->list[cases->count++];
}

static bool same_form(const struct doc *d, const struct hit *a, const struct hit *b)
{
	return strcasecmp(doc_phrase(d, a)->form, doc_phrase(d, b)->form) == 0;
}

/* Signs of what the claim and case `k` tell of who it is. */
static unsigned signs_of_offender(const struct cases *cases, uint32_t k, const struct claim *c,
				  uint16_t area)
{
	const struct doc *d = cases->d;
	const struct finding *f = &cases->list[k];
	unsigned signs = 0;
	if (area != AREA_NONE && cases->area[k] != AREA_NONE)
		signs |= area == cases->area[k] ? 1U << SPLIT_AREA_SAME : 1U << SPLIT_AREA_OTHER;
	if (c->office && cases->office[k])
		signs |= same_form(d, c->office, cases->office[k]) ? 1U << SPLIT_OFFICE_SAME
								   : 1U << SPLIT_OFFICE_OTHER;
	if (c->servant && cases->servant[k] &&
	    doc_value(d, c->servant) != doc_value(d, cases->servant[k]))
		signs |= 1U << SPLIT_CLASS_OTHER;
	if (c->has_count && f->has_count)
		signs |= c->count.count.value == f->count.count.value ? 1U << SPLIT_COUNT_SAME
								      : 1U << SPLIT_COUNT_OTHER;
	signs |= f->has_count && f->count.count.value > 1 ? 1U << SPLIT_SEVERAL : 0;
	return signs;
}

/* Signs of how sentence `i` speaks of it. */
static unsigned signs_of_telling(const struct cases *cases, uint32_t k, const struct claim *c,
				 uint32_t i)
{
	const struct doc *d = cases->d;
	const struct sentence *s = &d->sentences.list[i];
	unsigned signs = 1U << SPLIT_BIAS;
	signs |= c->another ? 1U << SPLIT_ANOTHER : 0;
	signs |= c->status != cases->list[k].status ? 1U << SPLIT_STAGE_OTHER : 0;
	signs |= c->servant ? 1U << SPLIT_INTRODUCED : 0;
	signs |= doc_find(d, s, GROUP_DEFINITE, DEFINITE_INITIAL) ? 1U << SPLIT_INITIALS : 0;
	signs |= s->paragraph != d->sentences.list[cases->last_sentence].paragraph
			 ? 1U << SPLIT_PARAGRAPH
			 : 0;
	signs |= i - cases->last_sentence >= FAR_SENTENCES ? 1U << SPLIT_FAR : 0;
	signs |= memchr(d->plain.s + s->start, '"', s->end - s->start) ? 1U << SPLIT_QUOTED : 0;
	signs |= c->soft ? 1U << SPLIT_SOFT : 0;
	signs |= c->status_sentence == i ? 1U << SPLIT_OWN_STAGE : 0;
	signs |= c->offence && c->offence->start >= s->start && c->offence->start < s->end
			 ? 1U << SPLIT_OWN_BREACH
			 : 0;
	signs |= cases->count > 1 ? 1U << SPLIT_THIRD : 0;
	return signs;
}

/* The case in the claim's area, else the last one. */
static uint32_t nearest_case(const struct cases *cases, uint16_t area)
{
	for (uint32_t k = cases->count; area != AREA_NONE && k-- > 0;) {
		if (cases->area[k] == area)
			return k;
	}
	return cases->count - 1;
}

static struct finding *case_for(struct cases *cases, const struct claim *c, uint32_t i)
{
	const struct doc *d = cases->d;
	uint16_t area = area_told(d, &d->sentences.list[i]);
	if (cases->count == 0)
		return new_case(cases, area);
	uint32_t best = nearest_case(cases, area);
	bool may = (c->definite || c->another || c->servant) && !c->goes_on && !c->pronoun;
	unsigned signs =
		signs_of_offender(cases, best, c, area) | signs_of_telling(cases, best, c, i);
	if (may && cases->count < CASES_MAX && split_decide(d->c->splits, signs)) {
		struct finding *f = new_case(cases, area);
		f->split_signs = signs;
		return f;
	}
	if (cases->area[best] == AREA_NONE)
		cases->area[best] = area;
	return &cases->list[best];
}

/* Dismissal ends a case unless something was proven all the same. */
static void advance(struct finding *f, const struct claim *c)
{
	if (f->status_cue && c->soft >= f->soft && !claim_is_further(c->status, f->status))
		return;
	if (f->status_cue && c->soft && !f->soft)
		return;
	f->status = c->status;
	f->status_cue = c->status_cue;
	f->status_sentence = c->status_sentence;
	f->soft = c->soft;
}

static void take(struct cases *cases, const struct claim *c, uint32_t i)
{
	const struct sentence *s = &cases->d->sentences.list[i];
	struct finding *f = case_for(cases, c, i);
	const struct hit **office = &cases->office[f - cases->list];
	if (!*office)
		*office = c->office;
	const struct hit **servant = &cases->servant[f - cases->list];
	if (!*servant)
		*servant = c->servant;
	int weight = 2 * c->definite + 2 * !c->soft + (c->offence != NULL) +
		     (doc_find(cases->d, s, GROUP_SUBJECT, -1) != NULL);
	if (!f->kind_cue || weight > f->weight) {
		f->anchor = i;
		f->kind_cue = c->offence ? c->offence : c->status_cue;
		f->weight = weight;
	}
	bool better = c->count.servant && c->status > f->status;
	if (c->has_count && (!f->has_count || better)) {
		f->count = c->count;
		f->has_count = true;
	}
	f->certain |= c->definite;
	advance(f, c);
	finding_add_sentence(f, c->status_sentence);
	finding_add_sentence(f, i);
	cases->last_sentence = i;
}

static bool starts_case(const struct cases *cases, uint32_t i, const struct claim *c)
{
	const struct doc *d = cases->d;
	bool follows = cases->count && i - cases->last_sentence <= 2;
	return c->offence && (follows || kinds_near(d, i, SUBJECT_SENTENCES, SUBJECT_SENTENCES,
						    GROUP_SUBJECT, -1));
}

static bool goes_on(const struct cases *cases, uint32_t i, const struct claim *c)
{
	return cases->count && c->goes_on && i - cases->last_sentence <= GOES_ON_SENTENCES;
}

static void read_case(struct cases *cases, uint32_t i)
{
	const struct doc *d = cases->d;
	struct claim c = claim_read(d, i);
	bool told = c.status != EVENT_STATUS_NONE;
	bool subject = doc_find(d, &d->sentences.list[i], GROUP_SUBJECT, -1) != NULL;
	struct pending *p = &cases->pending;
	if (told && c.offence && (c.goes_on || c.pronoun) && p->set &&
	    i - p->sentence <= PENDING_SENTENCES) {
		take(cases, &p->claim, p->sentence);
		take(cases, &c, i);
		p->set = false;
	} else if (told && (starts_case(cases, i, &c) || goes_on(cases, i, &c))) {
		take(cases, &c, i);
	} else if (cases->count && i - cases->last_sentence <= CONDUCT_SENTENCES &&
		   claim_tells_conduct(d, i)) {
		finding_add_sentence(&cases->list[cases->count - 1], i);
	}
	bool open = told && c.definite && subject && !c.offence;
	bool stale = p->set && i - p->sentence > PENDING_SENTENCES;
	if (open && (!p->set || stale))
		*p = (struct pending){.claim = c, .sentence = i, .set = true};
}

/* A case told in passing, in an article about a session or a pledge. */
static bool is_aside(const struct findings *f, const struct finding *finding)
{
	for (uint32_t i = 0; i < f->count; i++) {
		if (f->list[i].kind != EVENT_KIND_VIOLATION && f->list[i].anchor < finding->anchor)
			return true;
	}
	return false;
}

void violation_read(const struct doc *d, struct findings *f)
{
	struct cases cases = {.d = d};
	struct totals totals = {0};
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		if (!doc_is_body(&d->sentences.list[i]))
			continue;
		if (!total_read(d, i, &totals))
			read_case(&cases, i);
	}
	for (uint32_t i = 0; i < cases.count && f->count < FINDINGS_MAX; i++) {
		cases.list[i].aside = is_aside(f, &cases.list[i]);
		f->list[f->count++] = cases.list[i];
	}
	total_finish(d, &totals, f);
}

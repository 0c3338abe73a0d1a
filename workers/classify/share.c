/* A sentence speaks of the findings that were read from it. The others speak of the gathering that
 * the article is about, a session or pledge; without one, of the case that was told last. An
 * article with one event speaks of nothing else. */
#include "workers/classify/share.h"

#include "lib/error.h"

bool draft_owns(const struct draft *t, uint32_t sentence)
{
	return !t->share || t->share->owners[sentence] & t->bit;
}

/* A gathering cites rules to the servants, whatever else the article tells; of several cases the
 * one that the sentence speaks of; a pledge only where there is nothing else. */
bool draft_cites(const struct draft *t, uint32_t sentence)
{
	if (!t->share)
		return true;
	const struct share *s = t->share;
	uint32_t owners = s->owners[sentence];
	if (s->sessions)
		owners = s->sessions;
	else if (s->cases && !(owners & s->cases))
		owners = s->cases;
	else if (s->cases)
		owners &= s->cases;
	return (owners & -owners) == t->bit;
}

/* Gives the sentences that no finding was read from. */
static void pass_on(const struct doc *d, struct share *s)
{
	uint32_t gatherings = s->sessions | s->pledges;
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		if (!s->owners[i])
			s->owners[i] = gatherings ? gatherings : s->cases;
	}
}

static void note_finding(struct share *s, const struct finding *f, uint32_t bit)
{
	if (f->kind == EVENT_KIND_SESSION)
		s->sessions |= bit;
	if (f->kind == EVENT_KIND_PLEDGE)
		s->pledges |= bit;
	if (f->kind == EVENT_KIND_VIOLATION)
		s->cases |= bit;
	for (uint32_t k = 0; k < f->sentence_count; k++)
		s->owners[f->sentences[k]] |= bit;
}

int share_sentences(const struct doc *d, const struct findings *f, const bool *told,
		    struct draft *drafts)
{
	const struct persons *persons = NULL;
	unsigned count = 0;
	for (uint32_t i = 0; i < f->count; i++) {
		if (!told[i])
			continue;
		count++;
		drafts[i].persons = persons;
		persons = draft_persons(&drafts[i]);
		if (!persons)
			return NETRAL_ENOMEM;
	}
	if (count < 2)
		return NETRAL_OK;
	struct share *s = arena_calloc(d->arena, 1, sizeof(*s));
	if (s)
		s->owners = arena_calloc(d->arena, d->sentences.count + 1, sizeof(*s->owners));
	if (!s || !s->owners)
		return NETRAL_ENOMEM;
	for (uint32_t i = 0; i < f->count; i++) {
		if (!told[i])
			continue;
		note_finding(s, &f->list[i], 1U << i);
		drafts[i].share = s;
		drafts[i].bit = 1U << i;
	}
	pass_on(d, s);
	return NETRAL_OK;
}

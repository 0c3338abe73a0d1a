#include "workers/classify/kinds.h"

void finding_add_sentence(struct finding *f, uint32_t i)
{
	uint32_t at = f->sentence_count;
	while (at > 0 && f->sentences[at - 1] > i)
		at--;
	if (f->sentence_count == FINDING_SENTENCES_MAX || (at > 0 && f->sentences[at - 1] == i))
		return;
	for (uint32_t k = f->sentence_count; k > at; k--)
		f->sentences[k] = f->sentences[k - 1];
	f->sentences[at] = i;
	f->sentence_count++;
}

const struct hit *doc_find(const struct doc *d, const struct sentence *s, enum phrase_group group,
			   int64_t value)
{
	doc_for_hits(d, s, h)
	{
		if (h->group == group && (value < 0 || doc_value(d, h) == value))
			return h;
	}
	return NULL;
}

const struct hit *doc_find_in(const struct doc *d, const struct sentence *s,
			      enum phrase_group group, uint32_t from, uint32_t to)
{
	doc_for_hits(d, s, h)
	{
		if (h->group == group && h->start >= from && h->start < to)
			return h;
	}
	return NULL;
}

bool kinds_near(const struct doc *d, uint32_t i, uint32_t before, uint32_t after,
		enum phrase_group group, int64_t value)
{
	uint32_t from = i > before ? i - before : 0;
	for (uint32_t k = from; k < d->sentences.count && k <= i + after; k++) {
		const struct sentence *s = &d->sentences.list[k];
		if (!(s->flags & SENTENCE_DROPPED) && doc_find(d, s, group, value))
			return true;
	}
	return false;
}

bool kinds_told_apart(const struct doc *d, const struct finding *a, const struct finding *b)
{
	if (!a->kind_cue || !b->kind_cue)
		return true;
	int x = date_of_sentence(d, &d->sentences.list[a->anchor], false);
	int y = date_of_sentence(d, &d->sentences.list[b->anchor], false);
	if (x < 0 || y < 0)
		return false;
	struct day p = d->dates.list[x].day, q = d->dates.list[y].day;
	return p.day != q.day || p.month != q.month;
}

bool kinds_in_headline(const struct doc *d, enum phrase_group group, int64_t value)
{
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		const struct sentence *s = &d->sentences.list[i];
		if (s->flags & SENTENCE_TITLE && !(s->flags & SENTENCE_DROPPED) &&
		    doc_find(d, s, group, value))
			return true;
	}
	return false;
}

bool kinds_is_passage(const struct doc *d, const struct sentence *s)
{
	if (!doc_is_body(s))
		return false;
	if (doc_find(d, s, GROUP_TOPIC, TOPIC_NEUTRAL))
		return true;
	bool partisan =
		doc_find(d, s, GROUP_ELECTION, ELECTION_TERM) || doc_find(d, s, GROUP_CONDUCT, -1);
	return partisan && (doc_find(d, s, GROUP_CLAUSE, CLAUSE_PROHIBITION) ||
			    doc_find(d, s, GROUP_TONE, TONE_APPEAL));
}

unsigned kinds_occasion(const struct doc *d, const struct sentence *s)
{
	unsigned signs = 0;
	int date = date_of_sentence(d, s, false);
	signs +=
		date >= 0 && (d->dates.list[date].flags & DATE_NEWS || d->dates.list[date].day.day);
	signs += doc_find(d, s, GROUP_VENUE, -1) != NULL;
	signs += doc_find(d, s, GROUP_HOLD, HOLD_ATTEND) != NULL;
	return signs;
}

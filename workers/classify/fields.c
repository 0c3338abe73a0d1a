/* Fields are read from the finding's own sentences, and from the article where those are silent and
 * the article has one answer (its main area, the day of the news, its election). */
#include "workers/classify/fields.h"

#include "workers/classify/clause.h"
#include "workers/classify/headcount.h"

#include <string.h>

static const struct sentence *sentence_at(const struct draft *t, uint32_t k)
{
	return &t->d->sentences.list[t->finding->sentences[k]];
}

void draft_evidence(struct draft *t, const char *field, uint32_t start, uint32_t end)
{
	struct event_evidence *e = &t->evidence[t->event->evidence_count];
	uint32_t from = 0, to = 0;
	if (t->event->evidence_count == EVENT_EVIDENCE_MAX ||
	    !plain_source(&t->d->plain, t->d->a, start, end, &from, &to))
		return;
	char *text = arena_strndup(t->d->out, t->d->a->text.ptr + from, to - from);
	if (!text) {
		t->no_memory = true;
		return;
	}
	*e = (struct event_evidence){.field = field, .start = from, .end = to, .text = text};
	t->event->evidence = t->evidence;
	t->event->evidence_count++;
}

void draft_evidence_hit(struct draft *t, const char *field, const struct hit *h)
{
	draft_evidence(t, field, h->start, h->end);
}

const char *draft_text(struct draft *t, uint32_t start, uint32_t end)
{
	char *text = arena_strndup(t->d->out, t->d->plain.s + start, end - start);
	if (!text)
		t->no_memory = true;
	return text ? text : "";
}

/* A session's or pledge's count was read with its sentences; a total's with its stages. */
void fields_count(struct draft *t)
{
	const struct finding *f = t->finding;
	bool offenders = f->kind == EVENT_KIND_VIOLATION && f->scope == EVENT_SCOPE_CASE;
	struct count_mention m = f->count;
	if (offenders ? !headcount_offenders(t->d, f, &m) : !f->has_count)
		return;
	t->event->count = m.count;
	t->counted = m;
	draft_evidence(t, "count", m.start, m.end);
}

static bool has_string(const char *const *list, size_t count, const char *s)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i], s) == 0)
			return true;
	}
	return false;
}

void fields_sanctions(struct draft *t)
{
	enum { SANCTIONS_MAX = 8 };
	if (t->finding->kind != EVENT_KIND_VIOLATION || t->finding->status < EVENT_STATUS_FOUND ||
	    t->finding->status > EVENT_STATUS_SANCTIONED)
		return;
	const char **list = arena_calloc(t->d->out, SANCTIONS_MAX, sizeof(*list));
	if (!list) {
		t->no_memory = true;
		return;
	}
	for (uint32_t k = 0; k < t->finding->sentence_count; k++) {
		const struct sentence *s = sentence_at(t, k);
		doc_for_hits(t->d, s, h)
		{
			unsigned unreal = CLAUSE_BIT(HYPOTHESIS) | CLAUSE_BIT(FUTURE) |
					  CLAUSE_BIT(NEGATION) | CLAUSE_BIT(WARNING);
			const char *form = doc_phrase(t->d, h)->text;
			if (h->group != GROUP_SANCTION || clause_read(t->d, s, h) & unreal ||
			    t->event->sanction_count == SANCTIONS_MAX ||
			    has_string(list, t->event->sanction_count, form))
				continue;
			const char *copy = arena_strdup(t->d->out, form);
			if (!copy) {
				t->no_memory = true;
				return;
			}
			list[t->event->sanction_count++] = copy;
			draft_evidence_hit(t, "sanctions", h);
		}
	}
	t->event->sanctions = list;
}

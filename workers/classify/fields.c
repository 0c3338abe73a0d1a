/* Fields are read from the finding's own sentences, and from the article where those are silent and
 * the article has one answer (its main area, the day of the news, its election). */
#include "workers/classify/fields.h"

#include "workers/classify/headcount.h"

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

bool draft_is_only_case(const struct draft *t)
{
	unsigned cases = 0;
	for (uint32_t i = 0; i < t->all->count; i++)
		cases += t->all->list[i].kind == EVENT_KIND_VIOLATION;
	return cases == 1;
}

/* A session's or pledge's count was read with its sentences; a total's with its stages. */
void fields_count(struct draft *t)
{
	const struct finding *f = t->finding;
	bool offenders = f->kind == EVENT_KIND_VIOLATION && f->scope == EVENT_SCOPE_CASE;
	struct count_mention m = f->count;
	if (offenders ? !headcount_offenders(t->d, f, draft_is_only_case(t), &m) : !f->has_count)
		return;
	t->event->count = m.count;
	t->counted = m;
	draft_evidence(t, "count", m.start, m.end);
}

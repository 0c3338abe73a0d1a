/* The date of a finding: from its own sentences, and from the article where those are silent. */
#include "workers/classify/fields.h"

static const struct sentence *sentence_at(const struct draft *t, uint32_t k)
{
	return &t->d->sentences.list[t->finding->sentences[k]];
}

/* The first solved date of the finding's sentences; else an unsolved one, so that a weekday alone
 * is not replaced by the date of something else. */
static int own_date(const struct draft *t)
{
	int unsolved = -1;
	int anchor = date_of_sentence(t->d, &t->d->sentences.list[t->finding->anchor], false);
	for (uint32_t k = 0; k <= t->finding->sentence_count; k++) {
		int m = k == 0 ? anchor : date_of_sentence(t->d, sentence_at(t, k - 1), false);
		if (m < 0)
			continue;
		if (!(t->d->dates.list[m].flags & DATE_UNSOLVED))
			return m;
		unsolved = unsolved < 0 ? m : unsolved;
	}
	return unsolved;
}

static void set_date(struct draft *t, int mention, struct event_date *date, const char *field)
{
	const struct date_mention *m = &t->d->dates.list[mention];
	if (date_format(m, t->d->out, date) < 0)
		t->no_memory = true;
	if (date->precision)
		draft_evidence(t, field, m->start, m->end);
}

/* What an article on a session tells aside has not happened on the session's day. */
void fields_date(struct draft *t)
{
	int mention = own_date(t);
	if (mention < 0 && !t->finding->aside && t->finding->status != EVENT_STATUS_PLANNED)
		mention = date_of_article(t->d);
	if (mention >= 0)
		set_date(t, mention, &t->event->date, "date");
	if (t->finding->scope != EVENT_SCOPE_TOTAL)
		return;
	for (uint32_t k = 0; k < t->finding->sentence_count; k++) {
		int up_to = date_of_sentence(t->d, sentence_at(t, k), true);
		if (up_to >= 0) {
			set_date(t, up_to, &t->event->as_of, "as_of");
			return;
		}
	}
}

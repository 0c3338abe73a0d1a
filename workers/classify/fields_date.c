/* The date of an event, and the day that a total counts up to. */
#include "workers/classify/fields.h"

static void set_date(struct draft *t, const struct date_mention *m, struct event_date *date,
		     const char *field)
{
	if (date_format(m, t->d->out, date) < 0)
		t->no_memory = true;
	if (date->precision)
		draft_evidence(t, field, m->start, m->end);
}

static void set_as_of(struct draft *t)
{
	const struct doc *d = t->d;
	for (uint32_t k = 0; k < t->finding->sentence_count; k++) {
		const struct sentence *s = &d->sentences.list[t->finding->sentences[k]];
		int up_to = date_of_sentence(d, s, true);
		if (up_to >= 0) {
			set_date(t, &d->dates.list[up_to], &t->event->as_of, "as_of");
			return;
		}
	}
}

void fields_date(struct draft *t)
{
	const struct doc *d = t->d;
	const char *code = t->event->place.code;
	t->dated = -1;
	uint16_t area = *code ? gazetteer_find(&d->c->gazetteer, code) : AREA_NONE;
	if (date_options_read(d, t->all, (uint32_t)(t->finding - t->all->list), area, &t->dates) <
	    0) {
		t->no_memory = true;
		return;
	}
	const struct date_option *chosen = date_choose(d->c->dates, &t->dates);
	t->dated = chosen->mention;
	if (chosen->mention >= 0)
		set_date(t, &chosen->date, &t->event->date, "date");
	if (t->finding->scope == EVENT_SCOPE_TOTAL)
		set_as_of(t);
}

#include "workers/classify/confidence.h"

enum { SUPPORT_MAX = 8 };

static bool headline_agrees(const struct doc *d, const struct finding *f)
{
	enum phrase_group group = f->kind == EVENT_KIND_SESSION  ? GROUP_SESSION
				  : f->kind == EVENT_KIND_PLEDGE ? GROUP_PLEDGE
								 : GROUP_STATUS;
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		const struct sentence *s = &d->sentences.list[i];
		if (s->flags & SENTENCE_TITLE && doc_find(d, s, group, -1))
			return true;
	}
	return false;
}

static bool date_is_misprinted(const struct doc *d, const struct finding *f)
{
	int date = date_of_sentence(d, &d->sentences.list[f->anchor], false);
	return date >= 0 && d->dates.list[date].flags & DATE_MISMATCH;
}

double confidence_of(const struct doc *d, const struct finding *f, const struct event *e)
{
	unsigned support = f->support < SUPPORT_MAX ? f->support : SUPPORT_MAX;
	double c = 0.55 + 0.035 * support;
	c += e->place.code[0] ? 0.05 : -0.05;
	c += e->date.precision ? 0.04 : 0;
	c += e->count.qualifier ? 0.02 : 0;
	c += headline_agrees(d, f) ? 0.05 : 0;
	c -= 0.08 * (f->doubts < 3 ? f->doubts : 3);
	c -= f->aside ? 0.05 : 0;
	c -= f->status == EVENT_STATUS_PLANNED ? 0.03 : 0;
	c -= date_is_misprinted(d, f) ? 0.05 : 0;
	return c < 0.05 ? 0.05 : c > 0.97 ? 0.97 : c;
}

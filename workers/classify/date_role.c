/* What stands around a date says what it is the date of. */
#include "workers/classify/engine.h"

#include <ctype.h>
#include <string.h>

enum {
	POLL_REACH = 45, /* "pemungutan suara serentak pada tanggal 27 November" */
	LEGAL_REACH = 60,
	UP_TO_REACH = 10,
};

static bool is_stage(const struct doc *d, const struct hit *h)
{
	return h->group == GROUP_POLL ||
	       (h->group == GROUP_DATEWORD && doc_phrase(d, h)->flags == DATE_WORD_STAGE);
}

/* "Nomor 30 Tahun 2022, tanggal 22 September 2022" */
static bool leads_instrument(const struct doc *d, const struct hit *h)
{
	const char *s = d->plain.s;
	if (h->group != GROUP_DATEWORD || doc_phrase(d, h)->flags != DATE_WORD_LEAD ||
	    doc_value(d, h) != DATE_LEAD_DAY)
		return false;
	uint32_t i = h->start;
	while (i > 0 && (s[i - 1] == ' ' || s[i - 1] == ','))
		i--;
	return i > 0 && isdigit((unsigned char)s[i - 1]);
}

static void mark(const struct doc *d, struct date_mention *m, const struct hit *h)
{
	uint32_t gap = m->start - h->end;
	bool news = m->flags & DATE_NEWS;
	if (memchr(d->plain.s + h->end, '.', gap))
		return;
	if (is_stage(d, h) && gap <= POLL_REACH && !news && !(m->flags & DATE_YEAR))
		m->flags |= DATE_POLL;
	if (h->group == GROUP_LEGAL && gap <= LEGAL_REACH && !news)
		m->flags |= DATE_POLL;
	if (gap <= 1 && !news && leads_instrument(d, h))
		m->flags |= DATE_POLL;
	if (gap <= 1 && h->group == GROUP_DATEWORD && doc_phrase(d, h)->flags == DATE_WORD_LEAD)
		m->flags |= doc_value(d, h) == DATE_LEAD_SINCE ? DATE_SINCE : DATE_LED;
	if (h->group == GROUP_CLAUSE && doc_value(d, h) == CLAUSE_UP_TO && gap <= UP_TO_REACH)
		m->flags |= DATE_UP_TO;
}

void date_mark_roles(struct doc *d)
{
	size_t first = 0;
	for (uint32_t i = 0; i < d->dates.count; i++) {
		struct date_mention *m = &d->dates.list[i];
		while (first < d->hits.count && d->hits.list[first].end + LEGAL_REACH < m->start)
			first++;
		for (size_t k = first; k < d->hits.count && d->hits.list[k].start < m->start; k++) {
			if (d->hits.list[k].end <= m->start)
				mark(d, m, &d->hits.list[k]);
		}
	}
}

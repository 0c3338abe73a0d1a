/* What stands around a date says what it is the date of. */
#include "workers/classify/engine.h"

#include <ctype.h>
#include <string.h>

enum {
	POLL_REACH = 45, /* "pemungutan suara serentak pada tanggal 27 November" */
	LEGAL_REACH = 60,
	UP_TO_REACH = 10,
	NUMBER_BYTES_MAX = 40, /* of an instrument */
	POLL_YEAR_REACH = 18,  /* "Pilkada Serentak Tahun 2020" */
};

/* A poll's date follows its name without a comma: "Pilkada 2024, 24 September 2024" does not. */
static bool is_stage(const struct doc *d, const struct hit *h, uint32_t gap)
{
	if (h->group == GROUP_POLL)
		return gap <= POLL_REACH && !memchr(d->plain.s + h->end, ',', gap);
	return gap <= POLL_REACH && h->group == GROUP_DATEWORD &&
	       doc_phrase(d, h)->flags == DATE_WORD_STAGE;
}

/* "SE", not the "se-" of "se-Kota Ambon" */
static bool is_instrument(const struct doc *d, const struct hit *h, uint32_t gap)
{
	return h->group == GROUP_LEGAL && gap <= LEGAL_REACH &&
	       isupper((unsigned char)d->plain.s[h->start]) && d->plain.s[h->end] != '-';
}

/* "Nomor 30 Tahun 2022, tanggal 22 September 2022", "800/254/BKD tanggal 21 Agustus 2023" */
static bool leads_instrument(const struct doc *d, const struct hit *h)
{
	const char *s = d->plain.s;
	if (h->group != GROUP_DATEWORD || doc_phrase(d, h)->flags != DATE_WORD_LEAD ||
	    doc_value(d, h) != DATE_LEAD_DAY)
		return false;
	uint32_t i = h->start;
	while (i > 0 && (s[i - 1] == ' ' || s[i - 1] == ','))
		i--;
	uint32_t end = i;
	while (i > 0 && end - i < NUMBER_BYTES_MAX && !isspace((unsigned char)s[i - 1])) {
		if (isdigit((unsigned char)s[i - 1]))
			return true;
		i--;
	}
	return false;
}

static void mark(const struct doc *d, struct date_mention *m, const struct hit *h)
{
	uint32_t gap = m->start - h->end;
	bool news = m->flags & DATE_NEWS;
	if (memchr(d->plain.s + h->end, '.', gap))
		return;
	if (m->flags & DATE_YEAR && h->group == GROUP_POLL && gap <= POLL_YEAR_REACH)
		m->flags |= DATE_POLL_YEAR;
	if (is_stage(d, h, gap) && !news && !(m->flags & DATE_YEAR))
		m->flags |= DATE_POLL;
	if (is_instrument(d, h, gap) && !news)
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
		uint32_t body_end = 0;
		while (first < d->hits.count && d->hits.list[first].end + LEGAL_REACH < m->start)
			first++;
		for (size_t k = first; k < d->hits.count && d->hits.list[k].start < m->start; k++) {
			const struct hit *h = &d->hits.list[k];
			bool named = h->group == GROUP_POLL && h->end <= body_end;
			if (h->group == GROUP_AGENCY && h->end > body_end)
				body_end = h->end; /* "Badan Pengawas Pemilu" is no poll */
			if (h->end <= m->start && !named)
				mark(d, m, h);
		}
	}
}

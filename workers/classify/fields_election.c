/* The election that an event belongs to: the poll that its article speaks of most, and the year. */
#include "workers/classify/fields.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { YEAR_REACH = 40, YEAR_BYTES = 4, YEARS_PAST_MAX = 1 };

/* "Pilkada (serentak 27 November) 2024": the year behind a poll, with only small words and a day
 * between. */
static int poll_year(const struct doc *d, const struct hit *h, uint32_t *ret_end)
{
	const char *s = d->plain.s;
	for (uint32_t i = h->end; i < h->end + YEAR_REACH && s[i] && !strchr(".,;\n\"", s[i]);
	     i++) {
		size_t digits = strspn(s + i, "0123456789");
		if (digits == YEAR_BYTES) {
			int year = atoi(s + i);
			*ret_end = i + YEAR_BYTES;
			return year >= 2004 && year < 2040 ? year : 0;
		}
		if (digits > YEAR_BYTES)
			return 0;
		i += (uint32_t)digits;
	}
	return 0;
}

static bool is_of_area(const struct doc *d, const struct hit *h)
{
	return doc_value(d, h) == POLL_PROVINCE || doc_value(d, h) == POLL_AREA;
}

/* The event's own area for a poll that is told without one; "" when its level is not the poll's. */
static const char *own_area(const struct draft *t, const struct hit *h)
{
	const struct gazetteer *g = &t->d->c->gazetteer;
	uint16_t area = gazetteer_find(g, t->event->place.code);
	if (area == AREA_NONE || !is_of_area(t->d, h))
		return "";
	if (doc_value(t->d, h) == POLL_AREA)
		return g->areas[area].level >= AREA_REGENCY ? g->areas[area].bare : "";
	return g->areas[area].level == AREA_NATION ? "" : g->areas[g->areas[area].province].bare;
}

/* "Pilwali Pasuruan 2020": the area between a poll and its year, as it is printed. */
static const struct place_mention *poll_area(const struct doc *d, const struct hit *h, uint32_t end)
{
	uint32_t i = place_first(d, h->end + 1);
	if (!is_of_area(d, h) || i == d->places.count ||
	    d->places.list[i].end + YEAR_BYTES + 1 > end)
		return NULL;
	const struct place_mention *m = &d->places.list[i];
	return m->start <= h->end + 1 ? m : NULL;
}

enum { POLLS_MAX = 8 };

/* One name of a poll, how much it is told (thrice with a year), and with which year first. */
struct poll {
	const struct hit *hit;
	uint32_t end;
	int year;
	unsigned told;
};

struct polls {
	struct poll list[POLLS_MAX];
	unsigned count;
	int now; /* the year of the event; polls long before it are past. 0: unknown */
};

static struct poll *poll_named(const struct doc *d, struct polls *p, const struct hit *h)
{
	for (unsigned k = 0; k < p->count; k++) {
		if (strcmp(doc_phrase(d, p->list[k].hit)->text, doc_phrase(d, h)->text) == 0)
			return &p->list[k];
	}
	if (p->count == POLLS_MAX)
		return NULL;
	p->list[p->count] = (struct poll){.hit = h, .end = h->end};
	return &p->list[p->count++];
}

static void note_poll(const struct doc *d, struct polls *p, const struct hit *h)
{
	if (h->group != GROUP_POLL || doc_value(d, h) == POLL_VILLAGE)
		return;
	uint32_t end = h->end;
	int year = poll_year(d, h, &end);
	if (year && p->now && year + YEARS_PAST_MAX < p->now)
		return;
	struct poll *poll = poll_named(d, p, h);
	if (!poll)
		return;
	poll->told += year ? 3 : 1;
	if (year && !poll->year) {
		poll->hit = h;
		poll->end = end;
		poll->year = year;
	}
}

static void note_polls(const struct doc *d, const struct sentence *s, struct polls *p)
{
	if (s->flags & SENTENCE_DROPPED)
		return;
	doc_for_hits(d, s, h) note_poll(d, p, h);
}

/* The poll that is told most often, of two the later one; its year may be told with another's name
 * ("Pemilukada ... Deklarasi Pemilu Damai 2024"). No hit when no year is told at all. */
static struct poll most_told(const struct polls *p)
{
	struct poll best = {.hit = NULL};
	int year = 0;
	for (unsigned k = 0; k < p->count; k++) {
		const struct poll *q = &p->list[k];
		year = year ? year : q->year;
		if (q->told > best.told || (q->told == best.told && q->year > best.year))
			best = *q;
	}
	best.year = best.year ? best.year : year;
	return best.year ? best : (struct poll){.hit = NULL};
}

/* The year in which the event is told to be, or the article's; 0 when neither is known. */
static int year_of(const struct draft *t)
{
	const struct text *published = &t->d->a->published;
	int year = 0;
	if (t->event->date.precision)
		return atoi(t->event->date.value);
	for (size_t i = 0; i < YEAR_BYTES; i++) {
		if (i == published->len || !isdigit((unsigned char)published->ptr[i]))
			return 0;
		year = 10 * year + published->ptr[i] - '0';
	}
	return year;
}

/* What is told aside, and a total, belongs to the poll of its own sentences. */
static struct poll find_poll(const struct draft *t)
{
	const struct doc *d = t->d;
	bool total = t->finding->scope == EVENT_SCOPE_TOTAL;
	struct polls own = {.now = 0}, all = {.now = total ? 0 : year_of(t)};
	if (total || t->finding->aside) {
		for (uint32_t k = 0; k < t->finding->sentence_count; k++)
			note_polls(d, &d->sentences.list[t->finding->sentences[k]], &own);
	}
	struct poll p = most_told(&own);
	if (p.hit)
		return p;
	for (uint32_t i = 0; i < d->sentences.count; i++)
		note_polls(d, &d->sentences.list[i], &all);
	return most_told(&all);
}

void fields_election(struct draft *t)
{
	const struct doc *d = t->d;
	struct poll p = find_poll(t);
	if (!p.hit)
		return;
	const struct place_mention *area = poll_area(d, p.hit, p.end);
	const char *own = area ? "" : own_area(t, p.hit);
	uint32_t length = area ? area->end - p.hit->end : 0;
	const char *text =
		arena_printf(d->out, "%s%.*s%s%s %d", doc_phrase(d, p.hit)->text, (int)length,
			     d->plain.s + p.hit->end, *own ? " " : "", own, p.year);
	if (!text) {
		t->no_memory = true;
		return;
	}
	t->event->election = text;
	draft_evidence(t, "election", p.hit->start, p.end);
}

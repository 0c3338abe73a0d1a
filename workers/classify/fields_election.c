/* The election that an event belongs to: the poll that its article speaks of most, and the year. */
#include "workers/classify/fields.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { YEAR_REACH = 40, YEAR_BYTES = 4 };

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

/* "Pilwali Pasuruan 2020": the area between a poll and its year, as it is printed. */
static const struct place_mention *poll_area(const struct doc *d, const struct hit *h, uint32_t end)
{
	uint32_t i = place_first(d, h->end + 1);
	if (doc_value(d, h) != POLL_AREA || i == d->places.count ||
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

static void read_polls(const struct doc *d, size_t from, size_t to, struct polls *p)
{
	for (size_t i = from; i < to; i++) {
		const struct hit *h = &d->hits.list[i];
		if (h->group != GROUP_POLL || doc_value(d, h) == POLL_VILLAGE)
			continue;
		struct poll *poll = poll_named(d, p, h);
		if (!poll)
			continue;
		uint32_t end = h->end;
		int year = poll_year(d, h, &end);
		poll->told += year ? 3 : 1;
		if (year && !poll->year) {
			poll->hit = h;
			poll->end = end;
			poll->year = year;
		}
	}
}

/* The poll that hits from..to speak of most often; its year may be told with another's name
 * ("Pemilukada ... Deklarasi Pemilu Damai 2024"). No hit when no year is told at all. */
static struct poll most_told(const struct doc *d, size_t from, size_t to)
{
	struct polls p = {.list = {{0}}};
	struct poll best = {0};
	int year = 0;
	read_polls(d, from, to, &p);
	for (unsigned k = 0; k < p.count; k++) {
		year = year ? year : p.list[k].year;
		if (p.list[k].told > best.told)
			best = p.list[k];
	}
	best.year = best.year ? best.year : year;
	return best.year ? best : (struct poll){0};
}

/* The same, in the finding's k-th sentence. */
static struct poll told_in(const struct draft *t, uint32_t k)
{
	const struct sentence *s = &t->d->sentences.list[t->finding->sentences[k]];
	return most_told(t->d, s->hit, s->hit_end);
}

void fields_election(struct draft *t)
{
	const struct doc *d = t->d;
	struct poll p = {0};
	if (t->finding->scope == EVENT_SCOPE_TOTAL || t->finding->aside) {
		for (uint32_t k = 0; k < t->finding->sentence_count && !p.hit; k++)
			p = told_in(t, k);
	}
	if (!p.hit)
		p = most_told(d, 0, d->hits.count);
	if (!p.hit)
		return;
	const struct place_mention *area = poll_area(d, p.hit, p.end);
	uint32_t length = area ? area->end - p.hit->end : 0;
	const char *text = arena_printf(d->out, "%s%.*s %d", doc_phrase(d, p.hit)->text,
					(int)length, d->plain.s + p.hit->end, p.year);
	if (!text) {
		t->no_memory = true;
		return;
	}
	t->event->election = text;
	draft_evidence(t, "election", p.hit->start, p.end);
}

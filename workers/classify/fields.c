/* Fields are read from the finding's own sentences, and from the article where those are silent and
 * the article has one answer (its main area, the day of the news, its election). */
#include "workers/classify/fields.h"

#include "workers/classify/clause.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { YEAR_REACH = 40 };

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

/* A place named in the sentences that carry the event, the anchor first. A session's or pledge's
 * province gives way to the article's main regency within it; a violation's stands, because the
 * text says where the offenders serve. */
static int choose_mention(const struct draft *t)
{
	const struct doc *d = t->d;
	const struct area *areas = d->c->gazetteer.areas;
	int article = place_of_article(d);
	int wide = -1;
	int own = place_of_sentence(d, &d->sentences.list[t->finding->anchor]);
	if (own >= 0 && t->finding->scope == EVENT_SCOPE_TOTAL)
		return own;
	for (uint32_t k = 0; k <= t->finding->sentence_count; k++) {
		int m = k == 0 ? own : place_of_sentence(d, sentence_at(t, k - 1));
		if (m < 0)
			continue;
		if (areas[d->places.list[m].area].level >= AREA_REGENCY)
			return m;
		wide = wide < 0 ? m : wide;
	}
	if (article < 0 || wide < 0)
		return article < 0 ? wide : article;
	bool narrower = place_within(d, d->places.list[article].area, d->places.list[wide].area) &&
			d->places.list[article].role != PLACE_DATELINE;
	return narrower && t->finding->kind != EVENT_KIND_VIOLATION ? article : wide;
}

static void set_place(struct draft *t, uint16_t index)
{
	const struct gazetteer *g = &t->d->c->gazetteer;
	const struct area *a = &g->areas[index];
	/* Names live in the classifier; an event may outlive it. */
	const char *code = arena_strdup(t->d->out, a->code);
	const char *name = arena_strdup(t->d->out, a->name);
	const char *province =
		a->level == AREA_NATION ? "" : arena_strdup(t->d->out, g->areas[a->province].name);
	if (!code || !name || !province) {
		t->no_memory = true;
		return;
	}
	t->event->place = (struct event_place){code, name, province};
}

/* A body of the whole nation in the finding's sentences. */
static const struct hit *national_body(const struct draft *t)
{
	for (uint32_t k = 0; k < t->finding->sentence_count; k++) {
		const struct hit *h =
			doc_find(t->d, sentence_at(t, k), GROUP_AGENCY, AGENCY_NATIONAL);
		if (h)
			return h;
	}
	return NULL;
}

/* What a body of the nation does is the nation's, unless the text tells an area: the newsroom's
 * city in front of the lead does not. So is a total without an area. */
static bool is_national(const struct draft *t, int mention, const struct hit *body)
{
	const struct doc *d = t->d;
	bool nowhere = mention < 0 || d->places.list[mention].role == PLACE_DATELINE;
	if (t->finding->scope == EVENT_SCOPE_TOTAL)
		return place_of_sentence(d, &d->sentences.list[t->finding->anchor]) < 0 &&
		       (body || nowhere);
	return body && nowhere;
}

void fields_place(struct draft *t)
{
	const struct doc *d = t->d;
	int mention = choose_mention(t);
	const struct hit *body = national_body(t);
	uint16_t nation = gazetteer_find(&d->c->gazetteer, "ID");
	if (nation != AREA_NONE && is_national(t, mention, body)) {
		set_place(t, nation);
		if (body)
			draft_evidence_hit(t, "place", body);
		return;
	}
	if (mention < 0)
		return;
	set_place(t, d->places.list[mention].area);
	draft_evidence(t, "place", d->places.list[mention].start, d->places.list[mention].end);
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

void fields_count(struct draft *t)
{
	if (!t->finding->has_count)
		return;
	t->event->count = t->finding->count.count;
	draft_evidence(t, "count", t->finding->count.start, t->finding->count.end);
}

/* Which values of a group the finding's sentences have; evidence for the first of each. */
static uint32_t collect(struct draft *t, enum phrase_group group, const char *field,
			unsigned unless)
{
	uint32_t seen = 0;
	for (uint32_t k = 0; k < t->finding->sentence_count; k++) {
		const struct sentence *s = sentence_at(t, k);
		doc_for_hits(t->d, s, h)
		{
			if (h->group != group)
				continue;
			uint32_t bit = 1U << doc_value(t->d, h);
			if (seen & bit || (unless && clause_read(t->d, s, h) & unless))
				continue;
			seen |= bit;
			draft_evidence_hit(t, field, h);
		}
	}
	return seen;
}

void fields_subjects(struct draft *t)
{
	uint32_t seen = collect(t, GROUP_SUBJECT, "subjects", 0);
	enum event_subject *list =
		arena_calloc(t->d->out, (size_t)__builtin_popcount(seen) + 1, sizeof(*list));
	if (!list) {
		t->no_memory = true;
		return;
	}
	for (int v = 1; v < 32; v++) {
		if (seen >> v & 1)
			list[t->event->subject_count++] = (enum event_subject)v;
	}
	t->event->subjects = list;
}

void fields_conduct(struct draft *t)
{
	if (t->finding->kind != EVENT_KIND_VIOLATION)
		return;
	uint32_t seen = collect(t, GROUP_CONDUCT, "conduct",
				CLAUSE_BIT(PROHIBITION) | CLAUSE_BIT(HYPOTHESIS) |
					CLAUSE_BIT(PURPOSE) | CLAUSE_BIT(DENIAL));
	enum event_conduct *list =
		arena_calloc(t->d->out, (size_t)__builtin_popcount(seen) + 1, sizeof(*list));
	if (!list) {
		t->no_memory = true;
		return;
	}
	for (int v = 1; v < 32; v++) {
		if (seen >> v & 1)
			list[t->event->conduct_count++] = (enum event_conduct)v;
	}
	t->event->conduct = list;
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

/* "Pilkada (serentak) 2024": the year behind a poll, with only small words between. */
static int poll_year(const struct doc *d, const struct hit *h, uint32_t *ret_end)
{
	const char *s = d->plain.s;
	for (uint32_t i = h->end; i < h->end + YEAR_REACH && s[i] && !strchr(".,;\n\"", s[i]);
	     i++) {
		if (!isdigit((unsigned char)s[i]))
			continue;
		int year = atoi(s + i);
		bool four = isdigit((unsigned char)s[i + 1]) && isdigit((unsigned char)s[i + 2]) &&
			    isdigit((unsigned char)s[i + 3]) && !isdigit((unsigned char)s[i + 4]);
		*ret_end = i + 4;
		return four && year >= 2004 && year < 2040 ? year : 0;
	}
	return 0;
}

/* "Pilwali Pasuruan 2020": the city between a mayor's poll and its year. */
static const char *poll_city(const struct doc *d, const struct hit *h, uint32_t end)
{
	uint32_t i = place_first(d, h->end);
	if (i == d->places.count || strncmp(doc_phrase(d, h)->text, "Pilw", 4) != 0)
		return NULL;
	const struct place_mention *m = &d->places.list[i];
	return m->start == h->end + 1 && m->end < end ? d->c->gazetteer.areas[m->area].bare : NULL;
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
	struct polls p = {.count = 0};
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

void fields_election(struct draft *t)
{
	const struct doc *d = t->d;
	struct poll p = {0};
	if (t->finding->scope == EVENT_SCOPE_TOTAL || t->finding->aside) {
		for (uint32_t k = 0; k < t->finding->sentence_count && !p.hit; k++)
			p = most_told(d, sentence_at(t, k)->hit, sentence_at(t, k)->hit_end);
	}
	if (!p.hit)
		p = most_told(d, 0, d->hits.count);
	if (!p.hit)
		return;
	const char *city = poll_city(d, p.hit, p.end);
	const char *text = arena_printf(d->out, "%s%s%s %d", doc_phrase(d, p.hit)->text,
					city ? " " : "", city ? city : "", p.year);
	if (!text) {
		t->no_memory = true;
		return;
	}
	t->event->election = text;
	draft_evidence(t, "election", p.hit->start, p.end);
}

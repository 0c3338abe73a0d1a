/* The title and the lead tell what a report is about, in the press as in its handbooks, so no more
 * is read: the gate turns most articles away after a look at the whole text, and reading places of
 * all of it would cost more than that look. What an event of the article is about is known
 * already, wherever in the text it is told. */
#include "workers/classify/areas.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "workers/classify/engine.h"

#include <string.h>

enum { TITLE_WEIGHT = 3 };

struct choice {
	uint16_t list[ARTICLE_AREAS_MAX];
	size_t count;
};

/* The lead ends between two characters, and between two words where it has any. */
static struct text cut_lead(const struct text *text)
{
	size_t len = text->len;
	if (len > AREAS_LEAD_BYTES) {
		len = AREAS_LEAD_BYTES;
		while (len > 0 && text->ptr[len] != ' ' && text->ptr[len] != '\n')
			len--;
		if (len == 0)
			len = AREAS_LEAD_BYTES;
		while (len > 0 && ((unsigned char)text->ptr[len] & 0xC0) == 0x80)
			len--;
	}
	return (struct text){text->ptr, len};
}

static int read_lead(struct doc *d)
{
	int r = plain_make(d->a, d->arena, &d->plain);
	if (r == NETRAL_OK)
		r = matcher_scan(d->c->all, d->plain.s, d->plain.len, d->arena, &d->hits);
	if (r == NETRAL_OK)
		r = text_split(&d->plain, d->arena, &d->sentences);
	if (r == NETRAL_OK)
		r = text_assign_hits(&d->plain, &d->c->phrases, &d->hits, d->arena, &d->sentences);
	return r == NETRAL_OK ? place_read(d) : r;
}

/* --- choosing --- */

static bool is_chosen(const struct choice *c, uint16_t area)
{
	for (size_t i = 0; i < c->count; i++) {
		if (c->list[i] == area)
			return true;
	}
	return false;
}

static void choose(const struct gazetteer *g, struct choice *c, uint16_t area)
{
	if (c->count < ARTICLE_AREAS_MAX && area != AREA_NONE &&
	    g->areas[area].level != AREA_NATION && !is_chosen(c, area))
		c->list[c->count++] = area;
}

/* Tells where a report or somebody in it comes from, not what it is about. */
static bool is_idle(const struct place_mention *m)
{
	return m->role == PLACE_DATELINE || (m->flags & (PLACE_SAID | PLACE_IS_FROM));
}

/* The areas of mentions that are idle, or of those that are not, the one named most first. */
static int choose_named(const struct doc *d, bool idle, struct choice *c)
{
	const struct gazetteer *g = &d->c->gazetteer;
	const struct places *p = &d->places;
	uint32_t *score = arena_calloc(d->arena, g->area_count, sizeof(*score));
	if (!score)
		return NETRAL_ENOMEM;
	for (uint32_t i = 0; i < p->count; i++) {
		if (is_idle(&p->list[i]) == idle)
			score[p->list[i].area] +=
				p->list[i].start < d->plain.body ? TITLE_WEIGHT : 1;
	}
	for (;;) {
		uint16_t best = AREA_NONE;
		for (uint32_t i = 0; i < p->count; i++) {
			uint16_t area = p->list[i].area;
			if (score[area] > (best == AREA_NONE ? 0 : score[best]))
				best = area;
		}
		if (best == AREA_NONE || c->count == ARTICLE_AREAS_MAX)
			return NETRAL_OK;
		score[best] = 0;
		choose(g, c, best);
	}
}

/* Who reads of a regency reads of its province: the recorder counts that. */
static void drop_provinces(const struct gazetteer *g, struct choice *c)
{
	size_t kept = 0;
	for (size_t i = 0; i < c->count; i++) {
		bool is_told = false;
		for (size_t k = 0; k < c->count; k++)
			is_told |= c->list[k] != c->list[i] &&
				   g->areas[c->list[k]].province == c->list[i];
		if (!is_told)
			c->list[kept++] = c->list[i];
	}
	c->count = kept;
}

static int give(const struct gazetteer *g, const struct choice *c, struct arena *arena,
		const char ***ret_areas, size_t *ret_count)
{
	const char **areas = arena_calloc(arena, c->count + 1, sizeof(*areas));
	if (!areas)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < c->count; i++) {
		areas[i] = arena_strdup(arena, g->areas[c->list[i]].code);
		if (!areas[i])
			return NETRAL_ENOMEM;
	}
	*ret_areas = areas;
	*ret_count = c->count;
	return NETRAL_OK;
}

int classify_areas(const struct classifier *c, struct classifier_scratch *s,
		   const struct article *a, const struct event *events, size_t event_count,
		   struct arena *arena, const char ***ret_areas, size_t *ret_count)
{
	const struct gazetteer *g = &c->gazetteer;
	struct article lead = *a;
	struct doc d = {.c = c, .a = &lead, .arena = &s->arena, .out = arena};
	struct choice choice = {.count = 0};
	lead.text = cut_lead(&a->text);
	arena_reset(&s->arena);
	int r = read_lead(&d);
	for (size_t i = 0; i < event_count; i++)
		choose(g, &choice, gazetteer_find(g, events[i].place.code));
	if (r == NETRAL_OK)
		r = choose_named(&d, false, &choice);
	if (r == NETRAL_OK && choice.count == 0)
		r = choose_named(&d, true, &choice);
	drop_provinces(g, &choice);
	return r == NETRAL_OK ? give(g, &choice, arena, ret_areas, ret_count) : r;
}

/* Where an event was: the area that its own sentences tell, else the article's, else the nation. */
#include "workers/classify/fields.h"

static const struct sentence *sentence_at(const struct draft *t, uint32_t k)
{
	return &t->d->sentences.list[t->finding->sentences[k]];
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

/* Institutions: bodies of the nation by their short name, local ones with their area: "Pemerintah
 * Kota (Pemkot) Ambon" is "Pemkot Ambon", "Badan Pengawas Pemilu Kota Kupang" "Bawaslu Kota
 * Kupang". Read from the finding's sentences. */
#include "workers/classify/fields.h"

#include <string.h>

enum { INSTITUTIONS_MAX = 8, BRACKET_MAX = 16 };

/* "Pemerintah Kota (Pemkot) Ambon": a space, or a bracket that is closed again. */
static bool joins(const char *gap, uint32_t len)
{
	if (len <= 1)
		return true;
	return len <= BRACKET_MAX && gap[0] == ' ' && gap[1] == '(' &&
	       (gap[len - 1] == '(' || gap[len - 2] == ')');
}

/* The place right behind a local body. */
static const struct place_mention *area_behind(const struct doc *d, const struct sentence *s,
					       const struct hit *h)
{
	for (uint32_t i = place_first(d, h->end); i < d->places.count; i++) {
		const struct place_mention *m = &d->places.list[i];
		if (m->end > s->end)
			break;
		if (m->start <= h->end || joins(d->plain.s + h->end, m->start - h->end))
			return m;
	}
	return NULL;
}

static bool is_government(const char *name)
{
	return strncmp(name, "Pem", 3) == 0;
}

static const char *name_of(struct draft *t, const struct hit *h, const struct place_mention *m)
{
	const char *body = doc_phrase(t->d, h)->text;
	const char *name;
	if (!m) {
		name = arena_strdup(t->d->out, body);
	} else if (m->kind == NAME_DISTRICT) { /* as printed: "Panwaslu Kecamatan Adiluwih" */
		name = arena_strndup(t->d->out, t->d->plain.s + h->start, m->end - h->start);
	} else {
		const struct area *a = &t->d->c->gazetteer.areas[m->area];
		bool bare = is_government(body) || a->level == AREA_PROVINCE;
		name = arena_printf(t->d->out, "%s %s", body, bare ? a->bare : a->name);
	}
	if (!name)
		t->no_memory = true;
	return name;
}

static bool is_listed(const struct event *e, const char *name)
{
	for (size_t i = 0; i < e->institution_count; i++) {
		if (strcmp(e->institutions[i], name) == 0)
			return true;
	}
	return false;
}

static void add_institution(struct draft *t, const char **list, const struct sentence *s,
			    const struct hit *h)
{
	bool local = doc_value(t->d, h) == AGENCY_LOCAL;
	const struct place_mention *m = local ? area_behind(t->d, s, h) : NULL;
	if (local && !m && is_government(doc_phrase(t->d, h)->text))
		return;
	const char *name = name_of(t, h, m);
	if (!name || is_listed(t->event, name))
		return;
	list[t->event->institution_count++] = name;
	draft_evidence(t, "institutions", h->start, m ? m->end : h->end);
}

void fields_institutions(struct draft *t)
{
	const struct doc *d = t->d;
	const char **list = arena_calloc(d->out, INSTITUTIONS_MAX, sizeof(*list));
	if (!list) {
		t->no_memory = true;
		return;
	}
	t->event->institutions = list;
	for (uint32_t k = 0; k < t->finding->sentence_count; k++) {
		const struct sentence *s = &d->sentences.list[t->finding->sentences[k]];
		doc_for_hits(d, s, h)
		{
			if (h->group == GROUP_AGENCY &&
			    t->event->institution_count < INSTITUTIONS_MAX)
				add_institution(t, list, s, h);
		}
	}
}

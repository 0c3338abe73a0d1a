/* The people of an event: those whom the sentences that speak of it name, see person.h. Someone
 * with initials only is accused of something, and belongs to violations. */
#include "workers/classify/fields.h"

#include <string.h>

enum { PEOPLE_MAX = 12, GUESTS_MIN = 2, NEAR_MAX = 6 };

/* "Turut hadir Sekda ..., Ketua DPRD ..., Kapolres ...": guests, of whom nothing else is told. */
static bool is_guest(const struct doc *d, const struct persons *all, const struct person *p)
{
	const struct sentence *s = &d->sentences.list[p->sentence];
	unsigned together = 0;
	for (uint32_t i = 0; i < all->count; i++)
		together += all->list[i].sentence == p->sentence;
	if (together < GUESTS_MIN || !doc_find(d, s, GROUP_HOLD, HOLD_ATTEND))
		return false;
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		const struct sentence *other = &d->sentences.list[i];
		if (i != p->sentence && doc_is_body(other) && person_in(d, other, p))
			return false;
	}
	return true;
}

static bool is_named(const struct draft *t, const struct person *p)
{
	if (draft_owns(t, p->sentence))
		return true;
	for (uint32_t i = 0; i < t->d->sentences.count; i++) {
		const struct sentence *s = &t->d->sentences.list[i];
		if (doc_is_body(s) && draft_owns(t, i) && person_in(t->d, s, p))
			return true;
	}
	return false;
}

const struct persons *draft_persons(struct draft *t)
{
	if (t->persons)
		return t->persons;
	struct persons *all = arena_alloc(t->d->arena, sizeof(*all));
	if (all)
		person_read(t->d, all);
	else
		t->no_memory = true;
	return t->persons = all;
}

static void add_to_people(struct draft *t, struct event_person *list, const struct person *p)
{
	list[t->event->person_count++] = (struct event_person){
		draft_text(t, p->start, p->end), draft_text(t, p->role_start, p->role_end)};
	draft_evidence(t, "people", p->start, p->end);
}

static uint32_t distance(uint32_t a, uint32_t b)
{
	return a < b ? b - a : a - b;
}

/* Who is named nearest to the sentence that tells most. */
static const struct person *nearest(const struct draft *t, const struct persons *all)
{
	const struct person *best = NULL;
	for (uint32_t i = 0; i < all->count; i++) {
		const struct person *p = &all->list[i];
		if (p->role_start == p->role_end || p->initials)
			continue;
		if (!best || distance(p->sentence, t->finding->anchor) <
				     distance(best->sentence, t->finding->anchor))
			best = p;
	}
	return best && distance(best->sentence, t->finding->anchor) <= NEAR_MAX ? best : NULL;
}

/* An event speaks through somebody: when its sentences name nobody, through who is named nearest.
 */
void fields_people(struct draft *t)
{
	const struct persons *all = draft_persons(t);
	struct event_person *list = arena_calloc(t->d->out, PEOPLE_MAX, sizeof(*list));
	bool violation = t->finding->kind == EVENT_KIND_VIOLATION;
	if (!list || !all) {
		t->no_memory = true;
		return;
	}
	t->event->people = list;
	for (uint32_t i = 0; i < all->count && t->event->person_count < PEOPLE_MAX; i++) {
		const struct person *p = &all->list[i];
		if ((violation || !p->initials) && is_named(t, p) && !is_guest(t->d, all, p))
			add_to_people(t, list, p);
	}
	const struct person *near = nearest(t, all);
	if (t->event->person_count == 0 && near)
		add_to_people(t, list, near);
}

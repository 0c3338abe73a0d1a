#include "client/pending.h"

#include "lib/error.h"

uint64_t pending_add(struct pending *p, struct warc_place place)
{
	netral_assert(p->count < SUBMITTER_MAX);
	do
		p->last = (p->last + 1) % SUBMITTER_MAX;
	while (p->used[p->last]);
	p->places[p->last] = place;
	p->used[p->last] = true;
	p->count++;
	return p->last;
}

void pending_answered(struct pending *p, uint64_t number)
{
	netral_assert(number < SUBMITTER_MAX && p->used[number]);
	p->used[number] = false;
	p->count--;
}

static bool is_before(const struct warc_place *a, const struct warc_place *b)
{
	return a->offset != b->offset ? a->offset < b->offset : a->within < b->within;
}

const struct warc_place *pending_first(const struct pending *p)
{
	const struct warc_place *first = NULL;
	for (size_t i = 0; i < SUBMITTER_MAX && p->count > 0; i++) {
		if (p->used[i] && (!first || is_before(&p->places[i], first)))
			first = &p->places[i];
	}
	return first;
}

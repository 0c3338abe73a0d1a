/* draft.h - a draft over all sentences of a fixture's article, to try the readers of fields. */
#ifndef NETRAL_TESTS_CLASSIFY_DRAFT_H
#define NETRAL_TESTS_CLASSIFY_DRAFT_H

#include "tests/unit/classify/fixture.h"
#include "workers/classify/fields.h"

static inline struct event draft_event(const struct doc *d, void (*read)(struct draft *))
{
	struct finding f = {.kind = EVENT_KIND_SESSION, .status = EVENT_STATUS_HELD};
	for (uint32_t i = 0; i < d->sentences.count; i++)
		finding_add_sentence(&f, i);
	struct event e;
	event_init(&e);
	struct draft t = {.d = d,
			  .finding = &f,
			  .event = &e,
			  .evidence = arena_calloc(d->out, EVENT_EVIDENCE_MAX,
						   sizeof(struct event_evidence))};
	assert_non_null(t.evidence);
	read(&t);
	assert_false(t.no_memory);
	return e;
}

#endif

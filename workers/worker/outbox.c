/* A list: answers come in the order of the requests, so the entry wanted is nearly always the
 * first one. */
#include "workers/worker/outbox.h"

#include "lib/fault.h"

#include <string.h>

void outbox_init(struct outbox *o)
{
	*o = (struct outbox){.last = &o->first, .next_request = 1};
}

static void free_entry(struct outbox_entry *e)
{
	if (!e)
		return;
	buf_fini(&e->wire);
	free(e->leases);
	free(e);
}

void outbox_clear(struct outbox *o)
{
	struct outbox_entry *e = o->first;
	while (e) {
		struct outbox_entry *next = e->next;
		free_entry(e);
		e = next;
	}
	o->first = NULL;
	o->last = &o->first;
	o->held = 0;
}

struct outbox_entry *outbox_add(struct outbox *o, const struct lease *leases, size_t count)
{
	struct outbox_entry *e = fault_calloc(1, sizeof(*e));
	if (!e)
		return NULL;
	e->leases = fault_calloc(count, sizeof(*leases));
	if (!e->leases) {
		free_entry(e);
		return NULL;
	}
	memcpy(e->leases, leases, count * sizeof(*leases));
	e->lease_count = count;
	e->request = o->next_request++;
	buf_init(&e->wire, CODEC_FRAME_MAX);
	*o->last = e;
	o->last = &e->next;
	o->held += (uint32_t)count;
	return e;
}

struct outbox_entry *outbox_find(struct outbox *o, uint64_t request)
{
	struct outbox_entry *e = o->first;
	while (e && e->request != request)
		e = e->next;
	return e;
}

void outbox_remove(struct outbox *o, struct outbox_entry *e)
{
	struct outbox_entry **link = &o->first;
	while (*link != e)
		link = &(*link)->next;
	*link = e->next;
	if (!e->next)
		o->last = link;
	o->held -= (uint32_t)e->lease_count;
	free_entry(e);
}

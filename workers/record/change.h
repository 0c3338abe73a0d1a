/* change.h - which event of a new classification is which event of the one before?
 *
 * Within an article events are the same when they agree in kind and area code; where several do,
 * in the order of their numbers. A number is never given to another event. Pure; any thread. */
#ifndef NETRAL_WORKERS_RECORD_CHANGE_H
#define NETRAL_WORKERS_RECORD_CHANGE_H

#include "workers/record/schema.h"

enum { CHANGES_MAX = 2 * EVENTS_PER_ARTICLE_MAX };

struct change {
	/* NEW: `event` alone; REMOVED: `old` alone; CHANGED: both, and they may turn out equal. */
	enum update_change what;
	uint32_t number;
	const struct event *event;
	const struct event_entry *old;
};

/* Fills `plan`: first the events in their order, then those that vanished. *next_number is the
 * article's, and is moved on. Returns the number of entries. */
size_t change_plan(const struct event_entry *old, size_t old_count, const struct event *events,
		   size_t event_count, uint32_t *next_number,
		   struct change plan[static CHANGES_MAX]);

#endif

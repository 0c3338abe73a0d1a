#include "workers/record/change.h"

#include <stdbool.h>
#include <string.h>

/* The first entry that is not taken and agrees with `e`; entries are in the order of numbers. */
static const struct event_entry *find_old(const struct event_entry *old, size_t count, bool *taken,
					  const struct event *e)
{
	for (size_t i = 0; i < count; i++) {
		if (taken[i] || old[i].kind != e->kind || strcmp(old[i].area, e->place.code) != 0)
			continue;
		taken[i] = true;
		return &old[i];
	}
	return NULL;
}

size_t change_plan(const struct event_entry *old, size_t old_count, const struct event *events,
		   size_t event_count, uint32_t *next_number,
		   struct change plan[static CHANGES_MAX])
{
	bool taken[EVENTS_PER_ARTICLE_MAX] = {false};
	size_t n = 0;
	for (size_t i = 0; i < event_count; i++) {
		const struct event_entry *same = find_old(old, old_count, taken, &events[i]);
		plan[n++] = (struct change){.what = same ? CHANGE_CHANGED : CHANGE_NEW,
					    .number = same ? same->number : (*next_number)++,
					    .event = &events[i],
					    .old = same};
	}
	for (size_t i = 0; i < old_count; i++) {
		if (!taken[i])
			plan[n++] = (struct change){
				.what = CHANGE_REMOVED, .number = old[i].number, .old = &old[i]};
	}
	return n;
}

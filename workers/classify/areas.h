/* areas.h - which areas an article is about, whether it tells an event or not.
 *
 * This says what is read about an area, not where something happened (place.h): it is there so that
 * an area of which nothing is told can be known from one of which nothing is read. */
#ifndef NETRAL_WORKERS_CLASSIFY_AREAS_H
#define NETRAL_WORKERS_CLASSIFY_AREAS_H

#include "workers/classify/classify.h"

/* Codes of at most ARTICLE_AREAS_MAX provinces, regencies and cities, none twice, never the
 * nation: those of `events`, then those that the title and the first AREAS_LEAD_BYTES of the text
 * name, the one named most first. A province is left out beside its own regencies. What only tells
 * where the newsroom is (a dateline), where somebody spoke or comes from counts where nothing else
 * does. `events` are those that classify() yields for the article.
 *
 * Allocated in `arena`. The cost does not grow with the article. 0 or NETRAL_ENOMEM. */
enum { AREAS_LEAD_BYTES = 700 };
int classify_areas(const struct classifier *c, struct classifier_scratch *s,
		   const struct article *a, const struct event *events, size_t event_count,
		   struct arena *arena, const char ***ret_areas, size_t *ret_count);

#endif

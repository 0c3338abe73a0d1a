/* places.h - areas for generated events, so that more than one index entry and topic is written. */
#ifndef NETRAL_BENCH_PLACES_H
#define NETRAL_BENCH_PLACES_H

#include "lib/event.h"
#include "lib/id.h"

/* One of a few areas, by the article's id. */
struct event_place bench_place(const struct article_id *id);

#endif

/* stats.h - cases counted by group. The main thread.
 *
 * What is counted is events, not the people in them. A counted total is no case: it is counted
 * apart, and never added to anything. Groups come as events bring them; those that should show
 * without any event are announced. */
#ifndef NETRAL_CLIENT_STATS_H
#define NETRAL_CLIENT_STATS_H

#include "lib/event.h"

#include <stdbool.h>

/* X(name for --by, enumerator) */
#define STATS_GROUPINGS(X)                                                                         \
	X("kind", STATS_KIND)                                                                      \
	X("status", STATS_STATUS)                                                                  \
	X("province", STATS_PROVINCE)                                                              \
	X("regency", STATS_REGENCY)                                                                \
	X("month", STATS_MONTH)                                                                    \
	X("conduct", STATS_CONDUCT)

#define X(name, enumerator) enumerator,
enum stats_by { STATS_GROUPINGS(X) STATS_BY_COUNT };
#undef X

const char *stats_by_name(enum stats_by by);

enum {
	STATS_KINDS = EVENT_KIND_PLEDGE + 1,
	STATS_STATUSES = EVENT_STATUS_MADE + 1,
	STATS_ROWS_MAX = 8192,
};

struct stats_row {
	char order[16]; /* rows are sorted by it */
	char group[32]; /* "SESSION PLANNED", "81.71", "2024-08", "none" */
	char name[64];  /* of an area; else "" */
	bool announced;
	uint64_t articles; /* that are about the area */
	uint64_t events[STATS_KINDS][STATS_STATUSES];
};

struct stats;

/* NULL without memory. */
struct stats *stats_new(enum stats_by by);
void stats_free(struct stats *s); /* takes NULL */

/* An area that has a row also when nothing was recorded there; others than those of the grouping
 * are passed over. 0, NETRAL_ENOMEM or NETRAL_EFULL. */
int stats_announce(struct stats *s, const char *code, const char *name);

/* 0 or NETRAL_ENOMEM. With several conducts an event counts in the row of each. Groups beyond
 * STATS_ROWS_MAX are counted in stats_beyond(). */
int stats_take(struct stats *s, const struct event *e);

/* Is this grouping one of areas? Only then do rows count articles. */
bool stats_by_area(enum stats_by by);

/* Articles about an area, or ("") about none, once more. One that no row of the grouping stands for
 * is passed over. 0 or NETRAL_ENOMEM. */
int stats_cover(struct stats *s, const char *code, uint64_t articles);

/* Borrowed until the next call that takes something. */
const struct stats_row *stats_rows(const struct stats *s, size_t *ret_count);
uint64_t stats_totals(const struct stats *s);
uint64_t stats_beyond(const struct stats *s);

/* Events of a row: kind 0 or status 0 stands for all. */
uint64_t stats_sum(const struct stats_row *row, enum event_kind kind, enum event_status status);

#endif

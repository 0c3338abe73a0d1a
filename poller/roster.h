/* roster.h - the sources of the file, each with what is known of it, and the hosts that they name.
 * The loop thread only. */
#ifndef NETRAL_POLLER_ROSTER_H
#define NETRAL_POLLER_ROSTER_H

#include "lib/heap.h"
#include "lib/source/schedule.h"
#include "lib/source/sources.h"
#include "poller/keys.h"
#include "poller/state.h"

struct poll;

/* One source. Ten thousand of them are kept, so texts stay in the state. */
struct watch {
	const struct source *source; /* of the roster */
	struct source_key key;
	struct schedule schedule;
	struct source_totals totals;
	uint32_t list_days, list_day; /* as in struct source_record */
	unsigned flags;               /* as told last; bits of enum schedule_flag */
	uint32_t pending;             /* items that wait */
	struct heap_node due;         /* by the monotonic clock, in ms */
	struct poll *poll;            /* under way, or NULL */
};

struct roster {
	struct sources sources;
	struct watch **list; /* in the order of the file */
	struct watch **by_key;
	size_t count;
	struct text *hosts; /* names, sorted */
	size_t host_count;
};

/* Reads the file, and takes over from *r the sources that are still in it. Those that are not are
 * given to `gone`, which may still look at their `source`, and freed. What is kept of a new one is
 * read by `load`. On failure *r is as it was, with a sentence in `error`: as sources_read(). */
typedef void roster_watch_fn(void *user, struct watch *w);
int roster_read(struct roster *r, const char *path, roster_watch_fn *load, roster_watch_fn *gone,
		void *user, char *error, size_t error_size);
void roster_fini(struct roster *r); /* takes a zeroed one */

/* NULL when there is none. */
struct watch *roster_find(const struct roster *r, const struct source_key *key);

/* Whether a source is on the host of `url`. */
bool roster_names(const struct roster *r, const struct text *url);

/* Bounds of a source for lib/source/schedule.h. */
struct schedule_bounds watch_bounds(const struct watch *w);

#endif

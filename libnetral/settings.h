/* settings.h - a copy of the caller's options, checked. Any thread. */
#ifndef NETRAL_LIBNETRAL_SETTINGS_H
#define NETRAL_LIBNETRAL_SETTINGS_H

#include "lib/arena.h"
#include "libnetral/internal.h"

struct settings {
	struct arena arena;     /* what the pointers below lead to */
	char *updates, *replay; /* endpoints */
	struct filter filter;   /* the part that travels */
	const char **sources;
	size_t source_count;
	double min_confidence;
	enum netral_start start;
	struct netral_position position;
	uint64_t number;
	char *since, *until; /* "" for none */
	uint64_t timeout_ms;
};

/* `o` may be NULL. 0, NETRAL_EINVALID, NETRAL_ETOOBIG or NETRAL_ENOMEM. To be ended with
 * settings_fini(), also on failure. */
int settings_init(struct settings *s, const struct netral_options *o);
void settings_fini(struct settings *s); /* takes a zeroed one */

/* Does an update pass the part of the filter that does not travel? */
bool settings_match(const struct settings *s, const struct update *u);

#endif

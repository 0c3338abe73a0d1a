/* flags.h - sources that dried up: told once when a flag rises, and once when it falls. The loop
 * thread only. */
#ifndef NETRAL_POLLER_FLAGS_H
#define NETRAL_POLLER_FLAGS_H

#include "poller/context.h"

struct flags;

/* What happens within `wait_ms` is one alert. Takes a timer. `c` is borrowed. 0 or NETRAL_ENOMEM.
 */
int flags_new(struct context *c, uint64_t wait_ms, struct flags **ret_flags);
void flags_free(struct flags *f); /* takes NULL; kills a program that runs */

/* Looks at one source, and at all of them. */
void flags_look(struct flags *f, struct watch *w);
void flags_look_at_all(struct flags *f);

/* After SIGCHLD. */
void flags_reap(struct flags *f);

/* How many sources have any flag; how many have this one. */
size_t flags_count(const struct context *c, unsigned flag);

#endif

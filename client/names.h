/* names.h - --names: whose names a command writes out. The main thread. */
#ifndef NETRAL_CLIENT_NAMES_H
#define NETRAL_CLIENT_NAMES_H

#include "client/cli.h"
#include "lib/mask.h"
#include "proto/codec.h"
#include "workers/classify/public_offices.h"

struct names {
	struct mask_policy policy;
	struct public_offices offices;
};

/* `given` is NULL for the policy of netral.conf (lib/mask_setting.h). EX_OK, or an exit code after
 * a message: without the table of offices nothing is written, rather than names that should be
 * hidden. */
int names_init(struct names *n, const char *given);
void names_fini(struct names *n); /* takes a zeroed one */

/* update_mask() with the policy. */
int names_mask(const struct names *n, const struct update *u, struct arena *arena,
	       struct update *ret_update);

#endif

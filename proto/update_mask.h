/* update_mask.h - an update with the names of people who are accused hidden, as lib/mask.h says:
 * in the event, in the article's title, and in the note of a correction. Titles of other articles
 * that report a VIOLATION are left out, as their people are not known. Any thread, one arena a
 * thread. */
#ifndef NETRAL_PROTO_UPDATE_MASK_H
#define NETRAL_PROTO_UPDATE_MASK_H

#include "lib/mask.h"
#include "proto/codec.h"

/* The copy lives as long as *u and the arena. 0 or NETRAL_ENOMEM. */
int update_mask(const struct mask_policy *policy, const struct update *u, struct arena *arena,
		struct update *ret_update);

#endif

/* internal.h - what netral.h hides, for libnetral itself and for the client, which is built with
 * it.
 */
#ifndef NETRAL_LIBNETRAL_INTERNAL_H
#define NETRAL_LIBNETRAL_INTERNAL_H

#include "libnetral/netral.h"
#include "proto/codec.h"

/* A struct netral_update is never defined: it is a struct update under a name that promises
 * nothing. */
static inline const struct update *update_of(const struct netral_update *u)
{
	return (const struct update *)(const void *)u;
}

static inline const struct netral_update *public_update(const struct update *u)
{
	return (const struct netral_update *)(const void *)u;
}

#endif

/* url.h - a URL as it may be asked (RFC 3986), by libcurl's parser: the one that will ask it.
 * What lib/web resolved passes through as it is.
 * Any thread. */
#ifndef NETRAL_LIB_FETCH_URL_H
#define NETRAL_LIB_FETCH_URL_H

#include "lib/fetch/fetch.h"

struct target {
	char *url;  /* absolute, no fragment, at most FETCH_URL_MAX bytes */
	char *host; /* lower case, ASCII, no trailing dot */
};

/* Resolves `reference` against `base` (NULL: it must be absolute). 0, or with a reason
 * NETRAL_EINVALID, NETRAL_ENOMEM. */
int target_parse(const char *base, const char *reference, struct target *ret_target,
		 char reason[static FETCH_REASON_SIZE]);
void target_fini(struct target *t); /* takes a zeroed one */

#endif

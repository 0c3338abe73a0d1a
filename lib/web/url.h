/* url.h - the URLs that feeds, sitemaps and configurations name, made absolute and comparable.
 * RFC 3986, section 5, for http and https. Any thread. */
#ifndef NETRAL_LIB_WEB_URL_H
#define NETRAL_LIB_WEB_URL_H

#include "lib/arena.h"
#include "lib/article.h"

#include <stdbool.h>

/* Resolves `reference` against `base`, an absolute http or https URL; an empty base takes absolute
 * references only. The result has scheme and host in lower case, no default port, no dot segments,
 * no fragment, and what no URL may contain as %XX (blanks inside, quotes, letters beyond ASCII);
 * blanks around it and line ends within are left out. An empty reference is refused.
 *
 * 0; NETRAL_EINVALID for another scheme, no or a strange host, a user name (it never belongs into
 * a link to an article, and hides the host from the reader); NETRAL_ETOOBIG beyond
 * ARTICLE_URL_MAX bytes; NETRAL_ENOMEM. */
int url_resolve(const struct text *base, const struct text *reference, struct arena *arena,
		struct text *ret_url);

/* "https://example.org:8080" of an absolute URL: what its robots.txt is for. A slice of `url`. */
struct text url_origin(const struct text *url);

/* The name or address in it, without the port. A slice. */
struct text url_host(const struct text *url);

/* Whether two absolute URLs are of one site: their hosts have the same registrable domain. Which
 * domains may be registered is told by what the countries' registries mostly do ("co.id", "go.id",
 * "co.uk" are no names of a site), not by the public suffix list. Addresses must be equal. */
bool url_same_site(const struct text *a, const struct text *b);

#endif

/* address.h - what addresses of pages tell; lib/web/url.h resolved them. Any thread. */
#ifndef NETRAL_LIB_EXTRACT_ADDRESS_H
#define NETRAL_LIB_EXTRACT_ADDRESS_H

#include "lib/article.h"

#include <stdbool.h>

/* Without "www." and port; empty when there is none. */
struct text address_host(const struct text *url);

/* Nothing but a host: no path, or "/". */
bool address_is_front(const struct text *url);

/* Which page of the article at `url` is at `other`, by a number at its end or in its query that is
 * all they differ in: 1 for the same address, 2 and more, or 0 when it is another article. */
unsigned address_page_number(const struct text *url, const struct text *other);

/* Could `href`, as it stands in the page at `url`, be such a page? Costs no memory, and says yes
 * where only the resolved address can tell. */
bool address_may_be_page(const struct text *url, const struct text *href);

#endif

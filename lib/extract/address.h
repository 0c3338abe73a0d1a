/* address.h - what addresses of pages tell; lib/web/url.h resolved them. Any thread. */
#ifndef NETRAL_LIB_EXTRACT_ADDRESS_H
#define NETRAL_LIB_EXTRACT_ADDRESS_H

#include "lib/article.h"

#include <stdbool.h>

/* Without "www." and port; empty when there is none. */
struct text address_host(const struct text *url);

/* Nothing but a host: no path, or "/". */
bool address_is_front(const struct text *url);

/* What an address is beside that of an article's first page. */
struct address_page {
	unsigned number; /* 1: the same address; 2 and more: a further page; 0: another article */
	bool whole;      /* all pages as one; `number` is 0 */
	bool named;      /* it says so; else it may be another article, unless a link to it tells */
};

/* Compares `other` with the first page at `url`: a page has a number at its end or in its query
 * ("?page=2", "/2", "/halaman/2", "-2.html") that is all they differ in, the whole article a word
 * ("?page=all", "?showall=1", "/full"). */
struct address_page address_page(const struct text *url, const struct text *other);

/* Cuts the number of a further page off `url`, as far as the address alone can tell one from an
 * article's own. The front is borrowed. */
struct text address_first_page(const struct text *url);

/* Could `href`, as it stands in the page at `url`, be such a page? Costs no memory, and says yes
 * where only the resolved address can tell. */
bool address_may_be_page(const struct text *url, const struct text *href);

#endif

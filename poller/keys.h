/* keys.h - by what sources and items are known again.
 *
 * Hashes, so that what is kept of an item is small; those of items take a number that nobody else
 * knows, so that no feed can name an item that is taken for another one. Any thread. */
#ifndef NETRAL_POLLER_KEYS_H
#define NETRAL_POLLER_KEYS_H

#include "lib/source/sources.h"

enum { SOURCE_KEY_BYTES = 16 };

/* Of kind and URL: a source that is renamed stays the same. */
struct source_key {
	uint8_t bytes[SOURCE_KEY_BYTES];
};
struct source_key key_of_source(const struct source *s);

/* An id, or an address, as a source prints it: they mean something within that source only. */
uint64_t key_of_id(uint64_t secret, const struct source_key *source, const struct text *id);
uint64_t key_of_link(uint64_t secret, const struct source_key *source, const struct text *url);

/* An address that a page was fetched from, or that it states, whatever the source. In both, http
 * and https, and a slash at the end, make no difference. */
uint64_t key_of_page(uint64_t secret, const struct text *url);

#endif

#include "poller/keys.h"

#include <string.h>
#include <xxhash.h>

/* What is hashed, so that an id is never taken for an address. */
enum { KIND_ID = 1, KIND_LINK, KIND_PAGE };

struct source_key key_of_source(const struct source *s)
{
	XXH128_canonical_t c;
	struct source_key key;
	XXH128_canonicalFromHash(&c, XXH3_128bits_withSeed(s->url.ptr, s->url.len, s->kind));
	memcpy(key.bytes, c.digest, sizeof(key.bytes));
	return key;
}

static uint64_t seed_of(uint64_t secret, const struct source_key *source, uint64_t kind)
{
	return XXH3_64bits_withSeed(source->bytes, sizeof(source->bytes), secret + kind);
}

/* Without its scheme and the slashes at its end. */
static struct text bare(const struct text *url)
{
	const char *host = memmem(url->ptr, url->len, "://", 3);
	size_t from = host ? (size_t)(host - url->ptr) + 3 : 0, len = url->len;
	while (len > from && url->ptr[len - 1] == '/')
		len--;
	return (struct text){url->ptr + from, len - from};
}

uint64_t key_of_id(uint64_t secret, const struct source_key *source, const struct text *id)
{
	return XXH3_64bits_withSeed(id->ptr, id->len, seed_of(secret, source, KIND_ID));
}

uint64_t key_of_link(uint64_t secret, const struct source_key *source, const struct text *url)
{
	struct text t = bare(url);
	return XXH3_64bits_withSeed(t.ptr, t.len, seed_of(secret, source, KIND_LINK));
}

uint64_t key_of_page(uint64_t secret, const struct text *url)
{
	struct text t = bare(url);
	return XXH3_64bits_withSeed(t.ptr, t.len, secret + KIND_PAGE);
}

/* Any bytes as a path, a line end, and a robots.txt. */
#include "fuzz.h"

#include "lib/error.h"
#include "lib/robots/robots.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = (const char *)data;
	const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
	size_t path_len = end ? (size_t)(end - data) : 0;
	size_t file_at = end ? path_len + 1 : 0;
	struct robots *r;
	if (robots_read((const char *)data + file_at, size - file_at, "netralbot", &r) < 0)
		return 0;
	netral_assert(r->sitemap_count <= ROBOTS_SITEMAPS_MAX);
	netral_assert(r->delay_ms <= ROBOTS_DELAY_MAX_MS);
	for (size_t i = 0; i < r->sitemap_count; i++)
		netral_assert(r->sitemaps[i].ptr[r->sitemaps[i].len] == '\0');
	bool allowed = robots_allows(r, path, path_len);
	netral_assert(allowed || r->rule_count > 0 || path_len > ARTICLE_URL_MAX);
	netral_assert(robots_allows(r, "/robots.txt", 11));
	free(r);
	return 0;
}

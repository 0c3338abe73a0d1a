/* Any bytes as a page whose links are followed: the first line is its address. */
#include "fuzz.h"
#include "web_checks.h"

#include "lib/web/charset.h"
#include "poller/links.h"

enum { ARENA_MAX = 16 << 20, ADDRESS_MAX = 512 };

/* Links lead to pages of the same site, and none stands twice in a row. */
static void check_links(const struct text *links, size_t count, const struct text *base,
			struct arena *arena)
{
	netral_assert(count <= LINKS_MAX);
	for (size_t i = 0; i < count; i++) {
		netral_assert(links[i].len > 0);
		check_url(&links[i], arena);
		netral_assert(url_same_site(base, &links[i]));
		netral_assert(i == 0 || strcmp(links[i].ptr, links[i - 1].ptr) != 0);
	}
}

/* As answer_read() does. */
static void read_page(const struct text *page, const struct text *base, struct arena *arena)
{
	struct buf clean = {.limit = 3 * page->len + 1};
	struct text none = {"", 0}, *links;
	size_t mended, count;
	int r = charset_to_utf8(page->ptr, page->len, &none, &clean, &mended);
	if (r == NETRAL_OK)
		r = links_read((const char *)clean.data, clean.len, base, arena, &links, &count);
	if (r == NETRAL_OK)
		check_links(links, count, base, arena);
	netral_assert(r == NETRAL_OK || r == NETRAL_ENOMEM);
	buf_fini(&clean);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;
	const char *end = size ? memchr(s, '\n', size < ADDRESS_MAX ? size : ADDRESS_MAX) : NULL;
	size_t skip = end ? (size_t)(end - s) + 1 : 0;
	struct text none = {"", 0}, first = {s, skip}, base, page = {s + skip, size - skip};
	struct arena arena;
	arena_init(&arena, ARENA_MAX);
	if (url_resolve(&none, &first, &arena, &base) != NETRAL_OK)
		base = (struct text){"https://outlet.example/daerah/", 30};
	read_page(&page, &base, &arena);
	arena_fini(&arena);
	return 0;
}

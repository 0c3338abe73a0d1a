/* Any bytes as a sitemap, in a lot of memory and in little. */
#include "fuzz.h"
#include "web_checks.h"

#include "lib/coding/coding.h"
#include "lib/feed/sitemap.h"

/* What this unpacks to at most takes no longer than another input. */
enum { PACKED_MAX = 512 };

static const struct text base = {"https://outlet.example/sitemap.xml", 34};

static void read_map(const char *data, size_t size, size_t memory)
{
	struct arena arena;
	struct sitemap map;
	char reason[SITEMAP_REASON_SIZE] = "";
	struct text none = {"", 0};
	arena_init(&arena, memory);
	int r = sitemap_read(data, size, &none, &base, &arena, &map, reason);
	netral_assert((r == NETRAL_OK) == (reason[0] == '\0'));
	for (size_t i = 0; r == NETRAL_OK && i < map.entry_count; i++) {
		const struct sitemap_entry *e = &map.entries[i];
		netral_assert(e->url.len > 0);
		check_url(&e->url, &arena);
		check_date(&e->changed);
		check_line(&e->news_title, ARTICLE_TITLE_MAX);
		check_date(&e->news_published);
		check_line(&e->news_name, SITEMAP_NAME_MAX);
		check_line(&e->news_language, SITEMAP_LANGUAGE_MAX);
	}
	arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (coding_is_gzip(data, size) && size > PACKED_MAX)
		return 0;
	read_map((const char *)data, size, SITEMAP_ARENA_MAX);
	read_map((const char *)data, size, 2 * size);
	return 0;
}

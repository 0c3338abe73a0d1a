/* Any bytes as an .html file, and as a page that may name feeds. */
#include "fuzz.h"
#include "reader_checks.h"
#include "web_checks.h"

#include "lib/extract/discover.h"

static void check_feeds(const char *data, size_t size, struct arena *arena)
{
	const struct extract_hints hints = {.url = "https://kabar.example/a/b"};
	struct text urls[DISCOVER_MAX];
	size_t count = 0;
	if (discover_feeds(data, size, &hints, arena, urls, &count) < 0)
		return;
	netral_assert(count <= DISCOVER_MAX);
	for (size_t i = 0; i < count; i++)
		check_url(&urls[i], arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct article a;
	char reason[READER_REASON_SIZE] = "";
	arena_init(&arena, READER_ARENA_MAX);
	int r = reader_html((const char *)data, size, NULL, &arena, &a, reason);
	check_article(r, &a, reason);
	check_feeds((const char *)data, size, &arena);
	arena_fini(&arena);
	return 0;
}

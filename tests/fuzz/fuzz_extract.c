/* Any bytes as a page that was fetched: the first line is the address it came from. */
#include "fuzz.h"
#include "web_checks.h"

#include "lib/extract/address.h"
#include "lib/extract/extract.h"

#include <stdlib.h>

enum { ARENA_MAX = 64 << 20, ADDRESS_MAX = 512 };

/* The first page of a first page is itself. */
static void check_pages(const struct text *url, struct arena *arena)
{
	struct text first = address_first_page(url), copy;
	char *bytes = arena_strndup(arena, first.ptr, first.len);
	netral_assert(first.len <= url->len);
	if (!bytes)
		return;
	copy = (struct text){bytes, first.len};
	netral_assert(address_page(&copy, &copy).number == 1);
}

static void check_extracted(const struct extracted *e, struct arena *arena)
{
	const struct text *fields = e->field;
	netral_assert(fields[EXTRACT_TEXT].len > 0);
	check_text(&fields[EXTRACT_TEXT], ARTICLE_TEXT_MAX);
	check_line(&fields[EXTRACT_TITLE], ARTICLE_TITLE_MAX);
	check_date(&fields[EXTRACT_PUBLISHED]);
	check_url(&fields[EXTRACT_NEXT], arena);
	check_url(&fields[EXTRACT_WHOLE], arena);
	check_pages(&fields[EXTRACT_PAGE_URL], arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *page = (const char *)data;
	const char *end = memchr(page, '\n', size < ADDRESS_MAX ? size : ADDRESS_MAX);
	size_t len = end ? (size_t)(end - page) : 0, skip = end ? len + 1 : 0;
	char *url = strndup(page, len);
	struct arena arena;
	struct extracted e;
	char reason[EXTRACT_REASON_SIZE] = "";
	const struct extract_hints hints = {.url = url};
	arena_init(&arena, ARENA_MAX);
	int r = extract_page(page + skip, size - skip, url ? &hints : NULL, &arena, &e, reason);
	if (r == NETRAL_OK)
		check_extracted(&e, &arena);
	else
		netral_assert(reason[0] != '\0');
	arena_fini(&arena);
	free(url);
	return 0;
}

#include "client/page.h"

#include "lib/error.h"
#include "lib/extract/extract.h"
#include "lib/utf8.h"

#include <stdio.h>
#include <string.h>

static int no_memory(char *reason)
{
	snprintf(reason, READER_REASON_SIZE, "page: %s", netral_strerror(NETRAL_ENOMEM));
	return NETRAL_ENOMEM;
}

/* Addresses of archives hold any bytes; one that is no text, or too long, is none. */
static bool is_address(const struct text *url)
{
	return url->len > 0 && url->len <= ARTICLE_URL_MAX &&
	       utf8_check(url->ptr, url->len, NULL) == NETRAL_OK;
}

int page_article(const struct page *page, struct arena *arena, struct article *ret_article,
		 char reason[static READER_REASON_SIZE])
{
	struct extracted e;
	char why[READER_REASON_SIZE] = ""; /* room for the reasons of either */
	bool has_url = is_address(&page->url);
	const char *url = has_url ? arena_strndup(arena, page->url.ptr, page->url.len) : "";
	const char *charset =
		page->charset.len ? arena_strndup(arena, page->charset.ptr, page->charset.len) : "";
	if (!url || !charset)
		return no_memory(reason);
	const struct extract_hints hints = {.url = has_url ? url : NULL,
					    .charset = charset[0] ? charset : NULL};
	int r = extract_page(page->body.ptr, page->body.len, &hints, arena, &e, why);
	if (r == NETRAL_OK) {
		*ret_article = (struct article){.url = e.field[EXTRACT_PAGE_URL],
						.title = e.field[EXTRACT_TITLE],
						.text = e.field[EXTRACT_TEXT],
						.published = e.field[EXTRACT_PUBLISHED],
						.source = {page->source, strlen(page->source)}};
		if (ret_article->url.len == 0 && has_url)
			ret_article->url = (struct text){url, page->url.len};
		r = article_check(ret_article, why);
	}
	if (r < 0)
		snprintf(reason, READER_REASON_SIZE, "%s", why);
	return r;
}

#include "lib/extract/discover.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/extract/html_clean.h"
#include "lib/extract/page.h"
#include "lib/extract/page_charset.h"
#include "lib/web/charset.h"
#include "lib/web/url.h"

#include <string.h>
#include <strings.h>

enum { UTF8_MAX = 3 * EXTRACT_PAGE_MAX };

struct work {
	struct buf utf8;
	struct clean_page clean;
	struct page page;
};

static void work_fini(struct work *w)
{
	buf_fini(&w->utf8);
	buf_fini(&w->clean.html);
	page_fini(&w->page);
}

static int parse(struct work *w, const char *data, size_t len, const char *charset_name)
{
	size_t mended;
	struct text charset = page_charset(data, len, charset_name);
	w->utf8.limit = UTF8_MAX;
	w->clean.html.limit = (size_t)2 * UTF8_MAX;
	int r = charset_to_utf8(data, len, &charset, &w->utf8, &mended);
	if (r == NETRAL_OK && w->utf8.len)
		r = html_clean((const char *)w->utf8.data, w->utf8.len, &w->clean);
	return r == NETRAL_OK ? page_parse(&w->clean.html, &w->page) : r;
}

/* Is `word` one of the blank-separated words of `list`? */
static bool has_word(const char *list, const char *word)
{
	static const char blanks[] = " \t\n\r\f";
	size_t len;
	for (list += strspn(list, blanks); *list; list += len + strspn(list + len, blanks)) {
		len = strcspn(list, blanks);
		if (len == strlen(word) && strncasecmp(list, word, len) == 0)
			return true;
	}
	return false;
}

static bool is_feed_type(const char *type)
{
	static const char *const types[] = {"application/rss+xml", "application/atom+xml",
					    "application/feed+json", "application/rdf+xml"};
	type += strspn(type, " \t\n\r\f");
	for (size_t i = 0; i < netral_countof(types); i++) {
		size_t len = strlen(types[i]);
		if (strncasecmp(type, types[i], len) == 0 &&
		    (type[len] == '\0' || strchr("; \t\n\r\f", type[len])))
			return true;
	}
	return false;
}

static bool is_among(const struct text *urls, size_t count, const struct text *url)
{
	for (size_t i = 0; i < count; i++) {
		if (urls[i].len == url->len && memcmp(urls[i].ptr, url->ptr, url->len) == 0)
			return true;
	}
	return false;
}

int discover_feeds(const char *data, size_t len, const struct extract_hints *hints,
		   struct arena *arena, struct text ret_urls[static DISCOVER_MAX],
		   size_t *ret_count)
{
	netral_cleanup(work_fini) struct work w = {0};
	const struct text base = {hints->url, strlen(hints->url)};
	if (len > EXTRACT_PAGE_MAX)
		return NETRAL_ETOOBIG;
	int r = parse(&w, data, len, hints->charset);
	*ret_count = 0;
	for (uint32_t i = 0; r == NETRAL_OK && i < w.page.meta_count; i++) {
		const struct page_meta *m = &w.page.metas[i];
		const char *href = page_string(&w.page, m->content);
		struct text reference = {href, strlen(href)}, url;
		if (!m->link || !has_word(page_string(&w.page, m->name), "alternate") ||
		    !is_feed_type(page_string(&w.page, m->type)))
			continue;
		int err = url_resolve(&base, &reference, arena, &url);
		if (err == NETRAL_ENOMEM)
			return err;
		if (err == NETRAL_OK && *ret_count < DISCOVER_MAX &&
		    !is_among(ret_urls, *ret_count, &url))
			ret_urls[(*ret_count)++] = url;
	}
	return r;
}

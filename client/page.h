/* page.h - an HTML page as a server sent it, turned into an article. The main thread. */
#ifndef NETRAL_CLIENT_PAGE_H
#define NETRAL_CLIENT_PAGE_H

#include "lib/arena.h"
#include "lib/article.h"
#include "lib/reader/reader.h"

struct page {
	struct text body;    /* any bytes */
	struct text charset; /* as the server named it, or empty */
	struct text url;     /* that it was fetched from: stands in where the page names none */
	const char *source;  /* for the article */
};

/* 0 with an article that has passed article_check(), in the arena; or with a reason a negative code
 * as reader_html() and article_check(). The encoding is extract_page()'s matter. */
int page_article(const struct page *page, struct arena *arena, struct article *ret_article,
		 char reason[static READER_REASON_SIZE]);

#endif

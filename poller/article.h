/* article.h - the article of an item: from its pages, or from what the feed said. The loop thread
 * only. */
#ifndef NETRAL_POLLER_ARTICLE_H
#define NETRAL_POLLER_ARTICLE_H

#include "lib/arena.h"
#include "lib/article.h"
#include "lib/buf.h"
#include "lib/extract/extract.h"

#include <stdbool.h>

enum { JOINED_PAGES_MAX = 10 };

/* An article that is being put together. Zeroed, it is empty. */
struct joined {
	struct buf text; /* a paragraph a line */
	struct text title, url, published;
	struct text next; /* the page that goes on, or has all of it; empty; of the same site */
	unsigned pages;
	struct arena arena; /* of the texts above */
};

void joined_init(struct joined *j);
void joined_fini(struct joined *j); /* takes a zeroed object */

/* Reads a page that came from `url`. The first one gives title, time and address: the canonical
 * one, if it is of the same site. Of the others only paragraphs that were not there yet are added.
 * `scratch` is reset. 0, or with a reason what extract_page() returns; NETRAL_EINVALID when a
 * further page adds nothing. */
int joined_page(struct joined *j, const char *data, size_t len, const char *url,
		const char *charset, struct arena *scratch,
		char reason[static EXTRACT_REASON_SIZE]);

/* The text of a feed's item as paragraphs, in the arena; NETRAL_EINVALID when there is none. */
int feed_text(const struct text *content, bool is_html, struct arena *arena, struct text *ret_text);

/* Whether a feed's text, as feed_text() gives it, looks whole. */
bool feed_text_is_full(const struct text *text);

#endif

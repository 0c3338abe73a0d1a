/* page.h - a page as a flat tree: elements and texts in the order of the document.
 *
 * Built in one parse and only read afterwards. Everything is found by index, a subtree is the
 * range [i, nodes[i].end), and sums over it run from the back. One thread at a time. */
#ifndef NETRAL_LIB_EXTRACT_PAGE_H
#define NETRAL_LIB_EXTRACT_PAGE_H

#include "lib/article.h"
#include "lib/buf.h"
#include "lib/extract/attribute.h"
#include "lib/extract/element.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	PAGE_NODES_MAX = 500000, /* what comes behind them is not read */
	PAGE_TEXT_MAX = 16 << 20,
	PAGE_METAS_MAX = 256,  /* <meta> and <link> */
	PAGE_CALLED_DEPTH = 5, /* names further above a text are those of the page's frame */
	PAGE_FRAME_LINKS = 4,  /* of a page that is a site's */
	PAGE_DEPTH_MAX = 640,  /* the cleaner's bound, and what nests without being counted there */
};

struct node {
	uint32_t parent; /* 0 for the root, which is node 0 */
	uint32_t end;    /* index behind the last descendant */
	uint32_t text;   /* where in page.text: its characters, or an element's value */
	uint32_t len;
	uint32_t words;  /* WORDS_* of class and id */
	uint8_t element; /* enum element; ELEMENT_UNKNOWN for a text */
	uint8_t item;    /* enum page_item */
	bool hidden;
};

/* name="..." or property="..." or itemprop="..." or rel="...", and content or href, and type; where
 * in page.text they begin, each with a NUL behind it. */
struct page_meta {
	uint32_t name, content;
	uint32_t type; /* of a link; 0, which is "", without */
	bool link;
};

struct page {
	struct buf text; /* UTF-8; the characters of texts, and values */
	struct buf node_buf;
	struct node *nodes;
	uint32_t count;
	struct page_meta metas[PAGE_METAS_MAX];
	uint32_t meta_count;
	uint32_t language; /* lang of <html> in `text`; 0: none */
	bool cut;          /* the page had more than the bounds allow */
};

/* Parses what html_clean() wrote. *ret_page is the caller's also on error, to be ended with
 * page_fini(). 0, NETRAL_ENOMEM. */
int page_parse(const struct buf *clean, struct page *ret_page);
void page_fini(struct page *p); /* takes a zeroed page */

/* A string in page.text. */
const char *page_string(const struct page *p, uint32_t at);

/* The value of an element: content, datetime or href, "" without. */
struct text page_value(const struct page *p, uint32_t node);

/* Has it as many links as every page of a site has, and a fragment or a test page has not? */
bool page_is_framed(const struct page *p);

/* Is the node, or one of the few elements around it, called by one of these WORDS_*? */
bool page_is_called(const struct page *p, uint32_t node, unsigned words);

/* Appends the texts below `node` with runs of blanks as one, at most `max` bytes. */
int page_text_of(const struct page *p, uint32_t node, size_t max, struct buf *out);

#endif

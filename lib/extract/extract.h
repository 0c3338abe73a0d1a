/* extract.h - from the bytes of a page to an article: text, and what is told about it.
 *
 * The way of a page, and what was refused, is in docs/extraction.md. Everything read is taken for
 * hostile: time is linear in the page's length, memory is bounded, and what is beyond the bounds is
 * left out. A broken page yields what can be read of it.
 * One thread of a process at a time (the JSON library's allocator is swapped meanwhile). */
#ifndef NETRAL_LIB_EXTRACT_EXTRACT_H
#define NETRAL_LIB_EXTRACT_EXTRACT_H

#include "lib/arena.h"
#include "lib/article.h"

#include <stdbool.h>

enum {
	EXTRACT_PAGE_MAX = 8 << 20, /* bytes of a page */
	EXTRACT_FIELD_MAX = 1024,   /* bytes of author, site, section */
	EXTRACT_REASON_SIZE = 160,
};

/* Where a field was read. */
enum extract_from {
	EXTRACT_NOWHERE, /* the field is empty */
	EXTRACT_JSON_LD,
	EXTRACT_OPENGRAPH,
	EXTRACT_MICRODATA,
	EXTRACT_META,
	EXTRACT_PAGE,
	EXTRACT_URL, /* the address that the caller gave, or the canonical one */
};

enum extract_field {
	EXTRACT_TITLE,     /* without the site's name */
	EXTRACT_TEXT,      /* a paragraph, heading, list item or table row a line */
	EXTRACT_AUTHOR,    /* several are joined by ", " */
	EXTRACT_PUBLISHED, /* 2024-08-21[T14:05:00[+07:00]]: what the page tells of it */
	EXTRACT_PAGE_URL,  /* canonical; http or https */
	EXTRACT_SITE,
	EXTRACT_SECTION,
	EXTRACT_LANGUAGE, /* "id", "en" */
	EXTRACT_NEXT,     /* the address of the article's next page */
	EXTRACT_WHOLE,    /* that of all its pages as one, better than page after page; neither is
			   * told where the page is the whole already */
	EXTRACT_FIELDS
};

struct extracted {
	struct text field[EXTRACT_FIELDS]; /* each may be empty, but for the text; NUL-terminated */
	enum extract_from from[EXTRACT_FIELDS];
	bool cut; /* the page had more, or was nested deeper, than is read; its end is missing */
};

/* What is known of a page beside its bytes; each may be NULL. */
struct extract_hints {
	const char *url;     /* the address it came from */
	const char *charset; /* of the HTTP header */
};

/* On success *ret_extracted is in the arena, and its text at most ARTICLE_TEXT_MAX long; title and
 * address keep the bounds of an article, too. `hints` may be NULL.
 * 0, or with a sentence in `reason`: NETRAL_EINVALID (no text in the page:
 * a list, a gallery, a video), NETRAL_ETOOBIG (the
 * page, or its text), NETRAL_ENOMEM. */
int extract_page(const char *data, size_t len, const struct extract_hints *hints,
		 struct arena *arena, struct extracted *ret_extracted,
		 char reason[static EXTRACT_REASON_SIZE]);

/* "json-ld", "opengraph", "microdata", "meta", "page", "url", "" for EXTRACT_NOWHERE. */
const char *extract_from_name(enum extract_from from);

#endif

/* article.h - an article as every process knows it. Plain data; strings are borrowed (usually from
 * an arena), NUL-terminated where `text_` does not say otherwise. */
#ifndef NETRAL_LIB_ARTICLE_H
#define NETRAL_LIB_ARTICLE_H

#include "lib/id.h"

#include <stddef.h>
#include <stdint.h>

/* Bounds that every intake checks, in bytes. An article beyond them is refused with a reason. */
enum {
	ARTICLE_TEXT_MAX = 1 << 20,
	ARTICLE_TITLE_MAX = 2048,
	ARTICLE_URL_MAX = 4096,
	ARTICLE_PUBLISHED_MAX = 64,
	ARTICLE_SOURCE_MAX = 256,
};

enum { ARTICLE_AREAS_MAX = 8 }; /* areas that an article is about, as far as is kept */

struct text {
	const char *ptr; /* never NULL once an article has been checked; NUL-terminated */
	size_t len;
};

struct article {
	struct article_id id;
	struct text url;       /* may be empty */
	struct text title;     /* may be empty */
	struct text text;      /* the stored text: evidence offsets count bytes in it */
	struct text published; /* ISO 8601 date or date-time, or empty */
	struct text source;    /* where it came in, e.g. "spool:a.txt" or "submit" */
	uint64_t accepted_us;  /* when netrald took it in, microseconds since 1970 */
};

/* Checks bounds, UTF-8, NUL bytes, an empty text and the form of `published`; then sets the id.
 * 0, or a negative code with a sentence such as `text: byte 17 is not valid UTF-8` in `reason`. */
enum { ARTICLE_REASON_SIZE = 160 };
int article_check(struct article *a, char reason[static ARTICLE_REASON_SIZE]);

#endif

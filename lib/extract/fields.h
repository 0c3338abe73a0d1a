/* fields.h - what a page tells about its article, from all the places where it may.
 *
 * Each field is asked for in the order of trust; the first place that has it is named with it. One
 * thread at a time. */
#ifndef NETRAL_LIB_EXTRACT_FIELDS_H
#define NETRAL_LIB_EXTRACT_FIELDS_H

#include "lib/extract/block.h"
#include "lib/extract/extract.h"
#include "lib/extract/json_data.h"

struct sources {
	const struct page *page;
	const struct blocks *blocks;
	const struct json_data *linked; /* JSON-LD */
	struct text url;                /* that the caller gave, or empty */
	struct arena *arena;
};

/* All fields but text and further pages. False without memory. */
bool fields_read(const struct sources *s, struct extracted *ret);

/* What the state of an application tells fills fields that are still empty. False as above. */
bool fields_fill(const struct json_data *state, struct arena *arena, struct extracted *e);

/* The addresses of the article's next page and of the whole. False as above. */
bool fields_further_pages(const struct sources *s, struct extracted *e);

#endif

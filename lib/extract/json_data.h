/* json_data.h - what the data scripts of a page tell: JSON-LD, or the state of an application whose
 * page is made in the browser. One thread of a process at a time. */
#ifndef NETRAL_LIB_EXTRACT_JSON_DATA_H
#define NETRAL_LIB_EXTRACT_JSON_DATA_H

#include "lib/arena.h"
#include "lib/extract/html_clean.h"

enum {
	JSON_DATA_SCRIPT_MAX = 2 << 20, /* bytes of a script; a longer one is not read */
	JSON_DATA_ARENA_MAX = 32 << 20, /* memory for the scripts of one page */
	JSON_DATA_DEPTH_MAX = 32,
	JSON_DATA_AUTHORS_MAX = 8,
};

/* Each as it stands in the script, borrowed from the arena; empty where it is not told. */
struct json_data {
	struct text title, body, published, url, site, section, language;
	struct text authors[JSON_DATA_AUTHORS_MAX];
	unsigned author_count;
};

/* The first NewsArticle or the like in the JSON-LD of a page. A script that is no JSON, even after
 * common mistakes were mended, or that the arena has no room for, tells the date at most. */
void json_data_linked(const struct clean_page *page, struct arena *arena, struct json_data *ret);

/* The longest text in the other data scripts, with what stands beside it. */
void json_data_state(const struct clean_page *page, struct arena *arena, struct json_data *ret);

#endif

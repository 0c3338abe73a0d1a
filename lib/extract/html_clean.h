/* html_clean.h - HTML from anywhere, reduced to what the parser and the page need. */
#ifndef NETRAL_LIB_EXTRACT_HTML_CLEAN_H
#define NETRAL_LIB_EXTRACT_HTML_CLEAN_H

#include "lib/article.h"
#include "lib/buf.h"

#include <stdbool.h>

enum {
	CLEAN_SCRIPTS_MAX = 32, /* data blocks that are remembered */
	CLEAN_DEPTH_MAX = 256,  /* elements open at once; what is opened beyond is no tag */
	CLEAN_VALUE_MAX = 4096, /* bytes of an attribute's value; longer ones are left out */
	CLEAN_ATTRIBUTES_MAX = 10
};

/* Scripts that hold data instead of a program: JSON-LD, or the state of an application. */
struct clean_script {
	struct text json; /* borrowed from the page, not NUL-terminated */
	bool linked_data; /* application/ld+json */
};

struct clean_page {
	struct buf html;
	struct clean_script scripts[CLEAN_SCRIPTS_MAX];
	size_t script_count;
};

/* Appends valid UTF-8 `html` to ret_page->html, reduced to known elements and few attributes:
 * well-formed tags, no scripts, comments or stray '<', at most CLEAN_DEPTH_MAX deep. Reads each
 * byte once. *ret_page is the caller's, zeroed but for html.limit.
 * 0, NETRAL_ENOMEM or NETRAL_ETOOBIG (html.limit). Any thread. */
int html_clean(const char *html, size_t len, struct clean_page *ret_page);

#endif

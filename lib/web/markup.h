/* markup.h - titles and teasers without their markup. Any thread. */
#ifndef NETRAL_LIB_WEB_MARKUP_H
#define NETRAL_LIB_WEB_MARKUP_H

#include "lib/arena.h"
#include "lib/article.h"

/* `html` (UTF-8) as one line of plain text: tags, comments, scripts and styles are left out,
 * references resolved, white space is one blank. A text that was escaped twice is read twice, and
 * no more; so a '<' that begins no tag stays. Not for articles: blocks are not kept apart.
 * At most `max` bytes, cut between characters. 0, or NETRAL_ENOMEM. */
int markup_text(const char *html, size_t len, size_t max, struct arena *arena,
		struct text *ret_text);

#endif

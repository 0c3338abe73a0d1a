/* highlight.h - sentences of an article with the evidence in them marked. The main thread. */
#ifndef NETRAL_CLIENT_HIGHLIGHT_H
#define NETRAL_CLIENT_HIGHLIGHT_H

#include "client/style.h"
#include "lib/article.h"
#include "lib/event.h"

/* Prints each sentence of `text` that holds evidence of `e` once, in the order of the text, under
 * the names of the fields that were read from it. Evidence is bold and underlined, or stands in
 * [brackets] without colour. Evidence outside the text is passed over. */
void highlight_print(FILE *out, const struct style *s, const struct event *e,
		     const struct text *text);

#endif

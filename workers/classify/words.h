/* words.h - ordinary words: what a capital does not make a name. */
#ifndef NETRAL_WORKERS_CLASSIFY_WORDS_H
#define NETRAL_WORKERS_CLASSIFY_WORDS_H

#include "workers/classify/phrases.h"
#include "workers/classify/tables.h"

#include <stdbool.h>

enum { WORDS_MAX = 1 << 15, WORD_BYTES_MAX = 32 };

struct words {
	const char **list; /* sorted; the words are kept by the phrases */
	size_t count, cap;
};

/* Reads words.tsv. 0 or an error of table_open()/table_next(). */
int words_load(struct words *w, struct table_set *set, struct phrases *phrases);
void words_fini(struct words *w); /* takes a zeroed list */

/* Whether s, of len bytes and in any case of letters, is in the list. */
bool words_has(const struct words *w, const char *s, size_t len);

#endif

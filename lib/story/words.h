/* words.h - words as the sketch and the names compare them: letters and digits, in lower case.
 * Pure; any thread. Texts are UTF-8; what is not does no harm. */
#ifndef NETRAL_LIB_STORY_WORDS_H
#define NETRAL_LIB_STORY_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct word {
	const char *ptr; /* in the text, not ended */
	size_t len;
	uint64_t hash; /* of its form in lower case; FNV-1a, so mix it before taking bits */
};

/* The next word before `end`; *at moves behind it. False when none is left. */
bool word_next(const char **at, const char *end, struct word *ret_word);

/* The hash of all letters and digits of the text as if they were one word: "Ma'ruf" as "maruf". */
uint64_t word_fold(const char *text, size_t len);

/* Whether the word is one of `count` texts, which are ASCII. */
bool word_among(const struct word *w, const char *const *texts, size_t count);

#endif

/* words.h - the vocabulary of the generated articles, and how likely each word is. */
#ifndef NETRAL_BENCH_WORDS_H
#define NETRAL_BENCH_WORDS_H

#include "bench/corpus/random.h"

#include <stdbool.h>
#include <stddef.h>

struct vocabulary;

/* Function words, roots, and what the affix rules make of the roots; NULL without memory. */
struct vocabulary *vocabulary_new(void);
void vocabulary_free(struct vocabulary *v); /* takes NULL */

/* A word by its frequency (Zipf-like): function words are heavy, affixed forms the long tail. */
const char *vocabulary_word(const struct vocabulary *v, struct random *r);

/* Any root; any affixed form of the `among` most frequent ones (UINT32_MAX: of all). */
const char *vocabulary_root(const struct vocabulary *v, struct random *r);
const char *vocabulary_affixed(const struct vocabulary *v, struct random *r, uint32_t among);

bool vocabulary_is_function_word(const struct vocabulary *v, const char *word);

/* Names, by chance. */
const char *word_first_name(struct random *r);
const char *word_last_name(struct random *r);
const char *word_town(struct random *r);
const char *word_body(struct random *r); /* an institution */
const char *word_month(unsigned month);  /* 1 to 12 */
const char *word_weekday(struct random *r);

#endif

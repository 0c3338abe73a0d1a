/* phrases.h - the phrases that all sides of the bench classify by. */
#ifndef NETRAL_BENCH_CORPUS_PHRASES_H
#define NETRAL_BENCH_CORPUS_PHRASES_H

#include "bench/corpus/words.h"

#include <stdio.h>

enum { PHRASE_COUNT = 3000 };

/* Writes PHRASE_COUNT lines "category<TAB>weight<TAB>phrase". No phrase holds another one as whole
 * words, so that "all hits" and "the longest hits" are the same and any matcher can be compared
 * with any other. 0 or NETRAL_ENOMEM; what `out` says of the disk is the caller's to ask. */
int phrases_write(const struct vocabulary *v, FILE *out);

#endif

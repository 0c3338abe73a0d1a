/* plain.h - the plain phrase classification that every side of the bench does alike.
 *
 * A word is a run of letters, digits and bytes of multi-byte characters. A phrase hits where it
 * stands, in any case of letters, between whole words. A hit counts its weight, three times in the
 * first line (the title), and not at all when "tidak", "bukan" or "tanpa" is one of the two words
 * before it. The category with the highest sum wins, the first by name of equals; "lain" and 0
 * without hits. The score is that sum, PLAIN_SCORE_MAX at most. */
#ifndef NETRAL_BENCH_PLAIN_H
#define NETRAL_BENCH_PLAIN_H

#include "lib/arena.h"

#include <stddef.h>
#include <stdint.h>

enum { PLAIN_SCORE_MAX = 1023, PLAIN_CATEGORIES_MAX = 32, PLAIN_ERROR_SIZE = 200 };

struct plain;

struct plain_result {
	const char *category; /* borrowed from the classifier */
	unsigned score;
	uint32_t start, end; /* of the first hit in the text; both 0 without one */
};

/* Reads the phrases (category, weight, phrase; tabs between). 0, or negative with a sentence. */
int plain_new(const char *path, struct plain **ret_plain, char error[static PLAIN_ERROR_SIZE]);
void plain_free(struct plain *p); /* takes NULL */

/* 0 or NETRAL_ENOMEM. `arena` takes what the matcher needs. One thread a classifier. */
int plain_classify(struct plain *p, const char *text, size_t len, struct arena *arena,
		   struct plain_result *ret);

#endif

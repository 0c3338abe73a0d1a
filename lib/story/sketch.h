/* sketch.h - a fingerprint of a text that near duplicates share (docs/stories.md).
 *
 * MinHash over shingles of words: A. Broder, "On the resemblance and containment of documents",
 * 1997. Pure; any thread. */
#ifndef NETRAL_LIB_STORY_SKETCH_H
#define NETRAL_LIB_STORY_SKETCH_H

#include <stddef.h>
#include <stdint.h>

enum {
	SKETCH_VALUES = 64,
	SKETCH_BYTES = 4 * SKETCH_VALUES, /* as it travels and is stored, little-endian */
};

struct story_sketch {
	uint32_t value[SKETCH_VALUES]; /* all 0: the text has no shingle */
};

/* Time is linear in `len`. Case, punctuation and blanks do not matter, nor do lines that link to
 * other articles. Texts of less than three words have no shingle. */
void story_sketch(const char *text, size_t len, struct story_sketch *ret);

/* Estimate of the share of shingles that two texts have in common, or their heads if that is more:
 * 0 to 1; 0 with an empty one. */
double story_resemblance(const struct story_sketch *a, const struct story_sketch *b);

#endif

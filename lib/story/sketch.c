/* One-permutation MinHash: a shingle's hash names a bin by its high bits and a value by its low
 * ones, and each bin keeps its least value, so a shingle costs one hash. A bin that no shingle met
 * borrows the value of one that another did: optimal densification, A. Shrivastava, "Optimal
 * Densification for Fast and Accurate Minwise Hashing", 2017.
 *
 * Half of the values stand for the whole text, half for its head. Editors cut from the bottom: what
 * is left of a text shares its head with the whole, and only half of all shingles. */
#include "lib/story/sketch.h"

#include "lib/cleanup.h"
#include "lib/story/words.h"

#include <string.h>
#include <strings.h>

/* Inlined, so that a hash of 24 bytes is no call. */
#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
	SHINGLE_WORDS = 3,
	HEAD_WORDS = 100,
	PART_VALUES = SKETCH_VALUES / 2, /* of the whole, and of the head */
	PART_BITS = 5,
};

_Static_assert(1 << PART_BITS == PART_VALUES, "the high bits of a hash name a bin");

struct part {
	uint32_t least[PART_VALUES];
	uint64_t met; /* bit n: a shingle met bin n */
};

struct shingles {
	uint64_t last[SHINGLE_WORDS]; /* hashes, the newest last */
	size_t count;
	struct part whole, head;
};

/* --- shingles --- */

static void part_add(struct part *p, uint64_t hash)
{
	unsigned bin = (unsigned)(hash >> (64 - PART_BITS));
	uint32_t value = (uint32_t)hash;
	if (!(p->met >> bin & 1) || value < p->least[bin])
		p->least[bin] = value;
	p->met |= 1ULL << bin;
}

static void add_word(struct shingles *w, uint64_t word)
{
	memmove(w->last, w->last + 1, sizeof(w->last) - sizeof(w->last[0]));
	w->last[SHINGLE_WORDS - 1] = word;
	if (++w->count < SHINGLE_WORDS)
		return;
	uint64_t hash = XXH3_64bits(w->last, sizeof(w->last));
	part_add(&w->whole, hash);
	if (w->count <= HEAD_WORDS)
		part_add(&w->head, hash);
}

/* A bin that no shingle met takes the value of the first one that was met in an order of its own,
 * which is the same for all texts. */
static void part_values(const struct part *p, uint32_t ret[static PART_VALUES])
{
	for (uint32_t bin = 0; bin < PART_VALUES; bin++) {
		uint32_t from = bin;
		for (uint32_t try = 1; !(p->met >> from & 1); try++) {
			uint32_t seed[2] = {bin, try};
			from = (uint32_t)(XXH3_64bits(seed, sizeof(seed)) >> (64 - PART_BITS));
		}
		ret[bin] = p->least[from];
	}
}

/* Links to other articles and what stands where an advertisement was: of the page, not of the
 * text. */
static bool is_of_the_page(const char *line, size_t len)
{
	static const char *const starts[] = {
		"baca juga",          "baca:",         "baca :",
		"lihat juga",         "simak juga",    "simak:",
		"berita terkait",     "advertisement", "iklan",
		"scroll to continue", "scroll untuk",
	};
	enum { LINK_MAX = 240 };
	while (len > 0 && (*line == ' ' || *line == '\t' || *line == '(' || *line == '*')) {
		line++;
		len--;
	}
	for (size_t i = 0; len <= LINK_MAX && i < netral_countof(starts); i++) {
		size_t n = strlen(starts[i]);
		if (n <= len && strncasecmp(line, starts[i], n) == 0)
			return true;
	}
	return false;
}

static void add_line(struct shingles *w, const char *line, size_t len)
{
	const char *at = line;
	struct word word;
	if (is_of_the_page(line, len))
		return;
	while (word_next(&at, line + len, &word))
		add_word(w, word.hash);
}

void story_sketch(const char *text, size_t len, struct story_sketch *ret)
{
	struct shingles w = {0};
	for (const char *line = text, *end = text + len; line < end;) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		stop = stop ? stop : end;
		add_line(&w, line, (size_t)(stop - line));
		line = stop + (stop < end);
	}
	memset(ret, 0, sizeof(*ret));
	if (w.whole.met == 0)
		return;
	part_values(&w.whole, ret->value);
	part_values(&w.head, ret->value + PART_VALUES);
}

/* --- comparing --- */

static bool is_empty(const struct story_sketch *s)
{
	static const struct story_sketch empty;
	return memcmp(s, &empty, sizeof(empty)) == 0;
}

static unsigned agreeing(const uint32_t *a, const uint32_t *b)
{
	unsigned n = 0;
	for (unsigned i = 0; i < PART_VALUES; i++)
		n += a[i] == b[i];
	return n;
}

double story_resemblance(const struct story_sketch *a, const struct story_sketch *b)
{
	if (is_empty(a) || is_empty(b))
		return 0;
	unsigned whole = agreeing(a->value, b->value);
	unsigned head = agreeing(a->value + PART_VALUES, b->value + PART_VALUES);
	return (double)(whole > head ? whole : head) / PART_VALUES;
}

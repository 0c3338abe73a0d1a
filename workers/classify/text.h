/* text.h - an article as the rules read it: normalised, cut into sentences, freed of what is not
 * the article. */
#ifndef NETRAL_WORKERS_CLASSIFY_TEXT_H
#define NETRAL_WORKERS_CLASSIFY_TEXT_H

#include "lib/arena.h"
#include "lib/article.h"
#include "workers/classify/matcher.h"

/* The title, a newline, then the text. Spaces are single, quotes and dashes are ASCII, soft hyphens
 * and the like are gone, a newline ends a paragraph. NUL-terminated. */
struct plain {
	char *s;
	uint32_t len;
	uint32_t body; /* where the text begins; the title lies before it */
	const struct plain_step *steps;
	uint32_t step_count;
	uint32_t source_len;
	const uint32_t *numerals; /* where runs of digits begin, ascending */
	uint32_t numeral_count;
};

/* 0 or NETRAL_ENOMEM. Borrows nothing from `a`. */
int plain_make(const struct article *a, struct arena *arena, struct plain *ret_plain);

/* Where the first run of digits at or behind `from` begins; p->len when there is none. */
uint32_t plain_next_numeral(const struct plain *p, uint32_t from);

/* Turns start..end of the plain text into bytes of a->text, without white space at the ends.
 * False when the span lies in the title. */
bool plain_source(const struct plain *p, const struct article *a, uint32_t start, uint32_t end,
		  uint32_t *ret_start, uint32_t *ret_end);

enum sentence_flag {
	SENTENCE_TITLE = 1,   /* the title, or a headline or caption within the text */
	SENTENCE_DROPPED = 2, /* boilerplate, or said before word by word */
	SENTENCE_FIRST = 4,   /* first of its paragraph */
};

struct sentence {
	uint32_t start, end; /* in the plain text */
	uint32_t paragraph;
	uint32_t hit, hit_end; /* its hits, once text_assign_hits() has run */
	unsigned flags;
};

enum { SENTENCE_BYTES_MAX = 1500, SENTENCES_MAX = 1 << 15 };

struct sentences {
	struct sentence *list;
	uint32_t count;
};

/* 0 or NETRAL_ENOMEM. Sentences beyond SENTENCES_MAX are not seen. */
int text_split(const struct plain *p, struct arena *arena, struct sentences *ret_sentences);

/* Gives each sentence its hits and drops the lines that the LINE cues cut, and repetitions. */
int text_assign_hits(const struct plain *p, const struct phrases *phrases, const struct hits *hits,
		     struct arena *arena, struct sentences *sentences);

#endif

/* engine.h - what the modules of the classifier share: the tables, and the article under work.
 *
 * classify() makes a `struct doc`, and each module adds what it reads:
 *   plain, hits, sentences   text.c, matcher.c
 *   places                   place.c
 *   dates                    date.c
 *   findings                 session.c, pledge.c, violation.c (kinds.h)
 * All of it lives in the scratch arena; only events go to the caller's. */
#ifndef NETRAL_WORKERS_CLASSIFY_ENGINE_H
#define NETRAL_WORKERS_CLASSIFY_ENGINE_H

#include "lib/arena.h"
#include "lib/article.h"
#include "lib/event.h"
#include "workers/classify/date.h"
#include "workers/classify/gazetteer.h"
#include "workers/classify/instruments.h"
#include "workers/classify/legal_notes.h"
#include "workers/classify/lexicon.h"
#include "workers/classify/matcher.h"
#include "workers/classify/place.h"
#include "workers/classify/text.h"
#include "workers/classify/words.h"

struct certainty_model;
struct date_model;
struct model;
struct stage_model;
struct split_model;

struct classifier {
	struct phrases phrases;
	struct gazetteer gazetteer;
	struct words words;
	struct instruments instruments;
	struct legal_notes legal_notes;
	struct matcher *gate; /* few phrases: is this our subject at all? */
	struct matcher *all;
	struct model *model;
	struct stage_model *stages;
	struct split_model *splits;
	struct date_model *dates;
	struct certainty_model *certainty;
	uint64_t hash;
};

struct classifier_scratch {
	struct arena arena;
};

struct doc {
	const struct classifier *c;
	const struct article *a;
	struct arena *arena; /* for what is forgotten after this article */
	struct arena *out;   /* for events */
	bool explain;        /* signs and words are wanted */
	struct plain plain;
	struct hits hits;
	struct sentences sentences;
	struct places places;
	struct dates dates;
};

static inline const struct phrase *doc_phrase(const struct doc *d, const struct hit *h)
{
	return &d->c->phrases.list[h->phrase];
}

static inline int64_t doc_value(const struct doc *d, const struct hit *h)
{
	return doc_phrase(d, h)->value;
}

/* For loops over the hits of sentence `s`; `h` is declared by the loop.
 * NOLINTBEGIN(bugprone-macro-parentheses) */
#define doc_for_hits(d, s, h)                                                                      \
	for (const struct hit *h = (d)->hits.list + (s)->hit,                                      \
			      *h##_end = (d)->hits.list + (s)->hit_end;                            \
	     h < h##_end; h++)
/* NOLINTEND(bugprone-macro-parentheses) */

/* The first hit of a group in a sentence, with this value unless it is negative; or NULL. */
const struct hit *doc_find(const struct doc *d, const struct sentence *s, enum phrase_group group,
			   int64_t value);

/* The first hit of the group that starts in from..to (bytes of the plain text) within `s`. */
const struct hit *doc_find_in(const struct doc *d, const struct sentence *s,
			      enum phrase_group group, uint32_t from, uint32_t to);

/* Words are allowed to be read: not dropped, not a headline. */
static inline bool doc_is_body(const struct sentence *s)
{
	return !(s->flags & (SENTENCE_TITLE | SENTENCE_DROPPED));
}

#endif

/* classify.h - an Indonesian news article in, events out. Pure: no I/O after classifier_new(), no
 * globals, no clock.
 *
 * One `struct classifier` is read-only once made and may serve any number of threads; each thread
 * has its own `struct classifier_scratch`. What an event is: docs/events.md. */
#ifndef NETRAL_WORKERS_CLASSIFY_H
#define NETRAL_WORKERS_CLASSIFY_H

#include "lib/arena.h"
#include "lib/article.h"
#include "lib/event.h"

#include <stdint.h>

struct classifier;
struct classifier_scratch;

/* Rises with each change of what classify() or classify_areas() (areas.h) yields for some text. */
enum { CLASSIFIER_REVISION = 4 };

/* Reads the tables (*.tsv) in `data_dir` and compiles the phrases. A bad line is refused with file
 * and line in `error`. 0, NETRAL_ENOTFOUND, NETRAL_EINVALID, NETRAL_EENCODING, NETRAL_ENOMEM. */
int classifier_new(const char *data_dir, struct classifier **ret_classifier, char *error,
		   size_t error_size);
void classifier_free(struct classifier *c); /* takes NULL */

/* 8 bytes over the content of the tables, the same on every machine. */
void classifier_data_hash(const struct classifier *c, uint8_t hash[static 8]);

/* How much was read from the tables. */
struct classifier_counts {
	size_t phrases;
	size_t areas;
};
struct classifier_counts classifier_counts(const struct classifier *c);

/* Serves any classifier, one article at a time. 0 or NETRAL_ENOMEM. */
int classifier_scratch_new(struct classifier_scratch **ret_scratch);
void classifier_scratch_free(struct classifier_scratch *s); /* takes NULL */

/* Reads `a` (checked by article_check(); title, text and published are used) and allocates the
 * events and all they hold in `arena`. Event ids are "<article id>-1", "-2", ... in order of
 * appearance. Evidence offsets count bytes in a->text. The same article and tables yield the same
 * events, always. Returns 0 with *ret_count from 0 to EVENTS_PER_ARTICLE_MAX, or NETRAL_ENOMEM. */
int classify(const struct classifier *c, struct classifier_scratch *s, const struct article *a,
	     struct arena *arena, struct event **ret_events, size_t *ret_count);

/* What was measured of a candidate, with its weight in the decision. */
struct classify_sign {
	const char *name; /* of a feature (features.h) */
	double weight;
};

/* A word of the tables in the sentence that a candidate stands on. */
struct classify_word {
	const char *group, *value; /* as in data/cues.tsv; value "" outside of that table */
	const char *text;          /* as the article has it */
	uint32_t start, end;       /* bytes of a->text; both 0 in the title */
};

/* A date of the article that was weighed for an event; value "" is the choice of none. */
struct classify_date {
	const char *value;
	const char **signs; /* names (date_choice.h) */
	size_t sign_count;
};

/* An event that might be, told or not. */
struct candidate {
	struct event event; /* its confidence decides */
	bool told;
	struct classify_sign *signs;
	size_t sign_count;
	const char **stage_signs; /* of a case: which stages are told where (stages.h) */
	size_t stage_sign_count;
	const char **split_signs; /* why this is another case than the one before (splits.h) */
	size_t split_sign_count;
	const char **value_signs; /* how sure its values are (certainty.h) */
	size_t value_sign_count;
	const char *date_class;
	struct classify_date *dates;
	size_t date_count;
	struct classify_word *words;
	size_t word_count;
};

/* As classify(), with all candidates, also those that are not told, in order of appearance, and why
 * each was told or not. An article that the gate turned away has none. */
int classify_explain(const struct classifier *c, struct classifier_scratch *s,
		     const struct article *a, struct arena *arena,
		     struct candidate **ret_candidates, size_t *ret_count);

/* The sentence of a->text around byte `at`, as the classifier splits it. Any thread. */
void classify_sentence_at(const struct text *text, uint32_t at, uint32_t *ret_start,
			  uint32_t *ret_end);

#endif

/* kinds.h - what may have happened, according to the text: candidates with kind and status.
 *
 * Each kind has a file that reads the whole article and says what might be such an event, how far
 * it is, and which sentences say so. The fields are then read from those sentences, and the model
 * (model.h) decides which candidates are told. */
#ifndef NETRAL_WORKERS_CLASSIFY_KINDS_H
#define NETRAL_WORKERS_CLASSIFY_KINDS_H

#include "workers/classify/count.h"
#include "workers/classify/engine.h"

enum { FINDING_SENTENCES_MAX = 32, FINDING_STAGES_MAX = 8, FINDINGS_MAX = 24 };

struct finding {
	enum event_kind kind;
	enum event_status status;
	const struct hit *kind_cue, *status_cue; /* what was read, for the evidence */
	uint32_t anchor;                         /* the sentence that tells most */
	uint32_t status_sentence;
	uint32_t sentences[FINDING_SENTENCES_MAX]; /* ascending */
	uint32_t sentence_count;
	bool has_count;
	struct count_mention count;
	bool aside;   /* told in an article about something else */
	bool soft;    /* its status is wished, forbidden or feared rather than told */
	bool certain; /* a certain person, number or case is meant */
	enum event_scope scope;
	struct event_stage stages[FINDING_STAGES_MAX]; /* of a total */
	uint32_t stage_count;
	unsigned split_signs; /* why this is a case of its own (splits.h); 0 for the first */
	int weight;           /* of the anchor, against other sentences */
};

struct findings {
	struct finding list[FINDINGS_MAX];
	uint32_t count;
};

/* Each adds at most what FINDINGS_MAX leaves room for. */
void pledge_read(const struct doc *d, struct findings *f);
void session_read(const struct doc *d, struct findings *f);   /* after pledge_read() */
void violation_read(const struct doc *d, struct findings *f); /* after session_read() */

/* Notes that sentence `i` belongs to the finding. */
void finding_add_sentence(struct finding *f, uint32_t i);

/* Whether a body sentence from i - before to i + after has a hit of the group with the value
 * (any value when negative). */
bool kinds_near(const struct doc *d, uint32_t i, uint32_t before, uint32_t after,
		enum phrase_group group, int64_t value);

/* Whether two readings of an occasion are two occasions: only one is there at all, or the anchors
 * tell different days. */
bool kinds_told_apart(const struct doc *d, const struct finding *a, const struct finding *b);

/* Whether the title, or a headline in the text, has a hit of the group with the value. */
bool kinds_in_headline(const struct doc *d, enum phrase_group group, int64_t value);

/* Whether body sentence `s` speaks on neutrality, or on what must not be done in an election. */
bool kinds_is_passage(const struct doc *d, const struct sentence *s);

/* How many signs of a certain occasion a sentence has: a dated day, a hall, guests. */
unsigned kinds_occasion(const struct doc *d, const struct sentence *s);

#endif

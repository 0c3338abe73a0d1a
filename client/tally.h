/* tally.h - what became of an archive's records, counted. The main thread. */
#ifndef NETRAL_CLIENT_TALLY_H
#define NETRAL_CLIENT_TALLY_H

#include "lib/warc/warc.h"
#include "proto/codec.h"

#include <jansson.h>
#include <stdio.h>

/* Why a record is no article. */
#define TALLY_REASONS(X)                                                                           \
	X(LEFT_OTHER_RECORD, "other_records", "records of other types")                            \
	X(LEFT_REVISIT, "revisits", "revisits")                                                    \
	X(LEFT_SEGMENTED, "segmented", "parts of segmented records")                               \
	X(LEFT_NOT_HTTP, "not_http", "responses that are not HTTP")                                \
	X(LEFT_REDIRECT, "redirects", "redirects")                                                 \
	X(LEFT_ERROR, "errors", "answers with another status than 200")                            \
	X(LEFT_OTHER_TYPE, "other_types", "answers of other types")                                \
	X(LEFT_DAMAGED, "damaged", "responses that are damaged")                                   \
	X(LEFT_NO_ARTICLE, "no_article", "pages without an article")

enum tally_reason {
#define X(id, name, text) id,
	TALLY_REASONS(X)
#undef X
		TALLY_REASON_COUNT
};

struct tally {
	uint64_t records;
	uint64_t pages;    /* text/html with status 200, */
	uint64_t cut;      /* of them not all there */
	uint64_t articles; /* that were made of them */
	uint64_t outcomes[SUBMIT_BUSY + 1];
	uint64_t left_out[TALLY_REASON_COUNT];
	uint64_t damages[WARC_DAMAGE_KINDS];
};

/* Damages of all kinds. */
uint64_t tally_damaged(const struct tally *t);

/* Lines for people, the first of them behind `name`. `submitted` tells whether articles were. */
void tally_print(FILE *out, const char *name, const struct tally *t, bool submitted);

/* {"records","pages","cut","articles","accepted","duplicate","refused","left_out":{},"damage":{}},
 * without what was never met in the last two. NULL without memory. */
json_t *tally_json(const struct tally *t);

#endif

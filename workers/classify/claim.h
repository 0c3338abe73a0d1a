/* claim.h - one sentence that says that public servants breached neutrality. */
#ifndef NETRAL_WORKERS_CLASSIFY_CLAIM_H
#define NETRAL_WORKERS_CLASSIFY_CLAIM_H

#include "workers/classify/kinds.h"

struct claim {
	enum event_status status; /* NONE: the sentence claims nothing */
	const struct hit *status_cue;
	const struct hit *offence; /* NULL when the sentence only goes on about the case */
	uint32_t status_sentence;  /* where the cue stands: this sentence or one beside it */
	bool soft;                 /* its status is wished, forbidden or feared rather than told */
	bool definite;             /* a certain person, number or case is meant */
	bool goes_on;              /* "kasus tersebut", "yang bersangkutan" */
	bool another;              /* "kasus lain", "yang kedua": not the case before */
	bool pronoun;              /* "ia", and not because he says something */
	const struct hit *servant; /* the SUBJECT cue of a certain offender or number; or NULL */
	const struct hit *office;  /* of the offender, where it is told; or NULL */
	bool has_count;
	struct count_mention count; /* of offenders, or of cases */
};

/* Reads body sentence `i`. */
struct claim claim_read(const struct doc *d, uint32_t i);

/* Whether sentence `i` tells the conduct of people spoken of before: "Ketiganya menghadiri ..." */
bool claim_tells_conduct(const struct doc *d, uint32_t i);

/* Whether `a` is further than `b`; a case that was dropped is further than one under review. */
bool claim_is_further(enum event_status a, enum event_status b);

/* Stage of the STATUS cue `h` in its sentence, or NONE when its clause takes it back; *ret_soft
 * when it is wished, forbidden or feared (may be NULL: then that takes it back too). */
enum event_status claim_status_of(const struct doc *d, const struct sentence *s,
				  const struct hit *h, bool *ret_soft);

#endif

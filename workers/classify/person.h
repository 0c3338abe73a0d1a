/* person.h - who is named in an article with an office. */
#ifndef NETRAL_WORKERS_CLASSIFY_PERSON_H
#define NETRAL_WORKERS_CLASSIFY_PERSON_H

#include "workers/classify/engine.h"

struct reader;

enum { PERSONS_MAX = 32 };

/* Bytes of the plain text. Someone without an office has role_start == role_end. */
struct person {
	uint32_t start, end; /* the name, without titles and degrees */
	uint32_t role_start, role_end;
	uint32_t sentence;
	bool initials; /* "berinisial AB": someone accused */
};

struct persons {
	struct person list[PERSONS_MAX];
	uint32_t count;
};

/* Everyone named in the body, each once by the longest form of the name, in order. */
void person_read(const struct doc *d, struct persons *ret_persons);

/* Adds `p` to those found by the reader, unless it is one of them by a longer or another form. */
void person_add(struct reader *r, const struct person *p);

/* The start of the office at `job` with what stands before it: "Penjabat (Pj) Bupati"; or with
 * *unheld set when the office is not this person's: "mantan Bupati". */
uint32_t person_office_start(const struct reader *r, const struct hit *job, bool *unheld);

/* Whether sentence `s` names the person, in full or by one of the name's words. */
bool person_in(const struct doc *d, const struct sentence *s, const struct person *p);

#endif

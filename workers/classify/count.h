/* count.h - numbers of people and cases, in digits and words. */
#ifndef NETRAL_WORKERS_CLASSIFY_COUNT_H
#define NETRAL_WORKERS_CLASSIFY_COUNT_H

#include "workers/classify/engine.h"

struct count_mention {
	uint32_t start, end; /* in the plain text, with qualifier and unit */
	uint32_t number;     /* where the number itself begins */
	struct event_count count;
	enum unit_value unit;
	bool servant; /* the unit is a class of public servants */
	bool single;  /* "salah satu", "seorang" */
	bool all;     /* "keduanya", "ketiga ASN": all of those told before */
	bool whole;   /* "dari 490 ASN": others are a part of it */
	bool vague;   /* "beberapa", as against "ratusan" */
};

/* The first number with a unit that begins in from..s->end; false when there is none. */
bool count_next(const struct doc *d, const struct sentence *s, uint32_t from,
		struct count_mention *ret_count);

/* The same, also numbers that have a stage and no unit: "tujuh dinyatakan tidak terbukti". */
bool count_next_staged(const struct doc *d, const struct sentence *s, uint32_t from,
		       struct count_mention *ret_count);

/* Like count_next(), with what is told as one: "dua lurah dan seorang camat" is three. */
bool count_next_sum(const struct doc *d, const struct sentence *s, uint32_t from,
		    struct count_mention *ret_count);

#endif

/* occupation.h - people who are told by what they do, not by an office: "seorang guru SD di Praya,
 * Budi Halim", "Budi Halim, staf kecamatan", "perawat bernama Budi Halim", "Budi Halim (45)". The
 * accused are mostly told so, also with initials only. */
#ifndef NETRAL_WORKERS_CLASSIFY_OCCUPATION_H
#define NETRAL_WORKERS_CLASSIFY_OCCUPATION_H

#include "workers/classify/name.h"

/* The name around `h`, a class of servants (SUBJECT). */
void occupation_read(struct reader *r, const struct hit *h);

/* The name or the initials behind `h` ("bernama", "berinisial"), with what stands before it. */
void occupation_read_named(struct reader *r, const struct hit *h, bool initials);

/* Names and initials with an age behind them. */
void occupation_read_ages(struct reader *r);

#endif

/* capture.h - what a function prints, as a string; and events to print. Fails the running test. */
#ifndef NETRAL_TESTS_CLIENT_CAPTURE_H
#define NETRAL_TESTS_CLIENT_CAPTURE_H

#include "client/style.h"
#include "proto/codec.h"

#include <stdio.h>

/* A stream into memory: print to `out`, then compare. */
struct capture {
	FILE *out;
	char *text;
	size_t size;
};
void capture_begin(struct capture *c);
/* Ends the stream and requires exactly `expected`. */
void capture_expect(struct capture *c, const char *expected);
/* Ends the stream; malloc'd. */
char *capture_end(struct capture *c);

/* Standard output and standard error between the two calls; capture_stop() returns what was printed
 * on both, malloc'd, and puts them back. */
void capture_start_standard(void);
char *capture_stop_standard(void);

/* 80 columns, with and without colour. */
extern const struct style capture_plain, capture_coloured;

/* A VIOLATION with a value in every field, in an article with every field. Static. */
const struct update *capture_full_update(void);
/* The text of its article, which its evidence points into. */
const struct text *capture_full_text(void);

#endif

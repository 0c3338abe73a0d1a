/* expect.h - classifies an article and compares its events with labels in JSON. */
#ifndef NETRAL_TESTS_CLASSIFY_EXPECT_H
#define NETRAL_TESTS_CLASSIFY_EXPECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "workers/classify/classify.h"

int expect_up(void **state);
int expect_down(void **state);

/* The classifier that expect_up() loaded. */
struct classifier *expect_classifier(void);

/* Reads a file whole; the test fails when it cannot. The caller frees. */
char *expect_read_file(const char *path);

/* Labels: an array of {"kind","status","place","date","count","qualifier","scope","subjects",
 * "conduct","sanctions","legal","stages"}; members that are left out are not compared, lists are
 * compared as sets. Every event must have its label. Prints each difference; returns how many. */
unsigned expect_events(const char *name, const char *title, const char *published, const char *text,
		       const json_t *labels);

#endif

/* fixture.h - an article read by the classifier's own modules, with the repository's tables, up to
 * the point where kinds are decided. */
#ifndef NETRAL_TESTS_CLASSIFY_FIXTURE_H
#define NETRAL_TESTS_CLASSIFY_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "workers/classify/engine.h"
#include "workers/classify/kinds.h"

/* Group set-up and tear-down: loads the tables once. */
int fixture_up(void **state);
int fixture_down(void **state);

/* Reads `text` (and a title and a publication date, or NULL). Lives until the next call. */
struct doc *fixture_read(const char *title, const char *published, const char *text);

/* The sentence of the last article with this number. */
const struct sentence *fixture_sentence(uint32_t i);

/* Code of the area that a mention stands for; "" for -1. */
const char *fixture_area(const struct doc *d, int mention);

/* The ISO form of a date of the article; "" for -1 and for one that is not solved. */
const char *fixture_date(const struct doc *d, int mention);

#endif

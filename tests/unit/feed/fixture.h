/* fixture.h - a feed from a string, in an arena of the test's. */
#ifndef NETRAL_TESTS_FEED_FIXTURE_H
#define NETRAL_TESTS_FEED_FIXTURE_H

#include "lib/feed/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

extern struct arena arena;
extern char reason[FEED_REASON_SIZE];

int set_up(void **state);
int tear_down(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* As from https://outlet.example/rss/terkini.xml without a charset; fails the test when refused. */
struct feed read_feed(const char *text);
struct feed read_bytes(const char *data, size_t len, const char *charset);

void refused(const char *text, const char *sentence);

void assert_text(const struct text *t, const char *expected);

#endif

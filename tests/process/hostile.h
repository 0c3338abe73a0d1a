/* hostile.h - a netral-poll among hostile sites and a good one, each a host of its own. What a test
 * asserts of each: a reason at its source, and news of the good site all the while.
 * Waits and fails as rig.h says. */
#ifndef NETRAL_TESTS_PROCESS_HOSTILE_H
#define NETRAL_TESTS_PROCESS_HOSTILE_H

#include "tests/process/poll_rig.h"

enum { HOSTILE_SITES_MAX = 16 };

struct hostile {
	struct poll_rig *p; /* its web is the good site */
	struct web *sites[HOSTILE_SITES_MAX];
	size_t site_count;
	unsigned good;      /* articles of the good source */
	unsigned sources;   /* hostile ones, named "Jahat 0", "Jahat 1" and so on */
	struct peer worker; /* that takes articles, once one was asked for */
};

/* cmocka fixtures: *state is the struct hostile. Nothing is started. */
int hostile_set_up(void **state);
int hostile_tear_down(void **state);

/* One more site, on a loopback address of its own, whose robots.txt is missing. */
struct web *hostile_site(struct hostile *h);

/* One more source. The first has number 0. */
unsigned hostile_add(struct hostile *h, const char *kind, const char *url);
/* A feed whose answers are a function of the test, on a site of its own. */
unsigned hostile_feed(struct hostile *h, server_fn *fn, const void *user);

/* Starts both programs, and waits for the first article of the good site. */
void hostile_start(struct hostile *h);

/* The source of that number; valid until the next question. */
const struct source_status *hostile_source(struct hostile *h, unsigned number);
/* Until the source tells a reason that holds `text`. */
void hostile_expect(struct hostile *h, unsigned number, const char *text);
/* Until so many articles of the source were taken; until items were given up. */
void hostile_expect_articles(struct hostile *h, unsigned number, uint64_t count);
void hostile_expect_given_up(struct hostile *h, unsigned number, uint64_t count);
/* Until netral-poll has written a line that holds `text`. */
void hostile_expect_log(struct hostile *h, const char *text);

/* One more article of the good site arrives at netrald, and its source has no fault. */
void hostile_expect_undisturbed(struct hostile *h);

/* The next article that netrald hands out; valid until the next one. */
const struct article *hostile_article(struct hostile *h);

/* The most memory that netral-poll ever had is not above this; not where an instrumented build has
 * its own. */
void hostile_expect_memory(struct hostile *h, unsigned mib);

#define HOSTILE_TEST(name) cmocka_unit_test_setup_teardown(name, hostile_set_up, hostile_tear_down)

#endif

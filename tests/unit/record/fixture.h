/* fixture.h - a store in a directory of its own, and results to put into it. Checks fail the
 * running cmocka test. */
#ifndef NETRAL_TESTS_RECORD_FIXTURE_H
#define NETRAL_TESTS_RECORD_FIXTURE_H

#include "tests/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "workers/record/store.h"

enum { FIXTURE_MAX_BYTES = 64 << 20, FIXTURE_NOW_US = 1700000000000000 / 1000 };

struct fixture {
	char dir[FOLDER_SIZE];
	char path[80]; /* of the store, within dir */
	uint64_t max_bytes;
	struct store *store;
	struct arena arena; /* results and decoded updates */
};

/* For cmocka_unit_test_setup_teardown(): *state is a struct fixture with an open, new store. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

void fixture_open(struct fixture *f);
void fixture_close(struct fixture *f);
void fixture_reopen(struct fixture *f);

/* One event, in short. */
struct spec {
	enum event_kind kind;
	enum event_status status;
	const char *area; /* "" no place */
	const char *date; /* "", "2024", "2024-08", "2024-08-21" */
	const char *election;
};

/* Article number `n` as read by a classifier of `revision` whose data hash is `hash` repeated. */
struct result *fixture_result(struct fixture *f, unsigned n, uint32_t revision, uint8_t hash,
			      const struct spec *specs, size_t count);

/* Records one result in a batch of its own; returns the outcome. */
enum record_outcome fixture_record(struct fixture *f, const struct result *r);

/* As above for article `n`, revision 1, one event. */
enum record_outcome fixture_record_one(struct fixture *f, unsigned n, enum event_kind kind,
				       const char *area);

/* Decodes an update of a page or a batch. */
struct update fixture_decode(struct fixture *f, struct bytes stored);

/* Update `seq`, by replay. */
struct update fixture_update(struct fixture *f, uint64_t seq);

/* Requires the invariants of workers/record/store_write.c over the whole store: numbers without
 * gaps, prev_in_topic, one present update an event that was not removed. */
void fixture_check(struct fixture *f);

#endif

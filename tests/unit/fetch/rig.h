/* rig.h - a loop, a fetcher and two servers on two loopback addresses: `bad` does what a test is
 * about, `good` answers everything with "good\n" and shows that others are left alone. */
#ifndef NETRAL_TESTS_FETCH_RIG_H
#define NETRAL_TESTS_FETCH_RIG_H

#include "lib/fetch/fetch.h"

#include "server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEEN_MAX = 64 };

/* A copy of a result. */
struct seen {
	enum fetch_outcome outcome;
	int status;
	char url[FETCH_URL_MAX + 1];
	char location[FETCH_URL_MAX + 1];
	char content_type[128];
	char charset[64];
	char etag[FETCH_FIELD_MAX + 1];
	char last_modified[FETCH_FIELD_MAX + 1];
	char cache_control[FETCH_FIELD_MAX + 1];
	int64_t retry_after_s;
	size_t body_len;
	char body[64]; /* its beginning */
	char reason[FETCH_REASON_SIZE];
};

struct rig {
	struct loop *loop;
	struct fetcher *fetcher;
	struct server *bad, *good;
	struct fetch_limits limits;
	struct seen seen[SEEN_MAX];
	size_t count;  /* results so far */
	size_t wanted; /* the loop ends there */
	/* For cancelling from a callback. */
	struct fetch *victim;
};

/* For cmocka: the fetcher may reach 127.0.0.0/8 and ::1, eight at a time, without delay. */
int rig_set_up(void **state);
int rig_tear_down(void **state);

/* The options of rig_set_up(), to be changed for another fetcher. */
struct fetch_options rig_options(void);
void rig_use(struct rig *rig, const struct fetch_options *options);

/* With the limits of the rig; seen[] is in the order in which requests ended. */
struct fetch *rig_get(struct rig *rig, const char *url);
/* Adds a result; `user` is the rig. */
fetch_done_fn rig_done;
struct fetch *rig_request(struct rig *rig, struct fetch_request request);
/* Runs the loop until `wanted` results are there. */
void rig_run(struct rig *rig, size_t wanted);

/* Gets `url` beside a good page, and runs. The good page must be there and whole. */
const struct seen *rig_one(struct rig *rig, const char *url);
/* The same, for a path of the bad server that does `fn`. */
const struct seen *rig_path(struct rig *rig, const char *path, server_fn *fn, void *user);

/* Checks outcome and a part of the reason. */
void rig_expect(const struct seen *seen, enum fetch_outcome outcome, const char *reason);

/* Sends `user`, a string, and closes or keeps the connection as it says. */
bool answer_text(struct connection *c, void *user);

#endif

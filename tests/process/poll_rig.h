/* poll_rig.h - a netral-poll in a rig, beside a netrald, with a site to poll.
 * Waits and fails as rig.h says. */
#ifndef NETRAL_TESTS_PROCESS_POLL_RIG_H
#define NETRAL_TESTS_PROCESS_POLL_RIG_H

#include "tests/process/daemon_rig.h"
#include "tests/process/web.h"

enum { POLL_SETS_MAX = 8 };

struct poll_rig {
	struct daemon_rig *d; /* its netrald is not started yet */
	struct web *web;
	struct rig_process *poll; /* that was started last */
	struct peer control;
	uint64_t request;
	uint64_t taken;                  /* articles that netrald handed out here */
	const char *sets[POLL_SETS_MAX]; /* "key=value", borrowed: used at each start */
	size_t set_count;
};

/* cmocka fixtures: *state is the struct poll_rig. */
int poll_rig_set_up(void **state);
int poll_rig_tear_down(void **state);

/* Adds a section to the file of sources; polled every second. `kind` and `url` as there. */
void poll_rig_add(struct poll_rig *p, const char *name, const char *kind, const char *url);
void poll_rig_forget_sources(struct poll_rig *p);

/* A setting of netral-poll; a later one of a key counts. */
void poll_rig_set(struct poll_rig *p, const char *assignment);

/* Starts netral-poll; `env` as rig_start(). */
void poll_rig_launch(struct poll_rig *p, const char *const *env);
void poll_rig_start(struct poll_rig *p); /* and waits until it is ready */

/* Asks netral-poll for a counter; again and again until it has the value, or at least that. */
uint64_t poll_rig_counter(struct poll_rig *p, const char *name);
void poll_rig_wait_counter(struct poll_rig *p, const char *name, uint64_t value);
void poll_rig_wait_least(struct poll_rig *p, const char *name, uint64_t value);
const struct msg_source_page *poll_rig_sources(struct poll_rig *p, uint32_t after, uint32_t limit,
					       bool flagged_only);

/* Waits until netrald holds one article, and takes it as a worker. It lives until the next call. */
const struct article *poll_rig_article(struct poll_rig *p);

/* A page of an article: two paragraphs that hold `word`, and `head` in its <head>. */
void poll_rig_put_page(struct poll_rig *p, const char *path, const char *word, const char *head);
/* A feed of items: path and title, in turns, up to NULL. The id is the path. */
void poll_rig_put_feed(struct poll_rig *p, const char *path, const char *const *items);

#endif

/* submitter.h - articles to netrald in batches, several under way at a time.
 *
 * An article is done when netrald has said what became of it. BUSY ones, and those whose answer was
 * lost with a connection, are sent again: the same article twice is a duplicate, never a second
 * article. The main thread. */
#ifndef NETRAL_CLIENT_SUBMITTER_H
#define NETRAL_CLIENT_SUBMITTER_H

#include "client/connection.h"
#include "client/input.h"

enum {
	SUBMITTER_WINDOW = 6,
	SUBMITTER_BATCH = 64, /* articles */
	/* Articles that were taken from their source and have no answer yet. */
	SUBMITTER_MAX = SUBMITTER_WINDOW * SUBMITTER_BATCH,
};

/* Where articles come from. `next` yields 1 with an item whose memory is in the arena; 0 at the
 * end; SUBMITTER_LATER when there is none for now: *ret_fd is what to wait for, or -1 to be asked
 * again as soon as answers have been looked at; NETRAL_ENOMEM. */
enum { SUBMITTER_LATER = 2 };
struct submitter_source {
	int (*next)(void *user, struct arena *arena, struct input_item *ret_item, int *ret_fd);
	void *user;
};

/* Yields what `in` does; `in` is borrowed. */
struct submitter_source submitter_input(struct input *in);

struct submitter;

/* Called once for each article, in no particular order; `number` is its item's. */
typedef void submitter_fn(void *user, const char *where, uint64_t number,
			  const struct submit_status *status);

/* `wait_ms` is how long to go on without any progress. 0 or NETRAL_ENOMEM. */
int submitter_new(struct connection *c, uint64_t wait_ms, submitter_fn *fn, void *user,
		  struct submitter **ret_submitter);
void submitter_free(struct submitter *s); /* takes NULL */

/* Sends everything that `source` yields; `bad` hears of what never was an article. Returns 0 when
 * every article has its answer; NETRAL_EAGAIN when netrald stayed busy for wait_ms, or
 * NETRAL_ETIMEOUT silent: `fn` was called with SUBMIT_BUSY for what is left of the batches under
 * way, and the rest of the input was not read; NETRAL_ENOMEM; other errors are
 * connection_error()'s. */
typedef void submitter_bad_fn(void *user, const struct input_item *item);
int submitter_run(struct submitter *s, const struct submitter_source *source,
		  submitter_bad_fn *bad);

#endif

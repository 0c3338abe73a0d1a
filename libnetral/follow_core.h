/* follow_core.h - what a subscriber must know and do so that it gets each update exactly once.
 * A state machine without sockets or clocks; subscriber.c puts it on them. One thread at a time.
 *
 * Live updates come over PUB and may be lost on the way (a slow reader, a reconnection, a restart
 * of the recorder); the store has them all, and Replay brings what is missing. The rules:
 *
 *  1. Subscribe, then wait for the first Head: from then on every update is heard live, or its
 *     loss can be seen. A Head is also the way to learn the epoch.
 *  2. Everything up to `through` is known: it was delivered, or it is certain that it did not
 * match.
 *  3. Without a filter a live update must have the number through + 1. With one, numbers jump, and
 *     the update must name as prev_in_topic the last one seen in its topic, or something up to
 *     `through`. Anything older is a duplicate; anything else is a loss.
 *  4. A loss is closed by Replay from through + 1 up to the head; nothing live is delivered
 *     meanwhile (it stays in the socket's queue, or is seen as a loss later).
 *  5. A Head beyond what was seen means a loss without a filter. With one, the Head lists the
 * topics that changed since the Head before: when each of ours was seen, `through` moves up to the
 *     Head; when one was not, or the Head before was not heard, that is a loss.
 *  6. Another epoch means another store: start again from its first update. Only the answer to a
 *     replay is believed in this: what is heard live may have waited in a queue since before.
 *
 * Order: by number, always, while nothing was lost. With a filter, an update that was lost and then
 * replayed may come after later ones of other topics; within a topic the order always holds. */
#ifndef NETRAL_LIBNETRAL_FOLLOW_CORE_H
#define NETRAL_LIBNETRAL_FOLLOW_CORE_H

#include "proto/codec.h"

enum follow_state {
	FOLLOW_WAITING,   /* for the first Head */
	FOLLOW_REPLAYING, /* wants a page: follow_core_replay() says which */
	FOLLOW_LIVE,
};

/* Called from within the inputs below. */
struct follow_sink {
	void *user;
	void (*update)(void *user, const struct update *u);
	/* The store is `replaced` by another one, or went back to an older state of its own: what
	 * follows begins with its first update. */
	void (*epoch)(void *user, bool replaced);
};

enum { FOLLOW_NOW = 0, FOLLOW_TOPICS_MAX = 2048, FOLLOW_PREFIXES_MAX = 3 * CODEC_FILTER_MAX };

struct follow_core;

/* Delivers what matches `filter` (borrowed until the end), from update number `from` on, or from
 * the first Head on with FOLLOW_NOW. 0 or NETRAL_ENOMEM. */
int follow_core_new(const struct filter *filter, uint64_t from, const struct follow_sink *sink,
		    struct follow_core **ret_core);
void follow_core_free(struct follow_core *c); /* takes NULL */

/* `from` is a number of this epoch: another store is followed from its first update instead. Before
 * the first input, and not with FOLLOW_NOW. */
void follow_core_expect(struct follow_core *c, const struct epoch *epoch);

/* Inputs: what came in. */
void follow_core_update(struct follow_core *c, const struct update *u);
void follow_core_head(struct follow_core *c, const struct msg_head *h);

/* The answer to the request that follow_core_replay() described. Returns 0; NETRAL_EMALFORMED for a
 * page that leads nowhere (ask again later); NETRAL_EFUTURE when the first number asked for lies
 * beyond the end of the store: following makes no sense, *ret_head is where the store ends. */
int follow_core_page(struct follow_core *c, const struct msg_replay_page *p);
int follow_core_refused(struct follow_core *c, const struct msg_error *e, uint64_t *ret_head);

/* Asks for one replay up to the head: follow_core_verified() counts those that came to their end.
 */
void follow_core_verify(struct follow_core *c);
uint64_t follow_core_verified(const struct follow_core *c);

enum follow_state follow_core_state(const struct follow_core *c);

/* Fills in the Replay that is wanted, without its request number. Only while replaying. */
void follow_core_replay(const struct follow_core *c, struct msg_replay *ret_replay);

struct follow_counts {
	uint64_t delivered;
	uint64_t duplicates;
	uint64_t gaps; /* losses that were seen */
	uint64_t epochs;
};
struct follow_counts follow_core_counts(const struct follow_core *c);

/* The last number that is known to be dealt with. */
uint64_t follow_core_through(const struct follow_core *c);

/* Of the store that is followed; NULL as long as it is not known. */
const struct epoch *follow_core_epoch(const struct follow_core *c);

#endif

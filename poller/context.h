/* context.h - the parts of the poller that its ways share: the poll of a source, and that of an
 * item. The loop thread only. */
#ifndef NETRAL_POLLER_CONTEXT_H
#define NETRAL_POLLER_CONTEXT_H

#include "lib/clock.h"
#include "poller/backlog.h"
#include "poller/config.h"
#include "poller/delivery.h"
#include "poller/roster.h"
#include "poller/state.h"
#include "poller/visit.h"

/* Why an item was given up: name, and the word for it in counters. */
#define GIVEN_UP_REASONS(X)                                                                        \
	X(GIVEN_UP_STATUS, "status")         /* 404 and the like, after its tries */               \
	X(GIVEN_UP_UNREADABLE, "unreadable") /* no text in it, after its tries */                  \
	X(GIVEN_UP_BROKEN, "broken")   /* too big, cut off, no HTTP, redirects without end */      \
	X(GIVEN_UP_ROBOTS, "robots")   /* forbidden by robots.txt */                               \
	X(GIVEN_UP_ADDRESS, "address") /* no URL or no address for us */                           \
	X(GIVEN_UP_HOST, "host")       /* its host was in trouble for days */                      \
	X(GIVEN_UP_DEADLY, "deadly")   /* the reader died of it, twice */                          \
	X(GIVEN_UP_GONE, "gone")       /* its source is no longer in the file */

enum given_up {
#define X(name, word) name,
	GIVEN_UP_REASONS(X)
#undef X
		GIVEN_UP_COUNT
};
const char *given_up_word(enum given_up reason);

struct poller_counters {
	uint64_t polls, polls_unchanged, polls_busy, polls_failed, polls_put_off;
	uint64_t items_new;
	uint64_t items_known;    /* ended as a page that was taken before */
	uint64_t items_left_out; /* of an answer, for want of room; they come again */
	uint64_t items_passed;   /* without URL and full text */
	uint64_t items_foreign;  /* left out as too many of other sites */
	uint64_t items_retried;
	uint64_t given_up[GIVEN_UP_COUNT];
	uint64_t feed_texts; /* articles from the text of a feed */
	uint64_t pages_joined;
	uint64_t sitemaps; /* read, of indexes */
	uint64_t alerts, alerts_dropped, alerts_failed;
};

struct context {
	const struct poller_config *config;
	struct loop *loop;
	struct state *state;
	struct visitor *visitor;
	struct backlog *backlog;
	struct delivery *delivery;
	struct roster roster;
	struct heap due;   /* watches, by when they are to be polled */
	struct arena read; /* for whatever is being read; reset by each reader */
	struct poller_counters counters;
};

enum { CONTEXT_ARENA_MAX = 96 << 20 };

static inline uint64_t wall_ms(void)
{
	return clock_real_us() / 1000;
}

/* After a visit: the host that it led to rests. */
void context_rest(struct context *c, const struct visit_result *v);

/* Puts the numbers of a source into the open batch; its texts stay as they are kept. Resets
 * c->read. */
void context_save(struct context *c, const struct watch *w);

#endif

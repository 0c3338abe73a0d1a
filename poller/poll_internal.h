/* poll_internal.h - a poll while it lasts; for poll*.c alone. The loop thread only. */
#ifndef NETRAL_POLLER_POLL_INTERNAL_H
#define NETRAL_POLLER_POLL_INTERNAL_H

#include "poller/answer.h"
#include "poller/poll.h"

enum { POLL_SITEMAPS_MAX = 8, POLL_REASON_SIZE = 320 };

/* A sitemap of an index that is to be read. */
struct child {
	char *url;
	uint64_t key;
	uint64_t changed_ms;
	bool is_day;
};

struct poll {
	struct context *c;
	struct watch *w;
	poll_done_fn *done;
	void *user;
	struct visit *visit;
	uint64_t wall_ms; /* when the answer came */
	uint64_t loop_ms;
	struct poll_outcome outcome;
	struct schedule_hints hints;
	bool left_out;     /* something that the answer named */
	size_t foreign;    /* items queued of other sites */
	uint64_t failures; /* of commits, when it began */
	char *etag, *last_modified, *answer_url;
	struct child children[POLL_SITEMAPS_MAX];
	size_t child_count, child_at, children_read;
	char fault[POLL_REASON_SIZE]; /* what was wrong, though the answer was taken up */
};

/* Reads the answer's body into c->read; until the next one. As answer_read(). */
int poll_read_answer(struct poll *p, const struct visit_result *v, struct answer *ret,
		     char reason[static ANSWER_REASON_SIZE]);

/* A day of the source's calendar is one on which it gave a list. */
void poll_turn_calendar(struct poll *p);

/* Queues what is new. `first` when the list was never read before. */
void poll_take_items(struct poll *p, struct answer *a, bool first);

/* Begins with the sitemaps that are to be read; the poll ends with the last. */
void poll_take_index(struct poll *p, const struct answer *a);

/* Ends it; `error` is "" or a sentence. */
void poll_finish(struct poll *p, enum poll_result result, const char *error);

#endif

/* changes.h - ends and failures of articles that ride on the next commit.
 *
 * They happen in dispatch at once and in the journal later: losing them in a crash costs a repeated
 * hand-out, never an article. They are kept until a commit has taken them, in order. One thread. */
#ifndef NETRAL_DAEMON_CHANGES_H
#define NETRAL_DAEMON_CHANGES_H

#include "daemon/dispatch.h"
#include "daemon/journal.h"
#include "lib/buf.h"

struct changes {
	struct buf list;
	size_t count;
	size_t reserved; /* further ones that have room for sure */
	size_t done;     /* of them */
	size_t buried;   /* likewise */
};

/* Articles that have ended and are still in the journal. */
static inline size_t changes_ended(const struct changes *c)
{
	return c->done + c->buried;
}

void changes_init(struct changes *c);
void changes_fini(struct changes *c);

/* Makes sure that `count` more changes can be added, whatever happens to memory then: to be called
 * before an article is handed out, with all that are. 0 or NETRAL_ENOMEM. */
int changes_reserve(struct changes *c, size_t count);

/* Of an article for which there is a reservation. Without memory the reason is left out. */
void changes_add_done(struct changes *c, uint64_t seq);
void changes_add_failure(struct changes *c, const struct dispatch_failure *f, uint64_t real_us);

/* Puts all into the journal's batch; the errors of the journal. */
int changes_apply(const struct changes *c, struct journal *j);

/* They are committed. */
void changes_clear(struct changes *c);

#endif

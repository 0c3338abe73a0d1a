/* pending.h - articles of an archive that were read and have no answer yet: the one that stands
 * first in the archive says where a rerun has to begin. Answers come in any order, and one that was
 * lost comes long after those of later articles. The main thread. */
#ifndef NETRAL_CLIENT_PENDING_H
#define NETRAL_CLIENT_PENDING_H

#include "client/submitter.h"
#include "lib/warc/warc.h"

/* Zeroed, it holds none. */
struct pending {
	struct warc_place places[SUBMITTER_MAX];
	bool used[SUBMITTER_MAX];
	size_t count;
	size_t last; /* that was given out */
};

/* The article of the record at `place`: its number until its answer comes. There must be room: the
 * submitter asks for no article beyond SUBMITTER_MAX. */
uint64_t pending_add(struct pending *p, struct warc_place place);

/* The answer came. */
void pending_answered(struct pending *p, uint64_t number);

/* NULL when every article has its answer. */
const struct warc_place *pending_first(const struct pending *p);

#endif

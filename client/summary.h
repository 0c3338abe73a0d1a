/* summary.h - what a run of `netral up` did: files, articles, events. The main thread. */
#ifndef NETRAL_CLIENT_SUMMARY_H
#define NETRAL_CLIENT_SUMMARY_H

#include "client/style.h"
#include "proto/codec.h"

#include <jansson.h>

/* X(member, key in JSON, counter of netrald, what it was before that netrald started or "") */
#define SUMMARY_FILES(X)                                                                           \
	X(files_done, "done", "netral_spool_files_done_total", "")                                 \
	X(files_failed, "failed", "netral_spool_files_failed_total", "")
#define SUMMARY_ARTICLES(X)                                                                        \
	X(accepted, "accepted", "netral_articles_accepted_total",                                  \
	  "netral_articles_accepted_before_start")                                                 \
	X(duplicates, "duplicates", "netral_articles_duplicate_total", "")                         \
	X(refused, "refused", "netral_articles_refused_total", "")                                 \
	X(recorded, "recorded", "netral_articles_recorded_total",                                  \
	  "netral_articles_recorded_before_start")                                                 \
	X(dead, "dead", "netral_articles_dead_total", "netral_articles_dead_before_start")

struct summary_counts {
#define X(member, key, counter, start) uint64_t member;
	SUMMARY_FILES(X) SUMMARY_ARTICLES(X)
#undef X
};

enum { SUMMARY_KINDS = EVENT_KIND_PLEDGE + 1, SUMMARY_STATUSES = EVENT_STATUS_MADE + 1 };

struct summary {
	/* Of the netrald that runs now, and of those before it in this run. */
	struct summary_counts now, before;
	uint64_t pid;
	uint64_t events[SUMMARY_KINDS][SUMMARY_STATUSES]; /* new ones, as they were told first */
	uint64_t event_count;
	uint64_t confirmed, changed, removed; /* updates of events that were known */
};

void summary_take_status(struct summary *s, const struct msg_status_reply *status);
void summary_take_update(struct summary *s, const struct update *u);

/* {"summary":{"files":{...},"articles":{...},"events":{"SESSION":{"HELD":1}}}}; kinds and statuses
 * that did not come up are left out. NULL without memory. */
json_t *summary_json(const struct summary *s);
void summary_print(FILE *out, const struct style *style, const struct summary *s);

#endif

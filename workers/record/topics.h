/* topics.h - the last update of each topic, in memory, with the changes of the open batch.
 *
 * A topic is a kind and an area code of a known form, so there are at most TOPICS_MAX: the table is
 * an array, and no worker can make it grow. One thread. */
#ifndef NETRAL_WORKERS_RECORD_TOPICS_H
#define NETRAL_WORKERS_RECORD_TOPICS_H

#include "lib/event.h"

#include <stddef.h>
#include <stdint.h>

enum {
	TOPIC_AREAS = 2 + 100 + 10000, /* none, "ID", "NN", "NN.NN" */
	TOPICS_MAX = EVENT_KIND_PLEDGE * TOPIC_AREAS,
};

struct topics;

/* 0 or NETRAL_ENOMEM. */
int topics_new(struct topics **ret_topics);
void topics_free(struct topics *t);

/* Number of a topic, or -1 when the kind or the code ("" is no place) is not of a known form. */
int topic_number(int kind, const char *area);

/* Kind and code of a number; `area` gets at most 5 characters and a NUL. */
void topic_name(int topic, int *ret_kind, char area[static EVENT_AREA_CODE_MAX]);

/* The last update of a topic, with what the open batch changed; 0: none. */
uint64_t topics_last(const struct topics *t, int topic);
void topics_set(struct topics *t, int topic, uint64_t seq);

/* The topics that the open batch changed. Valid until the next call that is not const. */
const uint16_t *topics_changed(const struct topics *t, size_t *ret_count);

/* Ends the batch: keeps its changes, or goes back to what was before it. */
void topics_settle(struct topics *t);
void topics_revert(struct topics *t);

#endif

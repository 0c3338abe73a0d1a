/* filter.h - does an update match what a subscriber asked for? One rule for live, replay and query.
 * Any thread. */
#ifndef NETRAL_PROTO_FILTER_H
#define NETRAL_PROTO_FILTER_H

#include "proto/codec.h"

/* An empty list matches everything. Area "81" matches "81" and "81.71"; "ID" matches only the
 * nation; "none" matches events without a place. */
bool filter_match(const struct filter *f, const struct event *e);
bool filter_area_match(const char *area, const char *code);

/* 0, or NETRAL_EINVALID unless `area` is "ID", "none", two digits, or "NN.NN". */
int filter_area_check(const char *area);

/* Writes the topic prefixes a SUB socket needs to see at least every match (statuses are checked
 * by the receiver). Returns their number; `max` must be >= kinds * areas (1 for an empty list). */
size_t filter_topics(const struct filter *f, char topics[][CODEC_TOPIC_MAX], size_t max);

#endif

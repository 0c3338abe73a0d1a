/* samples.h - one message of every type with every field filled in, and how to compare two. */
#ifndef NETRAL_TESTS_PROTO_SAMPLES_H
#define NETRAL_TESTS_PROTO_SAMPLES_H

#include "proto/codec.h"

enum { MSG_FIRST = MSG_ERROR, MSG_LAST = MSG_CORRECTION_PAGE };

/* Everything the sample points at is in `arena` or static; lists may be changed in place. */
void sample_message(enum msg_type type, struct arena *arena, struct message *ret);
void sample_event_full(struct event *e);    /* id number 1 */
void sample_event_minimal(struct event *e); /* id number 2: optional parts are absent */
void sample_article(struct article *a);
void sample_update(struct update *u, uint64_t seq);
extern const struct article_id sample_id;

/* cmocka assertions over every field. */
void assert_same_message(const struct message *a, const struct message *b);
void assert_same_article(const struct article *a, const struct article *b);
void assert_same_update(const struct update *a, const struct update *b);

#endif

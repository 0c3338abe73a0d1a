/* following.h - a subscriber of libnetral's in a test: what it must return next.
 * Waits and fails as rig.h says. */
#ifndef NETRAL_TESTS_PROCESS_FOLLOWING_H
#define NETRAL_TESTS_PROCESS_FOLLOWING_H

#include "libnetral/netral.h"
#include "tests/process/recorder.h"

/* Options with their size and the directory of the recorder; what they start with is kept. */
struct netral_subscriber *following(struct bench *b, struct netral_options o);
struct netral_subscriber *following_from_the_beginning(struct bench *b);

/* The next event, whatever it is. */
int following_event(struct netral_subscriber *s, const struct netral_update **ret_update);

/* Passes over what is no update until `event` comes. */
void following_wait(struct netral_subscriber *s, int event);

/* The next update must have this number; what else comes is passed over, but not an error or a
 * change of epoch. */
const struct netral_update *following_expect(struct netral_subscriber *s, uint64_t number);
void following_expect_all(struct netral_subscriber *s, uint64_t first, uint64_t last);

/* All that the store holds has been returned. */
void following_expect_no_more(struct netral_subscriber *s);

/* Until all up to `seq` is known to be dealt with; no update comes meanwhile. */
void following_wait_position(struct netral_subscriber *s, uint64_t seq);
struct netral_position following_position(const struct netral_subscriber *s);

/* kill -9 of the recorder, and again on the same store, with "--set <set>". */
void following_restart(struct bench *b, const char *set);

#endif

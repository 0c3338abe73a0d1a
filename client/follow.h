/* follow.h - follow_core on sockets: every update exactly once, from now or from a number, across
 * restarts of the recorder. Runs on a loop; the loop's thread. */
#ifndef NETRAL_CLIENT_FOLLOW_H
#define NETRAL_CLIENT_FOLLOW_H

#include "client/follow_core.h"
#include "lib/loop.h"
#include "proto/transport.h"

struct follow_options {
	const char *runtime_dir;     /* where the sockets are */
	const struct filter *filter; /* borrowed until follow_free() */
	uint64_t from;               /* or FOLLOW_NOW */
	/* Each may stop the loop. `update` lives until the call returns. */
	void (*on_update)(void *user, const struct update *u);
	void (*on_notice)(void *user, const char *text);
	void (*on_started)(void *user);  /* the first Head came: nothing is missed from here on */
	void (*on_verified)(void *user); /* a follow_verify() came to its end */
	/* Following makes no sense: `from` lies behind the end of the store, which is `head`. */
	void (*on_beyond_end)(void *user, uint64_t head);
	void *user;
};

struct follow;

/* Copies *o; connects. The recorder may come and go at any time. 0, NETRAL_ENOMEM, NETRAL_ETOOBIG
 * or NETRAL_EIO. */
int follow_new(const struct follow_options *o, struct loop *l, struct transport *t,
	       struct follow **ret_follow);
void follow_free(struct follow *f); /* takes NULL; before the loop and the transport end */

/* Makes sure that everything in the store by now has been delivered, then calls on_verified. Does
 * nothing before the first Head. */
void follow_verify(struct follow *f);

const struct follow_core *follow_state_of(const struct follow *f);

#endif

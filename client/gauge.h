/* gauge.h - netrald's counters, asked for again and again on a loop. The loop's thread. */
#ifndef NETRAL_CLIENT_GAUGE_H
#define NETRAL_CLIENT_GAUGE_H

#include "lib/loop.h"
#include "proto/codec.h"
#include "proto/transport.h"

struct gauge;

struct gauge_options {
	struct loop *loop;
	struct transport *transport;
	const char *runtime_dir;
	uint64_t every_ms;
	/* `s` lives until the call returns. */
	void (*on_status)(void *user, const struct msg_status_reply *s);
	void *user;
};

/* Copies *o; begins to ask at once, and goes on when netrald goes and comes back. 0,
 * NETRAL_ENOMEM, NETRAL_EIO. */
int gauge_new(const struct gauge_options *o, struct gauge **ret_gauge);
void gauge_free(struct gauge *g); /* takes NULL */

/* The value of a counter; 0 when there is none of that name. */
uint64_t gauge_value(const struct msg_status_reply *s, const char *name);

#endif

/* work_socket.h - articles out to workers and their fate back: the server's side of work.proto.
 * The loop thread only. */
#ifndef NETRAL_DAEMON_WORK_SOCKET_H
#define NETRAL_DAEMON_WORK_SOCKET_H

#include "daemon/changes.h"
#include "daemon/config.h"
#include "daemon/counters.h"
#include "daemon/dispatch.h"
#include "daemon/journal.h"
#include "lib/loop.h"
#include "proto/transport.h"

struct work_socket;

/* Binds `address`, and takes over what is known of failed hand-outs from the journal. What ends or
 * fails is added to `changes`. 0, or an error that has been logged. */
int work_socket_new(const char *address, const struct netrald_config *config, struct transport *t,
		    struct loop *l, struct journal *j, struct changes *changes, struct counters *c,
		    struct work_socket **ret_socket);
void work_socket_free(struct work_socket *s); /* takes NULL */

/* Hands out what is committed, as far as workers have credit. Between journal_read_begin() and
 * _end(). 0, or an error that costs the process its service. */
int work_socket_hand_out(struct work_socket *s);

/* For status; dispatch_each_worker() yields the workers. */
struct dispatch *work_socket_dispatch(struct work_socket *s);

#endif

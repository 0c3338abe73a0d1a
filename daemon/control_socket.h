/* control_socket.h - for operators: status, and DEAD. The loop thread only. */
#ifndef NETRAL_DAEMON_CONTROL_SOCKET_H
#define NETRAL_DAEMON_CONTROL_SOCKET_H

#include "daemon/counters.h"
#include "daemon/journal.h"
#include "lib/loop.h"
#include "proto/transport.h"

struct control_socket;

/* Fills a StatusReply from an arena. 0 or NETRAL_ENOMEM. */
typedef int control_status_fn(void *user, struct arena *arena, struct msg_status_reply *ret_reply);

/* Binds `address`. 0, or an error that has been logged. */
int control_socket_new(const char *address, struct transport *t, struct loop *l, struct journal *j,
		       struct counters *c, control_status_fn *status, void *user,
		       struct control_socket **ret_socket);
void control_socket_free(struct control_socket *s); /* takes NULL */

/* A step of what an operator asked to do with DEAD, if anything; to be called at the end of a turn,
 * when no batch is open. 0, or NETRAL_ECLOSED when the journal is gone. */
int control_socket_step(struct control_socket *s);

#endif

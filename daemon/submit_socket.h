/* submit_socket.h - articles from clients. One SubmitReply a Submit, after the commit that it
 * stands on. The loop thread only. */
#ifndef NETRAL_DAEMON_SUBMIT_SOCKET_H
#define NETRAL_DAEMON_SUBMIT_SOCKET_H

#include "daemon/counters.h"
#include "daemon/intake.h"
#include "lib/loop.h"
#include "proto/transport.h"

struct submit_socket;

/* Binds `address`. 0, or an error that has been logged. */
int submit_socket_new(const char *address, struct transport *t, struct loop *l, struct intake *i,
		      struct counters *c, struct submit_socket **ret_socket);
void submit_socket_free(struct submit_socket *s); /* takes NULL */

/* Whether answers wait for the end of the batch. */
bool submit_socket_waits(const struct submit_socket *s);

/* Sends the answers of this turn: as they are, or BUSY with `problem` where an article would have
 * been accepted or known. */
void submit_socket_answer(struct submit_socket *s, bool committed, const char *problem);

#endif

/* control_socket.h - the socket on which an operator asks what netral-poll does. The loop thread
 * only. */
#ifndef NETRAL_POLLER_CONTROL_SOCKET_H
#define NETRAL_POLLER_CONTROL_SOCKET_H

#include "lib/loop.h"
#include "proto/endpoint.h"

struct control_socket;

/* Each fills a reply from an arena. 0 or NETRAL_ENOMEM. */
struct control_answers {
	int (*status)(void *user, struct arena *arena, struct msg_status_reply *ret_reply);
	int (*sources)(void *user, const struct msg_source_list *list, struct arena *arena,
		       struct msg_source_page *ret_page);
	void *user;
};

/* Binds `address`. 0, or an error that has been logged. */
int control_socket_new(const char *address, struct transport *t, struct loop *l,
		       struct endpoint_counters *counters, const struct control_answers *answers,
		       struct control_socket **ret_socket);
void control_socket_free(struct control_socket *s); /* takes NULL */

#endif

/* control_socket.h - what operators ask netral-alert. The loop thread only. */
#ifndef NETRAL_ALERT_CONTROL_SOCKET_H
#define NETRAL_ALERT_CONTROL_SOCKET_H

#include "proto/endpoint.h"

struct control_socket;

/* Called from within the loop. Each returns 0 or an error, for which the asker gets a refusal. */
struct control_answers {
	int (*status)(void *user, struct arena *arena, struct msg_status_reply *ret_reply);
	int (*list)(void *user, const struct msg_alert_list *list, struct arena *arena,
		    struct msg_alert_page *ret_page);
	/* With a sentence. */
	int (*act)(void *user, const struct msg_alert_action *action, uint32_t *ret_done,
		   char *error, size_t error_size);
	void *user;
};

/* Binds, and takes a slot of the loop. 0, or an error of endpoint_open(), which was logged. */
int control_socket_new(const char *address, struct transport *t, struct loop *l,
		       struct endpoint_counters *counters, const struct control_answers *answers,
		       struct control_socket **ret_socket);
void control_socket_free(struct control_socket *s); /* takes NULL; after the loop's last turn */

#endif

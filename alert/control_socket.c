#include "alert/control_socket.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <stdlib.h>

enum { BURST = 8, HWM = 16, REPLY_MAX_BYTES = 4 << 20 };

struct control_socket {
	struct endpoint endpoint;
	struct control_answers answers;
	struct arena arena; /* of the reply */
};

static void on_status(struct control_socket *s, const struct peer_id *peer, uint64_t request)
{
	struct message m = {.type = MSG_STATUS_REPLY};
	if (s->answers.status(s->answers.user, &s->arena, &m.status_reply) < 0) {
		endpoint_refuse(&s->endpoint, peer, CODE_BUSY, request, "out of memory");
		return;
	}
	m.status_reply.request = request;
	(void)endpoint_send(&s->endpoint, peer, &m);
}

static void on_list(struct control_socket *s, const struct peer_id *peer,
		    const struct msg_alert_list *list)
{
	struct message m = {.type = MSG_ALERT_PAGE};
	if (s->answers.list(s->answers.user, list, &s->arena, &m.alert_page) < 0) {
		endpoint_refuse(&s->endpoint, peer, CODE_BUSY, list->request, "out of memory");
		return;
	}
	m.alert_page.request = list->request;
	(void)endpoint_send(&s->endpoint, peer, &m);
}

static enum msg_code code_of(int err)
{
	return err == NETRAL_ENOTFOUND ? CODE_NOT_FOUND
	       : err == NETRAL_EFUTURE ? CODE_FUTURE
				       : CODE_BUSY;
}

static void on_action(struct control_socket *s, const struct peer_id *peer,
		      const struct msg_alert_action *action)
{
	char error[CODEC_REASON_MAX] = "";
	struct message m = {.type = MSG_ALERT_ACTION_REPLY};
	m.alert_action_reply.request = action->request;
	int r = s->answers.act(s->answers.user, action, &m.alert_action_reply.done, error,
			       sizeof(error));
	if (r < 0)
		endpoint_refuse(&s->endpoint, peer, code_of(r), action->request, "%s", error);
	else
		(void)endpoint_send(&s->endpoint, peer, &m);
}

static int on_readable(void *user)
{
	struct control_socket *s = user;
	struct peer_id peer;
	struct message m;
	int r = 0;
	for (int i = 0; i < BURST; i++) {
		r = endpoint_receive(&s->endpoint, &peer, &m);
		if (r <= 0)
			break;
		arena_reset(&s->arena);
		if (m.type == MSG_STATUS_REQUEST)
			on_status(s, &peer, m.status_request.request);
		else if (m.type == MSG_ALERT_LIST)
			on_list(s, &peer, &m.alert_list);
		else if (m.type == MSG_ALERT_ACTION)
			on_action(s, &peer, &m.alert_action);
		else
			endpoint_refuse_type(&s->endpoint, &peer, &m);
	}
	return r < 0 ? r : NETRAL_OK;
}

static void control_socket_freep(struct control_socket **s)
{
	control_socket_free(*s);
}

int control_socket_new(const char *address, struct transport *t, struct loop *l,
		       struct endpoint_counters *counters, const struct control_answers *answers,
		       struct control_socket **ret_socket)
{
	netral_cleanup(control_socket_freep) struct control_socket *s = fault_calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	s->answers = *answers;
	arena_init(&s->arena, REPLY_MAX_BYTES);
	int r = endpoint_open(&s->endpoint, "control", address, HWM, t, l, counters);
	if (r < 0)
		return r;
	loop_add(l, s->endpoint.socket, -1, on_readable, s);
	*ret_socket = netral_take(s);
	return NETRAL_OK;
}

void control_socket_free(struct control_socket *s)
{
	if (!s)
		return;
	endpoint_close(&s->endpoint);
	arena_fini(&s->arena);
	free(s);
}

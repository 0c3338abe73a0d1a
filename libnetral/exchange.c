#include "libnetral/exchange.h"

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "proto/transport.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <zmq.h>

enum { QUEUE_HWM = 64 };

struct exchange {
	struct transport *transport;
	void *socket;
	struct arena arena;
	struct buf buf;
	uint64_t request; /* of the last question */
	struct codec_fault fault;
};

int exchange_probe(const char *endpoint)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strncmp(endpoint, "ipc://", 6) != 0)
		return NETRAL_OK;
	if (strlen(endpoint + 6) >= sizeof(address.sun_path))
		return NETRAL_ETOOBIG;
	memcpy(address.sun_path, endpoint + 6, strlen(endpoint + 6));
	netral_cleanup(netral_closep) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return netral_error_from_errno(errno);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return NETRAL_OK;
	if (errno == EACCES || errno == EPERM)
		return NETRAL_EACCES;
	return errno == ENOENT ? NETRAL_ENOTFOUND : NETRAL_ECLOSED;
}

int exchange_new(const char *endpoint, struct exchange **ret_exchange)
{
	struct exchange *x = fault_calloc(1, sizeof(*x));
	if (!x)
		return NETRAL_ENOMEM;
	codec_arena_init(&x->arena);
	buf_init(&x->buf, CODEC_FRAME_MAX);
	int r = transport_new(&x->transport);
	if (r == NETRAL_OK)
		r = transport_open(x->transport, TRANSPORT_DEALER, endpoint, QUEUE_HWM, 0,
				   &x->socket);
	if (r < 0) {
		exchange_free(x);
		return r;
	}
	*ret_exchange = x;
	return NETRAL_OK;
}

void exchange_free(struct exchange *x)
{
	if (!x)
		return;
	transport_free(x->transport);
	arena_fini(&x->arena);
	buf_fini(&x->buf);
	free(x);
}

uint64_t *message_request(struct message *m)
{
	switch (m->type) {
#define REQUEST_OF(TYPE, member)                                                                   \
	case TYPE:                                                                                 \
		return &m->member.request;
		REQUEST_OF(MSG_ERROR, error)
		REQUEST_OF(MSG_SUBMIT, submit)
		REQUEST_OF(MSG_SUBMIT_REPLY, submit_reply)
		REQUEST_OF(MSG_REPLAY, replay)
		REQUEST_OF(MSG_REPLAY_PAGE, replay_page)
		REQUEST_OF(MSG_QUERY, query)
		REQUEST_OF(MSG_QUERY_PAGE, query_page)
		REQUEST_OF(MSG_SHOW, show)
		REQUEST_OF(MSG_SHOWN, shown)
		REQUEST_OF(MSG_ARCHIVE, archive)
		REQUEST_OF(MSG_ARCHIVE_PAGE, archive_page)
		REQUEST_OF(MSG_COVERAGE, coverage)
		REQUEST_OF(MSG_COVERAGE_PAGE, coverage_page)
		REQUEST_OF(MSG_RECORD, record)
		REQUEST_OF(MSG_RECORDED, recorded)
		REQUEST_OF(MSG_STATUS_REQUEST, status_request)
		REQUEST_OF(MSG_STATUS_REPLY, status_reply)
		REQUEST_OF(MSG_DEAD_LIST, dead_list)
		REQUEST_OF(MSG_DEAD_PAGE, dead_page)
		REQUEST_OF(MSG_DEAD_ACTION, dead_action)
		REQUEST_OF(MSG_DEAD_ACTION_REPLY, dead_action_reply)
		REQUEST_OF(MSG_SOURCE_LIST, source_list)
		REQUEST_OF(MSG_SOURCE_PAGE, source_page)
		REQUEST_OF(MSG_ALERT_LIST, alert_list)
		REQUEST_OF(MSG_ALERT_PAGE, alert_page)
		REQUEST_OF(MSG_ALERT_ACTION, alert_action)
		REQUEST_OF(MSG_ALERT_ACTION_REPLY, alert_action_reply)
#undef REQUEST_OF
	default:
		return NULL;
	}
}

/* True when the socket is ready for `events` before the deadline. */
static bool wait_for(struct exchange *x, short events, uint64_t deadline_ms)
{
	zmq_pollitem_t item = {.socket = x->socket, .events = events};
	for (;;) {
		uint64_t now = clock_ms();
		long wait = deadline_ms > now ? (long)(deadline_ms - now) : 0;
		int n = zmq_poll(&item, 1, wait);
		if (n > 0)
			return true;
		if (n == 0 || zmq_errno() != EINTR)
			return false;
	}
}

int exchange_send(struct exchange *x, struct message *question, uint64_t wait_ms)
{
	uint64_t *request = message_request(question);
	netral_assert(request);
	*request = ++x->request;
	buf_clear(&x->buf);
	int r = codec_encode(question, &x->buf);
	if (r < 0)
		return r;
	if (!wait_for(x, ZMQ_POLLOUT, clock_ms() + wait_ms))
		return NETRAL_ETIMEOUT;
	r = transport_send(x->socket, &x->buf);
	return r == NETRAL_EAGAIN || r == NETRAL_ENOTFOUND ? NETRAL_ETIMEOUT : r;
}

static int receive_until(struct exchange *x, uint64_t deadline_ms, struct message *ret)
{
	struct frame f;
	int r = 0;
	x->fault = (struct codec_fault){.reason = "not one frame"};
	while (r == 0) {
		if (!wait_for(x, ZMQ_POLLIN, deadline_ms))
			return 0;
		r = transport_recv(x->socket, &f);
	}
	if (r < 0)
		return r;
	arena_reset(&x->arena);
	r = codec_decode(frame_data(&f), frame_len(&f), &x->arena, ret, &x->fault);
	frame_close(&f);
	if (r == NETRAL_OK)
		return 1;
	return r == NETRAL_ENOMEM ? r : NETRAL_EMALFORMED;
}

int exchange_receive(struct exchange *x, uint64_t wait_ms, struct message *ret_answer)
{
	return receive_until(x, clock_ms() + wait_ms, ret_answer);
}

/* An answer to an earlier question, which was given up, is passed over; an Error that could not
 * tell what it answers is taken for ours. */
static bool is_ours(const struct exchange *x, struct message *answer)
{
	const uint64_t *request = message_request(answer);
	return !request || *request == x->request || (answer->type == MSG_ERROR && *request == 0);
}

int exchange_ask(struct exchange *x, struct message *question, uint64_t wait_ms,
		 struct message *ret_answer)
{
	int r = exchange_send(x, question, wait_ms);
	uint64_t deadline = clock_ms() + wait_ms;
	if (r < 0)
		return r;
	do {
		r = receive_until(x, deadline, ret_answer);
	} while (r == 1 && !is_ours(x, ret_answer));
	if (r == 0)
		return NETRAL_ETIMEOUT;
	return r < 0 ? r : NETRAL_OK;
}

void exchange_wait(struct exchange *x, int fd, uint64_t wait_ms)
{
	zmq_pollitem_t items[] = {{.socket = x->socket, .events = ZMQ_POLLIN},
				  {.fd = fd, .events = ZMQ_POLLIN}};
	zmq_poll(items, fd >= 0 ? 2 : 1, (long)wait_ms);
}

const char *exchange_fault(const struct exchange *x)
{
	return x->fault.reason;
}

/* ZeroMQ says nothing about a peer that is not there, or whose socket may not be opened: it tries
 * for ever. So a local endpoint is first tried with a plain connect(), which answers at once and
 * with a reason; the waits below are for a daemon that is busy or went away meanwhile. */
#include "client/connection.h"

#include "client/runtime.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "proto/transport.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <zmq.h>

enum { QUEUE_HWM = 64 };

struct connection {
	struct transport *transport;
	void *socket;
	struct arena arena;
	struct buf buf;
	uint64_t request; /* of the last question */
	char endpoint[RUNTIME_SOCKET_PATH_MAX + 8];
	const char *daemon;
	char error[1400];
	int exit_code;
};

/* --- failures --- */

static int fail(struct connection *c, int err, int exit_code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static int fail(struct connection *c, int err, int exit_code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(c->error, sizeof(c->error), format, args);
	va_end(args);
	c->exit_code = exit_code;
	return err;
}

static int fail_silent(struct connection *c, int err)
{
	return fail(c, err, EX_UNAVAILABLE,
		    "%s does not answer at %s; is it running? Try 'netral up' or 'systemctl status "
		    "netral.target'",
		    c->daemon, c->endpoint);
}

static int fail_internal(struct connection *c, int err)
{
	return fail(c, err, EX_OSERR, "%s: %s", c->endpoint, netral_strerror(err));
}

const char *connection_error(const struct connection *c)
{
	return c ? c->error : netral_strerror(NETRAL_ENOMEM);
}

int connection_exit_code(const struct connection *c)
{
	return c ? c->exit_code : EX_OSERR;
}

/* --- opening --- */

static const char *daemon_of(const char *name)
{
	if (strcmp(name, RUNTIME_POLL_CONTROL) == 0)
		return "netral-poll";
	bool netrald = strcmp(name, RUNTIME_SUBMIT) == 0 || strcmp(name, RUNTIME_CONTROL) == 0;
	return netrald ? "netrald" : "netral-record";
}

/* Does anybody listen, and may we speak? */
static int probe(struct connection *c, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	memcpy(address.sun_path, path, strlen(path));
	netral_cleanup(netral_closep) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail_internal(c, netral_error_from_errno(errno));
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return NETRAL_OK;
	if (errno == EACCES || errno == EPERM)
		return fail(c, NETRAL_EACCES, EX_NOPERM,
			    "%s: permission denied; only the owner and the group of the directory "
			    "may talk to %s",
			    c->endpoint, c->daemon);
	return fail_silent(c, errno == ENOENT ? NETRAL_ENOTFOUND : NETRAL_ECLOSED);
}

static int set_up(struct connection *c, const char *runtime_dir, const char *name)
{
	char dir[RUNTIME_PATH_SIZE];
	c->daemon = daemon_of(name);
	int r = runtime_find(runtime_dir, dir, sizeof(dir), c->error, sizeof(c->error));
	if (r < 0) {
		c->exit_code = EX_USAGE;
		return r;
	}
	snprintf(c->endpoint, sizeof(c->endpoint), "ipc://%.91s/%s", dir, name);
	r = probe(c, c->endpoint + strlen("ipc://"));
	if (r < 0)
		return r;
	r = transport_new(&c->transport);
	if (r == NETRAL_OK)
		r = transport_open(c->transport, TRANSPORT_DEALER, c->endpoint, QUEUE_HWM, 0,
				   &c->socket);
	return r < 0 ? fail_internal(c, r) : NETRAL_OK;
}

int connection_open(const char *runtime_dir, const char *name, struct connection **ret_connection)
{
	struct connection *c = calloc(1, sizeof(*c));
	*ret_connection = c;
	if (!c)
		return NETRAL_ENOMEM;
	codec_arena_init(&c->arena);
	buf_init(&c->buf, CODEC_FRAME_MAX);
	return set_up(c, runtime_dir, name);
}

void connection_close(struct connection *c)
{
	if (!c)
		return;
	transport_free(c->transport);
	arena_fini(&c->arena);
	buf_fini(&c->buf);
	free(c);
}

void connection_closep(struct connection **c)
{
	connection_close(*c);
}

/* --- questions and answers --- */

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
#undef REQUEST_OF
	default:
		return NULL;
	}
}

/* True when the socket is ready for `events` before the deadline. */
static bool wait_for(struct connection *c, short events, uint64_t deadline_ms)
{
	zmq_pollitem_t item = {.socket = c->socket, .events = events};
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

int connection_send(struct connection *c, struct message *question, uint64_t wait_ms)
{
	uint64_t deadline = clock_ms() + wait_ms;
	uint64_t *request = message_request(question);
	netral_assert(request);
	*request = ++c->request;
	buf_clear(&c->buf);
	int r = codec_encode(question, &c->buf);
	if (r < 0)
		return fail_internal(c, r);
	if (!wait_for(c, ZMQ_POLLOUT, deadline))
		return fail_silent(c, NETRAL_ETIMEOUT);
	r = transport_send(c->socket, &c->buf);
	if (r == NETRAL_EAGAIN || r == NETRAL_ENOTFOUND)
		return fail_silent(c, NETRAL_ETIMEOUT);
	return r < 0 ? fail_internal(c, r) : NETRAL_OK;
}

static int fail_refused(struct connection *c, const struct msg_error *e)
{
	switch (e->code) {
	case CODE_NOT_FOUND:
		return fail(c, NETRAL_ENOTFOUND, EX_DATAERR, "%s", e->reason);
	case CODE_AMBIGUOUS:
	case CODE_MALFORMED:
	case CODE_TOO_BIG:
		return fail(c, NETRAL_EINVALID, EX_DATAERR, "%s", e->reason);
	case CODE_BUSY:
		return fail(c, NETRAL_EAGAIN, EX_TEMPFAIL, "%s: %s", c->daemon, e->reason);
	default:
		return fail(c, NETRAL_EINVALID, EX_PROTOCOL, "%s: %s", c->daemon, e->reason);
	}
}

/* 1 with the next message, whatever it answers; 0 when none came before the deadline. */
static int receive_any(struct connection *c, uint64_t deadline_ms, struct message *ret)
{
	struct frame f;
	int r = 0;
	while (r == 0) {
		if (!wait_for(c, ZMQ_POLLIN, deadline_ms))
			return 0;
		r = transport_recv(c->socket, &f);
	}
	if (r < 0)
		return fail_internal(c, r);
	struct codec_fault fault;
	arena_reset(&c->arena);
	r = codec_decode(frame_data(&f), frame_len(&f), &c->arena, ret, &fault);
	frame_close(&f);
	if (r == NETRAL_ENOMEM)
		return fail_internal(c, r);
	if (r < 0)
		return fail(c, NETRAL_EMALFORMED, EX_PROTOCOL,
			    "%s gave an answer that cannot be read: %s", c->endpoint, fault.reason);
	return 1;
}

void connection_wait(struct connection *c, int fd, uint64_t wait_ms)
{
	zmq_pollitem_t items[] = {{.socket = c->socket, .events = ZMQ_POLLIN},
				  {.fd = fd, .events = ZMQ_POLLIN}};
	zmq_poll(items, fd >= 0 ? 2 : 1, (long)wait_ms);
}

static int check_type(struct connection *c, enum msg_type want, const struct message *answer)
{
	if (answer->type == want)
		return 1;
	if (answer->type == MSG_ERROR)
		return fail_refused(c, &answer->error);
	return fail(c, NETRAL_EMALFORMED, EX_PROTOCOL, "%s answered with a %s", c->endpoint,
		    codec_type_name(answer->type));
}

int connection_receive(struct connection *c, enum msg_type want, uint64_t wait_ms,
		       struct message *ret_answer)
{
	int r = receive_any(c, clock_ms() + wait_ms, ret_answer);
	return r == 1 ? check_type(c, want, ret_answer) : r;
}

/* An answer to an earlier question, which was given up, is passed over; an Error that could not
 * tell what it answers is taken for ours. */
static bool is_ours(const struct connection *c, struct message *answer)
{
	const uint64_t *request = message_request(answer);
	return !request || *request == c->request || (answer->type == MSG_ERROR && *request == 0);
}

int connection_ask(struct connection *c, struct message *question, enum msg_type want,
		   struct message *ret_answer)
{
	return connection_ask_within(c, question, want, CONNECTION_WAIT_MS, ret_answer);
}

int connection_ask_within(struct connection *c, struct message *question, enum msg_type want,
			  uint64_t wait_ms, struct message *ret_answer)
{
	int r = connection_send(c, question, wait_ms);
	uint64_t deadline = clock_ms() + wait_ms;
	if (r < 0)
		return r;
	do {
		r = receive_any(c, deadline, ret_answer);
	} while (r == 1 && !is_ours(c, ret_answer));
	if (r == 0)
		return fail_silent(c, NETRAL_ETIMEOUT);
	r = r == 1 ? check_type(c, want, ret_answer) : r;
	return r < 0 ? r : NETRAL_OK;
}

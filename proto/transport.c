/* Where every option of a ZeroMQ socket is set, and the only place that sends or receives.
 *
 * libzmq closes nothing by itself, and ending a context waits for its open sockets for ever: so the
 * open sockets of all contexts are kept in one list here, for transport_free().
 *
 * libzmq removes a socket file before it binds: a file left behind by a killed process is no
 * obstacle, but neither is one that a living process uses. Two daemons on one path are kept apart
 * by the lock on their state directory, not here.
 *
 * An XPUB drops what a slow subscriber has no room for, in silence: that subscriber sees the gap
 * in the numbers and asks for replay, and nobody else waits for it. */
#include "proto/transport.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "proto/codec.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <zmq.h>

enum {
	SOCKETS_MAX = 64,
	IPC_MODE = 0660,
	/* Half-open TCP connections end by themselves, and a peer that never speaks is let go. */
	HEARTBEAT_IVL_MS = 1000,
	HEARTBEAT_TIMEOUT_MS = 5000,
	HANDSHAKE_IVL_MS = 3000,
	RECONNECT_IVL_MS = 50,
	RECONNECT_IVL_MAX_MS = 2000,
	/* Below this, copying is cheaper than an allocation and the hand-over between threads. */
	COPY_BELOW_BYTES = 1024,
};

struct open_socket {
	struct open_socket *next;
	struct transport *transport;
	void *socket;
};

struct transport {
	void *ctx;
};

static struct open_socket *open_sockets;
static pthread_mutex_t open_sockets_lock = PTHREAD_MUTEX_INITIALIZER;

static int transport_error(int err)
{
	switch (err) {
	case EHOSTUNREACH:
		return NETRAL_ENOTFOUND;
	case EPROTONOSUPPORT:
	case ENOCOMPATPROTO:
	case ENAMETOOLONG:
	case EADDRNOTAVAIL:
	case ENODEV:
		return NETRAL_EINVALID;
	case ETERM:
		return NETRAL_ECLOSED;
	default:
		return netral_error_from_errno(err);
	}
}

int transport_new(struct transport **ret_transport)
{
	struct transport *t = fault_calloc(1, sizeof(*t));
	if (!t)
		return NETRAL_ENOMEM;
	t->ctx = zmq_ctx_new();
	if (!t->ctx) {
		free(t);
		return NETRAL_ENOMEM;
	}
	zmq_ctx_set(t->ctx, ZMQ_IO_THREADS, 1);
	zmq_ctx_set(t->ctx, ZMQ_MAX_SOCKETS, SOCKETS_MAX);
	zmq_ctx_set(t->ctx, ZMQ_BLOCKY, false);
	*ret_transport = t;
	return NETRAL_OK;
}

/* --- the list of open sockets --- */

static int remember(struct transport *t, void *socket)
{
	struct open_socket *o = fault_malloc(sizeof(*o));
	if (!o)
		return NETRAL_ENOMEM;
	pthread_mutex_lock(&open_sockets_lock);
	*o = (struct open_socket){open_sockets, t, socket};
	open_sockets = o;
	pthread_mutex_unlock(&open_sockets_lock);
	return NETRAL_OK;
}

/* Takes the entry of `socket`, or any of `t` when that is NULL, off the list. */
static struct open_socket *forget(const struct transport *t, const void *socket)
{
	pthread_mutex_lock(&open_sockets_lock);
	struct open_socket **at = &open_sockets;
	while (*at && (socket ? (*at)->socket != socket : (*at)->transport != t))
		at = &(*at)->next;
	struct open_socket *o = *at;
	if (o)
		*at = o->next;
	pthread_mutex_unlock(&open_sockets_lock);
	return o;
}

static void close_entry(struct open_socket *o)
{
	if (!o)
		return;
	zmq_close(o->socket);
	free(o);
}

void transport_close(void *socket)
{
	if (socket)
		close_entry(forget(NULL, socket));
}

void transport_free(struct transport *t)
{
	if (!t)
		return;
	for (struct open_socket *o = forget(t, NULL); o; o = forget(t, NULL))
		close_entry(o);
	while (zmq_ctx_term(t->ctx) < 0 && zmq_errno() == EINTR)
		;
	free(t);
}

/* --- opening --- */

static int set_int(void *socket, int option, int value)
{
	return zmq_setsockopt(socket, option, &value, sizeof(value)) < 0
		       ? transport_error(zmq_errno())
		       : NETRAL_OK;
}

struct socket_option {
	int option;
	int value;
};

static int set_options(void *socket, const struct socket_option *options, size_t count)
{
	int r = NETRAL_OK;
	for (size_t i = 0; r == NETRAL_OK && i < count; i++)
		r = set_int(socket, options[i].option, options[i].value);
	return r;
}

static int set_common(void *socket, const char *endpoint, int send_hwm, int receive_hwm,
		      int linger_ms)
{
	const struct socket_option common[] = {
		{ZMQ_SNDHWM, send_hwm},
		{ZMQ_RCVHWM, receive_hwm},
		{ZMQ_LINGER, linger_ms},
		{ZMQ_HANDSHAKE_IVL, HANDSHAKE_IVL_MS},
	};
	static const struct socket_option tcp[] = {
		{ZMQ_HEARTBEAT_IVL, HEARTBEAT_IVL_MS},
		{ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS},
	};
	int64_t max = CODEC_FRAME_MAX;
	if (zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &max, sizeof(max)) < 0)
		return transport_error(zmq_errno());
	int r = set_options(socket, common, netral_countof(common));
	if (r == NETRAL_OK && strncmp(endpoint, "tcp://", 6) == 0)
		r = set_options(socket, tcp, netral_countof(tcp));
	return r;
}

static int set_role(void *socket, enum transport_role role)
{
	static const struct socket_option connecting[] = {
		{ZMQ_RECONNECT_IVL, RECONNECT_IVL_MS},
		{ZMQ_RECONNECT_IVL_MAX, RECONNECT_IVL_MAX_MS},
	};
	switch (role) {
	case TRANSPORT_ROUTER:
		return set_int(socket, ZMQ_ROUTER_MANDATORY, 1);
	case TRANSPORT_PUBLISHER:
		return set_int(socket, ZMQ_XPUB_VERBOSER, 1);
	case TRANSPORT_DEALER: {
		int r = set_int(socket, ZMQ_IMMEDIATE, 1);
		return r < 0 ? r : set_options(socket, connecting, netral_countof(connecting));
	}
	case TRANSPORT_SUBSCRIBER:
		return set_options(socket, connecting, netral_countof(connecting));
	}
	return NETRAL_EINVALID;
}

/* The file of an ipc endpoint; NULL for others, and for abstract and wildcard addresses. */
static const char *ipc_path(const char *endpoint)
{
	if (strncmp(endpoint, "ipc://", 6) != 0)
		return NULL;
	const char *path = endpoint + 6;
	return path[0] == '@' || path[0] == '*' ? NULL : path;
}

/* Whether a living process listens there: libzmq would take the file of an ipc endpoint away from
 * it. A file that a killed process left behind refuses the connection. */
static bool is_served(const char *endpoint)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = ipc_path(endpoint);
	if (!path || strlen(path) >= sizeof(address.sun_path))
		return false;
	memcpy(address.sun_path, path, strlen(path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	int r = connect(fd, (const struct sockaddr *)&address, sizeof(address));
	bool served = r == 0 || errno == EAGAIN;
	close(fd);
	return served;
}

static int attach(void *socket, enum transport_role role, const char *endpoint)
{
	bool binds = role == TRANSPORT_ROUTER || role == TRANSPORT_PUBLISHER;
	if (binds && is_served(endpoint))
		return NETRAL_EBUSY;
	if ((binds ? zmq_bind(socket, endpoint) : zmq_connect(socket, endpoint)) < 0)
		return transport_error(zmq_errno());
	const char *path = binds ? ipc_path(endpoint) : NULL;
	if (path && chmod(path, IPC_MODE) < 0)
		return netral_error_from_errno(errno);
	return NETRAL_OK;
}

int transport_open(struct transport *t, enum transport_role role, const char *endpoint, int hwm,
		   int linger_ms, void **ret_socket)
{
	return transport_open_hwm(t, role, endpoint, hwm, hwm, linger_ms, ret_socket);
}

int transport_open_hwm(struct transport *t, enum transport_role role, const char *endpoint,
		       int send_hwm, int receive_hwm, int linger_ms, void **ret_socket)
{
	static const int types[] = {[TRANSPORT_ROUTER] = ZMQ_ROUTER,
				    [TRANSPORT_DEALER] = ZMQ_DEALER,
				    [TRANSPORT_PUBLISHER] = ZMQ_XPUB,
				    [TRANSPORT_SUBSCRIBER] = ZMQ_SUB};
	void *socket = zmq_socket(t->ctx, types[role]);
	if (!socket)
		return transport_error(zmq_errno());
	int r = remember(t, socket);
	if (r < 0) {
		zmq_close(socket);
		return r;
	}
	r = set_common(socket, endpoint, send_hwm, receive_hwm, linger_ms);
	if (r == NETRAL_OK)
		r = set_role(socket, role);
	if (r == NETRAL_OK)
		r = attach(socket, role, endpoint);
	if (r < 0) {
		transport_close(socket);
		return r;
	}
	*ret_socket = socket;
	return NETRAL_OK;
}

int transport_subscribe(void *socket, const char *prefix)
{
	return zmq_setsockopt(socket, ZMQ_SUBSCRIBE, prefix, strlen(prefix)) < 0
		       ? transport_error(zmq_errno())
		       : NETRAL_OK;
}

int transport_fd(void *socket)
{
	int fd;
	size_t len = sizeof(fd);
	return zmq_getsockopt(socket, ZMQ_FD, &fd, &len) < 0 ? NETRAL_EIO : fd;
}

bool transport_has_input(void *socket)
{
	int events;
	size_t len = sizeof(events);
	return zmq_getsockopt(socket, ZMQ_EVENTS, &events, &len) == 0 && (events & ZMQ_POLLIN);
}

/* --- frames --- */

_Static_assert(sizeof(zmq_msg_t) <= sizeof(struct frame), "a frame holds a zmq_msg_t");

static zmq_msg_t *msg_of(struct frame *f)
{
	return (zmq_msg_t *)(void *)f->opaque;
}

const void *frame_data(const struct frame *f)
{
	struct frame *same;
	memcpy(&same, &f, sizeof(void *)); /* zmq_msg_data() takes no const, and changes nothing */
	return zmq_msg_data(msg_of(same));
}

size_t frame_len(const struct frame *f)
{
	return zmq_msg_size((const zmq_msg_t *)(const void *)f->opaque);
}

void frame_close(struct frame *f)
{
	zmq_msg_close(msg_of(f));
}

/* --- receiving --- */

/* 1 with a frame, 0 when nothing waits, or an error. */
static int recv_frame(void *socket, struct frame *ret_frame)
{
	zmq_msg_init(msg_of(ret_frame));
	if (zmq_msg_recv(msg_of(ret_frame), socket, ZMQ_DONTWAIT) >= 0)
		return 1;
	int err = zmq_errno();
	zmq_msg_close(msg_of(ret_frame));
	return err == EAGAIN || err == EINTR ? 0 : transport_error(err);
}

static bool more_follows(const struct frame *f)
{
	return zmq_msg_more((const zmq_msg_t *)(const void *)f->opaque);
}

/* The frames of a message arrive together: what remains can be read without waiting. */
static void drop_rest(void *socket, bool more)
{
	while (more) {
		struct frame extra;
		if (recv_frame(socket, &extra) != 1)
			return;
		more = more_follows(&extra);
		frame_close(&extra);
	}
}

/* The frame that must be the last of its message. */
static int recv_last(void *socket, struct frame *ret_frame)
{
	int r = recv_frame(socket, ret_frame);
	if (r != 1 || !more_follows(ret_frame))
		return r;
	drop_rest(socket, true);
	frame_close(ret_frame);
	return NETRAL_EMALFORMED;
}

/* The frame in front of the last one. On success its message has one more frame at least. */
static int recv_first(void *socket, struct frame *ret_frame)
{
	int r = recv_frame(socket, ret_frame);
	if (r != 1 || more_follows(ret_frame))
		return r;
	frame_close(ret_frame);
	return NETRAL_EMALFORMED;
}

int transport_recv(void *dealer, struct frame *ret_frame)
{
	return recv_last(dealer, ret_frame);
}

/* A peer may choose an id longer than any that libzmq gives out: it cannot be answered. */
static int take_peer(const struct frame *f, struct peer_id *ret_peer)
{
	size_t len = frame_len(f);
	if (len == 0 || len > PEER_ID_MAX)
		return NETRAL_EMALFORMED;
	ret_peer->len = (uint8_t)len;
	memcpy(ret_peer->bytes, frame_data(f), len);
	return NETRAL_OK;
}

int transport_recv_from(void *router, struct peer_id *ret_peer, struct frame *ret_frame)
{
	struct frame id;
	*ret_peer = (struct peer_id){0};
	int r = recv_first(router, &id);
	if (r != 1)
		return r;
	r = take_peer(&id, ret_peer);
	frame_close(&id);
	if (r < 0) {
		drop_rest(router, true);
		return r;
	}
	r = recv_last(router, ret_frame);
	return r == 0 ? NETRAL_EMALFORMED : r;
}

int transport_recv_topic(void *sub, char *topic, size_t topic_size, struct frame *ret_frame)
{
	struct frame first;
	int r = recv_first(sub, &first);
	if (r != 1)
		return r;
	size_t len = frame_len(&first);
	bool fits = len < topic_size;
	if (fits) {
		memcpy(topic, frame_data(&first), len);
		topic[len] = '\0';
	}
	frame_close(&first);
	if (!fits) {
		drop_rest(sub, true);
		return NETRAL_EMALFORMED;
	}
	r = recv_last(sub, ret_frame);
	return r == 0 ? NETRAL_EMALFORMED : r;
}

/* --- sending --- */

static void free_sent(void *data, void *hint)
{
	(void)hint;
	free(data);
}

/* Moves the bytes of `b` into `msg`. `b` is empty afterwards, also on failure. */
static int take_buf(struct buf *b, zmq_msg_t *msg)
{
	int r;
	if (b->len < COPY_BELOW_BYTES) {
		r = zmq_msg_init_size(msg, b->len);
		if (r == 0 && b->len)
			memcpy(zmq_msg_data(msg), b->data, b->len);
		buf_clear(b);
		return r < 0 ? NETRAL_ENOMEM : NETRAL_OK;
	}
	r = fault_hit("alloc") ? -1 : zmq_msg_init_data(msg, b->data, b->len, free_sent, NULL);
	if (r < 0) {
		buf_fini(b);
		return NETRAL_ENOMEM;
	}
	*b = (struct buf){.limit = b->limit};
	return NETRAL_OK;
}

/* Sends `head` (when there is one) and the bytes of `b` as one message. */
static int send_frames(void *socket, const void *head, size_t head_len, struct buf *b)
{
	if (fault_hit("send")) {
		buf_clear(b);
		return NETRAL_EAGAIN;
	}
	zmq_msg_t msg;
	int r = take_buf(b, &msg);
	if (r < 0)
		return r;
	bool failed = head && zmq_send(socket, head, head_len, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0;
	if (!failed)
		failed = zmq_msg_send(&msg, socket, ZMQ_DONTWAIT) < 0;
	if (!failed)
		return NETRAL_OK;
	r = transport_error(zmq_errno());
	zmq_msg_close(&msg);
	return r;
}

int transport_send_to(void *router, const struct peer_id *peer, struct buf *b_taken)
{
	return send_frames(router, peer->bytes, peer->len, b_taken);
}

int transport_send(void *dealer, struct buf *b_taken)
{
	return send_frames(dealer, NULL, 0, b_taken);
}

int transport_publish(void *pub, const char *topic, struct buf *b_taken)
{
	return send_frames(pub, topic, strlen(topic), b_taken);
}

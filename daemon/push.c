/* A request is judged by its head before its body is read, collected, and suspended once it is
 * complete. push_step() gives what is complete to intake, push_answer() writes down what became of
 * it and resumes the connection; the server then asks for the response again.
 *
 * A refusal that is known early: whoever waits for 100 (Continue), or announces a body that is too
 * large, hears it at once and is disconnected, as the body is not read. Any other body is read and
 * thrown away first: closing a socket with unread input resets the connection, and the answer might
 * be lost with it. */
#include "daemon/push.h"

#include "daemon/push_address.h"
#include "daemon/push_connections.h"
#include "daemon/push_request.h"
#include "daemon/push_token.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/log.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/queue.h>

enum {
	/* Of one connection: the head of a request has to fit. */
	CONNECTION_MEMORY = 32 << 10,
	/* Complete requests that wait for intake or a commit. */
	WAITING_MAX = 256,
	/* Bodies in memory, of all connections. */
	BODIES_MAX_BYTES = 64 << 20,
	/* Of bodies that are read in one turn; work and control are served between. */
	STEP_BYTES = 4 << 20,
	/* Of the body of a refused request: who sends more is disconnected without an answer. */
	DISCARD_MAX_BYTES = 8 << 20,
	DRAIN_MS = 3000,
	ERROR_SIZE = 512,
};

enum request_state {
	REQUEST_READING,    /* its body */
	REQUEST_DISCARDING, /* likewise; the answer is known */
	REQUEST_SUSPENDED,
	REQUEST_ANSWERED, /* resumed */
};

struct request {
	STAILQ_ENTRY(request) entry; /* of complete or pending while suspended */
	enum request_state state;
	struct MHD_Connection *http;
	struct push_connection *connection;
	struct push_type type;
	bool has_token;
	struct buf body;
	size_t discarded;
	struct submit_status status; /* of intake, while pending */
	struct push_reply reply;
};

STAILQ_HEAD(request_list, request);

struct push {
	const struct netrald_config *config;
	struct loop *loop;
	struct loop_timer timer;
	struct intake *intake;
	struct push_token token;
	struct MHD_Daemon *http;
	int epoll_fd; /* of http */
	struct push_connections *connections;
	struct arena arena;           /* the article being read */
	struct request_list complete; /* to be given to intake */
	struct request_list pending;  /* for the end of the batch */
	size_t waiting;               /* in both */
	size_t open;                  /* requests that have no answer yet, or whose answer leaves */
	size_t body_bytes;
	bool closing;
	struct push_counts counts;
};

/* --- answering --- */

static void count_answer(struct push_counts *c, enum push_code code)
{
	switch (code) {
	case PUSH_ACCEPTED:
		c->accepted++;
		break;
	case PUSH_OK:
		c->duplicate++;
		break;
	case PUSH_UNAUTHORIZED:
		c->unauthorized++;
		break;
	case PUSH_TOO_MANY:
		c->limited++;
		break;
	case PUSH_UNAVAILABLE:
		c->busy++;
		break;
	default:
		c->refused++;
	}
}

static bool add_headers(struct MHD_Response *response, const struct request *q, bool close)
{
	char seconds[16];
	unsigned retry_after = push_reply_retry_after(&q->reply);
	bool ok = MHD_add_response_header(response, "Content-Type", "application/json") == MHD_YES;
	snprintf(seconds, sizeof(seconds), "%u", retry_after);
	if (retry_after > 0)
		ok &= MHD_add_response_header(response, "Retry-After", seconds) == MHD_YES;
	if (q->reply.code == PUSH_NOT_ALLOWED)
		ok &= MHD_add_response_header(response, "Allow", PUSH_METHOD) == MHD_YES;
	if (q->reply.code == PUSH_UNAUTHORIZED)
		ok &= MHD_add_response_header(response, "WWW-Authenticate",
					      q->has_token ? "Bearer realm=\"netral\", "
							     "error=\"invalid_token\""
							   : "Bearer realm=\"netral\"") == MHD_YES;
	if (close)
		ok &= MHD_add_response_header(response, "Connection", "close") == MHD_YES;
	return ok;
}

/* MHD_NO, without memory: the connection is closed, and its peer may send again. */
static enum MHD_Result respond(struct push *p, const struct request *q, bool close)
{
	enum MHD_Result r = MHD_NO;
	char *json = push_reply_json(&q->reply);
	struct MHD_Response *response =
		json ? MHD_create_response_from_buffer(strlen(json), json, MHD_RESPMEM_MUST_FREE)
		     : NULL;
	if (!response) {
		free(json);
		return MHD_NO;
	}
	if (add_headers(response, q, close || p->closing))
		r = MHD_queue_response(q->http, (unsigned)q->reply.code, response);
	MHD_destroy_response(response);
	count_answer(&p->counts, q->reply.code);
	return r;
}

static void drop_body(struct push *p, struct request *q)
{
	p->body_bytes -= q->body.len;
	buf_fini(&q->body);
}

static void resume(struct push *p, struct request *q)
{
	drop_body(p, q);
	p->waiting--;
	q->state = REQUEST_ANSWERED;
	MHD_resume_connection(q->http);
	/* Without threads the server does not wake itself up for that. */
	loop_timer_set(p->loop, p->timer, 0);
}

/* --- a request arrives --- */

static enum MHD_Result on_header(void *user, enum MHD_ValueKind kind, const char *name,
				 size_t name_size, const char *value, size_t value_size)
{
	(void)kind;
	push_head_add(user, (struct text){name, name_size}, (struct text){value, value_size});
	return MHD_YES;
}

static struct push_connection *connection_of(struct MHD_Connection *http)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(http, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info ? info->socket_context : NULL;
}

static struct request *new_request(struct push *p, struct MHD_Connection *http)
{
	struct request *q = fault_calloc(1, sizeof(*q));
	if (!q)
		return NULL;
	q->http = http;
	q->connection = connection_of(http);
	buf_init(&q->body, 0);
	p->open++;
	p->counts.requests++;
	return q;
}

static enum MHD_Result begin(struct push *p, struct request *q, const char *path,
			     const char *method)
{
	struct push_head head = {.method = method, .path = path};
	MHD_get_connection_values_n(q->http, MHD_HEADER_KIND, on_header, &head);
	q->has_token = head.authorization.ptr != NULL;
	if (push_head_judge(&head, &p->token, p->config->push_body_max, &q->type, &q->reply) &&
	    !p->closing)
		return MHD_YES;
	if (p->closing)
		push_reply_set(&q->reply, PUSH_UNAVAILABLE, "netrald is stopping");
	bool has_body = push_head_has_body(&head);
	q->state = REQUEST_DISCARDING;
	/* After PUSH_BAD_REQUEST it is in doubt where the body ends. */
	bool is_read = !head.expect.ptr && q->reply.code != PUSH_TOO_LARGE &&
		       q->reply.code != PUSH_BAD_REQUEST;
	if (has_body && is_read)
		return MHD_YES;
	return respond(p, q, has_body);
}

/* From now on the body is thrown away. */
static void refuse_body(struct push *p, struct request *q, enum push_code code, const char *reason)
{
	push_reply_set(&q->reply, code, "%s", reason);
	q->state = REQUEST_DISCARDING;
	drop_body(p, q);
}

static enum MHD_Result discard(struct request *q, size_t len)
{
	q->discarded += len;
	return q->discarded > DISCARD_MAX_BYTES ? MHD_NO : MHD_YES;
}

static enum MHD_Result take_body(struct push *p, struct request *q, const char *data, size_t len)
{
	char reason[64];
	if (q->state == REQUEST_READING && q->body.len + len > p->config->push_body_max) {
		snprintf(reason, sizeof(reason), "body: more than %lu bytes",
			 (unsigned long)p->config->push_body_max);
		refuse_body(p, q, PUSH_TOO_LARGE, reason);
	} else if (q->state == REQUEST_READING && p->body_bytes + len > BODIES_MAX_BYTES) {
		refuse_body(p, q, PUSH_TOO_MANY, "too many requests at a time: no room for bodies");
	} else if (q->state == REQUEST_READING && buf_append(&q->body, data, len) < 0) {
		refuse_body(p, q, PUSH_UNAVAILABLE, "out of memory");
	}
	if (q->state == REQUEST_DISCARDING)
		return discard(q, len);
	p->body_bytes += len;
	return MHD_YES;
}

static enum MHD_Result finish(struct push *p, struct request *q)
{
	if (q->state == REQUEST_READING && p->closing)
		refuse_body(p, q, PUSH_UNAVAILABLE, "netrald is stopping");
	else if (q->state == REQUEST_READING && p->waiting >= WAITING_MAX)
		refuse_body(p, q, PUSH_TOO_MANY,
			    "too many requests at a time: the next commit is full");
	if (q->state != REQUEST_READING)
		return respond(p, q, false);
	q->state = REQUEST_SUSPENDED;
	p->waiting++;
	STAILQ_INSERT_TAIL(&p->complete, q, entry);
	push_connections_renew(p->connections, q->connection, loop_now_ms(p->loop));
	MHD_suspend_connection(q->http);
	return MHD_YES;
}

static enum MHD_Result on_request(void *user, struct MHD_Connection *http, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *len, void **request)
{
	struct push *p = user;
	struct request *q = *request;
	(void)version;
	if (!q) {
		q = new_request(p, http);
		*request = q;
		return q ? begin(p, q, url, method) : MHD_NO;
	}
	if (*len == 0)
		return finish(p, q);
	size_t taken = *len;
	*len = 0;
	return take_body(p, q, data, taken);
}

static void on_request_end(void *user, struct MHD_Connection *http, void **request,
			   enum MHD_RequestTerminationCode why)
{
	struct push *p = user;
	struct request *q = *request;
	(void)http;
	(void)why;
	if (!q)
		return;
	push_connections_renew(p->connections, q->connection, loop_now_ms(p->loop));
	drop_body(p, q);
	p->open--;
	free(q);
	*request = NULL;
}

/* --- connections --- */

static bool set_address(struct push_address *a, const struct sockaddr *from, socklen_t len)
{
	*a = (struct push_address){.len = len};
	if (!from || len > sizeof(a->storage))
		return false;
	memcpy(&a->storage, from, len);
	return true;
}

static enum MHD_Result on_accept(void *user, const struct sockaddr *from, socklen_t len)
{
	struct push *p = user;
	struct push_address address;
	if (!p->closing && set_address(&address, from, len) &&
	    push_connections_has_room(p->connections, &address))
		return MHD_YES;
	p->counts.connections_refused++;
	return MHD_NO;
}

static void enter(struct push *p, struct MHD_Connection *http, void **context)
{
	struct push_address address = {.len = 0};
	const union MHD_ConnectionInfo *from =
		MHD_get_connection_info(http, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const union MHD_ConnectionInfo *fd =
		MHD_get_connection_info(http, MHD_CONNECTION_INFO_CONNECTION_FD);
	if (from && from->client_addr)
		set_address(&address, from->client_addr,
			    from->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
								     : sizeof(struct sockaddr_in));
	/* There is room: on_accept() saw to it, or the connection would not be here. */
	*context = push_connections_add(p->connections, fd->connect_fd, &address,
					loop_now_ms(p->loop));
	p->counts.connections_total++;
}

static void on_connection(void *user, struct MHD_Connection *http, void **context,
			  enum MHD_ConnectionNotificationCode what)
{
	struct push *p = user;
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		enter(p, http, context);
	else if (*context)
		push_connections_remove(p->connections, *context);
}

/* --- the loop --- */

static void set_timer(struct push *p)
{
	MHD_UNSIGNED_LONG_LONG http_ms = 0;
	uint64_t now = loop_now_ms(p->loop), due = push_connections_due_ms(p->connections);
	uint64_t in_ms = due == UINT64_MAX ? UINT64_MAX : due > now ? due - now : 0;
	if (MHD_get_timeout(p->http, &http_ms) == MHD_YES && http_ms < in_ms)
		in_ms = http_ms;
	loop_timer_set(p->loop, p->timer, in_ms);
}

static int on_readable(void *user)
{
	struct push *p = user;
	(void)MHD_run(p->http);
	set_timer(p);
	return NETRAL_OK;
}

static int on_timer(void *user)
{
	struct push *p = user;
	p->counts.timeouts += push_connections_expire(p->connections, loop_now_ms(p->loop));
	return on_readable(p);
}

static struct text url_of(const struct request *q)
{
	struct text url = {"", 0};
	if (MHD_lookup_connection_value_n(q->http, MHD_GET_ARGUMENT_KIND, "url", 3, &url.ptr,
					  &url.len) != MHD_YES ||
	    !url.ptr)
		return (struct text){"", 0};
	return url;
}

static void offer(struct push *p, struct request *q)
{
	struct article article;
	arena_reset(&p->arena);
	if (push_request_read(&q->type, &q->body, url_of(q), &p->arena, &article, &q->reply)) {
		intake_add(p->intake, &article, "push", loop_now_ms(p->loop), &q->status);
		STAILQ_INSERT_TAIL(&p->pending, q, entry);
		return;
	}
	intake_count_refused(p->intake);
	resume(p, q);
}

void push_step(struct push *p)
{
	size_t bytes = 0;
	struct request *q;
	while ((q = STAILQ_FIRST(&p->complete)) && bytes < STEP_BYTES &&
	       !intake_is_full(p->intake)) {
		STAILQ_REMOVE_HEAD(&p->complete, entry);
		bytes += q->body.len;
		offer(p, q);
	}
	if (q)
		loop_again(p->loop);
}

void push_answer(struct push *p, bool committed, const char *problem)
{
	struct request *q;
	while ((q = STAILQ_FIRST(&p->pending))) {
		STAILQ_REMOVE_HEAD(&p->pending, entry);
		push_reply_from(&q->reply, &q->status, committed, problem);
		resume(p, q);
	}
}

struct push_counts push_counts(const struct push *p)
{
	struct push_counts c = p->counts;
	c.connections = push_connections_count(p->connections);
	c.waiting = p->waiting;
	c.body_bytes = p->body_bytes;
	return c;
}

/* --- life --- */

static int listen_at(struct push *p, int *ret_fd)
{
	struct push_address address, bound;
	char text[PUSH_ADDRESS_SIZE];
	int r = push_address_parse(p->config->push_listen, &address);
	if (r == NETRAL_OK)
		r = push_address_listen(&address, ret_fd, &bound);
	if (r < 0) {
		log_error("push: push_listen: %s: %s", p->config->push_listen, strerror(errno));
		return r;
	}
	push_address_format(&bound, text);
	p->counts.port = push_address_port(&bound);
	log_info("push: listening, address=%s", text);
	return NETRAL_OK;
}

/* The server takes the descriptor. Its own bound on connections is never reached: on_accept()
 * refuses before, so that it is counted. */
static int start_server(struct push *p, int *listen_fd)
{
	p->http = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, on_accept, p, on_request, p,
		MHD_OPTION_LISTEN_SOCKET, *listen_fd, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)p->config->push_connections_max + 1, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_NOTIFY_COMPLETED, on_request_end, p, MHD_OPTION_NOTIFY_CONNECTION,
		on_connection, p, MHD_OPTION_END);
	const union MHD_DaemonInfo *info =
		p->http ? MHD_get_daemon_info(p->http, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
	if (!info) {
		log_error("push: the HTTP server cannot start, error=\"%s\"", strerror(errno));
		return NETRAL_ENOMEM;
	}
	netral_take_fd(listen_fd);
	p->epoll_fd = info->epoll_fd;
	return NETRAL_OK;
}

static int load_token(struct push *p)
{
	char error[ERROR_SIZE] = "";
	int r = push_token_load(p->config->push_token_file, &p->token, error, sizeof(error));
	if (r < 0)
		log_error("push: %s", error);
	return r;
}

static int open_all(struct push *p)
{
	netral_cleanup(netral_closep) int listen_fd = -1;
	int r = load_token(p);
	if (r == NETRAL_OK)
		r = push_connections_new(p->config->push_connections_max,
					 p->config->push_timeout_ms, &p->connections);
	if (r == NETRAL_OK)
		r = listen_at(p, &listen_fd);
	if (r == NETRAL_OK)
		r = start_server(p, &listen_fd);
	return r;
}

int push_new(const struct netrald_config *config, struct loop *l, struct intake *i,
	     struct push **ret_push)
{
	struct push *p = fault_calloc(1, sizeof(*p));
	if (!p)
		return NETRAL_ENOMEM;
	p->config = config;
	p->loop = l;
	p->intake = i;
	arena_init(&p->arena, READER_ARENA_MAX);
	STAILQ_INIT(&p->complete);
	STAILQ_INIT(&p->pending);
	int r = open_all(p);
	if (r < 0) {
		push_free(p);
		return r;
	}
	p->timer = loop_timer_add(l, on_timer, p);
	loop_add(l, NULL, p->epoll_fd, on_readable, p);
	*ret_push = p;
	return NETRAL_OK;
}

/* A suspended connection would make MHD_stop_daemon() abort the process. */
static void refuse_waiting(struct push *p)
{
	STAILQ_CONCAT(&p->pending, &p->complete);
	push_answer(p, false, "netrald is stopping");
}

/* Waits until the server has something to do, or until the deadline. */
static void wait_for_server(struct push *p, uint64_t wait_ms)
{
	struct pollfd item = {.fd = p->epoll_fd, .events = POLLIN};
	MHD_UNSIGNED_LONG_LONG http_ms = 0;
	if (MHD_get_timeout(p->http, &http_ms) == MHD_YES && http_ms < wait_ms)
		wait_ms = http_ms;
	poll(&item, 1, (int)wait_ms);
}

static void drain(struct push *p)
{
	uint64_t now = clock_ms(), deadline = now + DRAIN_MS;
	(void)MHD_run(p->http);
	for (; p->open > 0 && now < deadline; now = clock_ms()) {
		wait_for_server(p, deadline - now);
		(void)MHD_run(p->http);
	}
}

static void stop_server(struct push *p)
{
	p->closing = true;
	int listen_fd = MHD_quiesce_daemon(p->http);
	refuse_waiting(p);
	drain(p);
	MHD_stop_daemon(p->http);
	netral_closep(&listen_fd);
}

void push_free(struct push *p)
{
	if (!p)
		return;
	if (p->http)
		stop_server(p);
	push_connections_free(p->connections);
	push_token_wipe(&p->token);
	arena_fini(&p->arena);
	free(p);
}

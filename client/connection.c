/* An exchange with the sentences and exit codes that people and scripts get. It is probed first,
 * which fails at once and with a reason; the waits are for a daemon that is busy or went away
 * meanwhile. */
#include "client/connection.h"

#include "lib/error.h"
#include "libnetral/runtime.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct connection {
	struct exchange *exchange;
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

/* Those that run only where they were asked for are started in another way. */
static const char *how_to_start(const char *daemon)
{
	if (strcmp(daemon, "netral-alert") == 0)
		return "'netral up --alerts FILE' or 'systemctl status netral-alert'";
	if (strcmp(daemon, "netral-poll") == 0)
		return "'netral up --sources FILE' or 'systemctl status netral-poll'";
	return "'netral up' or 'systemctl status netral.target'";
}

static int fail_silent(struct connection *c, int err)
{
	return fail(c, err, EX_UNAVAILABLE, "%s does not answer at %s; is it running? Try %s",
		    c->daemon, c->endpoint, how_to_start(c->daemon));
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
	if (strcmp(name, RUNTIME_ALERT_CONTROL) == 0)
		return "netral-alert";
	bool netrald = strcmp(name, RUNTIME_SUBMIT) == 0 || strcmp(name, RUNTIME_CONTROL) == 0;
	return netrald ? "netrald" : "netral-record";
}

/* Does anybody listen, and may we speak? */
static int probe(struct connection *c)
{
	int r = exchange_probe(c->endpoint);
	if (r == NETRAL_EACCES)
		return fail(c, r, EX_NOPERM,
			    "%s: permission denied; only the owner and the group of the directory "
			    "may talk to %s",
			    c->endpoint, c->daemon);
	if (r == NETRAL_ENOTFOUND || r == NETRAL_ECLOSED)
		return fail_silent(c, r);
	return r < 0 ? fail_internal(c, r) : NETRAL_OK;
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
	r = probe(c);
	if (r < 0)
		return r;
	r = exchange_new(c->endpoint, &c->exchange);
	return r < 0 ? fail_internal(c, r) : NETRAL_OK;
}

int connection_open(const char *runtime_dir, const char *name, struct connection **ret_connection)
{
	struct connection *c = calloc(1, sizeof(*c));
	*ret_connection = c;
	if (!c)
		return NETRAL_ENOMEM;
	return set_up(c, runtime_dir, name);
}

void connection_close(struct connection *c)
{
	if (!c)
		return;
	exchange_free(c->exchange);
	free(c);
}

void connection_closep(struct connection **c)
{
	connection_close(*c);
}

/* --- questions and answers --- */

/* What an exchange says, in words. */
static int fail_exchange(struct connection *c, int err)
{
	if (err == NETRAL_ETIMEOUT)
		return fail_silent(c, err);
	if (err == NETRAL_EMALFORMED)
		return fail(c, err, EX_PROTOCOL, "%s gave an answer that cannot be read: %s",
			    c->endpoint, exchange_fault(c->exchange));
	return fail_internal(c, err);
}

int connection_send(struct connection *c, struct message *question, uint64_t wait_ms)
{
	int r = exchange_send(c->exchange, question, wait_ms);
	return r < 0 ? fail_exchange(c, r) : NETRAL_OK;
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

void connection_wait(struct connection *c, int fd, uint64_t wait_ms)
{
	exchange_wait(c->exchange, fd, wait_ms);
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
	int r = exchange_receive(c->exchange, wait_ms, ret_answer);
	if (r < 0)
		return fail_exchange(c, r);
	return r == 1 ? check_type(c, want, ret_answer) : 0;
}

int connection_ask(struct connection *c, struct message *question, enum msg_type want,
		   struct message *ret_answer)
{
	return connection_ask_within(c, question, want, CONNECTION_WAIT_MS, ret_answer);
}

int connection_ask_within(struct connection *c, struct message *question, enum msg_type want,
			  uint64_t wait_ms, struct message *ret_answer)
{
	int r = exchange_ask(c->exchange, question, wait_ms, ret_answer);
	if (r < 0)
		return fail_exchange(c, r);
	r = check_type(c, want, ret_answer);
	return r < 0 ? r : NETRAL_OK;
}

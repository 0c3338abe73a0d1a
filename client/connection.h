/* connection.h - an exchange with a daemon, for commands.
 *
 * All calls from one thread. Every failure leaves a sentence for people and an exit code. */
#ifndef NETRAL_CLIENT_CONNECTION_H
#define NETRAL_CLIENT_CONNECTION_H

#include "libnetral/exchange.h"

enum { CONNECTION_WAIT_MS = 10000 };

struct connection;

/* Looks for the sockets as runtime_find() does (`runtime_dir` is its option) and connects to socket
 * `name`. 0; NETRAL_ENOTFOUND (there is no such socket), NETRAL_ECLOSED (there is one, but nobody
 * listens: its daemon has died), NETRAL_EACCES, NETRAL_ETOOBIG, NETRAL_ENOMEM,
 * NETRAL_EIO. *ret_connection is set also on failure, for connection_error(), unless memory is out;
 * end it with connection_close(). */
int connection_open(const char *runtime_dir, const char *name, struct connection **ret_connection);
void connection_close(struct connection *c); /* takes NULL */
void connection_closep(struct connection **c);

/* Sends `question` under a fresh request number and waits up to CONNECTION_WAIT_MS for its answer,
 * which must be a `want`. *ret_answer lives in the connection until the next call.
 * 0; NETRAL_ETIMEOUT, NETRAL_EMALFORMED (an answer that cannot be read, or of another type),
 * NETRAL_ENOTFOUND, NETRAL_EAGAIN and NETRAL_EINVALID for the peer's Error, NETRAL_ENOMEM,
 * NETRAL_EIO. */
int connection_ask(struct connection *c, struct message *question, enum msg_type want,
		   struct message *ret_answer);

/* The same with another bound: for sending, and then for the answer. */
int connection_ask_within(struct connection *c, struct message *question, enum msg_type want,
			  uint64_t wait_ms, struct message *ret_answer);

/* The halves of connection_ask(), for several questions at a time. connection_send() sets the
 * request number; NETRAL_ETIMEOUT when the peer takes nothing for `wait_ms`.
 * connection_receive(): 1 with the next answer of type `want`, valid until the next call; 0 when
 * none came in `wait_ms`; errors as above. */
int connection_send(struct connection *c, struct message *question, uint64_t wait_ms);
int connection_receive(struct connection *c, enum msg_type want, uint64_t wait_ms,
		       struct message *ret_answer);

/* Waits for an answer, or for input on `fd` (unless it is -1), at most `wait_ms`. */
void connection_wait(struct connection *c, int fd, uint64_t wait_ms);

/* What went wrong last, and the exit code for it. */
const char *connection_error(const struct connection *c);
int connection_exit_code(const struct connection *c);

#endif

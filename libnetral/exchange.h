/* exchange.h - one question, one answer: a DEALER to a ROUTER of a daemon. All calls from one
 * thread at a time. */
#ifndef NETRAL_LIBNETRAL_EXCHANGE_H
#define NETRAL_LIBNETRAL_EXCHANGE_H

#include "proto/codec.h"

struct exchange;

/* ZeroMQ says nothing about a peer that is not there, or whose socket may not be opened: it tries
 * for ever. For an ipc endpoint a plain connect() answers at once: 0, NETRAL_ENOTFOUND (no
 * socket), NETRAL_ECLOSED (nobody listens any more), NETRAL_EACCES, NETRAL_ETOOBIG or NETRAL_EIO;
 * for another kind of endpoint always 0. */
int exchange_probe(const char *endpoint);

/* 0, NETRAL_ENOMEM, NETRAL_EINVALID (not an endpoint) or NETRAL_EIO. */
int exchange_new(const char *endpoint, struct exchange **ret_exchange);
void exchange_free(struct exchange *x); /* takes NULL */

/* Sends `question` under a fresh request number. 0; NETRAL_ETIMEOUT when the peer takes nothing for
 * `wait_ms`, NETRAL_ETOOBIG, NETRAL_ENOMEM, NETRAL_EIO. */
int exchange_send(struct exchange *x, struct message *question, uint64_t wait_ms);

/* 1 with the next message, whatever it answers, valid until the next call; 0 when none came in
 * `wait_ms`; NETRAL_EMALFORMED when it cannot be read (exchange_fault() says why), NETRAL_ENOMEM,
 * NETRAL_EIO. */
int exchange_receive(struct exchange *x, uint64_t wait_ms, struct message *ret_answer);

/* Sends, and waits as long again for the answer to that question: 0 with a message of any type,
 * also an Error; or as above. */
int exchange_ask(struct exchange *x, struct message *question, uint64_t wait_ms,
		 struct message *ret_answer);

/* Waits for an answer, or for input on `fd` (unless it is -1), at most `wait_ms`. */
void exchange_wait(struct exchange *x, int fd, uint64_t wait_ms);

/* A sentence about the last answer that could not be read. */
const char *exchange_fault(const struct exchange *x);

/* Where the request number of a question or an answer is; NULL for types without one. */
uint64_t *message_request(struct message *m);

#endif

/* articles_socket.h - every accepted article, published with topic "article" to whoever listens.
 * Live only: a subscriber that is too slow loses articles. The loop thread only. */
#ifndef NETRAL_DAEMON_ARTICLES_SOCKET_H
#define NETRAL_DAEMON_ARTICLES_SOCKET_H

#include "daemon/counters.h"
#include "daemon/journal.h"
#include "lib/loop.h"
#include "proto/transport.h"

#define ARTICLES_TOPIC "article"

struct articles_socket;

/* Binds `address`. 0, or an error that has been logged. */
int articles_socket_new(const char *address, struct transport *t, struct loop *l,
			struct counters *c, struct articles_socket **ret_socket);
void articles_socket_free(struct articles_socket *s); /* takes NULL */

/* Publishes the articles after number `after_seq`, if anyone listens. Between journal_read_begin()
 * and _end(). 0, or an error of the journal. */
int articles_socket_publish(struct articles_socket *s, struct journal *j, uint64_t after_seq);

uint64_t articles_socket_published(const struct articles_socket *s);

#endif

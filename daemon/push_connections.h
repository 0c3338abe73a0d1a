/* push_connections.h - who is connected to the push endpoint: how many, from where, for how long.
 *
 * A fixed table. One host may have half of it, so that none shuts out the others. A connection has
 * a time in which its request must have arrived, and as long again for its answer to be taken;
 * when that is over its socket is shut down, which ends it however it stalls. One thread. */
#ifndef NETRAL_DAEMON_PUSH_CONNECTIONS_H
#define NETRAL_DAEMON_PUSH_CONNECTIONS_H

#include "daemon/push_address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct push_connections;
struct push_connection; /* an entry; ends with push_connections_remove() */

/* 0 or NETRAL_ENOMEM. */
int push_connections_new(size_t max, uint64_t timeout_ms, struct push_connections **ret_table);
void push_connections_free(struct push_connections *t); /* takes NULL */

/* Whether one more from there is within the bounds. */
bool push_connections_has_room(const struct push_connections *t, const struct push_address *from);

/* Enters a connection; `fd` is borrowed until it is removed. NULL when the table is full. */
struct push_connection *push_connections_add(struct push_connections *t, int fd,
					     const struct push_address *from, uint64_t now_ms);
void push_connections_remove(struct push_connections *t, struct push_connection *c);

/* Its time begins anew. */
void push_connections_renew(struct push_connections *t, struct push_connection *c, uint64_t now_ms);

/* When the time of the next one is over; UINT64_MAX when there is none. */
uint64_t push_connections_due_ms(const struct push_connections *t);

/* Shuts down those whose time is over; returns how many they were. */
unsigned push_connections_expire(struct push_connections *t, uint64_t now_ms);

size_t push_connections_count(const struct push_connections *t);

#endif

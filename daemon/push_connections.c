/* All have the same time, so a list in the order in which it began has the next to expire in front.
 * Entries whose socket was shut down leave that list, and their place once the server closed them.
 */
#include "daemon/push_connections.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <sys/queue.h>

struct push_connection {
	TAILQ_ENTRY(push_connection) entry; /* of free, or of timed while it has time */
	bool used;
	bool timed;
	int fd;
	struct push_address from;
	uint64_t due_ms;
};

TAILQ_HEAD(connection_list, push_connection);

struct push_connections {
	size_t max;
	size_t count;
	uint64_t timeout_ms;
	struct connection_list timed, free;
	struct push_connection entries[];
};

int push_connections_new(size_t max, uint64_t timeout_ms, struct push_connections **ret_table)
{
	struct push_connections *t =
		fault_calloc(1, sizeof(*t) + max * sizeof(struct push_connection));
	if (!t)
		return NETRAL_ENOMEM;
	t->max = max;
	t->timeout_ms = timeout_ms;
	TAILQ_INIT(&t->timed);
	TAILQ_INIT(&t->free);
	for (size_t i = 0; i < max; i++)
		TAILQ_INSERT_TAIL(&t->free, &t->entries[i], entry);
	*ret_table = t;
	return NETRAL_OK;
}

void push_connections_free(struct push_connections *t)
{
	free(t);
}

bool push_connections_has_room(const struct push_connections *t, const struct push_address *from)
{
	size_t same = 0;
	if (t->count >= t->max)
		return false;
	for (size_t i = 0; i < t->max; i++) {
		const struct push_connection *c = &t->entries[i];
		same += c->used && push_address_same_host(&c->from, from);
	}
	return same < (t->max + 1) / 2;
}

struct push_connection *push_connections_add(struct push_connections *t, int fd,
					     const struct push_address *from, uint64_t now_ms)
{
	struct push_connection *c = TAILQ_FIRST(&t->free);
	if (!c)
		return NULL;
	TAILQ_REMOVE(&t->free, c, entry);
	*c = (struct push_connection){.used = true, .timed = true, .fd = fd, .from = *from};
	c->due_ms = now_ms + t->timeout_ms;
	TAILQ_INSERT_TAIL(&t->timed, c, entry);
	t->count++;
	return c;
}

void push_connections_remove(struct push_connections *t, struct push_connection *c)
{
	if (c->timed)
		TAILQ_REMOVE(&t->timed, c, entry);
	c->used = c->timed = false;
	TAILQ_INSERT_TAIL(&t->free, c, entry);
	t->count--;
}

void push_connections_renew(struct push_connections *t, struct push_connection *c, uint64_t now_ms)
{
	if (!c->timed)
		return;
	TAILQ_REMOVE(&t->timed, c, entry);
	c->due_ms = now_ms + t->timeout_ms;
	TAILQ_INSERT_TAIL(&t->timed, c, entry);
}

uint64_t push_connections_due_ms(const struct push_connections *t)
{
	const struct push_connection *c = TAILQ_FIRST(&t->timed);
	return c ? c->due_ms : UINT64_MAX;
}

unsigned push_connections_expire(struct push_connections *t, uint64_t now_ms)
{
	unsigned count = 0;
	while (push_connections_due_ms(t) <= now_ms) {
		struct push_connection *c = TAILQ_FIRST(&t->timed);
		TAILQ_REMOVE(&t->timed, c, entry);
		c->timed = false;
		/* Not closed: the descriptor is the server's, which sees the end and closes it. */
		shutdown(c->fd, SHUT_RDWR);
		count++;
	}
	return count;
}

size_t push_connections_count(const struct push_connections *t)
{
	return t->count;
}

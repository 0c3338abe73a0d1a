#include "lib/fetch/queue.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

enum host_state { HOST_READY, HOST_BUSY, HOST_RESTING };

TAILQ_HEAD(queue_entries, queue_entry);

struct queue_host {
	const char *name;             /* points at text; first, for compare() */
	TAILQ_ENTRY(queue_host) link; /* while it is ready */
	struct heap_node rest;        /* while it rests: its end */
	struct queue_entries waiting;
	enum host_state state;
	char text[];
};

static int compare(const void *a, const void *b)
{
	const struct queue_host *const x = a, *const y = b;
	return strcmp(x->name, y->name);
}

void queue_init(struct queue *q, uint64_t delay_ms, uint32_t resting_max)
{
	*q = (struct queue){.delay_ms = delay_ms, .resting_max = resting_max};
	TAILQ_INIT(&q->ready);
}

static void ignore(void *host)
{
	free(host);
}

void queue_fini(struct queue *q)
{
	tdestroy(q->by_name, ignore);
	q->by_name = NULL;
	heap_fini(&q->resting);
}

static void forget(struct queue *q, struct queue_host *h)
{
	tdelete(h, &q->by_name, compare);
	q->hosts--;
	free(h);
}

static void make_ready(struct queue *q, struct queue_host *h)
{
	h->state = HOST_READY;
	TAILQ_INSERT_TAIL(&q->ready, h, link);
}

static struct queue_host *find(struct queue *q, const char *name)
{
	struct queue_host key = {.name = name};
	struct queue_host **found = tfind(&key, &q->by_name, compare);
	return found ? *found : NULL;
}

static struct queue_host *add(struct queue *q, const char *name)
{
	size_t size = strlen(name) + 1;
	/* Room to rest is made now, so that the end of a request cannot fail. */
	if (heap_reserve(&q->resting, q->hosts + 1) < 0)
		return NULL;
	struct queue_host *h = fault_calloc(1, sizeof(*h) + size);
	if (!h)
		return NULL;
	memcpy(h->text, name, size);
	h->name = h->text;
	TAILQ_INIT(&h->waiting);
	if (!tsearch(h, &q->by_name, compare)) {
		free(h);
		return NULL;
	}
	q->hosts++;
	make_ready(q, h);
	return h;
}

int queue_push(struct queue *q, struct queue_entry *e, const char *host, bool front)
{
	struct queue_host *h = find(q, host);
	if (h && h->state == HOST_RESTING && TAILQ_EMPTY(&h->waiting))
		q->idle--;
	if (!h)
		h = add(q, host);
	if (!h)
		return NETRAL_ENOMEM;
	if (front)
		TAILQ_INSERT_HEAD(&h->waiting, e, link);
	else
		TAILQ_INSERT_TAIL(&h->waiting, e, link);
	e->host = h;
	e->started = false;
	return NETRAL_OK;
}

static struct queue_host *host_of(struct heap_node *rest)
{
	return (struct queue_host *)(void *)((char *)rest - offsetof(struct queue_host, rest));
}

static void end_rests(struct queue *q, uint64_t now_ms)
{
	struct heap_node *first;
	while ((first = heap_first(&q->resting)) && first->key <= now_ms) {
		struct queue_host *h = host_of(first);
		heap_remove(&q->resting, first);
		if (!TAILQ_EMPTY(&h->waiting)) {
			make_ready(q, h);
			continue;
		}
		q->idle--;
		forget(q, h);
	}
}

static bool may_start(const struct queue *q)
{
	return !TAILQ_EMPTY(&q->ready) && q->idle + q->busy < q->resting_max;
}

struct queue_entry *queue_start(struct queue *q, uint64_t now_ms)
{
	end_rests(q, now_ms);
	if (!may_start(q))
		return NULL;
	struct queue_host *h = TAILQ_FIRST(&q->ready);
	TAILQ_REMOVE(&q->ready, h, link);
	struct queue_entry *e = TAILQ_FIRST(&h->waiting);
	TAILQ_REMOVE(&h->waiting, e, link);
	h->state = HOST_BUSY;
	q->busy++;
	e->started = true;
	return e;
}

static void rest(struct queue *q, struct queue_host *h, uint64_t rest_ms, uint64_t now_ms)
{
	h->state = HOST_RESTING;
	heap_set(&q->resting, &h->rest, now_ms + (rest_ms > q->delay_ms ? rest_ms : q->delay_ms));
	q->busy--;
	if (TAILQ_EMPTY(&h->waiting))
		q->idle++;
}

void queue_remove(struct queue *q, struct queue_entry *e, uint64_t now_ms)
{
	struct queue_host *h = e->host;
	e->host = NULL;
	if (!h)
		return;
	if (e->started) {
		rest(q, h, e->rest_ms, now_ms);
		return;
	}
	TAILQ_REMOVE(&h->waiting, e, link);
	if (!TAILQ_EMPTY(&h->waiting) || h->state == HOST_BUSY)
		return;
	if (h->state == HOST_RESTING) {
		q->idle++;
		return;
	}
	TAILQ_REMOVE(&q->ready, h, link);
	forget(q, h);
}

uint64_t queue_wait_ms(struct queue *q, uint64_t now_ms)
{
	end_rests(q, now_ms);
	if (may_start(q))
		return 0;
	const struct heap_node *first = heap_first(&q->resting);
	return first ? first->key - now_ms : UINT64_MAX;
}

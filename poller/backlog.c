/* Hosts are in a heap by when their next item is ready, but for the one whose item is out. A host
 * without items stays there while it is held, so that a rest that it asked for is kept. */
#include "poller/backlog.h"

#include "lib/error.h"
#include "lib/fault.h"
#include "lib/web/url.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

TAILQ_HEAD(backlog_items, backlog_item);

struct backlog_host {
	const char *name;      /* points at text; first, for compare() */
	struct heap_node next; /* by when it may be asked again */
	struct heap items;
	uint64_t held_ms;         /* not before, by the monotonic clock */
	uint64_t rest_ms;         /* likewise, because it was asked a moment ago */
	unsigned troubles;        /* in a row */
	struct backlog_item *out; /* whose request is under way */
	bool is_open;             /* of items without a host: they do not wait for one another */
	char text[];
};

struct backlog {
	struct loop *loop;
	uint64_t trouble_ms;
	void *by_name; /* tree, by tsearch(3) */
	struct heap hosts;
	struct backlog_items all;
	struct backlog_counts counts;
};

static int compare(const void *a, const void *b)
{
	const struct backlog_host *const x = a, *const y = b;
	return strcmp(x->name, y->name);
}

int backlog_new(struct loop *l, uint64_t trouble_ms, struct backlog **ret_backlog)
{
	struct backlog *b = fault_calloc(1, sizeof(*b));
	if (!b)
		return NETRAL_ENOMEM;
	b->loop = l;
	b->trouble_ms = trouble_ms;
	TAILQ_INIT(&b->all);
	*ret_backlog = b;
	return NETRAL_OK;
}

/* --- hosts --- */

static bool name_of(const struct text *url, char name[static ARTICLE_URL_MAX + 1])
{
	struct text host = url_host(url);
	if (host.len > ARTICLE_URL_MAX)
		return false;
	memcpy(name, host.ptr, host.len);
	name[host.len] = '\0';
	return true;
}

static struct backlog_host *find(const struct backlog *b, const struct text *url)
{
	char name[ARTICLE_URL_MAX + 1];
	const struct backlog_host key = {.name = name};
	if (!name_of(url, name))
		return NULL;
	struct backlog_host **found = tfind(&key, &b->by_name, compare);
	return found ? *found : NULL;
}

static struct backlog_host *add_host(struct backlog *b, const char *name)
{
	size_t size = strlen(name) + 1;
	struct backlog_host *h = NULL;
	/* Room is made now, so that the way back cannot fail. */
	if (heap_reserve(&b->hosts, b->counts.hosts + 1) == NETRAL_OK)
		h = fault_calloc(1, sizeof(*h) + size);
	if (!h)
		return NULL;
	memcpy(h->text, name, size);
	h->name = h->text;
	h->is_open = size == 1;
	if (!tsearch(h, &b->by_name, compare)) {
		free(h);
		return NULL;
	}
	b->counts.hosts++;
	return h;
}

static struct backlog_host *find_or_add(struct backlog *b, const struct text *url)
{
	char name[ARTICLE_URL_MAX + 1];
	struct backlog_host *h = find(b, url);
	if (!h && name_of(url, name))
		h = add_host(b, name);
	return h;
}

static void forget(struct backlog *b, struct backlog_host *h)
{
	heap_remove(&b->hosts, &h->next);
	heap_fini(&h->items);
	tdelete(h, &b->by_name, compare);
	b->counts.hosts--;
	free(h);
}

/* Puts a host where it belongs now; it may be gone afterwards. */
static void place(struct backlog *b, struct backlog_host *h)
{
	const struct heap_node *first = heap_first(&h->items);
	uint64_t ready = h->held_ms > h->rest_ms ? h->held_ms : h->rest_ms;
	if (h->out)
		return;
	if (!first && ready <= loop_now_ms(b->loop)) {
		forget(b, h);
		return;
	}
	if (first && first->key > ready)
		ready = first->key;
	heap_set(&b->hosts, &h->next, ready);
}

/* --- items --- */

static struct backlog_item *item_of(struct heap_node *ready)
{
	return (struct backlog_item *)(void *)((char *)ready -
					       offsetof(struct backlog_item, ready));
}

static struct backlog_host *host_of(struct heap_node *next)
{
	return (struct backlog_host *)(void *)((char *)next - offsetof(struct backlog_host, next));
}

size_t backlog_room(const struct backlog *b, const struct watch *w)
{
	size_t all = b->counts.items < BACKLOG_MAX ? BACKLOG_MAX - b->counts.items : 0;
	size_t own = w->pending < BACKLOG_SOURCE_MAX ? BACKLOG_SOURCE_MAX - w->pending : 0;
	return all < own ? all : own;
}

static int wait_at(struct backlog *b, struct backlog_item *i, const struct text *url,
		   uint64_t wait_ms)
{
	struct backlog_host *h = find_or_add(b, url);
	if (!h)
		return NETRAL_ENOMEM;
	int r = heap_set(&h->items, &i->ready, loop_now_ms(b->loop) + wait_ms);
	if (r == NETRAL_OK)
		i->host = h;
	place(b, h);
	return r;
}

int backlog_add(struct backlog *b, struct watch *w, uint64_t number, const struct text *url,
		uint64_t wait_ms, uint8_t deaths)
{
	if (b->counts.items >= BACKLOG_MAX)
		return NETRAL_EFULL;
	struct backlog_item *i = fault_calloc(1, sizeof(*i));
	if (!i)
		return NETRAL_ENOMEM;
	i->watch = w;
	i->number = number;
	i->deaths = deaths;
	if (wait_at(b, i, url, wait_ms) < 0) {
		free(i);
		return NETRAL_ENOMEM;
	}
	TAILQ_INSERT_TAIL(&b->all, i, link);
	b->counts.items++;
	w->pending++;
	return NETRAL_OK;
}

void backlog_release(struct backlog *b, struct backlog_item *i)
{
	struct backlog_host *h = i->host;
	i->host = NULL;
	if (!h || h->is_open)
		return;
	if (h->out == i)
		h->out = NULL;
	place(b, h);
}

struct backlog_item *backlog_take(struct backlog *b)
{
	struct heap_node *first;
	while ((first = heap_first(&b->hosts)) && first->key <= loop_now_ms(b->loop)) {
		struct backlog_host *h = host_of(first);
		struct heap_node *ready = heap_first(&h->items);
		if (!ready || ready->key > loop_now_ms(b->loop)) {
			place(b, h);
			continue;
		}
		struct backlog_item *i = item_of(ready);
		heap_remove(&h->items, ready);
		if (h->is_open) {
			i->host = NULL;
			place(b, h);
		} else {
			h->out = i;
			heap_remove(&b->hosts, &h->next);
		}
		return i;
	}
	return NULL;
}

int backlog_put_back(struct backlog *b, struct backlog_item *i, const struct text *url,
		     uint64_t wait_ms)
{
	backlog_release(b, i);
	return wait_at(b, i, url, wait_ms);
}

void backlog_end(struct backlog *b, struct backlog_item *i)
{
	struct backlog_host *h = i->host;
	if (h && i->ready.place) {
		heap_remove(&h->items, &i->ready);
		place(b, h);
	} else {
		backlog_release(b, i);
	}
	TAILQ_REMOVE(&b->all, i, link);
	b->counts.items--;
	if (i->watch)
		i->watch->pending--;
	free(i);
}

/* --- trouble --- */

void backlog_rest(struct backlog *b, const struct text *url, uint64_t rest_ms)
{
	struct backlog_host *h = b->counts.hosts < BACKLOG_MAX + BACKLOG_HELD_MAX
					 ? find_or_add(b, url)
					 : find(b, url);
	if (!h)
		return;
	h->rest_ms = loop_now_ms(b->loop) + rest_ms;
	place(b, h);
}

void backlog_hold(struct backlog *b, const struct text *url, uint64_t wait_ms)
{
	uint64_t until = loop_now_ms(b->loop) + wait_ms;
	if (b->counts.hosts >= BACKLOG_MAX + BACKLOG_HELD_MAX)
		return;
	struct backlog_host *h = find_or_add(b, url);
	if (!h)
		return;
	if (until > h->held_ms)
		h->held_ms = until;
	place(b, h);
}

void backlog_trouble(struct backlog *b, const struct text *url)
{
	uint64_t wait = b->trouble_ms;
	struct backlog_host *h = find(b, url);
	unsigned troubles = h ? h->troubles : 0;
	for (unsigned i = 0; i < troubles && wait < BACKLOG_TROUBLE_MAX_MS; i++)
		wait *= 2;
	backlog_hold(b, url, wait < BACKLOG_TROUBLE_MAX_MS ? wait : BACKLOG_TROUBLE_MAX_MS);
	h = find(b, url);
	if (h)
		h->troubles = troubles + 1;
}

void backlog_well(struct backlog *b, const struct text *url)
{
	struct backlog_host *h = find(b, url);
	if (h)
		h->troubles = 0;
}

uint64_t backlog_held_ms(const struct backlog *b, const struct text *url)
{
	const struct backlog_host *h = find(b, url);
	uint64_t now = loop_now_ms(b->loop);
	return h && h->held_ms > now ? h->held_ms - now : 0;
}

uint64_t backlog_wait_ms(struct backlog *b)
{
	const struct heap_node *first = heap_first(&b->hosts);
	uint64_t now = loop_now_ms(b->loop);
	if (!first)
		return UINT64_MAX;
	return first->key > now ? first->key - now : 0;
}

/* --- all --- */

void backlog_each(struct backlog *b, backlog_item_fn *fn, void *user)
{
	struct backlog_item *i = TAILQ_FIRST(&b->all), *next;
	for (; i; i = next) {
		next = TAILQ_NEXT(i, link);
		fn(user, i);
	}
}

static void free_host(void *host)
{
	struct backlog_host *h = host;
	heap_fini(&h->items);
	free(h);
}

void backlog_free(struct backlog *b)
{
	struct backlog_item *i;
	if (!b)
		return;
	while ((i = TAILQ_FIRST(&b->all))) {
		TAILQ_REMOVE(&b->all, i, link);
		free(i);
	}
	heap_fini(&b->hosts);
	tdestroy(b->by_name, free_host);
	free(b);
}

struct backlog_counts backlog_counts(const struct backlog *b)
{
	return b->counts;
}

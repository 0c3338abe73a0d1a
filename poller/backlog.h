/* backlog.h - the items that wait, by host: whose turn it is, and who must wait for longer.
 *
 * Of a host one item is out at a time. What goes wrong with an item delays the item; what goes
 * wrong with its host delays all items of the host, and one of them tries it again. Items whose
 * text came with the feed are of no host, and do not wait for one another. In memory; the state has
 * them too. The loop thread only. */
#ifndef NETRAL_POLLER_BACKLOG_H
#define NETRAL_POLLER_BACKLOG_H

#include "lib/heap.h"
#include "lib/loop.h"
#include "poller/roster.h"

#include <sys/queue.h>

enum {
	BACKLOG_MAX = 50000,                  /* items in all */
	BACKLOG_SOURCE_MAX = 500,             /* and of a source */
	BACKLOG_HELD_MAX = 20000,             /* hosts that are held without an item */
	BACKLOG_TROUBLE_MAX_MS = 3600 * 1000, /* longest wait for a host that is in trouble */
	BACKLOG_PAGES = 3
};

struct backlog;
struct backlog_host;

struct backlog_item {
	struct heap_node ready; /* in its host, by the monotonic clock */
	TAILQ_ENTRY(backlog_item) link;
	struct backlog_host *host;
	struct watch *watch; /* NULL once the source is gone */
	uint64_t number;     /* in the state */
	uint8_t deaths;      /* of readers, while it was being read */
	/* Of its user: keys of the pages it turned out to be. */
	uint64_t pages[BACKLOG_PAGES];
	uint8_t page_count;
};

/* `trouble_ms` is the first wait for a host in trouble; it doubles. 0 or NETRAL_ENOMEM. */
int backlog_new(struct loop *l, uint64_t trouble_ms, struct backlog **ret_backlog);
void backlog_free(struct backlog *b); /* takes NULL; and all items */

/* How many more items of a source fit. */
size_t backlog_room(const struct backlog *b, const struct watch *w);

/* `url` may be empty: of no host. 0, NETRAL_EFULL or NETRAL_ENOMEM. */
int backlog_add(struct backlog *b, struct watch *w, uint64_t number, const struct text *url,
		uint64_t wait_ms, uint8_t deaths);

/* Takes out the next item that is ready; NULL when none is. It is out until one of the two below.
 */
struct backlog_item *backlog_take(struct backlog *b);
/* Back, under the host of `url` again or for the first time. 0, or NETRAL_ENOMEM: it stays out. */
int backlog_put_back(struct backlog *b, struct backlog_item *i, const struct text *url,
		     uint64_t wait_ms);
/* Frees the item, which has ended; out or not. */
void backlog_end(struct backlog *b, struct backlog_item *i);

/* The host of an item that is out may give the next one: its request has ended. */
void backlog_release(struct backlog *b, struct backlog_item *i);

/* The host of `url` was asked, and rests: an item of it would only wait among the requests, in the
 * place of one that need not. */
void backlog_rest(struct backlog *b, const struct text *url, uint64_t rest_ms);

/* The host of `url` is in trouble (again), or well; or asked for a rest. */
void backlog_trouble(struct backlog *b, const struct text *url);
void backlog_well(struct backlog *b, const struct text *url);
void backlog_hold(struct backlog *b, const struct text *url, uint64_t wait_ms);
/* How long nothing is to be asked of the host of `url`. */
uint64_t backlog_held_ms(const struct backlog *b, const struct text *url);

/* Until backlog_take() has something; UINT64_MAX when only a call changes that. */
uint64_t backlog_wait_ms(struct backlog *b);

/* Calls `fn` for each item, which it may end. */
typedef void backlog_item_fn(void *user, struct backlog_item *i);
void backlog_each(struct backlog *b, backlog_item_fn *fn, void *user);

struct backlog_counts {
	uint64_t items, hosts;
};
struct backlog_counts backlog_counts(const struct backlog *b);

#endif

/* An article is in one of three places: in the journal behind the cursor (not handed out yet, no
 * memory), handed out (an item in a worker's list), or waiting (an item in a queue by time). The
 * two queues hold what may be handed out with others, and suspects.
 *
 * A suspect needs a worker that holds nothing. Under load no worker ever does, so one is reserved:
 * it gets nothing new until it has finished what it holds. At most half of the workers are reserved
 * or busy with a suspect, so that suspects cannot stop everything else; a worker that is the only
 * one takes its turns.
 *
 * Whatever must not fail later is reserved when an article is handed out: every item that is held
 * has room in both queues. */
#include "daemon/dispatch.h"

#include "daemon/item_table.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct dispatch_worker {
	struct peer_id peer;
	char name[CODEC_NAME_MAX + 1];
	char version[CODEC_NAME_MAX + 1];
	uint32_t credit;
	uint32_t held;
	size_t held_bytes;
	struct item *items; /* what it holds */
	uint64_t heard_ms;
	uint64_t done, failed;
	bool draining;      /* said Bye */
	bool gone;          /* disconnected */
	bool blocked;       /* its queue is full */
	bool reserved;      /* gets nothing until it is idle, for a suspect */
	bool alone;         /* holds a suspect */
	bool wants_suspect; /* was picked for one */
};

struct dispatch {
	struct dispatch_options o;
	struct dispatch_worker **workers;
	size_t worker_count;
	struct item_table items;
	struct due_queue normal, suspects;
	uint64_t cursor; /* of the queue: everything up to it has been handed out once */
	uint64_t next_lease;
	uint32_t in_flight;
	uint64_t ticked_ms;
	uint64_t handed_out, lost_workers, failures;
};

static void dispatch_freep(struct dispatch **d)
{
	dispatch_free(*d);
}

int dispatch_new(const struct dispatch_options *o, struct dispatch **ret_dispatch)
{
	netral_cleanup(dispatch_freep) struct dispatch *d = fault_calloc(1, sizeof(*d));
	if (!d)
		return NETRAL_ENOMEM;
	d->o = *o;
	d->next_lease = o->first_lease;
	d->workers = fault_calloc(o->workers_max, sizeof(struct dispatch_worker *));
	if (!d->workers || item_table_init(&d->items) < 0)
		return NETRAL_ENOMEM;
	*ret_dispatch = netral_take(d);
	return NETRAL_OK;
}

void dispatch_free(struct dispatch *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->worker_count; i++)
		free(d->workers[i]);
	free(d->workers);
	due_queue_fini(&d->normal);
	due_queue_fini(&d->suspects);
	item_table_fini(&d->items);
	free(d);
}

/* --- items --- */

static int reserve_queues(struct dispatch *d, size_t count)
{
	int r = due_queue_reserve(&d->normal, count);
	return r < 0 ? r : due_queue_reserve(&d->suspects, count);
}

static struct item *add_item(struct dispatch *d, uint64_t seq)
{
	if (reserve_queues(d, d->items.count + 1) < 0)
		return NULL;
	return item_table_add(&d->items, seq);
}

static void wait_until(struct dispatch *d, struct item *item, uint64_t due_ms)
{
	item->due_ms = due_ms;
	due_queue_push(item->suspect ? &d->suspects : &d->normal, item);
}

int dispatch_restore(struct dispatch *d, uint64_t seq, uint32_t tries, bool suspect,
		     uint64_t due_ms)
{
	struct item *item = add_item(d, seq);
	if (!item)
		return NETRAL_ENOMEM;
	item->tries = tries;
	item->suspect = suspect;
	wait_until(d, item, due_ms);
	return NETRAL_OK;
}

static void hold(struct dispatch *d, struct dispatch_worker *w, struct item *item)
{
	item->lease = d->next_lease++;
	item->worker = w;
	item->alone = w->alone;
	item->handled = false;
	item->bytes = 0;
	item->prev = NULL;
	item->next = w->items;
	if (w->items)
		w->items->prev = item;
	w->items = item;
	w->held++;
	d->in_flight++;
	d->handed_out++;
}

static void release(struct dispatch *d, struct item *item)
{
	struct dispatch_worker *w = item->worker;
	if (item->prev)
		item->prev->next = item->next;
	else
		w->items = item->next;
	if (item->next)
		item->next->prev = item->prev;
	item->worker = NULL;
	w->held--;
	w->held_bytes -= item->bytes;
	w->alone = w->alone && w->held > 0;
	d->in_flight--;
}

static void set_free(struct dispatch *d, struct item *item, uint64_t now_ms)
{
	release(d, item);
	wait_until(d, item, now_ms);
}

/* --- failures --- */

static uint64_t backoff(const struct dispatch *d, uint32_t tries)
{
	uint64_t wait = d->o.backoff_ms;
	for (uint32_t i = 1; i < tries && wait < d->o.backoff_max_ms; i++)
		wait *= 2;
	return wait < d->o.backoff_max_ms ? wait : d->o.backoff_max_ms;
}

static void fail(struct dispatch *d, struct item *item, bool counts, bool permanent,
		 uint64_t now_ms, const char *reason)
{
	release(d, item);
	item->tries += counts;
	d->failures++;
	struct dispatch_failure f = {.seq = item->seq,
				     .tries = item->tries,
				     .suspect = item->suspect,
				     .dead = permanent || item->tries >= d->o.max_tries,
				     .wait_ms = backoff(d, item->tries),
				     .reason = reason};
	if (f.dead)
		item_table_remove(&d->items, item);
	else
		wait_until(d, item, now_ms + f.wait_ms);
	d->o.on_failure(d->o.user, &f);
}

/* A hand-out that ended with its worker. */
static void fail_lost(struct dispatch *d, struct item *item, uint64_t now_ms, const char *reason)
{
	if (item->handled) {
		set_free(d, item, now_ms);
		return;
	}
	item->suspect = true;
	fail(d, item, item->alone || item->tries == 0, false, now_ms, reason);
}

/* --- sessions --- */

static struct dispatch_worker *find_worker(const struct dispatch *d, const struct peer_id *peer)
{
	for (size_t i = 0; i < d->worker_count; i++) {
		const struct peer_id *p = &d->workers[i]->peer;
		if (p->len == peer->len && memcmp(p->bytes, peer->bytes, p->len) == 0)
			return d->workers[i];
	}
	return NULL;
}

static void end_session(struct dispatch *d, struct dispatch_worker *w)
{
	size_t i = 0;
	while (d->workers[i] != w)
		i++;
	d->workers[i] = d->workers[--d->worker_count];
	free(w);
}

static int add_worker(struct dispatch *d, const struct peer_id *peer,
		      struct dispatch_worker **ret_worker)
{
	if (d->worker_count == d->o.workers_max)
		return NETRAL_EBUSY;
	struct dispatch_worker *w = fault_calloc(1, sizeof(*w));
	if (!w)
		return NETRAL_ENOMEM;
	w->peer = *peer;
	d->workers[d->worker_count++] = w;
	*ret_worker = w;
	return NETRAL_OK;
}

int dispatch_hello(struct dispatch *d, const struct peer_id *peer, const struct msg_hello *hello,
		   uint64_t now_ms)
{
	struct dispatch_worker *w = find_worker(d, peer);
	int r = w ? NETRAL_OK : add_worker(d, peer, &w);
	if (r < 0)
		return r;
	while (w->items)
		set_free(d, w->items, now_ms);
	snprintf(w->name, sizeof(w->name), "%s", hello->name);
	snprintf(w->version, sizeof(w->version), "%s", hello->version);
	w->credit = hello->credit;
	w->heard_ms = now_ms;
	w->draining = w->blocked = w->reserved = w->wants_suspect = false;
	return NETRAL_OK;
}

struct dispatch_worker *dispatch_hear(struct dispatch *d, const struct peer_id *peer,
				      uint64_t now_ms)
{
	struct dispatch_worker *w = find_worker(d, peer);
	if (w)
		w->heard_ms = now_ms;
	return w;
}

void dispatch_bye(struct dispatch *d, struct dispatch_worker *w)
{
	(void)d;
	w->draining = true;
	w->reserved = false;
}

void dispatch_settle(struct dispatch *d, struct dispatch_worker *w)
{
	if (w->draining && w->held == 0)
		end_session(d, w);
}

void dispatch_lose(struct dispatch *d, struct dispatch_worker *w, uint64_t now_ms,
		   const char *reason)
{
	d->lost_workers++;
	while (w->items)
		fail_lost(d, w->items, now_ms, reason);
	end_session(d, w);
}

void dispatch_mark_gone(struct dispatch_worker *w)
{
	w->gone = true;
}

/* Whether the worker has to go, and why. */
static bool is_lost(const struct dispatch *d, const struct dispatch_worker *w, uint64_t now_ms,
		    char *reason, size_t size)
{
	uint64_t silent_ms = now_ms - w->heard_ms;
	if (w->gone)
		snprintf(reason, size, "worker %s has disconnected", w->name);
	else if (silent_ms > d->o.silence_ms)
		snprintf(reason, size, "worker %s was silent for %lu ms", w->name,
			 (unsigned long)silent_ms);
	else
		return false;
	return true;
}

void dispatch_tick(struct dispatch *d, uint64_t now_ms, uint64_t interval_ms)
{
	uint64_t gap = d->ticked_ms ? now_ms - d->ticked_ms : 0;
	uint64_t deaf_ms = gap > 2 * interval_ms ? gap - interval_ms : 0;
	d->ticked_ms = now_ms;
	for (size_t i = d->worker_count; i-- > 0;) {
		struct dispatch_worker *w = d->workers[i];
		char reason[2 * CODEC_NAME_MAX];
		w->blocked = false;
		w->heard_ms += deaf_ms;
		if (w->heard_ms > now_ms)
			w->heard_ms = now_ms;
		if (is_lost(d, w, now_ms, reason, sizeof(reason)))
			dispatch_lose(d, w, now_ms, reason);
	}
}

void dispatch_each_worker(struct dispatch *d, dispatch_worker_fn *fn, void *user)
{
	for (size_t i = 0; i < d->worker_count; i++)
		fn(user, d->workers[i]);
}

const struct peer_id *dispatch_peer(const struct dispatch_worker *w)
{
	return &w->peer;
}

uint64_t dispatch_heard_ms(const struct dispatch_worker *w)
{
	return w->heard_ms;
}

struct worker_status dispatch_worker_status(const struct dispatch_worker *w)
{
	return (struct worker_status){.name = w->name,
				      .version = w->version,
				      .credit = w->credit,
				      .held = w->held,
				      .done = w->done,
				      .failed = w->failed};
}

/* --- leases --- */

static struct item *find_held(struct dispatch *d, const struct dispatch_worker *w,
			      struct lease lease)
{
	struct item *item = item_table_find(&d->items, lease.seq);
	return item && item->worker == w && item->lease == lease.lease ? item : NULL;
}

bool dispatch_handled(struct dispatch *d, struct dispatch_worker *w, struct lease lease)
{
	struct item *item = find_held(d, w, lease);
	if (!item)
		return false;
	item->handled = true;
	item->suspect = false;
	return true;
}

bool dispatch_done(struct dispatch *d, struct dispatch_worker *w, struct lease lease)
{
	struct item *item = find_held(d, w, lease);
	if (!item)
		return false;
	release(d, item);
	item_table_remove(&d->items, item);
	w->done++;
	return true;
}

bool dispatch_failed(struct dispatch *d, struct dispatch_worker *w, const struct msg_failed *failed,
		     uint64_t now_ms)
{
	struct item *item = find_held(d, w, failed->lease);
	if (!item)
		return false;
	w->failed++;
	fail(d, item, true, failed->permanent, now_ms, failed->reason);
	return true;
}

/* --- handing out --- */

static bool is_due(const struct due_queue *q, uint64_t now_ms)
{
	const struct item *item = due_queue_first(q);
	return item && item->due_ms <= now_ms;
}

static bool can_take(const struct dispatch *d, const struct dispatch_worker *w)
{
	return !w->draining && !w->blocked && !w->alone && w->held < w->credit &&
	       w->held_bytes < d->o.held_bytes_max;
}

/* The one that holds least, of those that can take and are not reserved. */
static struct dispatch_worker *least_held(const struct dispatch *d)
{
	struct dispatch_worker *best = NULL;
	for (size_t i = 0; i < d->worker_count; i++) {
		struct dispatch_worker *w = d->workers[i];
		if (can_take(d, w) && !w->reserved && (!best || w->held < best->held))
			best = w;
	}
	return best;
}

static struct dispatch_worker *reserved_worker(const struct dispatch *d)
{
	for (size_t i = 0; i < d->worker_count; i++) {
		if (d->workers[i]->reserved)
			return d->workers[i];
	}
	return NULL;
}

/* Whether one more worker may be taken out of the common work for a suspect. */
static bool may_reserve(const struct dispatch *d)
{
	size_t taken = 0, able = 0;
	for (size_t i = 0; i < d->worker_count; i++) {
		const struct dispatch_worker *w = d->workers[i];
		taken += w->reserved || w->alone;
		able += !w->draining;
	}
	return taken == 0 || taken < able / 2;
}

/* Reserves a worker for the suspect that is due; yields it once it holds nothing. */
static struct dispatch_worker *pick_for_suspect(struct dispatch *d)
{
	struct dispatch_worker *w = reserved_worker(d);
	if (!w && may_reserve(d)) {
		w = least_held(d);
		if (w)
			w->reserved = true;
	}
	if (!w || w->held > 0 || !can_take(d, w))
		return NULL;
	w->wants_suspect = true;
	return w;
}

static void end_reservations(struct dispatch *d)
{
	for (size_t i = 0; i < d->worker_count; i++)
		d->workers[i]->reserved = false;
}

struct dispatch_worker *dispatch_pick(struct dispatch *d, uint64_t now_ms)
{
	struct dispatch_worker *w = NULL;
	if (is_due(&d->suspects, now_ms))
		w = pick_for_suspect(d);
	else
		end_reservations(d);
	return w ? w : least_held(d);
}

/* The next of the queue that is not known here already. 1, 0 or negative. */
static int take_fresh(struct dispatch *d, struct item **ret_item)
{
	uint64_t seq;
	int r;
	while ((r = d->o.next(d->o.user, d->cursor, &seq)) > 0) {
		if (item_table_find(&d->items, seq)) {
			d->cursor = seq;
			continue;
		}
		*ret_item = add_item(d, seq);
		if (!*ret_item)
			return NETRAL_ENOMEM;
		d->cursor = seq;
		return 1;
	}
	return r;
}

static int take_item(struct dispatch *d, struct dispatch_worker *w, uint64_t now_ms,
		     struct item **ret_item)
{
	if (w->wants_suspect) {
		w->wants_suspect = w->reserved = false;
		w->alone = true;
		*ret_item = due_queue_pop(&d->suspects);
		return 1;
	}
	if (!can_take(d, w))
		return 0;
	if (is_due(&d->normal, now_ms)) {
		*ret_item = due_queue_pop(&d->normal);
		return 1;
	}
	if (d->normal.count + d->suspects.count >= d->o.waiting_max)
		return 0;
	return take_fresh(d, ret_item);
}

int dispatch_take(struct dispatch *d, struct dispatch_worker *w, uint64_t now_ms,
		  struct hand_out *ret)
{
	struct item *item = NULL;
	int r = take_item(d, w, now_ms, &item);
	if (r <= 0)
		return r;
	hold(d, w, item);
	*ret = (struct hand_out){item->seq, item->lease, item->tries};
	return 1;
}

void dispatch_weigh(struct dispatch *d, struct dispatch_worker *w, const struct hand_out *h,
		    size_t bytes)
{
	struct item *item = find_held(d, w, (struct lease){h->seq, h->lease});
	if (!item)
		return;
	item->bytes = bytes;
	w->held_bytes += bytes;
}

void dispatch_take_back(struct dispatch *d, struct dispatch_worker *w, const struct hand_out *list,
			size_t count, uint64_t now_ms)
{
	w->blocked = true;
	for (size_t i = 0; i < count; i++) {
		struct item *item = find_held(d, w, (struct lease){list[i].seq, list[i].lease});
		if (item)
			set_free(d, item, now_ms);
	}
}

void dispatch_forget(struct dispatch *d, struct dispatch_worker *w, const struct hand_out *h)
{
	struct item *item = find_held(d, w, (struct lease){h->seq, h->lease});
	if (!item)
		return;
	release(d, item);
	item_table_remove(&d->items, item);
}

/* --- what is there --- */

static uint64_t later_due(const struct due_queue *q, uint64_t now_ms)
{
	const struct item *item = due_queue_first(q);
	return item && item->due_ms > now_ms ? item->due_ms : UINT64_MAX;
}

uint64_t dispatch_next_due_ms(const struct dispatch *d, uint64_t now_ms)
{
	uint64_t a = later_due(&d->normal, now_ms), b = later_due(&d->suspects, now_ms);
	return a < b ? a : b;
}

struct dispatch_counts dispatch_counts(const struct dispatch *d)
{
	return (struct dispatch_counts){.workers = (uint32_t)d->worker_count,
					.in_flight = d->in_flight,
					.waiting = (uint32_t)(d->normal.count + d->suspects.count),
					.handed_out = d->handed_out,
					.lost_workers = d->lost_workers,
					.failures = d->failures};
}

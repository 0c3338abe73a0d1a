#include "alert/catch_up.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "libnetral/internal.h"

enum {
	BURST = 64, /* updates a turn */
	AGAIN_MS = 2000,
};

struct catch_up {
	struct loop *loop;
	const struct alert_config *config;
	struct outbox *outbox;
	struct decider *decider;
	struct behind *behind;
	struct feed *feed;
	struct netral_subscriber *subscriber; /* NULL: no pass is under way */
	struct loop_slot slot;
	struct loop_timer timer;
	bool waits;    /* for the timer, after an error */
	uint64_t pass; /* the receivers that are served */
};

void catch_up_stop(struct catch_up *c)
{
	c->pass = 0;
	if (!c->subscriber)
		return;
	loop_remove(c->loop, c->slot);
	netral_unsubscribe(c->subscriber);
	c->subscriber = NULL;
}

static void wait_a_while(struct catch_up *c)
{
	catch_up_stop(c);
	c->waits = true;
	loop_timer_set(c->loop, c->timer, AGAIN_MS);
}

static int on_timer(void *user)
{
	struct catch_up *c = user;
	c->waits = false;
	return NETRAL_OK;
}

/* --- a pass --- */

static uint64_t told_again(const struct catch_up *c, uint64_t number)
{
	uint64_t again = 0;
	for (size_t i = 0; i < c->decider->rules->receiver_count; i++) {
		if (number <= c->behind->at[i].again_until)
			again |= (uint64_t)1 << i;
	}
	return again;
}

/* An update that the feed has not seen is left to the feed. */
static int take(struct catch_up *c, const struct update *u)
{
	uint64_t through = feed_through(c->feed), full = 0;
	if (u->seq > through) {
		c->pass = 0;
		return NETRAL_OK;
	}
	const struct decide_whom whom = {c->pass & behind_at(c->behind, u->seq),
					 told_again(c, u->seq)};
	int r = decide(c->decider, u, &whom, &full);
	if (r < 0)
		return r;
	c->pass &= ~full;
	behind_advance(c->behind, whom.among & ~full, u->seq, through);
	c->pass &= c->behind->set;
	return NETRAL_OK;
}

/* Another store is left to the feed, which hears of it too and forgets who is behind. */
static int next(struct catch_up *c)
{
	const struct netral_update *u;
	int event = netral_next(c->subscriber, &u);
	if (event == NETRAL_UPDATE) {
		int r = take(c, update_of(u));
		return r < 0 ? r : 1;
	}
	if (event == NETRAL_EPOCH)
		wait_a_while(c);
	return event > 0 ? 1 : event;
}

static int on_ready(void *user)
{
	struct catch_up *c = user;
	int r = 1;
	for (int i = 0; i < BURST && r == 1 && c->pass != 0; i++)
		r = next(c);
	if (r < 0) {
		log_error("catch-up: updates cannot be read, error=\"%s\"", netral_strerror(r));
		outbox_spoil(c->outbox, r);
		wait_a_while(c);
	}
	return NETRAL_OK;
}

static int start(struct catch_up *c, const struct netral_position *from)
{
	int r = feed_subscribe(c->config, from, &c->subscriber);
	if (r == NETRAL_OK)
		c->slot = loop_add(c->loop, NULL, netral_fd(c->subscriber), on_ready, c);
	return r;
}

/* Who is to be served, and *ret_from, where the furthest of them is. */
static uint64_t choose(const struct catch_up *c, struct netral_position *ret_from)
{
	const struct ruleset *rules = c->decider->rules;
	uint64_t chosen = 0;
	for (size_t i = 0; i < rules->receiver_count; i++) {
		uint64_t bit = (uint64_t)1 << i;
		const struct netral_position *at = &c->behind->at[i].position;
		if (!(c->behind->set & ~c->decider->disabled & bit) ||
		    !outbox_has_much_room(c->outbox, rules->receivers[i].key,
					  rules->receiver_count))
			continue;
		if (chosen == 0 || at->seq < ret_from->seq)
			*ret_from = *at;
		chosen |= bit;
	}
	return chosen;
}

void catch_up_step(struct catch_up *c)
{
	struct netral_position from = {0};
	if (c->subscriber && c->pass == 0)
		catch_up_stop(c);
	if (c->subscriber || c->waits || c->behind->set == 0)
		return;
	behind_advance(c->behind, c->behind->set, 0, feed_through(c->feed));
	c->pass = choose(c, &from);
	if (c->pass != 0 && start(c, &from) < 0)
		wait_a_while(c);
}

/* --- life --- */

int catch_up_new(struct loop *loop, const struct alert_config *config, struct outbox *outbox,
		 struct decider *decider, struct behind *behind, struct feed *feed,
		 struct catch_up **ret_catch_up)
{
	struct catch_up *c = fault_calloc(1, sizeof(*c));
	if (!c)
		return NETRAL_ENOMEM;
	*c = (struct catch_up){.loop = loop,
			       .config = config,
			       .outbox = outbox,
			       .decider = decider,
			       .behind = behind,
			       .feed = feed};
	c->timer = loop_timer_add(loop, on_timer, c);
	*ret_catch_up = c;
	return NETRAL_OK;
}

void catch_up_free(struct catch_up *c)
{
	if (!c)
		return;
	catch_up_stop(c);
	loop_timer_remove(c->loop, c->timer);
	free(c);
}

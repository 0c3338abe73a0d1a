/* The subscriber's position goes into the same batch as the messages of the updates before it. When
 * a batch is lost, what was in it is only in netral-record: so the subscriber begins again. */
#include "alert/feed.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "libnetral/internal.h"

#include <inttypes.h>
#include <string.h>

enum {
	BURST = 64, /* events a turn */
	AGAIN_MS = 2000,
};

struct feed {
	struct loop *loop;
	const struct alert_config *config;
	struct outbox *outbox;
	struct decider *decider;
	struct behind *behind;
	struct netral_subscriber *subscriber; /* NULL: waits to begin again */
	struct loop_slot slot;
	struct loop_timer timer;
	struct netral_position position; /* as it is in the outbox, or in its batch */
	bool has_position;
	uint64_t again_until;
	bool replays; /* begins at a position that is not committed yet */
	bool silent;
};

static int on_ready(void *user);

/* --- following --- */

static void stop(struct feed *f)
{
	if (!f->subscriber)
		return;
	loop_remove(f->loop, f->slot);
	netral_unsubscribe(f->subscriber);
	f->subscriber = NULL;
}

int feed_subscribe(const struct alert_config *config, const struct netral_position *from,
		   struct netral_subscriber **ret_subscriber)
{
	struct netral_options o = {.size = sizeof(o),
				   .runtime_dir = config->runtime_dir,
				   .start = from ? NETRAL_FROM_POSITION : NETRAL_FROM_NOW};
	if (config->updates_endpoint[0])
		o.updates_endpoint = config->updates_endpoint;
	if (config->replay_endpoint[0])
		o.replay_endpoint = config->replay_endpoint;
	if (from)
		o.position = *from;
	return netral_subscribe(&o, ret_subscriber);
}

static int start(struct feed *f)
{
	if (!f->replays)
		f->has_position = outbox_position(f->outbox, &f->position, &f->again_until);
	f->replays = false;
	int r = feed_subscribe(f->config, f->has_position ? &f->position : NULL, &f->subscriber);
	if (r == NETRAL_OK)
		f->slot = loop_add(f->loop, NULL, netral_fd(f->subscriber), on_ready, f);
	return r;
}

static int on_timer(void *user)
{
	struct feed *f = user;
	if (!f->subscriber && start(f) < 0)
		loop_timer_set(f->loop, f->timer, AGAIN_MS);
	return NETRAL_OK;
}

void feed_restart(struct feed *f)
{
	stop(f);
	f->replays = false;
	f->has_position = outbox_position(f->outbox, &f->position, &f->again_until);
	loop_timer_set(f->loop, f->timer, AGAIN_MS);
}

/* --- events --- */

static void note_position(struct feed *f)
{
	struct netral_position now;
	if (netral_position(f->subscriber, &now) != 1)
		return;
	if (f->has_position && memcmp(&now, &f->position, sizeof(now)) == 0)
		return;
	f->position = now;
	f->has_position = true;
	if (f->again_until <= now.seq)
		f->again_until = 0;
	outbox_set_position(f->outbox, &now, f->again_until);
}

static int take(struct feed *f, const struct netral_update *u)
{
	const struct update *update = update_of(u);
	const struct decide_whom whom = {~behind_at(f->behind, update->seq),
					 update->seq <= f->again_until ? UINT64_MAX : 0};
	uint64_t full = 0;
	int r = decide(f->decider, update, &whom, &full);
	behind_fall(f->behind, full, &update->epoch, update->seq, f->again_until);
	return r;
}

/* 1 when there may be more. */
static int next(struct feed *f)
{
	const struct netral_update *u;
	int event = netral_next(f->subscriber, &u);
	switch (event) {
	case NETRAL_UPDATE:
		event = take(f, u);
		return event < 0 ? event : 1;
	case NETRAL_EPOCH:
		log_warning("feed: netral-record has another store, or an older state of it: it is "
			    "read from its beginning");
		f->again_until = 0;
		behind_forget(f->behind);
		return 1;
	case NETRAL_SILENT:
	case NETRAL_BACK:
		f->silent = event == NETRAL_SILENT;
		return 1;
	case NETRAL_NOTHING:
		return 0;
	default:
		return event < 0 ? event : 1;
	}
}

static int on_ready(void *user)
{
	struct feed *f = user;
	int r = 1;
	for (int i = 0; i < BURST && r == 1; i++)
		r = next(f);
	if (r < 0) {
		log_error("feed: updates cannot be read, error=\"%s\"", netral_strerror(r));
		outbox_spoil(f->outbox, r);
		feed_restart(f);
		return NETRAL_OK;
	}
	note_position(f);
	return NETRAL_OK;
}

int feed_replay(struct feed *f, uint64_t number)
{
	if (!f->has_position || f->again_until > 0 || !f->subscriber)
		return NETRAL_EAGAIN;
	if (number > f->position.seq || number == 0)
		return NETRAL_EFUTURE;
	struct netral_position from = f->position;
	from.seq = number - 1;
	f->again_until = f->position.seq;
	f->position = from;
	f->replays = true;
	outbox_set_position(f->outbox, &from, f->again_until);
	stop(f);
	loop_timer_set(f->loop, f->timer, 0);
	return NETRAL_OK;
}

bool feed_has_begun(const struct feed *f)
{
	return f->has_position;
}

bool feed_is_silent(const struct feed *f)
{
	return f->silent;
}

uint64_t feed_behind(const struct feed *f)
{
	uint64_t head = f->subscriber ? netral_head(f->subscriber) : 0;
	return head > f->position.seq ? head - f->position.seq : 0;
}

uint64_t feed_through(const struct feed *f)
{
	return f->position.seq;
}

int feed_new(struct loop *loop, const struct alert_config *config, struct outbox *outbox,
	     struct decider *decider, struct behind *behind, struct feed **ret_feed)
{
	struct feed *f = fault_calloc(1, sizeof(*f));
	if (!f)
		return NETRAL_ENOMEM;
	*f = (struct feed){.loop = loop,
			   .config = config,
			   .outbox = outbox,
			   .decider = decider,
			   .behind = behind};
	f->timer = loop_timer_add(loop, on_timer, f);
	int r = start(f);
	if (r < 0)
		feed_free(f);
	else
		*ret_feed = f;
	return r;
}

void feed_free(struct feed *f)
{
	if (!f)
		return;
	stop(f);
	loop_timer_remove(f->loop, f->timer);
	free(f);
}

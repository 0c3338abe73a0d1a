#include "alert/decide.h"

#include "alert/message.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

enum { ARENA_MAX = 8 << 20 };
#define DAY_US ((uint64_t)24 * 3600 * 1000 * 1000)

void decider_init(struct decider *d, struct outbox *outbox, const struct mask_policy *policy)
{
	*d = (struct decider){.outbox = outbox, .policy = policy};
	arena_init(&d->arena, ARENA_MAX);
	buf_init(&d->body, MESSAGE_MAX);
}

void decider_fini(struct decider *d)
{
	arena_fini(&d->arena);
	buf_fini(&d->body);
}

/* A further outlet with the same facts is not one of them; a correction by people always is. */
uint64_t decide_digest(const struct update *u)
{
	const struct event *e = &u->event;
	char text[128];
	int n = snprintf(text, sizeof(text), "%d %d %d %.16s %.16s %d %" PRIu64,
			 u->change == CHANGE_REMOVED, (int)e->kind, (int)e->status, e->place.code,
			 e->date.precision ? e->date.value : "", (int)e->count.qualifier,
			 e->count.value);
	if (u->correction.at_us)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " %" PRIu64, u->correction.at_us);
	return XXH3_64bits(text, (size_t)n);
}

/* The receivers whose turn it is, as a set. */
static uint64_t choose(struct decider *d, const struct update *u, uint64_t digest, bool again)
{
	uint64_t chosen = 0;
	uint64_t wanted = u->change == CHANGE_REMOVED
				  ? 0
				  : rules_receivers(d->rules, u, clock_real_us(), &d->counts.muted);
	for (size_t i = 0; i < d->rules->receiver_count; i++) {
		uint64_t bit = (uint64_t)1 << i, last = 0;
		bool told = outbox_told(d->outbox, d->rules->receivers[i].key, u->event.id, &last);
		bool same = told && last == digest;
		if (same && (wanted & bit) && !again)
			d->counts.known++;
		else if ((wanted & bit) || (told && !same))
			chosen |= bit;
	}
	return chosen;
}

static int tell(struct decider *d, const struct receiver *to, const struct update *shown,
		uint64_t digest)
{
	char id[MESSAGE_ID_SIZE];
	message_id(shown, id);
	buf_clear(&d->body);
	int r = message_write(to, shown, false, &d->body);
	if (r == NETRAL_ETOOBIG) {
		log_error("decide: a message is too large and is left out, receiver=\"%s\" id=%s",
			  to->name, id);
		return NETRAL_OK;
	}
	if (r < 0)
		return r;
	outbox_put(d->outbox, to->key, id, d->body.data, d->body.len);
	outbox_tell(d->outbox, to->key, shown->event.id, digest,
		    (uint32_t)(shown->recorded_us / DAY_US));
	d->counts.queued++;
	return NETRAL_OK;
}

int decide(struct decider *d, const struct update *u, bool again)
{
	uint64_t digest = decide_digest(u);
	uint64_t chosen = choose(d, u, digest, again);
	struct update shown;
	d->counts.updates++;
	if (chosen == 0)
		return NETRAL_OK;
	arena_reset(&d->arena);
	int r = message_mask(d->policy, u, &d->arena, &shown);
	for (size_t i = 0; i < d->rules->receiver_count && r == NETRAL_OK; i++) {
		uint64_t bit = (uint64_t)1 << i;
		if (chosen & d->disabled & bit)
			d->counts.disabled++;
		else if (chosen & bit)
			r = tell(d, &d->rules->receivers[i], &shown, digest);
	}
	return r;
}

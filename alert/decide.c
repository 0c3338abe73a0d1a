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
	gatherer_init(&d->gatherer, outbox);
}

void decider_fini(struct decider *d)
{
	arena_fini(&d->arena);
	buf_fini(&d->body);
	gatherer_fini(&d->gatherer);
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
static uint64_t choose(struct decider *d, const struct update *u, uint64_t digest,
		       const struct decide_whom *whom)
{
	uint64_t chosen = 0;
	uint64_t wanted = u->change == CHANGE_REMOVED
				  ? 0
				  : rules_receivers(d->rules, u, clock_real_us(), &d->counts.muted);
	for (size_t i = 0; i < d->rules->receiver_count; i++) {
		uint64_t bit = (uint64_t)1 << i;
		struct told last;
		if (!(whom->among & bit))
			continue;
		bool told = outbox_told(d->outbox, d->rules->receivers[i].key, u->event.id, &last);
		bool same = told && last.digest == digest;
		if (same && (wanted & bit) && !(whom->again & bit))
			d->counts.known++;
		else if ((wanted & bit) || (told && !same))
			chosen |= bit;
	}
	return chosen;
}

static int queue(struct decider *d, const struct receiver *to, const struct notice *notice)
{
	char id[MESSAGE_ID_SIZE];
	message_id(&notice->update, id);
	buf_clear(&d->body);
	int r = message_write(to, notice, 1, false, &d->body);
	if (r == NETRAL_ETOOBIG) {
		log_error("decide: a message is too large and is left out, receiver=\"%s\" id=%s",
			  to->name, id);
		d->counts.too_big++;
		return 0;
	}
	if (r < 0)
		return r;
	outbox_put(d->outbox, to->key, id, d->body.data, d->body.len);
	d->counts.queued++;
	return 1;
}

static int tell(struct decider *d, const struct receiver *to, const struct update *shown,
		uint64_t digest)
{
	const struct event *e = &shown->event;
	struct notice notice = {.update = *shown};
	struct told now = {
		.digest = digest, .kind = (uint8_t)e->kind, .status = (uint8_t)e->status};
	snprintf(now.area, sizeof(now.area), "%s", e->place.code);
	outbox_told(d->outbox, to->key, e->id, &notice.was);
	int r = gather_wants(to) ? gather_add(&d->gatherer, to, &notice, clock_real_us() / 1000)
				 : queue(d, to, &notice);
	if (r == 1 || (r == 0 && gather_wants(to)))
		outbox_tell(d->outbox, to->key, e->id, &now,
			    (uint32_t)(shown->recorded_us / DAY_US));
	return r < 0 ? r : NETRAL_OK;
}

/* Takes those out of the set who want no more for now, or have no room. */
static uint64_t sift(const struct decider *d, uint64_t chosen, uint64_t *ret_full)
{
	const struct ruleset *rules = d->rules;
	*ret_full = chosen & d->disabled;
	for (size_t i = 0; i < rules->receiver_count; i++) {
		uint64_t bit = (uint64_t)1 << i;
		if ((chosen & bit) &&
		    !outbox_has_room(d->outbox, rules->receivers[i].key, rules->receiver_count))
			*ret_full |= bit;
	}
	return chosen & ~*ret_full;
}

/* What waits about an event whose article was taken down may hold what is to be forgotten. It is
 * not sent; whoever was to get it is told how the event is now, as if it had not been told that. */
static void take_back(struct decider *d, const struct update *u, const struct decide_whom *whom,
		      uint64_t digest)
{
	for (size_t i = 0; i < d->rules->receiver_count; i++) {
		const struct receiver *to = &d->rules->receivers[i];
		struct told last;
		if (!(whom->among & (uint64_t)1 << i))
			continue;
		unsigned count = outbox_forget(d->outbox, to->key, u->event.id);
		d->counts.taken_back += count;
		if ((count == 0 && !gather_wants(to)) ||
		    !outbox_told(d->outbox, to->key, u->event.id, &last))
			continue;
		last.digest = ~digest;
		outbox_tell(d->outbox, to->key, u->event.id, &last,
			    (uint32_t)(u->recorded_us / DAY_US));
	}
}

int decide(struct decider *d, const struct update *u, const struct decide_whom *whom,
	   uint64_t *ret_full)
{
	uint64_t digest = decide_digest(u);
	if (u->cause == CAUSE_TAKEN_DOWN)
		take_back(d, u, whom, digest);
	uint64_t chosen = sift(d, choose(d, u, digest, whom), ret_full);
	struct update shown;
	d->counts.updates++;
	if (chosen == 0)
		return NETRAL_OK;
	arena_reset(&d->arena);
	int r = message_mask(d->policy, u, &d->arena, &shown);
	for (size_t i = 0; i < d->rules->receiver_count && r == NETRAL_OK; i++) {
		if (chosen & (uint64_t)1 << i)
			r = tell(d, &d->rules->receivers[i], &shown, digest);
	}
	return r;
}

int decide_due(struct decider *d, uint64_t now_ms, uint64_t *ret_wait_ms)
{
	int r = gather_step(&d->gatherer, d->rules, now_ms, ret_wait_ms);
	if (r > 0)
		d->counts.queued += (uint64_t)r;
	return r < 0 ? r : NETRAL_OK;
}

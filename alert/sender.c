/* Each receiver is a lane: idle, under way, or waiting for its time. Times are those of the real
 * clock, since they outlive the process; the timer looks again after a minute at most, so that a
 * clock that is set costs no more than that. */
#include "alert/sender.h"

#include "alert/channel.h"
#include "alert/retry.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <xxhash.h>

enum {
	LOOK_MS = 60 * 1000,
	MINUTE_MS = 60 * 1000,
	LOCAL_WAIT_MS = 5000, /* after what was our own fault */
};

struct lane {
	struct sender *sender;
	const struct receiver *receiver;
	struct outbox_receiver state;
	uint64_t after;      /* the last number that was dealt with */
	uint64_t number;     /* under way; 0: nothing is */
	struct line *line;   /* NULL before the first message */
	unsigned unreadable; /* tries of this message that ended so, by this process */
	bool empty, rewind;
	uint64_t minute_ms; /* of the real clock, in which sent_in_minute left */
	uint64_t sent_in_minute;
	char last_error[OUTBOX_REASON_MAX];
};

struct sender {
	struct loop *loop;
	const struct alert_config *config;
	struct outbox *outbox;
	struct channels channels;
	struct retry_schedule schedule;
	struct loop_timer timer;
	struct lane lanes[RECEIVERS_MAX];
	size_t lane_count;
	uint64_t delivered, failed, given_up;
	struct log_limit limit;
};

static uint64_t real_ms(void)
{
	return clock_real_us() / 1000;
}

/* --- how a try ended --- */

static void save(struct lane *l)
{
	outbox_set_receiver(l->sender->outbox, l->receiver->key, &l->state);
}

static void finish(struct lane *l)
{
	l->after = l->number;
	l->number = 0;
	l->unreadable = 0;
}

static void delivered(struct lane *l)
{
	crash_point("alert-delivered");
	outbox_done(l->sender->outbox, l->receiver->key, l->number);
	l->sender->delivered++;
	if (l->state.tries > 0) {
		l->state.number = l->state.tries = 0;
		l->state.due_ms = 0;
		save(l);
	}
	finish(l);
}

static void give_up(struct lane *l, const char *reason)
{
	log_error("sender: a message was given up, receiver=\"%s\" tries=%" PRIu32 " reason=\"%s\"",
		  l->receiver->name, l->state.tries, reason);
	outbox_give_up(l->sender->outbox, l->receiver->key, l->number, l->state.tries, reason);
	l->sender->given_up++;
	l->state.number = l->state.tries = 0;
	l->state.due_ms = 0;
	save(l);
	finish(l);
}

static void again_in(struct lane *l, uint64_t wait_ms)
{
	l->state.due_ms = real_ms() + wait_ms;
	l->number = 0;
}

static void count_try(struct lane *l)
{
	l->sender->failed++;
	l->state.tries = l->state.number == l->number ? l->state.tries + 1 : 1;
	l->state.number = l->number;
}

/* The same message would be refused again. */
static void refused(struct lane *l, const char *reason)
{
	count_try(l);
	give_up(l, reason);
}

static void failed(struct lane *l, int64_t retry_after_s, const char *reason)
{
	struct sender *s = l->sender;
	uint32_t dice = 0;
	(void)!getrandom(&dice, sizeof(dice), GRND_NONBLOCK);
	count_try(l);
	int64_t wait_ms = retry_wait_ms(&s->schedule, l->state.tries, retry_after_s, dice);
	if (wait_ms == RETRY_NEVER) {
		give_up(l, reason);
		return;
	}
	if (log_limit_pass(&s->limit, loop_now_ms(s->loop)))
		log_warning("sender: a message was not taken, receiver=\"%s\" tries=%" PRIu32
			    " again_in_ms=%" PRId64 " reason=\"%s\"",
			    l->receiver->name, l->state.tries, wait_ms, reason);
	again_in(l, (uint64_t)wait_ms);
	save(l);
}

/* What is behind it need not wait for days. */
static void unreadable(struct lane *l, const struct delivery_outcome *outcome)
{
	if (++l->unreadable < RETRY_UNREADABLE_MAX)
		failed(l, outcome->retry_after_s, outcome->reason);
	else
		refused(l, outcome->reason);
}

/* The message stays, for the day on which somebody enables the receiver again. */
static void gone(struct lane *l, const char *reason)
{
	log_error("sender: a receiver wants no more messages (%s), receiver=\"%s\"", reason,
		  l->receiver->name);
	l->sender->failed++;
	l->state = (struct outbox_receiver){.disabled = true, .address = l->state.address};
	l->number = 0;
	save(l);
}

static void on_done(void *user, const struct delivery_outcome *outcome)
{
	struct lane *l = user;
	snprintf(l->last_error, sizeof(l->last_error), "%s",
		 outcome->result == DELIVERY_TAKEN ? "" : outcome->reason);
	switch (outcome->result) {
	case DELIVERY_TAKEN:
		delivered(l);
		break;
	case DELIVERY_FAILED:
		failed(l, outcome->retry_after_s, outcome->reason);
		break;
	case DELIVERY_UNREADABLE:
		unreadable(l, outcome);
		break;
	case DELIVERY_GONE:
		gone(l, outcome->reason);
		break;
	case DELIVERY_REFUSED:
		refused(l, outcome->reason);
		break;
	case DELIVERY_LOCAL:
		log_warning("sender: a message could not be sent, receiver=\"%s\" reason=\"%s\"",
			    l->receiver->name, outcome->reason);
		again_in(l, LOCAL_WAIT_MS);
		break;
	}
}

void sender_reap(struct sender *s)
{
	for (size_t i = 0; i < s->lane_count; i++) {
		struct lane *l = &s->lanes[i];
		if (l->number > 0 && l->receiver->channel->reap)
			l->receiver->channel->reap(l->line);
	}
}

/* --- starting --- */

static int begin(struct lane *l, const struct outbox_item *item)
{
	if (!l->line)
		l->line = line_new(&l->sender->channels, l->receiver, on_done, l);
	l->number = item->number;
	int r = l->line ? l->receiver->channel->start(l->line, item) : NETRAL_ENOMEM;
	if (r == NETRAL_OK)
		l->sent_in_minute++;
	else
		again_in(l, LOCAL_WAIT_MS);
	return r;
}

static unsigned local_minute(uint64_t now_ms)
{
	time_t now = (time_t)(now_ms / 1000);
	struct tm tm = {0};
	localtime_r(&now, &tm);
	return (unsigned)(tm.tm_hour * 60 + tm.tm_min);
}

/* Milliseconds until the lane may send; 0: now. */
static uint64_t hold_ms(struct lane *l, uint64_t now_ms)
{
	const struct receiver *to = l->receiver;
	uint64_t left_ms = retry_left_ms(l->state.due_ms, now_ms);
	if (left_ms > 0)
		return left_ms;
	if (quiet_now(&to->quiet, local_minute(now_ms)))
		return MINUTE_MS - now_ms % MINUTE_MS;
	if (now_ms / MINUTE_MS != l->minute_ms / MINUTE_MS) {
		l->minute_ms = now_ms;
		l->sent_in_minute = 0;
	}
	if (to->per_minute > 0 && l->sent_in_minute >= to->per_minute)
		return MINUTE_MS - now_ms % MINUTE_MS;
	return 0;
}

/* Milliseconds until it is to be looked at again. */
static uint64_t step(struct lane *l, uint64_t now_ms)
{
	struct outbox_item item;
	const struct channel *channel = l->receiver->channel;
	if (l->number > 0)
		return channel->step ? channel->step(l->line) : LOOK_MS;
	if (l->state.disabled)
		return LOOK_MS;
	if (l->rewind)
		l->after = 0;
	if (l->empty && !l->rewind)
		return LOOK_MS;
	l->rewind = false;
	uint64_t wait_ms = hold_ms(l, now_ms);
	if (wait_ms > 0)
		return wait_ms;
	int r = outbox_next(l->sender->outbox, l->receiver->key, l->after, &item);
	l->empty = r == 0;
	if (r < 0 && log_limit_pass(&l->sender->limit, loop_now_ms(l->sender->loop)))
		log_error("sender: the next message cannot be read, receiver=\"%s\" error=\"%s\"",
			  l->receiver->name, netral_strerror(r));
	if (r == 1)
		r = begin(l, &item);
	if (r < 0)
		return LOCAL_WAIT_MS;
	return l->number > 0 && channel->step ? channel->step(l->line) : LOOK_MS;
}

void sender_step(struct sender *s)
{
	uint64_t wait_ms = LOOK_MS, now_ms = real_ms();
	for (size_t i = 0; i < s->lane_count; i++) {
		uint64_t lane_ms = step(&s->lanes[i], now_ms);
		wait_ms = lane_ms < wait_ms ? lane_ms : wait_ms;
	}
	loop_timer_set(s->loop, s->timer, wait_ms);
}

static int on_timer(void *user)
{
	(void)user; /* the end of the turn steps */
	return NETRAL_OK;
}

void sender_wake(struct sender *s)
{
	for (size_t i = 0; i < s->lane_count; i++)
		s->lanes[i].empty = false;
}

void sender_rewind(struct sender *s)
{
	for (size_t i = 0; i < s->lane_count; i++)
		s->lanes[i].rewind = true;
}

/* --- rules --- */

static void drop_lanes(struct sender *s)
{
	for (size_t i = 0; i < s->lane_count; i++)
		line_free(s->lanes[i].line);
	s->lane_count = 0;
}

/* A receiver that moved is another one: what its old address said does not count. */
static void make_lane(struct sender *s, const struct receiver *to)
{
	struct lane *l = &s->lanes[s->lane_count++];
	*l = (struct lane){.sender = s, .receiver = to};
	const char *address = to->channel->address(to);
	uint64_t hash = XXH3_64bits(address, strlen(address));
	outbox_receiver(s->outbox, to->key, &l->state);
	if (l->state.address != hash)
		l->state = (struct outbox_receiver){.address = hash};
}

void sender_set_rules(struct sender *s, const struct ruleset *rules)
{
	drop_lanes(s);
	for (size_t i = 0; i < rules->receiver_count; i++)
		make_lane(s, &rules->receivers[i]);
}

struct sender_receiver sender_receiver(const struct sender *s, size_t index)
{
	const struct lane *l = &s->lanes[index];
	return (struct sender_receiver){.disabled = l->state.disabled,
					.tries = l->state.tries,
					.due_ms = l->state.due_ms,
					.last_error = l->last_error};
}

bool sender_is_disabled(const struct sender *s, size_t index)
{
	return s->lanes[index].state.disabled;
}

void sender_enable(struct sender *s, uint64_t receivers)
{
	for (size_t i = 0; i < s->lane_count; i++) {
		struct lane *l = &s->lanes[i];
		if (!(receivers & (uint64_t)1 << i))
			continue;
		l->state.disabled = false;
		l->state.due_ms = 0;
		l->empty = false;
		save(l);
	}
}

/* --- life --- */

static void sender_freep(struct sender **s)
{
	sender_free(*s);
}

int sender_new(struct loop *loop, const struct alert_config *config, struct outbox *outbox,
	       struct sender **ret_sender)
{
	netral_cleanup(sender_freep) struct sender *s = fault_calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	s->loop = loop;
	s->config = config;
	s->outbox = outbox;
	s->timer = loop_timer_add(loop, on_timer, s);
	int r = retry_parse(config->retry_schedule, &s->schedule);
	if (r == NETRAL_OK)
		r = channels_open(&s->channels, loop, config);
	if (r == NETRAL_OK)
		*ret_sender = netral_take(s);
	return r;
}

void sender_free(struct sender *s)
{
	if (!s)
		return;
	drop_lanes(s);
	channels_close(&s->channels);
	loop_timer_remove(s->loop, s->timer);
	free(s);
}

struct sender_counts sender_counts(const struct sender *s)
{
	struct sender_counts c = {.delivered = s->delivered,
				  .failed = s->failed,
				  .given_up = s->given_up,
				  .refused_recipients = s->channels.refused_recipients};
	for (size_t i = 0; i < s->lane_count; i++) {
		const struct lane *l = &s->lanes[i];
		c.disabled += l->state.disabled;
		c.trouble += l->state.tries > 0;
		c.active += l->number > 0;
	}
	return c;
}

/* Each receiver is a lane: idle, under way, or waiting for its time. Times are those of the real
 * clock, since they outlive the process; the timer looks again after a minute at most, so that a
 * clock that is set costs no more than that. */
#include "alert/sender.h"

#include "alert/retry.h"
#include "alert/runner.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/fetch/fetch.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <xxhash.h>

enum {
	LOOK_MS = 60 * 1000,
	MINUTE_MS = 60 * 1000,
	CONNECT_MS = 10 * 1000,
	ANSWER_MAX = 64 * 1024, /* bytes of an answer's body, which nobody reads */
	LOCAL_WAIT_MS = 5000,   /* after what was our own fault */
	SIGNATURES_SIZE = SECRETS_MAX * SECRET_SIGNATURE_SIZE,
	GONE = 410,
};

struct lane {
	struct sender *sender;
	const struct receiver *receiver;
	struct outbox_receiver state;
	uint64_t after;  /* the last number that was dealt with */
	uint64_t number; /* under way; 0: nothing is */
	struct fetch *fetch;
	pid_t pid;            /* of a program; 0: none */
	uint64_t deadline_ms; /* of the program, on the loop's clock */
	bool empty, rewind;
	unsigned refusals; /* of the message that is tried, by this process */
	uint64_t minute_ms; /* of the real clock, in which sent_in_minute left */
	uint64_t sent_in_minute;
};

struct sender {
	struct loop *loop;
	const struct alert_config *config;
	struct outbox *outbox;
	struct fetcher *fetcher;
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
	l->refusals = 0;
	l->fetch = NULL;
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
	l->fetch = NULL;
}

static void failed(struct lane *l, int64_t retry_after_s, const char *reason)
{
	struct sender *s = l->sender;
	uint32_t dice = 0;
	(void)!getrandom(&dice, sizeof(dice), GRND_NONBLOCK);
	s->failed++;
	l->state.tries = l->state.number == l->number ? l->state.tries + 1 : 1;
	l->state.number = l->number;
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

/* The receiver reads the message and will not have it: what is behind it need not wait for days. */
static void refused(struct lane *l, int64_t retry_after_s, const char *reason)
{
	if (++l->refusals < RETRY_REFUSALS_MAX) {
		failed(l, retry_after_s, reason);
		return;
	}
	l->sender->failed++;
	l->state.tries = l->state.number == l->number ? l->state.tries + 1 : 1;
	give_up(l, reason);
}

/* The message stays, for the day on which somebody enables the receiver again. */
static void gone(struct lane *l)
{
	log_error("sender: a receiver wants no more messages (HTTP 410), receiver=\"%s\"",
		  l->receiver->name);
	l->sender->failed++;
	l->state = (struct outbox_receiver){.disabled = true, .address = l->state.address};
	l->number = 0;
	l->fetch = NULL;
	save(l);
}

/* --- webhooks --- */

/* An answer of 2xx that is too long is an answer; one that was cut off may be another's than the
 * receiver's own. */
static bool was_taken(const struct fetch_result *r)
{
	return r->outcome == FETCH_OK ||
	       (r->outcome == FETCH_TOO_BIG && r->status >= 200 && r->status < 300);
}

/* What a peer sent, or a URL that may be a secret, is not repeated. */
static const char *reason_of(const struct fetch_result *r, char *text, size_t size)
{
	if (r->outcome == FETCH_REDIRECT)
		snprintf(text, size, "HTTP %d, a redirect", r->status);
	else if (r->outcome == FETCH_BAD_URL)
		snprintf(text, size, "the URL cannot be asked");
	else
		snprintf(text, size, "%.*s", (int)size - 1, r->reason);
	return text;
}

static void on_answer(void *user, const struct fetch_result *r)
{
	struct lane *l = user;
	char reason[OUTBOX_REASON_MAX];
	if (was_taken(r)) {
		delivered(l);
	} else if (r->status == GONE && r->outcome == FETCH_STATUS) {
		gone(l);
	} else if (r->outcome == FETCH_LOCAL) {
		log_warning("sender: a message could not be sent, receiver=\"%s\" reason=\"%s\"",
			    l->receiver->name, r->reason);
		again_in(l, LOCAL_WAIT_MS);
	} else if (r->outcome == FETCH_STATUS && retry_is_refusal(r->status)) {
		refused(l, r->retry_after_s, reason_of(r, reason, sizeof(reason)));
	} else {
		failed(l, r->retry_after_s, reason_of(r, reason, sizeof(reason)));
	}
	/* The end of this turn goes on. */
	loop_again(l->sender->loop);
}

static void sign(const struct receiver *to, const struct outbox_item *item, int64_t now_s,
		 char signatures[static SIGNATURES_SIZE])
{
	size_t len = 0;
	signatures[0] = '\0';
	for (size_t i = 0; i < to->secret_count; i++) {
		if (i > 0)
			signatures[len++] = ' ';
		secret_sign(&to->secrets[i], item->id, now_s, item->body.ptr, item->body.len,
			    signatures + len);
		len += strlen(signatures + len);
	}
}

static int post(struct lane *l, const struct outbox_item *item)
{
	struct sender *s = l->sender;
	const struct receiver *to = l->receiver;
	char signatures[SIGNATURES_SIZE], timestamp[24];
	int64_t now_s = (int64_t)(real_ms() / 1000);
	uint64_t whole_ms = s->config->request_ms;
	snprintf(timestamp, sizeof(timestamp), "%" PRId64, now_s);
	sign(to, item, now_s, signatures);
	const struct fetch_field fields[] = {
		{"Content-Type",
		 to->form[0] ? "application/json" : "application/cloudevents+json; charset=utf-8"},
		{"webhook-id", item->id},
		{"webhook-timestamp", timestamp},
		{"webhook-signature", signatures},
	};
	const struct fetch_request request = {
		.url = to->url,
		.limits = {.connect_ms = whole_ms < CONNECT_MS ? whole_ms : CONNECT_MS,
			   .whole_ms = whole_ms,
			   .slow_bytes = 1,
			   .slow_s = INT_MAX / 1000,
			   .body_max = ANSWER_MAX},
		.lane = to->name,
		.body = item->body.ptr,
		.body_len = item->body.len,
		.fields = fields,
		.field_count = netral_countof(fields) - (to->secret_count == 0),
		.user = l,
	};
	return fetcher_get(s->fetcher, &request, on_answer, &l->fetch);
}

/* --- programs --- */

static int run(struct lane *l, const struct outbox_item *item)
{
	int r = runner_start(l->receiver->argv, item->body.ptr, item->body.len, &l->pid);
	if (r == NETRAL_OK)
		l->deadline_ms = loop_now_ms(l->sender->loop) + l->sender->config->request_ms;
	return r;
}

static void ended(struct lane *l, int status)
{
	char reason[OUTBOX_REASON_MAX];
	l->pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		delivered(l);
		return;
	}
	if (WIFEXITED(status))
		snprintf(reason, sizeof(reason), "the program exited with %d", WEXITSTATUS(status));
	else
		snprintf(reason, sizeof(reason), "the program was ended by signal %d",
			 WTERMSIG(status));
	failed(l, -1, reason);
}

void sender_reap(struct sender *s)
{
	for (size_t i = 0; i < s->lane_count; i++) {
		struct lane *l = &s->lanes[i];
		int status;
		if (l->pid > 0 && waitpid(l->pid, &status, WNOHANG) == l->pid)
			ended(l, status);
	}
}

/* --- starting --- */

static int begin(struct lane *l, const struct outbox_item *item)
{
	l->number = item->number;
	int r = l->receiver->kind == RECEIVER_PROGRAM ? run(l, item) : post(l, item);
	if (r == NETRAL_OK) {
		l->sent_in_minute++;
		return r;
	}
	if (l->receiver->kind == RECEIVER_PROGRAM)
		failed(l, -1, netral_strerror(r));
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
	if (l->state.due_ms > now_ms)
		return l->state.due_ms - now_ms;
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
	if (l->pid > 0) {
		uint64_t loop_ms = loop_now_ms(l->sender->loop);
		if (l->deadline_ms > loop_ms)
			return l->deadline_ms - loop_ms;
		runner_kill(l->pid); /* sender_reap() hears of it */
		return LOOK_MS;
	}
	if (l->number > 0 || l->state.disabled)
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
	if (r == 1)
		r = begin(l, &item);
	return r < 0 ? LOCAL_WAIT_MS : LOOK_MS;
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
	for (size_t i = 0; i < s->lane_count; i++) {
		struct lane *l = &s->lanes[i];
		if (l->fetch)
			fetcher_cancel(s->fetcher, l->fetch);
		if (l->pid > 0) {
			runner_kill(l->pid);
			(void)waitpid(l->pid, NULL, 0);
		}
	}
	s->lane_count = 0;
}

/* A receiver that moved is another one: what its old address said does not count. */
static void make_lane(struct sender *s, const struct receiver *to)
{
	struct lane *l = &s->lanes[s->lane_count++];
	*l = (struct lane){.sender = s, .receiver = to};
	const char *address = to->url ? to->url : to->argv[0];
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

static int open_fetcher(struct sender *s)
{
	const struct alert_config *config = s->config;
	const char *allow[FETCH_ALLOW_MAX];
	char reason[FETCH_REASON_SIZE];
	netral_cleanup(netral_freep) char *ranges = strdup(config->allow_addresses);
	if (!ranges)
		return NETRAL_ENOMEM;
	const struct fetch_options o = {.contact = config->contact,
					.ca_file = config->ca_file[0] ? config->ca_file : NULL,
					.allow = allow,
					.allow_count = alert_config_allow(ranges, allow),
					.concurrency = (uint32_t)config->concurrency,
					.requests_max = RECEIVERS_MAX};
	int r = fetcher_new(s->loop, &o, reason, &s->fetcher);
	if (r < 0)
		log_error("sender: cannot send, error=\"%s\"", reason);
	return r;
}

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
		r = open_fetcher(s);
	if (r == NETRAL_OK)
		*ret_sender = netral_take(s);
	return r;
}

void sender_free(struct sender *s)
{
	if (!s)
		return;
	drop_lanes(s);
	fetcher_free(s->fetcher);
	loop_timer_remove(s->loop, s->timer);
	free(s);
}

struct sender_counts sender_counts(const struct sender *s)
{
	struct sender_counts c = {
		.delivered = s->delivered, .failed = s->failed, .given_up = s->given_up};
	for (size_t i = 0; i < s->lane_count; i++) {
		const struct lane *l = &s->lanes[i];
		c.disabled += l->state.disabled;
		c.trouble += l->state.tries > 0;
		c.active += l->number > 0;
	}
	return c;
}

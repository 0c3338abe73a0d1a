#include "alert/operate.h"

#include "alert/message.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { COUNTERS_MAX = 32 };

/* --- status --- */

/* By name, without a word of where they are. */
static int fill_receivers(const struct operate *o, struct arena *arena,
			  struct msg_status_reply *ret_reply)
{
	const struct ruleset *rules = o->decider->rules;
	struct receiver_status *list =
		arena_calloc(arena, rules->receiver_count + 1, sizeof(*list));
	if (!list)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < rules->receiver_count; i++) {
		struct sender_receiver s = sender_receiver(o->sender, i);
		struct outbox_waiting w = outbox_waiting(o->outbox, rules->receivers[i].key);
		list[i] = (struct receiver_status){
			.name = rules->receivers[i].name,
			.disabled = s.disabled,
			.waiting = w.messages,
			.bytes = w.bytes,
			.oldest_ms = w.oldest_ms,
			.behind = behind_updates(o->behind, i, feed_through(o->feed)),
			.tries = s.tries,
			.due_ms = s.tries > 0 ? s.due_ms : 0,
			.last_error = s.last_error,
		};
	}
	ret_reply->receivers = list;
	ret_reply->receiver_count = rules->receiver_count;
	return NETRAL_OK;
}

int operate_status(const struct operate *o, struct arena *arena, struct msg_status_reply *ret_reply)
{
	const struct outbox_counts out = outbox_counts(o->outbox);
	const struct sender_counts sent = sender_counts(o->sender);
	const struct decide_counts *d = &o->decider->counts;
	const struct gather_counts *gathered = &o->decider->gatherer.counts;
	const struct counter counters[] = {
		{"netral_alert_updates_total", d->updates},
		{"netral_alert_updates_behind", feed_behind(o->feed)},
		{"netral_alert_messages_queued_total", d->queued},
		{"netral_alert_messages_known_total", d->known},
		{"netral_alert_messages_muted_total", d->muted},
		{"netral_alert_messages_too_big_total", d->too_big},
		{"netral_alert_messages_taken_back_total", d->taken_back},
		{"netral_alert_gathered_updates_total", gathered->updates},
		{"netral_alert_gathered_messages_total", gathered->messages},
		{"netral_alert_gathered_early_total", gathered->early},
		{"netral_alert_gathered_dropped_total", gathered->dropped},
		{"netral_alert_updates_gathering", out.gathering},
		{"netral_alert_messages_delivered_total", sent.delivered},
		{"netral_alert_tries_failed_total", sent.failed},
		{"netral_alert_messages_given_up_total", sent.given_up},
		{"netral_alert_recipients_refused_total", sent.refused_recipients},
		{"netral_alert_messages_waiting", out.waiting},
		{"netral_alert_messages_failed", out.failed},
		{"netral_alert_failed_forgotten_total", out.forgotten_failed},
		{"netral_alert_outbox_bytes", out.bytes},
		{"netral_alert_outbox_max_bytes", out.max_bytes},
		{"netral_alert_told", out.told},
		{"netral_alert_told_forgotten_total", out.forgotten_told},
		{"netral_alert_commits_total", out.commits},
		{"netral_alert_commit_failures_total", out.failures},
		{"netral_alert_receivers", o->decider->rules->receiver_count},
		{"netral_alert_receivers_disabled", sent.disabled},
		{"netral_alert_receivers_in_trouble", sent.trouble},
		{"netral_alert_receivers_behind", (uint64_t)__builtin_popcountll(o->behind->set)},
		{"netral_alert_fell_behind_total", o->behind->falls},
		{"netral_alert_protocol_errors_total", o->peers->protocol_errors},
	};
	_Static_assert(netral_countof(counters) <= COUNTERS_MAX, "the copy");
	struct counter *copy = arena_alloc(arena, sizeof(counters));
	if (!copy)
		return NETRAL_ENOMEM;
	memcpy(copy, counters, sizeof(counters));
	*ret_reply = (struct msg_status_reply){
		.program = "netral-alert",
		.version = NETRAL_VERSION,
		.pid = (uint64_t)getpid(),
		.uptime_ms = loop_now_ms(o->loop) - o->started_ms,
		.state = o->state(o->user),
		.counters = copy,
		.counter_count = netral_countof(counters),
	};
	return fill_receivers(o, arena, ret_reply);
}

/* --- what was given up --- */

static const char *name_of(const struct ruleset *rules, uint64_t key)
{
	for (size_t i = 0; i < rules->receiver_count; i++) {
		if (rules->receivers[i].key == key)
			return rules->receivers[i].name;
	}
	return "";
}

static int copy_failure(const struct operate *o, uint64_t receiver, const struct outbox_item *item,
			struct arena *arena, struct alert_failure *f)
{
	*f = (struct alert_failure){.receiver = name_of(o->decider->rules, receiver),
				    .number = item->number,
				    .id = arena_strdup(arena, item->id),
				    .tries = item->tries,
				    .reason = arena_strdup(arena, item->reason),
				    .created_ms = item->created_ms};
	return f->id && f->reason ? NETRAL_OK : NETRAL_ENOMEM;
}

int operate_list(const struct operate *o, const struct msg_alert_list *list, struct arena *arena,
		 struct msg_alert_page *ret_page)
{
	uint32_t limit =
		list->limit && list->limit < CODEC_ALERTS_MAX ? list->limit : CODEC_ALERTS_MAX;
	struct outbox_item item;
	int r = NETRAL_OK;
	*ret_page = (struct msg_alert_page){.next_receiver = list->after_receiver,
					    .next_number = list->after_number};
	ret_page->failures = arena_calloc(arena, limit, sizeof(*ret_page->failures));
	if (!ret_page->failures)
		return NETRAL_ENOMEM;
	while (r == NETRAL_OK && ret_page->failure_count < limit) {
		r = outbox_next_failed(o->outbox, &ret_page->next_receiver, &ret_page->next_number,
				       &item);
		if (r != 1)
			return r;
		r = copy_failure(o, ret_page->next_receiver, &item, arena,
				 &ret_page->failures[ret_page->failure_count++]);
	}
	ret_page->more = true;
	return r;
}

/* --- actions --- */

/* Its id is another one each time, so that nobody takes it for a repeat. */
static void make_sample(struct update *u, char id[static MESSAGE_ID_SIZE])
{
	*u = (struct update){.change = CHANGE_NEW, .recorded_us = clock_real_us()};
	event_init(&u->event);
	snprintf(id, MESSAGE_ID_SIZE, "test-%" PRIu64, u->recorded_us);
	u->event.id = id;
	u->event.kind = EVENT_KIND_SESSION;
	u->event.status = EVENT_STATUS_HELD;
	u->event.place = (struct event_place){"ID", "Nasional", ""};
	u->event.scope = EVENT_SCOPE_CASE;
	u->event.confidence = 1;
	u->event.sentence = "Pesan uji dari netral, bukan peristiwa. A test of netral, no event.";
	u->article.title = u->article.url = u->article.published = u->article.source =
		(struct text){"", 0};
}

static int test(const struct operate *o, const char *name, uint32_t *ret_done, char *error,
		size_t size)
{
	const struct ruleset *rules = o->decider->rules;
	const struct rule *rule = rules_find(rules, name);
	struct notice sample = {.was = 0};
	char event_id[MESSAGE_ID_SIZE], id[MESSAGE_ID_SIZE];
	if (!rule) {
		snprintf(error, size,
			 "there is no rule \"%.64s\"; they are in the file of rules, read at the "
			 "start and on SIGHUP",
			 name);
		return NETRAL_ENOTFOUND;
	}
	make_sample(&sample.update, event_id);
	message_id(&sample.update, id);
	for (size_t i = 0; i < rules->receiver_count; i++) {
		netral_cleanup(buf_fini) struct buf body = {.limit = MESSAGE_MAX};
		if (!(rule->receivers & (uint64_t)1 << i))
			continue;
		int r = message_write(&rules->receivers[i], &sample, 1, true, &body);
		if (r < 0) {
			snprintf(error, size, "%s", netral_strerror(r));
			return r;
		}
		outbox_put(o->outbox, rules->receivers[i].key, id, body.data, body.len);
		o->decider->counts.queued++;
		++*ret_done;
	}
	return NETRAL_OK;
}

/* A receiver that is disabled is enabled by it: somebody asks for it to be tried. */
static int retry(const struct operate *o, const char *name, uint32_t *ret_done, char *error,
		 size_t size)
{
	const struct ruleset *rules = o->decider->rules;
	uint64_t receivers = 0;
	for (size_t i = 0; i < rules->receiver_count; i++) {
		if (name[0] && strcmp(rules->receivers[i].name, name) != 0)
			continue;
		receivers |= (uint64_t)1 << i;
		*ret_done +=
			outbox_retry_failed(o->outbox, rules->receivers[i].key, OUTBOX_FAILED_MAX);
	}
	if (receivers == 0) {
		snprintf(error, size, "there is no receiver \"%.64s\"", name);
		return NETRAL_ENOTFOUND;
	}
	o->decider->counts.queued += *ret_done;
	sender_enable(o->sender, receivers);
	return NETRAL_OK;
}

static int replay(const struct operate *o, uint64_t number, char *error, size_t size)
{
	int r = feed_replay(o->feed, number);
	if (r == NETRAL_EAGAIN)
		snprintf(error, size, "a replay is under way, or netral-record was not heard yet");
	else if (r < 0)
		snprintf(error, size, "there is no update %" PRIu64, number);
	return r;
}

int operate_act(const struct operate *o, const struct msg_alert_action *action, uint32_t *ret_done,
		char *error, size_t error_size)
{
	switch (action->verb) {
	case ALERT_TEST:
		return test(o, action->name, ret_done, error, error_size);
	case ALERT_RETRY:
		return retry(o, action->name, ret_done, error, error_size);
	case ALERT_REPLAY:
		return replay(o, action->number, error, error_size);
	}
	return NETRAL_EINVALID;
}

#include "alert/gather.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <xxhash.h>

enum {
	ARENA_MAX = 64 << 20,
	BURST = 16, /* messages a turn */
	MINUTE_MS = 60 * 1000,
	DAY_MINUTES = 24 * 60,
	LOOK_MS = 60 * 1000, /* the real clock may be set */
};

void gatherer_init(struct gatherer *g, struct outbox *outbox)
{
	*g = (struct gatherer){.outbox = outbox};
	arena_init(&g->arena, ARENA_MAX);
	buf_init(&g->packed, 0);
	buf_init(&g->body, GATHER_BODY_MAX);
}

void gatherer_fini(struct gatherer *g)
{
	arena_fini(&g->arena);
	buf_fini(&g->packed);
	buf_fini(&g->body);
	free(g->some);
}

/* --- when --- */

bool gather_wants(const struct receiver *to)
{
	return to->group_wait_ms > 0 || to->has_digest;
}

/* The next time that a local clock shows `minute` of the day; mktime() knows of the days on which
 * clocks are changed. */
static uint64_t next_minute_ms(unsigned minute, uint64_t now_ms)
{
	time_t now = (time_t)(now_ms / 1000);
	for (int day = 0; day < 3; day++) {
		struct tm tm = {0};
		localtime_r(&now, &tm);
		tm.tm_mday += day;
		tm.tm_hour = (int)(minute / 60);
		tm.tm_min = (int)(minute % 60);
		tm.tm_sec = 0;
		tm.tm_isdst = -1;
		time_t then = mktime(&tm);
		if (then > now)
			return (uint64_t)then * 1000;
	}
	return now_ms + (uint64_t)DAY_MINUTES * MINUTE_MS;
}

static unsigned minute_of(uint64_t real_ms)
{
	time_t now = (time_t)(real_ms / 1000);
	struct tm tm = {0};
	localtime_r(&now, &tm);
	return (unsigned)(tm.tm_hour * 60 + tm.tm_min);
}

uint64_t gather_due_ms(const struct receiver *to, uint64_t now_ms)
{
	uint64_t due_ms = to->has_digest ? next_minute_ms(to->digest_minute, now_ms)
					 : now_ms + to->group_wait_ms;
	if (quiet_now(&to->quiet, minute_of(due_ms)))
		due_ms = next_minute_ms(to->quiet.until, due_ms);
	return due_ms;
}

/* --- in --- */

static uint64_t group_of(const struct receiver *to, const struct event *e)
{
	const char *text = "";
	switch (to->group_by) {
	case GROUP_BY_NONE:
		break;
	case GROUP_BY_EVENT:
		text = e->id;
		break;
	case GROUP_BY_PROVINCE:
		text = e->place.province;
		break;
	case GROUP_BY_KIND:
		text = event_kind_name((int)e->kind);
		break;
	}
	return XXH3_64bits(text, strlen(text));
}

int gather_add(struct gatherer *g, const struct receiver *to, const struct notice *notice,
	       uint64_t now_ms)
{
	const struct update *u = &notice->update;
	struct told was;
	const struct outbox_group group = {.receiver = to->key,
					   .group = group_of(to, &u->event),
					   .due_ms = gather_due_ms(to, now_ms)};
	if (u->change == CHANGE_REMOVED &&
	    outbox_gathering(g->outbox, to->key, u->event.id, &was) == 1 && was.digest == 0) {
		outbox_ungather(g->outbox, to->key, u->event.id);
		return NETRAL_OK;
	}
	buf_clear(&g->packed);
	int r = codec_encode_update(u, &g->packed);
	if (r < 0)
		return NETRAL_ENOMEM;
	outbox_gather(g->outbox, &group, to->has_digest ? UINT32_MAX : to->group_max, u->event.id,
		      &notice->was, g->packed.data, g->packed.len);
	g->counts.updates++;
	g->look_ms = 0;
	return NETRAL_OK;
}

/* --- out --- */

struct gathered {
	struct notice notices[GATHER_MAX];
	uint64_t numbers[GATHER_MAX];
	size_t count;
	bool is_broken; /* the one behind them cannot be read */
};

/* At most `max` of a group, in the order in which their events came. */
static int read_group(struct gatherer *g, const struct outbox_group *group, size_t max,
		      struct gathered *ret)
{
	struct outbox_gathered item;
	uint64_t after = 0;
	int r = 0;
	ret->count = 0;
	ret->is_broken = false;
	while (ret->count < max &&
	       (r = outbox_next_gathered(g->outbox, group, after, &item)) == 1) {
		struct notice *n = &ret->notices[ret->count];
		after = item.number;
		*n = (struct notice){.was = item.was};
		r = codec_decode_update(item.packed.ptr, item.packed.len, &g->arena, &n->update);
		ret->numbers[ret->count] = after;
		ret->is_broken = r < 0 && r != NETRAL_ENOMEM;
		if (r < 0 && (ret->count > 0 || ret->is_broken))
			return NETRAL_OK; /* those before it; it is the first of the next message */
		if (r < 0)
			return r;
		ret->count++;
	}
	return r < 0 ? r : NETRAL_OK;
}

/* That of a single one is its own. The id of several is made of theirs. */
static int make_id(struct gatherer *g, const struct notice *notices, size_t count,
		   char ret[static MESSAGE_ID_SIZE])
{
	char id[MESSAGE_ID_SIZE];
	int r = NETRAL_OK;
	message_id(&notices[0].update, ret);
	if (count == 1)
		return r;
	buf_clear(&g->packed);
	for (size_t i = 0; i < count && r == NETRAL_OK; i++) {
		message_id(&notices[i].update, id);
		r = buf_append(&g->packed, id, strlen(id) + 1);
	}
	XXH128_hash_t hash = XXH3_128bits(g->packed.data, g->packed.len);
	snprintf(ret, MESSAGE_ID_SIZE, "batch-%016" PRIx64 "%016" PRIx64, (uint64_t)hash.high64,
		 (uint64_t)hash.low64);
	return r;
}

/* As many of them as have room; 0 when the first has none. */
static int write_body(struct gatherer *g, const struct receiver *to, struct gathered *some)
{
	while (some->count > 0) {
		buf_clear(&g->body);
		int r = message_write(to, some->notices, some->count, false, &g->body);
		if (r != NETRAL_ETOOBIG)
			return r;
		some->count /= 2;
	}
	return NETRAL_OK;
}

static void drop(struct gatherer *g, const struct outbox_group *group, uint64_t count,
		 uint64_t through, const char *why)
{
	log_error("gather: updates are left out, count=%" PRIu64 " reason=\"%s\"", count, why);
	outbox_take_gathered(g->outbox, group, through);
	g->counts.dropped += count;
}

/* One message, of what the group has first. */
static int send_group(struct gatherer *g, const struct receiver *to,
		      const struct outbox_group *group, struct gathered *some)
{
	char id[MESSAGE_ID_SIZE];
	arena_reset(&g->arena);
	int r = read_group(g, group, to->group_max, some);
	bool is_empty = some->count == 0 && !some->is_broken;
	if (r == NETRAL_OK)
		r = write_body(g, to, some);
	if (r < 0)
		return r;
	if (is_empty)
		drop(g, group, 0, UINT64_MAX, "the group is empty");
	else if (some->count == 0)
		drop(g, group, 1, some->numbers[0], "it is too large, or cannot be read");
	if (some->count == 0)
		return 0;
	r = make_id(g, some->notices, some->count, id);
	if (r < 0)
		return r;
	crash_point("alert-gathered");
	outbox_put(g->outbox, to->key, id, g->body.data, g->body.len);
	outbox_take_gathered(g->outbox, group, some->numbers[some->count - 1]);
	g->counts.messages++;
	return 1;
}

static const struct receiver *receiver_of(const struct ruleset *rules, uint64_t key)
{
	for (size_t i = 0; i < rules->receiver_count; i++) {
		if (rules->receivers[i].key == key)
			return &rules->receivers[i];
	}
	return NULL;
}

/* A message, if there can be one. 1, 0 or an error. */
static int end_group(struct gatherer *g, const struct ruleset *rules,
		     const struct outbox_group *group)
{
	const struct receiver *to = receiver_of(rules, group->receiver);
	if (!to) {
		drop(g, group, group->count, UINT64_MAX, "their receiver is gone");
		return 0;
	}
	if (!g->some)
		g->some = fault_malloc(sizeof(*g->some));
	return g->some ? send_group(g, to, group, g->some) : NETRAL_ENOMEM;
}

/* So that turns without anything due ask the outbox nothing. */
static bool may_be_due(const struct gatherer *g, uint64_t now_ms)
{
	return now_ms >= g->look_ms || g->look_ms - now_ms > LOOK_MS; /* the clock was set */
}

/* A group of a receiver whose share is full: its updates are not to fill it until their time. */
static int early_group(struct gatherer *g, const struct ruleset *rules, struct outbox_group *ret)
{
	int r = 0;
	for (size_t i = 0; i < rules->receiver_count && r == 0; i++) {
		uint64_t key = rules->receivers[i].key;
		if (!outbox_has_room(g->outbox, key, rules->receiver_count))
			r = outbox_group_of(g->outbox, key, ret);
	}
	return r;
}

/* 1 with a group whose message is to be made; 0 with the time after which there may be one. */
static int next_group(struct gatherer *g, const struct ruleset *rules, uint64_t now_ms,
		      struct outbox_group *ret, uint64_t *ret_wait_ms)
{
	int r = outbox_first_group(g->outbox, ret);
	*ret_wait_ms = LOOK_MS;
	uint64_t due_ms = r == 1 ? outbox_group_due_ms(ret) : 0;
	if (due_ms > now_ms) {
		if (due_ms - now_ms < LOOK_MS)
			*ret_wait_ms = due_ms - now_ms;
		r = early_group(g, rules, ret);
	}
	if (r == 1)
		*ret_wait_ms = 0;
	return r;
}

int gather_step(struct gatherer *g, const struct ruleset *rules, uint64_t now_ms,
		uint64_t *ret_wait_ms)
{
	struct outbox_group group;
	int made = 0, r = 1;
	if (!may_be_due(g, now_ms)) {
		*ret_wait_ms = g->look_ms - now_ms;
		return 0;
	}
	for (int i = 0; i < BURST; i++) {
		r = next_group(g, rules, now_ms, &group, ret_wait_ms);
		if (r != 1)
			break;
		r = end_group(g, rules, &group);
		if (r < 0)
			break;
		g->counts.early += r == 1 && outbox_group_due_ms(&group) > now_ms;
		made += r;
	}
	/* What was made may yet be lost with the batch. */
	g->look_ms = made > 0 || r < 0 ? 0 : now_ms + *ret_wait_ms;
	return r < 0 ? r : made;
}

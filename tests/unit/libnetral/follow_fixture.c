#include "follow_fixture.h"

#include "proto/filter.h"

#include <stdlib.h>
#include <string.h>

const char *const follow_areas[TOPICS] = {"81.71", "53.71", "81", ""};

static void on_update(void *user, const struct update *u)
{
	struct seen *s = user;
	s->numbers[s->count++] = u->seq;
}

static void on_epoch(void *user, bool replaced)
{
	struct seen *s = user;
	s->replaced += replaced;
	s->went_back += !replaced;
}

void begin(struct fixture *f, uint64_t from)
{
	struct follow_sink sink = {&f->seen, on_update, on_epoch};
	assert_int_equal(follow_core_new(&f->filter, from, &sink, &f->core), 0);
}

void set_epoch(struct store *s, uint8_t n)
{
	*s = (struct store){0};
	memset(&s->epoch, n, sizeof(s->epoch));
}

int follow_set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	set_epoch(&f->store, 1);
	*state = f;
	return f ? 0 : -1;
}

int follow_tear_down(void **state)
{
	struct fixture *f = *state;
	follow_core_free(f->core);
	free(f);
	return 0;
}

/* --- the store --- */

const struct update *append(struct store *s, unsigned topic, enum event_status status)
{
	struct update *u = &s->updates[++s->head];
	event_init(&u->event);
	u->epoch = s->epoch;
	u->seq = s->head;
	u->prev_in_topic = s->last_in_topic[topic];
	u->change = CHANGE_NEW;
	u->event.kind = EVENT_KIND_VIOLATION;
	u->event.status = status;
	u->event.place.code = follow_areas[topic];
	s->last_in_topic[topic] = s->head;
	return u;
}

const struct update *add(struct store *s, unsigned topic)
{
	return append(s, topic, EVENT_STATUS_FOUND);
}

struct msg_head next_head(struct store *s)
{
	struct msg_head h = {.epoch = s->epoch, .seq = s->head, .prev = s->head_before};
	for (unsigned t = 0; t < TOPICS; t++) {
		if (s->last_in_topic[t] <= s->head_before)
			continue;
		codec_topic(&s->updates[s->last_in_topic[t]].event, s->topics[t]);
		s->changed[h.changed_count++] =
			(struct topic_head){s->topics[t], s->last_in_topic[t]};
	}
	h.changed = s->changed;
	s->head_before = s->head;
	return h;
}

void hear_head(struct fixture *f)
{
	struct msg_head h = next_head(&f->store);
	follow_core_head(f->core, &h);
}

int answer(struct fixture *f, uint64_t *ret_head)
{
	struct msg_replay q;
	struct update found[PAGE];
	struct msg_replay_page p = {.epoch = f->store.epoch, .updates = found};
	follow_core_replay(f->core, &q);
	bool other = memcmp(&q.epoch, &f->store.epoch, sizeof(q.epoch)) != 0;
	if (other || q.from > f->store.head + 1) {
		struct msg_error e = {.code = other ? CODE_EPOCH : CODE_FUTURE,
				      .has_epoch = true,
				      .epoch = f->store.epoch,
				      .head = f->store.head};
		return follow_core_refused(f->core, &e, ret_head);
	}
	p.through = q.from - 1;
	p.head = f->store.head;
	while (p.through < p.head && p.update_count < PAGE) {
		const struct update *u = &f->store.updates[++p.through];
		if (filter_match(&q.filter, &u->event))
			found[p.update_count++] = *u;
	}
	return follow_core_page(f->core, &p);
}

void replay_all(struct fixture *f)
{
	uint64_t head;
	while (follow_core_state(f->core) == FOLLOW_REPLAYING)
		assert_int_equal(answer(f, &head), 0);
}

void expect_seen(struct fixture *f, const uint64_t *numbers, size_t count)
{
	assert_int_equal(f->seen.count, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(f->seen.numbers[i], numbers[i]);
}

void only_area(struct fixture *f, const char *area)
{
	f->area = area;
	f->filter.areas = &f->area;
	f->filter.area_count = 1;
}

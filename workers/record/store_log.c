/* The update log: what subscribers hear of, in the order of its numbers. */
#include "workers/record/store_recording.h"

enum { UPDATES_FIRST = 256 };

struct article_ref store_article_ref(const struct article_record *a)
{
	return (struct article_ref){.id = a->id,
				    .url = a->url,
				    .title = a->title,
				    .published = a->published,
				    .source = a->source};
}

static struct batch_update *new_batch_update(struct store *s)
{
	if (s->batch_count == s->batch_cap) {
		size_t cap = s->batch_cap ? s->batch_cap * 2 : UPDATES_FIRST;
		struct batch_update *list =
			fault_realloc(s->batch_updates, cap * sizeof(*s->batch_updates));
		if (!list)
			return NULL;
		s->batch_updates = list;
		s->batch_cap = cap;
	}
	return &s->batch_updates[s->batch_count];
}

static int put_update(struct store *s, const struct update *u, int topic)
{
	struct batch_update *b = new_batch_update(s);
	if (!b)
		return NETRAL_ENOMEM;
	b->offset = s->batch_bytes.len;
	int r = codec_encode_update(u, &s->batch_bytes);
	if (r < 0)
		return r;
	b->len = s->batch_bytes.len - b->offset;
	b->seq = u->seq;
	b->topic_number = topic;
	codec_topic(&u->event, b->topic);
	s->batch_count++;
	topics_set(s->topics, topic, u->seq);

	uint8_t key[8];
	put_be64(key, u->seq);
	return store_put(s->batch, s->updates, key, sizeof(key), s->batch_bytes.data + b->offset,
			 b->len, MDB_APPEND);
}

static void count_update(struct record_status *status, enum update_change what)
{
	status->added += what == CHANGE_NEW;
	status->changed += what == CHANGE_CHANGED;
	status->removed += what == CHANGE_REMOVED;
}

int store_log(struct store *s, const struct recording *rec, const struct update *draft)
{
	struct update u = *draft;
	int topic = topic_number(u.event.kind, u.event.place.code);
	if (topic < 0)
		return NETRAL_EMALFORMED; /* only a damaged store has one */
	u.epoch = s->epoch;
	u.seq = ++s->next.head;
	u.prev_in_topic = topics_last(s->topics, topic);
	u.recorded_us = rec->now_us;
	u.accepted_us = rec->article.accepted_us;
	int r = put_update(s, &u, topic);
	count_update(rec->status, u.change);
	return r == NETRAL_OK ? postings_add_event(&s->postings, u.seq, &u.event) : r;
}

int store_load_update(struct store *s, uint64_t seq, struct arena *arena, struct update *ret)
{
	MDB_val stored;
	int r = store_get_number(s->batch, s->updates, seq, &stored);
	if (r < 1)
		return r < 0 ? r : NETRAL_EMALFORMED;
	return codec_decode_update(stored.mv_data, stored.mv_size, arena, ret);
}

/* They are the same when the update, written with the one and with the other, has the same bytes.
 */
int store_same_event(struct store *s, const struct update *u, const struct event *e, bool *ret_same)
{
	struct update probe = *u;
	size_t at = s->batch_bytes.len;
	probe.event = *e;
	probe.event.id = u->event.id;
	int r = codec_encode_update(u, &s->batch_bytes);
	size_t len = s->batch_bytes.len - at;
	if (r == NETRAL_OK)
		r = codec_encode_update(&probe, &s->batch_bytes);
	const uint8_t *first = s->batch_bytes.data + at;
	*ret_same = r == NETRAL_OK && s->batch_bytes.len - at == 2 * len &&
		    memcmp(first, first + len, len) == 0;
	s->batch_bytes.len = at;
	return r;
}

/* Head is what lets a subscriber of some topics trust its silence: it lists the topics that changed
 * since the Head before. That list is gathered here, one entry a topic whatever the number of
 * its updates; if it grows beyond what a Head may hold, or at the start, when it is not known
 * what an earlier process sent, Head says `unknown` and whoever is behind asks for replay. */
#include "workers/record/publish.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/statedir.h"
#include "workers/record/topics.h"

#include <string.h>

enum {
	/* Updates that wait for one subscriber. Their bytes are shared by all who wait. */
	HWM = 10000,
	LINGER_MS = 1000,
	SUBSCRIPTIONS_PER_TURN = 64,
};

static const char head_topic[] = "head";

struct changed_topic {
	char topic[CODEC_TOPIC_MAX];
	int number;
	uint64_t seq;
};

struct publisher {
	struct recorder *r;
	void *socket;
	struct loop_timer timer;
	uint64_t subscribers;
	uint64_t prev; /* seq of the last Head */
	bool unknown;
	struct changed_topic changed[CODEC_TOPICS_MAX];
	size_t changed_count;
	uint16_t place[TOPICS_MAX]; /* of a topic in `changed`, from 1; 0: not there */
};

/* --- the head --- */

static void note_change(struct publisher *p, const struct store_update *u)
{
	uint16_t at = p->place[u->topic_number];
	if (at) {
		p->changed[at - 1].seq = u->seq;
		return;
	}
	if (p->changed_count == CODEC_TOPICS_MAX) {
		p->unknown = true;
		return;
	}
	struct changed_topic *c = &p->changed[p->changed_count++];
	memcpy(c->topic, u->topic, sizeof(c->topic));
	c->number = u->topic_number;
	c->seq = u->seq;
	p->place[u->topic_number] = (uint16_t)p->changed_count;
}

static void forget_changes(struct publisher *p)
{
	for (size_t i = 0; i < p->changed_count; i++)
		p->place[p->changed[i].number] = 0;
	p->changed_count = 0;
	p->unknown = false;
}

static int encode_head(struct publisher *p, struct buf *b)
{
	struct topic_head list[CODEC_TOPICS_MAX];
	for (size_t i = 0; i < p->changed_count; i++)
		list[i] = (struct topic_head){p->changed[i].topic, p->changed[i].seq};
	struct message m = {.type = MSG_HEAD,
			    .head = {.epoch = *store_epoch(p->r->store),
				     .seq = store_head(p->r->store),
				     .prev = p->prev,
				     .unknown = p->unknown}};
	if (!p->unknown) {
		m.head.changed = list;
		m.head.changed_count = p->changed_count;
	}
	return codec_encode(&m, b);
}

/* A Head that was not sent leaves its changes to the next one. */
static void send_head(struct publisher *p)
{
	netral_cleanup(buf_fini) struct buf b;
	buf_init(&b, CODEC_FRAME_MAX);
	if (encode_head(p, &b) < 0 || transport_publish(p->socket, head_topic, &b) < 0) {
		p->r->counters.publish_failures++;
		return;
	}
	p->prev = store_head(p->r->store);
	forget_changes(p);
}

static int on_timer(void *user)
{
	struct publisher *p = user;
	send_head(p);
	loop_timer_set(p->r->loop, p->timer, p->r->config.head_ms);
	return NETRAL_OK;
}

/* --- subscribers --- */

static bool sees_head(const struct frame *f)
{
	size_t len = frame_len(f) - 1;
	return len < sizeof(head_topic) &&
	       memcmp((const char *)frame_data(f) + 1, head_topic, len) == 0;
}

/* A subscription is a byte, 1 to begin and 0 to end, and a prefix; anything else has no business
 * on this socket, which has no way to answer it. */
static bool on_subscription(struct publisher *p, const struct frame *f)
{
	const uint8_t *data = frame_data(f);
	if (frame_len(f) == 0 || data[0] > 1) {
		p->r->counters.protocol_errors++;
		return false;
	}
	if (!sees_head(f))
		return false;
	if (data[0] == 1)
		p->subscribers++;
	else if (p->subscribers > 0)
		p->subscribers--;
	return data[0] == 1;
}

static int on_socket(void *user)
{
	struct publisher *p = user;
	bool head_wanted = false;
	for (int i = 0; i < SUBSCRIPTIONS_PER_TURN; i++) {
		struct frame f;
		int r = transport_recv(p->socket, &f);
		if (r == 0)
			break;
		if (r == NETRAL_EMALFORMED)
			p->r->counters.protocol_errors++;
		else if (r < 0)
			return r;
		if (r < 1)
			continue;
		head_wanted |= on_subscription(p, &f);
		frame_close(&f);
	}
	if (head_wanted)
		send_head(p);
	return NETRAL_OK;
}

uint64_t publisher_subscribers(const struct publisher *p)
{
	return p->subscribers;
}

/* --- updates --- */

void publisher_send_batch(struct publisher *p)
{
	struct recorder_counters *counters = &p->r->counters;
	netral_cleanup(buf_fini) struct buf b;
	buf_init(&b, CODEC_FRAME_MAX);
	for (size_t i = 0; i < store_batch_count(p->r->store); i++) {
		struct store_update u = store_batch_update(p->r->store, i);
		note_change(p, &u);
		if (codec_encode_stored_update(u.stored, &b) < 0 ||
		    transport_publish(p->socket, u.topic, &b) < 0)
			counters->publish_failures++;
		else
			counters->published++;
		buf_clear(&b);
	}
}

/* --- life --- */

static void publisher_freep(struct publisher **p)
{
	publisher_free(*p);
}

int publisher_new(struct recorder *r, struct publisher **ret_publisher)
{
	netral_cleanup(netral_freep) char *at =
		statedir_endpoint(r->config.updates_endpoint, r->config.runtime_dir, "updates");
	netral_cleanup(publisher_freep) struct publisher *p =
		at ? fault_calloc(1, sizeof(*p)) : NULL;
	if (!p)
		return NETRAL_ENOMEM;
	p->r = r;
	p->unknown = true;
	int err = transport_open(r->transport, TRANSPORT_PUBLISHER, at, HWM, LINGER_MS, &p->socket);
	if (err < 0) {
		log_error("updates: cannot listen, endpoint=\"%s\" error=\"%s\"", at,
			  netral_strerror(err));
		return err;
	}
	loop_add(r->loop, p->socket, -1, on_socket, p);
	p->timer = loop_timer_add(r->loop, on_timer, p);
	loop_timer_set(r->loop, p->timer, r->config.head_ms);
	*ret_publisher = netral_take(p);
	return NETRAL_OK;
}

void publisher_free(struct publisher *p)
{
	if (!p)
		return;
	transport_close(p->socket);
	free(p);
}

#include "libnetral/follow_core.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "proto/filter.h"

#include <string.h>

struct topic {
	char name[CODEC_TOPIC_MAX];
	uint64_t seq; /* of the last update seen in it, beyond `through` */
};

struct follow_core {
	const struct filter *filter;
	bool filtered;
	struct follow_sink sink;
	enum follow_state state;
	uint64_t from; /* as asked for; FOLLOW_NOW once it was reached */
	bool pinned;   /* `from` was a number of `epoch`, so that it cannot lie in the future */
	bool epoch_known;
	struct epoch epoch;
	uint64_t through;
	/* Filtered only. */
	struct topic *topics;
	size_t topic_count;
	char prefixes[FOLLOW_PREFIXES_MAX][CODEC_TOPIC_MAX];
	size_t prefix_count;
	uint64_t verified;
	struct follow_counts counts;
};

int follow_core_new(const struct filter *filter, uint64_t from, const struct follow_sink *sink,
		    struct follow_core **ret_core)
{
	struct follow_core *c = fault_calloc(1, sizeof(*c));
	if (!c)
		return NETRAL_ENOMEM;
	c->filter = filter;
	c->filtered = filter->kind_count || filter->area_count || filter->status_count;
	c->sink = *sink;
	c->from = from;
	if (c->filtered) {
		c->prefix_count = filter_topics(filter, c->prefixes, FOLLOW_PREFIXES_MAX);
		c->topics = fault_calloc(FOLLOW_TOPICS_MAX, sizeof(*c->topics));
		if (!c->topics) {
			free(c);
			return NETRAL_ENOMEM;
		}
	}
	*ret_core = c;
	return NETRAL_OK;
}

void follow_core_free(struct follow_core *c)
{
	if (!c)
		return;
	free(c->topics);
	free(c);
}

void follow_core_expect(struct follow_core *c, const struct epoch *epoch)
{
	netral_assert(c->state == FOLLOW_WAITING && c->from != FOLLOW_NOW);
	c->epoch = *epoch;
	c->epoch_known = true;
	c->pinned = true;
	c->through = c->from - 1;
}

/* --- topics seen beyond `through` --- */

static struct topic *find_topic(struct follow_core *c, const char *name)
{
	for (size_t i = 0; i < c->topic_count; i++) {
		if (strcmp(c->topics[i].name, name) == 0)
			return &c->topics[i];
	}
	return NULL;
}

/* The last number dealt with in a topic that was found, or not. */
static uint64_t last_in(const struct follow_core *c, const struct topic *t)
{
	return t && t->seq > c->through ? t->seq : c->through;
}

/* Of a page that was replayed. Most of the time nothing was seen beyond `through`. */
static uint64_t last_in_topic(struct follow_core *c, const struct update *u)
{
	char name[CODEC_TOPIC_MAX];
	if (c->topic_count == 0)
		return c->through;
	codec_topic(&u->event, name);
	return last_in(c, find_topic(c, name));
}

static void forget_topics_through(struct follow_core *c)
{
	size_t kept = 0;
	for (size_t i = 0; i < c->topic_count; i++) {
		if (c->topics[i].seq > c->through)
			c->topics[kept++] = c->topics[i];
	}
	c->topic_count = kept;
}

/* A new one; NULL when the table is full: a replay empties it. */
static struct topic *add_topic(struct follow_core *c, const char name[static CODEC_TOPIC_MAX])
{
	if (c->topic_count == FOLLOW_TOPICS_MAX)
		return NULL;
	struct topic *t = &c->topics[c->topic_count++];
	memcpy(t->name, name, CODEC_TOPIC_MAX);
	return t;
}

/* --- changes of state --- */

static void start_replay(struct follow_core *c)
{
	c->state = FOLLOW_REPLAYING;
}

static void take_epoch(struct follow_core *c, const struct epoch *epoch)
{
	c->epoch = *epoch;
	c->epoch_known = true;
}

static void start_over(struct follow_core *c, const struct epoch *epoch, bool replaced)
{
	take_epoch(c, epoch);
	c->through = 0;
	c->topic_count = 0;
	c->from = FOLLOW_NOW;
	c->counts.epochs++;
	start_replay(c);
	c->sink.epoch(c->sink.user, replaced);
}

static bool is_known(const struct follow_core *c, const struct epoch *epoch)
{
	return memcmp(&c->epoch, epoch, sizeof(*epoch)) == 0;
}

static void deliver(struct follow_core *c, const struct update *u)
{
	if (!filter_match(c->filter, &u->event))
		return;
	c->counts.delivered++;
	c->sink.update(c->sink.user, u);
}

/* Whether the epoch that was expected is the store's, the answer to the first Replay tells. */
static void first_head(struct follow_core *c, const struct msg_head *h)
{
	if (!c->pinned)
		take_epoch(c, &h->epoch);
	if (c->from == FOLLOW_NOW) {
		c->through = h->seq;
		c->state = FOLLOW_LIVE;
		return;
	}
	c->through = c->from - 1;
	start_replay(c);
}

static void lose(struct follow_core *c)
{
	c->counts.gaps++;
	start_replay(c);
}

/* --- inputs --- */

static bool is_ours(const struct follow_core *c, const char *topic)
{
	for (size_t i = 0; i < c->prefix_count; i++) {
		if (strncmp(topic, c->prefixes[i], strlen(c->prefixes[i])) == 0)
			return true;
	}
	return false;
}

/* Does the Head prove that nothing of ours up to it was missed? */
static bool saw_all(struct follow_core *c, const struct msg_head *h)
{
	if (h->unknown || h->prev > c->through)
		return false;
	for (size_t i = 0; i < h->changed_count; i++) {
		const struct topic_head *changed = &h->changed[i];
		const struct topic *t = find_topic(c, changed->topic);
		uint64_t seen = t ? t->seq : 0;
		if (changed->seq > c->through && changed->seq > seen && is_ours(c, changed->topic))
			return false;
	}
	return true;
}

void follow_core_head(struct follow_core *c, const struct msg_head *h)
{
	if (c->state == FOLLOW_WAITING) {
		first_head(c, h);
		return;
	}
	if (c->state != FOLLOW_LIVE)
		return;
	/* Another store, or one that went back: or an old Head that waited in the queue. Only the
	 * answer to a replay tells. */
	if (!is_known(c, &h->epoch) || h->seq < c->through) {
		start_replay(c);
		return;
	}
	if (h->seq == c->through)
		return;
	if (!c->filtered || !saw_all(c, h)) {
		lose(c);
		return;
	}
	c->through = h->seq;
	forget_topics_through(c);
}

static void update_of_all(struct follow_core *c, const struct update *u)
{
	if (u->seq <= c->through) {
		c->counts.duplicates++;
	} else if (u->seq > c->through + 1) {
		lose(c);
	} else {
		deliver(c, u);
		c->through = u->seq;
	}
}

static void update_of_some(struct follow_core *c, const struct update *u)
{
	char name[CODEC_TOPIC_MAX];
	codec_topic(&u->event, name);
	struct topic *t = find_topic(c, name);
	uint64_t last = last_in(c, t);
	if (u->seq <= last) {
		c->counts.duplicates++;
		return;
	}
	if (u->prev_in_topic > last) {
		lose(c);
		return;
	}
	t = t ? t : add_topic(c, name);
	if (!t) {
		start_replay(c);
		return;
	}
	t->seq = u->seq;
	deliver(c, u);
}

void follow_core_update(struct follow_core *c, const struct update *u)
{
	if (c->state != FOLLOW_LIVE)
		return;
	if (!is_known(c, &u->epoch))
		start_replay(c);
	else if (c->filtered)
		update_of_some(c, u);
	else
		update_of_all(c, u);
}

/* Does the page hold what was asked for, and lead on? */
static bool leads_on(const struct follow_core *c, const struct msg_replay_page *p)
{
	uint64_t before = c->through;
	for (size_t i = 0; i < p->update_count; i++) {
		if (p->updates[i].seq <= before || p->updates[i].seq > p->through)
			return false;
		before = p->updates[i].seq;
	}
	return p->through <= p->head && (p->through > c->through || p->through == p->head);
}

int follow_core_page(struct follow_core *c, const struct msg_replay_page *p)
{
	if (c->state != FOLLOW_REPLAYING)
		return NETRAL_OK;
	if (!is_known(c, &p->epoch) || !leads_on(c, p))
		return NETRAL_EMALFORMED;
	for (size_t i = 0; i < p->update_count; i++) {
		if (p->updates[i].seq > last_in_topic(c, &p->updates[i]))
			deliver(c, &p->updates[i]);
		else
			c->counts.duplicates++;
	}
	if (p->through > c->through)
		c->through = p->through;
	c->from = FOLLOW_NOW;
	forget_topics_through(c);
	if (p->through == p->head) {
		c->verified++;
		c->state = FOLLOW_LIVE;
	}
	return NETRAL_OK;
}

int follow_core_refused(struct follow_core *c, const struct msg_error *e, uint64_t *ret_head)
{
	if (c->state != FOLLOW_REPLAYING || !e->has_epoch)
		return NETRAL_EMALFORMED;
	if (e->code == CODE_EPOCH && !is_known(c, &e->epoch)) {
		start_over(c, &e->epoch, true);
		return NETRAL_OK;
	}
	if (e->code != CODE_FUTURE)
		return NETRAL_EMALFORMED;
	if (c->from != FOLLOW_NOW && !c->pinned) {
		*ret_head = e->head;
		return NETRAL_EFUTURE;
	}
	start_over(c, &e->epoch, false);
	return NETRAL_OK;
}

void follow_core_verify(struct follow_core *c)
{
	if (c->state == FOLLOW_LIVE)
		start_replay(c);
}

/* --- what it wants and knows --- */

uint64_t follow_core_verified(const struct follow_core *c)
{
	return c->verified;
}

enum follow_state follow_core_state(const struct follow_core *c)
{
	return c->state;
}

void follow_core_replay(const struct follow_core *c, struct msg_replay *ret_replay)
{
	netral_assert(c->state == FOLLOW_REPLAYING);
	*ret_replay = (struct msg_replay){.has_epoch = c->epoch_known,
					  .epoch = c->epoch,
					  .from = c->through + 1,
					  .filter = *c->filter};
}

struct follow_counts follow_core_counts(const struct follow_core *c)
{
	return c->counts;
}

uint64_t follow_core_through(const struct follow_core *c)
{
	return c->through;
}

const struct epoch *follow_core_epoch(const struct follow_core *c)
{
	return c->epoch_known ? &c->epoch : NULL;
}

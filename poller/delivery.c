#include "poller/delivery.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/log.h"

#include <string.h>
#include <sys/queue.h>

enum {
	WINDOW = 4, /* batches under way */
	BATCH = 64, /* articles */
	BATCH_BYTES = 512 << 10,
	HWM = 16,
	BURST = 16,
	ANSWER_MS = 20000, /* then the answer is taken for lost */
	AGAIN_MIN_MS = 100,
	AGAIN_MAX_MS = 5000,
};

struct parcel {
	TAILQ_ENTRY(parcel) link; /* while it waits */
	struct article article;
	void *owner;
	size_t bytes;
	bool alone;
	char texts[];
};
TAILQ_HEAD(parcels, parcel);

struct batch {
	uint64_t request; /* 0: free */
	uint64_t due_ms;  /* then its answer is lost */
	struct parcel *parcels[BATCH];
	size_t count;
};

struct delivery {
	struct loop *loop;
	struct loop_timer timer;
	void *socket;
	delivery_done_fn *done;
	struct parcels waiting;
	struct batch batches[WINDOW];
	uint64_t request;
	uint64_t again_ms;   /* present back-off; 0: none */
	uint64_t blocked_ms; /* nothing is sent before */
	struct arena arena;
	struct buf out;
	struct delivery_counts counts;
};

/* --- parcels --- */

static char *put(char *at, const struct text *from, struct text *ret)
{
	memcpy(at, from->ptr, from->len);
	at[from->len] = '\0';
	*ret = (struct text){at, from->len};
	return at + from->len + 1;
}

int delivery_add(struct delivery *d, const struct article *a, void *owner)
{
	size_t bytes =
		a->url.len + a->title.len + a->text.len + a->published.len + a->source.len + 5;
	struct parcel *p = fault_malloc(sizeof(*p) + bytes);
	if (!p)
		return NETRAL_ENOMEM;
	*p = (struct parcel){.owner = owner, .bytes = bytes};
	char *at = put(p->texts, &a->url, &p->article.url);
	at = put(at, &a->title, &p->article.title);
	at = put(at, &a->text, &p->article.text);
	at = put(at, &a->published, &p->article.published);
	put(at, &a->source, &p->article.source);
	TAILQ_INSERT_TAIL(&d->waiting, p, link);
	d->counts.waiting++;
	d->counts.bytes += bytes;
	return NETRAL_OK;
}

bool delivery_has_room(const struct delivery *d, size_t coming)
{
	return d->counts.waiting + coming < DELIVERY_MAX && d->counts.bytes < DELIVERY_BYTES_MAX;
}

static void drop(struct delivery *d, struct parcel *p)
{
	d->counts.waiting--;
	d->counts.bytes -= p->bytes;
	free(p);
}

/* --- sending --- */

static void block(struct delivery *d)
{
	uint64_t again = d->again_ms ? 2 * d->again_ms : AGAIN_MIN_MS;
	d->again_ms = again < AGAIN_MAX_MS ? again : AGAIN_MAX_MS;
	d->blocked_ms = loop_now_ms(d->loop) + d->again_ms;
	d->counts.is_blocked = true;
}

static void go_on(struct delivery *d)
{
	d->again_ms = d->blocked_ms = 0;
	d->counts.is_blocked = false;
}

/* Back in front of what waits, in their order. */
static void put_back(struct delivery *d, struct batch *b, bool alone)
{
	while (b->count > 0) {
		struct parcel *p = b->parcels[--b->count];
		p->alone = p->alone || alone;
		TAILQ_INSERT_HEAD(&d->waiting, p, link);
	}
	b->request = 0;
}

static void fill(struct delivery *d, struct batch *b, struct article articles[static BATCH])
{
	struct parcel *p;
	size_t bytes = 0;
	b->count = 0;
	while (b->count < BATCH && bytes < BATCH_BYTES && (p = TAILQ_FIRST(&d->waiting))) {
		if (p->alone && b->count > 0)
			return;
		TAILQ_REMOVE(&d->waiting, p, link);
		articles[b->count] = p->article;
		b->parcels[b->count++] = p;
		bytes += p->bytes;
		if (p->alone)
			return;
	}
}

static int send_batch(struct delivery *d, struct batch *b)
{
	struct article articles[BATCH];
	fill(d, b, articles);
	struct message m = {.type = MSG_SUBMIT,
			    .submit = {.request = ++d->request,
				       .articles = articles,
				       .article_count = b->count}};
	buf_clear(&d->out);
	int r = codec_encode(&m, &d->out);
	if (r == NETRAL_OK)
		r = transport_send(d->socket, &d->out);
	b->request = d->request;
	b->due_ms = loop_now_ms(d->loop) + ANSWER_MS;
	if (r < 0)
		put_back(d, b, false);
	return r;
}

static struct batch *find_batch(struct delivery *d, uint64_t request)
{
	for (size_t i = 0; i < WINDOW; i++) {
		if (d->batches[i].request == request)
			return &d->batches[i];
	}
	return NULL;
}

static void set_timer(struct delivery *d)
{
	uint64_t now = loop_now_ms(d->loop), due = UINT64_MAX;
	for (size_t i = 0; i < WINDOW; i++) {
		if (d->batches[i].request && d->batches[i].due_ms < due)
			due = d->batches[i].due_ms;
	}
	if (!TAILQ_EMPTY(&d->waiting) && d->blocked_ms > now && d->blocked_ms < due)
		due = d->blocked_ms;
	loop_timer_set(d->loop, d->timer, due == UINT64_MAX ? due : due > now ? due - now : 0);
}

void delivery_step(struct delivery *d)
{
	struct batch *b;
	while (!TAILQ_EMPTY(&d->waiting) && loop_now_ms(d->loop) >= d->blocked_ms &&
	       (b = find_batch(d, 0))) {
		if (send_batch(d, b) < 0)
			block(d);
	}
	set_timer(d);
}

/* --- answers --- */

static void settle_one(struct delivery *d, struct parcel *p, const struct submit_status *status)
{
	struct delivery_counts *c = &d->counts;
	if (status->outcome == SUBMIT_BUSY) {
		c->busy++;
		TAILQ_INSERT_HEAD(&d->waiting, p, link);
		return;
	}
	c->accepted += status->outcome == SUBMIT_ACCEPTED;
	c->duplicate += status->outcome == SUBMIT_DUPLICATE;
	c->refused += status->outcome == SUBMIT_REFUSED;
	void *owner = p->owner;
	drop(d, p);
	d->done(owner, status);
}

static void settle(struct delivery *d, const struct msg_submit_reply *reply)
{
	struct batch *b = reply->request ? find_batch(d, reply->request) : NULL;
	if (!b || reply->status_count != b->count)
		return; /* late: it was sent again */
	uint64_t busy = d->counts.busy;
	b->request = 0;
	for (size_t i = b->count; i-- > 0;)
		settle_one(d, b->parcels[i], &reply->statuses[i]);
	b->count = 0;
	if (d->counts.busy > busy)
		block(d);
	else
		go_on(d);
}

/* netrald could not take the batch as a whole. */
static void refuse(struct delivery *d, const struct msg_error *e)
{
	struct batch *b = e->request ? find_batch(d, e->request) : NULL;
	if (!b)
		return;
	log_warning("delivery: netrald refused a batch, articles=%zu reason=\"%s\"", b->count,
		    e->reason);
	if (e->code == CODE_BUSY || b->count > 1) {
		put_back(d, b, e->code != CODE_BUSY);
		block(d);
		return;
	}
	const struct submit_status status = {.outcome = SUBMIT_REFUSED, .reason = e->reason};
	b->request = 0;
	settle_one(d, b->parcels[0], &status);
	b->count = 0;
}

static void take(struct delivery *d, struct frame *f)
{
	struct message m;
	arena_reset(&d->arena);
	int r = codec_decode(frame_data(f), frame_len(f), &d->arena, &m, NULL);
	frame_close(f);
	if (r == NETRAL_OK && m.type == MSG_SUBMIT_REPLY)
		settle(d, &m.submit_reply);
	else if (r == NETRAL_OK && m.type == MSG_ERROR)
		refuse(d, &m.error);
}

static int on_readable(void *user)
{
	struct delivery *d = user;
	struct frame f;
	int r = 0;
	for (int i = 0; i < BURST && (r = transport_recv(d->socket, &f)) != 0; i++) {
		if (r == 1)
			take(d, &f);
		else if (r != NETRAL_EMALFORMED)
			return r;
	}
	return NETRAL_OK;
}

static int on_timer(void *user)
{
	struct delivery *d = user;
	for (size_t i = 0; i < WINDOW; i++) {
		struct batch *b = &d->batches[i];
		if (!b->request || b->due_ms > loop_now_ms(d->loop))
			continue;
		d->counts.lost++;
		put_back(d, b, false);
		block(d);
	}
	return NETRAL_OK; /* the end of the turn sends */
}

/* --- life --- */

int delivery_new(const char *endpoint, struct transport *t, struct loop *l, delivery_done_fn *done,
		 struct delivery **ret_delivery)
{
	struct delivery *d = fault_calloc(1, sizeof(*d));
	if (!d)
		return NETRAL_ENOMEM;
	d->loop = l;
	d->done = done;
	TAILQ_INIT(&d->waiting);
	codec_arena_init(&d->arena);
	buf_init(&d->out, CODEC_FRAME_MAX);
	int r = transport_open(t, TRANSPORT_DEALER, endpoint, HWM, 0, &d->socket);
	if (r < 0) {
		log_error("delivery: cannot connect, endpoint=%s error=\"%s\"", endpoint,
			  netral_strerror(r));
		delivery_free(d);
		return r;
	}
	loop_add(l, d->socket, -1, on_readable, d);
	d->timer = loop_timer_add(l, on_timer, d);
	*ret_delivery = d;
	return NETRAL_OK;
}

void delivery_free(struct delivery *d)
{
	struct parcel *p;
	if (!d)
		return;
	for (size_t i = 0; i < WINDOW; i++)
		put_back(d, &d->batches[i], false);
	while ((p = TAILQ_FIRST(&d->waiting))) {
		TAILQ_REMOVE(&d->waiting, p, link);
		drop(d, p);
	}
	transport_close(d->socket);
	arena_fini(&d->arena);
	buf_fini(&d->out);
	free(d);
}

struct delivery_counts delivery_counts(const struct delivery *d)
{
	return d->counts;
}

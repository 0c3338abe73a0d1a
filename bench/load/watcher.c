/* Counts updates by article: content ids are looked up in an open-addressed table that was filled
 * before the clock started. The subscription stands when the first Head has come, which a new
 * subscriber is sent at once. */
#include "bench/load/load.h"

#include "bench/measure.h"
#include "bench/plain.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/statedir.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HWM = 1000000, BURST = 256, CATEGORY_MAX = 32 };

struct watcher {
	struct load *load;
	void *socket;
	void (*ready)(struct load *);
	bool is_ready;
	struct arena arena;
	uint32_t *slots; /* article number + 1, or 0 */
	size_t slot_mask;
	uint64_t *latency_ns; /* in the order of arrival */
	size_t arrived;
	size_t duplicates;
	struct seen {
		char category[CATEGORY_MAX];
		unsigned score;
		bool yes;
	} * seen; /* by article number */
};

static size_t first_slot(const struct watcher *w, const struct article_id *id)
{
	uint64_t hash;
	memcpy(&hash, id->bytes, sizeof(hash));
	return hash & w->slot_mask;
}

/* 0, or NETRAL_EINVALID when the corpus holds an article twice. */
static int index_articles(struct watcher *w)
{
	const struct articles *a = &w->load->articles;
	for (size_t i = 0; i < a->count; i++) {
		size_t slot = first_slot(w, &a->list[i].id);
		for (; w->slots[slot]; slot = (slot + 1) & w->slot_mask) {
			if (article_id_equal(&a->list[w->slots[slot] - 1].id, &a->list[i].id))
				return NETRAL_EINVALID;
		}
		w->slots[slot] = (uint32_t)i + 1;
	}
	return NETRAL_OK;
}

/* Article number + 1, or 0. */
static uint32_t find(const struct watcher *w, const struct article_id *id)
{
	size_t slot = first_slot(w, id);
	while (w->slots[slot] &&
	       !article_id_equal(&w->load->articles.list[w->slots[slot] - 1].id, id))
		slot = (slot + 1) & w->slot_mask;
	return w->slots[slot];
}

static void on_update(struct watcher *w, const struct update *u, uint64_t now_ns)
{
	uint32_t found = find(w, &u->article.id);
	if (!found)
		return;
	struct seen *seen = &w->seen[found - 1];
	if (seen->yes) {
		w->duplicates++;
		return;
	}
	seen->yes = true;
	seen->score = (unsigned)lround(u->event.confidence * (PLAIN_SCORE_MAX + 1.0));
	if (u->event.institution_count)
		snprintf(seen->category, sizeof(seen->category), "%s", u->event.institutions[0]);
	w->latency_ns[w->arrived++] = now_ns - w->load->sent_ns[found - 1];
	w->load->progress++;
	if (w->arrived == w->load->o.count)
		load_finish(w->load);
}

static int on_frame(struct watcher *w, const struct frame *f)
{
	struct message m;
	uint64_t now_ns = measure_now_ns();
	arena_reset(&w->arena);
	int r = codec_decode(frame_data(f), frame_len(f), &w->arena, &m, NULL);
	if (r < 0)
		return r;
	if (m.type == MSG_UPDATE)
		on_update(w, &m.update, now_ns);
	if (m.type == MSG_HEAD && !w->is_ready) {
		w->is_ready = true;
		w->ready(w->load);
	}
	return NETRAL_OK;
}

static int on_socket(void *user)
{
	struct watcher *w = user;
	char topic[CODEC_TOPIC_MAX];
	struct frame f;
	int r = NETRAL_OK;
	for (int i = 0; r == NETRAL_OK && i < BURST; i++) {
		int got = transport_recv_topic(w->socket, topic, sizeof(topic), &f);
		if (got <= 0)
			return got;
		r = on_frame(w, &f);
		frame_close(&f);
	}
	return r;
}

static int allocate(struct watcher *w)
{
	size_t count = w->load->articles.count, slots = 1;
	while (slots < 2 * count)
		slots *= 2;
	w->slot_mask = slots - 1;
	w->slots = calloc(slots, sizeof(*w->slots));
	w->latency_ns = calloc(count, sizeof(*w->latency_ns));
	w->seen = calloc(count, sizeof(*w->seen));
	return w->slots && w->latency_ns && w->seen ? NETRAL_OK : NETRAL_ENOMEM;
}

static int subscribe(struct watcher *w)
{
	netral_cleanup(netral_freep) char *endpoint =
		statedir_endpoint("", w->load->o.runtime_dir, "updates");
	if (!endpoint)
		return NETRAL_ENOMEM;
	int r = transport_open(w->load->transport, TRANSPORT_SUBSCRIBER, endpoint, HWM, 0,
			       &w->socket);
	if (r == NETRAL_OK)
		r = transport_subscribe(w->socket, "event.");
	/* Last: when its answer comes, the subscription before it stands too. */
	if (r == NETRAL_OK)
		r = transport_subscribe(w->socket, "head");
	return r;
}

int watcher_new(struct load *l, void (*ready)(struct load *), struct watcher **ret_watcher)
{
	struct watcher *w = calloc(1, sizeof(*w));
	if (!w)
		return NETRAL_ENOMEM;
	*ret_watcher = w;
	w->load = l;
	w->ready = ready;
	codec_arena_init(&w->arena);
	int r = allocate(w);
	if (r == NETRAL_OK)
		r = index_articles(w);
	if (r == NETRAL_OK)
		r = subscribe(w);
	if (r == NETRAL_OK)
		loop_add(l->loop, w->socket, -1, on_socket, w);
	return r;
}

struct watch_summary watcher_summary(struct watcher *w)
{
	struct measure_summary s = measure_summary(w->latency_ns, w->arrived);
	return (struct watch_summary){.missing = w->load->o.count - w->arrived,
				      .duplicates = w->duplicates,
				      .p50_ms = s.p50 / 1e6,
				      .p99_ms = s.p99 / 1e6,
				      .max_ms = s.max / 1e6};
}

int watcher_write(const struct watcher *w, const char *path)
{
	FILE *f = fopen(path, "we");
	if (!f)
		return NETRAL_EIO;
	for (size_t i = 0; i < w->load->articles.count; i++) {
		if (w->seen[i].yes)
			fprintf(f, "%zu\t%s\t%u\n", i, w->seen[i].category, w->seen[i].score);
	}
	bool failed = ferror(f);
	return fclose(f) || failed ? NETRAL_EIO : NETRAL_OK;
}

void watcher_free(struct watcher *w)
{
	if (!w)
		return;
	transport_close(w->socket);
	arena_fini(&w->arena);
	free(w->slots);
	free(w->latency_ns);
	free(w->seen);
	free(w);
}

/* bench_record: drives netral-record alone, as workers would, as fast as it answers.
 *
 * Texts are those of the corpus, compressed once before the clock starts and used again and again;
 * every article id is new, as in life. Prints a line of JSON for each window of articles. */
#include "bench/articles.h"
#include "bench/connected.h"
#include "bench/measure.h"
#include "bench/places.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/loop.h"
#include "lib/statedir.h"
#include "proto/codec.h"
#include "proto/transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>
#include <zstd.h>

enum {
	MS_PER_S = 1000,
	FIRST_BYTES = 4,
	TEXTS = 2000,
	BATCH = 64,
	WINDOW = 4,
	HWM = 1024,
	ZSTD_LEVEL = 1,
	BURST = 64
};

/* What a worker keeps ready for one article, apart from what changes each time. */
struct prepared {
	uint8_t *zstd;
	size_t zstd_len;
	char *word; /* the first of the text */
	struct event_evidence evidence;
};

/* One result under construction. */
struct drafted {
	struct event event;
	char event_id[ARTICLE_ID_HEX + 8];
};

struct app {
	size_t total, report_every;
	unsigned rate; /* articles a second, each alone; 0: as fast as they are recorded */
	struct loop_timer timer;
	struct articles articles;
	struct prepared *prepared;
	struct loop *loop;
	struct transport *transport;
	void *socket;
	struct arena arena;
	size_t sent, recorded;
	uint64_t window_start_ns;
	size_t window_start;
};

static int prepare(struct app *a)
{
	a->prepared = calloc(a->articles.count, sizeof(*a->prepared));
	if (!a->prepared)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < a->articles.count; i++) {
		const struct text *text = &a->articles.list[i].text;
		size_t bound = ZSTD_compressBound(text->len);
		struct prepared *p = &a->prepared[i];
		p->zstd = malloc(bound);
		p->word = strndup(text->ptr, FIRST_BYTES);
		if (!p->zstd || !p->word)
			return NETRAL_ENOMEM;
		p->zstd_len = ZSTD_compress(p->zstd, bound, text->ptr, text->len, ZSTD_LEVEL);
		p->evidence = (struct event_evidence){
			.field = "kind", .end = FIRST_BYTES, .text = p->word};
	}
	return NETRAL_OK;
}

/* Ids as a content hash makes them: spread evenly, the same in every run. */
static struct article_id id_of(uint64_t number)
{
	struct article_id id;
	uint64_t halves[2] = {number * 0x9E3779B97F4A7C15u, ~number * 0xC2B2AE3D27D4EB4Fu};
	halves[0] ^= halves[0] >> 29;
	memcpy(id.bytes, halves, sizeof(id.bytes));
	return id;
}

static void draft(struct app *a, size_t number, struct drafted *d, struct result *r)
{
	static const char *const categories[] = {"hukum"};
	const struct article *article = &a->articles.list[number % a->articles.count];
	const struct prepared *p = &a->prepared[number % a->articles.count];
	*r = (struct result){.article_id = id_of(number),
			     .url = article->url,
			     .title = article->title,
			     .published = article->published,
			     .source = article->source,
			     .accepted_us = clock_real_us(),
			     .text_zstd = {p->zstd, p->zstd_len},
			     .text_size = (uint32_t)article->text.len,
			     .classifier = {.revision = 1},
			     .events = &d->event,
			     .event_count = 1};
	char hex[ARTICLE_ID_HEX + 1];
	article_id_format(&r->article_id, hex);
	snprintf(d->event_id, sizeof(d->event_id), "%s-1", hex);
	event_init(&d->event);
	d->event.id = d->event_id;
	d->event.kind = EVENT_KIND_SESSION;
	d->event.status = EVENT_STATUS_HELD;
	d->event.place = bench_place(&r->article_id);
	d->event.institutions = categories;
	d->event.institution_count = netral_countof(categories);
	d->event.confidence = 0.5;
	d->event.evidence = &p->evidence;
	d->event.evidence_count = 1;
}

static int send_batch(struct app *a, size_t most)
{
	static struct drafted drafts[BATCH];
	static struct result results[BATCH];
	size_t count = a->total - a->sent < most ? a->total - a->sent : most;
	for (size_t i = 0; i < count; i++)
		draft(a, a->sent + i, &drafts[i], &results[i]);
	struct message m = {
		.type = MSG_RECORD,
		.record = {.request = a->sent + 1, .results = results, .result_count = count}};
	netral_cleanup(buf_fini) struct buf wire;
	buf_init(&wire, CODEC_FRAME_MAX);
	int r = codec_encode(&m, &wire);
	if (r == NETRAL_OK)
		r = transport_send(a->socket, &wire);
	if (r == NETRAL_OK)
		a->sent += count;
	return r;
}

static int fill_window(struct app *a)
{
	int r = NETRAL_OK;
	while (r == NETRAL_OK && !a->rate && a->sent < a->total &&
	       a->sent - a->recorded < WINDOW * BATCH)
		r = send_batch(a, BATCH);
	return r;
}

static int on_time(void *user)
{
	struct app *a = user;
	if (a->sent == a->total)
		return NETRAL_OK;
	loop_timer_set(a->loop, a->timer, MS_PER_S / a->rate);
	return send_batch(a, 1);
}

static void report(struct app *a)
{
	uint64_t now = measure_now_ns();
	double seconds = (double)(now - a->window_start_ns) / 1e9;
	printf("{\"recorded\":%zu,\"articles_s\":%.0f}\n", a->recorded,
	       (double)(a->recorded - a->window_start) / seconds);
	fflush(stdout);
	a->window_start = a->recorded;
	a->window_start_ns = now;
}

static int on_recorded(struct app *a, const struct msg_recorded *m)
{
	for (size_t i = 0; i < m->status_count; i++) {
		if (m->statuses[i].outcome != RECORD_RECORDED) {
			fprintf(stderr, "bench_record: not recorded: %s\n", m->statuses[i].reason);
			return NETRAL_EINVALID;
		}
	}
	a->recorded += m->status_count;
	if (a->recorded - a->window_start >= a->report_every || a->recorded == a->total)
		report(a);
	if (a->recorded == a->total)
		loop_stop(a->loop);
	return fill_window(a);
}

static int on_frame(struct app *a, const struct frame *f)
{
	struct message m;
	struct codec_fault fault = {0};
	arena_reset(&a->arena);
	int r = codec_decode(frame_data(f), frame_len(f), &a->arena, &m, &fault);
	if (r == NETRAL_OK && m.type == MSG_RECORDED)
		return on_recorded(a, &m.recorded);
	fprintf(stderr, "bench_record: netral-record says: %s\n",
		r < 0                 ? fault.reason
		: m.type == MSG_ERROR ? m.error.reason
				      : "?");
	return NETRAL_EMALFORMED;
}

static int on_socket(void *user)
{
	struct app *a = user;
	int r = NETRAL_OK;
	for (int i = 0; r == NETRAL_OK && i < BURST; i++) {
		struct frame f;
		int got = transport_recv(a->socket, &f);
		if (got <= 0)
			return got;
		r = on_frame(a, &f);
		frame_close(&f);
	}
	return r;
}

static int on_signal(void *user, int signo)
{
	struct app *a = user;
	(void)signo;
	loop_stop(a->loop);
	return NETRAL_OK;
}

static int on_start(void *user)
{
	struct app *a = user;
	char line[16];
	if (read(STDIN_FILENO, line, sizeof(line)) <= 0) {
		loop_stop(a->loop);
		return NETRAL_OK;
	}
	a->window_start_ns = measure_now_ns();
	return a->rate ? on_time(a) : fill_window(a);
}

static int set_up(struct app *a, const char *runtime_dir, const char *corpus)
{
	netral_cleanup(netral_freep) char *endpoint = statedir_endpoint("", runtime_dir, "results");
	codec_arena_init(&a->arena);
	int r = endpoint ? articles_load(&a->articles, corpus, TEXTS) : NETRAL_ENOMEM;
	if (r == NETRAL_OK)
		r = prepare(a);
	if (r == NETRAL_OK)
		r = loop_new(on_signal, a, false, &a->loop);
	if (r == NETRAL_OK)
		r = transport_new(&a->transport);
	if (r == NETRAL_OK)
		r = transport_open(a->transport, TRANSPORT_DEALER, endpoint, HWM, 0, &a->socket);
	if (r == NETRAL_OK)
		r = wait_connected(a->socket);
	if (r < 0)
		return r;
	loop_add(a->loop, a->socket, -1, on_socket, a);
	loop_add(a->loop, NULL, STDIN_FILENO, on_start, a);
	a->timer = loop_timer_add(a->loop, on_time, a);
	puts("READY");
	fflush(stdout);
	return NETRAL_OK;
}

static void tear_down(struct app *a)
{
	transport_close(a->socket);
	transport_free(a->transport);
	loop_free(a->loop);
	for (size_t i = 0; a->prepared && i < a->articles.count; i++) {
		free(a->prepared[i].zstd);
		free(a->prepared[i].word);
	}
	free(a->prepared);
	arena_fini(&a->arena);
	articles_free(&a->articles);
}

int main(int argc, char **argv)
{
	struct app app = {0};
	app.rate = argc == 6 ? (unsigned)strtoul(argv[5], NULL, 10) : 0;
	if (argc < 5 || argc > 6 || app.rate > MS_PER_S ||
	    !(app.total = strtoul(argv[3], NULL, 10)) ||
	    !(app.report_every = strtoul(argv[4], NULL, 10))) {
		fprintf(stderr,
			"Usage: bench_record RUNTIME_DIR CORPUS TOTAL REPORT_EVERY [RATE]\n");
		return EX_USAGE;
	}
	int r = set_up(&app, argv[1], argv[2]);
	if (r == NETRAL_OK)
		r = loop_run(app.loop);
	if (r < 0)
		fprintf(stderr, "bench_record: %s\n", netral_strerror(r));
	tear_down(&app);
	return r < 0 ? EX_SOFTWARE : EX_OK;
}

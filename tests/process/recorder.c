#include "tests/process/recorder.h"

#include "lib/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zstd.h>

#include <cmocka.h>

enum { ARGS_MAX = 16 };

struct rig_process *bench_start(struct bench *b, const char *set, const char *const *env)
{
	char state[RIG_PATH_SIZE], run[RIG_PATH_SIZE];
	snprintf(state, sizeof(state), "state_dir=%s", rig_path(&b->rig, "state"));
	snprintf(run, sizeof(run), "runtime_dir=%s", b->rig.dir);
	const char *args[ARGS_MAX] = {"--set", state, "--set", run, set ? "--set" : NULL, set};
	return rig_start(&b->rig, "netral-record", args, env);
}

void bench_init(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	rig_init(&b->rig);
	rig_make_dir(&b->rig, "state");
	arena_init(&b->arena, SIZE_MAX);
	assert_int_equal(transport_new(&b->transport), 0);
}

void bench_run(struct bench *b, const char *set, const char *const *env)
{
	b->record = bench_start(b, set, env);
	rig_wait_ready(b->record);
	peer_open(&b->worker, b->transport, rig_endpoint(&b->rig, "results"));
	peer_open(&b->replay, b->transport, rig_endpoint(&b->rig, "replay"));
	peer_open(&b->control, b->transport, rig_endpoint(&b->rig, "record-control"));
}

void bench_begin(struct bench *b, const char *set, const char *const *env)
{
	bench_init(b);
	bench_run(b, set, env);
}

void bench_end(struct bench *b)
{
	peer_close(&b->worker);
	peer_close(&b->replay);
	peer_close(&b->control);
	transport_free(b->transport);
	arena_fini(&b->arena);
	rig_fini(&b->rig);
}

/* --- results --- */

static struct text text_of(const char *s)
{
	return (struct text){s, strlen(s)};
}

static struct bytes compress(struct bench *b, const char *text, size_t len)
{
	size_t bound = ZSTD_compressBound(len);
	uint8_t *out = arena_alloc(&b->arena, bound);
	size_t n = ZSTD_compress(out, bound, text, len, 1);
	assert_false(ZSTD_isError(n));
	return (struct bytes){out, n};
}

/* Article number `n` with one event in `area`. */
struct result bench_result(struct bench *b, unsigned n, const char *area)
{
	char hex[ARTICLE_ID_HEX + 1];
	char *title = arena_printf(&b->arena, "Title %u", n);
	char *text = arena_printf(&b->arena, "Text of article %u, about %s.", n, area);
	struct event *e = arena_calloc(&b->arena, 1, sizeof(*e));
	struct result r = {.article_id = article_id_of(title, strlen(title), text, strlen(text)),
			   .url = text_of(""),
			   .title = text_of(title),
			   .published = text_of("2024-08-21"),
			   .source = text_of("submit"),
			   .accepted_us = n,
			   .text_zstd = compress(b, text, strlen(text)),
			   .text_size = (uint32_t)strlen(text),
			   .classifier = {.revision = 1},
			   .events = e,
			   .event_count = 1};
	article_id_format(&r.article_id, hex);
	event_init(e);
	e->id = arena_printf(&b->arena, "%s-1", hex);
	e->kind = EVENT_KIND_SESSION;
	e->status = EVENT_STATUS_HELD;
	e->place.code = area;
	e->date = (struct event_date){"2024-08-21", EVENT_PRECISION_DAY};
	return r;
}

/* Sends one Record and returns its Recorded. */
const struct msg_recorded *bench_record(struct bench *b, struct result *results, size_t count)
{
	struct message m = {
		.type = MSG_RECORD,
		.record = {.request = ++b->request, .results = results, .result_count = count}};
	peer_send(&b->worker, &m);
	const struct msg_recorded *r = &peer_receive(&b->worker, MSG_RECORDED)->recorded;
	assert_int_equal(r->request, b->request);
	assert_int_equal(r->status_count, count);
	return r;
}

void bench_record_range(struct bench *b, unsigned from, unsigned to, const char *area)
{
	for (unsigned n = from; n < to; n += 100) {
		struct result results[100];
		size_t count = to - n < 100 ? to - n : 100;
		for (size_t i = 0; i < count; i++)
			results[i] = bench_result(b, n + (unsigned)i, area);
		const struct msg_recorded *r = bench_record(b, results, count);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(r->statuses[i].outcome, RECORD_RECORDED);
		arena_reset(&b->arena);
	}
}

/* --- questions --- */

const struct message *bench_ask(struct bench *b, struct message *m, uint64_t *request_field,
				enum msg_type answer)
{
	*request_field = ++b->request;
	peer_send(&b->replay, m);
	return peer_receive(&b->replay, answer);
}

const struct msg_replay_page *bench_replay(struct bench *b, uint64_t from, struct filter filter,
					   uint32_t limit)
{
	struct message m = {.type = MSG_REPLAY,
			    .replay = {.from = from, .filter = filter, .limit = limit}};
	const struct msg_replay_page *page =
		&bench_ask(b, &m, &m.replay.request, MSG_REPLAY_PAGE)->replay_page;
	assert_int_equal(page->request, b->request);
	return page;
}

uint64_t bench_counter(struct bench *b, const char *name)
{
	struct message m = {.type = MSG_STATUS_REQUEST, .status_request = {++b->request}};
	peer_send(&b->control, &m);
	const struct msg_status_reply *s =
		&peer_receive(&b->control, MSG_STATUS_REPLY)->status_reply;
	assert_int_equal(s->request, b->request);
	assert_string_equal(s->program, "netral-record");
	for (size_t i = 0; i < s->counter_count; i++) {
		if (strcmp(s->counters[i].name, name) == 0)
			return s->counters[i].value;
	}
	rig_fail("no counter %s", name);
	return 0;
}

void bench_wait_counter(struct bench *b, const char *name, uint64_t value)
{
	uint64_t deadline = clock_ms() + RIG_DEADLINE_MS, is;
	while ((is = bench_counter(b, name)) != value) {
		if (clock_ms() > deadline)
			rig_fail("%s is %lu instead of %lu", name, (unsigned long)is,
				 (unsigned long)value);
	}
}

const char *bench_state(struct bench *b)
{
	struct message m = {.type = MSG_STATUS_REQUEST, .status_request = {++b->request}};
	peer_send(&b->control, &m);
	return peer_receive(&b->control, MSG_STATUS_REPLY)->status_reply.state;
}

unsigned bench_fill(struct bench *b)
{
	for (unsigned n = 0;; n++) {
		struct result r = bench_result(b, n, "81.71");
		char *url = arena_alloc(&b->arena, ARTICLE_URL_MAX);
		memset(url, 'u', ARTICLE_URL_MAX);
		r.url = (struct text){url, ARTICLE_URL_MAX};
		enum record_outcome o = bench_record(b, &r, 1)->statuses[0].outcome;
		if (o == RECORD_BUSY)
			return n;
		assert_int_equal(o, RECORD_RECORDED);
	}
}

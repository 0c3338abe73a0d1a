/* An answer is read at once and forgotten; its new items go into the state, and its validators in
 * the same batch. What does not fit is left out, and the answer is then asked for again as a
 * whole. */
#include "poller/poll.h"

#include "lib/error.h"
#include "lib/fault.h"
#include "lib/log.h"
#include "lib/web/http_hints.h"
#include "poller/poll_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { FULL_AGAIN_MS = 10 * 1000 };

/* --- schedule --- */

static uint32_t random_number(void)
{
	uint32_t n = 0;
	(void)!getrandom(&n, sizeof(n), 0); /* any number will do */
	return n;
}

static void set_due(struct context *c, struct watch *w, uint64_t due_ms)
{
	if (w->source->enabled)
		heap_set(&c->due, &w->due, due_ms);
}

/* Waits are kept by the clock that does not jump; the schedule thinks in that of the wall. */
void poll_schedule(struct context *c, struct watch *w)
{
	struct schedule_bounds bounds = watch_bounds(w);
	uint64_t now = wall_ms(), last = w->schedule.polled_ms;
	uint64_t longest = bounds.max_ms > SCHEDULE_RETRY_AFTER_MAX_MS
				   ? bounds.max_ms
				   : SCHEDULE_RETRY_AFTER_MAX_MS;
	uint64_t next = schedule_next(&w->schedule, &bounds, last ? last : now, random_number());
	uint64_t wait = next > now ? next - now : 0;
	/* What is overdue after a stop does not come at once. */
	if (wait == 0)
		wait = bounds.min_ms * (random_number() % 1024) / 1024;
	set_due(c, w, loop_now_ms(c->loop) + (wait < longest ? wait : longest));
}

static void poll_free(struct poll *p)
{
	visit_cancel(p->visit);
	free(p->etag);
	free(p->last_modified);
	free(p->answer_url);
	for (size_t i = 0; i < p->child_count; i++)
		free(p->children[i].url);
	free(p);
}

void poll_cancel(struct poll *p)
{
	if (!p)
		return;
	p->w->poll = NULL;
	poll_free(p);
}

/* --- the end of a poll --- */

/* The validators are kept only with an answer that was taken up as a whole. */
static void save(struct poll *p, const char *error)
{
	struct watch *w = p->w;
	bool good = p->outcome.result == POLL_ANSWERED && !p->left_out && p->answer_url &&
		    state_counts(p->c->state).failures == p->failures;
	struct source_record old,
		r = {.schedule = w->schedule,
		     .totals = w->totals,
		     .list_days = w->list_days,
		     .list_day = w->list_day,
		     .name = w->source->name.ptr,
		     .error = error,
		     .etag = good && p->etag ? p->etag : "",
		     .last_modified = good && p->last_modified ? p->last_modified : "",
		     .answer_url = good ? p->answer_url : ""};
	arena_reset(&p->c->read);
	bool keep = p->outcome.result != POLL_ANSWERED;
	if (keep && state_source(p->c->state, &w->key, &p->c->read, &old) == 1) {
		r.etag = old.etag;
		r.last_modified = old.last_modified;
		r.answer_url = old.answer_url;
	}
	state_put_source(p->c->state, &w->key, &r);
}

void poll_finish(struct poll *p, enum poll_result result, const char *error)
{
	struct context *c = p->c;
	struct watch *w = p->w;
	struct schedule_bounds bounds = watch_bounds(w);
	bool failed = result == POLL_FAILED || result == POLL_BUSY;
	p->outcome.result = result;
	schedule_record(&w->schedule, &bounds, &p->outcome, &p->hints, p->wall_ms);
	w->totals.polls++;
	w->totals.failures += failed;
	c->counters.polls++;
	c->counters.polls_failed += result == POLL_FAILED;
	c->counters.polls_busy += result == POLL_BUSY;
	c->counters.polls_unchanged += result == POLL_UNCHANGED;
	if (failed)
		log_info("poll: no answer, source=\"%s\" reason=\"%s\"", w->source->name.ptr,
			 error);
	save(p, error);
	uint64_t next = schedule_next(&w->schedule, &bounds, p->wall_ms, random_number());
	set_due(c, w, p->loop_ms + (next - p->wall_ms));
	w->poll = NULL;
	p->done(p->user, w);
	poll_free(p);
}

/* --- answers --- */

int poll_read_answer(struct poll *p, const struct visit_result *v, struct answer *ret,
		     char reason[static ANSWER_REASON_SIZE])
{
	const struct fetch_result *f = v->fetch;
	const struct answer_request q = {.data = (const char *)f->body->data,
					 .len = f->body->len,
					 .charset = {f->charset, strlen(f->charset)},
					 .url = {v->url, strlen(v->url)},
					 .now_ms = p->wall_ms,
					 .window_ms = p->c->config->sitemap_days * SCHEDULE_DAY_MS};
	arena_reset(&p->c->read);
	return answer_read(p->w->source->kind, &q, &p->c->read, ret, reason);
}

static void keep_validators(struct poll *p, const struct visit_result *v)
{
	p->etag = strdup(v->fetch->etag);
	p->last_modified = strdup(v->fetch->last_modified);
	p->answer_url = strdup(v->url);
}

static void on_read(struct poll *p, const struct visit_result *v)
{
	struct answer a;
	char reason[ANSWER_REASON_SIZE];
	const struct fetch_result *f = v->fetch;
	bool first = p->w->schedule.answered_ms == 0;
	int r = poll_read_answer(p, v, &a, reason);
	if (r < 0) {
		poll_finish(p, POLL_FAILED, reason);
		return;
	}
	uint64_t fresh = http_fresh_ms(f->cache_control, strlen(f->cache_control));
	p->hints = a.hints;
	p->hints.floor_ms = fresh > p->hints.floor_ms ? fresh : p->hints.floor_ms;
	keep_validators(p, v);
	snprintf(p->fault, sizeof(p->fault), "%s", a.damage);
	if (a.sitemap_count > 0) {
		poll_take_index(p, &a);
		return;
	}
	poll_take_items(p, &a, first);
	crash_point("poll-queued");
	poll_finish(p, a.damage[0] && a.listed == 0 ? POLL_FAILED : POLL_ANSWERED, p->fault);
}

/* Our own trouble is none of the source's. */
static void put_off(struct poll *p)
{
	struct context *c = p->c;
	struct watch *w = p->w;
	c->counters.polls_put_off++;
	set_due(c, w, loop_now_ms(c->loop) + FULL_AGAIN_MS);
	w->poll = NULL;
	p->done(p->user, w);
	poll_free(p);
}

static void on_fetched(struct poll *p, const struct visit_result *v)
{
	const struct fetch_result *f = v->fetch;
	if (f->retry_after_s > 0)
		p->outcome.retry_after_ms = (uint64_t)f->retry_after_s * 1000;
	bool asks_for_less =
		f->outcome == FETCH_LATER && (f->status == 429 || f->retry_after_s > 0);
	if (f->outcome == FETCH_OK)
		on_read(p, v);
	else if (f->outcome == FETCH_LOCAL)
		put_off(p);
	else if (f->outcome == FETCH_NOT_MODIFIED)
		poll_finish(p, POLL_UNCHANGED, "");
	else
		poll_finish(p, asks_for_less ? POLL_BUSY : POLL_FAILED, f->reason);
}

static void on_answer(void *user, const struct visit_result *v)
{
	struct poll *p = user;
	p->visit = NULL;
	p->wall_ms = wall_ms();
	p->loop_ms = loop_now_ms(p->c->loop);
	context_rest(p->c, v);
	if (v->outcome == VISIT_ANSWERED)
		on_fetched(p, v);
	else if (v->outcome == VISIT_FAILED)
		put_off(p);
	else
		poll_finish(p, POLL_FAILED, v->reason);
}

/* --- the beginning --- */

static int ask(struct poll *p)
{
	struct context *c = p->c;
	struct source_record r = {.etag = NULL};
	arena_reset(&c->read);
	if (state_source(c->state, &p->w->key, &c->read, &r) < 0)
		return NETRAL_ENOMEM;
	const struct visit_request q = {.url = p->w->source->url,
					.accept = "application/rss+xml, application/atom+xml, "
						  "application/feed+json, application/xml;q=0.9, "
						  "text/html;q=0.9, */*;q=0.5",
					.etag = r.etag,
					.last_modified = r.last_modified,
					.answer_url = r.answer_url,
					.body_max = c->config->feed_max_bytes,
					/* Most answers bring nothing new. */
					.is_last = true,
					.user = p};
	return visit_start(c->visitor, &q, on_answer, &p->visit);
}

/* How long it must not be asked yet; counted. */
static uint64_t must_wait_ms(struct context *c, const struct watch *w)
{
	uint64_t held = backlog_held_ms(c->backlog, &w->source->url);
	uint64_t full = backlog_room(c->backlog, w) == 0 ? FULL_AGAIN_MS : 0;
	uint64_t wait = held > full ? held : full;
	c->counters.polls_put_off += wait > 0;
	return wait;
}

void poll_start(struct context *c, struct watch *w, poll_done_fn *done, void *user)
{
	uint64_t wait = must_wait_ms(c, w);
	if (wait > 0) {
		set_due(c, w, loop_now_ms(c->loop) + wait);
		return;
	}
	struct poll *p = fault_calloc(1, sizeof(*p));
	heap_remove(&c->due, &w->due);
	if (!p) {
		set_due(c, w, loop_now_ms(c->loop) + FULL_AGAIN_MS);
		return;
	}
	*p = (struct poll){.c = c,
			   .w = w,
			   .done = done,
			   .user = user,
			   .failures = state_counts(c->state).failures};
	w->poll = p;
	if (ask(p) < 0) {
		poll_cancel(p);
		set_due(c, w, loop_now_ms(c->loop) + FULL_AGAIN_MS);
	}
}

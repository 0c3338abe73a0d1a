/* An answer is read at once and forgotten; its new items go into the state, and its validators in
 * the same batch. Of an index, its sitemaps are visited one by one, and the poll ends with the last
 * of them. What does not fit is left out, and the answer is then asked for again as a whole. */
#include "poller/poll.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/log.h"
#include "lib/web/http_hints.h"
#include "lib/web/url.h"
#include "poller/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
	SITEMAPS_A_POLL = 8,
	FOREIGN_A_POLL = 10, /* items on other sites */
	FIRST_UNDATED = 10,  /* of a list without dates that is read for the first time */
	FULL_AGAIN_MS = 10 * 1000,
	REASON_SIZE = 320,
};

/* A sitemap of an index that is to be read. */
struct child {
	char *url;
	uint64_t key;
	uint64_t changed_ms;
	bool is_day;
};

struct poll {
	struct context *c;
	struct watch *w;
	poll_done_fn *done;
	void *user;
	struct visit *visit;
	uint64_t wall_ms; /* when the answer came */
	uint64_t loop_ms;
	struct poll_outcome outcome;
	struct schedule_hints hints;
	bool left_out;     /* something that the answer named */
	size_t foreign;    /* items queued of other sites */
	uint64_t failures; /* of commits, when it began */
	char *etag, *last_modified, *answer_url;
	struct child children[SITEMAPS_A_POLL];
	size_t child_count, child_at, children_read;
	char fault[REASON_SIZE]; /* what was wrong, though the answer was taken up */
};

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

static void finish(struct poll *p, enum poll_result result, const char *error)
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

/* --- items --- */

enum taken { TAKEN_NEW, TAKEN_KNOWN, TAKEN_NOT };

static struct pending_record record_of(const struct poll *p, const struct found *f)
{
	return (struct pending_record){
		.source = p->w->key,
		.queued_ms = p->wall_ms,
		.has_text = f->text.len > 0,
		.is_html = f->is_html,
		.is_content = f->is_content,
		.url = f->url,
		.title = {f->title.ptr, f->title.len < ARTICLE_TITLE_MAX ? f->title.len : 0},
		.published = f->published};
}

static bool has_room(struct poll *p, const struct found *f)
{
	struct text own = p->w->source->url;
	bool foreign = f->url.len > 0 && !f->is_content && !url_same_site(&own, &f->url);
	if (backlog_room(p->c->backlog, p->w) == 0) {
		p->c->counters.items_left_out++;
	} else if (foreign && p->foreign == FOREIGN_A_POLL) {
		p->c->counters.items_foreign++;
	} else {
		p->foreign += foreign;
		return true;
	}
	p->left_out = true;
	return false;
}

/* In one batch the item waits, and is known. */
static enum taken queue(struct poll *p, const struct found *f)
{
	const struct pending_record r = record_of(p, f);
	const struct text none = {"", 0};
	struct context *c = p->c;
	uint64_t number = state_add_pending(c->state, &r, &f->text);
	if (!number ||
	    backlog_add(c->backlog, p->w, number, f->is_content ? &none : &f->url, 0, 0) < 0) {
		p->left_out = true;
		return TAKEN_NOT;
	}
	p->w->totals.items++;
	c->counters.items_new++;
	return TAKEN_NEW;
}

/* `mark` says that the item only becomes known. */
static enum taken take_item(struct poll *p, const struct found *f, bool mark)
{
	struct context *c = p->c;
	struct watch *w = p->w;
	uint64_t secret = state_secret(c->state);
	uint64_t keys[2];
	size_t count = 0;
	bool known = mark;
	if (!f->url.len && !f->is_content) {
		c->counters.items_passed++;
		return TAKEN_NOT;
	}
	if (f->id.len)
		keys[count++] = key_of_id(secret, &w->key, &f->id);
	if (f->url.len)
		keys[count++] = key_of_link(secret, &w->key, &f->url);
	if (count == 0)
		keys[count++] = key_of_id(secret, &w->key, &f->title);
	for (size_t i = 0; i < count; i++)
		known = known || state_is_known(c->state, keys[i]);
	if (!known && !has_room(p, f))
		return TAKEN_NOT;
	enum taken taken = known ? TAKEN_KNOWN : queue(p, f);
	for (size_t i = 0; taken != TAKEN_NOT && i < count; i++)
		state_know(c->state, &w->key, keys[i], w->list_days);
	return taken;
}

/* An id that stands at several URLs names nothing. */
static void drop_false_ids(struct poll *p, struct answer *a)
{
	size_t slots = 16;
	while (slots < 2 * a->count)
		slots *= 2;
	const struct found **by_id = arena_calloc(&p->c->read, slots, sizeof(struct found *));
	uint64_t secret = state_secret(p->c->state);
	struct text last = {"", 0};
	for (size_t n = 0; by_id && n < a->count; n++) {
		const struct found *f = &a->items[n];
		size_t i = key_of_id(secret, &p->w->key, &f->id) & (slots - 1);
		if (!f->id.len)
			continue;
		while (by_id[i] && (by_id[i]->id.len != f->id.len ||
				    memcmp(by_id[i]->id.ptr, f->id.ptr, f->id.len) != 0))
			i = (i + 1) & (slots - 1);
		if (!by_id[i])
			by_id[i] = f;
		else if (by_id[i]->url.len != f->url.len ||
			 memcmp(by_id[i]->url.ptr, f->url.ptr, f->url.len) != 0)
			last = f->id;
	}
	/* Such a feed has one id for all, or none that can be relied on. */
	for (size_t n = 0; last.len && n < a->count; n++)
		a->items[n].id = (struct text){"", 0};
}

/* A day of the source's calendar is one on which it gave a list. */
static void turn_calendar(struct poll *p)
{
	struct watch *w = p->w;
	uint32_t today = (uint32_t)(p->wall_ms / SCHEDULE_DAY_MS);
	if (today != w->list_day) {
		w->list_day = today;
		w->list_days++;
	}
	if (w->list_days > STATE_DAYS)
		state_forget(p->c->state, &w->key, w->list_days - STATE_DAYS);
}

/* `first` when the list was never read before. */
static void take_items(struct poll *p, struct answer *a, bool first)
{
	struct poll_outcome *o = &p->outcome;
	turn_calendar(p);
	drop_false_ids(p, a);
	for (size_t i = 0; i < a->count; i++) {
		bool mark = first && a->is_undated && i >= FIRST_UNDATED;
		if (take_item(p, &a->items[i], mark) != TAKEN_NEW)
			continue;
		o->new_items++;
		o->dated += a->items[i].published.len > 0;
	}
	o->items += (uint32_t)a->listed;
	o->span_ms = a->span_ms > o->span_ms ? a->span_ms : o->span_ms;
	p->left_out = p->left_out || a->is_partial;
}

/* --- indexes of sitemaps --- */

static void next_child(struct poll *p);

/* A day that is not over may still change what it dates. */
static bool must_be_read(struct poll *p, const struct found_sitemap *s, uint64_t key)
{
	struct state_child known;
	uint64_t window = p->c->config->sitemap_days * SCHEDULE_DAY_MS;
	uint64_t end = s->changed_ms + (s->is_day ? SCHEDULE_DAY_MS : 0);
	bool was_read = state_child(p->c->state, &p->w->key, key, &known);
	if (s->changed_ms == 0)
		return true;
	if (end + window < p->wall_ms)
		return false;
	return !was_read || known.changed_ms != s->changed_ms || known.read_ms < end;
}

/* Those that changed last, and of undated ones those that were read least recently. */
static uint64_t rank(struct poll *p, const struct found_sitemap *s, uint64_t key)
{
	struct state_child known = {0, 0};
	if (s->changed_ms)
		return s->changed_ms;
	(void)state_child(p->c->state, &p->w->key, key, &known);
	return p->wall_ms > known.read_ms ? p->wall_ms - known.read_ms : 0;
}

static void add_child(struct poll *p, const struct found_sitemap *s, uint64_t key,
		      uint64_t ranks[static SITEMAPS_A_POLL])
{
	uint64_t r = rank(p, s, key);
	size_t at = p->child_count;
	while (at > 0 && ranks[at - 1] < r)
		at--;
	if (at == SITEMAPS_A_POLL)
		return;
	char *url = strndup(s->url.ptr, s->url.len);
	if (!url)
		return;
	if (p->child_count == SITEMAPS_A_POLL)
		free(p->children[--p->child_count].url);
	for (size_t i = p->child_count; i > at; i--) {
		p->children[i] = p->children[i - 1];
		ranks[i] = ranks[i - 1];
	}
	p->children[at] = (struct child){url, key, s->changed_ms, s->is_day};
	ranks[at] = r;
	p->child_count++;
}

static void take_index(struct poll *p, const struct answer *a)
{
	uint64_t ranks[SITEMAPS_A_POLL] = {0};
	size_t wanted = 0;
	struct text own = p->w->source->url;
	turn_calendar(p);
	for (size_t i = 0; i < a->sitemap_count; i++) {
		const struct found_sitemap *s = &a->sitemaps[i];
		uint64_t key = key_of_link(state_secret(p->c->state), &p->w->key, &s->url);
		if (!url_same_site(&own, &s->url) || !must_be_read(p, s, key))
			continue;
		/* Without a date, or with a day, an index that did not change says nothing. */
		p->left_out = p->left_out || s->changed_ms == 0 || s->is_day;
		wanted++;
		add_child(p, s, key, ranks);
	}
	p->left_out = p->left_out || a->is_partial || wanted > p->child_count;
	next_child(p);
}

/* --- answers --- */

static int read_answer(struct poll *p, const struct visit_result *v, struct answer *ret,
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

/* False with a sentence. */
static bool read_child(struct poll *p, const struct visit_result *v, struct answer *ret,
		       char reason[static ANSWER_REASON_SIZE])
{
	if (v->outcome != VISIT_ANSWERED || v->fetch->outcome != FETCH_OK) {
		snprintf(reason, ANSWER_REASON_SIZE, "%s", v->reason);
		return false;
	}
	if (read_answer(p, v, ret, reason) < 0)
		return false;
	if (ret->sitemap_count > 0)
		snprintf(reason, ANSWER_REASON_SIZE, "an index of sitemaps in an index");
	return ret->sitemap_count == 0;
}

static void on_child(void *user, const struct visit_result *v)
{
	struct poll *p = user;
	struct child *child = &p->children[p->child_at++];
	struct answer a;
	char reason[ANSWER_REASON_SIZE];
	p->visit = NULL;
	context_rest(p->c, v);
	if (!read_child(p, v, &a, reason)) {
		snprintf(p->fault, sizeof(p->fault), "%.120s: %s", child->url, reason);
		p->left_out = true;
		next_child(p);
		return;
	}
	p->children_read++;
	struct state_child known;
	bool first = !state_child(p->c->state, &p->w->key, child->key, &known);
	bool before = p->left_out;
	p->c->counters.sitemaps++;
	p->left_out = false;
	take_items(p, &a, first);
	known = (struct state_child){p->wall_ms, child->changed_ms};
	if (!p->left_out)
		state_put_child(p->c->state, &p->w->key, child->key, &known);
	p->left_out = p->left_out || before;
	next_child(p);
}

static void next_child(struct poll *p)
{
	if (p->child_at == p->child_count) {
		bool failed = p->child_count > 0 && p->children_read == 0;
		finish(p, failed ? POLL_FAILED : POLL_ANSWERED, p->fault);
		return;
	}
	const char *url = p->children[p->child_at].url;
	const struct visit_request r = {.url = {url, strlen(url)},
					.accept = "application/xml, text/xml;q=0.9, */*;q=0.5",
					.body_max = p->c->config->feed_max_bytes,
					.user = p};
	if (visit_start(p->c->visitor, &r, on_child, &p->visit) < 0) {
		p->left_out = true;
		finish(p, POLL_ANSWERED, "");
	}
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
	int r = read_answer(p, v, &a, reason);
	if (r < 0) {
		finish(p, POLL_FAILED, reason);
		return;
	}
	uint64_t fresh = http_fresh_ms(f->cache_control, strlen(f->cache_control));
	p->hints = a.hints;
	p->hints.floor_ms = fresh > p->hints.floor_ms ? fresh : p->hints.floor_ms;
	keep_validators(p, v);
	snprintf(p->fault, sizeof(p->fault), "%s", a.damage);
	if (a.sitemap_count > 0) {
		take_index(p, &a);
		return;
	}
	take_items(p, &a, first);
	crash_point("poll-queued");
	finish(p, a.damage[0] && a.listed == 0 ? POLL_FAILED : POLL_ANSWERED, p->fault);
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
		finish(p, POLL_UNCHANGED, "");
	else
		finish(p, asks_for_less ? POLL_BUSY : POLL_FAILED, f->reason);
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
		finish(p, POLL_FAILED, v->reason);
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

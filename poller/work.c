/* A job is an item that is out of the backlog. It is with its visit, among the bodies that are to
 * be read, or at netrald:
 *
 *   VISITING ──► BODY ──► MARKED ──► (next page: VISITING) ──► SUBMITTED ──► end
 *
 * and from every state it may go back to the backlog, or be given up. */
#include "poller/work.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/log.h"
#include "poller/article.h"

#include <stdio.h>
#include <string.h>

enum {
	JOBS_MAX = 1024,
	VISITS_MAX = 256, /* jobs that are not at netrald yet */
	BODIES_BYTES_MAX = 24 << 20,
	TRIES_MAX = 3,
	TRY_FACTOR = 4, /* each wait is so many times as long as the one before */
	DEATHS_MAX = 2,
	LOCAL_AGAIN_MS = 10 * 1000,
	JOB_ARENA_MAX = 8 << 20,
};
#define ITEM_AGE_MAX_MS (7 * SCHEDULE_DAY_MS)

enum job_state {
	JOB_VISITING,
	JOB_BODY,   /* it waits for its mark */
	JOB_MARKED, /* it waits for the commit of its mark */
	JOB_SUBMITTED,
};

/* What a body is. */
enum job_body {
	BODY_CONTENT, /* of the feed: the article, if it is whole */
	BODY_PAGE,
	BODY_LAST, /* the feed's text, for want of a page */
};

struct job {
	TAILQ_ENTRY(job) link;
	struct work *work;
	struct backlog_item *item;
	enum job_state state;
	struct arena arena; /* of the record, and of a feed's text */
	struct pending_record record;
	struct visit *visit;
	struct joined joined;
	enum job_body body_kind;
	struct buf body;
	char *body_url;
	char charset[64];
	enum given_up why;             /* when the feed's text is the last resort */
	char error[FETCH_REASON_SIZE]; /* what was wrong last, as a sentence */
};
TAILQ_HEAD(jobs, job);

struct work {
	struct context *c;
	struct jobs jobs;
	struct work_counts counts;
	size_t to_submit; /* jobs that may still become an article */
};

const char *given_up_word(enum given_up reason)
{
	static const char *const words[] = {
#define X(name, word) [name] = (word),
		GIVEN_UP_REASONS(X)
#undef X
	};
	return words[reason];
}

/* --- jobs --- */

static void drop_body(struct job *j)
{
	j->work->counts.bodies_bytes -= j->body.cap;
	buf_fini(&j->body);
	j->body = (struct buf){0};
	free(j->body_url);
	j->body_url = NULL;
}

static void job_free(struct job *j)
{
	struct work *w = j->work;
	visit_cancel(j->visit);
	drop_body(j);
	joined_fini(&j->joined);
	arena_fini(&j->arena);
	TAILQ_REMOVE(&w->jobs, j, link);
	w->counts.jobs--;
	w->to_submit -= j->state != JOB_SUBMITTED;
	free(j);
}

static struct job *job_new(struct work *w, struct backlog_item *i)
{
	struct job *j = fault_calloc(1, sizeof(*j));
	if (!j)
		return NULL;
	j->work = w;
	j->item = i;
	arena_init(&j->arena, JOB_ARENA_MAX);
	joined_init(&j->joined);
	TAILQ_INSERT_TAIL(&w->jobs, j, link);
	w->counts.jobs++;
	w->to_submit++;
	return j;
}

/* --- ends --- */

/* The item is over: in one batch it leaves what waits, and its pages are known. */
static void end(struct job *j)
{
	struct context *c = j->work->c;
	struct backlog_item *i = j->item;
	struct watch *watch = i->watch;
	state_end_pending(c->state, i->number);
	for (size_t k = 0; watch && k < i->page_count; k++)
		state_know(c->state, &watch->key, i->pages[k], watch->list_days);
	if (watch)
		context_save(c, watch);
	backlog_end(c->backlog, i);
	job_free(j);
}

static void end_with(struct job *j, bool is_article)
{
	struct watch *watch = j->item->watch;
	if (watch)
		schedule_record_items(&watch->schedule, is_article, 1);
	end(j);
}

static void give_up_now(struct job *j, enum given_up why)
{
	struct context *c = j->work->c;
	struct watch *watch = j->item->watch;
	c->counters.given_up[why]++;
	if (watch) {
		watch->totals.given_up++;
		log_info("work: an item was given up, source=\"%s\" reason=%s error=\"%s\" "
			 "url=\"%s\"",
			 watch->source->name.ptr, given_up_word(why), j->error, j->record.url.ptr);
	}
	end_with(j, false);
}

static void wait_to_be_read(struct job *j, enum job_body kind)
{
	j->body_kind = kind;
	j->state = JOB_BODY;
}

/* What the feed said is taken, when it said something. */
static void give_up(struct job *j, enum given_up why)
{
	j->why = why;
	if (j->record.has_text)
		wait_to_be_read(j, BODY_LAST);
	else
		give_up_now(j, why);
}

/* A page that is known by one of its addresses is not taken again. */
static void end_as_known(struct job *j)
{
	j->work->c->counters.items_known++;
	end_with(j, true);
}

/* --- back into the backlog --- */

static void put_back(struct job *j, uint64_t wait_ms)
{
	struct context *c = j->work->c;
	/* Without memory it stays in the state, and comes again after a start. */
	if (backlog_put_back(c->backlog, j->item, &j->record.url, wait_ms) < 0)
		backlog_end(c->backlog, j->item);
	job_free(j);
}

/* Something was wrong with the item itself. */
static void fail_try(struct job *j, enum given_up why)
{
	struct context *c = j->work->c;
	const struct watch *watch = j->item->watch;
	uint64_t wait = watch ? watch->source->min_interval_ms : SCHEDULE_MINUTE_MS;
	if (++j->record.tries >= TRIES_MAX || !watch) {
		give_up(j, why);
		return;
	}
	for (uint32_t i = 1; i < j->record.tries; i++)
		wait *= TRY_FACTOR;
	c->counters.items_retried++;
	j->record.again_ms = wall_ms() + wait;
	state_put_pending(c->state, j->item->number, &j->record);
	put_back(j, wait);
}

/* Something was wrong with the host of `url`: the item only waits, but not for ever. */
static void wait_for_host(struct job *j, const struct text *url)
{
	struct context *c = j->work->c;
	uint64_t now = wall_ms(), queued = j->record.queued_ms;
	if (now > queued && now - queued > ITEM_AGE_MAX_MS) {
		give_up(j, GIVEN_UP_HOST);
		return;
	}
	c->counters.items_retried++;
	put_back(j, backlog_held_ms(c->backlog, url));
}

/* --- visits --- */

static void on_page(void *user, const struct visit_result *result);

static int visit_page(struct job *j, const struct text *url)
{
	struct context *c = j->work->c;
	const struct visit_request r = {.url = *url,
					.accept = "text/html, application/xhtml+xml;q=0.9, "
						  "*/*;q=0.5",
					.body_max = c->config->page_max_bytes,
					.user = j};
	j->state = JOB_VISITING;
	return visit_start(c->visitor, &r, on_page, &j->visit);
}

static void take_body(struct job *j, const struct visit_result *result)
{
	j->body = *result->fetch->body;
	*result->fetch->body = (struct buf){0};
	j->work->counts.bodies_bytes += j->body.cap;
	snprintf(j->charset, sizeof(j->charset), "%s", result->fetch->charset);
	j->body_url = strdup(result->url);
	if (j->body_url)
		wait_to_be_read(j, BODY_PAGE);
	else
		put_back(j, LOCAL_AGAIN_MS);
}

/* 429 and 503: the host asks for a rest, whoever comes. */
static void rest_host(struct job *j, const struct text *url, const struct fetch_result *f)
{
	struct context *c = j->work->c;
	if (f->retry_after_s > 0)
		backlog_hold(c->backlog, url, (uint64_t)f->retry_after_s * 1000);
	else
		backlog_trouble(c->backlog, url);
	wait_for_host(j, url);
}

static void host_in_trouble(struct job *j, const struct text *url)
{
	backlog_trouble(j->work->c->backlog, url);
	wait_for_host(j, url);
}

static void on_fetched(struct job *j, const struct visit_result *result, const struct text *url)
{
	const struct fetch_result *f = result->fetch;
	switch (f->outcome) {
	case FETCH_OK:
		backlog_well(j->work->c->backlog, url);
		take_body(j, result);
		return;
	case FETCH_LATER:
		rest_host(j, url, f);
		return;
	case FETCH_STATUS:
		if (f->status >= 500)
			host_in_trouble(j, url);
		else
			fail_try(j, GIVEN_UP_STATUS);
		return;
	case FETCH_DNS:
	case FETCH_CONNECT:
	case FETCH_TLS:
	case FETCH_TIMEOUT:
	case FETCH_SLOW:
		host_in_trouble(j, url);
		return;
	case FETCH_BAD_URL:
	case FETCH_REFUSED:
		give_up(j, GIVEN_UP_ADDRESS);
		return;
	case FETCH_LOCAL:
		put_back(j, LOCAL_AGAIN_MS);
		return;
	default:
		fail_try(j, GIVEN_UP_BROKEN);
	}
}

static void submit(struct job *j);

/* A page that goes on from one that was read: without it, what there is. */
static void on_next_page(struct job *j, const struct visit_result *result)
{
	bool answered = result->outcome == VISIT_ANSWERED && result->fetch->outcome == FETCH_OK;
	if (answered)
		take_body(j, result);
	else if (j->record.tries + 1 >= TRIES_MAX || result->outcome == VISIT_FORBIDDEN)
		submit(j);
	else
		fail_try(j, GIVEN_UP_BROKEN);
}

static void on_page(void *user, const struct visit_result *result)
{
	struct job *j = user;
	const struct text url = {result->url, strlen(result->url)};
	j->visit = NULL;
	snprintf(j->error, sizeof(j->error), "%s", result->reason);
	context_rest(j->work->c, result);
	backlog_release(j->work->c->backlog, j->item);
	if (!j->item->watch) {
		give_up_now(j, GIVEN_UP_GONE);
		return;
	}
	if (j->joined.pages > 0) {
		on_next_page(j, result);
		return;
	}
	switch (result->outcome) {
	case VISIT_ANSWERED:
		on_fetched(j, result, &url);
		return;
	case VISIT_FORBIDDEN:
		give_up(j, GIVEN_UP_ROBOTS);
		return;
	case VISIT_SILENT:
		host_in_trouble(j, &url);
		return;
	case VISIT_BARRED:
		give_up(j, GIVEN_UP_ADDRESS);
		return;
	case VISIT_LOST:
		fail_try(j, GIVEN_UP_BROKEN);
		return;
	default:
		put_back(j, LOCAL_AGAIN_MS);
	}
}

/* --- articles --- */

/* Whether the page is known by `url`, or at netrald now; it will be known when this one ends. */
static bool meets_known_page(struct job *j, const struct text *url)
{
	struct context *c = j->work->c;
	uint64_t key = key_of_page(state_secret(c->state), url);
	struct backlog_item *i = j->item;
	for (size_t k = 0; k < i->page_count; k++) {
		if (i->pages[k] == key)
			return false;
	}
	if (state_is_known(c->state, key))
		return true;
	for (const struct job *other = TAILQ_FIRST(&j->work->jobs); other;
	     other = TAILQ_NEXT(other, link)) {
		for (size_t k = 0; other != j && k < other->item->page_count; k++) {
			if (other->state == JOB_SUBMITTED && other->item->pages[k] == key)
				return true;
		}
	}
	if (i->page_count < BACKLOG_PAGES)
		i->pages[i->page_count++] = key;
	return false;
}

static void submit_text(struct job *j, const struct text *text)
{
	struct context *c = j->work->c;
	const struct joined *p = &j->joined;
	const struct source *source = j->item->watch->source;
	const struct article a = {.url = p->url.len ? p->url : j->record.url,
				  .title = p->title.len ? p->title : j->record.title,
				  .text = *text,
				  .published =
					  p->published.len ? p->published : j->record.published,
				  .source = source->name};
	crash_point("poll-before-submit");
	if (delivery_add(c->delivery, &a, j) < 0) {
		put_back(j, LOCAL_AGAIN_MS);
		return;
	}
	j->state = JOB_SUBMITTED;
	j->work->to_submit--;
	/* Only the ends of its record are needed from now on. */
	joined_fini(&j->joined);
	arena_fini(&j->arena);
	j->record = (struct pending_record){.url = {"", 0}};
}

static void submit(struct job *j)
{
	struct text text = {(const char *)j->joined.text.data, j->joined.text.len};
	j->work->c->counters.pages_joined += j->joined.pages - 1;
	submit_text(j, &text);
}

void work_delivered(void *owner, const struct submit_status *status)
{
	struct job *j = owner;
	struct watch *watch = j->item->watch;
	bool is_article = status->outcome != SUBMIT_REFUSED;
	crash_point("poll-after-answer");
	if (watch && is_article) {
		watch->totals.articles++;
		watch->totals.last_article_ms = wall_ms();
	} else if (watch) {
		log_warning("work: netrald refused an article, source=\"%s\" reason=\"%s\"",
			    watch->source->name.ptr, status->reason);
	}
	end_with(j, is_article);
}

/* --- reading --- */

static void read_page(struct job *j)
{
	struct context *c = j->work->c;
	char reason[EXTRACT_REASON_SIZE] = "out of memory";
	struct text url = {j->body_url, strlen(j->body_url)};
	bool first = j->joined.pages == 0;
	int r = joined_page(&j->joined, (const char *)j->body.data, j->body.len, j->body_url,
			    j->charset, &c->read, reason);
	if (r < 0)
		snprintf(j->error, sizeof(j->error), "%s", reason);
	bool known = first && r == NETRAL_OK &&
		     (meets_known_page(j, &j->record.url) || meets_known_page(j, &url) ||
		      meets_known_page(j, &j->joined.url));
	drop_body(j);
	crash_point("poll-page-read");
	if (known)
		end_as_known(j);
	else if (r < 0 && first && j->record.has_text)
		give_up(j, GIVEN_UP_UNREADABLE);
	else if (r < 0 && first)
		fail_try(j, GIVEN_UP_UNREADABLE);
	else if (r < 0 || !j->joined.next.len || visit_page(j, &j->joined.next) < 0)
		submit(j);
}

/* The feed's text; false when there is nothing in it. */
static bool read_feed_text(struct job *j, struct text *ret_text)
{
	struct context *c = j->work->c;
	struct text raw;
	arena_reset(&c->read);
	return state_pending_text(c->state, j->item->number, &c->read, &raw) == 1 &&
	       feed_text(&raw, j->record.is_html, &c->read, ret_text) == NETRAL_OK;
}

static void visit_or_wait(struct job *j)
{
	struct context *c = j->work->c;
	/* Now it is of a host, and has to wait for its turn there. */
	j->record.is_content = false;
	state_put_pending(c->state, j->item->number, &j->record);
	put_back(j, 0);
}

static void read_content(struct job *j)
{
	struct text text;
	bool is_full = read_feed_text(j, &text) && feed_text_is_full(&text);
	if (is_full) {
		j->work->c->counters.feed_texts++;
		submit_text(j, &text);
	} else if (j->record.url.len) {
		visit_or_wait(j);
	} else {
		give_up_now(j, GIVEN_UP_UNREADABLE);
	}
}

static void read_last(struct job *j)
{
	struct text text;
	if (!read_feed_text(j, &text)) {
		give_up_now(j, j->why);
		return;
	}
	j->work->c->counters.feed_texts++;
	submit_text(j, &text);
}

static void read_body(struct job *j)
{
	struct context *c = j->work->c;
	state_put_reading(c->state, j->item->number, (struct state_reading){0, false});
	if (!j->item->watch) {
		give_up_now(j, GIVEN_UP_GONE);
		return;
	}
	crash_point("poll-reading");
	if (j->body_kind == BODY_PAGE)
		read_page(j);
	else if (j->body_kind == BODY_CONTENT)
		read_content(j);
	else
		read_last(j);
}

bool work_has_bodies(const struct work *w)
{
	for (const struct job *j = TAILQ_FIRST(&w->jobs); j; j = TAILQ_NEXT(j, link)) {
		if (j->state == JOB_BODY)
			return true;
	}
	return false;
}

bool work_bodies_are_many(const struct work *w)
{
	return w->counts.bodies_bytes >= BODIES_BYTES_MAX;
}

/* One that a reader may have died of goes alone. */
void work_mark(struct work *w)
{
	const struct job *suspect = NULL;
	for (const struct job *j = TAILQ_FIRST(&w->jobs); j; j = TAILQ_NEXT(j, link)) {
		if (j->state == JOB_BODY && j->item->deaths > 0)
			suspect = j;
	}
	for (struct job *j = TAILQ_FIRST(&w->jobs); j; j = TAILQ_NEXT(j, link)) {
		if (j->state != JOB_BODY || (suspect && j != suspect))
			continue;
		state_put_reading(w->c->state, j->item->number,
				  (struct state_reading){j->item->deaths, true});
		j->state = JOB_MARKED;
	}
}

void work_read(struct work *w, bool committed)
{
	struct job *j = TAILQ_FIRST(&w->jobs), *next;
	for (; j; j = next) {
		next = TAILQ_NEXT(j, link);
		if (j->state != JOB_MARKED)
			continue;
		j->state = JOB_BODY;
		if (committed)
			read_body(j);
	}
}

/* --- beginning --- */

static void start(struct work *w, struct backlog_item *i)
{
	struct context *c = w->c;
	struct job *j = job_new(w, i);
	i->page_count = 0;
	if (!j) {
		struct text none = {"", 0};
		if (backlog_put_back(c->backlog, i, &none, LOCAL_AGAIN_MS) < 0)
			backlog_end(c->backlog, i);
		return;
	}
	int r = state_pending(c->state, i->number, &j->arena, &j->record);
	if (r < 0) {
		j->record = (struct pending_record){.url = {"", 0}};
		put_back(j, LOCAL_AGAIN_MS);
		return;
	}
	if (r == 0) {
		/* The batch that it was in was lost. */
		backlog_end(c->backlog, i);
		job_free(j);
		return;
	}
	if (i->deaths >= DEATHS_MAX)
		give_up_now(j, GIVEN_UP_DEADLY);
	else if (j->record.is_content)
		wait_to_be_read(j, BODY_CONTENT);
	else if (state_is_known(c->state, key_of_page(state_secret(c->state), &j->record.url)))
		end_as_known(j);
	else if (visit_page(j, &j->record.url) < 0)
		put_back(j, LOCAL_AGAIN_MS);
}

static bool has_room(const struct work *w)
{
	return w->counts.jobs < JOBS_MAX && w->to_submit < VISITS_MAX && !work_bodies_are_many(w) &&
	       delivery_has_room(w->c->delivery, w->to_submit);
}

void work_step(struct work *w)
{
	struct backlog_item *i;
	while (has_room(w) && (i = backlog_take(w->c->backlog)))
		start(w, i);
}

uint64_t work_wait_ms(const struct work *w)
{
	return has_room(w) ? backlog_wait_ms(w->c->backlog) : UINT64_MAX;
}

/* --- life --- */

static void load_one(struct work *w, uint64_t number, const struct pending_record *record)
{
	struct context *c = w->c;
	struct watch *watch = roster_find(&c->roster, &record->source);
	struct state_reading reading = state_reading(c->state, number);
	uint64_t now = wall_ms();
	uint64_t wait = record->again_ms > now ? record->again_ms - now : 0;
	const struct text none = {"", 0};
	if (reading.is_on) {
		reading = (struct state_reading){(uint8_t)(reading.deaths + 1), false};
		state_put_reading(c->state, number, reading);
		log_warning("work: an item was being read when the process ended, times=%d "
			    "url=\"%s\"",
			    reading.deaths, record->url.ptr);
	}
	if (!watch) {
		c->counters.given_up[GIVEN_UP_GONE]++;
		state_end_pending(c->state, number);
		return;
	}
	/* A clock that was set back does not make it wait for years. */
	wait = wait < SCHEDULE_DAY_MS ? wait : SCHEDULE_DAY_MS;
	(void)backlog_add(c->backlog, watch, number, record->is_content ? &none : &record->url,
			  wait, reading.deaths);
}

int work_load(struct work *w)
{
	struct context *c = w->c;
	struct pending_record record;
	uint64_t number = 0;
	int r;
	arena_reset(&c->read);
	while ((r = state_next_pending(c->state, number, &c->read, &number, &record)) == 1) {
		load_one(w, number, &record);
		arena_reset(&c->read);
	}
	return r;
}

struct dropping {
	struct work *work;
	const struct watch *watch;
};

static void drop_item(void *user, struct backlog_item *i)
{
	struct dropping *d = user;
	struct context *c = d->work->c;
	if (i->watch != d->watch)
		return;
	i->watch->pending--;
	i->watch = NULL;
	if (!i->ready.place)
		return; /* its job ends it */
	c->counters.given_up[GIVEN_UP_GONE]++;
	state_end_pending(c->state, i->number);
	backlog_end(c->backlog, i);
}

void work_drop(struct work *w, const struct watch *watch)
{
	struct dropping d = {w, watch};
	backlog_each(w->c->backlog, drop_item, &d);
}

int work_new(struct context *c, struct work **ret_work)
{
	struct work *w = fault_calloc(1, sizeof(*w));
	if (!w)
		return NETRAL_ENOMEM;
	w->c = c;
	TAILQ_INIT(&w->jobs);
	*ret_work = w;
	return NETRAL_OK;
}

void work_free(struct work *w)
{
	struct job *j;
	if (!w)
		return;
	while ((j = TAILQ_FIRST(&w->jobs)))
		job_free(j);
	free(w);
}

struct work_counts work_counts(const struct work *w)
{
	return w->counts;
}

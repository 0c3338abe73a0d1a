#include "poller/job.h"

#include "lib/error.h"
#include "lib/fault.h"
#include "lib/log.h"

#include <stdlib.h>

enum {
	TRY_FACTOR = 4, /* each wait is so many times as long as the one before */
	JOB_ARENA_MAX = 8 << 20,
};
#define ITEM_AGE_MAX_MS (7 * SCHEDULE_DAY_MS)

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

void job_drop_body(struct job *j)
{
	j->work->counts.bodies_bytes -= j->body.cap;
	buf_fini(&j->body);
	j->body = (struct buf){0};
	free(j->body_url);
	j->body_url = NULL;
}

void job_free(struct job *j)
{
	struct work *w = j->work;
	visit_cancel(j->visit);
	job_drop_body(j);
	joined_fini(&j->joined);
	arena_fini(&j->arena);
	TAILQ_REMOVE(&w->jobs, j, link);
	w->counts.jobs--;
	w->to_submit -= j->state != JOB_SUBMITTED;
	free(j);
}

struct job *job_new(struct work *w, struct backlog_item *i)
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
static void take_out(struct job *j)
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

void job_end(struct job *j, bool is_article)
{
	struct watch *watch = j->item->watch;
	if (watch)
		schedule_record_items(&watch->schedule, is_article, 1);
	take_out(j);
}

void job_give_up_now(struct job *j, enum given_up why)
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
	job_end(j, false);
}

void job_wait_to_be_read(struct job *j, enum job_body kind)
{
	j->body_kind = kind;
	j->state = JOB_BODY;
}

void job_give_up(struct job *j, enum given_up why)
{
	j->why = why;
	if (j->record.has_text)
		job_wait_to_be_read(j, BODY_LAST);
	else
		job_give_up_now(j, why);
}

void job_end_as_known(struct job *j)
{
	j->work->c->counters.items_known++;
	job_end(j, true);
}

/* --- back into the backlog --- */

void job_put_back(struct job *j, uint64_t wait_ms)
{
	struct context *c = j->work->c;
	/* Without memory it stays in the state, and comes again after a start. */
	if (backlog_put_back(c->backlog, j->item, &j->record.url, wait_ms) < 0)
		backlog_end(c->backlog, j->item);
	job_free(j);
}

void job_fail_try(struct job *j, enum given_up why)
{
	struct context *c = j->work->c;
	const struct watch *watch = j->item->watch;
	uint64_t wait = watch ? watch->source->min_interval_ms : SCHEDULE_MINUTE_MS;
	if (++j->record.tries >= JOB_TRIES_MAX || !watch) {
		job_give_up(j, why);
		return;
	}
	for (uint32_t i = 1; i < j->record.tries; i++)
		wait *= TRY_FACTOR;
	c->counters.items_retried++;
	j->record.again_ms = wall_ms() + wait;
	state_put_pending(c->state, j->item->number, &j->record);
	job_put_back(j, wait);
}

void job_wait_for_host(struct job *j, const struct text *url)
{
	struct context *c = j->work->c;
	uint64_t now = wall_ms(), queued = j->record.queued_ms;
	if (now > queued && now - queued > ITEM_AGE_MAX_MS) {
		job_give_up(j, GIVEN_UP_HOST);
		return;
	}
	c->counters.items_retried++;
	job_put_back(j, backlog_held_ms(c->backlog, url));
}

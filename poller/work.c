/* What there is of jobs at once is bounded here; what becomes of one is in job*.c. */
#include "poller/work.h"

#include "lib/error.h"
#include "lib/fault.h"
#include "lib/log.h"
#include "poller/job.h"

#include <stdlib.h>

enum {
	JOBS_MAX = 1024,
	VISITS_MAX = 256, /* jobs that are not at netrald yet */
	BODIES_BYTES_MAX = 24 << 20,
	DEATHS_MAX = 2,
};

/* --- bodies --- */

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
			job_read_body(j);
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
		if (backlog_put_back(c->backlog, i, &none, JOB_LOCAL_AGAIN_MS) < 0)
			backlog_end(c->backlog, i);
		return;
	}
	int r = state_pending(c->state, i->number, &j->arena, &j->record);
	if (r < 0) {
		j->record = (struct pending_record){.url = {"", 0}};
		job_put_back(j, JOB_LOCAL_AGAIN_MS);
		return;
	}
	if (r == 0) {
		/* The batch that it was in was lost. */
		backlog_end(c->backlog, i);
		job_free(j);
		return;
	}
	if (i->deaths >= DEATHS_MAX)
		job_give_up_now(j, GIVEN_UP_DEADLY);
	else if (j->record.is_content)
		job_wait_to_be_read(j, BODY_CONTENT);
	else if (state_is_known(c->state, key_of_page(state_secret(c->state), &j->record.url)))
		job_end_as_known(j);
	else if (job_visit_page(j, &j->record.url) < 0)
		job_put_back(j, JOB_LOCAL_AGAIN_MS);
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

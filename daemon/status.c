#include "daemon/status.h"

#include "daemon/articles_socket.h"
#include "daemon/push.h"
#include "daemon/spool.h"
#include "lib/error.h"

#include <unistd.h>

enum { COUNTERS_MAX = 64 };

struct filling {
	struct counter *counters;
	size_t count;
};

static void add(struct filling *f, const char *name, uint64_t value)
{
	netral_assert(f->count < COUNTERS_MAX);
	f->counters[f->count++] = (struct counter){name, value};
}

struct status_queue status_queue(const struct status_sources *s)
{
	struct dispatch_counts d = dispatch_counts(work_socket_dispatch(s->work));
	/* What has ended is still in the journal until the next commit. */
	uint64_t known = d.in_flight + d.waiting + changes_ended(s->changes);
	uint64_t all = journal_article_count(s->journal);
	return (struct status_queue){all > known ? all - known : 0, d.in_flight, d.waiting};
}

const char *status_state(const struct status_sources *s)
{
	const char *problem = intake_problem(s->intake);
	if (!problem && s->spool)
		problem = spool_problem(s->spool);
	return problem ? problem : "running";
}

static void add_articles(struct filling *f, const struct status_sources *s,
			 const struct journal_counts *j)
{
	struct intake_counts i = intake_counts(s->intake);
	struct status_queue q = status_queue(s);
	add(f, "netral_articles_accepted_total", j->accepted_total);
	add(f, "netral_articles_duplicate_total", i.duplicate);
	add(f, "netral_articles_refused_total", i.refused);
	add(f, "netral_articles_busy_total", i.busy);
	add(f, "netral_articles_recorded_total", j->recorded_total + s->changes->done);
	add(f, "netral_articles_dead_total", j->buried_total + s->changes->buried);
	add(f, "netral_articles_published_total", articles_socket_published(s->articles));
	add(f, "netral_articles_pending", q.pending);
	add(f, "netral_articles_in_flight", q.in_flight);
	add(f, "netral_articles_waiting_retry", q.waiting);
	add(f, "netral_articles_dead", j->dead);
	add(f, "netral_dead_dropped_total", j->dead_dropped);
	add(f, "netral_intake_stopped", intake_problem(s->intake) != NULL);
	add(f, "netral_intake_stops_total", i.stops);
}

/* What the totals were when this process began. */
static void add_before_start(struct filling *f, const struct journal_counts *j)
{
	add(f, "netral_articles_accepted_before_start", j->accepted_total);
	add(f, "netral_articles_recorded_before_start", j->recorded_total);
	add(f, "netral_articles_dead_before_start", j->buried_total);
}

static void add_journal(struct filling *f, const struct journal_counts *j)
{
	add(f, "netral_journal_bytes", j->used_bytes);
	add(f, "netral_journal_bytes_max", j->max_bytes);
	add(f, "netral_journal_commits_total", j->commits);
	add(f, "netral_remembered_ids", j->remembered);
	add(f, "netral_remembered_ids_bytes", j->index_bytes);
}

static void add_work(struct filling *f, const struct status_sources *s)
{
	struct dispatch_counts d = dispatch_counts(work_socket_dispatch(s->work));
	add(f, "netral_workers", d.workers);
	add(f, "netral_workers_lost_total", d.lost_workers);
	add(f, "netral_handed_out_total", d.handed_out);
	add(f, "netral_handed_out_failures_total", d.failures);
	add(f, "netral_not_held_total", s->counters->not_held);
	add(f, "netral_protocol_errors_total", s->counters->peers.protocol_errors);
	add(f, "netral_answers_unsent_total", s->counters->peers.unsent);
	add(f, "netral_log_lines_dropped_total", s->counters->peers.log_lines_dropped);
}

/* All zero without a spool, so that a reader need not know whether there is one. */
static void add_spool(struct filling *f, const struct status_sources *s)
{
	struct spool_counts c = {0};
	if (s->spool)
		c = spool_counts(s->spool);
	add(f, "netral_spool_files_waiting", c.waiting);
	add(f, "netral_spool_files_done_total", c.done);
	add(f, "netral_spool_files_failed_total", c.failed);
	add(f, "netral_spool_files_ignored_total", c.ignored);
	add(f, "netral_spool_files_stuck_total", c.stuck);
}

/* Likewise. */
static void add_push(struct filling *f, const struct status_sources *s)
{
	struct push_counts c = {0};
	if (s->push)
		c = push_counts(s->push);
	add(f, "netral_push_port", c.port);
	add(f, "netral_push_connections", c.connections);
	add(f, "netral_push_connections_total", c.connections_total);
	add(f, "netral_push_connections_refused_total", c.connections_refused);
	add(f, "netral_push_timeouts_total", c.timeouts);
	add(f, "netral_push_requests_total", c.requests);
	add(f, "netral_push_accepted_total", c.accepted);
	add(f, "netral_push_duplicate_total", c.duplicate);
	add(f, "netral_push_refused_total", c.refused);
	add(f, "netral_push_unauthorized_total", c.unauthorized);
	add(f, "netral_push_limited_total", c.limited);
	add(f, "netral_push_busy_total", c.busy);
	add(f, "netral_push_waiting", c.waiting);
	add(f, "netral_push_body_bytes", c.body_bytes);
}

struct worker_list {
	struct worker_status *workers;
	size_t count;
};

static void add_worker(void *user, struct dispatch_worker *w)
{
	struct worker_list *list = user;
	list->workers[list->count++] = dispatch_worker_status(w);
}

int status_fill(const struct status_sources *s, uint64_t now_ms, struct arena *arena,
		struct msg_status_reply *ret_reply)
{
	struct journal_counts j = journal_counts(s->journal);
	struct dispatch *d = work_socket_dispatch(s->work);
	struct filling f = {arena_calloc(arena, COUNTERS_MAX, sizeof(struct counter)), 0};
	struct worker_list list = {
		arena_calloc(arena, dispatch_counts(d).workers + 1, sizeof(struct worker_status)),
		0};
	if (!f.counters || !list.workers)
		return NETRAL_ENOMEM;
	add_articles(&f, s, &j);
	add_before_start(&f, &s->at_start);
	add_journal(&f, &j);
	add_work(&f, s);
	add_spool(&f, s);
	add_push(&f, s);
	dispatch_each_worker(d, add_worker, &list);
	*ret_reply = (struct msg_status_reply){.program = "netrald",
					       .version = NETRAL_VERSION,
					       .pid = (uint64_t)getpid(),
					       .uptime_ms = now_ms - s->started_ms,
					       .state = status_state(s),
					       .counters = f.counters,
					       .counter_count = f.count,
					       .workers = list.workers,
					       .worker_count = list.count};
	return NETRAL_OK;
}

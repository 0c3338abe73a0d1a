/* One turn: messages come in and articles go into the open batch; at its end the batch is
 * committed, and then, in this order, submitters and pushers get their answers, spool files are
 * moved, subscribers get the articles, and workers are handed what is new. Nothing is said before
 * the commit it stands on.
 *
 * Ends and failures of articles ride on a commit that happens anyway, or on one of their own after
 * CHANGES_DELAY_MS. A batch that cannot be committed is answered BUSY; the ends are tried again,
 * alone, so that a journal that is full gets emptier. */
#include "daemon/netrald.h"

#include "daemon/articles_socket.h"
#include "daemon/changes.h"
#include "daemon/control_socket.h"
#include "daemon/intake.h"
#include "daemon/push.h"
#include "daemon/spool.h"
#include "daemon/status.h"
#include "daemon/submit_socket.h"
#include "daemon/work_socket.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/log.h"
#include "lib/service.h"
#include "lib/statedir.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	CHANGES_DELAY_MS = 200,
	CHANGES_MAX = 4096, /* then they do not wait */
	/* After a commit of changes failed. */
	CHANGES_RETRY_MS = 1000,
	STATUS_EVERY_MS = 5000,
	RECHECK_EVERY_MS = 250,
	ERROR_SIZE = 512,
};

struct netrald {
	const struct netrald_config *config;
	struct loop *loop;
	struct transport *transport;
	struct journal *journal;
	struct changes changes;
	uint64_t changes_due_ms; /* 0: none wait */
	struct loop_timer changes_timer;
	struct loop_timer status_timer;
	struct loop_timer recheck_timer;
	bool rechecking;
	struct intake *intake;
	struct submit_socket *submit;
	struct work_socket *work;
	struct articles_socket *articles;
	struct control_socket *control;
	struct spool *spool;
	struct push *push;
	struct counters counters;
	struct status_sources sources;
	char status[256];
};

/* --- the end of a turn --- */

static bool changes_are_due(struct netrald *n)
{
	uint64_t now = loop_now_ms(n->loop);
	if (n->changes.count == 0)
		return false;
	if (n->changes_due_ms == 0) {
		n->changes_due_ms = now + CHANGES_DELAY_MS;
		loop_timer_set(n->loop, n->changes_timer, CHANGES_DELAY_MS);
	}
	return n->changes_due_ms <= now ||
	       (n->changes.count >= CHANGES_MAX && !intake_problem(n->intake));
}

static void changes_committed(struct netrald *n)
{
	changes_clear(&n->changes);
	n->changes_due_ms = 0;
	loop_timer_set(n->loop, n->changes_timer, UINT64_MAX);
}

static void changes_failed(struct netrald *n)
{
	n->changes_due_ms = loop_now_ms(n->loop) + CHANGES_RETRY_MS;
	loop_timer_set(n->loop, n->changes_timer, CHANGES_RETRY_MS);
}

/* Commits the open batch with all changes in it. */
static int commit(struct netrald *n)
{
	int r = changes_apply(&n->changes, n->journal);
	const char *why = netral_strerror(r);
	crash_point("netrald-before-commit");
	if (r == NETRAL_OK) {
		r = journal_commit(n->journal);
		why = journal_failure(n->journal);
	}
	crash_point("netrald-after-commit");
	if (r == NETRAL_OK) {
		changes_committed(n);
		intake_committed(n->intake);
		return NETRAL_OK;
	}
	journal_abort(n->journal);
	intake_failed(n->intake, why, loop_now_ms(n->loop));
	log_error("journal: a batch could not be committed, error=\"%s\"", why);
	return r;
}

/* The batch is gone; what ended may still be committed without it. */
static int recover(struct netrald *n, int err)
{
	if (err == NETRAL_ECLOSED)
		return err;
	if (n->changes.count > 0 && commit(n) < 0)
		changes_failed(n);
	return NETRAL_OK;
}

static void answer(struct netrald *n, bool committed)
{
	const char *problem = intake_problem(n->intake);
	submit_socket_answer(n->submit, committed, problem ? problem : "");
	if (n->push)
		push_answer(n->push, committed, problem ? problem : "");
	crash_point("netrald-after-ack");
	if (n->spool)
		spool_end_batch(n->spool, committed);
	intake_next_batch(n->intake);
}

static int end_batch(struct netrald *n)
{
	bool batch = intake_has_batch(n->intake);
	int r = NETRAL_OK, failed = intake_error(n->intake);
	if (failed < 0) {
		journal_abort(n->journal);
		intake_failed(n->intake, netral_strerror(failed), loop_now_ms(n->loop));
	} else if (batch || changes_are_due(n)) {
		failed = commit(n);
	}
	if (failed < 0)
		r = recover(n, failed);
	/* Without a batch there may be answers all the same: known and refused articles. */
	answer(n, !batch || failed == NETRAL_OK);
	journal_abort(n->journal);
	return r;
}

static int publish(struct netrald *n, uint64_t after_seq)
{
	if (journal_last_seq(n->journal) == after_seq)
		return NETRAL_OK;
	int r = journal_read_begin(n->journal);
	if (r == NETRAL_OK)
		r = articles_socket_publish(n->articles, n->journal, after_seq);
	journal_read_end(n->journal);
	return r;
}

static int hand_out(struct netrald *n)
{
	int r = journal_read_begin(n->journal);
	if (r == NETRAL_OK)
		r = work_socket_hand_out(n->work);
	journal_read_end(n->journal);
	return r;
}

static void watch_problem(struct netrald *n)
{
	if (n->rechecking || !intake_problem(n->intake))
		return;
	n->rechecking = true;
	loop_timer_set(n->loop, n->recheck_timer, RECHECK_EVERY_MS);
}

static int on_turn(void *user)
{
	struct netrald *n = user;
	uint64_t last_seq = journal_last_seq(n->journal);
	if (n->spool)
		spool_step(n->spool);
	if (n->push)
		push_step(n->push);
	int r = end_batch(n);
	if (r == NETRAL_OK)
		r = publish(n, last_seq);
	if (r == NETRAL_OK)
		r = control_socket_step(n->control);
	if (r == NETRAL_OK)
		r = hand_out(n);
	watch_problem(n);
	return r;
}

/* --- timers and signals --- */

static int on_changes_due(void *user)
{
	(void)user; /* the end of the turn commits them */
	return NETRAL_OK;
}

static int on_recheck(void *user)
{
	struct netrald *n = user;
	n->rechecking = false;
	intake_recheck(n->intake, loop_now_ms(n->loop));
	return NETRAL_OK;
}

static int on_status(void *user)
{
	struct netrald *n = user;
	char text[sizeof(n->status)];
	struct status_queue q = status_queue(&n->sources);
	const char *state = status_state(&n->sources);
	snprintf(text, sizeof(text), "%s: %lu pending, %lu handed out, %lu waiting", state,
		 (unsigned long)q.pending, (unsigned long)q.in_flight, (unsigned long)q.waiting);
	if (strcmp(text, n->status) != 0) {
		service_status("%s", text);
		memcpy(n->status, text, sizeof(text));
	}
	loop_timer_set(n->loop, n->status_timer, STATUS_EVERY_MS);
	return NETRAL_OK;
}

static int on_signal(void *user, int signo)
{
	struct netrald *n = user;
	if (signo == SIGHUP) {
		log_info("main: nothing to reload, restart netrald to use a new configuration");
		return NETRAL_OK;
	}
	service_stopping();
	loop_stop(n->loop);
	return NETRAL_OK;
}

static int fill_status(void *user, struct arena *arena, struct msg_status_reply *ret_reply)
{
	struct netrald *n = user;
	return status_fill(&n->sources, loop_now_ms(n->loop), arena, ret_reply);
}

/* --- life --- */

static int make_directory(const char *key, const char *path)
{
	if (mkdir(path, 0750) == 0 || errno == EEXIST)
		return NETRAL_OK;
	log_error("main: %s: %s: %s", key, path, strerror(errno));
	return netral_error_from_errno(errno);
}

static int open_journal(struct netrald *n)
{
	char dir[PATH_MAX], error[ERROR_SIZE] = "";
	int r = make_directory("state_dir", n->config->state_dir);
	if (r == NETRAL_OK)
		r = statedir_join(dir, sizeof(dir), n->config->state_dir, "journal");
	if (r < 0)
		return r;
	const struct journal_options o = {.dir = dir,
					  .max_bytes = n->config->journal_max_bytes,
					  .remembered_ids = n->config->remembered_ids,
					  .dead_max = n->config->dead_max};
	r = journal_open(&o, &n->journal, error, sizeof(error));
	if (r < 0)
		log_error("journal: %s", error);
	return r;
}

static int bind_address(const struct netrald *n, const char *configured, const char *name,
			char **ret_address)
{
	*ret_address = statedir_endpoint(configured, n->config->runtime_dir, name);
	return *ret_address ? NETRAL_OK : NETRAL_ENOMEM;
}

static int open_submit(struct netrald *n)
{
	netral_cleanup(netral_freep) char *address = NULL;
	int r = bind_address(n, n->config->submit_endpoint, "submit", &address);
	return r < 0 ? r
		     : submit_socket_new(address, n->transport, n->loop, n->intake, &n->counters,
					 &n->submit);
}

static int open_work(struct netrald *n)
{
	netral_cleanup(netral_freep) char *address = NULL;
	int r = bind_address(n, n->config->work_endpoint, "work", &address);
	return r < 0 ? r
		     : work_socket_new(address, n->config, n->transport, n->loop, n->journal,
				       &n->changes, &n->counters, &n->work);
}

static int open_articles(struct netrald *n)
{
	netral_cleanup(netral_freep) char *address = NULL;
	int r = bind_address(n, n->config->articles_endpoint, "articles", &address);
	return r < 0 ? r
		     : articles_socket_new(address, n->transport, n->loop, &n->counters,
					   &n->articles);
}

static int open_control(struct netrald *n)
{
	netral_cleanup(netral_freep) char *address = NULL;
	int r = bind_address(n, n->config->control_endpoint, "netrald-control", &address);
	return r < 0 ? r
		     : control_socket_new(address, n->transport, n->loop, n->journal, &n->counters,
					  fill_status, n, &n->control);
}

static int open_spool(struct netrald *n)
{
	char error[ERROR_SIZE] = "";
	if (!n->config->spool_dir[0])
		return NETRAL_OK;
	int r = spool_new(n->config->spool_dir, n->intake, n->loop, &n->spool, error,
			  sizeof(error));
	if (r < 0)
		log_error("main: %s", error);
	return r;
}

static int open_push(struct netrald *n)
{
	if (!n->config->push_listen[0])
		return NETRAL_OK;
	return push_new(n->config, n->loop, n->intake, &n->push);
}

static void set_timers(struct netrald *n)
{
	n->changes_timer = loop_timer_add(n->loop, on_changes_due, n);
	n->status_timer = loop_timer_add(n->loop, on_status, n);
	n->recheck_timer = loop_timer_add(n->loop, on_recheck, n);
	loop_timer_set(n->loop, n->status_timer, STATUS_EVERY_MS);
	loop_on_turn(n->loop, on_turn, n);
}

/* The loop blocks signals before there is a second thread; the journal is locked before any socket
 * file is replaced. Workers are served before submitters: what they finish makes room. */
static int open_all(struct netrald *n)
{
	int r = loop_new(on_signal, n, false, &n->loop);
	if (r == NETRAL_OK)
		r = open_journal(n);
	if (r == NETRAL_OK)
		r = make_directory("runtime_dir", n->config->runtime_dir);
	if (r == NETRAL_OK)
		r = intake_new(n->journal, &n->intake);
	if (r == NETRAL_OK)
		r = transport_new(&n->transport);
	if (r == NETRAL_OK)
		r = open_work(n);
	if (r == NETRAL_OK)
		r = open_submit(n);
	if (r == NETRAL_OK)
		r = open_articles(n);
	if (r == NETRAL_OK)
		r = open_control(n);
	if (r == NETRAL_OK)
		r = open_spool(n);
	return r < 0 ? r : open_push(n);
}

static void netrald_freep(struct netrald **n)
{
	netrald_free(*n);
}

int netrald_new(const struct netrald_config *config, struct netrald **ret_netrald)
{
	netral_cleanup(netrald_freep) struct netrald *n = fault_calloc(1, sizeof(*n));
	int r = n ? NETRAL_OK : NETRAL_ENOMEM;
	if (n) {
		n->config = config;
		changes_init(&n->changes);
		r = open_all(n);
	}
	if (r < 0) {
		log_error("main: cannot start, error=\"%s\"", netral_strerror(r));
		return r;
	}
	n->sources = (struct status_sources){.journal = n->journal,
					     .intake = n->intake,
					     .work = n->work,
					     .articles = n->articles,
					     .spool = n->spool,
					     .push = n->push,
					     .changes = &n->changes,
					     .counters = &n->counters,
					     .started_ms = loop_now_ms(n->loop),
					     .at_start = journal_counts(n->journal)};
	set_timers(n);
	*ret_netrald = netral_take(n);
	return NETRAL_OK;
}

/* What ended is worth a commit: without it, it would be handed out again. */
static void commit_last(struct netrald *n)
{
	journal_abort(n->journal);
	if (n->changes.count > 0)
		(void)commit(n);
}

int netrald_run(struct netrald *n)
{
	log_info("main: ready, articles=%lu journal=%s/journal",
		 (unsigned long)journal_article_count(n->journal), n->config->state_dir);
	service_watchdog_start(n->loop);
	service_ready();
	int r = loop_run(n->loop);
	if (r < 0)
		log_error("main: stopped, error=\"%s\"", netral_strerror(r));
	else
		commit_last(n);
	return r;
}

void netrald_free(struct netrald *n)
{
	if (!n)
		return;
	push_free(n->push);
	spool_free(n->spool);
	control_socket_free(n->control);
	articles_socket_free(n->articles);
	submit_socket_free(n->submit);
	work_socket_free(n->work);
	transport_free(n->transport);
	intake_free(n->intake);
	changes_fini(&n->changes);
	journal_close(n->journal);
	loop_free(n->loop);
	free(n);
}

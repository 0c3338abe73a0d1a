/* One turn: answers come in, of sources, pages and netrald; at its end, as far as there is room,
 * items that are ready are begun and articles are sent. What changed in the state is committed
 * COMMIT_MS later, together with what came meanwhile; the bodies that were marked in that commit
 * are read right after it.
 *
 * Room is made from the back: articles that netrald does not take stop new pages, items that wait
 * stop new polls. */
#include "poller/poller.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/service.h"
#include "lib/statedir.h"
#include "poller/control_socket.h"
#include "poller/flags.h"
#include "poller/poll.h"
#include "poller/status.h"
#include "poller/work.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum {
	COMMIT_MS = 200,
	COMMIT_AGAIN_MS = 2000, /* after one failed */
	SWEEP_MS = 60 * 1000,
	ALERT_MS = 60 * 1000, /* flags that change within are one alert */
	STATUS_MS = 5000,
	POLLS_FACTOR = 4,    /* polls under way for each request under way */
	TROUBLE_FACTOR = 16, /* first wait for a host in trouble, in its usual rests */
	ERROR_SIZE = 512,
	REQUESTS_MAX = 20000,
	BODIES_MAX = 48 << 20, /* bytes of answers that are coming in */
};

struct poller {
	struct context c;
	struct transport *transport;
	struct fetcher *fetcher;
	struct robots_cache *robots;
	struct reach reach;
	struct work *work;
	struct flags *flags;
	struct control_socket *control;
	struct endpoint_counters peers;
	struct status_parts status;
	struct loop_timer due_timer, work_timer, commit_timer, sweep_timer, status_timer;
	bool commit_is_set;
	size_t polls; /* under way */
	char said[96];
};

/* --- polls --- */

static struct watch *watch_of(struct heap_node *due)
{
	return (struct watch *)(void *)((char *)due - offsetof(struct watch, due));
}

static void on_polled(void *user, struct watch *w)
{
	struct poller *p = user;
	p->polls--;
	flags_look(p->flags, w);
}

/* One that is due is begun, or moved. */
static void start_polls(struct poller *p)
{
	struct context *c = &p->c;
	struct heap_node *first;
	uint64_t now = loop_now_ms(c->loop), most = POLLS_FACTOR * c->config->concurrency;
	while (p->polls < most && (first = heap_first(&c->due)) && first->key <= now) {
		struct watch *w = watch_of(first);
		p->polls++;
		poll_start(c, w, on_polled, p);
		if (!w->poll)
			p->polls--;
	}
	first = heap_first(&c->due);
	uint64_t wait = !first || p->polls >= most ? UINT64_MAX
			: first->key > now         ? first->key - now
						   : 0;
	loop_timer_set(c->loop, p->due_timer, wait);
}

static int on_due(void *user)
{
	(void)user; /* the end of the turn begins them */
	return NETRAL_OK;
}

/* --- commits --- */

static void set_commit(struct poller *p, uint64_t wait_ms)
{
	p->commit_is_set = true;
	loop_timer_set(p->c.loop, p->commit_timer, wait_ms);
}

static int commit(struct poller *p)
{
	crash_point("poll-before-commit");
	int r = state_commit(p->c.state);
	crash_point("poll-after-commit");
	if (r < 0)
		log_error("state: a batch could not be committed, error=\"%s\"",
			  netral_strerror(r));
	return r;
}

static int on_commit(void *user)
{
	struct poller *p = user;
	work_mark(p->work);
	int r = commit(p);
	p->commit_is_set = false;
	work_read(p->work, r == NETRAL_OK);
	if (r < 0)
		set_commit(p, COMMIT_AGAIN_MS);
	return r == NETRAL_ECLOSED ? r : NETRAL_OK;
}

static int on_turn(void *user)
{
	struct poller *p = user;
	struct context *c = &p->c;
	work_step(p->work);
	start_polls(p);
	delivery_step(c->delivery);
	loop_timer_set(c->loop, p->work_timer, work_wait_ms(p->work));
	if (!p->commit_is_set && (state_has_batch(c->state) || work_has_bodies(p->work)))
		set_commit(p, work_bodies_are_many(p->work) ? 0 : COMMIT_MS);
	return NETRAL_OK;
}

/* --- the file of sources --- */

static void load_watch(void *user, struct watch *w)
{
	struct poller *p = user;
	struct source_record r;
	arena_reset(&p->c.read);
	if (state_source(p->c.state, &w->key, &p->c.read, &r) != 1)
		return;
	w->schedule = r.schedule;
	w->totals = r.totals;
	w->list_days = r.list_days;
	w->list_day = r.list_day;
	w->flags = schedule_flags(&w->schedule, wall_ms());
}

static void drop_watch(void *user, struct watch *w)
{
	struct poller *p = user;
	p->polls -= w->poll != NULL;
	poll_cancel(w->poll);
	heap_remove(&p->c.due, &w->due);
	work_drop(p->work, w);
}

static int read_sources(struct poller *p, char error[static ERROR_SIZE])
{
	struct context *c = &p->c;
	int r = roster_read(&c->roster, c->config->sources_file, load_watch, drop_watch, p, error,
			    ERROR_SIZE);
	if (r < 0)
		return r;
	for (size_t i = 0; i < c->roster.count; i++) {
		struct watch *w = c->roster.list[i];
		if (!w->source->enabled)
			heap_remove(&c->due, &w->due);
		else if (!w->poll)
			poll_schedule(c, w);
	}
	log_info("main: sources were read, sources=%zu file=%s", c->roster.count,
		 c->config->sources_file);
	return NETRAL_OK;
}

static void reload(struct poller *p)
{
	char error[ERROR_SIZE];
	service_reloading();
	if (read_sources(p, error) < 0)
		log_error("main: the sources stay as they are, error=\"%s\"", error);
	service_ready();
}

/* --- timers and signals --- */

static bool keep_source(void *user, const struct source_key *key,
			const struct source_record *record)
{
	struct poller *p = user;
	uint64_t now = wall_ms(), last = record->schedule.polled_ms;
	return roster_find(&p->c.roster, key) || last > now ||
	       now - last < STATE_DAYS * SCHEDULE_DAY_MS;
}

static int on_sweep(void *user)
{
	struct poller *p = user;
	flags_look_at_all(p->flags);
	arena_reset(&p->c.read);
	bool more = state_forget_sources(p->c.state, &p->c.read, keep_source, p);
	loop_timer_set(p->c.loop, p->sweep_timer, more ? COMMIT_MS : SWEEP_MS);
	return NETRAL_OK;
}

static int on_status(void *user)
{
	struct poller *p = user;
	char text[sizeof(p->said)];
	snprintf(text, sizeof(text), "%s: %zu sources, %zu flagged, %lu items waiting",
		 status_state(&p->c), p->c.roster.count, flags_count(&p->c, UINT32_MAX),
		 (unsigned long)backlog_counts(p->c.backlog).items);
	if (strcmp(text, p->said) != 0) {
		service_status("%s", text);
		memcpy(p->said, text, sizeof(text));
	}
	loop_timer_set(p->c.loop, p->status_timer, STATUS_MS);
	return NETRAL_OK;
}

static int on_signal(void *user, int signo)
{
	struct poller *p = user;
	if (signo == SIGHUP) {
		reload(p);
	} else if (signo == SIGCHLD) {
		flags_reap(p->flags);
	} else {
		service_stopping();
		loop_stop(p->c.loop);
	}
	return NETRAL_OK;
}

static int fill_status(void *user, struct arena *arena, struct msg_status_reply *ret_reply)
{
	struct poller *p = user;
	return status_fill(&p->status, arena, ret_reply);
}

static int fill_sources(void *user, const struct msg_source_list *list, struct arena *arena,
			struct msg_source_page *ret_page)
{
	struct poller *p = user;
	return status_sources(&p->status, list, arena, ret_page);
}

static bool is_named(void *user, const struct text *url)
{
	struct poller *p = user;
	return roster_names(&p->c.roster, url);
}

/* --- life --- */

static int make_directory(const char *key, const char *path)
{
	if (mkdir(path, 0750) == 0 || errno == EEXIST)
		return NETRAL_OK;
	log_error("main: %s: %s: %s", key, path, strerror(errno));
	return netral_error_from_errno(errno);
}

static int open_state(struct poller *p)
{
	const struct poller_config *config = p->c.config;
	char dir[PATH_MAX], error[ERROR_SIZE] = "";
	int r = make_directory("state_dir", config->state_dir);
	if (r == NETRAL_OK)
		r = statedir_join(dir, sizeof(dir), config->state_dir, "poll");
	if (r < 0)
		return r;
	r = state_open(dir, config->state_max_bytes, &p->c.state, error, sizeof(error));
	if (r < 0)
		log_error("state: %s", error);
	return r;
}

static int open_fetcher(struct poller *p)
{
	const struct poller_config *config = p->c.config;
	const char *allow[FETCH_ALLOW_MAX];
	char reason[FETCH_REASON_SIZE];
	netral_cleanup(netral_freep) char *ranges = strdup(config->allow_addresses);
	if (!ranges)
		return NETRAL_ENOMEM;
	const struct fetch_options o = {.contact = config->contact,
					.ca_file = config->ca_file[0] ? config->ca_file : NULL,
					.allow = allow,
					.allow_count = poller_config_allow(ranges, allow),
					.concurrency = (uint32_t)config->concurrency,
					.requests_max = REQUESTS_MAX,
					.bodies_max = BODIES_MAX,
					.host_delay_ms = config->host_delay_ms};
	p->reach = (struct reach){is_named, p, config->fetch_timeout_ms};
	int r = fetcher_new(p->c.loop, &o, reason, &p->fetcher);
	if (r < 0)
		log_error("main: cannot fetch, error=\"%s\"", reason);
	if (r == NETRAL_OK)
		r = robots_cache_new(p->c.loop, p->fetcher, &p->reach, &p->robots);
	if (r == NETRAL_OK)
		r = visitor_new(p->c.loop, p->fetcher, p->robots, &p->reach, &p->c.visitor);
	return r;
}

static int open_sockets(struct poller *p)
{
	const struct poller_config *config = p->c.config;
	netral_cleanup(netral_freep) char *submit =
		statedir_endpoint(config->submit_endpoint, config->runtime_dir, "submit");
	netral_cleanup(netral_freep) char *control =
		statedir_endpoint(config->control_endpoint, config->runtime_dir, "poll-control");
	const struct control_answers answers = {fill_status, fill_sources, p};
	if (!submit || !control)
		return NETRAL_ENOMEM;
	int r = make_directory("runtime_dir", config->runtime_dir);
	if (r == NETRAL_OK)
		r = transport_new(&p->transport);
	if (r == NETRAL_OK)
		r = delivery_new(submit, p->transport, p->c.loop, work_delivered, &p->c.delivery);
	if (r == NETRAL_OK)
		r = control_socket_new(control, p->transport, p->c.loop, &p->peers, &answers,
				       &p->control);
	return r;
}

static int open_sources(struct poller *p)
{
	char error[ERROR_SIZE];
	int r = read_sources(p, error);
	if (r < 0)
		log_error("main: %s", error);
	return r < 0 ? r : work_load(p->work);
}

static int open_all(struct poller *p)
{
	struct context *c = &p->c;
	int r = loop_new(on_signal, p, true, &c->loop);
	if (r == NETRAL_OK)
		r = open_state(p);
	if (r == NETRAL_OK)
		r = backlog_new(c->loop, TROUBLE_FACTOR * c->config->host_delay_ms, &c->backlog);
	if (r == NETRAL_OK)
		r = open_fetcher(p);
	if (r == NETRAL_OK)
		r = open_sockets(p);
	if (r == NETRAL_OK)
		r = work_new(c, &p->work);
	if (r == NETRAL_OK)
		r = flags_new(c, ALERT_MS, &p->flags);
	return r < 0 ? r : open_sources(p);
}

static void set_timers(struct poller *p)
{
	struct loop *l = p->c.loop;
	p->due_timer = loop_timer_add(l, on_due, p);
	p->work_timer = loop_timer_add(l, on_due, p);
	p->commit_timer = loop_timer_add(l, on_commit, p);
	p->sweep_timer = loop_timer_add(l, on_sweep, p);
	p->status_timer = loop_timer_add(l, on_status, p);
	loop_timer_set(l, p->sweep_timer, SWEEP_MS);
	loop_timer_set(l, p->status_timer, STATUS_MS);
	loop_timer_set(l, p->due_timer, 0);
	loop_on_turn(l, on_turn, p);
}

static void poller_freep(struct poller **p)
{
	poller_free(*p);
}

int poller_new(const struct poller_config *config, struct poller **ret_poller)
{
	netral_cleanup(poller_freep) struct poller *p = fault_calloc(1, sizeof(*p));
	int r = p ? NETRAL_OK : NETRAL_ENOMEM;
	if (p) {
		p->c.config = config;
		arena_init(&p->c.read, CONTEXT_ARENA_MAX);
		r = open_all(p);
	}
	if (r < 0) {
		log_error("main: cannot start, error=\"%s\"", netral_strerror(r));
		return r;
	}
	p->status = (struct status_parts){.c = &p->c,
					  .work = p->work,
					  .fetcher = p->fetcher,
					  .robots = p->robots,
					  .peers = &p->peers,
					  .started_ms = loop_now_ms(p->c.loop)};
	set_timers(p);
	*ret_poller = netral_take(p);
	return NETRAL_OK;
}

int poller_run(struct poller *p)
{
	log_info("main: ready, sources=%zu waiting=%lu state=%s/poll", p->c.roster.count,
		 (unsigned long)backlog_counts(p->c.backlog).items, p->c.config->state_dir);
	service_watchdog_start(p->c.loop);
	service_ready();
	int r = loop_run(p->c.loop);
	if (r < 0)
		log_error("main: stopped, error=\"%s\"", netral_strerror(r));
	else
		(void)commit(p);
	return r;
}

void poller_free(struct poller *p)
{
	struct context *c;
	if (!p)
		return;
	c = &p->c;
	for (size_t i = 0; i < c->roster.count; i++)
		poll_cancel(c->roster.list[i]->poll);
	control_socket_free(p->control);
	work_free(p->work);
	flags_free(p->flags);
	delivery_free(c->delivery);
	visitor_free(c->visitor);
	robots_cache_free(p->robots);
	fetcher_free(p->fetcher);
	backlog_free(c->backlog);
	heap_fini(&c->due);
	roster_fini(&c->roster);
	state_close(c->state);
	transport_free(p->transport);
	arena_fini(&c->read);
	loop_free(c->loop);
	free(p);
}

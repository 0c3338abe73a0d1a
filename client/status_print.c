#include "client/status_print.h"

#include "client/grid.h"
#include "lib/cleanup.h"

#include <inttypes.h>
#include <string.h>

static void format_uptime(uint64_t ms, char *ret, size_t size)
{
	uint64_t s = ms / 1000;
	if (s < 60)
		snprintf(ret, size, "%" PRIu64 " s", s);
	else if (s < 3600)
		snprintf(ret, size, "%" PRIu64 " min", s / 60);
	else if (s < 86400)
		snprintf(ret, size, "%" PRIu64 " h %" PRIu64 " min", s / 3600, s % 3600 / 60);
	else
		snprintf(ret, size, "%" PRIu64 " d %" PRIu64 " h", s / 86400, s % 86400 / 3600);
}

static void print_head(const struct style *s, const struct msg_status_reply *r)
{
	char uptime[64];
	bool well = strcmp(r->state, "running") == 0;
	format_uptime(r->uptime_ms, uptime, sizeof(uptime));
	printf("%s%s%s  %s", style_ink(s, INK_BOLD), r->program, style_ink(s, INK_PLAIN),
	       style_ink(s, well ? INK_GREEN : INK_RED));
	style_put(stdout, r->state, strlen(r->state));
	printf("%s  pid %" PRIu64 ", up %s, version %s\n", style_ink(s, INK_PLAIN), r->pid, uptime,
	       r->version);
}

/* The counters that people look at, in lines of a few. */
struct entry {
	const char *counter;
	const char *word; /* behind the number */
	bool bytes;
};

enum { ENTRIES_MAX = 8 };

struct line {
	const char *label;
	struct entry entries[ENTRIES_MAX];
};

static const struct line lines[] = {
	{"articles",
	 {{"netral_articles_accepted_total", "accepted"},
	  {"netral_articles_duplicate_total", "duplicates"},
	  {"netral_articles_refused_total", "refused"},
	  {"netral_articles_recorded_total", "recorded"},
	  {"netral_articles_dead", "dead"}}},
	{"now",
	 {{"netral_articles_pending", "pending"},
	  {"netral_articles_in_flight", "in flight"},
	  {"netral_articles_waiting_retry", "waiting for another try"}}},
	{"spool",
	 {{"netral_spool_files_waiting", "waiting"},
	  {"netral_spool_files_done_total", "done"},
	  {"netral_spool_files_failed_total", "failed"}}},
	{"push",
	 {{"netral_push_accepted_total", "accepted"},
	  {"netral_push_duplicate_total", "duplicates"},
	  {"netral_push_refused_total", "refused"},
	  {"netral_push_connections", "connected"}}},
	{"journal",
	 {{"netral_journal_bytes", "used", true}, {"netral_journal_bytes_max", "at most", true}}},
	{"hand-outs",
	 {{"netral_handed_out_total", "made"},
	  {"netral_handed_out_failures_total", "failed"},
	  {"netral_workers_lost_total", "workers lost"}}},
	{"store",
	 {{"netral_articles_stored", "articles"},
	  {"netral_events_total", "events"},
	  {"netral_reports_total", "reports"},
	  {"netral_updates_total", "updates"},
	  {"netral_store_bytes", "used", true},
	  {"netral_store_bytes_max", "at most", true}}},
	{"polls",
	 {{"netral_poll_polls_total", "made"},
	  {"netral_poll_polls_unchanged_total", "without news"},
	  {"netral_poll_polls_busy_total", "too early for the site"},
	  {"netral_poll_polls_failed_total", "failed"},
	  {"netral_poll_fetch_bytes_total", "fetched", true}}},
	{"items",
	 {{"netral_poll_items_new_total", "new"},
	  {"netral_poll_items_pending", "pending"},
	  {"netral_poll_items_retried_total", "tried again"}}},
	{"submitted",
	 {{"netral_poll_articles_accepted_total", "accepted"},
	  {"netral_poll_articles_duplicate_total", "duplicates"},
	  {"netral_poll_articles_refused_total", "refused"},
	  {"netral_poll_articles_waiting", "waiting"}}},
	{"alerts",
	 {{"netral_alert_messages_queued_total", "queued"},
	  {"netral_alert_messages_delivered_total", "delivered"},
	  {"netral_alert_messages_waiting", "waiting"},
	  {"netral_alert_messages_failed", "given up and kept"},
	  {"netral_alert_updates_behind", "updates behind"}}},
	{"outbox",
	 {{"netral_alert_outbox_bytes", "used", true},
	  {"netral_alert_outbox_max_bytes", "at most", true}}},
	{"receivers",
	 {{"netral_alert_receivers", "in all"},
	  {"netral_alert_receivers_in_trouble", "in trouble"},
	  {"netral_alert_receivers_disabled", "disabled"},
	  {"netral_alert_receivers_behind", "left behind"}}},
	{"readers",
	 {{"netral_subscribers", "subscribers"},
	  {"netral_replay_requests_total", "replays"},
	  {"netral_query_requests_total", "queries"},
	  {"netral_show_requests_total", "shown"}}},
};

/* Of no interest while they are 0, and then only as numbers. */
static bool is_trouble(const char *name)
{
	static const char *const troubles[] = {
		"netral_articles_busy_total",
		"netral_intake_stops_total",
		"netral_dead_dropped_total",
		"netral_not_held_total",
		"netral_protocol_errors_total",
		"netral_answers_unsent_total",
		"netral_log_lines_dropped_total",
		"netral_spool_files_ignored_total",
		"netral_spool_files_stuck_total",
		"netral_results_refused_total",
		"netral_results_busy_total",
		"netral_commit_failures_total",
		"netral_publish_failures_total",
		"netral_replies_dropped_total",
		"netral_join_searches_cut_total",
		"netral_push_unauthorized_total",
		"netral_push_limited_total",
		"netral_push_busy_total",
		"netral_push_timeouts_total",
		"netral_push_connections_refused_total",
		"netral_poll_alerts_dropped_total",
		"netral_poll_alerts_failed_total",
		"netral_poll_answers_lost_total",
		"netral_poll_items_left_out_total",
		"netral_poll_state_dropped_total",
		"netral_poll_state_failures_total",
		"netral_alert_messages_given_up_total",
		"netral_alert_messages_too_big_total",
		"netral_alert_failed_forgotten_total",
		"netral_alert_commit_failures_total",
		"netral_alert_gathered_dropped_total",
		"netral_alert_protocol_errors_total",
	};
	/* One for each reason, which the name ends with. */
	static const char given_up[] = "netral_poll_given_up_";
	if (strncmp(name, given_up, strlen(given_up)) == 0)
		return true;
	for (size_t i = 0; i < netral_countof(troubles); i++) {
		if (strcmp(troubles[i], name) == 0)
			return true;
	}
	return false;
}

const struct counter *status_counter(const struct msg_status_reply *r, const char *name)
{
	for (size_t i = 0; i < r->counter_count; i++) {
		if (strcmp(r->counters[i].name, name) == 0)
			return &r->counters[i];
	}
	return NULL;
}

static void print_bytes(uint64_t n)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	size_t unit = 0;
	double value = (double)n;
	while (value >= 1024 && unit + 1 < netral_countof(units)) {
		value /= 1024;
		unit++;
	}
	printf(unit && value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

static void print_line(const struct style *s, const struct msg_status_reply *r,
		       const struct line *line)
{
	bool first = true;
	for (size_t i = 0; i < ENTRIES_MAX && line->entries[i].counter; i++) {
		const struct entry *e = &line->entries[i];
		const struct counter *c = status_counter(r, e->counter);
		if (!c)
			continue;
		if (first)
			printf("  %s%-11s%s", style_ink(s, INK_DIM), line->label,
			       style_ink(s, INK_PLAIN));
		fputs(first ? "" : ", ", stdout);
		if (e->bytes)
			print_bytes(c->value);
		else
			printf("%" PRIu64, c->value);
		printf(" %s", e->word);
		first = false;
	}
	if (!first)
		putchar('\n');
}

/* netral_intake_stops_total reads "intake stops". */
static void print_trouble(const struct style *s, const struct counter *c)
{
	static const char prefix[] = "netral_", suffix[] = "_total";
	char name[80];
	snprintf(name, sizeof(name), "%s", c->name + strlen(prefix));
	name[strlen(name) - strlen(suffix)] = '\0';
	for (char *at = name; *at; at++)
		*at = *at == '_' ? ' ' : *at;
	printf("  %s%-11s%s%" PRIu64 " %s\n", style_ink(s, INK_YELLOW), "note",
	       style_ink(s, INK_PLAIN), c->value, name);
}

static void print_counters(const struct style *s, const struct msg_status_reply *r)
{
	for (size_t i = 0; i < netral_countof(lines); i++)
		print_line(s, r, &lines[i]);
	for (size_t i = 0; i < r->counter_count; i++) {
		if (r->counters[i].value && is_trouble(r->counters[i].name))
			print_trouble(s, &r->counters[i]);
	}
}

static void print_workers(const struct style *s, const struct msg_status_reply *r)
{
	static const char *const heads[] = {"WORKER", "VERSION", "HOLDS",
					    "CREDIT", "DONE",    "FAILED"};
	netral_cleanup(grid_freep) struct grid *g = grid_new(heads, netral_countof(heads));
	for (size_t i = 0; g && i < r->worker_count; i++) {
		const struct worker_status *w = &r->workers[i];
		grid_word(g, INK_BOLD, w->name);
		grid_word(g, INK_PLAIN, w->version);
		grid_number(g, w->held);
		grid_number(g, w->credit);
		grid_number(g, w->done);
		grid_number(g, w->failed);
	}
	if (g && r->worker_count)
		grid_print(g, stdout, s, 2, true);
}

/* Only those that somebody should look at. */
static void print_receivers(const struct style *s, const struct msg_status_reply *r)
{
	static const char *const heads[] = {"RECEIVER", "STATE", "WAITING",
					    "BEHIND",   "TRIES", "LAST ERROR"};
	netral_cleanup(grid_freep) struct grid *g = grid_new(heads, netral_countof(heads));
	size_t rows = 0;
	for (size_t i = 0; g && i < r->receiver_count; i++) {
		const struct receiver_status *to = &r->receivers[i];
		bool fails = to->tries > 0 || to->last_error[0];
		if (!to->disabled && !fails && to->behind == 0)
			continue;
		rows++;
		grid_word(g, INK_BOLD, to->name);
		grid_word(g, to->disabled || fails ? INK_RED : INK_YELLOW,
			  to->disabled ? "disabled"
			  : fails      ? "failing"
				       : "behind");
		grid_number(g, to->waiting);
		grid_number(g, to->behind);
		grid_number(g, to->tries);
		grid_text(g, to->last_error, strlen(to->last_error));
	}
	if (rows > 0)
		grid_print(g, stdout, s, 2, true);
}

void status_print(const struct style *s, const struct msg_status_reply *r)
{
	print_head(s, r);
	print_counters(s, r);
	print_workers(s, r);
	print_receivers(s, r);
}

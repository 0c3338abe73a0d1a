/* netral status: how both daemons and the workers are. */
#include "client/commands.h"
#include "client/connection.h"
#include "client/grid.h"
#include "client/json.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "libnetral/runtime.h"

#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

struct status_options {
	bool json;
	const char *runtime_dir;
};

static const struct cli_option status_table[] = {
	CLI_OPTION_JSON(struct status_options),
	CLI_OPTION_RUNTIME_DIR(struct status_options),
};

/* --- for people --- */

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
	  {"netral_updates_total", "updates"},
	  {"netral_store_bytes", "used", true},
	  {"netral_store_bytes_max", "at most", true}}},
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
		"netral_push_unauthorized_total",
		"netral_push_limited_total",
		"netral_push_busy_total",
		"netral_push_timeouts_total",
		"netral_push_connections_refused_total",
	};
	for (size_t i = 0; i < netral_countof(troubles); i++) {
		if (strcmp(troubles[i], name) == 0)
			return true;
	}
	return false;
}

static const struct counter *find_counter(const struct msg_status_reply *r, const char *name)
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
		const struct counter *c = find_counter(r, e->counter);
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

static void print_status(const struct style *s, const struct msg_status_reply *r)
{
	print_head(s, r);
	print_counters(s, r);
	print_workers(s, r);
	putchar('\n');
}

/* --- asking --- */

static int print_missing(const struct status_options *o, const char *program,
			 const struct connection *c)
{
	if (o->json) {
		json_t *j = json_pack("{ss ss ss}", "program", program, "state", "unreachable",
				      "error", connection_error(c));
		if (json_line(stdout, j) < 0)
			return cli_fail_code(NETRAL_ENOMEM, "print");
		return connection_exit_code(c);
	}
	return cli_fail(connection_exit_code(c), "%s", connection_error(c));
}

static int ask(const struct status_options *o, const struct style *s, const char *program,
	       const char *socket)
{
	netral_cleanup(connection_closep) struct connection *c = NULL;
	struct message m = {.type = MSG_STATUS_REQUEST};
	struct message answer = {.type = MSG_NONE};
	int r = connection_open(o->runtime_dir, socket, &c);
	if (r == NETRAL_OK)
		r = connection_ask(c, &m, MSG_STATUS_REPLY, &answer);
	if (r < 0)
		return print_missing(o, program, c);
	if (!o->json)
		print_status(s, &answer.status_reply);
	else if (json_line(stdout, json_status(&answer.status_reply)) < 0)
		return cli_fail_code(NETRAL_ENOMEM, "print");
	return EX_OK;
}

static int run(int argc, char **argv)
{
	struct status_options o = {0};
	struct style s;
	int exit_code;
	int first = cli_parse(&command_status, argc, argv, &o, &exit_code);
	if (first < 0)
		return exit_code;
	if (first < argc)
		return cli_usage("unexpected argument \"%s\"", argv[first]);
	style_init(&s, stdout);
	exit_code = ask(&o, &s, "netrald", RUNTIME_CONTROL);
	int other = ask(&o, &s, "netral-record", RUNTIME_RECORD_CONTROL);
	return exit_code == EX_OK ? other : exit_code;
}

const struct command command_status = {
	.name = "status",
	.group = "Operating",
	.summary = "Show how the daemons and the workers are",
	.operands = "",
	.options = status_table,
	.option_count = netral_countof(status_table),
	.run = run,
};

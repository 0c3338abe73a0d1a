/* netral status: how both daemons and the workers are. */
#include "client/commands.h"
#include "client/connection.h"
#include "client/grid.h"
#include "client/json.h"
#include "client/runtime.h"
#include "lib/cleanup.h"
#include "lib/error.h"

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

/* netral_articles_accepted_total reads "articles accepted". */
static void format_counter(const char *name, char *ret, size_t size)
{
	static const char prefix[] = "netral_", suffix[] = "_total";
	if (strncmp(name, prefix, strlen(prefix)) == 0)
		name += strlen(prefix);
	snprintf(ret, size, "%s", name);
	size_t len = strlen(ret);
	if (len > strlen(suffix) && strcmp(ret + len - strlen(suffix), suffix) == 0)
		ret[len - strlen(suffix)] = '\0';
	for (char *c = ret; *c; c++)
		*c = *c == '_' ? ' ' : *c;
}

static void print_counters(const struct style *s, const struct msg_status_reply *r)
{
	static const char *const heads[] = {"COUNT", ""};
	netral_cleanup(grid_freep) struct grid *g = grid_new(heads, 2);
	for (size_t i = 0; g && i < r->counter_count; i++) {
		char name[80];
		format_counter(r->counters[i].name, name, sizeof(name));
		grid_number(g, r->counters[i].value);
		grid_word(g, INK_PLAIN, name);
	}
	if (g)
		grid_print(g, stdout, s, 2, false);
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

/* netral query: events by their present state, newest first. */
#include "client/commands.h"
#include "client/connection.h"
#include "client/grid.h"
#include "client/json.h"
#include "client/listing.h"
#include "client/period.h"
#include "client/print.h"
#include "client/selection.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "libnetral/runtime.h"

#include <string.h>
#include <sysexits.h>

struct query_options {
	struct selection selection;
	struct period period;
	uint64_t limit;
	bool json;
	const char *runtime_dir;
};

static const struct cli_option query_table[] = {
	SELECTION_OPTIONS(struct query_options),
	PERIOD_OPTIONS(struct query_options),
	{"limit", "N", CLI_NUMBER, offsetof(struct query_options, limit), 1, UINT64_MAX,
	 "the N newest only"},
	CLI_OPTION_JSON(struct query_options),
	CLI_OPTION_RUNTIME_DIR(struct query_options),
};

struct query {
	struct query_options options;
	struct days days;
	struct selected selected;
	struct style style;
	struct connection *connection;
	struct listing listing;
	uint64_t printed;
};

/* --- printing --- */

/* What `show` takes: the beginning of the article's id, and the event's number. */
static void short_id(const char *id, char ret[static 24])
{
	const char *number = strchr(id, '-');
	snprintf(ret, 24, "%.8s%.8s", id, number ? number : "");
}

static void add_row(struct grid *g, const struct update *u)
{
	const struct event *e = &u->event;
	char id[24], text[PRINT_SHORT_SIZE];
	short_id(e->id, id);
	grid_word(g, INK_DIM, id);
	grid_word(g, INK_PLAIN, e->date.precision ? e->date.value : "-");
	grid_word(g, INK_BOLD, event_kind_name((int)e->kind));
	/* Or it would be taken for one case of so many people. */
	snprintf(text, sizeof(text), "%s%s", event_status_name((int)e->status),
		 e->scope == EVENT_SCOPE_TOTAL ? " TOTAL" : "");
	grid_word(g, print_status_ink(e->status), text);
	grid_word(g, INK_PLAIN, e->place.code[0] ? e->place.name : "-");
	print_count(&e->count, text);
	grid_word(g, INK_PLAIN, text[0] ? text : "-");
	grid_number(g, u->report_count);
	grid_text(g, u->article.title.ptr, u->article.title.len);
}

static int print_grid(struct query *q, const struct update *updates, size_t count)
{
	static const char *const heads[] = {"ID",    "DATE",  "KIND",     "STATUS",
					    "PLACE", "COUNT", "ARTICLES", "TITLE"};
	netral_cleanup(grid_freep) struct grid *g = grid_new(heads, netral_countof(heads));
	if (!g)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < count; i++)
		add_row(g, &updates[i]);
	if (count)
		grid_print(g, stdout, &q->style, 0, q->printed == 0);
	return NETRAL_OK;
}

static int print_page(struct query *q, const struct update *updates, size_t count)
{
	int r = NETRAL_OK;
	if (!q->options.json)
		r = print_grid(q, updates, count);
	for (size_t i = 0; q->options.json && i < count && r == NETRAL_OK; i++)
		r = json_line(stdout, json_update(&updates[i]));
	q->printed += count;
	return r;
}

/* --- asking --- */

static int print_pages(struct query *q)
{
	const struct update *updates;
	size_t count;
	int r = 1;
	while (!cli_output_lost() && (r = listing_next(&q->listing, &updates, &count)) == 1) {
		r = print_page(q, updates, count);
		if (r < 0)
			return cli_fail_code(r, "print");
	}
	return r < 0 ? cli_fail(connection_exit_code(q->connection), "%s",
				connection_error(q->connection))
		     : EX_OK;
}

static int query(struct query *q)
{
	int exit_code = selection_resolve(&q->options.selection, &q->selected);
	if (exit_code == EX_OK)
		exit_code = period_resolve(&q->options.period, &q->days);
	if (exit_code != EX_OK)
		return exit_code;
	style_init(&q->style, stdout);
	int r = connection_open(q->options.runtime_dir, RUNTIME_REPLAY, &q->connection);
	if (r < 0)
		return cli_fail(connection_exit_code(q->connection), "%s",
				connection_error(q->connection));
	listing_init(&q->listing, q->connection, &q->selected.filter, &q->days);
	q->listing.limit = q->options.limit;
	return print_pages(q);
}

static int run(int argc, char **argv)
{
	struct query q = {0};
	int exit_code;
	int first = cli_parse(&command_query, argc, argv, &q.options, &exit_code);
	if (first < 0)
		return exit_code;
	if (first < argc)
		return cli_usage("unexpected argument \"%s\"", argv[first]);
	exit_code = query(&q);
	if (exit_code == EX_OK && q.printed == 0 && q.style.terminal && !q.options.json)
		printf("no such events\n");
	connection_close(q.connection);
	return exit_code;
}

const struct command command_query = {
	.name = "query",
	.group = "Reading",
	.summary = "List recorded events, the newest first",
	.operands = "",
	.details = "An ID of the list is what 'netral show' takes.",
	.options = query_table,
	.option_count = netral_countof(query_table),
	.run = run,
};

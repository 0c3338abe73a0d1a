/* netral query: events by their present state, newest first. */
#include "client/commands.h"
#include "client/connection.h"
#include "client/grid.h"
#include "client/json.h"
#include "client/print.h"
#include "client/selection.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "libnetral/runtime.h"

#include <string.h>
#include <sysexits.h>

struct query_options {
	struct selection selection;
	const char *since, *until;
	uint64_t limit;
	bool json;
	const char *runtime_dir;
};

static const struct cli_option query_table[] = {
	SELECTION_OPTIONS(struct query_options),
	{"since", "DATE", CLI_TEXT, offsetof(struct query_options, since), 0, 0,
	 "events of that day or later, e.g. 2024-08-21, 2024-08 or 2024"},
	{"until", "DATE", CLI_TEXT, offsetof(struct query_options, until), 0, 0,
	 "events of that day or earlier"},
	{"limit", "N", CLI_NUMBER, offsetof(struct query_options, limit), 1, UINT64_MAX,
	 "the N newest only"},
	CLI_OPTION_JSON(struct query_options),
	CLI_OPTION_RUNTIME_DIR(struct query_options),
};

enum { DAY_SIZE = sizeof("2024-08-21") };

struct query {
	struct query_options options;
	char since[DAY_SIZE], until[DAY_SIZE]; /* "" for no bound */
	struct selected selected;
	struct style style;
	struct connection *connection;
	uint64_t printed;
};

/* Two digits within 1 and max. */
static bool is_part(const char *s, int max)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return false;
	int n = (s[0] - '0') * 10 + s[1] - '0';
	return n >= 1 && n <= max;
}

/* YYYY, YYYY-MM or YYYY-MM-DD. */
static bool is_date(const char *s)
{
	size_t len = strlen(s);
	if ((len != 4 && len != 7 && len != 10) || strspn(s, "0123456789") != 4)
		return false;
	if (len == 4)
		return true;
	return s[4] == '-' && is_part(s + 5, 12) &&
	       (len == 7 || (s[7] == '-' && is_part(s + 8, 31)));
}

/* A month or a year becomes its first or last day: the store counts days. */
static int take_date(const char *option, const char *value, const char *rest,
		     char ret[static DAY_SIZE])
{
	ret[0] = '\0';
	if (!value)
		return EX_OK;
	if (!is_date(value))
		return cli_usage("--%s: \"%s\" is not a date such as 2024-08-21, 2024-08 or 2024",
				 option, value);
	snprintf(ret, DAY_SIZE, "%s%s", value, rest + strlen(value));
	return EX_OK;
}

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
	grid_word(g, print_status_ink(e->status), event_status_name((int)e->status));
	grid_word(g, INK_PLAIN, e->place.code[0] ? e->place.name : "-");
	print_count(&e->count, text);
	grid_word(g, INK_PLAIN, text[0] ? text : "-");
	snprintf(text, sizeof(text), "%u", u->report_count);
	grid_word(g, INK_PLAIN, text);
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

static int print_page(struct query *q, const struct msg_query_page *page)
{
	size_t count = page->update_count;
	int r = NETRAL_OK;
	if (q->options.limit && count > q->options.limit - q->printed)
		count = q->options.limit - q->printed;
	if (!q->options.json)
		r = print_grid(q, page->updates, count);
	for (size_t i = 0; q->options.json && i < count && r == NETRAL_OK; i++)
		r = json_line(stdout, json_update(&page->updates[i]));
	q->printed += count;
	return r;
}

/* --- asking --- */

/* 1 when another page follows. */
static int next_page(struct query *q, uint64_t *before)
{
	uint64_t left = q->options.limit ? q->options.limit - q->printed : 0;
	struct message m = {.type = MSG_QUERY};
	struct message answer = {.type = MSG_NONE};
	m.query.filter = q->selected.filter;
	m.query.since = q->since;
	m.query.until = q->until;
	m.query.limit = left > CODEC_UPDATES_MAX ? 0 : (uint32_t)left;
	m.query.before = *before;
	if (connection_ask(q->connection, &m, MSG_QUERY_PAGE, &answer) < 0)
		return NETRAL_ECLOSED;
	int r = print_page(q, &answer.query_page);
	if (r < 0)
		return r;
	bool full = q->options.limit && q->printed >= q->options.limit;
	/* A page must lead on: each is older than the one before. */
	uint64_t next = answer.query_page.next;
	bool leads_on = next && (*before == 0 || next < *before);
	*before = next;
	return leads_on && !full && !cli_output_lost() ? 1 : NETRAL_OK;
}

static int query(struct query *q)
{
	int exit_code = selection_resolve(&q->options.selection, &q->selected);
	if (exit_code == EX_OK)
		exit_code = take_date("since", q->options.since, "0000-01-01", q->since);
	if (exit_code == EX_OK)
		exit_code = take_date("until", q->options.until, "0000-12-31", q->until);
	if (exit_code != EX_OK)
		return exit_code;
	style_init(&q->style, stdout);
	uint64_t before = 0;
	int r = connection_open(q->options.runtime_dir, RUNTIME_REPLAY, &q->connection);
	if (r < 0)
		return cli_fail(connection_exit_code(q->connection), "%s",
				connection_error(q->connection));
	do {
		r = next_page(q, &before);
	} while (r == 1);
	if (r == NETRAL_ECLOSED)
		return cli_fail(connection_exit_code(q->connection), "%s",
				connection_error(q->connection));
	return r < 0 ? cli_fail_code(r, "print") : EX_OK;
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

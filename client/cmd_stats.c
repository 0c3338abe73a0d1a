/* netral stats: how many cases, by kind, status, area, month or conduct. */
#include "client/areas.h"
#include "client/commands.h"
#include "client/connection.h"
#include "client/coverage.h"
#include "client/export/csv.h"
#include "client/grid.h"
#include "client/json.h"
#include "client/listing.h"
#include "client/progress.h"
#include "client/selection.h"
#include "client/stats.h"
#include "client/totals.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "libnetral/runtime.h"
#include "proto/filter.h"

#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

enum { ROW_ARENA_MAX = 1 << 20 };

struct stats_options {
	const char *by;
	struct selection selection;
	struct period period;
	bool totals, csv, json;
	const char *runtime_dir;
};

static const struct cli_option stats_table[] = {
	{"by", "GROUP", CLI_TEXT, offsetof(struct stats_options, by), 0, 0,
	 "kind (the default), status, province, regency, month or conduct"},
	SELECTION_OPTIONS(struct stats_options),
	PERIOD_OPTIONS(struct stats_options),
	{"totals", NULL, CLI_FLAG, offsetof(struct stats_options, totals), 0, 0,
	 "list counted totals, which are in no other table"},
	{"csv", NULL, CLI_FLAG, offsetof(struct stats_options, csv), 0, 0,
	 "print CSV for spreadsheets"},
	CLI_OPTION_JSON(struct stats_options),
	CLI_OPTION_RUNTIME_DIR(struct stats_options),
};

struct counting {
	struct stats_options options;
	enum stats_by by;
	struct days days;
	struct selected selected;
	struct style style;
	struct connection *connection;
	struct listing listing;
	struct progress progress;
	struct stats *stats;
	struct totals totals;
	struct coverage_store coverage;
	uint64_t read;
};

/* The counts of a row, in the order in which they are written. */
static const struct count_column {
	const char *name;
	enum event_kind kind;
	enum event_status status;
} columns[] = {
	{"events", EVENT_KIND_NONE, EVENT_STATUS_NONE},
	{"sessions", EVENT_KIND_SESSION, EVENT_STATUS_NONE},
	{"sessions_held", EVENT_KIND_SESSION, EVENT_STATUS_HELD},
	{"sessions_planned", EVENT_KIND_SESSION, EVENT_STATUS_PLANNED},
	{"pledges", EVENT_KIND_PLEDGE, EVENT_STATUS_NONE},
	{"pledges_made", EVENT_KIND_PLEDGE, EVENT_STATUS_MADE},
	{"pledges_planned", EVENT_KIND_PLEDGE, EVENT_STATUS_PLANNED},
	{"violations", EVENT_KIND_VIOLATION, EVENT_STATUS_NONE},
	{"violations_alleged", EVENT_KIND_VIOLATION, EVENT_STATUS_ALLEGED},
	{"violations_under_review", EVENT_KIND_VIOLATION, EVENT_STATUS_UNDER_REVIEW},
	{"violations_found", EVENT_KIND_VIOLATION, EVENT_STATUS_FOUND},
	{"violations_sanctioned", EVENT_KIND_VIOLATION, EVENT_STATUS_SANCTIONED},
	{"violations_dismissed", EVENT_KIND_VIOLATION, EVENT_STATUS_DISMISSED},
};

/* --- the table --- */

static bool is_area(const struct counting *c)
{
	return stats_by_area(c->by);
}

static bool is_empty(const struct stats_row *row)
{
	return stats_sum(row, EVENT_KIND_NONE, EVENT_STATUS_NONE) == 0;
}

/* The nation's news is everywhere: its articles are not counted. */
static bool has_articles(const struct counting *c, const struct stats_row *row)
{
	return is_area(c) && strcmp(row->group, "ID") != 0;
}

/* What a person reads of a row's group. */
static const char *row_name(const struct counting *c, const struct stats_row *row)
{
	if (row->name[0])
		return row->name;
	if (strcmp(row->group, "none") != 0)
		return row->group;
	return is_area(c) ? "no place" : c->by == STATS_MONTH ? "no date" : "not told";
}

static void add_violations(struct grid *g, const struct stats_row *row)
{
	const enum event_kind kind = EVENT_KIND_VIOLATION;
	grid_number(g, stats_sum(row, kind, EVENT_STATUS_NONE));
	grid_number(g, stats_sum(row, kind, EVENT_STATUS_ALLEGED) +
			       stats_sum(row, kind, EVENT_STATUS_UNDER_REVIEW));
	grid_number(g, stats_sum(row, kind, EVENT_STATUS_FOUND) +
			       stats_sum(row, kind, EVENT_STATUS_SANCTIONED));
	grid_number(g, stats_sum(row, kind, EVENT_STATUS_DISMISSED));
}

static void add_row(const struct counting *c, struct grid *g, const struct stats_row *row)
{
	if (c->by == STATS_KIND || c->by == STATS_STATUS) {
		grid_number(g, stats_sum(row, EVENT_KIND_NONE, EVENT_STATUS_NONE));
	} else if (c->by == STATS_CONDUCT) {
		add_violations(g, row);
	} else {
		grid_number(g, stats_sum(row, EVENT_KIND_SESSION, EVENT_STATUS_NONE));
		grid_number(g, stats_sum(row, EVENT_KIND_PLEDGE, EVENT_STATUS_NONE));
		add_violations(g, row);
	}
	if (has_articles(c, row))
		grid_number(g, row->articles);
	else if (is_area(c))
		grid_word(g, INK_DIM, "-");
	grid_word(g, INK_PLAIN, row_name(c, row));
}

static struct grid *new_grid(const struct counting *c)
{
	static const char *const plain[STATS_BY_COUNT][2] = {
		[STATS_KIND] = {"EVENTS", "KIND"},
		[STATS_STATUS] = {"EVENTS", "KIND AND STATUS"},
	};
	static const char *const conduct[] = {"VIOLATIONS", "OPEN", "FOUND", "DISMISSED",
					      "CONDUCT"};
	static const char *const month[] = {"SESSIONS", "PLEDGES",   "VIOLATIONS", "OPEN",
					    "FOUND",    "DISMISSED", "MONTH"};
	const char *const area[] = {
		"SESSIONS",   "PLEDGES",
		"VIOLATIONS", "OPEN",
		"FOUND",      "DISMISSED",
		"ARTICLES",   c->by == STATS_PROVINCE ? "PROVINCE" : "REGENCY OR CITY"};
	if (c->by == STATS_KIND || c->by == STATS_STATUS)
		return grid_new(plain[c->by], 2);
	if (c->by == STATS_CONDUCT)
		return grid_new(conduct, netral_countof(conduct));
	return is_area(c) ? grid_new(area, netral_countof(area))
			  : grid_new(month, netral_countof(month));
}

/* 514 regencies: those without an event are counted, not listed. */
static bool is_shown(const struct counting *c, const struct stats_row *row)
{
	return !is_empty(row) || (c->by == STATS_PROVINCE && row->announced);
}

/* Nothing was read there, or what was read holds no such event: two things. */
static void print_empty(const struct counting *c, const struct stats_row *rows, size_t count)
{
	const char *what = c->by == STATS_PROVINCE ? "provinces" : "regencies and cities";
	size_t announced = 0, silent = 0, none = 0;
	for (size_t i = 0; i < count; i++) {
		bool empty = rows[i].announced && is_empty(&rows[i]);
		announced += rows[i].announced;
		silent += empty && rows[i].articles == 0;
		none += empty && rows[i].articles > 0;
	}
	if (silent + none)
		printf("\n");
	if (silent)
		printf("%zu of %zu %s: no article about them was read.\n", silent, announced, what);
	if (none)
		printf("%zu of %zu %s: articles were read, with no such event.\n", none, announced,
		       what);
}

static void print_notes(const struct counting *c, const struct stats_row *rows, size_t count)
{
	if (is_area(c))
		print_empty(c, rows, count);
	if (c->by == STATS_CONDUCT && count)
		printf("\nA violation with several conducts is counted in each.\n");
	if (stats_totals(c->stats))
		printf("\n%" PRIu64 " counted total%s not in these numbers: see --totals\n",
		       stats_totals(c->stats), stats_totals(c->stats) == 1 ? " is" : "s are");
}

static int print_table(const struct counting *c)
{
	size_t count;
	const struct stats_row *rows = stats_rows(c->stats, &count);
	netral_cleanup(grid_freep) struct grid *g = new_grid(c);
	if (!g)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (is_shown(c, &rows[i]))
			add_row(c, g, &rows[i]);
	}
	grid_print(g, stdout, &c->style, 0, true);
	print_notes(c, rows, count);
	return NETRAL_OK;
}

/* --- for programs --- */

static int print_json(const struct counting *c)
{
	size_t count;
	const struct stats_row *rows = stats_rows(c->stats, &count);
	int r = NETRAL_OK;
	for (size_t i = 0; i < count && r == NETRAL_OK; i++) {
		const struct stats_row *row = &rows[i];
		json_t *j = json_pack("{ss ss so}", "by", stats_by_name(c->by), "group", row->group,
				      "name", json_text_or_null(row->name, strlen(row->name)));
		for (size_t k = 0; k < netral_countof(columns); k++)
			json_object_set_new(j, columns[k].name,
					    json_integer((json_int_t)stats_sum(row, columns[k].kind,
									       columns[k].status)));
		json_object_set_new(j, "articles",
				    has_articles(c, row) ? json_integer((json_int_t)row->articles)
							 : json_null());
		r = json_line(stdout, j);
	}
	return r;
}

/* An area's code without its point, as in an export: it is no number. */
static void csv_group(struct csv *csv, const struct counting *c, const struct stats_row *row)
{
	char group[sizeof(row->group)];
	size_t n = 0;
	for (const char *s = row->group; *s; s++) {
		if (*s != '.' || !is_area(c))
			group[n++] = *s;
	}
	csv_text(csv, group, n);
}

static int print_csv(const struct counting *c)
{
	size_t count;
	const struct stats_row *rows = stats_rows(c->stats, &count);
	struct arena arena;
	arena_init(&arena, ROW_ARENA_MAX);
	struct csv csv = {.out = stdout, .arena = &arena, .separator = ',', .guarded = true};
	fputs("\xEF\xBB\xBF", stdout);
	csv_word(&csv, stats_by_name(c->by));
	csv_word(&csv, "name");
	for (size_t k = 0; k < netral_countof(columns); k++)
		csv_word(&csv, columns[k].name);
	csv_word(&csv, "articles");
	csv_row_end(&csv);
	for (size_t i = 0; i < count; i++) {
		arena_reset(&arena);
		csv_group(&csv, c, &rows[i]);
		csv_word(&csv, rows[i].name);
		for (size_t k = 0; k < netral_countof(columns); k++)
			csv_number(&csv, stats_sum(&rows[i], columns[k].kind, columns[k].status));
		if (has_articles(c, &rows[i]))
			csv_number(&csv, rows[i].articles);
		else
			csv_word(&csv, "");
		csv_row_end(&csv);
	}
	arena_fini(&arena);
	return csv.exhausted ? NETRAL_ENOMEM : NETRAL_OK;
}

/* --- reading --- */

static int take_page(struct counting *c, const struct update *updates, size_t count)
{
	int r = NETRAL_OK;
	if (c->options.totals)
		return totals_put(&c->totals, updates, count);
	for (size_t i = 0; i < count && r == NETRAL_OK; i++)
		r = stats_take(c->stats, &updates[i].event);
	c->read += count;
	progress_show(&c->progress, "%" PRIu64 " events", c->read);
	return r;
}

static bool is_asked(const struct counting *c, const char *code)
{
	const struct filter *f = &c->selected.filter;
	bool asked = f->area_count == 0;
	for (size_t i = 0; i < f->area_count; i++)
		asked |= filter_area_match(f->areas[i], code);
	return asked;
}

static int cover(void *user, const char *area, uint64_t articles)
{
	struct counting *c = user;
	return is_asked(c, area) ? stats_cover(c->stats, area, articles) : NETRAL_OK;
}

static int fail_connection(const struct counting *c)
{
	return cli_fail(connection_exit_code(c->connection), "%s", connection_error(c->connection));
}

static int read_all(struct counting *c)
{
	const struct update *updates;
	size_t count;
	int r = 1;
	if (connection_open(c->options.runtime_dir, RUNTIME_REPLAY, &c->connection) < 0)
		return fail_connection(c);
	listing_init(&c->listing, c->connection, &c->selected.filter, &c->days);
	while (!cli_output_lost() && (r = listing_next(&c->listing, &updates, &count)) == 1) {
		int taken = take_page(c, updates, count);
		if (taken < 0)
			return cli_fail_code(taken, "count");
	}
	if (r == 0 && is_area(c) && !c->options.totals)
		r = coverage_read(c->connection, &c->days, cover, c, &c->coverage);
	return r < 0 ? fail_connection(c) : EX_OK;
}

/* --- options --- */

static int take_by(struct counting *c)
{
	const char *given = c->options.by ? c->options.by : "kind";
	for (c->by = STATS_KIND; c->by < STATS_BY_COUNT; c->by++) {
		if (strcmp(stats_by_name(c->by), given) == 0)
			return EX_OK;
	}
	return cli_usage("--by: \"%s\" is not kind, status, province, regency, month or conduct",
			 given);
}

static int take_options(struct counting *c)
{
	const struct stats_options *o = &c->options;
	if (o->csv && o->json)
		return cli_usage("--csv and --json exclude each other");
	if (o->totals && o->by)
		return cli_usage("--totals: totals are never grouped or added");
	int exit_code = take_by(c);
	if (exit_code == EX_OK)
		exit_code = selection_resolve(&o->selection, &c->selected);
	return exit_code == EX_OK ? period_resolve(&o->period, &c->days) : exit_code;
}

/* Only areas that were asked for can be without an event. */
static int announce(void *user, const char *code, const char *name)
{
	struct counting *c = user;
	return is_asked(c, code) ? stats_announce(c->stats, code, name) : NETRAL_OK;
}

static int print(struct counting *c)
{
	int r;
	progress_clear(&c->progress);
	if (c->options.totals)
		r = totals_end(&c->totals);
	else if (c->options.json)
		r = print_json(c);
	else
		r = c->options.csv ? print_csv(c) : print_table(c);
	if (stats_beyond(c->stats))
		cli_say("%" PRIu64 " events could not be counted", stats_beyond(c->stats));
	if (c->coverage.uncounted)
		cli_say("%" PRIu64 " of %" PRIu64
			" articles were read before areas were counted and "
			"are not among the articles: 'netral reclassify' counts them",
			c->coverage.uncounted, c->coverage.articles);
	return r < 0 ? cli_fail_code(r, "print") : EX_OK;
}

static int run_stats(struct counting *c)
{
	int exit_code = take_options(c);
	if (exit_code != EX_OK)
		return exit_code;
	style_init(&c->style, stdout);
	progress_init(&c->progress, !c->options.totals);
	c->stats = stats_new(c->by);
	if (!c->stats)
		return cli_fail_code(NETRAL_ENOMEM, "start");
	if (c->options.totals)
		exit_code = totals_init(&c->totals, c->options.csv    ? &export_csv
						    : c->options.json ? &export_jsonl
								      : NULL);
	if (exit_code == EX_OK && is_area(c))
		exit_code = areas_each(announce, c);
	if (exit_code == EX_OK)
		exit_code = read_all(c);
	return exit_code == EX_OK ? print(c) : exit_code;
}

static int run(int argc, char **argv)
{
	struct counting c = {0};
	int exit_code;
	int first = cli_parse(&command_stats, argc, argv, &c.options, &exit_code);
	if (first < 0)
		return exit_code;
	if (first < argc)
		return cli_usage("unexpected argument \"%s\"", argv[first]);
	exit_code = run_stats(&c);
	stats_free(c.stats);
	totals_fini(&c.totals);
	connection_close(c.connection);
	return exit_code;
}

const struct command command_stats = {
	.name = "stats",
	.group = "Reading",
	.summary = "Count recorded events by kind, status, area, month or conduct",
	.operands = "",
	.details = "Counted are events, not people. OPEN are violations alleged or under review, "
		   "FOUND\n"
		   "those found or sanctioned. Counted totals of other bodies are never added.",
	.options = stats_table,
	.option_count = netral_countof(stats_table),
	.run = run,
};

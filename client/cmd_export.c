/* netral export: events for other programs, page by page through the query socket. */
#include "client/commands.h"
#include "client/connection.h"
#include "client/export/export.h"
#include "client/export/file.h"
#include "client/listing.h"
#include "client/names.h"
#include "client/progress.h"
#include "client/selection.h"
#include "client/sieve.h"
#include "lib/buf.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/id.h"
#include "libnetral/runtime.h"

#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

/* Masking and formatting one event; an update is at most CODEC_FRAME_MAX. */
enum { EVENT_ARENA_MAX = 64 << 20 };

struct export_options {
	const char *format;
	struct selection selection;
	struct period period;
	struct sieve_options sieve;
	uint64_t limit;
	bool totals;
	const char *names;
	const char *output;
	bool semicolon, no_bom, cancelled;
	const char *runtime_dir;
};

static const struct cli_option export_table[] = {
	{"format", "FORMAT", CLI_TEXT, offsetof(struct export_options, format), 0, 0,
	 "jsonl, csv, parquet-csv, atom or ics"},
	SELECTION_OPTIONS(struct export_options),
	PERIOD_OPTIONS(struct export_options),
	SIEVE_OPTIONS(struct export_options),
	{"limit", "N", CLI_NUMBER, offsetof(struct export_options, limit), 1, UINT64_MAX,
	 "the N newest only"},
	{"totals", NULL, CLI_FLAG, offsetof(struct export_options, totals), 0, 0,
	 "counted totals, as a table of their own, instead of cases"},
	{"names", "WHOSE", CLI_TEXT, offsetof(struct export_options, names), 0, 0,
	 "names of the accused: mask (the default), full, or the rank from which they are shown"},
	{"output", "FILE", CLI_TEXT, offsetof(struct export_options, output), 0, 0,
	 "write FILE, whole or not at all"},
	{"semicolon", NULL, CLI_FLAG, offsetof(struct export_options, semicolon), 0, 0,
	 "csv: for spreadsheets set to Indonesian"},
	{"no-bom", NULL, CLI_FLAG, offsetof(struct export_options, no_bom), 0, 0,
	 "csv: without the byte order mark that Excel needs"},
	{"cancelled", NULL, CLI_FLAG, offsetof(struct export_options, cancelled), 0, 0,
	 "ics: also what was withdrawn, for calendars that have it"},
	CLI_OPTION_RUNTIME_DIR(struct export_options),
};

static const struct export_format *const formats[] = {
	&export_jsonl, &export_csv, &export_parquet_csv, &export_atom, &export_ics,
};

struct exporter {
	struct export_options options;
	const struct export_format *format;
	struct export_settings settings;
	struct export_sink sink;
	struct days days;
	struct selected selected;
	struct sieve sieve;
	struct names names;
	struct connection *connection;
	struct listing listing;
	struct store_mark mark;
	struct export_file file;
	struct progress progress;
	uint64_t exported;
};

/* --- options --- */

static int take_format(struct exporter *x)
{
	const char *given = x->options.format;
	for (size_t i = 0; given && i < netral_countof(formats); i++) {
		if (strcmp(formats[i]->name, given) == 0)
			x->format = formats[i];
	}
	if (x->format)
		return EX_OK;
	if (!given)
		return cli_usage("--format is needed: jsonl, csv, parquet-csv, atom or ics");
	return cli_usage("--format: \"%s\" is not jsonl, csv, parquet-csv, atom or ics", given);
}

static int take_csv_options(struct exporter *x)
{
	bool csv = x->format == &export_csv;
	if (x->options.semicolon && !csv)
		return cli_usage("--semicolon is for csv");
	if (x->options.no_bom && !csv)
		return cli_usage("--no-bom is for csv");
	x->settings.separator = x->options.semicolon ? ';' : ',';
	x->settings.bom = !x->options.no_bom;
	x->settings.totals = x->options.totals;
	return EX_OK;
}

/* A calendar holds what is planned, unless another status is asked for; never an accusation. */
static int take_calendar(struct exporter *x)
{
	struct selection *s = &x->options.selection;
	if (x->format != &export_ics)
		return x->options.cancelled ? cli_usage("--cancelled is for ics") : EX_OK;
	if (x->options.totals)
		return cli_usage("--totals: a calendar has no totals");
	for (size_t i = 0; i < s->kinds.count; i++) {
		if (event_kind_parse(s->kinds.items[i]) == EVENT_KIND_VIOLATION)
			return cli_usage("--kind: a calendar has no violations");
	}
	if (s->kinds.count == 0)
		s->kinds = (struct cli_list){.items = {"session", "pledge"}, .count = 2};
	if (s->statuses.count == 0)
		s->statuses = (struct cli_list){.items = {"planned"}, .count = 1};
	return EX_OK;
}

static int take_options(struct exporter *x)
{
	int exit_code = take_format(x);
	if (exit_code == EX_OK)
		exit_code = take_csv_options(x);
	if (exit_code == EX_OK)
		exit_code = take_calendar(x);
	if (exit_code == EX_OK)
		exit_code = selection_resolve(&x->options.selection, &x->selected);
	if (exit_code == EX_OK)
		exit_code = period_resolve(&x->options.period, &x->days);
	if (exit_code == EX_OK)
		exit_code = sieve_init(&x->sieve, &x->options.sieve);
	return exit_code == EX_OK ? names_init(&x->names, x->options.names) : exit_code;
}

/* --- events --- */

/* Cases and totals never stand in one table; a line of JSON tells which it is. */
static bool is_wanted(const struct exporter *x, const struct update *u)
{
	bool total = u->event.scope == EVENT_SCOPE_TOTAL;
	if (!sieve_passes(&x->sieve, u))
		return false;
	if (x->options.totals)
		return total;
	return !total || x->format == &export_jsonl;
}

static bool is_full(const struct exporter *x)
{
	return x->options.limit && x->exported >= x->options.limit;
}

static int put_event(struct exporter *x, const struct update *u)
{
	struct update masked;
	uint64_t left_out = x->sink.left_out;
	arena_reset(&x->sink.arena);
	int r = names_mask(&x->names, u, &x->sink.arena, &masked);
	if (r == NETRAL_OK)
		r = x->format->put(&x->sink, &masked);
	if (r == NETRAL_OK && x->sink.left_out == left_out)
		x->exported++;
	return r;
}

static int put_page(struct exporter *x, const struct update *updates, size_t count)
{
	int r = NETRAL_OK;
	for (size_t i = 0; i < count && r == NETRAL_OK && !is_full(x); i++) {
		if (is_wanted(x, &updates[i]))
			r = put_event(x, &updates[i]);
	}
	progress_show(&x->progress, "%" PRIu64 " events", x->exported);
	return r < 0 ? cli_fail_code(r, "export") : EX_OK;
}

static int fail_connection(const struct exporter *x)
{
	return cli_fail(connection_exit_code(x->connection), "%s", connection_error(x->connection));
}

static int put_pages(struct exporter *x)
{
	const struct update *updates;
	size_t count;
	int exit_code = EX_OK, r = 1;
	while (exit_code == EX_OK && !is_full(x) && !ferror(x->sink.out) &&
	       (r = listing_next(&x->listing, &updates, &count)) == 1)
		exit_code = put_page(x, updates, count);
	return r < 0 ? fail_connection(x) : exit_code;
}

static int put_withdrawn(struct exporter *x, const struct update *updates, size_t count)
{
	int r = NETRAL_OK;
	for (size_t i = 0; i < count && r == NETRAL_OK && !is_full(x); i++) {
		const struct update *u = &updates[i];
		if (u->change == CHANGE_REMOVED && u->event.date.precision == EVENT_PRECISION_DAY &&
		    period_has(&x->days, u->event.date.value) && is_wanted(x, u))
			r = put_event(x, u);
	}
	return r < 0 ? cli_fail_code(r, "export") : EX_OK;
}

/* What is withdrawn is in the log alone: no event has its id any more. */
static int put_cancelled(struct exporter *x)
{
	const struct update *updates;
	size_t count;
	uint64_t next = 1;
	int exit_code = EX_OK, r = 1;
	while (exit_code == EX_OK && !is_full(x) && !ferror(x->sink.out) &&
	       (r = listing_log(&x->listing, &x->mark, &next, &updates, &count)) == 1)
		exit_code = put_withdrawn(x, updates, count);
	return r < 0 ? fail_connection(x) : exit_code;
}

static int put_all(struct exporter *x)
{
	int r = x->format->begin(&x->sink);
	if (r < 0)
		return cli_fail_code(r, "export");
	int exit_code = put_pages(x);
	if (exit_code == EX_OK && x->options.cancelled)
		exit_code = put_cancelled(x);
	if (exit_code != EX_OK)
		return exit_code;
	r = x->format->end(&x->sink);
	return r < 0 ? cli_fail_code(r, "export") : EX_OK;
}

/* --- around them --- */

/* A feed is another one for each store and each selection. */
static int identify_feed(struct exporter *x)
{
	struct buf b;
	const struct filter *f = &x->selected.filter;
	buf_init(&b, 0);
	int r = buf_append(&b, x->mark.epoch.bytes, sizeof(x->mark.epoch.bytes));
	for (size_t i = 0; i < f->kind_count && r == NETRAL_OK; i++)
		r = buf_printf(&b, " kind %d", (int)f->kinds[i]);
	for (size_t i = 0; i < f->status_count && r == NETRAL_OK; i++)
		r = buf_printf(&b, " status %d", (int)f->statuses[i]);
	for (size_t i = 0; i < f->area_count && r == NETRAL_OK; i++)
		r = buf_printf(&b, " area %s", f->areas[i]);
	if (r == NETRAL_OK)
		r = buf_printf(&b, " %s %s %d", x->days.since, x->days.until, x->options.totals);
	if (r == NETRAL_OK)
		r = sieve_describe(&x->sieve, &b);
	if (r == NETRAL_OK) {
		struct article_id id = article_id_of("feed", 4, (const char *)b.data, b.len);
		memcpy(x->settings.feed, id.bytes, sizeof(x->settings.feed));
	}
	buf_fini(&b);
	return r < 0 ? cli_fail_code(r, "export") : EX_OK;
}

static int connect_store(struct exporter *x)
{
	if (connection_open(x->options.runtime_dir, RUNTIME_REPLAY, &x->connection) < 0)
		return fail_connection(x);
	listing_init(&x->listing, x->connection, &x->selected.filter, &x->days);
	if (listing_mark(&x->listing, &x->mark) < 0)
		return fail_connection(x);
	return identify_feed(x);
}

/* What an event became while the export ran is newer than what was listed. */
static int say_what_is_missing(struct exporter *x)
{
	if (x->sink.left_out)
		cli_say("%" PRIu64 " event%s without a day left out", x->sink.left_out,
			x->sink.left_out == 1 ? "" : "s");
	if (is_full(x))
		return EX_OK;
	int r = listing_outdated(&x->listing, &x->mark);
	if (r == 1)
		cli_say("events came or changed meanwhile and may be missing: run it again");
	return r < 0 ? fail_connection(x) : EX_OK;
}

static int open_output(struct exporter *x)
{
	int exit_code = EX_OK;
	if (x->options.output)
		exit_code = export_file_open(&x->file, x->options.output);
	progress_init(&x->progress, x->options.output != NULL);
	x->sink.out = x->options.output ? x->file.out : stdout;
	x->sink.settings = &x->settings;
	arena_init(&x->sink.arena, EVENT_ARENA_MAX);
	return exit_code;
}

static int run_export(struct exporter *x)
{
	int exit_code = take_options(x);
	if (exit_code == EX_OK)
		exit_code = connect_store(x);
	if (exit_code == EX_OK)
		exit_code = open_output(x);
	if (exit_code == EX_OK)
		exit_code = put_all(x);
	progress_clear(&x->progress);
	if (exit_code == EX_OK)
		exit_code = say_what_is_missing(x);
	if (exit_code == EX_OK && x->options.output)
		exit_code = export_file_commit(&x->file);
	return exit_code;
}

static void fini(struct exporter *x)
{
	if (x->format && x->format->fini)
		x->format->fini(&x->sink);
	export_file_abort(&x->file);
	arena_fini(&x->sink.arena);
	names_fini(&x->names);
	connection_close(x->connection);
}

static int run(int argc, char **argv)
{
	struct exporter x = {0};
	int exit_code;
	int first = cli_parse(&command_export, argc, argv, &x.options, &exit_code);
	if (first < 0)
		return exit_code;
	if (first < argc)
		return cli_usage("unexpected argument \"%s\"", argv[first]);
	exit_code = run_export(&x);
	fini(&x);
	return exit_code;
}

const struct command command_export = {
	.name = "export",
	.group = "Reading",
	.summary = "Write events as JSON Lines, CSV, an Atom feed or a calendar",
	.operands = "",
	.details = "Cases and counted totals are tables of their own. Names of the accused are\n"
		   "replaced by their initials unless --names says otherwise.",
	.options = export_table,
	.option_count = netral_countof(export_table),
	.run = run,
};

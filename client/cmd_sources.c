/* netral sources: what is polled, and what an address would give. */
#include "client/cli.h"
#include "client/commands.h"
#include "client/grid.h"
#include "client/json.h"
#include "client/probe_print.h"
#include "client/source_add.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/program.h"
#include "lib/source/sources.h"

#include <string.h>
#include <sysexits.h>

struct sources_options {
	const char *sources;
	const char *contact;
	struct cli_list allow;
	const char *name, *kind, *min_interval;
	bool no_test;
	bool force;
	bool dry_run;
	bool json;
};

static const struct cli_option sources_table[] = {
	{"sources", "FILE", CLI_TEXT, offsetof(struct sources_options, sources), 0, 0,
	 "the file of sources (list, add); default /etc/netral/sources.conf"},
	{"contact", "ADDRESS", CLI_TEXT, offsetof(struct sources_options, contact), 0, 0,
	 "mail address or URL that sites may complain to (test, add); goes into the User-Agent"},
	{"allow", "RANGE", CLI_LIST, offsetof(struct sources_options, allow), 0, 0,
	 "private addresses that may be fetched from, such as 127.0.0.0/8 (test, add)"},
	{"name", "NAME", CLI_TEXT, offsetof(struct sources_options, name), 0, 0,
	 "what the source is called (add); default: what it calls itself"},
	{"kind", "KIND", CLI_TEXT, offsetof(struct sources_options, kind), 0, 0,
	 "feed, sitemap or page (add); default: what is found"},
	{"min-interval", "TIME", CLI_TEXT, offsetof(struct sources_options, min_interval), 0, 0,
	 "least time between two polls, such as 5min (add)"},
	{"no-test", NULL, CLI_FLAG, offsetof(struct sources_options, no_test), 0, 0,
	 "add without fetching anything"},
	{"force", NULL, CLI_FLAG, offsetof(struct sources_options, force), 0, 0,
	 "add also what gives nothing now"},
	{"dry-run", NULL, CLI_FLAG, offsetof(struct sources_options, dry_run), 0, 0,
	 "print the section that add would write"},
	CLI_OPTION_JSON(struct sources_options),
};

/* --- list --- */

static json_t *source_json(const struct source *s)
{
	return json_pack("{so ss so sI sI sb}", "name", json_text(s->name.ptr, s->name.len), "kind",
			 source_kind_name(s->kind), "url", json_text(s->url.ptr, s->url.len),
			 "min_interval_ms", (json_int_t)s->min_interval_ms, "max_interval_ms",
			 (json_int_t)s->max_interval_ms, "enabled", s->enabled);
}

static int print_grid(const struct sources *sources)
{
	static const char *const heads[] = {"NAME", "KIND", "STATE", "URL"};
	netral_cleanup(grid_freep) struct grid *g = grid_new(heads, netral_countof(heads));
	struct style style;
	if (!g)
		return cli_fail_code(NETRAL_ENOMEM, "print");
	style_init(&style, stdout);
	for (size_t i = 0; i < sources->count; i++) {
		const struct source *s = &sources->list[i];
		grid_text(g, s->name.ptr, s->name.len);
		grid_word(g, INK_PLAIN, source_kind_name(s->kind));
		grid_word(g, s->enabled ? INK_GREEN : INK_DIM, s->enabled ? "enabled" : "off");
		grid_text(g, s->url.ptr, s->url.len);
	}
	grid_print(g, stdout, &style, 0, true);
	return EX_OK;
}

static int print_sources(const struct sources *sources, bool json)
{
	if (!json)
		return print_grid(sources);
	for (size_t i = 0; i < sources->count; i++) {
		if (json_line(stdout, source_json(&sources->list[i])) < 0)
			return cli_fail_code(NETRAL_ENOMEM, "print");
	}
	return EX_OK;
}

static int list(const struct sources_options *o)
{
	struct sources sources = {0};
	char error[512];
	int r = sources_read(o->sources, &sources, error, sizeof(error));
	if (r == NETRAL_ENOTFOUND)
		return cli_fail(EX_NOINPUT,
				"%s; begin with the sample sources.conf.example of this package",
				error);
	if (r < 0)
		return cli_fail(r == NETRAL_EINVALID ? EX_CONFIG : program_exit_code(r), "%s",
				error);
	int exit_code = print_sources(&sources, o->json);
	sources_free(&sources);
	return exit_code;
}

/* --- test and add --- */

static struct probe_options probe_options(const struct sources_options *o, const char *url)
{
	return (struct probe_options){.url = url,
				      .contact = o->contact,
				      .allow = o->allow.items,
				      .allow_count = o->allow.count};
}

static int test(const struct sources_options *o, const char *url)
{
	const struct probe_options po = probe_options(o, url);
	const struct probe_report *report;
	struct probe *probe = NULL;
	char reason[PROBE_REASON_SIZE];
	if (!o->contact)
		return cli_usage("test needs --contact: sites want to know whom to write to");
	int r = probe_run(&po, &probe, &report, reason);
	if (r < 0)
		return cli_fail(r == NETRAL_EINVALID ? EX_USAGE : EX_UNAVAILABLE, "%s", reason);
	int exit_code = EX_OK;
	if (!o->json)
		probe_print(stdout, report);
	else if (probe_print_json(stdout, report) < 0)
		exit_code = cli_fail_code(NETRAL_ENOMEM, "print");
	probe_free(probe);
	return exit_code;
}

static int add(const struct sources_options *o, const char *url)
{
	const struct source_add a = {.file = o->sources,
				     .statement = {o->name, o->kind, url, o->min_interval},
				     .probe = probe_options(o, url),
				     .no_test = o->no_test,
				     .force = o->force,
				     .dry_run = o->dry_run,
				     .json = o->json};
	if (!o->contact && !o->no_test)
		return cli_usage("add tries the source, and for that needs --contact: sites want "
				 "to know whom to write to; or say --no-test");
	return source_add(&a);
}

static int run(int argc, char **argv)
{
	struct sources_options o = {.sources = "/etc/netral/sources.conf"};
	int exit_code;
	int first = cli_parse(&command_sources, argc, argv, &o, &exit_code);
	if (first < 0)
		return exit_code;
	int operands = argc - first;
	const char *verb = operands ? argv[first] : "list";
	if (strcmp(verb, "list") == 0 && operands <= 1)
		return list(&o);
	if (strcmp(verb, "test") == 0 && operands == 2)
		return test(&o, argv[first + 1]);
	if (strcmp(verb, "add") == 0 && operands == 2)
		return add(&o, argv[first + 1]);
	if (strcmp(verb, "test") == 0 || strcmp(verb, "add") == 0)
		return cli_usage("%s takes one URL", verb);
	return cli_usage("\"%s\" is not list, test URL or add URL", verb);
}

const struct command command_sources = {
	.name = "sources",
	.group = "Feeding",
	.summary = "List the sources of a file, try what an address would give, add it",
	.operands = "[list | test URL | add URL]",
	.details =
		"list reads the file of sources and prints it, or says where it is wrong.\n"
		"test fetches URL once, as robots.txt allows: a feed, a sitemap or a page, and the "
		"first\n"
		"article that it names, and shows what would be taken in. Nothing is handed to "
		"netrald.\n"
		"add tries URL in the same way and writes a section for it into the file of "
		"sources;\n"
		"one that gives nothing, and one that is there already, is refused.",
	.options = sources_table,
	.option_count = netral_countof(sources_table),
	.run = run,
};

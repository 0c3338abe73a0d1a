/* netral sources: what is polled, and what an address would give. */
#include "client/cli.h"
#include "client/commands.h"
#include "client/grid.h"
#include "client/json.h"
#include "client/probe.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/program.h"
#include "lib/source/sources.h"

#include <string.h>
#include <sysexits.h>

enum { SHOWN_ITEMS = 5, SHOWN_LINES = 3 };

struct sources_options {
	const char *sources;
	const char *contact;
	struct cli_list allow;
	bool json;
};

static const struct cli_option sources_table[] = {
	{"sources", "FILE", CLI_TEXT, offsetof(struct sources_options, sources), 0, 0,
	 "the file of sources (list); default /etc/netral/sources.conf"},
	{"contact", "ADDRESS", CLI_TEXT, offsetof(struct sources_options, contact), 0, 0,
	 "mail address or URL that sites may complain to (test); goes into the User-Agent"},
	{"allow", "RANGE", CLI_LIST, offsetof(struct sources_options, allow), 0, 0,
	 "private addresses that may be fetched from, such as 127.0.0.0/8 (test)"},
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

/* --- test --- */

static const char *format_name(const struct probe_report *r)
{
	static const char *const feeds[] = {[FEED_RSS] = "RSS",
					    [FEED_RSS1] = "RSS 1.0",
					    [FEED_ATOM] = "Atom",
					    [FEED_JSON] = "JSON Feed"};
	if (r->kind == PROBE_FEED)
		return feeds[r->feed.format];
	if (r->kind == PROBE_SITEMAP)
		return r->sitemap.kind == SITEMAP_INDEX ? "index of sitemaps" : "sitemap";
	return "page";
}

static size_t item_count(const struct probe_report *r)
{
	return r->kind == PROBE_FEED      ? r->feed.item_count
	       : r->kind == PROBE_SITEMAP ? r->sitemap.entry_count
					  : 0;
}

struct item {
	struct text url, title, published;
};

static struct item item_at(const struct probe_report *r, size_t i)
{
	if (r->kind == PROBE_FEED) {
		const struct feed_item *f = &r->feed.items[i];
		return (struct item){f->url, f->title, f->published};
	}
	const struct sitemap_entry *e = &r->sitemap.entries[i];
	return (struct item){e->url, e->news_title,
			     e->news_published.len ? e->news_published : e->changed};
}

static json_t *item_json(const struct item *i)
{
	return json_pack("{so so so}", "url", json_text_or_null(i->url.ptr, i->url.len), "title",
			 json_text_or_null(i->title.ptr, i->title.len), "published",
			 json_text_or_null(i->published.ptr, i->published.len));
}

static json_t *article_json(const struct probe_report *r)
{
	const struct text *f = r->article.field;
	if (!r->has_article)
		return json_null();
	return json_pack("{so so so so}", "url",
			 json_text_or_null(f[EXTRACT_PAGE_URL].ptr, f[EXTRACT_PAGE_URL].len),
			 "title", json_text_or_null(f[EXTRACT_TITLE].ptr, f[EXTRACT_TITLE].len),
			 "published",
			 json_text_or_null(f[EXTRACT_PUBLISHED].ptr, f[EXTRACT_PUBLISHED].len),
			 "text", json_text(f[EXTRACT_TEXT].ptr, f[EXTRACT_TEXT].len));
}

static int print_report_json(const struct probe_report *r)
{
	json_t *items = json_array();
	for (size_t i = 0; i < item_count(r); i++) {
		struct item item = item_at(r, i);
		json_array_append_new(items, item_json(&item));
	}
	json_t *object = json_pack("{ss ss so so so}", "url", r->url, "format", format_name(r),
				   "items", items, "article", article_json(r), "article_problem",
				   json_text_or_null(r->article_reason, strlen(r->article_reason)));
	return json_line(stdout, object) < 0 ? cli_fail_code(NETRAL_ENOMEM, "print") : EX_OK;
}

static void print_items(const struct style *s, const struct probe_report *r)
{
	size_t count = item_count(r);
	for (size_t i = 0; i < count && i < SHOWN_ITEMS; i++) {
		struct item item = item_at(r, i);
		const struct text *name = item.title.len ? &item.title : &item.url;
		printf("  %s%-25.*s%s ", style_ink(s, INK_DIM), (int)item.published.len,
		       item.published.len ? item.published.ptr : "", style_ink(s, INK_PLAIN));
		style_put(stdout, name->ptr, name->len);
		putchar('\n');
	}
	if (count > SHOWN_ITEMS)
		printf("  ... and %zu more\n", count - SHOWN_ITEMS);
}

static void print_article(const struct style *s, const struct probe_report *r)
{
	const struct text *title = &r->article.field[EXTRACT_TITLE];
	const struct text *text = &r->article.field[EXTRACT_TEXT];
	printf("\n%s", style_ink(s, INK_BOLD));
	style_put(stdout, title->ptr, title->len);
	printf("%s\n", style_ink(s, INK_PLAIN));
	const char *p = text->ptr, *end = p + text->len;
	for (int i = 0; i < SHOWN_LINES && p < end; i++) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		stop = stop ? stop : end;
		fputs("  ", stdout);
		style_put_cut(stdout, p, (size_t)(stop - p), s->width > 4 ? s->width - 4 : 1);
		putchar('\n');
		p = stop + 1;
	}
}

static void print_report(const struct probe_report *r)
{
	struct style s;
	style_init(&s, stdout);
	printf("%s: %s", r->url, format_name(r));
	if (r->kind != PROBE_PAGE)
		printf(", %zu entries", item_count(r));
	if (r->crawl_delay_ms)
		printf(", asks for %u s between requests", r->crawl_delay_ms / 1000);
	putchar('\n');
	print_items(&s, r);
	if (r->has_article)
		print_article(&s, r);
	else if (r->article_reason[0])
		printf("\nThe first article cannot be taken in: %s\n", r->article_reason);
}

static int test(const struct sources_options *o, const char *url)
{
	const struct probe_options po = {.url = url,
					 .contact = o->contact,
					 .allow = o->allow.items,
					 .allow_count = o->allow.count};
	const struct probe_report *report;
	struct probe *probe = NULL;
	char reason[PROBE_REASON_SIZE];
	if (!o->contact)
		return cli_usage("test needs --contact: sites want to know whom to write to");
	int r = probe_run(&po, &probe, &report, reason);
	if (r < 0)
		return cli_fail(r == NETRAL_EINVALID ? EX_USAGE : EX_UNAVAILABLE, "%s", reason);
	int exit_code = EX_OK;
	if (o->json)
		exit_code = print_report_json(report);
	else
		print_report(report);
	probe_free(probe);
	return exit_code;
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
	if (strcmp(verb, "test") == 0)
		return cli_usage("test takes one URL");
	return cli_usage("\"%s\" is neither list nor test URL", verb);
}

const struct command command_sources = {
	.name = "sources",
	.group = "Feeding",
	.summary = "List the sources of a file, or try what an address would give",
	.operands = "[list | test URL]",
	.details =
		"list reads the file of sources and prints it, or says where it is wrong.\n"
		"test fetches URL once, as robots.txt allows: a feed, a sitemap or a page, and the "
		"first\n"
		"article that it names, and shows what would be taken in. Nothing is handed to "
		"netrald.",
	.options = sources_table,
	.option_count = netral_countof(sources_table),
	.run = run,
};

/* The trial goes before the file's lock, since it takes as long as the site likes; so the file is
 * looked at twice: before it, to spare the site, and under the lock. */
#include "client/source_add.h"

#include "client/cli.h"
#include "client/json.h"
#include "client/source_file.h"
#include "client/style.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/extract/address.h"
#include "lib/program.h"

#include <string.h>
#include <sysexits.h>

enum { ERROR_SIZE = 1024 };

struct adding {
	const struct source_add *options;
	struct arena arena;
	struct probe *probe;
	const struct probe_report *report; /* NULL when nothing was seen */
	struct source_statement statement; /* as it is written */
	struct source source;
	char name[SOURCE_NAME_SIZE];
	char error[ERROR_SIZE];
};

static int refuse(const struct adding *a, int r)
{
	int exit_code = r == NETRAL_EBUSY      ? EX_DATAERR
			: r == NETRAL_EINVALID ? EX_CONFIG
					       : program_exit_code(r);
	return cli_fail(exit_code, "%s", a->error);
}

/* --- a name --- */

/* Control characters, the C1 ones too. */
static bool is_control(const char *s)
{
	unsigned char c = (unsigned char)s[0];
	return c <= ' ' || c == 0x7F || (c == 0xC2 && (unsigned char)s[1] < 0xA0);
}

/* One line, without control characters, of at most SOURCE_NAME_MAX bytes; `from` is UTF-8 and
 * NUL-terminated. */
static void copy_name(const struct text *from, char ret[static SOURCE_NAME_SIZE])
{
	size_t len = 0;
	for (size_t i = 0; i < from->len;) {
		size_t size = 1;
		while (((unsigned char)from->ptr[i + size] & 0xC0) == 0x80)
			size++;
		bool blank = is_control(from->ptr + i);
		if (len + size > SOURCE_NAME_MAX)
			break;
		if (!blank) {
			memcpy(ret + len, from->ptr + i, size);
			len += size;
		} else if (len > 0 && ret[len - 1] != ' ') {
			ret[len++] = ' ';
		}
		i += size;
	}
	while (len > 0 && ret[len - 1] == ' ')
		len--;
	ret[len] = '\0';
}

static struct text own_name(const struct probe_report *r)
{
	if (r->kind == PROBE_FEED)
		return r->feed.title;
	if (r->kind == PROBE_SITEMAP)
		return r->sitemap.entries[0].news_name;
	return r->has_article ? r->article.field[EXTRACT_SITE] : (struct text){"", 0};
}

void source_name_propose(const struct probe_report *report, const struct text *url,
			 char ret[static SOURCE_NAME_SIZE])
{
	struct text name = report ? own_name(report) : (struct text){"", 0};
	struct text host = address_host(url);
	copy_name(&name, ret);
	if (!ret[0])
		copy_name(&host, ret);
}

/* --- the trial --- */

/* Why the report is none to add a source of kind `kind` for; NULL when it is one. */
static const char *reject(const struct probe_report *r, const char *kind)
{
	if (r->kind == PROBE_PAGE)
		return strcmp(kind, "page") == 0
			       ? NULL
			       : "it is a page; --kind page polls the links in it";
	const char *found = r->kind == PROBE_FEED ? "feed" : "sitemap";
	if (strcmp(kind, found) != 0)
		return r->kind == PROBE_FEED ? "it is a feed: leave --kind out"
					     : "it is a sitemap: leave --kind out";
	if (r->kind == PROBE_FEED && r->feed.item_count == 0)
		return "the feed has no items";
	if (r->kind == PROBE_SITEMAP && r->sitemap.kind == SITEMAP_INDEX)
		return NULL;
	if (!r->has_article && !(r->kind == PROBE_FEED && r->feed.items[0].content.len))
		return r->article_reason[0] ? r->article_reason : "it names no article";
	return NULL;
}

static const char *kind_of(const struct adding *a)
{
	if (a->options->statement.kind)
		return a->options->statement.kind;
	return a->report && a->report->kind == PROBE_SITEMAP ? "sitemap" : "feed";
}

static int tried_in_vain(const struct adding *a, int exit_code, const char *reason)
{
	if (!a->options->force)
		return cli_fail(exit_code, "%s; --force adds it all the same", reason);
	cli_say("%s", reason);
	return EX_OK;
}

static void say_feeds(const struct probe_report *r)
{
	for (size_t i = 0; r->kind == PROBE_PAGE && i < r->feed_count; i++)
		cli_say("the page names a feed: %s", r->feeds[i].ptr);
	for (size_t i = 0; r->kind == PROBE_PAGE && i < r->sitemap_count; i++)
		cli_say("the site's robots.txt names a sitemap: %s", r->sitemaps[i].ptr);
}

/* Where it led may be in the file under that address. */
static int check_end(struct adding *a)
{
	int r = source_file_check(a->options->file, NULL, a->report->url, a->error,
				  sizeof(a->error));
	return r < 0 ? refuse(a, r) : EX_OK;
}

static int try_source(struct adding *a)
{
	char reason[PROBE_REASON_SIZE];
	int r = probe_run(&a->options->probe, &a->probe, &a->report, reason);
	if (r == NETRAL_ECLOSED || r == NETRAL_ENOMEM || r == NETRAL_EINVALID)
		return cli_fail(r == NETRAL_EINVALID ? EX_USAGE : EX_UNAVAILABLE, "%s", reason);
	if (r < 0)
		return tried_in_vain(a, EX_UNAVAILABLE, reason);
	int exit_code = check_end(a);
	const char *why = reject(a->report, kind_of(a));
	if (exit_code != EX_OK || !why)
		return exit_code;
	say_feeds(a->report);
	snprintf(reason, sizeof(reason), "%.200s: %.280s", a->report->url, why);
	return tried_in_vain(a, EX_UNAVAILABLE, reason);
}

/* --- the section --- */

static int check(struct adding *a)
{
	int r = source_check(&a->statement, &a->arena, &a->source, a->error, sizeof(a->error));
	if (r == NETRAL_EINVALID)
		return cli_usage("%s", a->error);
	return r < 0 ? cli_fail(program_exit_code(r), "%s", a->error) : EX_OK;
}

/* What was said, with a name that stands for the one that is not known yet. */
static int check_given(struct adding *a)
{
	a->statement = a->options->statement;
	if (!a->statement.name)
		a->statement.name = "?";
	int exit_code = check(a);
	if (exit_code != EX_OK)
		return exit_code;
	a->statement.url = a->source.url.ptr;
	int r = source_file_check(a->options->file, a->options->statement.name, a->source.url.ptr,
				  a->error, sizeof(a->error));
	return r < 0 ? refuse(a, r) : EX_OK;
}

static int check_whole(struct adding *a)
{
	source_name_propose(a->report, &a->source.url, a->name);
	if (!a->options->statement.name)
		a->statement.name = a->name;
	a->statement.kind = kind_of(a);
	return check(a);
}

static int print_json(const struct adding *a)
{
	const struct source_add *o = a->options;
	json_t *j = json_pack("{sb ss so ss so}", "added", !o->dry_run, "file", o->file, "name",
			      json_text(a->statement.name, strlen(a->statement.name)), "kind",
			      source_kind_name(a->source.kind), "url",
			      json_text(a->source.url.ptr, a->source.url.len));
	return json_line(stdout, j) < 0 ? cli_fail_code(NETRAL_ENOMEM, "print") : EX_OK;
}

static int print_section(struct adding *a)
{
	netral_cleanup(buf_fini) struct buf section = {0};
	int r = source_file_check(a->options->file, a->statement.name, a->source.url.ptr, a->error,
				  sizeof(a->error));
	if (r < 0)
		return refuse(a, r);
	if (a->options->json)
		return print_json(a);
	if (source_write(&a->statement, &section) < 0)
		return cli_fail_code(NETRAL_ENOMEM, "print");
	fwrite(section.data, 1, section.len, stdout);
	return EX_OK;
}

static int write_section(struct adding *a)
{
	int r = source_file_add(a->options->file, &a->statement, a->error, sizeof(a->error));
	if (r < 0)
		return refuse(a, r);
	if (a->options->json)
		return print_json(a);
	fputs("added \"", stdout);
	style_put(stdout, a->statement.name, strlen(a->statement.name));
	printf("\" to %s; now: systemctl reload netral-poll\n", a->options->file);
	return EX_OK;
}

int source_add(const struct source_add *options)
{
	struct adding a = {.options = options};
	arena_init(&a.arena, SOURCES_ARENA_MAX);
	int exit_code = check_given(&a);
	if (exit_code == EX_OK && !options->no_test)
		exit_code = try_source(&a);
	if (exit_code == EX_OK)
		exit_code = check_whole(&a);
	if (exit_code == EX_OK)
		exit_code = options->dry_run ? print_section(&a) : write_section(&a);
	probe_free(a.probe);
	arena_fini(&a.arena);
	return exit_code;
}

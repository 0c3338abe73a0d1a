/* netral extract: a page in, an article out, without any daemon. */
#include "client/cli.h"
#include "client/commands.h"
#include "client/json.h"
#include "client/style.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/extract/extract.h"
#include "lib/program.h"
#include "lib/reader/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sysexits.h>

struct extract_options {
	const char *url;
	bool json;
};

static const struct cli_option extract_table[] = {
	{"url", "URL", CLI_TEXT, offsetof(struct extract_options, url), 0, 0,
	 "where the page came from: completes its links, and tells what it does not say"},
	{"json", NULL, CLI_FLAG, offsetof(struct extract_options, json), 0, 0,
	 "print one object, with where each field was read"},
};

/* In the order of the output. */
static const struct {
	enum extract_field field;
	const char *name;
} lines[] = {{EXTRACT_AUTHOR, "author"},   {EXTRACT_PUBLISHED, "published"},
	     {EXTRACT_PAGE_URL, "url"},    {EXTRACT_SITE, "site"},
	     {EXTRACT_SECTION, "section"}, {EXTRACT_LANGUAGE, "language"},
	     {EXTRACT_NEXT, "next"},       {EXTRACT_WHOLE, "whole"}};

/* --- printing --- */

/* Broken into lines for a person only: a program wants a paragraph a line. */
static void print_line(const struct style *s, enum style_ink ink, const char *text, size_t len)
{
	if (s->terminal) {
		style_wrap(stdout, s, ink, 0, text, len);
		return;
	}
	style_put(stdout, text, len);
	putchar('\n');
}

static void print_words(const struct extracted *e)
{
	struct style s;
	const struct text *title = &e->field[EXTRACT_TITLE], *text = &e->field[EXTRACT_TEXT];
	style_init(&s, stdout);
	print_line(&s, INK_BOLD, title->ptr, title->len);
	for (size_t i = 0; i < netral_countof(lines); i++) {
		const struct text *t = &e->field[lines[i].field];
		if (!t->len)
			continue;
		printf("%s%-10s", style_ink(&s, INK_DIM), lines[i].name);
		style_put(stdout, t->ptr, t->len);
		printf("  (%s)%s\n", extract_from_name(e->from[lines[i].field]),
		       style_ink(&s, INK_PLAIN));
	}
	putchar('\n');
	for (const char *p = text->ptr, *end = p + text->len; p < end;) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((stop ? stop : end) - p);
		print_line(&s, INK_PLAIN, p, len);
		p += len + 1;
	}
}

static json_t *field_json(const struct extracted *e, enum extract_field field)
{
	return json_text_or_null(e->field[field].ptr, e->field[field].len);
}

static void set_field(const struct extracted *e, enum extract_field field, const char *name,
		      json_t *object, json_t *from)
{
	json_object_set_new(object, name, field_json(e, field));
	if (e->from[field] != EXTRACT_NOWHERE && e->field[field].len)
		json_object_set_new(from, name, json_string(extract_from_name(e->from[field])));
}

static bool is_rare(enum extract_field field)
{
	return field == EXTRACT_NEXT || field == EXTRACT_WHOLE;
}

/* "next" and "whole" are there only when the article has more pages. */
static int print_json(const struct extracted *e)
{
	json_t *object = json_object(), *from = json_object();
	set_field(e, EXTRACT_TITLE, "title", object, from);
	set_field(e, EXTRACT_TEXT, "text", object, from);
	for (size_t i = 0; i < netral_countof(lines); i++) {
		if (!is_rare(lines[i].field) || e->field[lines[i].field].len)
			set_field(e, lines[i].field, lines[i].name, object, from);
	}
	json_object_set_new(object, "from", from);
	return json_line(stdout, object);
}

/* --- reading --- */

static bool is_address(const char *url)
{
	return strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0;
}

static int load(const char *file, struct buf *page)
{
	char reason[READER_REASON_SIZE];
	bool standard = strcmp(file, "-") == 0;
	netral_cleanup(netral_closep) int fd =
		standard ? dup(STDIN_FILENO) : open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		int err = errno;
		return cli_fail(program_exit_code(netral_error_from_errno(err)), "%s: %s", file,
				strerror(err));
	}
	int r = reader_load(fd, page, reason);
	if (r == NETRAL_OK)
		return EX_OK;
	return cli_fail(r == NETRAL_EINVALID ? EX_DATAERR : program_exit_code(r), "%s: %s",
			standard ? "stdin" : file, reason);
}

static int extract_file(const struct extract_options *o, const char *file, struct arena *arena)
{
	netral_cleanup(buf_fini) struct buf page = {0};
	const struct extract_hints hints = {.url = o->url, .charset = NULL};
	struct extracted e;
	char reason[EXTRACT_REASON_SIZE];
	int exit_code = load(file, &page);
	if (exit_code != EX_OK)
		return exit_code;
	int r = extract_page((const char *)page.data, page.len, &hints, arena, &e, reason);
	if (r == NETRAL_EINVALID)
		return cli_fail(
			EX_DATAERR,
			"%s: %s; is it an article, and not made by a script in the browser?", file,
			reason);
	if (r < 0)
		return cli_fail(program_exit_code(r), "%s: %s", file, reason);
	if (e.cut)
		cli_say("%s: the page has more elements than are read; its end is missing", file);
	if (o->json)
		return print_json(&e) < 0 ? cli_fail_code(NETRAL_ENOMEM, "print") : EX_OK;
	print_words(&e);
	return EX_OK;
}

static int run(int argc, char **argv)
{
	struct extract_options o = {0};
	struct arena arena;
	int exit_code;
	int first = cli_parse(&command_extract, argc, argv, &o, &exit_code);
	if (first < 0)
		return exit_code;
	if (argc - first > 1)
		return cli_usage("one page at a time; \"%s\" is too much", argv[first + 1]);
	if (o.url && !is_address(o.url))
		return cli_usage("--url: \"%s\" does not begin with http:// or https://", o.url);
	arena_init(&arena, READER_ARENA_MAX);
	exit_code = extract_file(&o, first < argc ? argv[first] : "-", &arena);
	arena_fini(&arena);
	return exit_code;
}

const struct command command_extract = {
	.name = "extract",
	.group = "Feeding",
	.summary = "Read the article in a web page, without any daemon",
	.operands = "[FILE|-]",
	.details = "Without FILE, or with -, standard input is read. Nothing is fetched. The text "
		   "has a paragraph\n"
		   "a line; behind each other field stands where it was read: json-ld, opengraph, "
		   "microdata,\n"
		   "meta, page or url.",
	.options = extract_table,
	.option_count = netral_countof(extract_table),
	.run = run,
};

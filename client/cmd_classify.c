/* netral classify: the classifier on files, without any daemon. */
#include "client/commands.h"
#include "client/explain.h"
#include "client/input.h"
#include "client/json.h"
#include "client/print.h"
#include "client/progress.h"
#include "client/tables.h"
#include "lib/cleanup.h"
#include "lib/error.h"

#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

enum { ARENA_BYTES = 2 * READER_ARENA_MAX };

struct classify_options {
	const char *format, *title, *url, *published, *data;
	bool json, explain;
};

static const struct cli_option classify_table[] = {
	{"input", "FORMAT", CLI_TEXT, offsetof(struct classify_options, format), 0, 0,
	 "text, html, json or jsonl; default: by the name of each file"},
	{"title", "TITLE", CLI_TEXT, offsetof(struct classify_options, title), 0, 0,
	 "instead of the title in the input"},
	{"url", "URL", CLI_TEXT, offsetof(struct classify_options, url), 0, 0,
	 "instead of the address in the input"},
	{"published", "DATE", CLI_TEXT, offsetof(struct classify_options, published), 0, 0,
	 "instead of the day in the input, e.g. 2024-08-21"},
	{"data", "DIR", CLI_TEXT, offsetof(struct classify_options, data), 0, 0,
	 "tables of the classifier; default: those installed with it"},
	{"explain", NULL, CLI_FLAG, offsetof(struct classify_options, explain), 0, 0,
	 "why each event is told, and what else might have been one"},
	CLI_OPTION_JSON(struct classify_options),
};

struct run {
	struct classify_options options;
	struct style style;
	struct progress progress;
	struct tables tables;
	struct input *input;
	struct arena arena;
	uint64_t articles, events;
	int worst;
};

/* --- printing --- */

/* What stands as "id": what the object said, else the id of the content. */
static json_t *id_of(const struct input_item *item)
{
	char id[ARTICLE_ID_HEX + 1];
	if (item->id.len)
		return json_text(item->id.ptr, item->id.len);
	article_id_format(&item->article.id, id);
	return json_string(id);
}

static int print_json(const struct input_item *item, const struct event *events, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) {
		if (json_array_append_new(list, json_event(&events[i])) < 0) {
			json_decref(list);
			return NETRAL_ENOMEM;
		}
	}
	return json_line(stdout, json_pack("{so so}", "id", id_of(item), "events", list));
}

static void print_head(const struct style *s, const struct input_item *item)
{
	const struct text *title = &item->article.title;
	printf("%s", style_ink(s, INK_DIM));
	style_put(stdout, item->where, strlen(item->where));
	printf("%s\n  ", style_ink(s, INK_PLAIN));
	style_wrap(stdout, s, INK_BOLD, 2, title->ptr, title->len);
}

static void print_words(const struct style *s, const struct input_item *item,
			const struct event *events, size_t count)
{
	print_head(s, item);
	if (count == 0)
		printf("  no events\n");
	for (size_t i = 0; i < count; i++)
		print_event(stdout, s, &events[i]);
	putchar('\n');
}

/* A bad line still has its line in the output, so that the lines of both match. */
static int print_bad(struct run *r, const struct input_item *item, bool json)
{
	progress_clear(&r->progress);
	cli_say("%s: %s", item->where, item->reason);
	if (r->worst == EX_OK || r->worst == EX_DATAERR)
		r->worst = item->exit_code;
	if (!json)
		return NETRAL_OK;
	return json_line(stdout, json_pack("{sn so}", "id", "error",
					   json_text(item->reason, strlen(item->reason))));
}

static int print_explained(struct run *r, const struct input_item *item, bool json)
{
	struct candidate *list = NULL;
	size_t count = 0;
	int err = classify_explain(r->tables.classifier, r->tables.scratch, &item->article,
				   &r->arena, &list, &count);
	if (err < 0)
		return err;
	json_t *array = json ? json_array() : NULL;
	if (!json)
		print_head(&r->style, item);
	if (!json && count == 0)
		printf("  nothing that might be an event\n");
	for (size_t i = 0; i < count; i++) {
		r->events += list[i].told;
		if (json)
			json_array_append_new(array, explain_json(&list[i]));
		else
			explain_print(stdout, &r->style, &list[i]);
	}
	r->articles++;
	return json ? json_line(stdout,
				json_pack("{so so}", "id", id_of(item), "candidates", array))
		    : NETRAL_OK;
}

/* --- one article after the other --- */

static int classify_item(struct run *r, const struct input_item *item)
{
	bool json = r->options.json || input_has_lines(r->input);
	struct event *events = NULL;
	size_t count = 0;
	if (item->exit_code != EX_OK)
		return print_bad(r, item, json);
	if (r->options.explain)
		return print_explained(r, item, json);
	int err = classify(r->tables.classifier, r->tables.scratch, &item->article, &r->arena,
			   &events, &count);
	if (err < 0)
		return err;
	r->articles++;
	r->events += count;
	if (json)
		return print_json(item, events, count);
	print_words(&r->style, item, events, count);
	return NETRAL_OK;
}

static int classify_all(struct run *r)
{
	struct input_item item;
	for (;;) {
		arena_reset(&r->arena);
		int err = input_next(r->input, &r->arena, &item);
		if (err != 1)
			return err;
		err = classify_item(r, &item);
		int fd;
		if (input_would_wait(r->input, &fd))
			fflush(stdout);
		if (err < 0 || cli_output_lost())
			return err;
		progress_show(&r->progress, "%" PRIu64 " articles, %" PRIu64 " events", r->articles,
			      r->events);
	}
}

/* --- start and end --- */

static int classify_files(struct run *r, char **files, size_t file_count)
{
	const struct input_options o = {.format = r->options.format,
					.title = r->options.title,
					.url = r->options.url,
					.published = r->options.published,
					.files = files,
					.file_count = file_count};
	int exit_code = input_new(&o, &r->input);
	if (exit_code == EX_OK)
		exit_code = tables_load(r->options.data, &r->tables);
	if (exit_code != EX_OK)
		return exit_code;
	style_init(&r->style, stdout);
	progress_init(&r->progress, !r->style.terminal);
	int err = classify_all(r);
	progress_clear(&r->progress);
	return err < 0 ? cli_fail_code(err, "classify") : r->worst;
}

static int run(int argc, char **argv)
{
	struct run r = {0};
	int exit_code;
	int first = cli_parse(&command_classify, argc, argv, &r.options, &exit_code);
	if (first < 0)
		return exit_code;
	arena_init(&r.arena, ARENA_BYTES);
	exit_code = classify_files(&r, argv + first, (size_t)(argc - first));
	input_free(r.input);
	tables_fini(&r.tables);
	arena_fini(&r.arena);
	return exit_code;
}

const struct command command_classify = {
	.name = "classify",
	.group = "Feeding",
	.summary = "Read the events in articles, without any daemon",
	.operands = "[FILE]...",
	.details = "Without FILE, or with -, standard input is read. A jsonl line is an object "
		   "with \"id\",\n"
		   "\"url\", \"title\", \"published\" and \"text\"; each yields one line with "
		   "\"id\" and \"events\",\n"
		   "in order, or {\"id\":null,\"error\":...} where it cannot be read (exit status "
		   "65).",
	.options = classify_table,
	.option_count = netral_countof(classify_table),
	.run = run,
};

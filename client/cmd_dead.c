/* netral dead: articles that netrald has given up. */
#include "client/commands.h"
#include "client/connection.h"
#include "client/grid.h"
#include "client/json.h"
#include "client/print.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "libnetral/runtime.h"

#include <string.h>
#include <sysexits.h>

enum { PREFIX_MIN = 8, PAGE = CODEC_DEAD_MAX };

struct dead_options {
	bool all;
	bool json;
	const char *runtime_dir;
};

static const struct cli_option dead_table[] = {
	{"all", NULL, CLI_FLAG, offsetof(struct dead_options, all), 0, 0,
	 "retry or drop every one of them"},
	CLI_OPTION_JSON(struct dead_options),
	CLI_OPTION_RUNTIME_DIR(struct dead_options),
};

struct dead {
	struct dead_options options;
	struct connection *connection;
	struct style style;
	uint64_t listed;
	/* Ids that were named, as they were typed, and in full once they were found. */
	char **names;
	size_t name_count;
	struct article_id *ids;
	bool *found;
};

static int connection_failed(const struct dead *d)
{
	return cli_fail(connection_exit_code(d->connection), "%s", connection_error(d->connection));
}

/* --- going through all of them --- */

typedef int page_fn(struct dead *d, const struct msg_dead_page *page);

/* Calls `fn` with each page; an exit code other than EX_OK ends it. */
static int each_page(struct dead *d, page_fn *fn)
{
	uint64_t after = 0;
	for (;;) {
		struct message m = {.type = MSG_DEAD_LIST};
		struct message answer = {.type = MSG_NONE};
		m.dead_list.after_seq = after;
		m.dead_list.limit = PAGE;
		if (connection_ask(d->connection, &m, MSG_DEAD_PAGE, &answer) < 0)
			return connection_failed(d);
		const struct msg_dead_page *page = &answer.dead_page;
		int exit_code = fn(d, page);
		size_t n = page->article_count;
		if (exit_code != EX_OK || !page->more || n == 0 ||
		    page->articles[n - 1].seq <= after)
			return exit_code;
		after = page->articles[n - 1].seq;
	}
}

/* --- list --- */

static int print_grid(struct dead *d, const struct msg_dead_page *page)
{
	static const char *const heads[] = {"ID", "DIED", "TRIES", "REASON", "TITLE"};
	netral_cleanup(grid_freep) struct grid *g = grid_new(heads, netral_countof(heads));
	if (!g)
		return cli_fail_code(NETRAL_ENOMEM, "print");
	for (size_t i = 0; i < page->article_count; i++) {
		const struct dead_article *a = &page->articles[i];
		char id[ARTICLE_ID_HEX + 1], time[PRINT_SHORT_SIZE];
		article_id_format(&a->id, id);
		print_time(a->died_us, time);
		grid_text(g, id, PREFIX_MIN);
		grid_word(g, INK_DIM, time);
		grid_number(g, a->tries);
		grid_word(g, INK_RED, a->reason);
		grid_text(g, a->title.len ? a->title.ptr : a->source.ptr,
			  a->title.len ? a->title.len : a->source.len);
	}
	if (page->article_count)
		grid_print(g, stdout, &d->style, 0, d->listed == 0);
	return EX_OK;
}

static int list_page(struct dead *d, const struct msg_dead_page *page)
{
	int exit_code = d->options.json ? EX_OK : print_grid(d, page);
	for (size_t i = 0; d->options.json && i < page->article_count; i++) {
		if (json_line(stdout, json_dead(&page->articles[i])) < 0)
			return cli_fail_code(NETRAL_ENOMEM, "print");
	}
	d->listed += page->article_count;
	return exit_code;
}

static int list(struct dead *d)
{
	int exit_code = each_page(d, list_page);
	if (exit_code == EX_OK && d->listed == 0 && !d->options.json)
		printf("no dead articles\n");
	return exit_code;
}

/* --- retry and drop --- */

static int check_name(const char *name)
{
	size_t len = strspn(name, "0123456789abcdef");
	if (len >= PREFIX_MIN && len <= ARTICLE_ID_HEX && name[len] == '\0')
		return EX_OK;
	return cli_usage("\"%s\" is not an article's id: %d to %d hexadecimal digits", name,
			 PREFIX_MIN, ARTICLE_ID_HEX);
}

static int match_page(struct dead *d, const struct msg_dead_page *page)
{
	for (size_t i = 0; i < page->article_count; i++) {
		char id[ARTICLE_ID_HEX + 1];
		article_id_format(&page->articles[i].id, id);
		for (size_t k = 0; k < d->name_count; k++) {
			if (strncmp(id, d->names[k], strlen(d->names[k])) != 0)
				continue;
			if (d->found[k])
				return cli_fail(EX_DATAERR,
						"more than one dead article begins with %s",
						d->names[k]);
			d->found[k] = true;
			d->ids[k] = page->articles[i].id;
		}
	}
	return EX_OK;
}

static int find_ids(struct dead *d)
{
	d->ids = calloc(d->name_count, sizeof(*d->ids));
	d->found = calloc(d->name_count, sizeof(*d->found));
	if (!d->ids || !d->found)
		return cli_fail_code(NETRAL_ENOMEM, "start");
	int exit_code = each_page(d, match_page);
	for (size_t k = 0; k < d->name_count && exit_code == EX_OK; k++) {
		if (!d->found[k])
			exit_code =
				cli_fail(EX_DATAERR, "no dead article begins with %s", d->names[k]);
	}
	return exit_code;
}

static int print_outcome(const struct dead *d, const char *verb, uint32_t done, uint32_t missing)
{
	if (d->options.json) {
		json_t *j = json_pack("{ss sI sI}", "action", verb, "done", (json_int_t)done,
				      "missing", (json_int_t)missing);
		if (json_line(stdout, j) < 0)
			return cli_fail_code(NETRAL_ENOMEM, "print");
	} else {
		printf("%u %s %s\n", done, done == 1 ? "article" : "articles",
		       strcmp(verb, "drop") == 0 ? "dropped" : "put back into the queue");
	}
	if (missing)
		return cli_fail(EX_DATAERR, "%u of them were not dead any more", missing);
	return EX_OK;
}

static int act(struct dead *d, const char *verb)
{
	uint32_t done = 0, missing = 0;
	size_t at = 0;
	do {
		struct message m = {.type = MSG_DEAD_ACTION};
		struct message answer = {.type = MSG_NONE};
		size_t left = d->name_count - at;
		m.dead_action.verb = strcmp(verb, "drop") == 0 ? DEAD_DROP : DEAD_RETRY;
		m.dead_action.all = d->options.all;
		m.dead_action.ids = d->ids + at;
		m.dead_action.id_count = left < CODEC_DEAD_MAX ? left : CODEC_DEAD_MAX;
		if (connection_ask(d->connection, &m, MSG_DEAD_ACTION_REPLY, &answer) < 0)
			return connection_failed(d);
		at += m.dead_action.id_count;
		done += answer.dead_action_reply.done;
		missing += answer.dead_action_reply.missing;
	} while (at < d->name_count);
	return print_outcome(d, verb, done, missing);
}

/* --- the command --- */

static int check_operands(const struct dead *d, const char *verb)
{
	bool listing = strcmp(verb, "list") == 0;
	if (!listing && strcmp(verb, "retry") != 0 && strcmp(verb, "drop") != 0)
		return cli_usage("\"%s\" is not list, retry or drop", verb);
	if (listing && (d->name_count || d->options.all))
		return cli_usage("list takes no ID and no --all");
	if (!listing && d->options.all == (d->name_count > 0))
		return cli_usage("%s takes IDs, or --all", verb);
	int exit_code = EX_OK;
	for (size_t i = 0; i < d->name_count && exit_code == EX_OK; i++)
		exit_code = check_name(d->names[i]);
	return exit_code;
}

static int dead(struct dead *d, const char *verb)
{
	int exit_code = check_operands(d, verb);
	if (exit_code != EX_OK)
		return exit_code;
	style_init(&d->style, stdout);
	if (connection_open(d->options.runtime_dir, RUNTIME_CONTROL, &d->connection) < 0)
		return connection_failed(d);
	if (strcmp(verb, "list") == 0)
		return list(d);
	if (!d->options.all)
		exit_code = find_ids(d);
	return exit_code == EX_OK ? act(d, verb) : exit_code;
}

static int run(int argc, char **argv)
{
	struct dead d = {0};
	int exit_code;
	int first = cli_parse(&command_dead, argc, argv, &d.options, &exit_code);
	if (first < 0)
		return exit_code;
	if (first == argc)
		return cli_usage("list, retry or drop is needed");
	d.names = argv + first + 1;
	d.name_count = (size_t)(argc - first - 1);
	exit_code = dead(&d, argv[first]);
	connection_close(d.connection);
	free(d.ids);
	free(d.found);
	return exit_code;
}

const struct command command_dead = {
	.name = "dead",
	.group = "Operating",
	.summary = "List, retry or drop articles that were given up",
	.operands = "list|retry|drop [ID]...",
	.details = "An ID may be cut to its first 8 digits. A retried article is handed out again "
		   "as if\n"
		   "it had never failed; a dropped one is forgotten.",
	.options = dead_table,
	.option_count = netral_countof(dead_table),
	.run = run,
};

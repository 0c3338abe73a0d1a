/* netral alert: tries a rule, and looks after what netral-alert could not deliver. */
#include "client/commands.h"
#include "client/connection.h"
#include "client/grid.h"
#include "client/json.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "libnetral/runtime.h"

#include <string.h>
#include <sysexits.h>

struct alert_options {
	uint64_t from;
	bool json;
	const char *runtime_dir;
};

static const struct cli_option alert_table[] = {
	{"from", "NUMBER", CLI_NUMBER, offsetof(struct alert_options, from), 1, INT64_MAX,
	 "the first update (replay)"},
	CLI_OPTION_JSON(struct alert_options),
	CLI_OPTION_RUNTIME_DIR(struct alert_options),
};

static int failed(struct connection *c)
{
	return cli_fail(connection_exit_code(c), "%s", connection_error(c));
}

/* --- list --- */

static json_t *failure_json(const struct alert_failure *f)
{
	return json_pack("{so sI so sI so so}", "receiver", json_name_or_null(f->receiver),
			 "number", (json_int_t)f->number, "id", json_name(f->id), "tries",
			 (json_int_t)f->tries, "reason", json_name(f->reason), "created",
			 json_time(f->created_ms * 1000));
}

static void add_row(struct grid *g, const struct alert_failure *f)
{
	char time[CLOCK_TEXT_SIZE];
	clock_format(f->created_ms * 1000, time);
	grid_word(g, INK_PLAIN, time);
	grid_text(g, f->receiver, strlen(f->receiver));
	grid_number(g, f->tries);
	grid_text(g, f->id, strlen(f->id));
	grid_text(g, f->reason, strlen(f->reason));
}

static int print_page(struct grid *g, const struct msg_alert_page *page, bool json)
{
	for (size_t i = 0; i < page->failure_count; i++) {
		if (!json)
			add_row(g, &page->failures[i]);
		else if (json_line(stdout, failure_json(&page->failures[i])) < 0)
			return cli_fail_code(NETRAL_ENOMEM, "print");
	}
	return EX_OK;
}

static int list(struct connection *c, bool json)
{
	static const char *const heads[] = {"MADE", "RECEIVER", "TRIES", "ID", "REASON"};
	netral_cleanup(grid_freep) struct grid *g = grid_new(heads, netral_countof(heads));
	struct message answer = {.type = MSG_NONE};
	uint64_t receiver = 0, number = 0;
	struct style style;
	bool any = false;
	if (!g)
		return cli_fail_code(NETRAL_ENOMEM, "print");
	do {
		struct message m = {.type = MSG_ALERT_LIST, .alert_list = {0, receiver, number, 0}};
		if (connection_ask(c, &m, MSG_ALERT_PAGE, &answer) < 0)
			return failed(c);
		int exit_code = print_page(g, &answer.alert_page, json);
		if (exit_code != EX_OK)
			return exit_code;
		any = any || answer.alert_page.failure_count > 0;
		receiver = answer.alert_page.next_receiver;
		number = answer.alert_page.next_number;
	} while (answer.alert_page.more);
	style_init(&style, stdout);
	if (!json && !any)
		puts("no message was given up");
	else if (!json)
		grid_print(g, stdout, &style, 0, true);
	return EX_OK;
}

/* --- actions --- */

static int act(struct connection *c, const struct alert_options *o, enum alert_verb verb,
	       const char *name)
{
	struct message m = {.type = MSG_ALERT_ACTION,
			    .alert_action = {.verb = verb, .name = name, .number = o->from}};
	struct message answer = {.type = MSG_NONE};
	if (connection_ask(c, &m, MSG_ALERT_ACTION_REPLY, &answer) < 0)
		return failed(c);
	unsigned done = answer.alert_action_reply.done;
	if (o->json)
		return json_line(stdout, json_pack("{sI}", "messages", (json_int_t)done)) < 0
			       ? cli_fail_code(NETRAL_ENOMEM, "print")
			       : EX_OK;
	if (verb == ALERT_REPLAY)
		puts("replay: it has begun");
	else
		printf("%u message%s queued\n", done, done == 1 ? " is" : "s are");
	return EX_OK;
}

static int dispatch(struct connection *c, const struct alert_options *o, char **words, int count)
{
	if (strcmp(words[0], "test") == 0)
		return act(c, o, ALERT_TEST, words[1]);
	if (strcmp(words[0], "replay") == 0)
		return act(c, o, ALERT_REPLAY, "");
	if (strcmp(words[1], "list") == 0)
		return list(c, o->json);
	return act(c, o, ALERT_RETRY, count == 3 ? words[2] : "");
}

static bool is_known(const struct alert_options *o, char **words, int count)
{
	if (count == 0)
		return false;
	if (strcmp(words[0], "test") == 0)
		return count == 2 && o->from == 0;
	if (strcmp(words[0], "replay") == 0)
		return count == 1 && o->from > 0;
	if (strcmp(words[0], "failed") != 0 || count < 2 || o->from > 0)
		return false;
	return (strcmp(words[1], "list") == 0 && count == 2) ||
	       (strcmp(words[1], "retry") == 0 && count <= 3);
}

static int run(int argc, char **argv)
{
	netral_cleanup(connection_closep) struct connection *c = NULL;
	struct alert_options o = {0};
	int exit_code;
	int first = cli_parse(&command_alert, argc, argv, &o, &exit_code);
	if (first < 0)
		return exit_code;
	if (!is_known(&o, argv + first, argc - first))
		return cli_usage("test RULE, failed list, failed retry [RECEIVER] or replay --from "
				 "NUMBER is needed");
	if (connection_open(o.runtime_dir, RUNTIME_ALERT_CONTROL, &c) < 0)
		return failed(c);
	return dispatch(c, &o, argv + first, argc - first);
}

const struct command command_alert = {
	.name = "alert",
	.group = "Operating",
	.summary = "Try a rule of netral-alert, look after what it could not deliver",
	.operands = "test RULE | failed list | failed retry [RECEIVER] | replay --from NUMBER",
	.details =
		"test sends a sample, marked as one, to the receivers of RULE.\n"
		"failed retry queues what was given up once more, behind what waits, and enables "
		"a\n"
		"receiver that had answered 410. replay sends what the rules name once more, from\n"
		"update NUMBER on, with the same ids.",
	.options = alert_table,
	.option_count = netral_countof(alert_table),
	.run = run,
};

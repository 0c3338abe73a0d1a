/* netral watch: events as they are recorded. */
#include "client/cli.h"
#include "client/commands.h"
#include "client/connection.h"
#include "client/json.h"
#include "client/print.h"
#include "client/selection.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/loop.h"
#include "libnetral/internal.h"
#include "libnetral/runtime.h"

#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

struct watch_options {
	const char *from;
	struct selection selection;
	uint64_t count;
	bool json;
	const char *runtime_dir;
	const char *updates, *replay;
};

static const struct cli_option watch_table[] = {
	{"from", "N", CLI_TEXT, offsetof(struct watch_options, from), 0, 0,
	 "begin with update number N, or with \"beginning\"; without it, now"},
	SELECTION_OPTIONS(struct watch_options),
	{"count", "N", CLI_NUMBER, offsetof(struct watch_options, count), 1, UINT64_MAX,
	 "end after N events"},
	CLI_OPTION_JSON(struct watch_options),
	CLI_OPTION_RUNTIME_DIR(struct watch_options),
	{"updates", "ENDPOINT", CLI_TEXT, offsetof(struct watch_options, updates), 0, 0,
	 "netral-record's socket of that name, e.g. tcp://10.0.0.1:5555, elsewhere than in DIR"},
	{"replay", "ENDPOINT", CLI_TEXT, offsetof(struct watch_options, replay), 0, 0,
	 "likewise; the two go together"},
};

struct watch {
	struct watch_options options;
	struct selected selected;
	uint64_t from;
	char runtime_dir[RUNTIME_PATH_SIZE];
	struct style style;
	struct loop *loop;
	struct netral_subscriber *subscriber;
	struct netral_position position; /* as it was before the last change of epoch */
	uint64_t printed;
	int exit_code;
};

static void finish(struct watch *w, int exit_code)
{
	w->exit_code = exit_code;
	loop_stop(w->loop);
}

/* --- what the subscriber says --- */

enum { BURST = 64 };

static bool enough(const struct watch *w)
{
	return w->options.count && w->printed >= w->options.count;
}

static void print(struct watch *w, const struct update *u)
{
	if (!w->options.json)
		print_update(stdout, &w->style, u);
	else if (json_line(stdout, json_update(u)) < 0)
		finish(w, cli_fail(EX_OSERR, "out of memory"));
	w->printed++;
	if (enough(w))
		finish(w, EX_OK);
}

/* Events are on stdout, and nothing else ever is. */
static void notice(const struct watch *w, const char *text)
{
	if (w->options.json)
		json_line(stderr, json_pack("{ss}", "notice", text));
	else
		cli_say("%s", text);
}

static void note_epoch(struct watch *w)
{
	struct netral_position before = w->position;
	netral_position(w->subscriber, &w->position);
	bool same = memcmp(before.epoch, w->position.epoch, sizeof(before.epoch)) == 0;
	notice(w, same ? "the store went back to an older state: following it from its first update"
		       : "the store was replaced by another one: following that from its first "
			 "update");
}

static void take_event(struct watch *w, int event, const struct netral_update *u)
{
	if (event == NETRAL_UPDATE)
		print(w, update_of(u));
	else if (event == NETRAL_EPOCH)
		note_epoch(w);
	else if (event == NETRAL_LIVE)
		netral_position(w->subscriber, &w->position);
	else if (event == NETRAL_SILENT)
		notice(w, "netral-record is silent; waiting for it");
	else if (event == NETRAL_BACK)
		notice(w, "netral-record answers again");
}

static int fail_following(struct watch *w, int err)
{
	if (err != NETRAL_EFUTURE)
		return err;
	finish(w, cli_fail(EX_DATAERR,
			   "--from: the last update is number %" PRIu64 ", number %" PRIu64
			   " lies in the future",
			   netral_head(w->subscriber), w->from));
	return NETRAL_OK;
}

static int on_events(void *user)
{
	struct watch *w = user;
	for (int i = 0; i < BURST && !enough(w) && !cli_output_lost(); i++) {
		const struct netral_update *u;
		int event = netral_next(w->subscriber, &u);
		if (event < 0)
			return fail_following(w, event);
		if (event == NETRAL_NOTHING)
			break;
		take_event(w, event, u);
	}
	return NETRAL_OK;
}

/* What a turn printed is seen at once; a reader that went away ends us. */
static int on_turn(void *user)
{
	struct watch *w = user;
	if (!cli_flush())
		loop_stop(w->loop);
	return NETRAL_OK;
}

static int on_output_closed(void *user)
{
	struct watch *w = user;
	loop_stop(w->loop);
	return NETRAL_OK;
}

static int on_signal(void *user, int signo)
{
	struct watch *w = user;
	(void)signo;
	finish(w, EX_OK);
	return NETRAL_OK;
}

/* --- start and end --- */

static int parse_from(struct watch *w)
{
	const char *from = w->options.from;
	w->from = 0;
	if (!from)
		return EX_OK;
	if (strcmp(from, "beginning") == 0)
		w->from = 1;
	else if (cli_number(from, &w->from) < 0 || w->from == 0)
		return cli_usage("--from: \"%s\" is not a number from 1, or \"beginning\"", from);
	return EX_OK;
}

/* Says at once, and why, when nobody is there to be watched. Of a recorder that is named by its
 * endpoints, over a network perhaps, that shows with time. */
static int check_recorder(struct watch *w)
{
	char error[400];
	if (!w->options.updates != !w->options.replay)
		return cli_usage("--updates and --replay go together");
	if (w->options.updates)
		return EX_OK;
	if (runtime_find(w->options.runtime_dir, w->runtime_dir, sizeof(w->runtime_dir), error,
			 sizeof(error)) < 0)
		return cli_fail(EX_USAGE, "%s", error);
	netral_cleanup(connection_closep) struct connection *c = NULL;
	if (connection_open(w->runtime_dir, RUNTIME_REPLAY, &c) < 0)
		return cli_fail(connection_exit_code(c), "%s", connection_error(c));
	return EX_OK;
}

static int subscribe(struct watch *w)
{
	const struct filter *f = &w->selected.filter;
	int kinds[CODEC_FILTER_MAX], statuses[CODEC_FILTER_MAX];
	for (size_t i = 0; i < f->kind_count; i++)
		kinds[i] = (int)f->kinds[i];
	for (size_t i = 0; i < f->status_count; i++)
		statuses[i] = (int)f->statuses[i];
	const struct netral_filter filter = {.size = sizeof(filter),
					     .kinds = kinds,
					     .kind_count = f->kind_count,
					     .statuses = statuses,
					     .status_count = f->status_count,
					     .areas = f->areas,
					     .area_count = f->area_count};
	const struct netral_options o = {.size = sizeof(o),
					 .runtime_dir = w->runtime_dir,
					 .updates_endpoint = w->options.updates,
					 .replay_endpoint = w->options.replay,
					 .filter = &filter,
					 .start = w->from ? NETRAL_FROM_NUMBER : NETRAL_FROM_NOW,
					 .number = w->from};
	return netral_subscribe(&o, &w->subscriber);
}

static int start(struct watch *w)
{
	int r = loop_new(on_signal, w, false, &w->loop);
	if (r == NETRAL_OK)
		r = subscribe(w);
	if (r < 0)
		return r;
	loop_add(w->loop, NULL, netral_fd(w->subscriber), on_events, w);
	loop_on_turn(w->loop, on_turn, w);
	cli_watch_output(w->loop, on_output_closed, w);
	return NETRAL_OK;
}

static int watch(struct watch *w)
{
	int exit_code = parse_from(w);
	if (exit_code == EX_OK)
		exit_code = selection_resolve(&w->options.selection, &w->selected);
	if (exit_code == EX_OK)
		exit_code = check_recorder(w);
	if (exit_code != EX_OK)
		return exit_code;
	style_init(&w->style, stdout);
	int r = start(w);
	if (r == NETRAL_OK)
		r = loop_run(w->loop);
	return r < 0 ? cli_fail_code(r, "cannot follow the updates") : w->exit_code;
}

static int run(int argc, char **argv)
{
	netral_cleanup(netral_freep) struct watch *w = calloc(1, sizeof(*w));
	if (!w)
		return cli_fail_code(NETRAL_ENOMEM, "start");
	int exit_code;
	int first = cli_parse(&command_watch, argc, argv, &w->options, &exit_code);
	if (first < 0)
		return exit_code;
	if (first < argc)
		return cli_usage("unexpected argument \"%s\"", argv[first]);
	exit_code = watch(w);
	netral_unsubscribe(w->subscriber);
	loop_free(w->loop);
	return exit_code;
}

const struct command command_watch = {
	.name = "watch",
	.group = "Reading",
	.summary = "Print events as they are recorded",
	.operands = "",
	.details = "Goes on until Ctrl-C. After a break, --from with the number after the last one "
		   "seen\n"
		   "(\"seq\" with --json) brings every event exactly once.",
	.options = watch_table,
	.option_count = netral_countof(watch_table),
	.run = run,
};

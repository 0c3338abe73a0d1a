/* netral up: the whole pipeline in the foreground.
 *
 * netral-record starts first. Once its first Head was heard, nothing it publishes can be missed, so
 * only then netrald and the classifiers start: what is printed is what this run recorded.
 *
 * --once ends when netrald twice in a row has nothing left to do, and a replay has shown that every
 * update in the store was seen: an article counts as done only after its updates were published. */
#include "client/commands.h"
#include "client/gauge.h"
#include "client/json.h"
#include "client/layout.h"
#include "client/print.h"
#include "client/progress.h"
#include "client/summary.h"
#include "client/supervisor.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/statedir.h"
#include "libnetral/internal.h"
#include "libnetral/runtime.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sysexits.h>

enum {
	RANK_RECORD,
	RANK_NETRALD,
	RANK_WORKERS,
	WORKERS_DEFAULT = 2,
	WORKERS_MAX = SUPERVISOR_CHILDREN_MAX - 4,
	IDLE_TWICE = 2,
	POLL_ONCE_MS = 100,
	POLL_MS = 500,
	BURST = 64,
};

struct up_options {
	const char *state_dir, *spool_dir;
	const char *sources, *alerts, *contact, *allow;
	uint64_t workers;
	bool once, json, quiet, verbose;
};

static const struct cli_option up_table[] = {
	{"state-dir", "DIR", CLI_TEXT, offsetof(struct up_options, state_dir), 0, 0,
	 "where stores, sockets and logs are; default ~/.local/state/netral"},
	{"spool", "DIR", CLI_TEXT, offsetof(struct up_options, spool_dir), 0, 0,
	 "take files from DIR; default: \"spool\" in the state directory"},
	{"sources", "FILE", CLI_TEXT, offsetof(struct up_options, sources), 0, 0,
	 "poll the sources that FILE names, too; needs --contact"},
	{"alerts", "FILE", CLI_TEXT, offsetof(struct up_options, alerts), 0, 0,
	 "tell receivers by the rules in FILE, too; needs --contact"},
	{"contact", "WHOM", CLI_TEXT, offsetof(struct up_options, contact), 0, 0,
	 "mail address or URL that sites and receivers may complain to"},
	{"allow", "RANGES", CLI_TEXT, offsetof(struct up_options, allow), 0, 0,
	 "private addresses that sources and receivers may have, such as 10.0.0.0/8, with commas"},
	{"workers", "N", CLI_NUMBER, offsetof(struct up_options, workers), 1, WORKERS_MAX,
	 "number of classifiers; default 2"},
	{"once", NULL, CLI_FLAG, offsetof(struct up_options, once), 0, 0,
	 "end when every article has reached its end, and print a summary"},
	CLI_OPTION_JSON(struct up_options),
	{"quiet", NULL, CLI_FLAG, offsetof(struct up_options, quiet), 0, 0,
	 "print no events and no progress"},
	{"verbose", NULL, CLI_FLAG, offsetof(struct up_options, verbose), 0, 0,
	 "print everything that the programs say"},
};

struct up {
	struct up_options options;
	struct layout layout;
	struct style style, error_style;
	struct progress progress;
	struct summary summary;
	struct loop *loop;
	struct transport *transport;
	struct supervisor *supervisor;
	struct netral_subscriber *subscriber;
	struct gauge *gauge;
	struct loop_slot output_slot;
	bool following; /* nothing that is recorded is missed */
	unsigned idle;  /* statuses in a row that showed nothing left to do */
	bool running;   /* all ranks were ready */
	bool complete;  /* --once: everything has reached its end */
	bool ending;
	int exit_code;
};

/* --- ending --- */

static void end(struct up *u, int exit_code)
{
	if (!u->ending)
		u->exit_code = exit_code;
	u->ending = true;
	supervisor_stop(u->supervisor);
}

static void on_stopped(void *user)
{
	struct up *u = user;
	loop_stop(u->loop);
}

static int on_signal(void *user, int signo)
{
	struct up *u = user;
	if (signo == SIGCHLD) {
		supervisor_reap(u->supervisor);
		return NETRAL_OK;
	}
	progress_clear(&u->progress);
	u->progress.on = false;
	if (u->options.once && !u->complete && !u->ending)
		cli_say("interrupted; what is left is done in the next run");
	end(u, u->options.once && !u->complete ? EX_TEMPFAIL : EX_OK);
	return NETRAL_OK;
}

/* --- events --- */

static void take_update(struct up *u, const struct update *update)
{
	summary_take_update(&u->summary, update);
	if (u->options.quiet || cli_output_lost())
		return;
	progress_clear(&u->progress);
	if (!u->options.json)
		print_update(stdout, &u->style, update);
	else if (json_line(stdout, json_update(update)) < 0)
		end(u, cli_fail(EX_OSERR, "out of memory"));
}

/* What netral-record does while it is started again needs no second message. */
static void notice(struct up *u, const char *text)
{
	if (u->ending)
		return;
	progress_clear(&u->progress);
	cli_say("%s", text);
}

/* The first time it is the beginning; later a loss was closed, or a verification is through. */
static void on_live(struct up *u)
{
	if (!u->following) {
		u->following = true;
		supervisor_start(u->supervisor, RANK_NETRALD);
		supervisor_start(u->supervisor, RANK_WORKERS);
	} else if (u->options.once && u->idle >= IDLE_TWICE && !u->ending) {
		u->complete = true;
		end(u, EX_OK);
	}
}

static void take_event(struct up *u, int event, const struct netral_update *update)
{
	if (event == NETRAL_UPDATE)
		take_update(u, update_of(update));
	else if (event == NETRAL_LIVE)
		on_live(u);
	else if (event == NETRAL_EPOCH)
		notice(u, "the store is another one: following that from its first update");
	else if (event == NETRAL_SILENT)
		notice(u, "netral-record is silent; waiting for it");
	else if (event == NETRAL_BACK)
		notice(u, "netral-record answers again");
}

static int on_events(void *user)
{
	struct up *u = user;
	for (int i = 0; i < BURST; i++) {
		const struct netral_update *update;
		int event = netral_next(u->subscriber, &update);
		if (event <= 0)
			return event;
		take_event(u, event, update);
	}
	return NETRAL_OK;
}

static int start_following(struct up *u)
{
	const struct netral_options o = {.size = sizeof(o), .runtime_dir = u->layout.run};
	int r = netral_subscribe(&o, &u->subscriber);
	if (r == NETRAL_OK)
		loop_add(u->loop, NULL, netral_fd(u->subscriber), on_events, u);
	return r;
}

/* --- netrald's counters --- */

static uint64_t work_left(const struct msg_status_reply *s)
{
	return gauge_value(s, "netral_spool_files_waiting") +
	       gauge_value(s, "netral_articles_pending") +
	       gauge_value(s, "netral_articles_in_flight") +
	       gauge_value(s, "netral_articles_waiting_retry");
}

static void show_progress(struct up *u, const struct msg_status_reply *s)
{
	progress_show(&u->progress,
		      "%" PRIu64 " files waiting, %" PRIu64 " articles pending, %" PRIu64
		      " recorded, %" PRIu64 " events",
		      gauge_value(s, "netral_spool_files_waiting"),
		      gauge_value(s, "netral_articles_pending") +
			      gauge_value(s, "netral_articles_in_flight"),
		      u->summary.before.recorded + u->summary.now.recorded, u->summary.event_count);
}

static void on_status(void *user, const struct msg_status_reply *s)
{
	struct up *u = user;
	if (u->ending)
		return;
	summary_take_status(&u->summary, s);
	show_progress(u, s);
	u->idle = u->running && work_left(s) == 0 ? u->idle + 1 : 0;
	if (u->options.once && u->idle >= IDLE_TWICE)
		netral_verify(u->subscriber);
}

static int start_gauge(struct up *u)
{
	const struct gauge_options o = {.loop = u->loop,
					.transport = u->transport,
					.runtime_dir = u->layout.run,
					.every_ms = u->options.once ? POLL_ONCE_MS : POLL_MS,
					.on_status = on_status,
					.user = u};
	return gauge_new(&o, &u->gauge);
}

/* --- the programs --- */

static bool talkative(const struct up *u)
{
	return !u->options.quiet && !u->options.json;
}

static void say_start(const struct up *u)
{
	if (talkative(u))
		fprintf(stderr,
			"%snetral%s takes articles from %s\n       and keeps its state in %s\n\n",
			style_ink(&u->error_style, INK_BOLD), style_ink(&u->error_style, INK_PLAIN),
			u->layout.spool, u->layout.state);
}

/* Whether the other commands find the sockets by themselves. */
static bool is_found(const struct up *u)
{
	char dir[RUNTIME_PATH_SIZE], error[400];
	return runtime_find(NULL, dir, sizeof(dir), error, sizeof(error)) == NETRAL_OK &&
	       strcmp(dir, u->layout.run) == 0;
}

static void say_ready(struct up *u)
{
	if (!talkative(u) || u->options.once)
		return;
	progress_clear(&u->progress);
	fprintf(stderr, "Running. Put .txt, .html, .json or .jsonl files into the folder; Ctrl-C "
			"ends it.\n");
	if (!is_found(u))
		fprintf(stderr,
			"For netral status, query, ... in another terminal:\n"
			"  export NETRAL_RUNTIME_DIR=%s\n",
			u->layout.run);
	fputc('\n', stderr);
}

/* Ranks are ready in any order once the first is. */
static void on_ready(void *user, unsigned rank)
{
	struct up *u = user;
	int r = NETRAL_OK;
	if (rank == RANK_RECORD)
		r = start_following(u);
	if (rank == RANK_NETRALD)
		r = start_gauge(u);
	if (r < 0)
		end(u, cli_fail_code(r, "cannot connect to the programs"));
	if (rank == RANK_WORKERS) {
		u->running = true;
		say_ready(u);
	}
}

static void on_failed(void *user, int exit_code, const char *sentence)
{
	struct up *u = user;
	progress_clear(&u->progress);
	/* A program that could not be executed; sysexits begin at 64. */
	end(u, cli_fail(exit_code < EX__BASE || exit_code > EX__MAX ? EX_UNAVAILABLE : exit_code,
			"%s", sentence));
}

static void on_fallen(void *user, const char *sentence)
{
	struct up *u = user;
	progress_clear(&u->progress);
	cli_say("%s; starting it again", sentence);
}

static const char *level_word(enum log_level level)
{
	return level <= LOG_LEVEL_ERROR ? "error: " : level == LOG_LEVEL_WARNING ? "warning: " : "";
}

static void on_line(void *user, const char *name, enum log_level level, const char *text)
{
	struct up *u = user;
	/* Whoever typed "netral up" cannot try the other programs' --help. */
	if ((level > LOG_LEVEL_WARNING && !u->options.verbose) || strncmp(text, "Try '", 5) == 0)
		return;
	progress_clear(&u->progress);
	fflush(stdout);
	fprintf(stderr, "%s%s: %s%s", style_ink(&u->error_style, INK_YELLOW), name,
		level_word(level), style_ink(&u->error_style, INK_PLAIN));
	style_put(stderr, text, strlen(text));
	fputc('\n', stderr);
}

/* Adds one program with the options it needs. "--config /dev/null": what is configured for the
 * services of this machine is not meant for us. */
static int add(struct up *u, unsigned rank, const char *name, const char *program,
	       const char *const *settings)
{
	const char *args[CHILD_ARGS_MAX] = {"--config", "/dev/null"};
	size_t n = 2;
	for (size_t i = 0; settings[i]; i++) {
		netral_assert(n + 2 < CHILD_ARGS_MAX);
		args[n++] = "--set";
		args[n++] = settings[i];
	}
	int r = supervisor_add(u->supervisor, rank, name, program, args);
	if (r == NETRAL_ENOTFOUND)
		return cli_fail(EX_UNAVAILABLE, "%s is neither beside this program nor in PATH",
				program);
	return r < 0 ? cli_fail_code(r, program) : EX_OK;
}

enum { SETTING_SIZE = RUNTIME_PATH_SIZE + 32 };

static int add_daemons(struct up *u)
{
	char state[SETTING_SIZE], sockets[SETTING_SIZE], spool[SETTING_SIZE];
	snprintf(sockets, sizeof(sockets), "runtime_dir=%s", u->layout.run);
	snprintf(state, sizeof(state), "state_dir=%s", u->layout.state);
	snprintf(spool, sizeof(spool), "spool_dir=%s", u->layout.spool);
	int exit_code = add(u, RANK_RECORD, "netral-record", "netral-record",
			    (const char *const[]){sockets, state, NULL});
	if (exit_code != EX_OK)
		return exit_code;
	return add(u, RANK_NETRALD, "netrald", "netrald",
		   (const char *const[]){sockets, state, spool, NULL});
}

static int add_poller(struct up *u)
{
	char state[SETTING_SIZE], sockets[SETTING_SIZE], sources[SETTING_SIZE];
	char contact[SETTING_SIZE], allow[SETTING_SIZE];
	const struct up_options *o = &u->options;
	if (!o->sources)
		return EX_OK;
	snprintf(sockets, sizeof(sockets), "runtime_dir=%s", u->layout.run);
	snprintf(state, sizeof(state), "state_dir=%s", u->layout.state);
	snprintf(sources, sizeof(sources), "sources_file=%s", o->sources);
	snprintf(contact, sizeof(contact), "contact=%s", o->contact);
	snprintf(allow, sizeof(allow), "allow_addresses=%s", o->allow ? o->allow : "");
	return add(u, RANK_WORKERS, "netral-poll", "netral-poll",
		   (const char *const[]){sockets, state, sources, contact, allow, NULL});
}

/* It is there before anything is recorded that it is to tell. */
static int add_alert(struct up *u)
{
	char state[SETTING_SIZE], sockets[SETTING_SIZE], rules[SETTING_SIZE];
	char contact[SETTING_SIZE], allow[SETTING_SIZE];
	const struct up_options *o = &u->options;
	if (!o->alerts)
		return EX_OK;
	snprintf(sockets, sizeof(sockets), "runtime_dir=%s", u->layout.run);
	snprintf(state, sizeof(state), "state_dir=%s", u->layout.state);
	snprintf(rules, sizeof(rules), "rules_file=%s", o->alerts);
	snprintf(contact, sizeof(contact), "contact=%s", o->contact);
	snprintf(allow, sizeof(allow), "allow_addresses=%s", o->allow ? o->allow : "");
	return add(u, RANK_RECORD, "netral-alert", "netral-alert",
		   (const char *const[]){sockets, state, rules, contact, allow, NULL});
}

static int add_workers(struct up *u)
{
	char sockets[SETTING_SIZE], setting[64], name[CHILD_NAME_SIZE];
	int exit_code = EX_OK;
	snprintf(sockets, sizeof(sockets), "runtime_dir=%s", u->layout.run);
	for (uint64_t i = 1; i <= u->options.workers && exit_code == EX_OK; i++) {
		snprintf(name, sizeof(name), "classify-%" PRIu64, i);
		snprintf(setting, sizeof(setting), "name=%s", name);
		exit_code = add(u, RANK_WORKERS, name, "netral-classify",
				(const char *const[]){sockets, setting, NULL});
	}
	return exit_code;
}

/* --- start and end --- */

static int on_turn(void *user)
{
	struct up *u = user;
	if (!cli_flush() && !u->ending)
		end(u, EX_OK);
	if (!u->progress.shown && !u->ending)
		progress_redraw(&u->progress);
	return NETRAL_OK;
}

static int on_output_closed(void *user)
{
	struct up *u = user;
	loop_replace(u->loop, u->output_slot, NULL, -1);
	if (!u->ending)
		end(u, EX_OK);
	return NETRAL_OK;
}

static int make_supervisor(struct up *u)
{
	const struct supervisor_options o = {.loop = u->loop,
					     .log_dir = u->layout.log,
					     .on_ready = on_ready,
					     .on_failed = on_failed,
					     .on_fallen = on_fallen,
					     .on_line = on_line,
					     .on_stopped = on_stopped,
					     .user = u};
	return supervisor_new(&o, &u->supervisor);
}

static int set_up(struct up *u)
{
	int r = loop_new(on_signal, u, true, &u->loop);
	if (r == NETRAL_OK)
		r = transport_new(&u->transport);
	if (r == NETRAL_OK)
		r = make_supervisor(u);
	if (r < 0)
		return cli_fail_code(r, "start");
	loop_on_turn(u->loop, on_turn, u);
	u->output_slot = cli_watch_output(u->loop, on_output_closed, u);
	int exit_code = add_daemons(u);
	if (exit_code == EX_OK)
		exit_code = add_alert(u);
	if (exit_code == EX_OK)
		exit_code = add_workers(u);
	return exit_code == EX_OK ? add_poller(u) : exit_code;
}

static void print_summary(const struct up *u)
{
	if (u->options.json)
		json_line(stdout, summary_json(&u->summary));
	else
		summary_print(stdout, &u->style, &u->summary);
}

static int up(struct up *u)
{
	int exit_code = layout_make(u->options.state_dir, u->options.spool_dir, &u->layout);
	if (exit_code != EX_OK)
		return exit_code;
	style_init(&u->style, stdout);
	style_init(&u->error_style, stderr);
	progress_init(&u->progress, u->options.once && !u->options.quiet);
	exit_code = set_up(u);
	if (exit_code != EX_OK)
		return exit_code;
	say_start(u);
	supervisor_start(u->supervisor, RANK_RECORD);
	int r = loop_run(u->loop);
	progress_clear(&u->progress);
	if (talkative(u) && !u->options.once && u->exit_code == EX_OK)
		fprintf(stderr, "\nStopped. Nothing is lost: the next run goes on from here.\n");
	if (r < 0)
		return cli_fail_code(r, "the programs were ended");
	if (u->complete && u->exit_code == EX_OK)
		print_summary(u);
	return u->exit_code;
}

static int check(const struct up_options *o)
{
	if (o->sources && o->once)
		return cli_usage("--once ends when nothing is left, and sources always have more");
	if (o->alerts && o->once)
		return cli_usage("--once ends before receivers were told");
	if (o->sources && !o->contact)
		return cli_usage("--sources needs --contact: whom sites may complain to");
	if (o->alerts && !o->contact)
		return cli_usage("--alerts needs --contact: whom receivers may complain to");
	if (!o->sources && !o->alerts && (o->contact || o->allow))
		return cli_usage("--contact and --allow are for --sources and --alerts");
	return EX_OK;
}

static int run(int argc, char **argv)
{
	netral_cleanup(netral_freep) struct up *u = calloc(1, sizeof(*u));
	if (!u)
		return cli_fail_code(NETRAL_ENOMEM, "start");
	u->options.workers = WORKERS_DEFAULT;
	int exit_code;
	int first = cli_parse(&command_up, argc, argv, &u->options, &exit_code);
	if (first < 0)
		return exit_code;
	if (first < argc)
		return cli_usage("unexpected argument \"%s\"", argv[first]);
	exit_code = check(&u->options);
	if (exit_code == EX_OK)
		exit_code = up(u);
	gauge_free(u->gauge);
	netral_unsubscribe(u->subscriber);
	supervisor_free(u->supervisor);
	transport_free(u->transport);
	loop_free(u->loop);
	return exit_code;
}

const struct command command_up = {
	.name = "up",
	.group = "Running",
	.summary = "Run the whole pipeline here and print events as they are recorded",
	.operands = "",
	.details = "Runs netrald, netral-record and the classifiers, starts again what falls, and "
		   "ends\n"
		   "them all on Ctrl-C. What the programs say is kept in \"log\" in the state "
		   "directory;\n"
		   "their warnings and errors are printed too.",
	.options = up_table,
	.option_count = netral_countof(up_table),
	.run = run,
};

/* netral status: how the daemons, the workers, the sources and the receivers are. */
#include "client/commands.h"
#include "client/connection.h"
#include "client/json.h"
#include "client/metrics.h"
#include "client/source_list.h"
#include "client/status_print.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "libnetral/runtime.h"

#include <string.h>
#include <sysexits.h>

struct status_options {
	bool sources;
	bool metrics;
	bool json;
	const char *runtime_dir;
};

static const struct cli_option status_table[] = {
	{"sources", NULL, CLI_FLAG, offsetof(struct status_options, sources), 0, 0,
	 "list every source of netral-poll"},
	{"metrics", NULL, CLI_FLAG, offsetof(struct status_options, metrics), 0, 0,
	 "print everything in the text form that Prometheus reads"},
	CLI_OPTION_JSON(struct status_options),
	CLI_OPTION_RUNTIME_DIR(struct status_options),
};

struct status {
	struct status_options options;
	struct style style;
	struct metrics *metrics; /* with --metrics */
};

/* One that is optional may never have run here. */
struct daemon {
	const char *program, *socket;
	bool optional;
};

static const struct daemon netrald = {"netrald", RUNTIME_CONTROL, false};
static const struct daemon record = {"netral-record", RUNTIME_RECORD_CONTROL, false};
static const struct daemon poll = {"netral-poll", RUNTIME_POLL_CONTROL, true};
static const struct daemon alert = {"netral-alert", RUNTIME_ALERT_CONTROL, true};

static int print_object(json_t *object)
{
	return json_line(stdout, object) < 0 ? cli_fail_code(NETRAL_ENOMEM, "print") : EX_OK;
}

/* --- a daemon that does not answer --- */

static int print_down(const struct status *s, const struct daemon *d, const struct connection *c)
{
	if (s->options.json) {
		json_t *j = json_pack("{ss ss ss}", "program", d->program, "state", "unreachable",
				      "error", connection_error(c));
		int exit_code = print_object(j);
		return exit_code == EX_OK ? connection_exit_code(c) : exit_code;
	}
	return cli_fail(connection_exit_code(c), "%s", connection_error(c));
}

/* That it is not used here is no trouble. */
static int print_unused(const struct status *s, const struct daemon *d)
{
	if (s->options.json)
		return print_object(
			json_pack("{ss ss}", "program", d->program, "state", "not running"));
	if (!s->metrics)
		printf("%s%s  not running%s\n", style_ink(&s->style, INK_DIM), d->program,
		       style_ink(&s->style, INK_PLAIN));
	return EX_OK;
}

/* netral_up says it: what only misses an answer is no failure of --metrics, which would keep the
 * other daemons' from whoever collects them. */
static bool is_silence(int r)
{
	return r == NETRAL_ENOTFOUND || r == NETRAL_ECLOSED || r == NETRAL_ETIMEOUT;
}

static int tell_down(const struct status *s, const struct daemon *d, const struct connection *c,
		     int r)
{
	if (!s->metrics || !is_silence(r))
		return print_down(s, d, c);
	return metrics_add_down(s->metrics, d->program) < 0 ? cli_fail_code(NETRAL_ENOMEM, "print")
							    : EX_OK;
}

/* --- one that does --- */

static int append_source(void *user, const struct msg_source_page *page)
{
	json_t *list = user;
	for (size_t i = 0; i < page->source_count; i++) {
		if (json_array_append_new(list, json_source(&page->sources[i])) < 0)
			return NETRAL_ENOMEM;
	}
	return NETRAL_OK;
}

/* Adds "sources" to an object: those that are flagged, or with --sources all. */
static int add_sources(const struct status *s, struct connection *c, json_t *object)
{
	json_t *list = json_array();
	if (json_object_set_new(object, "sources", list) < 0)
		return NETRAL_ENOMEM;
	return source_list_each(c, !s->options.sources, append_source, list);
}

static int keep_sources(void *user, const struct msg_source_page *page)
{
	return metrics_add_sources(user, page);
}

/* `r` is lent by the connection, which is asked for the sources after it was used. */
static int tell_people(const struct status *s, struct connection *c,
		       const struct msg_status_reply *r, bool sources)
{
	const struct counter *all = status_counter(r, "netral_poll_sources");
	uint64_t count = all ? all->value : 0;
	status_print(&s->style, r);
	int err = sources ? source_list_print_flagged(c, &s->style, count) : NETRAL_OK;
	putchar('\n');
	return err;
}

static int tell_json(const struct status *s, struct connection *c, const struct msg_status_reply *r,
		     bool sources)
{
	json_t *object = json_status(r);
	int err = object && sources ? add_sources(s, c, object) : NETRAL_OK;
	/* What there is of the sources is not all of them. */
	if (err < 0)
		json_object_del(object, "sources");
	return json_line(stdout, object) < 0 ? NETRAL_ENOMEM : err;
}

static int tell_metrics(const struct status *s, struct connection *c,
			const struct msg_status_reply *r, bool sources)
{
	int err = metrics_add_status(s->metrics, r);
	if (err == NETRAL_OK && sources)
		err = source_list_each(c, false, keep_sources, s->metrics);
	if (err == NETRAL_OK || err == NETRAL_ENOMEM)
		return err;
	cli_say("%s", connection_error(c));
	return NETRAL_OK;
}

static int tell(const struct status *s, struct connection *c, const struct msg_status_reply *r,
		bool sources)
{
	if (s->metrics)
		return tell_metrics(s, c, r, sources);
	return s->options.json ? tell_json(s, c, r, sources) : tell_people(s, c, r, sources);
}

/* --- the command --- */

static int finish(const struct connection *c, int r)
{
	if (r == NETRAL_ENOMEM)
		return cli_fail_code(r, "print");
	return r < 0 ? cli_fail(connection_exit_code(c), "%s", connection_error(c)) : EX_OK;
}

static int ask(const struct status *s, const struct daemon *d)
{
	netral_cleanup(connection_closep) struct connection *c = NULL;
	struct message m = {.type = MSG_STATUS_REQUEST};
	struct message answer = {.type = MSG_NONE};
	int r = connection_open(s->options.runtime_dir, d->socket, &c);
	if (r == NETRAL_ENOTFOUND && d->optional)
		return print_unused(s, d);
	if (r == NETRAL_OK)
		r = connection_ask(c, &m, MSG_STATUS_REPLY, &answer);
	if (r < 0)
		return tell_down(s, d, c, r);
	return finish(c, tell(s, c, &answer.status_reply, d == &poll));
}

static int list_sources(const struct status *s)
{
	netral_cleanup(connection_closep) struct connection *c = NULL;
	int r = connection_open(s->options.runtime_dir, RUNTIME_POLL_CONTROL, &c);
	if (r == NETRAL_OK)
		r = source_list_print(c, &s->style);
	return finish(c, r);
}

static int ask_all(const struct status *s)
{
	int first = ask(s, &netrald);
	int second = ask(s, &record);
	int third = ask(s, &poll);
	int fourth = ask(s, &alert);
	return first != EX_OK ? first : second != EX_OK ? second : third != EX_OK ? third : fourth;
}

static int print_metrics(struct status *s)
{
	s->metrics = metrics_new();
	if (!s->metrics)
		return cli_fail_code(NETRAL_ENOMEM, "start");
	int exit_code = ask_all(s);
	metrics_print(s->metrics, stdout);
	metrics_free(s->metrics);
	return exit_code;
}

static int run(int argc, char **argv)
{
	struct status s = {0};
	int exit_code;
	int first = cli_parse(&command_status, argc, argv, &s.options, &exit_code);
	if (first < 0)
		return exit_code;
	if (first < argc)
		return cli_usage("unexpected argument \"%s\"", argv[first]);
	if (s.options.metrics && (s.options.json || s.options.sources))
		return cli_usage("--metrics stands alone");
	style_init(&s.style, stdout);
	if (s.options.metrics)
		return print_metrics(&s);
	return s.options.sources && !s.options.json ? list_sources(&s) : ask_all(&s);
}

const struct command command_status = {
	.name = "status",
	.group = "Operating",
	.summary = "Show how the daemons, the workers, the sources and the receivers are",
	.operands = "",
	.options = status_table,
	.option_count = netral_countof(status_table),
	.run = run,
};

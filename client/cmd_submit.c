/* netral submit: articles from files to netrald. */
#include "client/commands.h"
#include "client/json.h"
#include "client/progress.h"
#include "client/style.h"
#include "client/submitter.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "libnetral/runtime.h"

#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

enum { WAIT_DEFAULT_S = 60, WAIT_MAX_S = 86400 };

struct submit_options {
	const char *format, *title, *url, *published;
	uint64_t wait_s;
	bool quiet;
	bool json;
	const char *runtime_dir;
};

static const struct cli_option submit_table[] = {
	{"input", "FORMAT", CLI_TEXT, offsetof(struct submit_options, format), 0, 0,
	 "text, html, json or jsonl; default: by the name of each file"},
	{"title", "TITLE", CLI_TEXT, offsetof(struct submit_options, title), 0, 0,
	 "instead of the title in the input"},
	{"url", "URL", CLI_TEXT, offsetof(struct submit_options, url), 0, 0,
	 "instead of the address in the input"},
	{"published", "DATE", CLI_TEXT, offsetof(struct submit_options, published), 0, 0,
	 "instead of the day in the input, e.g. 2024-08-21"},
	{"wait", "SECONDS", CLI_NUMBER, offsetof(struct submit_options, wait_s), 0, WAIT_MAX_S,
	 "how long to try while netrald is full or away; default 60"},
	{"quiet", NULL, CLI_FLAG, offsetof(struct submit_options, quiet), 0, 0,
	 "say only what went wrong"},
	CLI_OPTION_JSON(struct submit_options),
	CLI_OPTION_RUNTIME_DIR(struct submit_options),
};

struct submit {
	struct submit_options options;
	struct style style;
	struct progress progress;
	struct connection *connection;
	struct input *input;
	struct submitter *submitter;
	uint64_t outcomes[SUBMIT_BUSY + 1];
	uint64_t total;
	int worst; /* exit code of the inputs so far */
};

static const char *outcome_name(enum submit_outcome outcome)
{
	switch (outcome) {
	case SUBMIT_ACCEPTED:
		return "accepted";
	case SUBMIT_DUPLICATE:
		return "duplicate";
	case SUBMIT_REFUSED:
		return "refused";
	case SUBMIT_BUSY:
		return "busy";
	}
	return "unknown";
}

/* --- one line an article --- */

struct line {
	enum submit_outcome outcome;
	const char *id; /* "" when it has none */
	const char *where;
	const char *reason;
};

static void print_json(const struct line *l)
{
	json_t *j = json_pack("{ss so so so}", "outcome", outcome_name(l->outcome), "id",
			      json_text_or_null(l->id, strlen(l->id)), "input",
			      json_text(l->where, strlen(l->where)), "reason",
			      json_text_or_null(l->reason, strlen(l->reason)));
	json_line(stdout, j);
}

static void print_words(const struct style *s, const struct line *l)
{
	static const enum style_ink inks[] = {[SUBMIT_ACCEPTED] = INK_GREEN,
					      [SUBMIT_DUPLICATE] = INK_DIM,
					      [SUBMIT_REFUSED] = INK_RED,
					      [SUBMIT_BUSY] = INK_YELLOW};
	printf("%s%-9s%s  %-8.8s  ", style_ink(s, inks[l->outcome]), outcome_name(l->outcome),
	       style_ink(s, INK_PLAIN), l->id[0] ? l->id : "-");
	style_put(stdout, l->where, strlen(l->where));
	if (l->reason[0]) {
		fputs(": ", stdout);
		style_put(stdout, l->reason, strlen(l->reason));
	}
	putchar('\n');
}

static void print_line(struct submit *s, const struct line *l)
{
	bool bad = l->outcome == SUBMIT_REFUSED || l->outcome == SUBMIT_BUSY;
	s->outcomes[l->outcome]++;
	s->total++;
	progress_clear(&s->progress);
	if (!s->options.quiet && s->options.json)
		print_json(l);
	else if (!s->options.quiet)
		print_words(&s->style, l);
	else if (bad)
		cli_say("%s: %s: %s", l->where, outcome_name(l->outcome), l->reason);
	progress_show(&s->progress, "%" PRIu64 " articles sent", s->total);
}

static void on_answer(void *user, const char *where, uint64_t number,
		      const struct submit_status *status)
{
	(void)number;
	struct line l = {status->outcome, "", where, status->reason ? status->reason : ""};
	char id[ARTICLE_ID_HEX + 1];
	if (status->outcome == SUBMIT_ACCEPTED || status->outcome == SUBMIT_DUPLICATE) {
		article_id_format(&status->id, id);
		l.id = id;
	}
	print_line(user, &l);
}

static void on_bad(void *user, const struct input_item *item)
{
	struct submit *s = user;
	struct line l = {SUBMIT_REFUSED, "", item->where, item->reason};
	if (s->worst == EX_OK || s->worst == EX_DATAERR)
		s->worst = item->exit_code;
	print_line(s, &l);
}

/* --- the whole --- */

static void print_summary(struct submit *s)
{
	progress_clear(&s->progress);
	if (s->options.quiet || s->options.json || s->total < 2)
		return;
	fflush(stdout);
	fprintf(stderr, "%" PRIu64 " accepted, %" PRIu64 " duplicate, %" PRIu64 " refused",
		s->outcomes[SUBMIT_ACCEPTED], s->outcomes[SUBMIT_DUPLICATE],
		s->outcomes[SUBMIT_REFUSED]);
	if (s->outcomes[SUBMIT_BUSY])
		fprintf(stderr, ", %" PRIu64 " not taken", s->outcomes[SUBMIT_BUSY]);
	fputc('\n', stderr);
}

static int exit_code_of(const struct submit *s, int r)
{
	if (r == NETRAL_EAGAIN)
		return cli_fail(EX_TEMPFAIL,
				"netrald stayed full for %" PRIu64 " s; the rest was not sent",
				s->options.wait_s);
	if (r == NETRAL_ETIMEOUT)
		return cli_fail(EX_TEMPFAIL, "%s", connection_error(s->connection));
	if (r == NETRAL_ENOMEM)
		return cli_fail_code(r, "submit");
	if (r < 0)
		return cli_fail(connection_exit_code(s->connection), "%s",
				connection_error(s->connection));
	if (s->worst != EX_OK)
		return s->worst;
	return s->outcomes[SUBMIT_REFUSED] ? EX_DATAERR : EX_OK;
}

static int submit(struct submit *s, char **files, size_t file_count)
{
	const struct input_options o = {.format = s->options.format,
					.title = s->options.title,
					.url = s->options.url,
					.published = s->options.published,
					.files = files,
					.file_count = file_count};
	int exit_code = input_new(&o, &s->input);
	if (exit_code != EX_OK)
		return exit_code;
	if (connection_open(s->options.runtime_dir, RUNTIME_SUBMIT, &s->connection) < 0)
		return cli_fail(connection_exit_code(s->connection), "%s",
				connection_error(s->connection));
	style_init(&s->style, stdout);
	setlinebuf(stdout); /* who feeds a pipe article by article waits for each answer */
	/* Lines that scroll by on a terminal are progress enough. */
	progress_init(&s->progress, s->options.quiet || !s->style.terminal);
	const struct submitter_source source = submitter_input(s->input);
	int r = submitter_new(s->connection, s->options.wait_s * 1000, on_answer, s, &s->submitter);
	if (r == NETRAL_OK)
		r = submitter_run(s->submitter, &source, on_bad);
	print_summary(s);
	return exit_code_of(s, r);
}

static int run(int argc, char **argv)
{
	struct submit s = {.options = {.wait_s = WAIT_DEFAULT_S}};
	int exit_code;
	int first = cli_parse(&command_submit, argc, argv, &s.options, &exit_code);
	if (first < 0)
		return exit_code;
	exit_code = submit(&s, argv + first, (size_t)(argc - first));
	submitter_free(s.submitter);
	input_free(s.input);
	connection_close(s.connection);
	return exit_code;
}

const struct command command_submit = {
	.name = "submit",
	.group = "Feeding",
	.summary = "Hand articles to netrald",
	.operands = "[FILE]...",
	.details =
		"Without FILE, or with -, standard input is read. Each article is reported once it "
		"is\n"
		"safe on netrald's disk (accepted), was there before (duplicate), or never can be\n"
		"(refused). Exit status: 0 when all were accepted or duplicates, 65 when one was\n"
		"refused, 69 when netrald is not running, 75 when it stayed full or silent.",
	.options = submit_table,
	.option_count = netral_countof(submit_table),
	.run = run,
};

/* netral ingest-warc: the pages of web archives to netrald. */
#include "client/bar.h"
#include "client/commands.h"
#include "client/ingest.h"
#include "client/json.h"
#include "client/progress.h"
#include "client/style.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "libnetral/runtime.h"

#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sysexits.h>

enum {
	WAIT_DEFAULT_S = 60,
	WAIT_MAX_S = 86400,
	/* Damages of one archive that are told one by one. */
	TOLD_MAX = 1000,
	/* Where nobody looks on: a line each tenth of the archive, or so many bytes. */
	LINES = 10,
	LINE_BYTES = 64 << 20,
};

struct ingest_warc_options {
	const char *state;
	uint64_t wait_s;
	bool restart, dry_run, quiet, json;
	const char *runtime_dir;
};

static const struct cli_option ingest_warc_table[] = {
	{"state", "FILE", CLI_TEXT, offsetof(struct ingest_warc_options, state), 0, 0,
	 "where it is noted how far the archive is taken in"},
	{"restart", NULL, CLI_FLAG, offsetof(struct ingest_warc_options, restart), 0, 0,
	 "begin at the beginning, whatever was noted"},
	{"dry-run", NULL, CLI_FLAG, offsetof(struct ingest_warc_options, dry_run), 0, 0,
	 "print the articles as JSON Lines; no daemon, nothing noted"},
	{"wait", "SECONDS", CLI_NUMBER, offsetof(struct ingest_warc_options, wait_s), 0, WAIT_MAX_S,
	 "how long to try while netrald is full or away; default 60"},
	{"quiet", NULL, CLI_FLAG, offsetof(struct ingest_warc_options, quiet), 0, 0,
	 "say only what went wrong"},
	CLI_OPTION_JSON(struct ingest_warc_options),
	CLI_OPTION_RUNTIME_DIR(struct ingest_warc_options),
};

struct run {
	struct ingest_warc_options options;
	struct progress progress;
	struct connection *connection;
	struct submitter *submitter;
	int worst; /* exit code of the archives so far */
	/* the archive */
	struct archive_file file;
	struct ingest *ingest;
	uint64_t started_ms;
	uint64_t next_line; /* byte at which the next line is due */
	uint64_t told;      /* damages */
};

/* --- how far it is --- */

static struct bar bar_of(const struct run *r)
{
	const struct tally *t = ingest_tally(r->ingest);
	return (struct bar){.begun = ingest_begun(r->ingest),
			    .at = ingest_at(r->ingest),
			    .size = r->file.size,
			    .records = t->records,
			    .articles = t->articles,
			    .ms = clock_ms() - r->started_ms};
}

static uint64_t line_step(const struct run *r)
{
	return r->file.size / LINES > LINE_BYTES ? r->file.size / LINES : LINE_BYTES;
}

static void on_step(void *user)
{
	struct run *r = user;
	char text[BAR_SIZE];
	uint64_t at = ingest_at(r->ingest);
	if (r->options.quiet || (!r->progress.on && at < r->next_line))
		return;
	const struct bar bar = bar_of(r);
	bar_format(&bar, r->progress.on, text);
	if (r->progress.on) {
		progress_show(&r->progress, "%s", text);
		return;
	}
	cli_say("%s: %s", r->file.name, text);
	r->next_line = at + line_step(r);
}

static void on_damage(void *user, enum warc_damage kind, const struct warc_place *place)
{
	struct run *r = user;
	char within[40] = "";
	if (++r->told > TOLD_MAX)
		return;
	progress_clear(&r->progress);
	if (place->within)
		snprintf(within, sizeof(within), "+%" PRIu64, place->within);
	cli_say("%s: byte %" PRIu64 "%s: %s", r->file.name, place->offset, within,
		warc_damage_text(kind));
	if (r->told == TOLD_MAX)
		cli_say("%s: further damage is only counted", r->file.name);
}

/* --- submitting --- */

static void on_answer(void *user, const char *where, uint64_t number,
		      const struct submit_status *status)
{
	struct run *r = user;
	if (status->outcome == SUBMIT_REFUSED) {
		progress_clear(&r->progress);
		cli_say("%s: refused: %s", where, status->reason);
	}
	ingest_answered(r->ingest, number, status->outcome);
}

/* No item of an archive is one: what is no article is counted instead. */
static void on_bad(void *user, const struct input_item *item)
{
	(void)user, (void)item;
	netral_assert(!"no item of an archive");
}

static int submit_exit_code(const struct run *r, int err)
{
	if (err == NETRAL_EAGAIN)
		return cli_fail(EX_TEMPFAIL,
				"netrald stayed full for %" PRIu64 " s; the next run goes on from "
				"here",
				r->options.wait_s);
	if (err == NETRAL_ETIMEOUT)
		return cli_fail(EX_TEMPFAIL, "%s", connection_error(r->connection));
	if (err == NETRAL_ENOMEM)
		return cli_fail_code(err, "ingest");
	if (err < 0)
		return cli_fail(connection_exit_code(r->connection), "%s",
				connection_error(r->connection));
	return EX_OK;
}

/* Not before there is something to submit. */
static int connect_once(struct run *r)
{
	if (r->connection ||
	    connection_open(r->options.runtime_dir, RUNTIME_SUBMIT, &r->connection) == NETRAL_OK)
		return EX_OK;
	return cli_fail(connection_exit_code(r->connection), "%s", connection_error(r->connection));
}

static int submit_all(struct run *r)
{
	const struct submitter_source source = ingest_source(r->ingest);
	int exit_code = connect_once(r);
	if (exit_code != EX_OK)
		return exit_code;
	submitter_free(r->submitter);
	r->submitter = NULL;
	int err =
		submitter_new(r->connection, r->options.wait_s * 1000, on_answer, r, &r->submitter);
	if (err == NETRAL_OK)
		err = submitter_run(r->submitter, &source, on_bad);
	progress_clear(&r->progress);
	return submit_exit_code(r, err);
}

/* --- printing instead --- */

static json_t *json_of(const struct input_item *item, struct text fetched)
{
	const struct article *a = &item->article;
	return json_pack("{so so so so so so}", "input",
			 json_text(item->where, strlen(item->where)), "url",
			 json_text_or_null(a->url.ptr, a->url.len), "title",
			 json_text_or_null(a->title.ptr, a->title.len), "published",
			 json_text_or_null(a->published.ptr, a->published.len), "fetched",
			 json_text_or_null(fetched.ptr, fetched.len), "text",
			 json_text(a->text.ptr, a->text.len));
}

/* 1 while there may be more, 0 at the end, or NETRAL_ENOMEM. */
static int print_one(struct run *r, const struct submitter_source *source, struct arena *arena)
{
	struct input_item item;
	int fd;
	arena_reset(arena);
	int got = source->next(source->user, arena, &item, &fd);
	if (got == SUBMITTER_LATER && fd >= 0) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		cli_flush();
		poll(&p, 1, -1);
	}
	if (got != 1)
		return got == SUBMITTER_LATER ? 1 : got;
	progress_clear(&r->progress);
	int err = json_line(stdout, json_of(&item, ingest_fetched(r->ingest)));
	ingest_settled(r->ingest, item.number);
	return err < 0 ? err : !cli_output_lost();
}

static int print_all(struct run *r)
{
	const struct submitter_source source = ingest_source(r->ingest);
	struct arena arena;
	int got;
	arena_init(&arena, READER_ARENA_MAX);
	do
		got = print_one(r, &source, &arena);
	while (got == 1);
	arena_fini(&arena);
	progress_clear(&r->progress);
	return got < 0 ? cli_fail_code(got, "ingest") : EX_OK;
}

/* --- one archive --- */

static void print_json_summary(const struct run *r)
{
	json_t *s =
		json_pack("{so sb sI}", "archive", json_text(r->file.name, strlen(r->file.name)),
			  "finished", ingest_was_finished(r->ingest) || ingest_finished(r->ingest),
			  "offset", (json_int_t)ingest_safe(r->ingest));
	json_t *counts = tally_json(ingest_tally(r->ingest));
	json_object_update(s, counts);
	json_decref(counts);
	json_line(stdout, json_pack("{so}", "summary", s));
}

static void print_summary(const struct run *r)
{
	FILE *out = r->options.dry_run ? stderr : stdout;
	if (r->options.json)
		print_json_summary(r);
	else if (!r->options.quiet && ingest_was_finished(r->ingest))
		fprintf(out, "%s: was taken in before; --restart begins anew\n", r->file.name);
	else if (!r->options.quiet)
		tally_print(out, r->file.name, ingest_tally(r->ingest), !r->options.dry_run);
	fflush(out);
}

/* What the content of the archive comes to. */
static int content_exit_code(const struct run *r)
{
	const struct tally *t = ingest_tally(r->ingest);
	if (t->records == 0 && ingest_begun(r->ingest) == 0)
		return cli_fail(EX_DATAERR, "%s: no record of a web archive in it", r->file.name);
	return tally_damaged(t) || t->outcomes[SUBMIT_REFUSED] ? EX_DATAERR : EX_OK;
}

static int take_in(struct run *r)
{
	r->started_ms = clock_ms();
	r->next_line = ingest_begun(r->ingest) + line_step(r);
	r->told = 0;
	int exit_code = r->options.dry_run ? print_all(r) : submit_all(r);
	int finish_code = ingest_finish(r->ingest);
	print_summary(r);
	if (exit_code != EX_OK || finish_code != EX_OK)
		return exit_code != EX_OK ? exit_code : finish_code;
	return content_exit_code(r);
}

static int open_archive(struct run *r, const char *name)
{
	int exit_code = archive_file_open(&r->file, name);
	if (exit_code != EX_OK)
		return exit_code;
	/* Of what comes through a pipe nobody knows whether it is the same again, but who names a
	 * state's file. */
	const struct ingest_options o = {.keep_state = !r->options.dry_run &&
						       (r->file.is_file || r->options.state),
					 .state = r->options.state,
					 .restart = r->options.restart,
					 .damage = on_damage,
					 .step = on_step,
					 .user = r};
	return ingest_open(&o, &r->file, &r->ingest);
}

static int one_archive(struct run *r, const char *name)
{
	int exit_code = open_archive(r, name);
	if (exit_code == EX_OK && ingest_was_finished(r->ingest))
		print_summary(r);
	else if (exit_code == EX_OK)
		exit_code = take_in(r);
	ingest_close(r->ingest);
	r->ingest = NULL;
	archive_file_close(&r->file);
	return exit_code;
}

/* --- the whole --- */

/* Where the fault is netrald's, the archives that follow fare no better. */
static bool ends_all(int exit_code)
{
	return exit_code != EX_OK && exit_code != EX_DATAERR && exit_code != EX_NOINPUT &&
	       exit_code != EX_NOPERM && exit_code != EX_IOERR;
}

static int ingest_warc(struct run *r, char **files, size_t count)
{
	if (count == 0)
		return cli_usage("name an archive, or - for standard input");
	if (r->options.state && (count > 1 || r->options.dry_run))
		return cli_usage("--state is for one archive, and not for --dry-run");
	progress_init(&r->progress, !r->options.quiet);
	for (size_t i = 0; i < count && !cli_output_lost(); i++) {
		int exit_code = one_archive(r, files[i]);
		if (r->worst == EX_OK || r->worst == EX_DATAERR)
			r->worst = exit_code != EX_OK ? exit_code : r->worst;
		if (ends_all(exit_code))
			break;
	}
	return r->worst;
}

static int run(int argc, char **argv)
{
	netral_cleanup(netral_freep) struct run *r = calloc(1, sizeof(*r));
	if (!r)
		return cli_fail_code(NETRAL_ENOMEM, "start");
	r->options.wait_s = WAIT_DEFAULT_S;
	int exit_code;
	int first = cli_parse(&command_ingest_warc, argc, argv, &r->options, &exit_code);
	if (first < 0)
		return exit_code;
	exit_code = ingest_warc(r, argv + first, (size_t)(argc - first));
	submitter_free(r->submitter);
	connection_close(r->connection);
	return exit_code;
}

const struct command command_ingest_warc = {
	.name = "ingest-warc",
	.group = "Feeding",
	.summary = "Hand the pages of web archives to netrald",
	.operands = "FILE|-...",
	.details =
		"Reads .warc and .warc.gz files (CC-NEWS and others) as a stream: HTML answers "
		"with\n"
		"status 200 become articles. How far an archive was accepted is noted under\n"
		"$XDG_STATE_HOME/netral/ingest-warc, and a rerun goes on from there; for standard\n"
		"input only with --state. Exit status: 0 when all was accepted or known, 65 when\n"
		"something was damaged or refused, 69 when netrald is not running, 75 when it\n"
		"stayed full or silent.",
	.options = ingest_warc_table,
	.option_count = netral_countof(ingest_warc_table),
	.run = run,
};

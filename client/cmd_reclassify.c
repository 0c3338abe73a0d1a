/* netral reclassify: the archive again, after the classifier's tables have changed. */
#include "client/commands.h"
#include "client/json.h"
#include "client/progress.h"
#include "client/reclassifier.h"
#include "client/style.h"
#include "client/tables.h"
#include "lib/cleanup.h"
#include "lib/error.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { WAIT_DEFAULT_S = 60, WAIT_MAX_S = 86400, SHORT_ID = 8 };

struct reclassify_options {
	const char *data;
	uint64_t wait_s;
	bool quiet;
	bool json;
	const char *runtime_dir;
};

static const struct cli_option reclassify_table[] = {
	{"data", "DIR", CLI_TEXT, offsetof(struct reclassify_options, data), 0, 0,
	 "tables of the classifier; default: those installed with it"},
	{"wait", "SECONDS", CLI_NUMBER, offsetof(struct reclassify_options, wait_s), 0, WAIT_MAX_S,
	 "how long to try while netral-record is full or away; default 60"},
	{"quiet", NULL, CLI_FLAG, offsetof(struct reclassify_options, quiet), 0, 0,
	 "say only what went wrong"},
	CLI_OPTION_JSON(struct reclassify_options),
	CLI_OPTION_RUNTIME_DIR(struct reclassify_options),
};

struct run {
	struct reclassify_options options;
	struct style style;
	struct progress progress;
	struct tables tables;
	struct reclassifier *reclassifier;
	/* articles */
	uint64_t classified, differing, refused;
	/* events */
	uint64_t added, changed, removed;
};

/* --- one article --- */

static void count(struct run *r, const struct record_status *s)
{
	r->refused += s->outcome == RECORD_REFUSED;
	r->classified += s->outcome != RECORD_REFUSED;
	r->differing += s->added + s->changed + s->removed > 0;
	r->added += s->added;
	r->changed += s->changed;
	r->removed += s->removed;
}

static json_t *json_counts(uint64_t added, uint64_t changed, uint64_t removed)
{
	return json_pack("{sI sI sI}", "new", (json_int_t)added, "changed", (json_int_t)changed,
			 "removed", (json_int_t)removed);
}

static void print_json(const char *id, const struct reclassified *what)
{
	const struct record_status *s = &what->status;
	const char *reason = s->outcome == RECORD_REFUSED ? s->reason : "";
	json_line(stdout,
		  json_pack("{ss so so so}", "id", id, "title",
			    json_text_or_null(what->article->title.ptr, what->article->title.len),
			    "events", json_counts(s->added, s->changed, s->removed), "reason",
			    json_text_or_null(reason, strlen(reason))));
}

static void print_number(const struct style *s, enum style_ink ink, uint64_t n, const char *word)
{
	if (n)
		printf("  %s%" PRIu64 " %s%s", style_ink(s, ink), n, word, style_ink(s, INK_PLAIN));
}

static void print_words(const struct style *s, const char *id, const struct reclassified *what)
{
	const struct text *title = &what->article->title;
	printf("%.*s", SHORT_ID, id);
	print_number(s, INK_GREEN, what->status.added, "new");
	print_number(s, INK_YELLOW, what->status.changed, "changed");
	print_number(s, INK_RED, what->status.removed, "removed");
	fputs("  ", stdout);
	style_put_cut(stdout, title->ptr, title->len, STYLE_WIDTH_MIN);
	putchar('\n');
}

static void on_article(void *user, const struct reclassified *what)
{
	struct run *r = user;
	const struct record_status *s = &what->status;
	char id[ARTICLE_ID_HEX + 1];
	bool refused = s->outcome == RECORD_REFUSED;
	count(r, s);
	article_id_format(&what->article->id, id);
	if (refused) {
		progress_clear(&r->progress);
		cli_say("%s: %s", id, s->reason);
	}
	if (r->options.quiet || (!refused && s->added + s->changed + s->removed == 0))
		return;
	progress_clear(&r->progress);
	if (r->options.json)
		print_json(id, what);
	else if (!refused)
		print_words(&r->style, id, what);
}

/* --- all of them --- */

static int exit_code_of(struct run *r, int err)
{
	if (err == NETRAL_EAGAIN)
		return cli_fail(EX_TEMPFAIL,
				"netral-record stayed full for %" PRIu64
				" s; what is left is done by the next run",
				r->options.wait_s);
	if (err == NETRAL_ETIMEOUT)
		return cli_fail(EX_TEMPFAIL, "%s", reclassifier_error(r->reclassifier));
	if (err < 0)
		return cli_fail(reclassifier_exit_code(r->reclassifier), "%s",
				reclassifier_error(r->reclassifier));
	return r->refused ? EX_DATAERR : EX_OK;
}

static int each_page(struct run *r)
{
	int more;
	do {
		more = reclassifier_step(r->reclassifier);
		fflush(stdout);
		progress_show(&r->progress,
			      "%" PRIu64 " of %" PRIu64 " articles, %" PRIu64 " differ",
			      reclassifier_through(r->reclassifier),
			      reclassifier_head(r->reclassifier), r->differing);
	} while (more > 0 && !cli_output_lost());
	progress_clear(&r->progress);
	return more;
}

static void print_summary(const struct run *r)
{
	uint64_t looked = reclassifier_through(r->reclassifier);
	if (r->options.quiet)
		return;
	if (r->options.json) {
		json_t *s = json_pack("{sI sI sI sI so}", "articles", (json_int_t)looked,
				      "classified", (json_int_t)r->classified, "differing",
				      (json_int_t)r->differing, "refused", (json_int_t)r->refused,
				      "events", json_counts(r->added, r->changed, r->removed));
		json_line(stdout, json_pack("{so}", "summary", s));
		return;
	}
	printf("%" PRIu64 " articles, %" PRIu64 " classified again, %" PRIu64 " differ", looked,
	       r->classified, r->differing);
	printf(": %" PRIu64 " events new, %" PRIu64 " changed, %" PRIu64 " removed\n", r->added,
	       r->changed, r->removed);
}

static int reclassify(struct run *r)
{
	int exit_code = tables_load(r->options.data, &r->tables);
	if (exit_code != EX_OK)
		return exit_code;
	const struct reclassifier_options o = {.runtime_dir = r->options.runtime_dir,
					       .wait_ms = r->options.wait_s * 1000,
					       .classifier = r->tables.classifier,
					       .scratch = r->tables.scratch,
					       .fn = on_article,
					       .user = r};
	int err = reclassifier_new(&o, &r->reclassifier);
	if (err < 0)
		return cli_fail(reclassifier_exit_code(r->reclassifier), "%s",
				reclassifier_error(r->reclassifier));
	style_init(&r->style, stdout);
	progress_init(&r->progress, !r->options.quiet);
	err = each_page(r);
	if (err == NETRAL_OK || r->classified)
		print_summary(r);
	return exit_code_of(r, err);
}

static int run(int argc, char **argv)
{
	struct run r = {.options = {.wait_s = WAIT_DEFAULT_S}};
	int exit_code;
	int first = cli_parse(&command_reclassify, argc, argv, &r.options, &exit_code);
	if (first < 0)
		return exit_code;
	if (first < argc)
		return cli_usage("unexpected argument \"%s\"", argv[first]);
	exit_code = reclassify(&r);
	reclassifier_free(r.reclassifier);
	tables_fini(&r.tables);
	return exit_code;
}

const struct command command_reclassify = {
	.name = "reclassify",
	.group = "Operating",
	.summary = "Read the events of stored articles again, after the tables have changed",
	.operands = "",
	.details =
		"Articles that were read with other tables are read with these, and what differs\n"
		"becomes updates, while everything else goes on. It may be ended and begun again "
		"at\n"
		"any time; what is done is done. Let the workers take the tables first:\n"
		"'systemctl reload netral-classify@*'. Exit status: 0 when the archive is up to "
		"date,\n"
		"65 when an article could not be read, 69 when netral-record is not running, 75 "
		"when\n"
		"it stayed full or silent.",
	.options = reclassify_table,
	.option_count = netral_countof(reclassify_table),
	.run = run,
};

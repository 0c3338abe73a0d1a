/* netral correct, netral retract, netral takedown: what people say and do about what is stored. */
#include "client/commands.h"
#include "client/connection.h"
#include "client/correction_set.h"
#include "client/json.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "libnetral/runtime.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum {
	ARENA_BYTES = 1 << 20,
	TAKEDOWN_WAIT_MS = 15 * 60 * 1000, /* the whole log is read */
};

struct correct_options {
	struct cli_list set, clear;
	const char *note, *by;
	bool undo, json;
	const char *runtime_dir;
};

/* Entries of the tables. */
#define OPTION_NOTE                                                                                \
	{                                                                                          \
		"note", "TEXT", CLI_TEXT, offsetof(struct correct_options, note), 0, 0,            \
			"why; needed"                                                              \
	}
#define OPTION_BY                                                                                  \
	{                                                                                          \
		"by", "NAME", CLI_TEXT, offsetof(struct correct_options, by), 0, 0,                \
			"who says so, put before the login name"                                   \
	}

static const struct cli_option correct_table[] = {
	{"set", "FIELD=VALUE", CLI_LIST, offsetof(struct correct_options, set), 0, 0,
	 "what is right; may be repeated"},
	{"clear", "FIELD", CLI_LIST, offsetof(struct correct_options, clear), 0, 0,
	 "back to what was read; may be repeated"},
	OPTION_NOTE,
	OPTION_BY,
	CLI_OPTION_JSON(struct correct_options),
	CLI_OPTION_RUNTIME_DIR(struct correct_options),
};

static const struct cli_option retract_table[] = {
	{"undo", NULL, CLI_FLAG, offsetof(struct correct_options, undo), 0, 0,
	 "bring a retracted event back"},
	OPTION_NOTE,
	OPTION_BY,
	CLI_OPTION_JSON(struct correct_options),
	CLI_OPTION_RUNTIME_DIR(struct correct_options),
};

static const struct cli_option takedown_table[] = {
	OPTION_NOTE,
	OPTION_BY,
	CLI_OPTION_JSON(struct correct_options),
	CLI_OPTION_RUNTIME_DIR(struct correct_options),
};

/* --- asking --- */

static int ask(const struct correct_options *o, struct message *m, enum msg_type want,
	       uint64_t wait_ms, struct connection **c, struct message *answer)
{
	int r = connection_open(o->runtime_dir, RUNTIME_RECORD_CONTROL, c);
	if (r == NETRAL_OK)
		r = connection_ask_within(*c, m, want, wait_ms, answer);
	return r < 0 ? cli_fail(connection_exit_code(*c), "%s", connection_error(*c)) : EX_OK;
}

static int print_corrected(const struct correct_options *o, const struct msg_corrected *m)
{
	if (o->json) {
		int r = json_line(stdout, json_pack("{ss sI}", "id", m->id, "updates",
						    (json_int_t)m->updates));
		return r < 0 ? cli_fail_code(r, "print") : EX_OK;
	}
	if (m->updates)
		printf("%s: %" PRIu32 " update%s\n", m->id, m->updates, m->updates == 1 ? "" : "s");
	else
		printf("%s: no update, so it was told already, or it is not shown\n", m->id);
	return EX_OK;
}

static int correct(const struct correct_options *o, struct msg_correct *question,
		   struct arena *arena)
{
	netral_cleanup(connection_closep) struct connection *c = NULL;
	struct message m = {.type = MSG_CORRECT}, answer = {.type = MSG_NONE};
	question->note = o->note;
	question->by = correction_author(o->by, arena);
	if (!question->by)
		return cli_fail_code(NETRAL_ENOMEM, "by");
	m.correct = *question;
	int exit_code = ask(o, &m, MSG_CORRECTED, CONNECTION_WAIT_MS, &c, &answer);
	return exit_code == EX_OK ? print_corrected(o, &answer.corrected) : exit_code;
}

/* One operand and --note. The operand's index, or -1 with an exit code. */
static int parse(const struct command *command, int argc, char **argv, struct correct_options *o,
		 const char *operand, int *ret_exit)
{
	int first = cli_parse(command, argc, argv, o, ret_exit);
	if (first < 0)
		return first;
	if (argc - first != 1)
		*ret_exit = cli_usage("one %s is needed", operand);
	else if (!o->note || o->note[0] == '\0')
		*ret_exit = cli_usage(
			"--note TEXT is needed: whoever reads it later wants to know why");
	else
		return first;
	return -1;
}

/* --- the commands --- */

static int run_correct(int argc, char **argv)
{
	netral_cleanup(arena_fini) struct arena arena;
	struct correct_options o = {.note = NULL};
	struct msg_correct m = {.verb = CORRECT_SET};
	int exit_code;
	arena_init(&arena, ARENA_BYTES);
	int first = parse(&command_correct, argc, argv, &o, "ID", &exit_code);
	if (first < 0)
		return exit_code;
	m.id = argv[first];
	exit_code = correction_set_read(&o.set, &o.clear, &arena, &m.set, &m.clear);
	return exit_code == EX_OK ? correct(&o, &m, &arena) : exit_code;
}

static int run_retract(int argc, char **argv)
{
	netral_cleanup(arena_fini) struct arena arena;
	struct correct_options o = {.note = NULL};
	int exit_code;
	arena_init(&arena, ARENA_BYTES);
	int first = parse(&command_retract, argc, argv, &o, "ID", &exit_code);
	if (first < 0)
		return exit_code;
	struct msg_correct m = {.id = argv[first],
				.verb = o.undo ? CORRECT_RESTORE : CORRECT_RETRACT,
				.set = {.place = {"", "", ""}, .date = {.value = ""}}};
	return correct(&o, &m, &arena);
}

static int print_taken_down(const struct correct_options *o, const struct msg_taken_down *m)
{
	if (o->json) {
		int r = json_line(stdout, json_pack("{sI sI sI sI sb}", "articles",
						    (json_int_t)m->articles, "events_changed",
						    (json_int_t)m->changed, "events_removed",
						    (json_int_t)m->removed, "updates_rewritten",
						    (json_int_t)m->rewritten, "more", m->more));
		return r < 0 ? cli_fail_code(r, "print") : EX_OK;
	}
	if (m->articles == 0) {
		puts("no article was stored; what comes with this address is not recorded");
		return EX_OK;
	}
	printf("%" PRIu32 " article%s erased, %" PRIu32 " event%s removed, %" PRIu32
	       " changed, %" PRIu64 " update%s of the log rewritten\n",
	       m->articles, m->articles == 1 ? "" : "s", m->removed, m->removed == 1 ? "" : "s",
	       m->changed, m->rewritten, m->rewritten == 1 ? "" : "s");
	return EX_OK;
}

/* Again while there are more articles with the address than one transaction takes. */
static int take_down(const struct correct_options *o, const char *article, const char *by)
{
	netral_cleanup(connection_closep) struct connection *c = NULL;
	struct message m = {.type = MSG_TAKE_DOWN,
			    .take_down = {.article = article, .by = by, .note = o->note}};
	struct message answer = {.type = MSG_NONE};
	int exit_code = ask(o, &m, MSG_TAKEN_DOWN, TAKEDOWN_WAIT_MS, &c, &answer);
	while (exit_code == EX_OK) {
		bool more = answer.taken_down.more;
		exit_code = print_taken_down(o, &answer.taken_down);
		if (!more)
			break;
		if (connection_ask_within(c, &m, MSG_TAKEN_DOWN, TAKEDOWN_WAIT_MS, &answer) < 0)
			exit_code = cli_fail(connection_exit_code(c), "%s", connection_error(c));
	}
	return exit_code;
}

static int run_takedown(int argc, char **argv)
{
	netral_cleanup(arena_fini) struct arena arena;
	struct correct_options o = {.note = NULL};
	int exit_code;
	arena_init(&arena, ARENA_BYTES);
	int first = parse(&command_takedown, argc, argv, &o, "ARTICLE", &exit_code);
	if (first < 0)
		return exit_code;
	const char *by = correction_author(o.by, &arena);
	return by ? take_down(&o, argv[first], by) : cli_fail_code(NETRAL_ENOMEM, "by");
}

const struct command command_correct = {
	.name = "correct",
	.group = "Correcting",
	.summary = "Say what is right about an event",
	.operands = "ID",
	.details = "What is set wins over all that is read later, until it is cleared. FIELD=VALUE "
		   "is\n"
		   "status=NAME, place=CODE or NAME, date=2024-08-21 (or a month, or a year),\n"
		   "count=N (\"about N\", \"at least N\", several), conduct=NAME[,NAME...], or\n"
		   "people=masked; place, date, count, conduct and people may be none.\n"
		   "Subscribers are told at once. The note goes out with the event; who said it "
		   "stays\n"
		   "here, for 'netral show' and 'netral corrections'.\n"
		   "\n"
		   "Examples:\n"
		   "  netral correct ID --set status=dismissed --note \"Bawaslu, 12 Sept.\"\n"
		   "  netral correct ID --set place=53.71 --set date=2024-08 --note \"ralat\"\n"
		   "  netral correct ID --set people=masked --note \"hak jawab\"\n"
		   "  netral correct ID --clear status --note \"it was right\"",
	.options = correct_table,
	.option_count = netral_countof(correct_table),
	.run = run_correct,
};

const struct command command_retract = {
	.name = "retract",
	.group = "Correcting",
	.summary = "Take an event back",
	.operands = "ID",
	.details =
		"Subscribers hear that it is removed, and no further article or reading brings it\n"
		"back; --undo does. The note goes out with the removal.",
	.options = retract_table,
	.option_count = netral_countof(retract_table),
	.run = run_retract,
};

const struct command command_takedown = {
	.name = "takedown",
	.group = "Correcting",
	.summary = "Erase an article for ever",
	.operands = "ARTICLE",
	.details =
		"ARTICLE is an article's id or its URL. Its text, its title and what was read "
		"from\n"
		"it are erased, also of other articles with its URL and in the log of updates; "
		"its\n"
		"events are removed unless other articles report them. It is not recorded again.\n"
		"There is no way back. The note stays here.",
	.options = takedown_table,
	.option_count = netral_countof(takedown_table),
	.run = run_takedown,
};

/* netral corrections: what people did, the newest first. */
#include "client/commands.h"
#include "client/correction_print.h"
#include "client/json.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "libnetral/runtime.h"

#include <stdio.h>
#include <sysexits.h>

struct corrections_options {
	uint64_t limit;
	bool json;
	const char *runtime_dir;
};

static const struct cli_option corrections_table[] = {
	{"limit", "N", CLI_NUMBER, offsetof(struct corrections_options, limit), 1, INT64_MAX,
	 "print at most N"},
	CLI_OPTION_JSON(struct corrections_options),
	CLI_OPTION_RUNTIME_DIR(struct corrections_options),
};

struct listed {
	const struct corrections_options *options;
	struct style style;
	bool any;
};

static int take(void *user, const struct correction_entry *e)
{
	struct listed *l = user;
	l->any = true;
	if (!l->options->json) {
		correction_print(&l->style, e, true);
		return EX_OK;
	}
	int r = json_line(stdout, correction_json(e));
	return r < 0 ? cli_fail_code(r, "print") : EX_OK;
}

static int run(int argc, char **argv)
{
	netral_cleanup(connection_closep) struct connection *c = NULL;
	struct corrections_options o = {.limit = 0};
	struct listed l = {.options = &o};
	int exit_code;
	int first = cli_parse(&command_corrections, argc, argv, &o, &exit_code);
	if (first < 0)
		return exit_code;
	if (argc - first > 1)
		return cli_usage("unexpected argument \"%s\"", argv[first + 1]);
	style_init(&l.style, stdout);
	if (connection_open(o.runtime_dir, RUNTIME_RECORD_CONTROL, &c) < 0)
		return cli_fail(connection_exit_code(c), "%s", connection_error(c));
	exit_code = correction_each(c, first < argc ? argv[first] : "", o.limit, take, &l);
	if (exit_code == EX_OK && !l.any && !o.json)
		puts("no corrections");
	return exit_code;
}

const struct command command_corrections = {
	.name = "corrections",
	.group = "Correcting",
	.summary = "List what people corrected, retracted and took down",
	.operands = "[ID]",
	.details = "ID is an event's, or that of an article which was taken down.",
	.options = corrections_table,
	.option_count = netral_countof(corrections_table),
	.run = run,
};

/* commands.h - every command of netral, and the options they share. */
#ifndef NETRAL_CLIENT_COMMANDS_H
#define NETRAL_CLIENT_COMMANDS_H

#include "client/cli.h"

extern const struct command command_up, command_submit, command_ingest_warc, command_watch,
	command_query, command_show, command_export, command_stats, command_status, command_dead,
	command_classify, command_extract, command_sources, command_reclassify, command_alert,
	command_correct, command_retract, command_takedown, command_corrections;

/* All of them, group by group. */
extern const struct command *const commands[];
extern const size_t command_count;

/* Entries of a table; `type` has a member `json`, `runtime_dir`. */
#define CLI_OPTION_JSON(type)                                                                      \
	{                                                                                          \
		"json", NULL, CLI_FLAG, offsetof(type, json), 0, 0, "print JSON Lines"             \
	}
#define CLI_OPTION_RUNTIME_DIR(type)                                                               \
	{                                                                                          \
		"runtime-dir", "DIR", CLI_TEXT, offsetof(type, runtime_dir), 0, 0,                 \
			"directory of the sockets"                                                 \
	}

#endif

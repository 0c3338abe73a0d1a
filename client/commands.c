#include "client/commands.h"

#include "lib/cleanup.h"

const struct command *const commands[] = {
	&command_up,      &command_submit,     &command_ingest_warc, &command_classify,
	&command_extract, &command_sources,    &command_watch,       &command_query,
	&command_show,    &command_export,     &command_stats,       &command_correct,
	&command_retract, &command_takedown,   &command_corrections, &command_status,
	&command_dead,    &command_reclassify, &command_alert,
};
const size_t command_count = netral_countof(commands);

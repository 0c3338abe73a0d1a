#include "workers/record/config.h"

#include "lib/cleanup.h"

#include <stdio.h>

#define OPTION(key, type, min, max, def, help)                                                     \
	{                                                                                          \
#key, type, offsetof(struct record_config, key), min, max, def, help               \
	}

#define MIB (UINT64_C(1) << 20)
#define TIB (UINT64_C(1) << 40)

const struct config_option record_options[] = {
	OPTION(state_dir, CONFIG_STRING, 1, 4000, "/var/lib/netral",
	       "directory that holds the directory of the store"),
	OPTION(runtime_dir, CONFIG_STRING, 1, 90, "/run/netral", "directory of the local sockets"),
	OPTION(results_endpoint, CONFIG_STRING, 0, 200, "",
	       "where workers bring results; empty: ipc in runtime_dir"),
	OPTION(updates_endpoint, CONFIG_STRING, 0, 200, "",
	       "where updates are published; empty: ipc in runtime_dir"),
	OPTION(replay_endpoint, CONFIG_STRING, 0, 200, "",
	       "where updates are replayed and queries answered; empty: ipc in runtime_dir"),
	OPTION(control_endpoint, CONFIG_STRING, 0, 200, "",
	       "where the status is asked; empty: ipc in runtime_dir"),
	OPTION(store_max_bytes, CONFIG_BYTES, MIB, 16 * TIB, "64G",
	       "largest size of the store's file; it takes only the space it needs"),
	OPTION(commit_max, CONFIG_COUNT, 1, 4096, "512", "results that share a commit, at most"),
	OPTION(join_days, CONFIG_COUNT, 0, 180, "30",
	       "reports of one happening become one event when they were published at most so many "
	       "days apart; 0: each stays an event of its own"),
	OPTION(head_ms, CONFIG_MSEC, 10, 60000, "1s", "how often the head is published"),
	OPTION(log_level, CONFIG_STRING, 4, 7, "info", "error, warning, info or debug"),
};
const size_t record_option_count = netral_countof(record_options);

int record_config_check(void *config, char *error, size_t error_size)
{
	struct record_config *c = config;
	int r = log_level_parse(c->log_level, &c->level);
	if (r < 0)
		snprintf(error, error_size,
			 "log_level: \"%s\" is not error, warning, info or debug", c->log_level);
	return r;
}

/* config.h - the configuration of netral-record. */
#ifndef NETRAL_WORKERS_RECORD_CONFIG_H
#define NETRAL_WORKERS_RECORD_CONFIG_H

#include "lib/config.h"
#include "lib/log.h"

#include <stddef.h>
#include <stdint.h>

struct record_config {
	char *state_dir;
	char *runtime_dir;
	char *results_endpoint;
	char *updates_endpoint;
	char *replay_endpoint;
	char *control_endpoint;
	uint64_t store_max_bytes;
	uint64_t commit_max;
	uint64_t join_days;
	uint64_t head_ms;
	char *log_level;
	enum log_level level; /* log_level, as record_config_check() read it */
};

extern const struct config_option record_options[];
extern const size_t record_option_count;

/* Across keys; for struct program. */
int record_config_check(void *config, char *error, size_t error_size);

#endif

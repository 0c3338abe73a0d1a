/* config.h - the options of netrald: one table for the file, --help and the man page. */
#ifndef NETRAL_DAEMON_CONFIG_H
#define NETRAL_DAEMON_CONFIG_H

#include "lib/config.h"
#include "lib/log.h"

struct netrald_config {
	char *state_dir;
	char *runtime_dir;
	char *spool_dir;
	char *submit_endpoint;
	char *work_endpoint;
	char *control_endpoint;
	char *articles_endpoint;
	uint64_t journal_max_bytes;
	uint64_t remembered_ids;
	uint64_t dead_max;
	uint64_t max_tries;
	uint64_t retry_backoff_ms;
	uint64_t retry_backoff_max_ms;
	uint64_t heartbeat_ms;
	uint64_t silence_ms;
	uint64_t workers_max;
	char *push_listen;
	char *push_token_file;
	uint64_t push_body_max;
	uint64_t push_connections_max;
	uint64_t push_timeout_ms;
	char *log_level;
};

extern const struct config_option netrald_options[];
extern const size_t netrald_option_count;

/* What the table alone cannot check; for struct program. 0 or NETRAL_EINVALID with a sentence. */
int netrald_config_check(void *config, char *error, size_t error_size);

/* Of a checked config. */
enum log_level netrald_config_log_level(const struct netrald_config *c);

#endif

/* config.h - the options of netral-alert: one table for the file, --help and the man page. What is
 * sent where is in a file of its own: rules.h. */
#ifndef NETRAL_ALERT_CONFIG_H
#define NETRAL_ALERT_CONFIG_H

#include "lib/config.h"
#include "lib/fetch/fetch.h"
#include "lib/log.h"

struct alert_config {
	char *rules_file;
	char *contact;
	char *state_dir;
	char *runtime_dir;
	char *updates_endpoint;
	char *replay_endpoint;
	char *control_endpoint;
	char *names;
	uint64_t concurrency;
	uint64_t request_ms;
	uint64_t mail_ms;
	char *retry_schedule;
	char *allow_addresses;
	char *ca_file;
	uint64_t outbox_max_bytes;
	char *log_level;
};

extern const struct config_option alert_options[];
extern const size_t alert_option_count;

/* What the table alone cannot check; for struct program. 0 or NETRAL_EINVALID with a sentence. */
int alert_config_check(void *config, char *error, size_t error_size);

/* Of a checked config. */
enum log_level alert_config_log_level(const struct alert_config *c);

/* The ranges of allow_addresses, of a checked config. Split in place in `copy`, which holds a copy
 * of it. */
size_t alert_config_allow(char *copy, const char *ret_allow[static FETCH_ALLOW_MAX]);

#endif

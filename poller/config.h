/* config.h - the options of netral-poll: one table for the file, --help and the man page. */
#ifndef NETRAL_POLLER_CONFIG_H
#define NETRAL_POLLER_CONFIG_H

#include "lib/config.h"
#include "lib/fetch/fetch.h"
#include "lib/log.h"

struct poller_config {
	char *sources_file;
	char *contact;
	char *state_dir;
	char *runtime_dir;
	char *submit_endpoint;
	char *control_endpoint;
	uint64_t concurrency;
	uint64_t host_delay_ms;
	char *allow_addresses;
	char *ca_file;
	uint64_t fetch_timeout_ms;
	uint64_t feed_max_bytes;
	uint64_t page_max_bytes;
	uint64_t sitemap_days;
	uint64_t state_max_bytes;
	char *alert_program;
	char *log_level;
};

extern const struct config_option poller_options[];
extern const size_t poller_option_count;

/* What the table alone cannot check; for struct program. 0 or NETRAL_EINVALID with a sentence. */
int poller_config_check(void *config, char *error, size_t error_size);

/* Of a checked config. */
enum log_level poller_config_log_level(const struct poller_config *c);

/* The ranges of allow_addresses, of a checked config. Split in place in `copy`, which holds a copy
 * of it. */
size_t poller_config_allow(char *copy, const char *ret_allow[static FETCH_ALLOW_MAX]);

#endif

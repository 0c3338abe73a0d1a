#include "daemon/config.h"

#include "daemon/push_address.h"
#include "lib/cleanup.h"
#include "lib/error.h"

#include <stdio.h>

#define OPTION(key, type, min, max, def, help)                                                     \
	{                                                                                          \
#key, type, offsetof(struct netrald_config, key), min, max, def, help              \
	}

#define KIB(n)   ((uint64_t)(n) << 10)
#define TIB(n)   ((uint64_t)(n) << 40)
#define HOURS(n) ((uint64_t)(n)*3600 * 1000)

const struct config_option netrald_options[] = {
	OPTION(state_dir, CONFIG_STRING, 1, 4000, "/var/lib/netral",
	       "directory of the journal; one netrald at a time owns it"),
	OPTION(runtime_dir, CONFIG_STRING, 1, 90, "/run/netral", "directory of the local sockets"),
	OPTION(spool_dir, CONFIG_STRING, 0, 4000, "",
	       "folder whose files are taken in; empty: none"),
	OPTION(submit_endpoint, CONFIG_STRING, 0, 200, "",
	       "socket for submitters; empty: ipc in runtime_dir"),
	OPTION(work_endpoint, CONFIG_STRING, 0, 200, "",
	       "socket for workers; empty: ipc in runtime_dir"),
	OPTION(control_endpoint, CONFIG_STRING, 0, 200, "",
	       "socket for operators; empty: ipc in runtime_dir"),
	OPTION(articles_endpoint, CONFIG_STRING, 0, 200, "",
	       "socket that publishes articles; empty: ipc in runtime_dir"),
	OPTION(journal_max_bytes, CONFIG_BYTES, KIB(1024), TIB(1), "4G",
	       "bound on the journal; at nine tenths of it intake stops"),
	OPTION(remembered_ids, CONFIG_COUNT, 1000, 1000000000, "3000000",
	       "newest articles whose content is recognised when it comes again"),
	OPTION(dead_max, CONFIG_COUNT, 1, 10000000, "100000",
	       "articles kept in DEAD; then the oldest are dropped"),
	OPTION(max_tries, CONFIG_COUNT, 1, 100, "5", "failures before an article goes to DEAD"),
	OPTION(retry_backoff_ms, CONFIG_MSEC, 1, HOURS(1), "1s",
	       "wait after the first failure; doubles with each"),
	OPTION(retry_backoff_max_ms, CONFIG_MSEC, 1, HOURS(24), "10min", "longest such wait"),
	OPTION(heartbeat_ms, CONFIG_MSEC, 10, HOURS(1), "1s",
	       "how often workers give a sign of life"),
	OPTION(silence_ms, CONFIG_MSEC, 20, HOURS(1), "5s",
	       "a worker that was silent for longer loses what it holds"),
	OPTION(workers_max, CONFIG_COUNT, 1, 4096, "256", "workers connected at a time"),
	OPTION(push_listen, CONFIG_STRING, 0, 63, "",
	       "address:port or [v6]:port where articles are taken over HTTP; empty: none"),
	OPTION(push_token_file, CONFIG_STRING, 0, 4000, "",
	       "file, readable by its owner only, with the token that they need"),
	OPTION(push_body_max, CONFIG_BYTES, KIB(1), KIB(8192), "2M", "largest body of one"),
	OPTION(push_connections_max, CONFIG_COUNT, 1, 1024, "64",
	       "HTTP connections at a time; one host may have half of them"),
	OPTION(push_timeout_ms, CONFIG_MSEC, 10, HOURS(1), "30s",
	       "time for one request to arrive, and for its answer to be taken"),
	OPTION(log_level, CONFIG_STRING, 4, 7, "info", "error, warning, info or debug"),
};
const size_t netrald_option_count = netral_countof(netrald_options);

enum log_level netrald_config_log_level(const struct netrald_config *c)
{
	enum log_level level = LOG_LEVEL_INFO;
	log_level_parse(c->log_level, &level);
	return level;
}

static int check_push(const struct netrald_config *c, char *error, size_t size)
{
	struct push_address address;
	if (!c->push_listen[0])
		return NETRAL_OK;
	if (push_address_parse(c->push_listen, &address) < 0)
		snprintf(error, size, "push_listen: \"%s\" is not address:port or [v6]:port",
			 c->push_listen);
	else if (!c->push_token_file[0])
		snprintf(error, size, "push_listen: needs push_token_file");
	else
		return NETRAL_OK;
	return NETRAL_EINVALID;
}

int netrald_config_check(void *config, char *error, size_t error_size)
{
	const struct netrald_config *c = config;
	enum log_level level;
	if (log_level_parse(c->log_level, &level) < 0)
		snprintf(error, error_size,
			 "log_level: \"%s\" is not error, warning, info or debug", c->log_level);
	else if (c->silence_ms < 2 * c->heartbeat_ms)
		snprintf(error, error_size, "silence_ms: must be at least twice heartbeat_ms");
	else if (c->retry_backoff_max_ms < c->retry_backoff_ms)
		snprintf(error, error_size,
			 "retry_backoff_max_ms: must be at least retry_backoff_ms");
	else
		return check_push(c, error, error_size);
	return NETRAL_EINVALID;
}

#include "poller/config.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/extract/extract.h"
#include "lib/fetch/address.h"

#include <stdio.h>
#include <string.h>

#define OPTION(key, type, min, max, def, help)                                                     \
	{                                                                                          \
#key, type, offsetof(struct poller_config, key), min, max, def, help               \
	}

#define KIB(n)     ((uint64_t)(n) << 10)
#define MIB(n)     ((uint64_t)(n) << 20)
#define MINUTES(n) ((uint64_t)(n)*60 * 1000)
#define HOURS(n)   ((uint64_t)(n)*3600 * 1000)

const struct config_option poller_options[] = {
	OPTION(sources_file, CONFIG_STRING, 1, 4000, "/etc/netral/sources.conf",
	       "the file that names the sources; read again on SIGHUP"),
	OPTION(contact, CONFIG_STRING, 0, 200, "",
	       "mail address or URL that sites may complain to; goes into the User-Agent; needed"),
	OPTION(state_dir, CONFIG_STRING, 1, 4000, "/var/lib/netral",
	       "directory that holds the directory of the state"),
	OPTION(runtime_dir, CONFIG_STRING, 1, 90, "/run/netral", "directory of the local sockets"),
	OPTION(submit_endpoint, CONFIG_STRING, 0, 200, "",
	       "where netrald takes articles; empty: ipc in runtime_dir"),
	OPTION(control_endpoint, CONFIG_STRING, 0, 200, "",
	       "socket for operators; empty: ipc in runtime_dir"),
	OPTION(concurrency, CONFIG_COUNT, 1, FETCH_CONCURRENCY_MAX, "64",
	       "requests under way at a time, of all hosts; of one host it is one"),
	OPTION(host_delay_ms, CONFIG_MSEC, 1, HOURS(1), "2s",
	       "rest of a host between two requests; a longer Crawl-delay counts, up to a minute"),
	OPTION(allow_addresses, CONFIG_STRING, 0, 2000, "",
	       "private ranges that hosts of sources may be in, such as 10.0.0.0/8, with commas"),
	OPTION(ca_file, CONFIG_STRING, 0, 4000, "",
	       "certificates of authorities, PEM; empty: those of the system"),
	OPTION(fetch_timeout_ms, CONFIG_MSEC, 1000, MINUTES(10), "60s",
	       "time for one request and its answer"),
	OPTION(feed_max_bytes, CONFIG_BYTES, KIB(64), MIB(32), "8M",
	       "largest feed or sitemap, unpacked by HTTP"),
	OPTION(page_max_bytes, CONFIG_BYTES, KIB(64), EXTRACT_PAGE_MAX, "4M", "largest page"),
	OPTION(sitemap_days, CONFIG_COUNT, 1, 365, "3",
	       "how old an entry of a sitemap may be to be new"),
	OPTION(state_max_bytes, CONFIG_BYTES, MIB(16), MIB(1) << 20, "4G",
	       "bound on the state; it takes only the space it needs"),
	OPTION(alert_program, CONFIG_STRING, 0, 4000, "",
	       "program that is run when a source is flagged or well again; empty: none"),
	OPTION(log_level, CONFIG_STRING, 4, 7, "info", "error, warning, info or debug"),
};
const size_t poller_option_count = netral_countof(poller_options);

enum log_level poller_config_log_level(const struct poller_config *c)
{
	enum log_level level = LOG_LEVEL_INFO;
	log_level_parse(c->log_level, &level);
	return level;
}

size_t poller_config_allow(char *copy, const char *ret_allow[static FETCH_ALLOW_MAX])
{
	size_t count = 0;
	char *rest = NULL;
	for (char *p = strtok_r(copy, ", ", &rest); p && count < FETCH_ALLOW_MAX;
	     p = strtok_r(NULL, ", ", &rest))
		ret_allow[count++] = p;
	return count;
}

static int check_allow(const struct poller_config *c, char *error, size_t size)
{
	netral_cleanup(netral_freep) char *copy = strdup(c->allow_addresses);
	const char *allow[FETCH_ALLOW_MAX];
	struct cidr range;
	if (!copy)
		return NETRAL_ENOMEM;
	size_t count = poller_config_allow(copy, allow);
	for (size_t i = 0; i < count; i++) {
		if (cidr_parse(allow[i], &range))
			continue;
		snprintf(error, size,
			 "allow_addresses: \"%s\" is no range such as 10.0.0.0/8 or fd00::/8",
			 allow[i]);
		return NETRAL_EINVALID;
	}
	return NETRAL_OK;
}

int poller_config_check(void *config, char *error, size_t error_size)
{
	const struct poller_config *c = config;
	enum log_level level;
	if (log_level_parse(c->log_level, &level) < 0)
		snprintf(error, error_size,
			 "log_level: \"%s\" is not error, warning, info or debug", c->log_level);
	else if (!c->contact[0])
		snprintf(error, error_size,
			 "contact: is missing; sites want to know whom to write to: set "
			 "contact = \"you@example.org\" in /etc/netral/netral-poll.conf");
	else
		return check_allow(c, error, error_size);
	return NETRAL_EINVALID;
}

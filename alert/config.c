#include "alert/config.h"

#include "alert/retry.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fetch/address.h"
#include "lib/mask_setting.h"

#include <stdio.h>
#include <string.h>

#define OPTION(key, type, min, max, def, help)                                                     \
	{                                                                                          \
#key, type, offsetof(struct alert_config, key), min, max, def, help                \
	}

#define MIB(n) ((uint64_t)(n) << 20)

const struct config_option alert_options[] = {
	OPTION(rules_file, CONFIG_STRING, 1, 4000, "/etc/netral/alerts.conf",
	       "the file of receivers and rules; read again on SIGHUP"),
	OPTION(contact, CONFIG_STRING, 0, 200, "",
	       "mail address or URL that receivers may write to; goes into the User-Agent; needed"),
	OPTION(state_dir, CONFIG_STRING, 1, 4000, "/var/lib/netral",
	       "directory that holds the directory of the state"),
	OPTION(runtime_dir, CONFIG_STRING, 1, 90, "/run/netral", "directory of the local sockets"),
	OPTION(updates_endpoint, CONFIG_STRING, 0, 200, "",
	       "where netral-record publishes; empty: ipc in runtime_dir"),
	OPTION(replay_endpoint, CONFIG_STRING, 0, 200, "",
	       "where netral-record replays; empty: ipc in runtime_dir"),
	OPTION(control_endpoint, CONFIG_STRING, 0, 200, "",
	       "socket for operators; empty: ipc in runtime_dir"),
	OPTION(names, CONFIG_STRING, 0, 16, "",
	       "names of the accused: mask, full, or the lowest rank of office to be named: "
	       "village, district, regency, province or national; empty: as netral.conf says"),
	OPTION(concurrency, CONFIG_COUNT, 1, FETCH_CONCURRENCY_MAX, "64",
	       "webhooks, and as many mails, under way at a time; to one receiver it is one"),
	OPTION(request_ms, CONFIG_MSEC, 100, 120000, "20s",
	       "time that a delivery may take, but for mail"),
	OPTION(mail_ms, CONFIG_MSEC, 100, 600000, "2min",
	       "time that a mail may take, from the connection to the server's last answer"),
	OPTION(retry_schedule, CONFIG_STRING, 1, 200, "5s 5min 30min 2h 5h 10h 14h 20h 24h",
	       "waits before the second try and each further one; each is lengthened by up to a "
	       "tenth "
	       "at random"),
	OPTION(allow_addresses, CONFIG_STRING, 0, 2000, "",
	       "private ranges that receivers may be in, such as 10.0.0.0/8, with commas"),
	OPTION(ca_file, CONFIG_STRING, 0, 4000, "",
	       "certificates of authorities, PEM; empty: those of the system"),
	OPTION(outbox_max_bytes, CONFIG_BYTES, 4096, MIB(1) << 16, "1G",
	       "messages that wait, in all, shared equally; what a receiver has beyond its share "
	       "is "
	       "made later"),
	OPTION(log_level, CONFIG_STRING, 4, 7, "info", "error, warning, info or debug"),
};
const size_t alert_option_count = netral_countof(alert_options);

enum log_level alert_config_log_level(const struct alert_config *c)
{
	enum log_level level = LOG_LEVEL_INFO;
	log_level_parse(c->log_level, &level);
	return level;
}

size_t alert_config_allow(char *copy, const char *ret_allow[static FETCH_ALLOW_MAX])
{
	size_t count = 0;
	char *rest = NULL;
	for (char *p = strtok_r(copy, ", ", &rest); p && count < FETCH_ALLOW_MAX;
	     p = strtok_r(NULL, ", ", &rest))
		ret_allow[count++] = p;
	return count;
}

static int check_allow(const struct alert_config *c, char *error, size_t size)
{
	netral_cleanup(netral_freep) char *copy = strdup(c->allow_addresses);
	const char *allow[FETCH_ALLOW_MAX];
	struct cidr range;
	if (!copy)
		return NETRAL_ENOMEM;
	size_t count = alert_config_allow(copy, allow);
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

int alert_config_check(void *config, char *error, size_t error_size)
{
	const struct alert_config *c = config;
	struct mask_policy policy = {0};
	struct retry_schedule schedule;
	enum log_level level;
	if (log_level_parse(c->log_level, &level) < 0)
		snprintf(error, error_size,
			 "log_level: \"%s\" is not error, warning, info or debug", c->log_level);
	else if (!c->contact[0])
		snprintf(error, error_size,
			 "contact: is missing; receivers want to know whom to write to: set "
			 "contact = \"you@example.org\" in /etc/netral/netral-alert.conf");
	else if (mask_setting(c->names, &policy, error, error_size) < 0)
		; /* it has written the sentence */
	else if (retry_parse(c->retry_schedule, &schedule) < 0)
		snprintf(error, error_size,
			 "retry_schedule: \"%.60s\" is no list of 1 to %d times such as 5s 5min 2h",
			 c->retry_schedule, RETRY_WAITS_MAX);
	else
		return check_allow(c, error, error_size);
	return NETRAL_EINVALID;
}

#include "lib/mask_setting.h"

#include "lib/cleanup.h"
#include "lib/config.h"
#include "lib/error.h"

#include <stdio.h>
#include <stdlib.h>

#define NAMES_HELP                                                                                 \
	"names of the accused: mask, full, or the lowest rank of office whose names are shown"

static const char default_path[] = "/etc/netral/netral.conf";

struct shared_config {
	char *names;
};

static const struct config_option options[] = {
	{"names", CONFIG_STRING, offsetof(struct shared_config, names), 1, 16, "mask", NAMES_HELP},
};

static int parse(const char *where, const char *name, struct mask_policy *policy, char *error,
		 size_t error_size)
{
	int r = mask_policy_parse(name, policy);
	if (r < 0)
		snprintf(error, error_size,
			 "%snames: \"%s\" is not mask, full, national, province, regency, district "
			 "or village",
			 where, name);
	return r;
}

static int parse_file(const char *path, const char *name, struct mask_policy *policy, char *error,
		      size_t error_size)
{
	char where[256];
	snprintf(where, sizeof(where), "%.250s: ", path);
	return parse(where, name, policy, error, error_size);
}

int mask_setting(const char *given, struct mask_policy *policy, char *error, size_t error_size)
{
	struct shared_config shared = {.names = NULL};
	const char *path = getenv("NETRAL_CONFIG");
	bool is_default = !path || !*path;
	if (given && *given)
		return parse("", given, policy, error, error_size);
	path = is_default ? default_path : path;
	int r = config_defaults(options, netral_countof(options), &shared);
	if (r < 0)
		snprintf(error, error_size, "%s", netral_strerror(r));
	else
		r = config_read(options, netral_countof(options), &shared, path, error, error_size);
	if (r == NETRAL_OK || (r == NETRAL_ENOTFOUND && is_default))
		r = parse_file(path, shared.names, policy, error, error_size);
	config_free(options, netral_countof(options), &shared);
	return r;
}

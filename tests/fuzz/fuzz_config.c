/* Any bytes as a config file, and as the argument of --set. */
#include "fuzz.h"

#include "lib/cleanup.h"
#include "lib/config.h"
#include "lib/error.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

struct sample_config {
	char *name;
	uint64_t count;
	uint64_t size_bytes;
	uint64_t wait_ms;
	int flag;
};

static const struct config_option options[] = {
	{"name", CONFIG_STRING, offsetof(struct sample_config, name), 1, 40, "x", "a name"},
	{"count", CONFIG_COUNT, offsetof(struct sample_config, count), 1, 100, "7", "a count"},
	{"size", CONFIG_BYTES, offsetof(struct sample_config, size_bytes), 0, UINT64_MAX, "64K",
	 "a size"},
	{"wait", CONFIG_MSEC, offsetof(struct sample_config, wait_ms), 10, 86400000, "30s",
	 "a time"},
	{"flag", CONFIG_BOOL, offsetof(struct sample_config, flag), 0, 0, "false", "yes or no"},
};

static void check_values(const struct sample_config *c)
{
	size_t len = strlen(c->name);
	netral_assert(len >= 1 && len <= 40);
	netral_assert(c->count >= 1 && c->count <= 100);
	netral_assert(c->wait_ms >= 10 && c->wait_ms <= 86400000);
	netral_assert(c->flag == 0 || c->flag == 1);
}

static void read_file(const uint8_t *data, size_t size, struct sample_config *c)
{
	char path[64], error[300] = "";
	netral_cleanup(netral_closep) int fd = memfd_create("config", MFD_CLOEXEC);
	netral_assert(fd >= 0);
	netral_assert(write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int r = config_read(options, netral_countof(options), c, path, error, sizeof(error));
	netral_assert(r == NETRAL_OK || error[0] != '\0');
}

static void set_one(const uint8_t *data, size_t size, struct sample_config *c)
{
	char assignment[200], error[300] = "";
	size_t len = size < sizeof(assignment) - 1 ? size : sizeof(assignment) - 1;
	for (size_t i = 0; i < len; i++)
		assignment[i] = (char)data[i];
	assignment[len] = '\0';
	int r = config_set(options, netral_countof(options), c, assignment, error, sizeof(error));
	netral_assert(r == NETRAL_OK || error[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sample_config c;
	netral_assert(config_defaults(options, netral_countof(options), &c) == NETRAL_OK);
	read_file(data, size, &c);
	check_values(&c);
	set_one(data, size, &c);
	check_values(&c);
	config_free(options, netral_countof(options), &c);
	return 0;
}

/* Any bytes as a file of sources. */
#include "fuzz.h"
#include "web_checks.h"

#include "lib/cleanup.h"
#include "lib/source/sources.h"

#include <stdio.h>
#include <sys/mman.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64], error[600] = "";
	struct sources sources = {.count = 0};
	netral_cleanup(netral_closep) int fd = memfd_create("sources", MFD_CLOEXEC);
	netral_assert(fd >= 0);
	netral_assert(write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int r = sources_read(path, &sources, error, sizeof(error));
	netral_assert((r == NETRAL_OK) == (error[0] == '\0'));
	for (size_t i = 0; i < sources.count; i++) {
		const struct source *s = &sources.list[i];
		check_line(&s->name, SOURCE_NAME_MAX);
		check_url(&s->url, &sources.arena);
		netral_assert(s->name.len > 0 && s->url.len > 0);
		netral_assert(s->min_interval_ms <= s->max_interval_ms);
	}
	sources_free(&sources);
	return 0;
}

/* Any bytes as a file of sources. */
#include "fuzz.h"
#include "web_checks.h"

#include "lib/cleanup.h"
#include "lib/source/sources.h"

#include <stdio.h>
#include <sys/mman.h>

static int read_bytes(const void *data, size_t size, struct sources *ret, char *error,
		      size_t error_size)
{
	char path[64];
	netral_cleanup(netral_closep) int fd = memfd_create("sources", MFD_CLOEXEC);
	netral_assert(fd >= 0);
	netral_assert(write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return sources_read(path, ret, error, error_size);
}

/* What was read can be written, and reads the same. */
static void check_written(const struct sources *sources)
{
	netral_cleanup(buf_fini) struct buf out = {.limit = CONFIG_SECTIONS_BYTES_MAX - 1};
	struct sources again = {.count = 0};
	char error[600];
	for (size_t i = 0; i < sources->count; i++) {
		const struct source *s = &sources->list[i];
		const struct source_statement st = {s->name.ptr, source_kind_name(s->kind),
						    s->url.ptr, NULL};
		if (source_write(&st, &out) == NETRAL_ETOOBIG)
			return;
	}
	netral_assert(read_bytes(out.data, out.len, &again, error, sizeof(error)) == NETRAL_OK);
	netral_assert(again.count == sources->count);
	for (size_t i = 0; i < sources->count; i++) {
		const struct source *a = &sources->list[i], *b = &again.list[i];
		netral_assert(strcmp(a->name.ptr, b->name.ptr) == 0 && a->kind == b->kind);
		netral_assert(strcmp(a->url.ptr, b->url.ptr) == 0);
	}
	sources_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[600] = "";
	struct sources sources = {.count = 0};
	int r = read_bytes(data, size, &sources, error, sizeof(error));
	netral_assert((r == NETRAL_OK) == (error[0] == '\0'));
	for (size_t i = 0; i < sources.count; i++) {
		const struct source *s = &sources.list[i];
		check_line(&s->name, SOURCE_NAME_MAX);
		check_url(&s->url, &sources.arena);
		netral_assert(s->name.len > 0 && s->url.len > 0);
		netral_assert(s->min_interval_ms <= s->max_interval_ms);
	}
	if (sources.count > 0)
		check_written(&sources);
	sources_free(&sources);
	return 0;
}

/* Any bytes as a .json file, in a lot of memory and in little, as what is told of a page, and as a
 * .jsonl file. */
#include "fuzz.h"
#include "reader_checks.h"

#include "lib/cleanup.h"

#include <sys/mman.h>

static void read_object(const char *data, size_t size, size_t memory)
{
	struct arena arena;
	struct article a;
	struct text id;
	char reason[READER_REASON_SIZE] = "";
	arena_init(&arena, memory);
	int r = reader_json(data, size, &arena, &a, &id, reason);
	check_article(r, &a, reason);
	if (r == NETRAL_OK)
		check_field(&id);
	arena_fini(&arena);
}

static void read_meta(const char *data, size_t size)
{
	struct arena arena;
	struct reader_meta m;
	char reason[READER_REASON_SIZE] = "";
	arena_init(&arena, READER_ARENA_MAX);
	if (reader_meta(data, size, &arena, &m, reason) < 0)
		netral_assert(reason[0] != '\0');
	else
		check_field(&m.charset);
	arena_fini(&arena);
}

static void read_lines(const uint8_t *data, size_t size)
{
	struct reader_lines lines;
	struct text line;
	uint64_t last = 0;
	netral_cleanup(netral_closep) int fd = memfd_create("lines", MFD_CLOEXEC);
	netral_assert(fd >= 0);
	netral_assert(write(fd, data, size) == (ssize_t)size);
	netral_assert(lseek(fd, 0, SEEK_SET) == 0);
	reader_lines_init(&lines, fd);
	while (reader_lines_next(&lines, &line) == 1) {
		netral_assert(line.len > 0 && lines.number > last);
		last = lines.number;
		read_object(line.ptr, line.len, READER_ARENA_MAX);
	}
	reader_lines_fini(&lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_object((const char *)data, size, READER_ARENA_MAX);
	read_object((const char *)data, size, 2 * size);
	read_meta((const char *)data, size);
	read_lines(data, size);
	return 0;
}

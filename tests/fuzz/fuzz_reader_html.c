/* Any bytes as an .html file. */
#include "fuzz.h"
#include "reader_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct article a;
	char reason[READER_REASON_SIZE] = "";
	arena_init(&arena, READER_ARENA_MAX);
	int r = reader_html((const char *)data, size, NULL, &arena, &a, reason);
	check_article(r, &a, reason);
	arena_fini(&arena);
	return 0;
}

/* Any bytes as an article: the first line is its publication date, the second its title, the rest
 * its text. What intake refuses is not classified. */
#include "fuzz.h"

#include "lib/error.h"
#include "workers/classify/classify.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static struct classifier *classifier;
static struct classifier_scratch *scratch;

/* Once a process: loading takes longer than thousands of articles. */
static void load(void)
{
	char error[256];
	if (classifier)
		return;
	netral_assert(classifier_new(FUZZ_DATA_DIR, &classifier, error, sizeof(error)) == 0);
	netral_assert(classifier_scratch_new(&scratch) == 0);
}

static struct text take_line(struct text *rest)
{
	const char *newline = memchr(rest->ptr, '\n', rest->len);
	struct text line = {rest->ptr, newline ? (size_t)(newline - rest->ptr) : 0};
	size_t skip = newline ? line.len + 1 : 0;
	*rest = (struct text){rest->ptr + skip, rest->len - skip};
	return line;
}

static void check_event(const struct article *a, const struct event *e)
{
	netral_assert(e->kind != EVENT_KIND_NONE && e->status != EVENT_STATUS_NONE);
	netral_assert(e->confidence > 0 && e->confidence <= 1);
	for (size_t i = 0; i < e->evidence_count; i++) {
		const struct event_evidence *v = &e->evidence[i];
		uint32_t start = 0, end = 0;
		netral_assert(v->start < v->end && v->end <= a->text.len);
		netral_assert(memcmp(a->text.ptr + v->start, v->text, v->end - v->start) == 0);
		classify_sentence_at(&a->text, v->start, &start, &end);
		netral_assert(start <= end && end <= a->text.len);
	}
}

static void check(struct article *a)
{
	struct arena arena;
	struct event *events = NULL;
	size_t count = 0;
	arena_init(&arena, 1 << 20);
	int r = classify(classifier, scratch, a, &arena, &events, &count);
	netral_assert(r == 0 && count <= EVENTS_PER_ARTICLE_MAX);
	for (size_t i = 0; i < count; i++)
		check_event(a, &events[i]);
	arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char reason[ARTICLE_REASON_SIZE];
	load();
	char *copy = malloc(size + 1);
	netral_assert(copy);
	if (size)
		memcpy(copy, data, size);
	copy[size] = '\0';
	struct article a = {.text = {copy, size}};
	a.published = take_line(&a.text);
	a.title = take_line(&a.text);
	if (article_check(&a, reason) == 0)
		check(&a);
	free(copy);
	return 0;
}

/* bench_reading: the classifier alone, on one core and without JSON: articles of the corpus of
 * which one in ten is on topic. The generated words are drawn without regard to what they mean, so
 * that "netral" stands in many articles about nothing: those are left out, as the press has few. */
#include "bench/articles.h"
#include "bench/measure.h"
#include "lib/error.h"
#include "workers/classify/areas.h"
#include "workers/classify/classify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { ARENA_BYTES = 64 << 20, ONE_IN = 10, ROUNDS = 5 };

struct sums {
	size_t articles, bytes, events;
};

static bool holds(struct text t, const char *word)
{
	return memmem(t.ptr, t.len, word, strlen(word)) != NULL;
}

static bool is_on_topic(const struct article *a)
{
	return holds(a->title, "Netralitas ASN");
}

static bool is_ordinary(const struct article *a)
{
	return !holds(a->title, "etral") && !holds(a->text, "etral");
}

/* Moves one article on topic and nine others, again and again, to the front; returns how many. */
static size_t mix(struct articles *a, struct article *mixed)
{
	size_t count = 0, topic = 0, other = 0;
	for (;;) {
		bool wants_topic = count % ONE_IN == 0;
		size_t *at = wants_topic ? &topic : &other;
		while (*at < a->count &&
		       !(wants_topic ? is_on_topic(&a->list[*at]) : is_ordinary(&a->list[*at])))
			++*at;
		if (*at == a->count)
			return count;
		mixed[count++] = a->list[(*at)++];
	}
}

static int read_all(const struct classifier *c, struct classifier_scratch *s,
		    const struct article *list, size_t count, struct sums *sums)
{
	struct arena arena;
	int r = NETRAL_OK;
	arena_init(&arena, ARENA_BYTES);
	*sums = (struct sums){0};
	for (size_t i = 0; i < count && r >= 0; i++) {
		struct event *events;
		const char **areas;
		size_t found, about;
		arena_reset(&arena);
		r = classify(c, s, &list[i], &arena, &events, &found);
		if (r == NETRAL_OK)
			r = classify_areas(c, s, &list[i], events, found, &arena, &areas, &about);
		sums->articles++;
		sums->bytes += list[i].text.len;
		sums->events += found;
	}
	arena_fini(&arena);
	return r;
}

static int measure(const char *data_dir, const struct article *list, size_t count)
{
	char error[512];
	struct classifier *c = NULL;
	struct classifier_scratch *s = NULL;
	struct sums sums = {0};
	uint64_t best = UINT64_MAX, start = measure_now_ns();
	int r = classifier_new(data_dir, &c, error, sizeof(error));
	uint64_t load = measure_now_ns() - start;
	if (r == NETRAL_OK)
		r = classifier_scratch_new(&s);
	for (int i = 0; i < ROUNDS && r == NETRAL_OK; i++) {
		start = measure_now_ns();
		r = read_all(c, s, list, count, &sums);
		uint64_t took = measure_now_ns() - start;
		best = took < best ? took : best;
	}
	classifier_scratch_free(s);
	classifier_free(c);
	if (r == NETRAL_OK)
		printf("{\"load_ms\":%.1f,\"articles\":%zu,\"bytes\":%zu,\"events\":%zu,"
		       "\"articles_s\":%.0f}\n",
		       (double)load / 1e6, sums.articles, sums.bytes / sums.articles, sums.events,
		       (double)sums.articles * 1e9 / (double)best);
	return r;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "Usage: bench_reading DATA_DIR CORPUS COUNT\n");
		return EX_USAGE;
	}
	struct articles a;
	if (articles_load(&a, argv[2], strtoul(argv[3], NULL, 10)) < 0)
		return EX_DATAERR;
	struct article *mixed = calloc(a.count, sizeof(*mixed));
	size_t count = mixed ? mix(&a, mixed) : 0;
	int r = count ? measure(argv[1], mixed, count) : NETRAL_EINVALID;
	if (r < 0)
		fprintf(stderr, "bench_reading: %s\n", netral_strerror(r));
	free(mixed);
	articles_free(&a);
	return r < 0 ? EX_DATAERR : EX_OK;
}

/* bench_corpus: writes corpus.jsonl and phrases.tsv, the same bytes for the same arguments. */
#include "bench/corpus/news.h"
#include "bench/corpus/phrases.h"
#include "bench/corpus/words.h"
#include "lib/cleanup.h"
#include "lib/error.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { DEFAULT_COUNT = 20000, DEFAULT_SEED = 2024 };

struct arguments {
	const char *out_dir;
	unsigned long count;
	uint64_t seed;
};

static int parse(int argc, char **argv, struct arguments *a)
{
	static const struct option options[] = {{"out", required_argument, NULL, 'o'},
						{"count", required_argument, NULL, 'n'},
						{"seed", required_argument, NULL, 's'},
						{NULL, 0, NULL, 0}};
	int opt;
	while ((opt = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (opt == 'o')
			a->out_dir = optarg;
		else if (opt == 'n')
			a->count = strtoul(optarg, NULL, 10);
		else if (opt == 's')
			a->seed = strtoull(optarg, NULL, 10);
		else
			return NETRAL_EINVALID;
	}
	return a->out_dir && a->count && optind == argc ? NETRAL_OK : NETRAL_EINVALID;
}

static void put_json_string(FILE *f, const uint8_t *s, size_t len)
{
	putc('"', f);
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\n')
			fputs("\\n", f);
		else if (s[i] == '"' || s[i] == '\\')
			fprintf(f, "\\%c", s[i]);
		else
			putc(s[i], f);
	}
	putc('"', f);
}

static void put_article(FILE *f, unsigned long number, struct random *r, const struct buf *text)
{
	const uint8_t *end = memchr(text->data, '\n', text->len);
	unsigned day = random_between(r, 1, 28), month = random_between(r, 1, 12);
	fprintf(f,
		"{\"id\":\"bench-%06lu\",\"url\":\"https://warta.example/2024/%02u/%02u/"
		"berita-%06lu\","
		"\"title\":",
		number, month, day, number);
	put_json_string(f, text->data, end ? (size_t)(end - text->data) : text->len);
	fprintf(f, ",\"published\":\"2024-%02u-%02u\",\"text\":", month, day);
	put_json_string(f, text->data, text->len);
	fputs("}\n", f);
}

static int write_articles(const struct vocabulary *v, const struct arguments *a, FILE *f)
{
	netral_cleanup(buf_fini) struct buf text;
	buf_init(&text, 0);
	struct random r = {.state = a->seed};
	for (unsigned long i = 0; i < a->count; i++) {
		buf_clear(&text);
		int err = news_article(v, &r, &text);
		if (err < 0)
			return err;
		put_article(f, i, &r, &text);
	}
	return NETRAL_OK;
}

static int write_phrases(const struct vocabulary *v, const struct arguments *a, FILE *f)
{
	(void)a;
	return phrases_write(v, f);
}

static int write_file(const struct vocabulary *v, const struct arguments *a, const char *name,
		      int (*fill)(const struct vocabulary *, const struct arguments *, FILE *))
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/%s", a->out_dir, name);
	FILE *f = fopen(path, "we");
	if (!f) {
		perror(path);
		return NETRAL_EIO;
	}
	int r = fill(v, a, f);
	bool failed = ferror(f);
	if ((fclose(f) || failed) && r == NETRAL_OK) {
		fprintf(stderr, "%s: cannot write\n", path);
		r = NETRAL_EIO;
	}
	return r;
}

int main(int argc, char **argv)
{
	struct arguments a = {.count = DEFAULT_COUNT, .seed = DEFAULT_SEED};
	if (parse(argc, argv, &a) < 0) {
		fprintf(stderr, "Usage: bench_corpus --out DIR [--count N] [--seed N]\n");
		return EX_USAGE;
	}
	struct vocabulary *v = vocabulary_new();
	if (!v)
		return EX_OSERR;
	int r = write_file(v, &a, "corpus.jsonl", write_articles);
	if (r == NETRAL_OK)
		r = write_file(v, &a, "phrases.tsv", write_phrases);
	vocabulary_free(v);
	return r == NETRAL_OK ? EX_OK : EX_IOERR;
}

#include "bench/plain.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "workers/classify/matcher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEGATION_WORDS = 2, TITLE_FACTOR = 3, LINE_MAX_BYTES = 256 };

/* Place names are the group whose words take no endings: exactly what is written hits. */
static const enum phrase_group phrase_group = GROUP_PLACE;

struct plain {
	struct phrases phrases;
	struct matcher *matcher;
	char *categories[PLAIN_CATEGORIES_MAX]; /* sorted by name */
	size_t category_count;
};

struct line {
	char text[LINE_MAX_BYTES];
	const char *category, *phrase;
	long weight;
};

static int parse_line(struct line *l)
{
	char *rest = NULL;
	l->text[strcspn(l->text, "\n")] = '\0';
	l->category = strtok_r(l->text, "\t", &rest);
	const char *weight = strtok_r(NULL, "\t", &rest);
	l->phrase = strtok_r(NULL, "\t", &rest);
	l->weight = weight ? strtol(weight, NULL, 10) : 0;
	return l->phrase && l->weight > 0 && l->weight < 100 ? NETRAL_OK : NETRAL_EINVALID;
}

static int category_index(const struct plain *p, const char *name)
{
	for (size_t i = 0; i < p->category_count; i++) {
		if (strcmp(p->categories[i], name) == 0)
			return (int)i;
	}
	return -1;
}

static int add_category(struct plain *p, const struct line *l)
{
	if (category_index(p, l->category) >= 0)
		return NETRAL_OK;
	if (p->category_count == PLAIN_CATEGORIES_MAX)
		return NETRAL_ETOOBIG;
	char *copy = strdup(l->category);
	if (!copy)
		return NETRAL_ENOMEM;
	size_t at = p->category_count++;
	for (; at > 0 && strcmp(p->categories[at - 1], copy) > 0; at--)
		p->categories[at] = p->categories[at - 1];
	p->categories[at] = copy;
	return NETRAL_OK;
}

static int add_phrase(struct plain *p, const struct line *l)
{
	int64_t value = (int64_t)category_index(p, l->category) * 100 + l->weight;
	return phrases_add(&p->phrases, phrase_group, l->phrase, value, "", 0);
}

static int for_each_line(struct plain *p, FILE *f, int (*fn)(struct plain *, const struct line *))
{
	struct line l;
	int r = NETRAL_OK;
	rewind(f);
	while (r == NETRAL_OK && fgets(l.text, sizeof(l.text), f)) {
		r = parse_line(&l);
		if (r == NETRAL_OK)
			r = fn(p, &l);
	}
	return r;
}

static int load(struct plain *p, FILE *f)
{
	int r = for_each_line(p, f, add_category);
	if (r == NETRAL_OK)
		r = for_each_line(p, f, add_phrase);
	if (r == NETRAL_OK)
		r = matcher_new(&p->phrases, UINT64_C(1) << phrase_group, &p->matcher);
	return r;
}

int plain_new(const char *path, struct plain **ret_plain, char error[static PLAIN_ERROR_SIZE])
{
	FILE *f = fopen(path, "re");
	if (!f) {
		snprintf(error, PLAIN_ERROR_SIZE, "%s: cannot be read", path);
		return NETRAL_ENOTFOUND;
	}
	struct plain *p = calloc(1, sizeof(*p));
	int r = NETRAL_ENOMEM;
	if (p) {
		phrases_init(&p->phrases);
		r = load(p, f);
	}
	fclose(f);
	if (r < 0) {
		snprintf(error, PLAIN_ERROR_SIZE, "%s: %s", path, netral_strerror(r));
		plain_free(p);
		return r;
	}
	*ret_plain = p;
	return NETRAL_OK;
}

void plain_free(struct plain *p)
{
	if (!p)
		return;
	matcher_free(p->matcher);
	phrases_fini(&p->phrases);
	for (size_t i = 0; i < p->category_count; i++)
		free(p->categories[i]);
	free(p);
}

static bool is_word_byte(char c)
{
	unsigned letter = ((unsigned char)c | 0x20u) - 'a', digit = (unsigned char)c - '0';
	return letter < 26 || digit < 10 || (unsigned char)c >= 0x80;
}

static bool is_negation(const char *word, size_t len)
{
	return len == 5 &&
	       (strncasecmp(word, "tidak", 5) == 0 || strncasecmp(word, "bukan", 5) == 0 ||
		strncasecmp(word, "tanpa", 5) == 0);
}

static bool is_negated(const char *text, size_t at)
{
	for (int i = 0; i < NEGATION_WORDS; i++) {
		while (at > 0 && !is_word_byte(text[at - 1]))
			at--;
		size_t end = at;
		while (at > 0 && is_word_byte(text[at - 1]))
			at--;
		if (is_negation(text + at, end - at))
			return true;
	}
	return false;
}

static void choose(const struct plain *p, const unsigned *sums, struct plain_result *ret)
{
	unsigned best = 0;
	ret->category = "lain";
	for (size_t i = 0; i < p->category_count; i++) {
		if (sums[i] > best) {
			best = sums[i];
			ret->category = p->categories[i];
		}
	}
	ret->score = best < PLAIN_SCORE_MAX ? best : PLAIN_SCORE_MAX;
}

int plain_classify(struct plain *p, const char *text, size_t len, struct arena *arena,
		   struct plain_result *ret)
{
	struct hits hits;
	int r = matcher_scan(p->matcher, text, len, arena, &hits);
	if (r < 0)
		return r;
	const char *newline = memchr(text, '\n', len);
	size_t title_len = newline ? (size_t)(newline - text) : len;
	unsigned sums[PLAIN_CATEGORIES_MAX] = {0};
	*ret = (struct plain_result){0};
	for (size_t i = 0; i < hits.count; i++) {
		const struct hit *h = &hits.list[i];
		if (is_negated(text, h->start))
			continue;
		if (ret->end == 0) {
			ret->start = h->start;
			ret->end = h->end;
		}
		int64_t value = p->phrases.list[h->phrase].value;
		sums[value / 100] +=
			(unsigned)(value % 100) * (h->start < title_len ? TITLE_FACTOR : 1);
	}
	choose(p, sums, ret);
	return NETRAL_OK;
}

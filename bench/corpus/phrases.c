/* Three sorts: single rare words, pairs and triples as they stand in the text (so that they hit),
 * and combinations that hardly ever occur, as most of a real lexicon does. */
#include "bench/corpus/phrases.h"

#include "bench/corpus/news.h"
#include "lib/cleanup.h"
#include "lib/error.h"

#include <ctype.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

enum {
	SINGLE_COUNT = 600,
	SINGLE_AMONG = 1000,
	FROM_TEXT_COUNT = 900,
	PHRASE_SIZE = 128,
	WORDS_MAX = 12, /* of a phrase, its hyphenated words counted one by one */
};

static const char *const categories[] = {"agama",      "bencana",   "ekonomi",    "hiburan",
					 "hukum",      "kesehatan", "lingkungan", "olahraga",
					 "pendidikan", "pertanian", "politik",    "teknologi"};

/* A set of strings. */
struct set {
	void *root;
};

static int compare_strings(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool set_has(const struct set *s, const char *text)
{
	return tfind(text, &s->root, compare_strings) != NULL;
}

static int set_add(struct set *s, const char *text)
{
	if (set_has(s, text))
		return NETRAL_OK;
	char *copy = strdup(text);
	if (!copy || !tsearch(copy, &s->root, compare_strings)) {
		free(copy);
		return NETRAL_ENOMEM;
	}
	return NETRAL_OK;
}

static void set_fini(struct set *s)
{
	tdestroy(s->root, free);
}

struct phrase_maker {
	const struct vocabulary *v;
	struct random random;
	struct set phrases;
	struct set parts; /* everything that lies within a phrase as whole words */
	FILE *out;
	unsigned count;
};

struct span {
	size_t start, end;
};

static size_t split(const char *phrase, struct span spans[static WORDS_MAX])
{
	size_t count = 0;
	for (size_t i = 0; phrase[i] && count < WORDS_MAX;) {
		if (!isalnum((unsigned char)phrase[i])) {
			i++;
			continue;
		}
		spans[count].start = i;
		while (isalnum((unsigned char)phrase[i]))
			i++;
		spans[count++].end = i;
	}
	return count;
}

typedef int part_fn(struct phrase_maker *m, const char *part);

/* Calls `fn` for each run of whole words within `phrase` but the whole. Stops at what is not 0. */
static int for_each_part(struct phrase_maker *m, const char *phrase, part_fn *fn)
{
	struct span spans[WORDS_MAX];
	size_t count = split(phrase, spans);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = i; j < count; j++) {
			if (i == 0 && j == count - 1)
				continue;
			char part[PHRASE_SIZE];
			snprintf(part, sizeof(part), "%.*s", (int)(spans[j].end - spans[i].start),
				 phrase + spans[i].start);
			int r = fn(m, part);
			if (r)
				return r;
		}
	}
	return 0;
}

static int is_phrase(struct phrase_maker *m, const char *part)
{
	return set_has(&m->phrases, part);
}

static int keep_part(struct phrase_maker *m, const char *part)
{
	return set_add(&m->parts, part);
}

static int offer(struct phrase_maker *m, const char *phrase)
{
	if (strlen(phrase) < 4 || set_has(&m->phrases, phrase) || set_has(&m->parts, phrase) ||
	    for_each_part(m, phrase, is_phrase))
		return NETRAL_OK;
	int r = set_add(&m->phrases, phrase);
	if (r == NETRAL_OK)
		r = for_each_part(m, phrase, keep_part);
	if (r < 0)
		return r;
	const char *category = categories[random_below(&m->random, netral_countof(categories))];
	fprintf(m->out, "%s\t%u\t%s\n", category, random_between(&m->random, 1, 5), phrase);
	m->count++;
	return NETRAL_OK;
}

static int offer_single(struct phrase_maker *m)
{
	return offer(m, vocabulary_affixed(m->v, &m->random, SINGLE_AMONG));
}

/* Two or three words in a row out of a clause, at least one of them no function word. */
static int offer_from_text(struct phrase_maker *m)
{
	netral_cleanup(buf_fini) struct buf clause;
	buf_init(&clause, 0);
	int r = news_clause(m->v, &m->random, &clause);
	if (r == NETRAL_OK)
		r = buf_append(&clause, "", 1);
	if (r < 0)
		return r;
	const char *words[3] = {NULL};
	unsigned want = random_between(&m->random, 2, 3), have = 0;
	bool content = false;
	char *rest = NULL;
	for (char *w = strtok_r((char *)clause.data, " ", &rest); w && have < want;
	     w = strtok_r(NULL, " ", &rest)) {
		if (strchr(w, ','))
			return NETRAL_OK; /* not in a row as a reader sees it */
		content = content || !vocabulary_is_function_word(m->v, w);
		words[have++] = w;
	}
	if (!content || have < want)
		return NETRAL_OK;
	char phrase[PHRASE_SIZE];
	snprintf(phrase, sizeof(phrase), "%s %s%s%s", words[0], words[1], want == 3 ? " " : "",
		 want == 3 ? words[2] : "");
	return offer(m, phrase);
}

static int offer_combination(struct phrase_maker *m)
{
	char phrase[PHRASE_SIZE] = "";
	unsigned roots = random_between(&m->random, 1, 3);
	size_t len = 0;
	for (unsigned i = 0; i < roots; i++)
		len += (size_t)snprintf(phrase + len, sizeof(phrase) - len, "%s ",
					vocabulary_root(m->v, &m->random));
	snprintf(phrase + len, sizeof(phrase) - len, "%s",
		 vocabulary_affixed(m->v, &m->random, UINT32_MAX));
	return offer(m, phrase);
}

int phrases_write(const struct vocabulary *v, FILE *out)
{
	struct phrase_maker m = {.v = v, .random = {.state = 3000}, .out = out};
	int r = NETRAL_OK;
	while (r == NETRAL_OK && m.count < SINGLE_COUNT)
		r = offer_single(&m);
	while (r == NETRAL_OK && m.count < SINGLE_COUNT + FROM_TEXT_COUNT)
		r = offer_from_text(&m);
	while (r == NETRAL_OK && m.count < PHRASE_COUNT)
		r = offer_combination(&m);
	set_fini(&m.phrases);
	set_fini(&m.parts);
	return r;
}

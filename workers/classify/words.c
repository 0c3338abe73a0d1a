#include "workers/classify/words.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int grow(struct words *w)
{
	size_t cap = w->cap ? 2 * w->cap : 1024;
	const char **list = fault_realloc(w->list, cap * sizeof(*list));
	if (!list)
		return NETRAL_ENOMEM;
	w->list = list;
	w->cap = cap;
	return NETRAL_OK;
}

static int add_word(struct words *w, const struct table *t, struct phrases *phrases)
{
	if (strlen(t->field[0]) >= WORD_BYTES_MAX || w->count == WORDS_MAX)
		return table_fail(t, "a word has at most %d bytes, the table %d words",
				  WORD_BYTES_MAX - 1, WORDS_MAX);
	if (w->count == w->cap && grow(w) < 0)
		return NETRAL_ENOMEM;
	w->list[w->count] = phrases_keep(phrases, t->field[0]);
	return w->list[w->count++] ? NETRAL_OK : NETRAL_ENOMEM;
}

int words_load(struct words *w, struct table_set *set, struct phrases *phrases)
{
	netral_cleanup(table_close) struct table t = {0};
	int r = table_open(set, "words.tsv", "form", &t);
	while (r >= 0 && (r = table_next(&t)) > 0)
		r = add_word(w, &t, phrases);
	if (r == NETRAL_OK)
		qsort(w->list, w->count, sizeof(*w->list), compare);
	return r;
}

void words_fini(struct words *w)
{
	free(w->list);
	*w = (struct words){0};
}

bool words_has(const struct words *w, const char *s, size_t len)
{
	char word[WORD_BYTES_MAX];
	const char *key = word;
	if (len >= sizeof(word))
		return false;
	for (size_t i = 0; i < len; i++)
		word[i] = (char)tolower((unsigned char)s[i]);
	word[len] = '\0';
	return bsearch(&key, w->list, w->count, sizeof(*w->list), compare) != NULL;
}

#include "bench/articles.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static struct text member(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	if (!json_is_string(value))
		return (struct text){"", 0};
	return (struct text){json_string_value(value), json_string_length(value)};
}

static int add(struct articles *a, json_t *object)
{
	if (!object)
		return NETRAL_EMALFORMED;
	struct article *article = &a->list[a->count];
	*article = (struct article){.url = member(object, "url"),
				    .title = member(object, "title"),
				    .text = member(object, "text"),
				    .published = member(object, "published"),
				    .source = {"bench", 5}};
	if (json_array_append_new(a->owned, object) < 0)
		return NETRAL_ENOMEM;
	a->count++;
	return article_check(article, (char[ARTICLE_REASON_SIZE]){0});
}

static int load(struct articles *a, FILE *f, size_t count)
{
	netral_cleanup(netral_freep) char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int r = NETRAL_OK;
	while (r == NETRAL_OK && a->count < count && (len = getline(&line, &size, f)) > 0)
		r = add(a, json_loadb(line, (size_t)len, 0, NULL));
	return r;
}

int articles_load(struct articles *a, const char *path, size_t count)
{
	*a = (struct articles){.list = calloc(count, sizeof(*a->list)), .owned = json_array()};
	FILE *f = fopen(path, "re");
	int r = NETRAL_ENOTFOUND;
	if (f && a->list && a->owned)
		r = load(a, f, count);
	if (f)
		fclose(f);
	if (r < 0) {
		fprintf(stderr, "%s:%zu: %s\n", path, a->count + 1, netral_strerror(r));
		articles_free(a);
	}
	return r;
}

void articles_free(struct articles *a)
{
	json_decref(a->owned);
	free(a->list);
	*a = (struct articles){0};
}

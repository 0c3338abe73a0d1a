/* JSON-LD says what an object is, so the first article counts, wherever sites put it: at the top,
 * in an array, in @graph, under mainEntity. Lists of other articles (ItemList) are not entered.
 *
 * The state of an application says nothing of the kind. There the longest string that reads like
 * sentences is taken for the text, and the object it stands in for the article. */
#include "lib/extract/json_data.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/extract/json_mend.h"
#include "lib/json_tree.h"

#include <string.h>
#include <strings.h>

enum { STATE_TEXT_MIN = 200, STATE_SENTENCES_MIN = 3 };

static const struct text nothing = {"", 0};

static struct json_data no_data(void)
{
	return (struct json_data){.title = nothing,
				  .body = nothing,
				  .published = nothing,
				  .url = nothing,
				  .site = nothing,
				  .section = nothing,
				  .language = nothing};
}

static struct text text_of(const json_t *value)
{
	if (json_is_string(value))
		return (struct text){json_string_value(value), json_string_length(value)};
	return nothing;
}

static struct text get(const json_t *object, const char *key)
{
	return text_of(json_object_get(object, key));
}

/* A string, or the first of an array, or what an object names under `key`. */
static struct text named(const json_t *value, const char *key)
{
	if (json_is_array(value))
		value = json_array_get(value, 0);
	return json_is_object(value) ? get(value, key) : text_of(value);
}

static bool ends_in(const struct text *t, const char *end)
{
	size_t len = strlen(end);
	return t->len >= len && strcasecmp(t->ptr + t->len - len, end) == 0;
}

static bool is_article_name(const struct text *type)
{
	return ends_in(type, "Article") || ends_in(type, "BlogPosting") ||
	       ends_in(type, "NewsReport") || ends_in(type, "LiveBlogPosting");
}

static bool is_article(const json_t *object)
{
	const json_t *type = json_object_get(object, "@type");
	size_t count = json_is_array(type) ? json_array_size(type) : 1;
	for (size_t i = 0; i < count; i++) {
		struct text name = text_of(json_is_array(type) ? json_array_get(type, i) : type);
		if (is_article_name(&name))
			return true;
	}
	return false;
}

static const json_t *find_article(const json_t *value, unsigned depth)
{
	static const char *const keys[] = {"@graph", "mainEntity", "mainEntityOfPage"};
	const json_t *found = NULL;
	if (depth > JSON_DATA_DEPTH_MAX)
		return NULL;
	for (size_t i = 0; i < json_array_size(value) && !found; i++)
		found = find_article(json_array_get(value, i), depth + 1);
	if (!json_is_object(value))
		return found;
	if (is_article(value))
		return value;
	for (size_t i = 0; i < netral_countof(keys) && !found; i++)
		found = find_article(json_object_get(value, keys[i]), depth + 1);
	return found;
}

static bool is_dated_page(const json_t *object)
{
	struct text type = get(object, "@type");
	return ends_in(&type, "WebPage") || ends_in(&type, "ItemPage") ||
	       ends_in(&type, "CreativeWork");
}

/* The date of the page itself, which is an article's where none is told of. */
static struct text find_page_date(const json_t *value)
{
	struct text date = nothing;
	if (json_is_object(value) && json_object_get(value, "@graph"))
		value = json_object_get(value, "@graph");
	for (size_t i = 0; i < json_array_size(value) && !date.len; i++) {
		const json_t *item = json_array_get(value, i);
		date = is_dated_page(item) ? get(item, "datePublished") : nothing;
	}
	return is_dated_page(value) ? get(value, "datePublished") : date;
}

static void add_author(const json_t *value, struct json_data *data)
{
	struct text name = json_is_object(value) ? named(json_object_get(value, "name"), "name")
						 : text_of(value);
	if (name.len && data->author_count < JSON_DATA_AUTHORS_MAX)
		data->authors[data->author_count++] = name;
}

static void add_authors(const json_t *value, struct json_data *data)
{
	if (!json_is_array(value))
		add_author(value, data);
	for (size_t i = 0; i < json_array_size(value); i++)
		add_author(json_array_get(value, i), data);
}

static void read_article(const json_t *a, struct json_data *data)
{
	data->title = get(a, "headline");
	if (!data->title.len)
		data->title = get(a, "name");
	data->body = get(a, "articleBody");
	if (!data->body.len)
		data->body = get(a, "text");
	struct text published = get(a, "datePublished"), created = get(a, "dateCreated");
	if (published.len || created.len)
		data->published = published.len ? published : created;
	data->url = get(a, "url");
	if (!data->url.len)
		data->url = named(json_object_get(a, "mainEntityOfPage"), "@id");
	data->site = named(json_object_get(a, "publisher"), "name");
	data->section = named(json_object_get(a, "articleSection"), "name");
	data->language = named(json_object_get(a, "inLanguage"), "name");
	add_authors(json_object_get(a, "author"), data);
}

/* NULL: no JSON in it, or no room. */
static json_t *load(const struct clean_script *script, struct arena *arena)
{
	netral_cleanup(buf_fini) struct buf mended = {.limit = 2 * (size_t)JSON_DATA_SCRIPT_MAX};
	json_error_t error;
	bool exhausted;
	if (script->json.len > JSON_DATA_SCRIPT_MAX || json_mend(&script->json, &mended) < 0)
		return NULL;
	return mended.len ? json_tree_load((const char *)mended.data, mended.len, 0, arena, &error,
					   &exhausted)
			  : NULL;
}

/* The day from a script whose quotes are broken, which is all that can be read of it safely. */
static struct text rescue_date(const struct clean_script *script)
{
	static const char key[] = "\"datePublished\"";
	const struct text *json = &script->json;
	const char *end = json->ptr + json->len;
	const char *at = memmem(json->ptr, json->len, key, sizeof(key) - 1);
	if (!at || !memmem(json->ptr, json->len, "Article\"", 8))
		return nothing;
	at += sizeof(key) - 1;
	while (at < end && strchr(" :\t\r\n", *at) && *at)
		at++;
	if (at == end || *at++ != '"')
		return nothing;
	const char *quote = memchr(at, '"', (size_t)(end - at));
	return quote ? (struct text){at, (size_t)(quote - at)} : nothing;
}

void json_data_linked(const struct clean_page *page, struct arena *arena, struct json_data *ret)
{
	const json_t *article = NULL;
	*ret = no_data();
	for (size_t i = 0; i < page->script_count && !article; i++) {
		const struct clean_script *script = &page->scripts[i];
		const json_t *value = script->linked_data ? load(script, arena) : NULL;
		article = find_article(value, 0);
		if (script->linked_data && !ret->published.len)
			ret->published = value ? find_page_date(value) : rescue_date(script);
	}
	if (article)
		read_article(article, ret);
}

/* --- application state --- */

/* Long, with blanks and sentences: no address, no program, no picture. */
static bool reads_like_text(const struct text *t)
{
	size_t blanks = 0, sentences = 0;
	if (t->len < STATE_TEXT_MIN)
		return false;
	for (size_t i = 0; i + 1 < t->len; i++) {
		blanks += t->ptr[i] == ' ';
		sentences += t->ptr[i] == '.' && strchr(" <\n\"&", t->ptr[i + 1]);
	}
	return blanks * 20 > t->len && sentences >= STATE_SENTENCES_MIN &&
	       !memmem(t->ptr, t->len, "function(", 9) && !memmem(t->ptr, t->len, "{\"", 2);
}

struct longest {
	const json_t *object; /* that the text stands in */
	struct text body;
};

static void find_text(json_t *value, const json_t *object, unsigned depth, struct longest *best)
{
	struct text t = text_of(value);
	void *at;
	if (t.len > best->body.len && object && reads_like_text(&t))
		*best = (struct longest){object, t};
	if (depth > JSON_DATA_DEPTH_MAX)
		return;
	for (size_t i = 0; i < json_array_size(value); i++)
		find_text(json_array_get(value, i), object, depth + 1, best);
	if (!json_is_object(value))
		return;
	for (at = json_object_iter(value); at; at = json_object_iter_next(value, at))
		find_text(json_object_iter_value(at), value, depth + 1, best);
}

static struct text first_of(const json_t *object, const char *const *keys)
{
	struct text t = nothing;
	for (; *keys && !t.len; keys++)
		t = named(json_object_get(object, *keys), "name");
	return t;
}

void json_data_state(const struct clean_page *page, struct arena *arena, struct json_data *ret)
{
	static const char *const titles[] = {"title", "headline", "judul", "name", NULL};
	static const char *const dates[] = {"datePublished", "publishedAt",  "published_at",
					    "publishDate",   "publish_date", "published_date",
					    "published",     "tanggal",      "date",
					    "createdAt",     "created_at",   NULL};
	static const char *const authors[] = {"author", "penulis", "authors", "reporter", NULL};
	static const char *const sections[] = {"section", "category", "kategori", "kanal", NULL};
	struct longest best = {NULL, nothing};
	*ret = no_data();
	for (size_t i = 0; i < page->script_count; i++) {
		if (!page->scripts[i].linked_data)
			find_text(load(&page->scripts[i], arena), NULL, 0, &best);
	}
	if (!best.object)
		return;
	ret->body = best.body;
	ret->title = first_of(best.object, titles);
	ret->published = first_of(best.object, dates);
	ret->section = first_of(best.object, sections);
	ret->authors[0] = first_of(best.object, authors);
	ret->author_count = ret->authors[0].len > 0;
}

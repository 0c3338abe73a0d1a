/* JSON Feed is made by programs: what is no JSON is refused as a whole, and a member of another
 * type than the specification says counts as absent. */
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/feed/feed_internal.h"
#include "lib/json_tree.h"
#include "lib/web/charset.h"
#include "lib/web/markup.h"

#include <string.h>

struct source {
	const struct text *base;
	struct arena *arena;
};

/* The string under `key`, or empty. */
static struct text get(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	if (!json_is_string(value))
		return (struct text){"", 0};
	return (struct text){json_string_value(value), json_string_length(value)};
}

static int get_plain(const struct source *s, const json_t *object, const char *key, size_t max,
		     struct text *ret)
{
	struct text t = get(object, key);
	return markup_text(t.ptr, t.len, max, s->arena, ret);
}

static int get_url(const struct source *s, const json_t *object, const char *key, struct text *ret)
{
	struct text t = get(object, key);
	return ret->len > 0 ? NETRAL_OK : feed_copy_url(s->arena, s->base, t.ptr, t.len, ret);
}

/* Version 1.0 has numbers for ids here and there, as its own text foresees. */
static int get_id(const struct source *s, const json_t *item, struct text *ret)
{
	const json_t *value = json_object_get(item, "id");
	struct text t = get(item, "id");
	if (!json_is_integer(value))
		return feed_copy_whole(s->arena, t.ptr, t.len, FEED_ID_MAX, ret);
	const char *digits =
		arena_printf(s->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	if (!digits)
		return NETRAL_ENOMEM;
	*ret = (struct text){digits, strlen(digits)};
	return NETRAL_OK;
}

static int get_date(const struct source *s, const json_t *item, const char *key,
		    struct feed_item *out, struct text *ret)
{
	struct text t = get(item, key);
	int r = feed_copy_date(s->arena, t.ptr, t.len, ret);
	if (r == 0 && t.len > 0)
		out->date_unreadable = true;
	return r < 0 ? r : NETRAL_OK;
}

/* "authors" of 1.1, or "author" of 1.0. */
static int get_author(const struct source *s, const json_t *item, struct text *ret)
{
	netral_cleanup(buf_fini) struct buf all = {.limit = 0};
	const json_t *list = json_object_get(item, "authors");
	int r = NETRAL_OK;
	for (size_t i = 0; i < json_array_size(list) && all.len < FEED_AUTHOR_MAX; i++) {
		struct text name = get(json_array_get(list, i), "name");
		if (r == NETRAL_OK && name.len > 0 && all.len > 0)
			r = buf_append(&all, ", ", 2);
		if (r == NETRAL_OK)
			r = buf_append(&all, name.ptr, name.len);
	}
	if (r < 0)
		return r;
	if (all.len > 0)
		return markup_text((const char *)all.data, all.len, FEED_AUTHOR_MAX, s->arena, ret);
	return get_plain(s, json_object_get(item, "author"), "name", FEED_AUTHOR_MAX, ret);
}

static int get_content(const struct source *s, const json_t *item, struct feed_item *out)
{
	struct text html = get(item, "content_html");
	struct text plain = get(item, "content_text");
	out->content_is_html = html.len > 0;
	if (html.len > 0)
		plain = html;
	return feed_copy_whole(s->arena, plain.ptr, plain.len, FEED_CONTENT_MAX, &out->content);
}

static int read_item(const struct source *s, const json_t *item, struct feed_item *out)
{
	int r = get_url(s, item, "url", &out->url);
	if (r == NETRAL_OK)
		r = get_url(s, item, "external_url", &out->url);
	if (r == NETRAL_OK)
		r = get_id(s, item, &out->id);
	if (r == NETRAL_OK && out->url.len == 0 && feed_is_url(&out->id))
		r = get_url(s, item, "id", &out->url);
	if (r == NETRAL_OK)
		r = get_plain(s, item, "title", ARTICLE_TITLE_MAX, &out->title);
	if (r == NETRAL_OK)
		r = get_date(s, item, "date_published", out, &out->published);
	if (r == NETRAL_OK)
		r = get_date(s, item, "date_modified", out, &out->updated);
	if (r == NETRAL_OK)
		r = get_author(s, item, &out->author);
	if (r == NETRAL_OK)
		r = get_plain(s, item, "summary", FEED_SUMMARY_MAX, &out->summary);
	return r == NETRAL_OK ? get_content(s, item, out) : r;
}

static int read_items(const struct source *s, const json_t *list, struct feed_items *items)
{
	int r = NETRAL_OK;
	for (size_t i = 0; i < json_array_size(list) && r == NETRAL_OK; i++) {
		struct feed_item item = feed_item_empty();
		const json_t *object = json_array_get(list, i);
		if (i < FEED_ITEMS_MAX)
			r = read_item(s, object, &item);
		if (r == NETRAL_OK)
			r = feed_items_add(items, &item);
	}
	return r;
}

static int read_feed(const struct source *s, const json_t *top, struct feed *feed)
{
	netral_cleanup(feed_items_fini) struct feed_items items;
	feed_items_init(&items);
	int r = get_plain(s, top, "title", ARTICLE_TITLE_MAX, &feed->title);
	if (r == NETRAL_OK)
		r = get_plain(s, top, "language", FEED_LANGUAGE_MAX, &feed->language);
	if (r == NETRAL_OK)
		r = get_url(s, top, "home_page_url", &feed->site_url);
	if (r == NETRAL_OK)
		r = read_items(s, json_object_get(top, "items"), &items);
	return r == NETRAL_OK ? feed_items_end(&items, s->arena, feed) : r;
}

/* The library's message quotes what it found, which may be anything. */
static int syntax_error(const json_error_t *e, char *reason)
{
	feed_fail(reason, NETRAL_EMALFORMED, "feed: JSON, line %d, column %d: %s", e->line,
		  e->column, e->text);
	for (char *s = reason; *s; s++) {
		if (*s < ' ' || *s > '~')
			*s = '?';
	}
	return NETRAL_EMALFORMED;
}

int feed_read_json(const char *data, size_t len, const struct text *charset,
		   const struct text *base, struct arena *arena, struct feed *ret_feed,
		   char *reason)
{
	netral_cleanup(buf_fini) struct buf text = {.limit = 0};
	struct source source = {base, arena};
	struct feed feed = feed_empty(FEED_JSON);
	json_error_t error;
	bool exhausted;
	int r = charset_to_utf8(data, len, charset, &text, &feed.damage.mended);
	if (r < 0)
		return feed_fail(reason, r, "feed: %s", netral_strerror(r));
	const json_t *top =
		json_tree_load((const char *)text.data, text.len, 0, arena, &error, &exhausted);
	if (exhausted)
		return feed_fail(reason, NETRAL_ETOOBIG, "feed: JSON takes too much memory");
	if (!top)
		return syntax_error(&error, reason);
	if (!json_is_array(json_object_get(top, "items")))
		return feed_fail(reason, NETRAL_EMALFORMED,
				 "feed: JSON without \"items\", no JSON Feed");
	r = read_feed(&source, top, &feed);
	if (r < 0)
		return feed_fail(reason, r, "feed: JSON takes too much memory");
	*ret_feed = feed;
	return NETRAL_OK;
}

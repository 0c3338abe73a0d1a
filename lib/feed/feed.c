#include "lib/feed/feed.h"

#include "lib/error.h"
#include "lib/feed/feed_internal.h"
#include "lib/utf8.h"
#include "lib/web/url.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* How far the content is looked at to tell what it is. */
enum { SNIFF_MAX = 1024 };

int feed_fail(char *reason, int err, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(reason, FEED_REASON_SIZE, format, args);
	va_end(args);
	return err;
}

struct feed_item feed_item_empty(void)
{
	struct text none = {"", 0};
	return (struct feed_item){.url = none,
				  .id = none,
				  .title = none,
				  .published = none,
				  .updated = none,
				  .author = none,
				  .summary = none,
				  .content = none};
}

struct feed feed_empty(enum feed_format format)
{
	struct text none = {"", 0};
	return (struct feed){.format = format, .title = none, .language = none, .site_url = none};
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int feed_copy(struct arena *arena, const char *s, size_t len, size_t max, struct text *ret_text)
{
	while (len > 0 && is_blank(s[0])) {
		s++;
		len--;
	}
	while (len > 0 && is_blank(s[len - 1]))
		len--;
	if (len > max)
		len = utf8_cut(s, max);
	char *copy = arena_strndup(arena, s, len);
	if (!copy)
		return NETRAL_ENOMEM;
	*ret_text = (struct text){copy, len};
	return NETRAL_OK;
}

int feed_copy_whole(struct arena *arena, const char *s, size_t len, size_t max,
		    struct text *ret_text)
{
	return feed_copy(arena, s, len <= max ? len : 0, max, ret_text);
}

int feed_copy_date(struct arena *arena, const char *s, size_t len, struct text *ret_text)
{
	struct date date;
	char text[DATE_FORMAT_SIZE];
	if (!web_date_read(s, len, &date))
		return 0;
	web_date_format(&date, text);
	int r = feed_copy(arena, text, strlen(text), sizeof(text), ret_text);
	return r < 0 ? r : 1;
}

int feed_copy_url(struct arena *arena, const struct text *base, const char *s, size_t len,
		  struct text *ret_url)
{
	int r = url_resolve(base, &(struct text){s, len}, arena, ret_url);
	return r == NETRAL_ENOMEM ? r : NETRAL_OK;
}

void feed_items_init(struct feed_items *items)
{
	*items = (struct feed_items){.left_out = 0};
	buf_init(&items->list, FEED_ITEMS_MAX * sizeof(struct feed_item));
}

void feed_items_fini(struct feed_items *items)
{
	buf_fini(&items->list);
}

int feed_items_add(struct feed_items *items, const struct feed_item *item)
{
	bool full = items->list.len / sizeof(*item) == FEED_ITEMS_MAX;
	bool silent = item->url.len == 0 && item->id.len == 0 && item->title.len == 0;
	if (full || silent) {
		items->left_out++;
		return NETRAL_OK;
	}
	return buf_append(&items->list, item, sizeof(*item));
}

int feed_items_end(struct feed_items *items, struct arena *arena, struct feed *feed)
{
	feed->items = arena_alloc(arena, items->list.len);
	if (!feed->items)
		return NETRAL_ENOMEM;
	if (items->list.len > 0)
		memcpy(feed->items, items->list.data, items->list.len);
	feed->item_count = items->list.len / sizeof(struct feed_item);
	feed->left_out = items->left_out;
	return NETRAL_OK;
}

static bool begins(const char *s, size_t len, const char *word)
{
	return len >= strlen(word) && strncasecmp(s, word, strlen(word)) == 0;
}

bool feed_is_url(const struct text *id)
{
	return begins(id->ptr, id->len, "http://") || begins(id->ptr, id->len, "https://");
}

/* The first byte that says something: behind a byte order mark, blanks, and NULs of UTF-16. */
static size_t first_byte(const char *data, size_t len)
{
	size_t i = 0;
	while (i < len && (is_blank(data[i]) || strchr("\xef\xbb\xbf\xff\xfe", data[i])))
		i++;
	return i;
}

int feed_read(const char *data, size_t len, const struct text *charset, const struct text *base,
	      struct arena *arena, struct feed *ret_feed, char reason[static FEED_REASON_SIZE])
{
	if (len > FEED_BYTES_MAX)
		return feed_fail(reason, NETRAL_ETOOBIG, "feed: %zu bytes exceed the limit of %d",
				 len, FEED_BYTES_MAX);
	size_t at = first_byte(data, len < SNIFF_MAX ? len : (size_t)SNIFF_MAX);
	if (at == len)
		return feed_fail(reason, NETRAL_EMALFORMED, "feed: empty");
	if (begins(data + at, len - at, "<!doctype html") || begins(data + at, len - at, "<html"))
		return feed_fail(reason, NETRAL_EMALFORMED, "feed: an HTML page, no feed");
	if (data[at] == '{' || data[at] == '[')
		return feed_read_json(data, len, charset, base, arena, ret_feed, reason);
	return feed_read_xml(data, len, charset, base, arena, ret_feed, reason);
}

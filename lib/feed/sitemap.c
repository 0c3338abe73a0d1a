#include "lib/feed/sitemap.h"

#include "lib/cleanup.h"
#include "lib/coding/coding.h"
#include "lib/error.h"
#include "lib/web/charset.h"
#include "lib/web/date.h"
#include "lib/web/markup.h"
#include "lib/web/url.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What a captured element is; its text ends at the same depth. */
enum field {
	FIELD_NONE,
	FIELD_URL,
	FIELD_CHANGED,
	FIELD_TITLE,
	FIELD_PUBLISHED,
	FIELD_NAME,
	FIELD_LANGUAGE
};

struct walk {
	struct arena *arena;
	const struct text *base;
	struct sitemap map;
	struct buf list; /* of struct sitemap_entry */
	struct sitemap_entry entry;
	bool in_entry, known_root;
	char root[XML_NAME_MAX + 1];
	unsigned depth;
	enum field field;
	unsigned field_depth;
	struct buf text;
};

static int say(char *reason, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static int say(char *reason, int err, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(reason, SITEMAP_REASON_SIZE, format, args);
	va_end(args);
	return err;
}

static struct sitemap_entry empty_entry(void)
{
	struct text none = {"", 0};
	return (struct sitemap_entry){none, none, none, none, none, none};
}

static int add_entry(struct walk *w)
{
	bool full = w->list.len / sizeof(w->entry) == SITEMAP_ENTRIES_MAX;
	if (full || w->entry.url.len == 0) {
		w->map.left_out++;
		return NETRAL_OK;
	}
	return buf_append(&w->list, &w->entry, sizeof(w->entry));
}

static int take_url(struct walk *w, const struct text *t)
{
	int r = url_resolve(w->base, t, w->arena, &w->entry.url);
	return r == NETRAL_ENOMEM ? r : NETRAL_OK;
}

static int take_date(struct walk *w, const struct text *t, struct text *ret)
{
	struct date date;
	char text[DATE_FORMAT_SIZE];
	if (!web_date_read(t->ptr, t->len, &date))
		return NETRAL_OK;
	web_date_format(&date, text);
	char *copy = arena_strdup(w->arena, text);
	if (!copy)
		return NETRAL_ENOMEM;
	*ret = (struct text){copy, strlen(copy)};
	return NETRAL_OK;
}

/* --- XML --- */

/* The namespaces of the extensions are not minded: images and videos have names of their own. */
static enum field field_of(const char *name)
{
	static const struct {
		const char *name;
		enum field field;
	} fields[] = {{"loc", FIELD_URL},     {"lastmod", FIELD_CHANGED},
		      {"title", FIELD_TITLE}, {"publication_date", FIELD_PUBLISHED},
		      {"name", FIELD_NAME},   {"language", FIELD_LANGUAGE}};
	for (size_t i = 0; i < netral_countof(fields); i++) {
		if (strcmp(name, fields[i].name) == 0)
			return fields[i].field;
	}
	return FIELD_NONE;
}

/* image:loc and video:title are of something else. */
static bool is_foreign(const struct xml_element *e)
{
	return strstr(e->space, "sitemap-image") || strstr(e->space, "sitemap-video") ||
	       (!e->space[0] &&
		(strcmp(e->prefix, "image") == 0 || strcmp(e->prefix, "video") == 0));
}

static int on_start(void *user, const struct xml_element *e)
{
	struct walk *w = user;
	if (++w->depth == 1) {
		memcpy(w->root, e->name, strnlen(e->name, XML_NAME_MAX));
		w->known_root =
			strcmp(w->root, "urlset") == 0 || strcmp(w->root, "sitemapindex") == 0;
		w->map.kind = w->root[0] == 's' ? SITEMAP_INDEX : SITEMAP_URLS;
	}
	if (!w->known_root || w->field != FIELD_NONE)
		return NETRAL_OK;
	if (w->depth == 2) {
		w->in_entry = strcmp(e->name, "url") == 0 || strcmp(e->name, "sitemap") == 0;
		w->entry = empty_entry();
	} else if (w->in_entry && !is_foreign(e)) {
		w->field = field_of(e->name);
		w->field_depth = w->depth;
	}
	return NETRAL_OK;
}

static int end_field(struct walk *w)
{
	struct text t = {w->text.len > 0 ? (const char *)w->text.data : "", w->text.len};
	switch (w->field) {
	case FIELD_URL:
		return take_url(w, &t);
	case FIELD_CHANGED:
		return take_date(w, &t, &w->entry.changed);
	case FIELD_PUBLISHED:
		return take_date(w, &t, &w->entry.news_published);
	case FIELD_TITLE:
		return markup_text(t.ptr, t.len, ARTICLE_TITLE_MAX, w->arena, &w->entry.news_title);
	case FIELD_NAME:
		return markup_text(t.ptr, t.len, SITEMAP_NAME_MAX, w->arena, &w->entry.news_name);
	case FIELD_LANGUAGE:
		return markup_text(t.ptr, t.len, SITEMAP_LANGUAGE_MAX, w->arena,
				   &w->entry.news_language);
	default:
		return NETRAL_OK;
	}
}

static int on_end(void *user, const char *name)
{
	struct walk *w = user;
	int r = NETRAL_OK;
	(void)name;
	if (w->field != FIELD_NONE && w->field_depth == w->depth) {
		r = end_field(w);
		w->field = FIELD_NONE;
		buf_clear(&w->text);
	} else if (w->in_entry && w->depth == 2) {
		r = add_entry(w);
		w->in_entry = false;
	}
	w->depth--;
	return r;
}

static int on_text(void *user, const char *s, size_t len)
{
	struct walk *w = user;
	return w->field == FIELD_NONE ? NETRAL_OK : buf_append(&w->text, s, len);
}

static int read_xml(struct walk *w, const struct text *file, const struct text *charset,
		    char *reason)
{
	static const struct xml_handler handler = {on_start, on_end, on_text};
	int r = xml_read(file->ptr, file->len, charset, &handler, w, &w->map.damage);
	if (r < 0 && r != NETRAL_EMALFORMED)
		return say(reason, r, "sitemap: %s", netral_strerror(r));
	if (r < 0)
		return say(reason, r, "sitemap: neither XML nor a list of URLs");
	if (strcasecmp(w->root, "html") == 0)
		return say(reason, NETRAL_EMALFORMED, "sitemap: an HTML page, no sitemap");
	if (!w->known_root)
		return say(reason, NETRAL_EMALFORMED,
			   "sitemap: begins with <%s>, which no sitemap does", w->root);
	return NETRAL_OK;
}

/* --- text --- */

static bool begins_with_url(const struct text *file)
{
	const char *s = file->ptr, *end = s + file->len;
	while (s < end && *s && strchr("\xef\xbb\xbf \t\r\n", *s))
		s++;
	size_t left = (size_t)(end - s);
	return (left >= 7 && strncasecmp(s, "http://", 7) == 0) ||
	       (left >= 8 && strncasecmp(s, "https://", 8) == 0);
}

static int read_lines(struct walk *w, const struct buf *text)
{
	const char *s = (const char *)text->data, *end = s + text->len; /* there is a URL in it */
	int r = NETRAL_OK;
	w->map.kind = SITEMAP_TEXT;
	while (s < end && r == NETRAL_OK) {
		const char *line_end = s;
		while (line_end < end && *line_end != '\n' && *line_end != '\r')
			line_end++;
		struct text line = {s, (size_t)(line_end - s)};
		w->entry = empty_entry();
		if (line.len > 0) {
			r = take_url(w, &line);
			r = r == NETRAL_OK ? add_entry(w) : r;
		}
		s = line_end + 1;
	}
	return r;
}

static int read_text(struct walk *w, const struct text *file, const struct text *charset,
		     char *reason)
{
	netral_cleanup(buf_fini) struct buf text = {.limit = 0};
	int r = charset_to_utf8(file->ptr, file->len, charset, &text, &w->map.damage.mended);
	if (r == NETRAL_OK)
		r = read_lines(w, &text);
	return r < 0 ? say(reason, r, "sitemap: %s", netral_strerror(r)) : r;
}

/* --- the whole --- */

/* *ret_file is `data`, or what it unpacks to, in `unpacked`. */
static int unpack(const char *data, size_t len, struct buf *unpacked, struct text *ret_file,
		  bool *ret_cut, char *reason)
{
	*ret_cut = len > SITEMAP_BYTES_MAX;
	*ret_file = (struct text){data, *ret_cut ? (size_t)SITEMAP_BYTES_MAX : len};
	if (!coding_is_gzip(data, len))
		return NETRAL_OK;
	if (len > SITEMAP_PACKED_MAX)
		return say(reason, NETRAL_ETOOBIG, "sitemap: %zu bytes exceed the limit of %d", len,
			   SITEMAP_PACKED_MAX);
	static const struct text gzip = {"gzip", 4};
	int r = coding_undo(&gzip, data, len, SITEMAP_BYTES_MAX, unpacked);
	*ret_cut = r != CODING_DONE && r != CODING_SURPLUS;
	if (r >= 0 && *ret_cut && unpacked->len == 0)
		r = NETRAL_EMALFORMED;
	if (r < 0)
		return say(reason, r, "sitemap: gzip: %s", netral_strerror(r));
	*ret_file = (struct text){(const char *)unpacked->data, unpacked->len};
	return NETRAL_OK;
}

static int read_file(struct walk *w, const struct text *file, const struct text *charset,
		     char *reason)
{
	if (file->len == 0)
		return say(reason, NETRAL_EMALFORMED, "sitemap: empty");
	return begins_with_url(file) ? read_text(w, file, charset, reason)
				     : read_xml(w, file, charset, reason);
}

static int end_walk(struct walk *w, char *reason)
{
	w->map.entries = arena_alloc(w->arena, w->list.len);
	if (!w->map.entries)
		return say(reason, NETRAL_ENOMEM, "sitemap: out of memory");
	if (w->list.len > 0)
		memcpy(w->map.entries, w->list.data, w->list.len);
	w->map.entry_count = w->list.len / sizeof(w->entry);
	return NETRAL_OK;
}

int sitemap_read(const char *data, size_t len, const struct text *charset, const struct text *base,
		 struct arena *arena, struct sitemap *ret_sitemap,
		 char reason[static SITEMAP_REASON_SIZE])
{
	netral_cleanup(buf_fini) struct buf unpacked = {.limit = 0};
	struct walk w = {.arena = arena, .base = base};
	struct text file;
	buf_init(&w.list, SITEMAP_ENTRIES_MAX * sizeof(struct sitemap_entry));
	buf_init(&w.text, 0);
	int r = unpack(data, len, &unpacked, &file, &w.map.cut, reason);
	if (r == NETRAL_OK)
		r = read_file(&w, &file, charset, reason);
	if (r == NETRAL_OK)
		r = end_walk(&w, reason);
	if (r == NETRAL_OK)
		*ret_sitemap = w.map;
	buf_fini(&w.list);
	buf_fini(&w.text);
	return r;
}

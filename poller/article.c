#include "poller/article.h"

#include "lib/error.h"
#include "lib/web/url.h"

#include <string.h>
#include <strings.h>
#include <xxhash.h>

enum { FULL_BYTES = 1200, JOINED_ARENA_MAX = 64 << 10 };

void joined_init(struct joined *j)
{
	*j = (struct joined){
		.title = {"", 0}, .url = {"", 0}, .published = {"", 0}, .next = {"", 0}};
	buf_init(&j->text, ARTICLE_TEXT_MAX);
	arena_init(&j->arena, JOINED_ARENA_MAX);
}

void joined_fini(struct joined *j)
{
	buf_fini(&j->text);
	arena_fini(&j->arena);
}

/* --- paragraphs that were there --- */

struct lines {
	uint64_t *slots; /* hashes; 0 is free */
	size_t mask;
};

static uint64_t hash_of(const char *s, size_t len)
{
	uint64_t h = XXH3_64bits(s, len);
	return h ? h : 1;
}

/* Whether the line was there; it is from now on. */
static bool lines_add(struct lines *l, const char *s, size_t len)
{
	uint64_t h = hash_of(s, len);
	size_t i = h & l->mask;
	for (; l->slots[i]; i = (i + 1) & l->mask) {
		if (l->slots[i] == h)
			return true;
	}
	l->slots[i] = h;
	return false;
}

static size_t count_lines(const char *s, size_t len)
{
	size_t count = 1;
	for (const char *end = s + len; (s = memchr(s, '\n', (size_t)(end - s))); s++)
		count++;
	return count;
}

/* The line at `s`, without its end. */
static size_t line_len(const char *s, const char *end)
{
	const char *stop = memchr(s, '\n', (size_t)(end - s));
	return (size_t)((stop ? stop : end) - s);
}

static int lines_of(const struct joined *j, size_t more, struct arena *arena, struct lines *ret)
{
	const char *s = (const char *)j->text.data, *end = s + j->text.len;
	size_t slots = 16;
	while (slots < 2 * (count_lines(s, j->text.len) + more))
		slots *= 2;
	*ret = (struct lines){arena_calloc(arena, slots, sizeof(uint64_t)), slots - 1};
	if (!ret->slots)
		return NETRAL_ENOMEM;
	while (s < end) {
		size_t len = line_len(s, end);
		lines_add(ret, s, len);
		s += len + 1;
	}
	return NETRAL_OK;
}

static int append_line(struct buf *text, const char *s, size_t len)
{
	int r = text->len ? buf_append(text, "\n", 1) : NETRAL_OK;
	return r < 0 ? r : buf_append(text, s, len);
}

/* What is beyond the bound of an article is left out. */
static int append_new_lines(struct joined *j, const struct text *page, struct arena *scratch)
{
	struct lines lines;
	const char *s = page->ptr, *end = s + page->len;
	size_t before = j->text.len;
	int r = lines_of(j, count_lines(page->ptr, page->len), scratch, &lines);
	while (r == NETRAL_OK && s < end) {
		size_t len = line_len(s, end);
		if (!lines_add(&lines, s, len))
			r = append_line(&j->text, s, len);
		s += len + 1;
	}
	if (r == NETRAL_ETOOBIG)
		r = NETRAL_OK;
	return r == NETRAL_OK && j->text.len == before ? NETRAL_EINVALID : r;
}

/* --- pages --- */

static int keep(struct joined *j, const struct text *from, struct text *ret)
{
	const char *copy = arena_strndup(&j->arena, from->ptr, from->len);
	if (!copy)
		return NETRAL_ENOMEM;
	*ret = (struct text){copy, from->len};
	return NETRAL_OK;
}

/* `link` as url_resolve() writes it, when it is of the site of `url`; else empty. */
static int keep_own(struct joined *j, const struct text *url, const struct text *link,
		    struct text *ret)
{
	struct text absolute;
	*ret = (struct text){"", 0};
	if (!link->len)
		return NETRAL_OK;
	int r = url_resolve(url, link, &j->arena, &absolute);
	if (r == NETRAL_OK && url_same_site(url, &absolute))
		*ret = absolute;
	return r == NETRAL_ENOMEM ? r : NETRAL_OK;
}

static int first_page(struct joined *j, const struct text *url, const struct extracted *e)
{
	const struct text *f = e->field;
	int r = buf_append(&j->text, f[EXTRACT_TEXT].ptr, f[EXTRACT_TEXT].len);
	if (r == NETRAL_OK)
		r = keep(j, &f[EXTRACT_TITLE], &j->title);
	if (r == NETRAL_OK)
		r = keep(j, &f[EXTRACT_PUBLISHED], &j->published);
	if (r == NETRAL_OK)
		r = keep_own(j, url, &f[EXTRACT_PAGE_URL], &j->url);
	if (r == NETRAL_OK && !j->url.len)
		r = keep(j, url, &j->url);
	return r;
}

/* Where an article goes on: all of it as one page, if that is offered, else the next. */
static const struct text *rest_of(const struct joined *j, const struct extracted *e)
{
	bool whole = j->pages == 0 && e->field[EXTRACT_WHOLE].len > 0;
	return &e->field[whole ? EXTRACT_WHOLE : EXTRACT_NEXT];
}

int joined_page(struct joined *j, const char *data, size_t len, const char *url,
		const char *charset, struct arena *scratch, char reason[static EXTRACT_REASON_SIZE])
{
	const struct extract_hints hints = {.url = url, .charset = charset};
	struct text own = {url, strlen(url)};
	struct extracted e;
	arena_reset(scratch);
	int r = extract_page(data, len, &hints, scratch, &e, reason);
	if (r < 0)
		return r;
	r = j->pages == 0 ? first_page(j, &own, &e)
			  : append_new_lines(j, &e.field[EXTRACT_TEXT], scratch);
	if (r == NETRAL_OK)
		r = keep_own(j, &own, rest_of(j, &e), &j->next);
	if (++j->pages >= JOINED_PAGES_MAX)
		j->next = (struct text){"", 0};
	if (r < 0)
		memcpy(reason, "nothing new in it", sizeof("nothing new in it"));
	return r;
}

/* --- what the feed said --- */

int feed_text(const struct text *content, bool is_html, struct arena *arena, struct text *ret_text)
{
	struct extracted e;
	char reason[EXTRACT_REASON_SIZE];
	if (!is_html) {
		*ret_text = *content;
		return content->len ? NETRAL_OK : NETRAL_EINVALID;
	}
	int r = extract_page(content->ptr, content->len, NULL, arena, &e, reason);
	if (r == NETRAL_OK)
		*ret_text = e.field[EXTRACT_TEXT];
	return r;
}

static bool ends_with(const struct text *t, const char *word)
{
	size_t n = strlen(word);
	return t->len >= n && strncasecmp(t->ptr + t->len - n, word, n) == 0;
}

bool feed_text_is_full(const struct text *text)
{
	static const char *const more[] = {"...",          "\xE2\x80\xA6",     "selengkapnya",
					   "read more",    "continue reading", "baca lagi",
					   "lebih lanjut", "read the rest"};
	struct text t = *text;
	while (t.len > 0 && strchr(" \n\t[]()>\xC2\xBB\xAB", t.ptr[t.len - 1]))
		t.len--;
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		if (ends_with(&t, more[i]))
			return false;
	}
	return text->len >= FULL_BYTES;
}

/* The tags of a page are found by a scan for '<a', which reads each byte a bounded number of times;
 * nothing else of the page matters here, so no tree is built. */
#include "poller/links.h"

#include "lib/error.h"
#include "lib/web/entity.h"
#include "lib/web/url.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <xxhash.h>

enum {
	TAG_MAX = 4096, /* bytes of a tag that is looked at */
	SLOTS = 4096,   /* of the set of links; LINKS_MAX fits well */
	SLUG_BYTES = 20,
	SLUG_WORDS = 4,
	NUMBER_DIGITS = 6,
};

struct links {
	const struct text *base;
	struct arena *arena;
	struct text *list;
	size_t count;
	uint64_t *slots; /* hashes of what is in the list */
};

/* --- what an article's address looks like --- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "/2024/08/21/", "/2024/08/": outlets put the day into the path. */
static bool names_date(const char *path, size_t len)
{
	for (size_t i = 0; i + 8 < len; i++) {
		const char *s = path + i;
		if (s[0] == '/' && (s[1] == '1' || s[1] == '2') && is_digit(s[2]) &&
		    is_digit(s[3]) && is_digit(s[4]) && s[5] == '/' && is_digit(s[6]) &&
		    is_digit(s[7]) && s[8] == '/')
			return true;
	}
	return false;
}

static bool looks_like_slug(const char *s, size_t len)
{
	size_t words = 1, digits = 0, most = 0;
	for (size_t i = 0; i < len; i++) {
		words += s[i] == '-' || s[i] == '_';
		digits = is_digit(s[i]) ? digits + 1 : 0;
		most = digits > most ? digits : most;
	}
	return (len >= SLUG_BYTES && words >= SLUG_WORDS) || most >= NUMBER_DIGITS;
}

static bool looks_like_article(const struct text *url)
{
	struct text origin = url_origin(url);
	const char *path = url->ptr + origin.len;
	const char *end = memchr(path, '?', url->len - origin.len);
	size_t len = end ? (size_t)(end - path) : url->len - origin.len;
	while (len > 0 && path[len - 1] == '/')
		len--;
	size_t segment = len;
	while (segment > 0 && path[segment - 1] != '/')
		segment--;
	return len > segment &&
	       (looks_like_slug(path + segment, len - segment) || names_date(path, len));
}

/* --- links --- */

/* Whether it was there; it is from now on. */
static bool was_there(struct links *l, const struct text *url)
{
	uint64_t h = XXH3_64bits(url->ptr, url->len);
	h = h ? h : 1;
	size_t i = h % SLOTS;
	for (; l->slots[i]; i = (i + 1) % SLOTS) {
		if (l->slots[i] == h)
			return true;
	}
	l->slots[i] = h;
	return false;
}

static int take(struct links *l, const struct text *reference)
{
	struct text url;
	int r = url_resolve(l->base, reference, l->arena, &url);
	if (r < 0)
		return r == NETRAL_ENOMEM ? r : NETRAL_OK;
	if (url_same_site(l->base, &url) && looks_like_article(&url) && !was_there(l, &url))
		l->list[l->count++] = url;
	return NETRAL_OK;
}

/* The value of href in a tag's attributes, with its references resolved, in `out`. */
static bool find_href(const char *tag, size_t len, char out[static TAG_MAX], struct text *ret)
{
	for (size_t i = 0; i + 5 < len; i++) {
		bool begins = tag[i] == ' ' || tag[i] == '\t' || tag[i] == '\n' || tag[i] == '\r' ||
			      tag[i] == '"' || tag[i] == '\'';
		if (!begins || strncasecmp(tag + i + 1, "href=", 5) != 0)
			continue;
		const char *s = tag + i + 6, *end = tag + len;
		char quote = s < end && (*s == '"' || *s == '\'') ? *s++ : '\0';
		size_t n = 0;
		while (s < end && (quote ? *s != quote : *s != ' ' && *s != '>')) {
			size_t got = 0,
			       ref = *s == '&' ? entity_read(s, (size_t)(end - s), out + n, &got)
					       : 0;
			if (ref == 0)
				out[n++] = *s++;
			n += got;
			s += ref;
		}
		*ret = (struct text){out, n};
		return n > 0;
	}
	return false;
}

static bool is_anchor(const char *s, size_t left)
{
	return left > 3 && (s[1] == 'a' || s[1] == 'A') &&
	       (s[2] == ' ' || s[2] == '\t' || s[2] == '\n' || s[2] == '\r');
}

/* The next '<' ends it too, so that no byte is read for two tags. */
static size_t tag_len(const char *s, size_t left)
{
	size_t len = 1;
	while (len < left && s[len] != '>' && s[len] != '<')
		len++;
	return len;
}

int links_read(const char *html, size_t len, const struct text *base, struct arena *arena,
	       struct text **ret_links, size_t *ret_count)
{
	struct links l = {.base = base, .arena = arena};
	char value[TAG_MAX];
	const char *s = len ? html : "", *end = s + len;
	l.list = arena_calloc(arena, LINKS_MAX, sizeof(struct text));
	l.slots = arena_calloc(arena, SLOTS, sizeof(uint64_t));
	if (!l.list || !l.slots)
		return NETRAL_ENOMEM;
	while (l.count < LINKS_MAX && (s = memchr(s, '<', (size_t)(end - s)))) {
		size_t left = (size_t)(end - s) < TAG_MAX ? (size_t)(end - s) : TAG_MAX;
		struct text href;
		if (is_anchor(s, left)) {
			size_t tag = tag_len(s, left);
			int r = find_href(s, tag, value, &href) ? take(&l, &href) : NETRAL_OK;
			if (r < 0)
				return r;
		}
		s++;
	}
	*ret_links = l.list;
	*ret_count = l.count;
	return NETRAL_OK;
}

#include "lib/extract/address.h"

#include <libxml/uri.h>
#include <string.h>
#include <strings.h>

static bool is_http(const struct text *t)
{
	return (t->len > 8 && strncasecmp(t->ptr, "https://", 8) == 0) ||
	       (t->len > 7 && strncasecmp(t->ptr, "http://", 7) == 0);
}

static bool is_one_line(const struct text *t)
{
	for (size_t i = 0; i < t->len; i++) {
		if ((unsigned char)t->ptr[i] <= ' ')
			return false;
	}
	return t->len > 0;
}

static bool copy(struct arena *arena, const struct text *t, struct text *ret_url)
{
	char *s = arena_strndup(arena, t->ptr, t->len);
	if (s)
		*ret_url = (struct text){s, t->len};
	return s != NULL;
}

/* By the library, which wants NULs behind its strings. */
static bool build(struct arena *arena, const struct text *t, const struct text *base,
		  struct text *ret_url)
{
	struct text relative, start;
	if (!copy(arena, t, &relative) || !copy(arena, base, &start))
		return false;
	xmlChar *built = xmlBuildURI((const xmlChar *)relative.ptr, (const xmlChar *)start.ptr);
	if (!built)
		return false;
	struct text whole = {(const char *)built, strlen((const char *)built)};
	bool good = whole.len <= ARTICLE_URL_MAX && is_http(&whole) && is_one_line(&whole) &&
		    copy(arena, &whole, ret_url);
	xmlFree(built);
	return good;
}

bool address_resolve(struct arena *arena, const struct text *t, const struct text *base,
		     struct text *ret_url)
{
	if (t->len > ARTICLE_URL_MAX || !is_one_line(t))
		return false;
	if (is_http(t))
		return copy(arena, t, ret_url);
	/* "mailto:" and the like; a colon may stand in a path. */
	const char *colon = memchr(t->ptr, ':', t->len), *slash = memchr(t->ptr, '/', t->len);
	if (!base->len || (colon && (!slash || colon < slash)))
		return false;
	return build(arena, t, base, ret_url);
}

static size_t host_start(const struct text *url)
{
	const char *s = memmem(url->ptr, url->len, "://", 3);
	return s ? (size_t)(s - url->ptr) + 3 : url->len;
}

static size_t host_end(const struct text *url, size_t at)
{
	while (at < url->len && !strchr("/?#", url->ptr[at]))
		at++;
	return at;
}

struct text address_host(const struct text *url)
{
	size_t at = host_start(url), end = host_end(url, at);
	struct text host = {url->ptr + at, end - at};
	const char *port = memchr(host.ptr, ':', host.len);
	if (port)
		host.len = (size_t)(port - host.ptr);
	if (host.len > 4 && strncasecmp(host.ptr, "www.", 4) == 0)
		host = (struct text){host.ptr + 4, host.len - 4};
	return host;
}

bool address_is_front(const struct text *url)
{
	size_t end = host_end(url, host_start(url));
	return end == url->len || (end + 1 == url->len && url->ptr[end] == '/');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Without a fragment, and without slashes at the end. */
static struct text bare(const struct text *url)
{
	const char *fragment = memchr(url->ptr, '#', url->len);
	struct text t = {url->ptr, fragment ? (size_t)(fragment - url->ptr) : url->len};
	while (t.len > 0 && t.ptr[t.len - 1] == '/')
		t.len--;
	return t;
}

/* The number in "?page=2", "/2", "/page/2", "-2", "&halaman=2"; or 0. */
static unsigned number_of(const char *s, size_t len)
{
	static const char *const words[] = {"page", "halaman", "hal", "p", "start", "pg", ""};
	size_t digits = len;
	unsigned number = 0;
	while (digits > 0 && is_digit(s[digits - 1]))
		digits--;
	if (digits == len || len - digits > 3 || digits == 0)
		return 0;
	for (size_t i = digits; i < len; i++)
		number = number * 10 + (unsigned)(s[i] - '0');
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);
		/* A sign, the word, a sign: "/page/", "?page=", "/", "-". */
		if ((digits == n + 2 || (n == 0 && digits == 1)) && strchr("/?&-_", s[0]) &&
		    strncasecmp(s + 1, words[i], n) == 0 && strchr("/=-_", s[digits - 1]))
			return number;
	}
	return 0;
}

unsigned address_page_number(const struct text *url, const struct text *other)
{
	struct text a = bare(url), b = bare(other);
	if (b.len < a.len || memcmp(a.ptr, b.ptr, a.len) != 0)
		return 0;
	return b.len == a.len ? 1 : number_of(b.ptr + a.len, b.len - a.len);
}

bool address_may_be_page(const struct text *url, const struct text *href)
{
	struct text own = bare(url), other = bare(href);
	if (other.len == 0 || !is_digit(other.ptr[other.len - 1]))
		return false;
	if (other.ptr[0] == '?')
		return true;
	if (other.ptr[0] == '/') {
		size_t path = host_end(url, host_start(url));
		own = path < own.len ? (struct text){own.ptr + path, own.len - path}
				     : (struct text){"", 0};
	}
	return other.len > own.len && memcmp(own.ptr, other.ptr, own.len) == 0;
}

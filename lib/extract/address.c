#include "lib/extract/address.h"

#include <string.h>
#include <strings.h>

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

/* Then it cannot be compared with an address that was resolved. */
static bool must_be_escaped(const struct text *href)
{
	for (size_t i = 0; i < href->len; i++) {
		if ((unsigned char)href->ptr[i] >= 0x7F)
			return true;
	}
	return false;
}

bool address_may_be_page(const struct text *url, const struct text *href)
{
	struct text own = bare(url), other = bare(href);
	if (other.len == 0 || !is_digit(other.ptr[other.len - 1]))
		return false;
	if (other.ptr[0] == '?' || must_be_escaped(&other))
		return true;
	if (other.ptr[0] == '/') {
		size_t path = host_end(url, host_start(url));
		own = path < own.len ? (struct text){own.ptr + path, own.len - path}
				     : (struct text){"", 0};
	}
	return other.len > own.len && memcmp(own.ptr, other.ptr, own.len) == 0;
}

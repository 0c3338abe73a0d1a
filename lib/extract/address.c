#include "lib/extract/address.h"

#include <string.h>
#include <strings.h>

enum {
	TAIL_MAX = 32,         /* bytes of "?page=2&from=pager" */
	NUMBER_ALONE_MAX = 20, /* a larger one is rather the article's own number */
	TITLE_DASHES_MIN = 2,
};

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

/* What tells pages apart stands behind the first page's address: a sign, a word, a sign, a value;
 * the word may be missing, and programs append parameters of their own. */
struct tail {
	char sign;
	struct text word, value;
};

static size_t letters_at(const char *s, size_t len)
{
	size_t n = 0;
	while (n < len && ((s[n] | 0x20) >= 'a') && ((s[n] | 0x20) <= 'z'))
		n++;
	return n;
}

static size_t digits_at(const char *s, size_t len)
{
	size_t n = 0;
	while (n < len && is_digit(s[n]))
		n++;
	return n;
}

static bool is_one_of(const struct text *t, const char *const *words)
{
	for (; *words; words++) {
		if (strlen(*words) == t->len && strncasecmp(*words, t->ptr, t->len) == 0)
			return true;
	}
	return false;
}

static bool read_tail(const char *s, size_t len, struct tail *ret)
{
	if (len < 2 || !strchr("/?&-_", s[0]))
		return false;
	size_t at = 1, n = letters_at(s + at, len - at);
	ret->sign = s[0];
	ret->word = (struct text){s + at, n};
	at += n;
	if (n > 0 && at < len && strchr("=/-_", s[at]))
		at++;
	n = digits_at(s + at, len - at);
	n = n ? n : letters_at(s + at, len - at);
	ret->value = (struct text){s + at, n};
	at += n;
	if (ret->value.len == 0) { /* "/full" */
		ret->value = ret->word;
		ret->word = (struct text){"", 0};
	}
	return at == len || strchr("&?", s[at]) ||
	       (at + 1 < len && s[at] == '/' && s[at + 1] == '?');
}

static unsigned number_of(const struct text *value)
{
	unsigned number = 0;
	if (value->len == 0 || value->len > 3 || !is_digit(value->ptr[0]))
		return 0;
	for (size_t i = 0; i < value->len; i++)
		number = number * 10 + (unsigned)(value->ptr[i] - '0');
	return number;
}

static bool is_whole(const struct tail *t)
{
	static const char *const words[] = {"page", "halaman", "hal",  "p",     "pg",       "paged",
					    "view", "show",    "mode", "laman", "showpage", NULL};
	static const char *const all[] = {"all", "semua", "full", "single", NULL};
	static const char *const flags[] = {"showall",  "single",  "singlepage",
					    "fullpage", "viewall", NULL};
	static const char *const yes[] = {"1", "true", "yes", NULL};
	if (t->word.len == 0)
		return t->sign != '-' && t->sign != '_' &&
		       (is_one_of(&t->value, all) || is_one_of(&t->value, flags));
	return (is_one_of(&t->word, words) && is_one_of(&t->value, all)) ||
	       (is_one_of(&t->word, flags) && is_one_of(&t->value, yes));
}

static struct address_page page_of_tail(const struct tail *t)
{
	static const char *const words[] = {"page", "halaman", "hal",   "p",
					    "pg",   "paged",   "laman", NULL};
	static const char *const offsets[] = {"start", NULL}; /* Joomla: 1 is the second page */
	struct address_page page = {.number = number_of(&t->value)};
	if (page.number == 0)
		return (struct address_page){.whole = is_whole(t), .named = true};
	if (is_whole(t))
		return (struct address_page){.whole = true, .named = true};
	if (is_one_of(&t->word, offsets))
		page.number++;
	page.named = is_one_of(&t->word, words) || is_one_of(&t->word, offsets) ||
		     (t->word.len == 0 && t->sign == '/');
	/* "/tahun/2" is a place, "?bagian=2" may be a part. */
	if (!page.named && t->word.len && t->sign != '?' && t->sign != '&')
		page.number = 0;
	return page;
}

/* The ".html" that a page's number stands in front of, or "". */
static struct text extension(const struct text *url)
{
	static const char *const known[] = {".html", ".htm", ".shtml", ".php", ".aspx", NULL};
	for (size_t i = 0; known[i]; i++) {
		size_t n = strlen(known[i]);
		if (url->len > n && strncasecmp(url->ptr + url->len - n, known[i], n) == 0)
			return (struct text){url->ptr + url->len - n, n};
	}
	return (struct text){"", 0};
}

struct address_page address_page(const struct text *url, const struct text *other)
{
	struct address_page none = {0}, first = {.number = 1, .named = true};
	struct text a = bare(url), b = bare(other), end_a = extension(&a), end_b = extension(&b);
	struct tail tail;
	bool ends_alike = end_a.len && end_a.len == end_b.len && b.len > a.len;
	if (ends_alike && strncasecmp(end_a.ptr, end_b.ptr, end_a.len) == 0) {
		a.len -= end_a.len;
		b.len -= end_b.len;
	}
	if (b.len < a.len || memcmp(a.ptr, b.ptr, a.len) != 0)
		return none;
	if (b.len == a.len)
		return first;
	return read_tail(b.ptr + a.len, b.len - a.len, &tail) ? page_of_tail(&tail) : none;
}

/* "judul-berita-ini": words, not a section. */
static bool is_title_path(const char *path, size_t len)
{
	const char *segment = memrchr(path, '/', len);
	unsigned dashes = 0;
	for (const char *s = segment ? segment : path; s < path + len; s++)
		dashes += *s == '-';
	return dashes >= TITLE_DASHES_MIN;
}

/* "?p=311" is how some systems number their articles. */
static bool is_further_page(const struct tail *t, const char *front, size_t len)
{
	struct address_page page = page_of_tail(t);
	bool further = page.whole || (page.number > 1 && page.number <= NUMBER_ALONE_MAX);
	if (!page.named || !further)
		return false;
	return t->word.len ? t->word.len > 2 : is_title_path(front, len);
}

struct text address_first_page(const struct text *url)
{
	struct text own = bare(url);
	size_t path = host_end(&own, host_start(&own));
	size_t at = own.len > TAIL_MAX + path ? own.len - TAIL_MAX : path + 1;
	for (; at < own.len; at++) {
		struct tail tail;
		if (strchr("/?&", own.ptr[at]) && read_tail(own.ptr + at, own.len - at, &tail) &&
		    is_further_page(&tail, own.ptr, at))
			return (struct text){own.ptr, at};
	}
	return *url;
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
	if (other.len == 0 || other.ptr[0] == '?' || must_be_escaped(&other))
		return other.len > 0;
	if (other.ptr[0] == '/') {
		size_t path = host_end(url, host_start(url));
		own = path < own.len ? (struct text){own.ptr + path, own.len - path}
				     : (struct text){"", 0};
	}
	size_t shared = own.len - extension(&own).len;
	return other.len > own.len && memcmp(own.ptr, other.ptr, shared) == 0;
}

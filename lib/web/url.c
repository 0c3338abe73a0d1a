#include "lib/web/url.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

/* Bytes of a reference; dot segments can make it longer than what comes out. */
enum { REFERENCE_MAX = 2 * ARTICLE_URL_MAX };

/* Slices of one URL. */
struct parts {
	bool secure;
	struct text host; /* with the port */
	struct text path;
	struct text query; /* with its '?', or empty */
};

struct out {
	char bytes[ARTICLE_URL_MAX + 1];
	size_t len;
	bool full;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Without blanks around it, and without line ends and tabs, which are dropped before anything is
 * compared: they could hide a dot segment. False when there is too much of it. */
static bool copy_clean(const struct text *t, char copy[static REFERENCE_MAX], struct text *ret)
{
	const char *s = t->ptr, *end = t->ptr + t->len;
	size_t n = 0;
	while (s < end && is_blank(*s))
		s++;
	while (end > s && is_blank(end[-1]))
		end--;
	for (; s < end; s++) {
		if (*s == '\n' || *s == '\r' || *s == '\t')
			continue;
		if (n == REFERENCE_MAX)
			return false;
		copy[n++] = *s;
	}
	*ret = (struct text){copy, n};
	return true;
}

/* The part up to the first of `stops`, or all of it. */
static struct text up_to(const char *s, const char *end, const char *stops)
{
	const char *p = s;
	while (p < end && (*p == '\0' || !strchr(stops, *p)))
		p++;
	return (struct text){s, (size_t)(p - s)};
}

static void put(struct out *o, char c)
{
	if (o->len < ARTICLE_URL_MAX)
		o->bytes[o->len++] = c;
	else
		o->full = true;
}

static void put_str(struct out *o, const char *s)
{
	for (; *s; s++)
		put(o, *s);
}

/* A byte of path or query. '%' stays: what stands behind it is the site's business. */
static void put_escaped(struct out *o, char c)
{
	unsigned char byte = (unsigned char)c;
	if (byte > 0x20 && byte < 0x7F && !strchr("\"<>\\^`{|}", c)) {
		put(o, c);
		return;
	}
	put(o, '%');
	put(o, "0123456789ABCDEF"[byte >> 4]);
	put(o, "0123456789ABCDEF"[byte & 15]);
}

static void split_path(const char *s, const char *end, struct parts *ret)
{
	ret->path = up_to(s, end, "?#");
	s += ret->path.len;
	ret->query = up_to(s, end, "#");
}

/* At "//". */
static void split_host(const char *s, const char *end, struct parts *ret)
{
	ret->host = up_to(s + 2, end, "/?#");
	split_path(ret->host.ptr + ret->host.len, end, ret);
}

/* The length of "scheme:" at the front, 0 for none. */
static size_t scheme_len(const struct text *t)
{
	for (size_t i = 0; i < t->len; i++) {
		char c = t->ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
		if (c == ':' && i > 0)
			return i + 1;
		if (!letter && (i == 0 || !other))
			return 0;
	}
	return 0;
}

/* With *ret_absolute false for a reference that needs a base. */
static int split(const struct text *t, struct parts *ret, bool *ret_absolute)
{
	const char *end = t->ptr + t->len;
	size_t scheme = scheme_len(t);
	*ret = (struct parts){.secure = scheme == 6};
	*ret_absolute = scheme > 0;
	if (scheme > 0) {
		bool known = (scheme == 5 && strncasecmp(t->ptr, "http:", 5) == 0) ||
			     (scheme == 6 && strncasecmp(t->ptr, "https:", 6) == 0);
		if (!known || t->len < scheme + 2 || memcmp(t->ptr + scheme, "//", 2) != 0)
			return NETRAL_EINVALID;
		split_host(t->ptr + scheme, end, ret);
	} else if (t->len >= 2 && memcmp(t->ptr, "//", 2) == 0) {
		split_host(t->ptr, end, ret);
	} else {
		split_path(t->ptr, end, ret);
	}
	return NETRAL_OK;
}

/* RFC 3986, 5.2.2, with `r` completed from `base`. Returns the path that r's is appended to. */
static struct text complete(const struct parts *base, struct parts *r)
{
	r->secure = base->secure;
	if (r->host.len > 0)
		return (struct text){"", 0};
	r->host = base->host;
	if (r->path.len == 0) {
		if (r->query.len == 0)
			r->query = base->query;
		r->path = base->path;
	} else if (r->path.ptr[0] != '/') {
		struct text folder = base->path;
		while (folder.len > 0 && folder.ptr[folder.len - 1] != '/')
			folder.len--;
		return folder;
	}
	return (struct text){"", 0};
}

static bool put_port(struct out *o, const struct text *port, bool secure)
{
	uint32_t n = 0;
	for (size_t i = 0; i < port->len; i++) {
		if (port->ptr[i] < '0' || port->ptr[i] > '9' || n > 65535)
			return false;
		n = n * 10 + (uint32_t)(port->ptr[i] - '0');
	}
	if (port->len == 0 || n == (secure ? 443 : 80))
		return true;
	put(o, ':');
	for (size_t i = 0; i < port->len; i++)
		put(o, port->ptr[i]);
	return n > 0 && n <= 65535;
}

/* Names and IPv4 addresses, and IPv6 addresses in brackets. */
static bool put_host(struct out *o, const struct text *host, bool secure)
{
	const char *end = host->ptr + host->len;
	bool bracket = host->len > 0 && host->ptr[0] == '[';
	struct text name = up_to(host->ptr, end, bracket ? "]" : ":");
	name.len += bracket && name.len < host->len;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		char lower = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
		bool plain = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '.';
		bool frame = bracket ? c == ':' || c == '[' || c == ']' : c == '-' || c == '_';
		if (!plain && !frame)
			return false;
		put(o, lower);
	}
	struct text port = {name.ptr + name.len, host->len - name.len};
	if (name.len == 0 || (bracket && name.ptr[name.len - 1] != ']') ||
	    (port.len > 0 && port.ptr[0] != ':'))
		return false;
	if (port.len > 0)
		port = (struct text){port.ptr + 1, port.len - 1};
	return put_port(o, &port, secure);
}

/* Takes the last segment off, but never what stands before `root`. */
static void drop_segment(struct out *o, size_t root)
{
	while (o->len > root && o->bytes[o->len - 1] != '/')
		o->len--;
}

/* Appends one segment, without a '/' around it; "." and ".." are walked (RFC 3986, 5.2.4). */
static void put_segment(struct out *o, size_t root, const struct text *segment, bool last)
{
	if (segment->len == 2 && memcmp(segment->ptr, "..", 2) == 0) {
		if (o->len > root)
			o->len--;
		drop_segment(o, root);
		if (o->len < root)
			o->len = root;
		return;
	}
	if (segment->len == 1 && segment->ptr[0] == '.')
		return;
	for (size_t i = 0; i < segment->len; i++)
		put_escaped(o, segment->ptr[i]);
	if (!last)
		put(o, '/');
}

static void put_path(struct out *o, size_t root, const struct text *path, bool last)
{
	const char *s = path->ptr, *end = path->ptr + path->len;
	if (s < end && *s == '/')
		s++;
	while (s < end) {
		struct text segment = up_to(s, end, "/");
		bool ends = segment.ptr + segment.len == end;
		put_segment(o, root, &segment, ends && last);
		s += segment.len + !ends;
	}
}

/* The reference against the base, in *ret_parts, and the path that its own is appended to. */
static int resolve(const struct text *base, const struct text *reference, struct parts *ret_parts,
		   struct text *ret_folder)
{
	struct parts b = {0};
	bool absolute;
	*ret_folder = (struct text){"", 0};
	if (reference->len == 0 || split(reference, ret_parts, &absolute) < 0)
		return NETRAL_EINVALID;
	if (absolute)
		return NETRAL_OK;
	if (split(base, &b, &absolute) < 0 || !absolute)
		return NETRAL_EINVALID;
	*ret_folder = complete(&b, ret_parts);
	return NETRAL_OK;
}

static int write_url(struct out *o, const struct parts *r, const struct text *folder)
{
	put_str(o, r->secure ? "https://" : "http://");
	if (!put_host(o, &r->host, r->secure))
		return NETRAL_EINVALID;
	put(o, '/');
	size_t root = o->len;
	put_path(o, root, folder, false);
	put_path(o, root, &r->path, true);
	for (size_t i = 0; i < r->query.len; i++)
		put_escaped(o, r->query.ptr[i]);
	return o->full ? NETRAL_ETOOBIG : NETRAL_OK;
}

int url_resolve(const struct text *base, const struct text *reference, struct arena *arena,
		struct text *ret_url)
{
	char base_copy[REFERENCE_MAX], reference_copy[REFERENCE_MAX];
	struct text clean_base, clean, folder;
	struct parts parts;
	struct out o = {.len = 0};
	if (!copy_clean(base, base_copy, &clean_base) ||
	    !copy_clean(reference, reference_copy, &clean))
		return NETRAL_ETOOBIG;
	int r = resolve(&clean_base, &clean, &parts, &folder);
	if (r == NETRAL_OK)
		r = write_url(&o, &parts, &folder);
	if (r < 0)
		return r;
	char *copy = arena_strndup(arena, o.bytes, o.len);
	if (!copy)
		return NETRAL_ENOMEM;
	*ret_url = (struct text){copy, o.len};
	return NETRAL_OK;
}

struct text url_origin(const struct text *url)
{
	const char *start = memmem(url->ptr, url->len, "://", 3);
	const char *host = start ? start + 3 : url->ptr;
	struct text rest = up_to(host, url->ptr + url->len, "/?#");
	return (struct text){url->ptr, (size_t)(rest.ptr - url->ptr) + rest.len};
}

struct text url_host(const struct text *url)
{
	const char *start = memmem(url->ptr, url->len, "://", 3);
	const char *host = start ? start + 3 : url->ptr;
	bool bracket = host < url->ptr + url->len && *host == '[';
	return up_to(host, url->ptr + url->len, bracket ? "]/?#" : ":/?#");
}

/* The last label of host[0..*len), which is cut off. */
static struct text last_label(const char *host, size_t *len)
{
	size_t at = *len;
	while (at > 0 && host[at - 1] != '.')
		at--;
	struct text label = {host + at, *len - at};
	*len = at > 0 ? at - 1 : 0;
	return label;
}

/* A second level that registries of countries keep for themselves. */
static bool is_category(const struct text *label)
{
	static const char *const words[] = {"ac", "biz", "co",  "com", "desa", "edu",
					    "go", "gov", "mil", "my",  "net",  "ponpes",
					    "or", "org", "sch", "web"};
	for (size_t i = 0; i < netral_countof(words); i++) {
		if (strlen(words[i]) == label->len &&
		    strncasecmp(words[i], label->ptr, label->len) == 0)
			return true;
	}
	return false;
}

static bool is_address(const struct text *host)
{
	return host->len > 0 && (host->ptr[0] == '[' || (host->ptr[host->len - 1] >= '0' &&
							 host->ptr[host->len - 1] <= '9'));
}

static struct text registrable(const struct text *host)
{
	size_t len = host->len;
	if (is_address(host))
		return *host;
	struct text top = last_label(host->ptr, &len), second = last_label(host->ptr, &len);
	if (top.len == 2 && is_category(&second) && len > 0)
		second = last_label(host->ptr, &len);
	return (struct text){second.ptr, (size_t)(host->ptr + host->len - second.ptr)};
}

bool url_same_site(const struct text *a, const struct text *b)
{
	struct text x = url_host(a), y = url_host(b);
	x = registrable(&x);
	y = registrable(&y);
	return x.len == y.len && x.len > 0 && strncasecmp(x.ptr, y.ptr, x.len) == 0;
}

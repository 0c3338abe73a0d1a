#include "lib/robots/robots.h"

#include "lib/buf.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <string.h>
#include <strings.h>

/* A path in the form for comparing is at most three times as long. */
enum { PATH_MAX_BYTES = 3 * ARTICLE_URL_MAX };

/* The pattern is in the form that paths are brought into for comparing. */
struct robots_rule {
	uint32_t at, len; /* in the patterns */
	bool anchored;    /* it ended in '$' */
	bool allow;
};

enum scope { SCOPE_NONE, SCOPE_ALL, SCOPE_NAME };

/* The groups for '*' and those by name are gathered side by side: which counts is known at the
 * end. */
struct group {
	struct buf rules; /* of struct robots_rule */
	struct buf patterns;
	uint32_t delay_ms;
	bool seen;
};

struct reader {
	const char *agent;
	struct group all, named;
	struct text sitemaps[ROBOTS_SITEMAPS_MAX]; /* in the file */
	size_t sitemap_count;
	bool for_all, for_named; /* the group that is being read */
	bool in_rules;           /* a User-agent line now begins another group */
	int err;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

static struct text trim(const char *s, const char *end)
{
	while (s < end && is_blank(*s))
		s++;
	while (end > s && is_blank(end[-1]))
		end--;
	return (struct text){s, (size_t)(end - s)};
}

static bool is(const struct text *t, const char *word)
{
	return t->len == strlen(word) && strncasecmp(t->ptr, word, t->len) == 0;
}

/* --- comparing --- */

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	char lower = (char)(c | 0x20);
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._~", c));
}

static size_t put_hex(char *out, unsigned char c)
{
	out[0] = '%';
	out[1] = "0123456789ABCDEF"[c >> 4];
	out[2] = "0123456789ABCDEF"[c & 15];
	return 3;
}

/* RFC 9309, 2.2.2: letters that need no escape have none, all else beyond ASCII has one, in upper
 * case. In a path '*' is escaped, since in a pattern it is a sign; '$' is one only at the end of a
 * pattern, where it has been taken off before. `out` has room for three times `len`. */
static size_t normalise(const char *s, size_t len, bool is_path, char *out)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		int high = c == '%' && i + 2 < len ? hex_of(s[i + 1]) : -1;
		int low = high >= 0 ? hex_of(s[i + 2]) : -1;
		bool escaped = low >= 0;
		if (escaped) {
			c = (unsigned char)(high << 4 | low);
			i += 2;
		}
		bool sign = c == '$' || (is_path && c == '*');
		if (escaped ? is_unreserved(c) : c > 0x20 && c < 0x7F && !sign)
			out[n++] = (char)c;
		else
			n += put_hex(out + n, c);
	}
	return n;
}

/* Each piece between two '*' is taken where it comes first; only the last of an anchored pattern
 * must be at the end. So no piece is tried twice, and time is that of the path and the pattern. */
static bool matches(const struct robots_rule *rule, const char *patterns, const char *path,
		    size_t len)
{
	const char *p = patterns + rule->at, *end = p + rule->len;
	size_t at = 0;
	bool first = true;
	for (;;) {
		const char *star = memchr(p, '*', (size_t)(end - p));
		size_t piece = (size_t)((star ? star : end) - p);
		const char *found = path + at;
		if (!star && rule->anchored && !first)
			return len - at >= piece && memcmp(path + len - piece, p, piece) == 0;
		if (first && (len < piece || memcmp(path, p, piece) != 0))
			return false;
		if (!first)
			found = memmem(path + at, len - at, p, piece);
		if (!found)
			return false;
		at = (size_t)(found - path) + piece;
		if (!star)
			return !rule->anchored || at == len;
		p = star + 1;
		first = false;
	}
}

bool robots_allows(const struct robots *r, const char *path, size_t len)
{
	char normal[PATH_MAX_BYTES];
	size_t best = 0;
	bool allow = true, matched = false;
	if (len > ARTICLE_URL_MAX)
		return false;
	if (len == 0)
		return robots_allows(r, "/", 1);
	size_t n = normalise(path, len, true, normal);
	if (n == strlen("/robots.txt") && memcmp(normal, "/robots.txt", n) == 0)
		return true;
	for (size_t i = 0; i < r->rule_count; i++) {
		const struct robots_rule *rule = &r->rules[i];
		size_t length = (size_t)rule->len + rule->anchored;
		if (matched && (length < best || (length == best && !rule->allow)))
			continue;
		if (!matches(rule, r->patterns, normal, n))
			continue;
		matched = true;
		best = length;
		allow = rule->allow;
	}
	return allow;
}

/* --- reading --- */

static void keep_error(struct reader *r, int err)
{
	if (r->err == NETRAL_OK)
		r->err = err;
}

static bool is_token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

/* The product token that a line names ends at the first character that is none of it (2.2.1). */
static enum scope scope_of(const struct reader *r, const struct text *value)
{
	struct text token = {value->ptr, 0};
	if (value->len > 0 && value->ptr[0] == '*')
		return value->len == 1 || is_blank(value->ptr[1]) ? SCOPE_ALL : SCOPE_NONE;
	while (token.len < value->len && is_token_char(value->ptr[token.len]))
		token.len++;
	return token.len > 0 && is(&token, r->agent) ? SCOPE_NAME : SCOPE_NONE;
}

static void on_agent(struct reader *r, const struct text *value)
{
	enum scope scope = scope_of(r, value);
	if (r->in_rules)
		r->for_all = r->for_named = false;
	r->in_rules = false;
	r->for_all = r->for_all || scope == SCOPE_ALL;
	r->for_named = r->for_named || scope == SCOPE_NAME;
	r->all.seen = r->all.seen || scope == SCOPE_ALL;
	r->named.seen = r->named.seen || scope == SCOPE_NAME;
}

static int add_rule(struct group *g, const struct text *value, bool allow)
{
	struct robots_rule rule = {.at = (uint32_t)g->patterns.len, .allow = allow};
	rule.anchored = value->ptr[value->len - 1] == '$';
	int err = buf_reserve(&g->patterns, 3 * value->len + 1);
	if (err < 0)
		return err;
	char *pattern = (char *)g->patterns.data + rule.at;
	if (value->ptr[0] != '/' && value->ptr[0] != '*')
		pattern[rule.len++] = '/';
	rule.len += (uint32_t)normalise(value->ptr, value->len - rule.anchored, false,
					pattern + rule.len);
	g->patterns.len += rule.len;
	return buf_append(&g->rules, &rule, sizeof(rule));
}

/* An empty pattern is no rule. One that does not begin with '/' means a path all the same. */
static void on_rule(struct reader *r, const struct text *value, bool allow)
{
	r->in_rules = true;
	if (value->len > 0 && r->for_all)
		keep_error(r, add_rule(&r->all, value, allow));
	if (value->len > 0 && r->for_named)
		keep_error(r, add_rule(&r->named, value, allow));
}

/* Seconds, maybe with a fraction. It neither begins nor ends a group (2.2.4). */
static void on_delay(struct reader *r, const struct text *value)
{
	uint32_t ms = 0, unit = 1000;
	bool fraction = false;
	for (size_t i = 0; i < value->len && unit > 0; i++) {
		char c = value->ptr[i];
		if (c == '.' && !fraction) {
			fraction = true;
			unit = 100;
			continue;
		}
		if (c < '0' || c > '9')
			return;
		ms = fraction ? ms + (uint32_t)(c - '0') * unit
			      : ms * 10 + (uint32_t)(c - '0') * 1000;
		unit = fraction ? unit / 10 : unit;
		if (ms > ROBOTS_DELAY_MAX_MS)
			ms = ROBOTS_DELAY_MAX_MS;
	}
	if (r->for_all)
		r->all.delay_ms = ms;
	if (r->for_named)
		r->named.delay_ms = ms;
}

static void on_sitemap(struct reader *r, const struct text *value)
{
	if (value->len > 0 && value->len <= ARTICLE_URL_MAX &&
	    r->sitemap_count < ROBOTS_SITEMAPS_MAX)
		r->sitemaps[r->sitemap_count++] = *value;
}

static void on_line(struct reader *r, const char *s, const char *end)
{
	const char *comment = memchr(s, '#', (size_t)(end - s));
	end = comment ? comment : end;
	const char *colon = memchr(s, ':', (size_t)(end - s));
	if (!colon)
		return;
	struct text key = trim(s, colon), value = trim(colon + 1, end);
	if (is(&key, "user-agent"))
		on_agent(r, &value);
	else if (is(&key, "allow") || is(&key, "disallow"))
		on_rule(r, &value, is(&key, "allow"));
	else if (is(&key, "crawl-delay"))
		on_delay(r, &value);
	else if (is(&key, "sitemap"))
		on_sitemap(r, &value);
}

/* A line that the bound cuts says something else than its author wrote: it is left out. */
static void read_lines(struct reader *r, const char *data, size_t len)
{
	const char *s = data, *end = data + len;
	bool cut = len > ROBOTS_BYTES_MAX;
	if (cut)
		end = data + ROBOTS_BYTES_MAX;
	if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		s += 3;
	while (s < end && r->err == NETRAL_OK) {
		const char *line_end = s;
		while (line_end < end && *line_end != '\n' && *line_end != '\r')
			line_end++;
		if (!cut || line_end < end)
			on_line(r, s, line_end);
		s = line_end + 1;
	}
}

static char *put_bytes(char *to, const void *data, size_t len)
{
	if (len > 0)
		memcpy(to, data, len);
	return to + len;
}

static size_t sitemaps_size(const struct reader *r)
{
	size_t size = r->sitemap_count * sizeof(struct text);
	for (size_t i = 0; i < r->sitemap_count; i++)
		size += r->sitemaps[i].len + 1;
	return size;
}

/* What needs alignment comes first: the struct, the list of sitemaps, the rules, then bytes. */
static int end_reading(const struct reader *r, struct robots **ret)
{
	const struct group *g = r->named.seen ? &r->named : &r->all;
	struct robots *robots =
		fault_malloc(sizeof(*robots) + sitemaps_size(r) + g->rules.len + g->patterns.len);
	if (!robots)
		return NETRAL_ENOMEM;
	struct text *sitemaps = (struct text *)(robots + 1);
	char *rules = (char *)(sitemaps + r->sitemap_count);
	char *patterns = put_bytes(rules, g->rules.data, g->rules.len);
	char *p = put_bytes(patterns, g->patterns.data, g->patterns.len);
	for (size_t i = 0; i < r->sitemap_count; i++) {
		const struct text *t = &r->sitemaps[i];
		sitemaps[i] = (struct text){p, t->len};
		p = put_bytes(put_bytes(p, t->ptr, t->len), "", 1);
	}
	*robots = (struct robots){.rules = (struct robots_rule *)(void *)rules,
				  .patterns = patterns,
				  .rule_count = g->rules.len / sizeof(struct robots_rule),
				  .by_name = r->named.seen,
				  .delay_ms = g->delay_ms,
				  .sitemaps = sitemaps,
				  .sitemap_count = r->sitemap_count};
	*ret = robots;
	return NETRAL_OK;
}

static void group_fini(struct group *g)
{
	buf_fini(&g->rules);
	buf_fini(&g->patterns);
}

int robots_read(const char *data, size_t len, const char *agent, struct robots **ret_robots)
{
	struct reader r = {.agent = agent, .err = NETRAL_OK};
	read_lines(&r, data, len);
	int err = r.err == NETRAL_OK ? end_reading(&r, ret_robots) : r.err;
	group_fini(&r.all);
	group_fini(&r.named);
	return err;
}

enum robots_answer robots_answer_of(int http_status)
{
	if (http_status >= 200 && http_status < 300)
		return ROBOTS_READ;
	if (http_status == 429)
		return ROBOTS_DENY_ALL;
	return http_status >= 300 && http_status < 500 ? ROBOTS_ALLOW_ALL : ROBOTS_DENY_ALL;
}

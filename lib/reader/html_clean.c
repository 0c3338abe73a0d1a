/* What makes the HTML parser slow or wrong is kept from it: hundreds of thousands of attributes in
 * one tag (quadratic), unknown names (its dictionary grows), scripts that look like tags, stray
 * '<'. This pass reads each byte once and writes well-formed tags of known names with the few
 * attributes that are looked at, so there is no second opinion about where a tag ends. */
#include "lib/error.h"
#include "lib/reader/reader_internal.h"

#include <string.h>
#include <strings.h>

enum { VALUE_MAX_BYTES = 4096, KEPT_ATTRIBUTES_MAX = 8 };

/* Elements that end a block, that are left out with their content, or that carry metadata. What
 * is not here (b, span, a, ...) is dropped, its content stays. */
static const char *const known_elements[] = {
	"address", "article", "aside",    "blockquote", "body",   "br",       "button",
	"canvas",  "dd",      "div",      "dl",         "dt",     "fieldset", "figcaption",
	"figure",  "footer",  "form",     "h1",         "h2",     "h3",       "h4",
	"h5",      "h6",      "head",     "header",     "hr",     "html",     "iframe",
	"li",      "link",    "main",     "meta",       "nav",    "noscript", "object",
	"ol",      "p",       "pre",      "section",    "select", "svg",      "table",
	"tbody",   "td",      "template", "textarea",   "tfoot",  "th",       "thead",
	"title",   "tr",      "ul",
};

static const char *const known_attributes[] = {"content", "href",     "itemprop",
					       "name",    "property", "rel"};

/* Their content is not markup. */
static const char *const raw_elements[] = {"script", "style", "xmp"};

struct scan {
	const char *p, *end;
	struct buf *out;
	int err;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void put(struct scan *s, const char *text, size_t len)
{
	if (s->err == NETRAL_OK)
		s->err = buf_append(s->out, text, len);
}

static void put_str(struct scan *s, const char *text)
{
	put(s, text, strlen(text));
}

static const char *find_name(const char *const *names, size_t count, const char *name, size_t len)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(names[i]) == len && strncasecmp(names[i], name, len) == 0)
			return names[i];
	}
	return NULL;
}

#define FIND(names, name, len) find_name(names, sizeof(names) / sizeof((names)[0]), name, len)

/* Moves behind the next `what`, or to the end. */
static void skip_behind(struct scan *s, const char *what)
{
	const char *at = memmem(s->p, (size_t)(s->end - s->p), what, strlen(what));
	s->p = at ? at + strlen(what) : s->end;
}

/* Moves to the end tag of a raw element. */
static void skip_raw(struct scan *s, const char *name)
{
	size_t len = strlen(name);
	for (;;) {
		skip_behind(s, "</");
		if (s->p == s->end)
			return;
		if ((size_t)(s->end - s->p) >= len && strncasecmp(s->p, name, len) == 0) {
			skip_behind(s, ">");
			return;
		}
	}
}

static size_t take_name(struct scan *s, const char **ret_name)
{
	*ret_name = s->p;
	while (s->p < s->end && !is_blank(*s->p) && !strchr("/>=", *s->p))
		s->p++;
	return (size_t)(s->p - *ret_name);
}

static void skip_blanks(struct scan *s)
{
	while (s->p < s->end && is_blank(*s->p))
		s->p++;
}

static struct text take_value(struct scan *s)
{
	const char *start = s->p;
	if (s->p < s->end && (*s->p == '"' || *s->p == '\'')) {
		char quote = *s->p;
		start++;
		const char *close = memchr(start, quote, (size_t)(s->end - start));
		s->p = close ? close + 1 : s->end;
		return (struct text){start, (size_t)((close ? close : s->end) - start)};
	}
	while (s->p < s->end && !is_blank(*s->p) && *s->p != '>')
		s->p++;
	return (struct text){start, (size_t)(s->p - start)};
}

static void put_attribute(struct scan *s, const char *name, const struct text *value)
{
	put_str(s, " ");
	put_str(s, name);
	put_str(s, "=\"");
	for (size_t i = 0; i < value->len; i++) {
		char c = value->ptr[i];
		if (c == '"')
			put_str(s, "&quot;");
		else if (c == '<')
			put_str(s, "&lt;");
		else
			put(s, &c, 1);
	}
	put_str(s, "\"");
}

/* Reads attributes up to and with '>'; writes those that are known when `keep`. */
static void attributes(struct scan *s, bool keep)
{
	unsigned kept = 0;
	for (;;) {
		while (s->p < s->end && (is_blank(*s->p) || *s->p == '/' || *s->p == '='))
			s->p++;
		if (s->p == s->end)
			return;
		if (*s->p == '>') {
			s->p++;
			return;
		}
		const char *name;
		size_t len = take_name(s, &name);
		struct text value = {"", 0};
		skip_blanks(s);
		if (s->p < s->end && *s->p == '=') {
			s->p++;
			skip_blanks(s);
			value = take_value(s);
		}
		const char *known = keep ? FIND(known_attributes, name, len) : NULL;
		if (known && value.len <= VALUE_MAX_BYTES && kept++ < KEPT_ATTRIBUTES_MAX)
			put_attribute(s, known, &value);
	}
}

/* At the letter behind '<' or "</". */
static void tag(struct scan *s, bool closing)
{
	const char *name;
	size_t len = take_name(s, &name);
	const char *known = FIND(known_elements, name, len);
	const char *raw = closing ? NULL : FIND(raw_elements, name, len);
	if (known) {
		put_str(s, closing ? "</" : "<");
		put_str(s, known);
	}
	attributes(s, known && !closing);
	if (known)
		put_str(s, ">");
	if (raw)
		skip_raw(s, raw);
}

/* At '<'. */
static void markup(struct scan *s)
{
	size_t left = (size_t)(s->end - s->p);
	if (left >= 4 && memcmp(s->p, "<!--", 4) == 0) {
		s->p += 4;
		skip_behind(s, "-->");
	} else if (left >= 2 && (s->p[1] == '!' || s->p[1] == '?')) {
		skip_behind(s, ">");
	} else if (left >= 2 && is_letter(s->p[1])) {
		s->p++;
		tag(s, false);
	} else if (left >= 3 && s->p[1] == '/' && is_letter(s->p[2])) {
		s->p += 2;
		tag(s, true);
	} else {
		s->p++;
		put_str(s, "&lt;");
	}
}

int html_clean(const char *html, size_t len, struct buf *out)
{
	struct scan s = {.p = html, .end = html + len, .out = out, .err = NETRAL_OK};
	while (s.p < s.end && s.err == NETRAL_OK) {
		const char *next = memchr(s.p, '<', (size_t)(s.end - s.p));
		if (!next)
			next = s.end;
		put(&s, s.p, (size_t)(next - s.p));
		s.p = next;
		if (s.p < s.end)
			markup(&s);
	}
	return s.err;
}

/* What makes the HTML parser slow or wrong is kept from it: hundreds of thousands of attributes in
 * one tag (quadratic), unknown names (its dictionary grows), elements nested without end (closing
 * one walks the open ones), scripts that look like tags, stray '<'. This pass reads each byte once
 * and writes well-formed tags of known names with the few attributes that are looked at, so there
 * is no second opinion about where a tag ends. What classes and the like say is read here, too: as
 * one short attribute it costs the parser a fraction of what they would. */
#include "lib/extract/html_clean.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/extract/attribute.h"

#include <string.h>
#include <strings.h>

struct scan {
	const char *p, *end;
	struct clean_page *page;
	unsigned depth;   /* open elements that nest */
	unsigned dropped; /* open ones that were too deep to be written */
	int err;
};

/* What was said of a script, while its attributes are read. */
struct script_kind {
	bool linked_data, json;
};

/* A tag while its attributes are read. */
struct tag {
	enum element element;
	bool keep; /* its attributes are written */
	unsigned kept, seen;
	struct marks marks;
	struct script_kind script;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline void put(struct scan *s, const char *text, size_t len)
{
	struct buf *html = &s->page->html;
	if (s->err != NETRAL_OK)
		return;
	if (len >= html->cap - html->len || (html->limit && html->cap > html->limit)) {
		s->err = buf_append(html, text, len);
		return;
	}
	/* Nearly always there is room, and most pieces are a few bytes long. */
	memcpy(html->data + html->len, text, len);
	html->len += len;
}

#define put_literal(s, text) put(s, text, sizeof(text) - 1)

/* Moves behind the next `what`, or to the end. */
static void skip_behind(struct scan *s, const char *what)
{
	const char *at = memmem(s->p, (size_t)(s->end - s->p), what, strlen(what));
	s->p = at ? at + strlen(what) : s->end;
}

/* Moves behind the next "</", or to the end. Scripts are long, and have few '<'. */
static void skip_to_end_tag(struct scan *s)
{
	const char *at;
	do {
		at = memchr(s->p, '<', (size_t)(s->end - s->p));
		s->p = at ? at + 1 : s->end;
	} while (at && s->p < s->end && *s->p != '/');
	s->p += s->p < s->end;
}

/* Moves behind the end tag of a raw element; its content. */
static struct text take_raw(struct scan *s, const char *name)
{
	size_t len = strlen(name);
	const char *start = s->p;
	for (;;) {
		skip_to_end_tag(s);
		if (s->p == s->end)
			return (struct text){start, (size_t)(s->end - start)};
		if ((size_t)(s->end - s->p) >= len && strncasecmp(s->p, name, len) == 0) {
			struct text content = {start, (size_t)(s->p - 2 - start)};
			skip_behind(s, ">");
			return content;
		}
	}
}

static size_t take_name(struct scan *s, const char **ret_name)
{
	*ret_name = s->p;
	while (s->p < s->end && !is_blank(*s->p) && *s->p != '/' && *s->p != '>' && *s->p != '=')
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

static void put_value(struct scan *s, const struct text *value)
{
	const char *p = value->ptr, *end = p + value->len;
	while (p < end) {
		const char *start = p;
		while (p < end && *p != '"' && *p != '<')
			p++;
		put(s, start, (size_t)(p - start));
		if (p == end)
			break;
		if (*p++ == '"')
			put_literal(s, "&quot;");
		else
			put_literal(s, "&lt;");
	}
}

static void put_attribute(struct scan *s, const char *name, const struct text *value)
{
	put_literal(s, " ");
	put(s, name, strlen(name));
	put_literal(s, "=\"");
	put_value(s, value);
	put_literal(s, "\"");
}

static void put_marks(struct scan *s, const struct marks *m)
{
	char digits[MARKS_MAX];
	struct text value = {digits, marks_write(m, digits)};
	if (value.len)
		put_attribute(s, MARKS_NAME, &value);
}

static bool contains(const struct text *t, const char *what)
{
	return memmem(t->ptr, t->len, what, strlen(what)) != NULL;
}

static void note_type(struct script_kind *k, const struct text *type)
{
	k->linked_data = contains(type, "ld+json");
	k->json = k->linked_data || contains(type, "/json");
}

/* Reads one attribute; its value is "" when it has none. */
static enum attribute take_attribute(struct scan *s, struct text *ret_value)
{
	const char *name;
	size_t len = take_name(s, &name);
	*ret_value = (struct text){"", 0};
	skip_blanks(s);
	if (s->p < s->end && *s->p == '=') {
		s->p++;
		skip_blanks(s);
		*ret_value = take_value(s);
	}
	return attribute_find(name, len);
}

/* Of a style only this counts, of types those of media: a button has one, too. */
static bool is_worth_it(enum attribute a, const struct text *value)
{
	if (value->len > CLEAN_VALUE_MAX)
		return false;
	if (a == ATTRIBUTE_TYPE)
		return contains(value, "/");
	return a != ATTRIBUTE_STYLE || contains(value, "none");
}

/* Does the page look at the value itself? The parser resolves references. */
static bool is_handed_on(enum element e, enum attribute a, const struct text *value)
{
	return a == ATTRIBUTE_CONTENT || a == ATTRIBUTE_DATETIME || a == ATTRIBUTE_HREF ||
	       e == ELEMENT_META || e == ELEMENT_LINK || e == ELEMENT_HTML ||
	       memchr(value->ptr, '&', value->len);
}

/* Of attributes of one name the first counts, as for the parser. */
static void keep_attribute(struct scan *s, struct tag *t, enum attribute a,
			   const struct text *value)
{
	if (t->kept == CLEAN_ATTRIBUTES_MAX || !is_worth_it(a, value))
		return;
	bool again = t->seen >> a & 1;
	t->seen |= 1U << a;
	t->kept++;
	if (again)
		return;
	if (is_handed_on(t->element, a, value))
		put_attribute(s, attribute_name(a), value);
	else
		marks_add(&t->marks, t->element, a, value);
}

/* Reads attributes up to and with '>'. */
static void attributes(struct scan *s, struct tag *t)
{
	for (;;) {
		while (s->p < s->end && (is_blank(*s->p) || *s->p == '/' || *s->p == '='))
			s->p++;
		if (s->p == s->end)
			return;
		if (*s->p == '>') {
			s->p++;
			return;
		}
		struct text value;
		enum attribute a = take_attribute(s, &value);
		if (a == ATTRIBUTE_TYPE)
			note_type(&t->script, &value);
		if (a != ATTRIBUTE_UNKNOWN && t->keep)
			keep_attribute(s, t, a, &value);
	}
}

static void raw(struct scan *s, const char *name, const struct script_kind *kind)
{
	struct clean_page *page = s->page;
	struct text content = take_raw(s, name);
	if (kind->json && page->script_count < CLEAN_SCRIPTS_MAX)
		page->scripts[page->script_count++] =
			(struct clean_script){content, kind->linked_data};
}

/* Whether a tag is to be written, as deep as it would stand. */
static bool count_depth(struct scan *s, enum element e, bool closing)
{
	if (!(element_flags(e) & ELEMENT_OPEN))
		return true;
	if (closing && s->dropped > 0) {
		s->dropped--;
		return false;
	}
	if (closing) {
		s->depth -= s->depth > 0;
		return true;
	}
	if (s->depth == CLEAN_DEPTH_MAX) {
		s->dropped++;
		return false;
	}
	s->depth++;
	return true;
}

/* At the letter behind '<' or "</". */
static void tag(struct scan *s, bool closing)
{
	const char *name;
	size_t len = take_name(s, &name);
	enum element e = element_find(name, len);
	bool is_raw = element_flags(e) & ELEMENT_RAW;
	bool written = e != ELEMENT_UNKNOWN && !is_raw && count_depth(s, e, closing);
	struct tag t = {.element = e, .keep = written && !closing};
	if (written) {
		put(s, "</", closing ? 2 : 1);
		put(s, element_name(e), len);
	}
	attributes(s, &t);
	if (written) {
		put_marks(s, &t.marks);
		put_literal(s, ">");
	}
	if (is_raw && !closing)
		raw(s, element_name(e), &t.script);
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
		put_literal(s, "&lt;");
	}
}

/* Text up to the next tag; a '&' that begins no reference is written as one, as the parser reports
 * each of them at length. */
static void text(struct scan *s, const char *end)
{
	while (s->p < end) {
		const char *amp = memchr(s->p, '&', (size_t)(end - s->p));
		bool stray = amp && (amp + 1 == s->end || !(is_letter(amp[1]) || amp[1] == '#'));
		const char *stop = amp ? amp + !stray : end;
		put(s, s->p, (size_t)(stop - s->p));
		if (stray)
			put_literal(s, "&amp;");
		s->p = stop + stray;
	}
}

int html_clean(const char *html, size_t len, struct clean_page *ret_page)
{
	struct scan s = {.p = html, .end = html + len, .page = ret_page, .err = NETRAL_OK};
	while (s.p < s.end && s.err == NETRAL_OK) {
		const char *next = memchr(s.p, '<', (size_t)(s.end - s.p));
		if (!next)
			next = s.end;
		text(&s, next);
		if (s.p < s.end)
			markup(&s);
	}
	return s.err;
}

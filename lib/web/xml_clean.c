/* What real feeds break is mended here, in one pass, so that the parser only sees what is well
 * formed: stray '&' and '<', names of HTML entities, elements that are never closed or closed in
 * the wrong order, attributes without quotes or twice, warnings of a server before the document.
 *
 * An end tag closes what is open inside its element, and is dropped when its element is not open.
 * Open elements are at most XML_DEPTH_MAX, so looking for one is bounded; the tags of deeper ones
 * are left out and counted, so that their ends match again. */
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/web/entity.h"
#include "lib/web/xml.h"

#include <string.h>
#include <strings.h>

/* How far a document is searched for its beginning. */
enum { JUNK_MAX = 64 * 1024 };

struct open_element {
	struct text name;
	unsigned namespaces; /* declared by it */
};

struct clean {
	const char *p, *end;
	struct buf *out;
	struct xml_damage *damage;
	struct open_element open[XML_DEPTH_MAX];
	unsigned depth;
	unsigned below; /* open elements deeper than XML_DEPTH_MAX, not written */
	unsigned namespaces;
	size_t elements;
	bool rooted; /* the root element has begun */
	bool ended;  /* the root element has ended, or the rest is not to be read */
	int err;
};

struct attribute {
	struct text name, value;
};

struct tag {
	struct text name;
	struct attribute attributes[XML_ATTRIBUTES_MAX];
	unsigned count;
	bool empty;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_name_char(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
}

/* Names of the Latin alphabet with at most one prefix: what the formats use. */
static bool is_name(const struct text *t)
{
	size_t colons = 0;
	if (t->len == 0 || t->len > XML_NAME_MAX || !is_letter(t->ptr[0]))
		return false;
	for (size_t i = 0; i < t->len; i++) {
		if (!is_name_char(t->ptr[i]))
			return false;
		if (t->ptr[i] != ':')
			continue;
		if (++colons > 1 || i + 1 == t->len || !is_letter(t->ptr[i + 1]))
			return false;
	}
	return true;
}

static bool same(const struct text *a, const struct text *b)
{
	return a->len == b->len && memcmp(a->ptr, b->ptr, a->len) == 0;
}

static bool is(const struct text *t, const char *name)
{
	return strlen(name) == t->len && memcmp(t->ptr, name, t->len) == 0;
}

static void put(struct clean *c, const char *s, size_t len)
{
	if (c->err == NETRAL_OK)
		c->err = buf_append(c->out, s, len);
}

static void put_str(struct clean *c, const char *s)
{
	put(c, s, strlen(s));
}

static void put_special(struct clean *c, char s)
{
	switch (s) {
	case '&':
		put_str(c, "&amp;");
		break;
	case '<':
		put_str(c, "&lt;");
		break;
	case '>':
		put_str(c, "&gt;");
		break;
	case '"':
		put_str(c, "&quot;");
		break;
	default:
		put(c, &s, 1);
	}
}

/* Text or an attribute's value, with its references resolved. */
static void put_text(struct clean *c, const char *s, size_t len)
{
	size_t start = 0;
	for (size_t i = 0; i < len && c->err == NETRAL_OK;) {
		char bytes[4];
		size_t count = 0, taken;
		if (!strchr("&<>\"", s[i])) {
			i++;
			continue;
		}
		put(c, s + start, i - start);
		taken = s[i] == '&' ? entity_read(s + i, len - i, bytes, &count) : 0;
		if (count > 1)
			put(c, bytes, count);
		else
			put_special(c, taken > 0 ? bytes[0] : s[i]);
		i += taken > 0 ? taken : 1;
		start = i;
	}
	put(c, s + start, len - start);
}

/* --- end tags --- */

static void close_top(struct clean *c)
{
	struct open_element *e = &c->open[--c->depth];
	put_str(c, "</");
	put(c, e->name.ptr, e->name.len);
	put_str(c, ">");
	c->namespaces -= e->namespaces;
	c->ended = c->ended || c->depth == 0;
}

/* Closes the innermost open `name` and what is open in it; false when there is none. */
static bool close_name(struct clean *c, const struct text *name)
{
	unsigned at = c->depth;
	while (at > 0 && !same(&c->open[at - 1].name, name))
		at--;
	if (at == 0)
		return false;
	c->damage->repaired += c->depth - at;
	while (c->depth >= at)
		close_top(c);
	return true;
}

/* At "</". */
static void end_tag(struct clean *c)
{
	const char *name = c->p + 2;
	const char *p = name;
	while (p < c->end && is_name_char(*p))
		p++;
	struct text t = {name, (size_t)(p - name)};
	const char *close = memchr(p, '>', (size_t)(c->end - p));
	c->p = close ? close + 1 : c->end;
	if (c->below > 0)
		c->below--;
	else if (!close_name(c, &t))
		c->damage->repaired++;
}

/* --- start tags --- */

/* Without quotes up to a blank or '>'; a quote that is never closed ends at the '>'. */
static struct text take_value(struct clean *c)
{
	const char *start = c->p;
	if (c->p < c->end && (*c->p == '"' || *c->p == '\'')) {
		char quote = *c->p;
		size_t left = (size_t)(c->end - ++start);
		const char *close = memchr(start, quote, left < JUNK_MAX ? left : JUNK_MAX);
		if (close) {
			c->p = close + 1;
			return (struct text){start, (size_t)(close - start)};
		}
	}
	c->p = start;
	while (c->p < c->end && !is_blank(*c->p) && *c->p != '>')
		c->p++;
	return (struct text){start, (size_t)(c->p - start)};
}

static void skip_blanks(struct clean *c)
{
	while (c->p < c->end && is_blank(*c->p))
		c->p++;
}

static struct attribute take_attribute(struct clean *c)
{
	struct attribute a = {.name = {c->p, 0}, .value = {"", 0}};
	while (c->p < c->end && !is_blank(*c->p) && !strchr("=/>", *c->p))
		c->p++;
	a.name.len = (size_t)(c->p - a.name.ptr);
	skip_blanks(c);
	if (c->p < c->end && *c->p == '=') {
		c->p++;
		skip_blanks(c);
		a.value = take_value(c);
	}
	return a;
}

static bool is_namespace(const struct text *name)
{
	return name->len >= 5 && memcmp(name->ptr, "xmlns", 5) == 0 &&
	       (name->len == 5 || name->ptr[5] == ':');
}

static bool is_wanted(const struct tag *t, const struct attribute *a)
{
	if (t->count == XML_ATTRIBUTES_MAX || !is_name(&a->name) || a->value.len > XML_VALUE_MAX)
		return false;
	for (unsigned i = 0; i < t->count; i++) {
		if (same(&t->attributes[i].name, &a->name))
			return false;
	}
	if (is_namespace(&a->name) && a->value.len > XML_SPACE_MAX)
		return false;
	/* What begins with xml belongs to XML. A prefix cannot be undeclared. */
	if (a->name.len > 6 && memcmp(a->name.ptr, "xmlns:", 6) == 0)
		return a->value.len > 0 && strncasecmp(a->name.ptr + 6, "xml", 3) != 0;
	return true;
}

/* Reads attributes up to and with '>'. */
static void take_attributes(struct clean *c, struct tag *t)
{
	while (c->p < c->end) {
		if (*c->p == '>') {
			c->p++;
			return;
		}
		t->empty = *c->p == '/';
		if (is_blank(*c->p) || *c->p == '/' || *c->p == '=') {
			c->p++;
			continue;
		}
		struct attribute a = take_attribute(c);
		if (is_wanted(t, &a))
			t->attributes[t->count++] = a;
		else
			c->damage->repaired++;
	}
}

static void write_tag(struct clean *c, const struct tag *t)
{
	unsigned namespaces = 0;
	put_str(c, "<");
	put(c, t->name.ptr, t->name.len);
	for (unsigned i = 0; i < t->count; i++) {
		const struct attribute *a = &t->attributes[i];
		if (is_namespace(&a->name) && c->namespaces + ++namespaces > XML_NAMESPACES_MAX) {
			namespaces--;
			c->damage->repaired++;
			continue;
		}
		put_str(c, " ");
		put(c, a->name.ptr, a->name.len);
		put_str(c, "=\"");
		put_text(c, a->value.ptr, a->value.len);
		put_str(c, "\"");
	}
	put_str(c, ">");
	c->namespaces += namespaces;
	c->open[c->depth++] = (struct open_element){t->name, namespaces};
	c->rooted = true;
}

/* Elements of HTML that have no end. */
static bool is_void(const struct text *name)
{
	return is(name, "br") || is(name, "hr") || is(name, "img") || is(name, "wbr");
}

/* These never lie within one another: the one before was not closed. */
static bool is_entry(const struct text *name)
{
	return is(name, "item") || is(name, "entry");
}

/* Whether a tag of a good name stands at '<'. */
static bool take_name(const struct clean *c, struct text *ret_name)
{
	const char *p = c->p + 1;
	while (p < c->end && is_name_char(*p))
		p++;
	*ret_name = (struct text){c->p + 1, (size_t)(p - c->p - 1)};
	return p < c->end && is_name(ret_name) && (is_blank(*p) || *p == '>' || *p == '/');
}

static void start_tag(struct clean *c, const struct text *name)
{
	struct tag t = {.name = *name};
	c->p = name->ptr + name->len;
	take_attributes(c, &t);
	if (++c->elements > XML_ELEMENTS_MAX) {
		c->damage->too_many = true;
		c->ended = true;
		return;
	}
	if (is_entry(name) && close_name(c, name)) {
		c->damage->repaired++;
		c->below = 0;
	}
	t.empty = t.empty || is_void(name);
	if (c->depth == XML_DEPTH_MAX) {
		c->damage->too_deep = true;
		c->below += !t.empty;
		return;
	}
	write_tag(c, &t);
	if (t.empty)
		close_top(c);
}

/* --- the rest --- */

static size_t left(const struct clean *c)
{
	return (size_t)(c->end - c->p);
}

static bool looks_at(const struct clean *c, const char *what)
{
	size_t len = strlen(what);
	return left(c) >= len && memcmp(c->p, what, len) == 0;
}

/* Moves behind the next `what`; to the end when there is none. */
static void skip_behind(struct clean *c, const char *what)
{
	const char *at = memmem(c->p, left(c), what, strlen(what));
	c->p = at ? at + strlen(what) : c->end;
}

/* A section is written as the text that it means. */
static void cdata(struct clean *c)
{
	c->p += strlen("<![CDATA[");
	const char *start = c->p;
	const char *close = memmem(c->p, left(c), "]]>", 3);
	const char *end = close ? close : c->end;
	c->p = close ? close + 3 : c->end;
	if (c->depth == 0 || end == start)
		return;
	put_str(c, "<![CDATA[");
	put(c, start, (size_t)(end - start));
	put_str(c, "]]>");
}

/* "<!DOCTYPE ... [ ... ]>" with its declarations. Quotes are not minded: a '>' in one ends it early
 * and leaves text before the root, which is passed over. */
static void doctype(struct clean *c)
{
	const char *close = memchr(c->p, '>', left(c));
	const char *bracket = memchr(c->p, '[', close ? (size_t)(close - c->p) : left(c));
	if (bracket) {
		c->p = bracket;
		skip_behind(c, "]");
	}
	skip_behind(c, ">");
}

/* At '<'. */
static void markup(struct clean *c)
{
	struct text name;
	if (looks_at(c, "<![CDATA[")) {
		cdata(c);
	} else if (looks_at(c, "<!--")) {
		c->p += 4;
		skip_behind(c, "-->");
	} else if (looks_at(c, "<?")) {
		skip_behind(c, "?>");
	} else if (looks_at(c, "<!DOCTYPE") || looks_at(c, "<!doctype")) {
		doctype(c);
	} else if (looks_at(c, "</")) {
		end_tag(c);
	} else if (take_name(c, &name)) {
		start_tag(c, &name);
	} else {
		if (c->depth > 0)
			put_str(c, "&lt;");
		c->p++;
		c->damage->repaired++;
	}
}

/* The first place of `sign` as a whole name, or NULL. */
static const char *find_sign(const char *xml, size_t len, const char *sign)
{
	size_t n = strlen(sign);
	const char *at = xml, *end = xml + len;
	while ((at = memmem(at, (size_t)(end - at), sign, n)) != NULL) {
		if (at + n < end && (!is_name_char(at[n]) || sign[1] == '?'))
			return at;
		at += n;
	}
	return NULL;
}

/* Where the document begins: at its declaration or at an element that the formats begin with,
 * whichever comes first, else at the first '<'. Servers print warnings before it. */
static const char *beginning(const char *xml, size_t len)
{
	static const char *const signs[] = {"<?xml",    "<rss",    "<feed",
					    "<rdf:RDF", "<urlset", "<sitemapindex"};
	size_t searched = len < JUNK_MAX ? len : (size_t)JUNK_MAX;
	const char *first = NULL;
	for (size_t i = 0; i < netral_countof(signs); i++) {
		const char *at = find_sign(xml, searched, signs[i]);
		if (at && (!first || at < first))
			first = at;
	}
	if (!first)
		first = memchr(xml, '<', len);
	return first ? first : xml + len;
}

int xml_clean(const char *xml, size_t len, struct buf *out, struct xml_damage *damage)
{
	struct clean c = {.end = xml + len, .out = out, .damage = damage, .err = NETRAL_OK};
	c.p = beginning(xml, len);
	while (c.p < c.end && !c.ended && c.err == NETRAL_OK) {
		const char *next = memchr(c.p, '<', left(&c));
		if (!next)
			next = c.end;
		if (c.depth > 0)
			put_text(&c, c.p, (size_t)(next - c.p));
		c.p = next;
		if (c.p < c.end)
			markup(&c);
	}
	damage->cut = c.depth > 0 && !damage->too_many;
	while (c.depth > 0)
		close_top(&c);
	if (c.err < 0)
		return c.err;
	return c.rooted ? NETRAL_OK : NETRAL_EMALFORMED;
}

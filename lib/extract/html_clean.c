/* What makes the HTML parser slow or wrong is kept from it: hundreds of thousands of attributes in
 * one tag (quadratic), unknown names (its dictionary grows), elements nested without end (closing
 * one walks the open ones), scripts that look like tags, stray '<'. This pass reads each byte once
 * and writes well-formed tags of known names with the few attributes that are looked at, so there
 * is no second opinion about where a tag ends. */
#include "lib/extract/html_clean.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/extract/element.h"

#include <string.h>
#include <strings.h>

/* What is looked at, by anyone. */
static const char *const known_attributes[] = {
	"class", "content",  "datetime", "hidden",   "href", "http-equiv", "id",   "itemprop",
	"lang",  "itemtype", "name",     "property", "rel",  "style",      "type",
};

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
		s->err = buf_append(&s->page->html, text, len);
}

static void put_str(struct scan *s, const char *text)
{
	put(s, text, strlen(text));
}

static const char *find_attribute(const char *name, size_t len)
{
	for (size_t i = 0; i < netral_countof(known_attributes); i++) {
		const char *known = known_attributes[i];
		if ((known[0] | 0x20) == (name[0] | 0x20) && strlen(known) == len &&
		    strncasecmp(known, name, len) == 0)
			return known;
	}
	return NULL;
}

/* Moves behind the next `what`, or to the end. */
static void skip_behind(struct scan *s, const char *what)
{
	const char *at = memmem(s->p, (size_t)(s->end - s->p), what, strlen(what));
	s->p = at ? at + strlen(what) : s->end;
}

/* Moves behind the end tag of a raw element; its content. */
static struct text take_raw(struct scan *s, const char *name)
{
	size_t len = strlen(name);
	const char *start = s->p;
	for (;;) {
		skip_behind(s, "</");
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

static void put_attribute(struct scan *s, const char *name, const struct text *value)
{
	const char *p = value->ptr, *end = p + value->len;
	put_str(s, " ");
	put_str(s, name);
	put_str(s, "=\"");
	while (p < end) {
		const char *start = p;
		while (p < end && *p != '"' && *p != '<')
			p++;
		put(s, start, (size_t)(p - start));
		if (p < end)
			put_str(s, *p++ == '"' ? "&quot;" : "&lt;");
	}
	put_str(s, "\"");
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

/* Reads one attribute; its value is "" when it has none. Its name, if it is known. */
static const char *take_attribute(struct scan *s, struct text *ret_value)
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
	return len ? find_attribute(name, len) : NULL;
}

/* Of a style only this counts, of types those of media: a button has one, too. */
static bool is_worth_it(const char *name, const struct text *value)
{
	if (value->len > CLEAN_VALUE_MAX)
		return false;
	if (strcmp(name, "type") == 0)
		return contains(value, "/");
	return strcmp(name, "style") != 0 || contains(value, "none");
}

/* Reads attributes up to and with '>'; writes those that are known when `keep`. */
static void attributes(struct scan *s, bool keep, struct script_kind *script)
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
		struct text value;
		const char *known = take_attribute(s, &value);
		if (!known)
			continue;
		if (strcmp(known, "type") == 0)
			note_type(script, &value);
		if (keep && kept < CLEAN_ATTRIBUTES_MAX && is_worth_it(known, &value)) {
			put_attribute(s, known, &value);
			kept++;
		}
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
	struct script_kind script = {0};
	size_t len = take_name(s, &name);
	enum element e = element_find(name, len);
	bool is_raw = element_flags(e) & ELEMENT_RAW;
	bool written = e != ELEMENT_UNKNOWN && !is_raw && count_depth(s, e, closing);
	if (written) {
		put_str(s, closing ? "</" : "<");
		put_str(s, element_name(e));
	}
	attributes(s, written && !closing, &script);
	if (written)
		put_str(s, ">");
	if (is_raw && !closing)
		raw(s, element_name(e), &script);
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
			put_str(s, "&amp;");
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

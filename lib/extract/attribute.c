#include "lib/extract/attribute.h"

#include "lib/cleanup.h"
#include "lib/extract/words.h"

#include <string.h>
#include <strings.h>

/* In the digits of marks_write(). */
enum { ITEM_SHIFT = 20, HIDDEN_SHIFT = 24, DIGITS = 7 };
_Static_assert(WORDS_CHANGED < 1 << ITEM_SHIFT, "the words end in front of the item");
_Static_assert(ITEM_SECTION < 1 << (HIDDEN_SHIFT - ITEM_SHIFT), "the item ends in front of hidden");

static const struct {
	const char *name;
	size_t len;
} attributes[ATTRIBUTE_COUNT + 1] = {{"", 0},
#define X(name, text) {text, sizeof(text) - 1},
				     ATTRIBUTES(X)
#undef X
					     {"", 0}};

/* The first of each letter. */
static const uint8_t first_of['z' - 'a' + 1] = {
	['c' - 'a'] = ATTRIBUTE_CLASS,    ['d' - 'a'] = ATTRIBUTE_DATETIME,
	['h' - 'a'] = ATTRIBUTE_HIDDEN,   ['i' - 'a'] = ATTRIBUTE_ID,
	['l' - 'a'] = ATTRIBUTE_LANG,     ['n' - 'a'] = ATTRIBUTE_NAME,
	['p' - 'a'] = ATTRIBUTE_PROPERTY, ['r' - 'a'] = ATTRIBUTE_REL,
	['s' - 'a'] = ATTRIBUTE_STYLE,    ['t' - 'a'] = ATTRIBUTE_TYPE,
};

enum attribute attribute_find(const char *name, size_t len)
{
	char first = (char)(len ? name[0] | 0x20 : 0);
	if (first < 'a' || first > 'z')
		return ATTRIBUTE_UNKNOWN;
	unsigned a = first_of[first - 'a'];
	for (; a && attributes[a].name[0] == first; a++) {
		if (attributes[a].len == len && strncasecmp(attributes[a].name, name, len) == 0)
			return (enum attribute)a;
	}
	return ATTRIBUTE_UNKNOWN;
}

const char *attribute_name(enum attribute a)
{
	return attributes[a].name;
}

/* --- what they say --- */

static enum page_item item_of(const struct text *itemprop)
{
	static const struct {
		const char *name;
		enum page_item item;
	} items[] = {{"articleBody", ITEM_BODY},        {"text", ITEM_BODY},
		     {"headline", ITEM_HEADLINE},       {"author", ITEM_AUTHOR},
		     {"creator", ITEM_AUTHOR},          {"name", ITEM_NAME},
		     {"datePublished", ITEM_PUBLISHED}, {"dateCreated", ITEM_PUBLISHED},
		     {"articleSection", ITEM_SECTION}};
	for (size_t i = 0; i < netral_countof(items); i++) {
		if (strlen(items[i].name) == itemprop->len &&
		    strncasecmp(items[i].name, itemprop->ptr, itemprop->len) == 0)
			return items[i].item;
	}
	return ITEM_NONE;
}

/* Behind the first `word` in `t`, in any case of letters; or NULL. */
static const char *find_behind(const struct text *t, const char *word)
{
	size_t len = strlen(word);
	for (size_t i = 0; i + len <= t->len; i++) {
		if (strncasecmp(t->ptr + i, word, len) == 0)
			return t->ptr + i + len;
	}
	return NULL;
}

static bool hides(const struct text *style)
{
	const char *end = style->ptr + style->len, *p = find_behind(style, "display"), *behind = p;
	while (p && p < end && (*p == ' ' || *p == ':'))
		p++;
	return p != behind && end - p >= 4 && strncasecmp(p, "none", 4) == 0;
}

void marks_add(struct marks *m, enum element e, enum attribute a, const struct text *value)
{
	switch (a) {
	case ATTRIBUTE_CLASS:
	case ATTRIBUTE_ID:
		m->words |= words_of_class(value);
		break;
	case ATTRIBUTE_REL:
		if (e == ELEMENT_A && find_behind(value, "author"))
			m->words |= WORDS_AUTHOR;
		break;
	case ATTRIBUTE_ITEMPROP:
		m->item = item_of(value);
		break;
	case ATTRIBUTE_HIDDEN:
		m->hidden = true;
		break;
	case ATTRIBUTE_STYLE:
		m->hidden = m->hidden || hides(value);
		break;
	default:
		break;
	}
}

/* --- as an attribute: hexadecimal digits, without zeros in front --- */

static unsigned packed(const struct marks *m)
{
	return m->words | (unsigned)m->item << ITEM_SHIFT | (unsigned)m->hidden << HIDDEN_SHIFT;
}

size_t marks_write(const struct marks *m, char to[static MARKS_MAX])
{
	unsigned bits = packed(m);
	size_t n = 0;
	for (unsigned i = bits ? DIGITS : 0; i-- > 0;) {
		unsigned digit = bits >> 4 * i & 0xF;
		if (digit || n)
			to[n++] = "0123456789abcdef"[digit];
	}
	return n;
}

void marks_read(struct marks *m, const char *s)
{
	unsigned bits = 0, item;
	for (; *s; s++)
		bits = bits << 4 | (unsigned)(*s <= '9' ? *s - '0' : *s - 'a' + 10);
	item = bits >> ITEM_SHIFT & ((1U << (HIDDEN_SHIFT - ITEM_SHIFT)) - 1);
	m->words |= bits & ((1U << ITEM_SHIFT) - 1);
	m->item = item ? (enum page_item)item : m->item;
	m->hidden = m->hidden || bits >> HIDDEN_SHIFT & 1;
}

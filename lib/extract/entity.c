#include "lib/extract/entity.h"

#include "lib/extract/blank.h"
#include "lib/utf8.h"

#include <libxml/HTMLparser.h>
#include <stdlib.h>
#include <string.h>

enum { REFERENCE_MAX = 12, CODE_MAX = 0x10FFFF };

struct copy {
	char *to;
	size_t len;
	bool gap;
};

static size_t encode(uint32_t c, char *to)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n; i-- > 1; c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3F));
	to[0] = (char)((0xF00 >> n & 0xFF) | c);
	return n;
}

/* The character behind '&', and how long its reference is with its ';'. 0: none. */
static uint32_t lookup(const char *s, size_t len, size_t *ret_len)
{
	char name[REFERENCE_MAX + 1];
	const char *end = memchr(s, ';', len > REFERENCE_MAX ? REFERENCE_MAX : len);
	if (!end || end == s)
		return 0;
	*ret_len = (size_t)(end - s) + 1;
	memcpy(name, s, *ret_len - 1);
	name[*ret_len - 1] = '\0';
	if (name[0] != '#') {
		const htmlEntityDesc *e = htmlEntityLookup((const xmlChar *)name);
		return e ? e->value : 0;
	}
	bool hex = name[1] == 'x' || name[1] == 'X';
	unsigned long c = strtoul(name + (hex ? 2 : 1), NULL, hex ? 16 : 10);
	return c > CODE_MAX || (c >= 0xD800 && c < 0xE000) || c < ' ' ? ' ' : (uint32_t)c;
}

static void put(struct copy *c, const char *s, size_t len)
{
	if (c->gap && c->len > 0)
		c->to[c->len++] = ' ';
	c->gap = false;
	memcpy(c->to + c->len, s, len);
	c->len += len;
}

bool entity_decode(struct arena *arena, const struct text *t, size_t max, struct text *ret_text)
{
	size_t len = t->len > 4 * max ? utf8_cut(t->ptr, 4 * max) : t->len;
	/* A blank in front of a character takes the place of one that was read. */
	struct copy c = {.to = arena_alloc(arena, len + 2)};
	if (!c.to)
		return false;
	for (size_t at = 0; at < len;) {
		char utf8[4];
		size_t size = 0;
		uint32_t code =
			t->ptr[at] == '&' ? lookup(t->ptr + at + 1, len - at - 1, &size) : 0;
		size_t blank = blank_at(t->ptr + at, len - at);
		if (blank) {
			c.gap = true;
			at += blank;
		} else if (code && (code <= ' ' || code == 0xA0)) {
			c.gap = true;
			at += size + 1;
		} else if (code) {
			size_t written = encode(code, utf8);
			put(&c, utf8, written);
			at += size + 1;
		} else {
			put(&c, t->ptr + at++, 1);
		}
	}
	if (c.len > max)
		c.len = utf8_cut(c.to, max);
	c.to[c.len] = '\0';
	*ret_text = (struct text){c.to, c.len};
	return true;
}

/* Written in place: what a reference means is never longer than the reference, and a tag is
 * replaced by a blank or by nothing. Each byte is read twice at most, for the text that is escaped
 * twice. */
#include "lib/web/markup.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/utf8.h"
#include "lib/web/blank.h"
#include "lib/web/entity.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool name_is(const char *s, size_t len, const char *name)
{
	size_t n = strlen(name);
	return len > n && strncasecmp(s, name, n) == 0 && !is_letter(s[n]);
}

/* These stand inside a word as well as around it. */
static bool is_inline(const char *name, size_t len)
{
	static const char *const names[] = {"a",     "b",    "em",     "font", "i",   "mark",
					    "small", "span", "strong", "sub",  "sup", "u"};
	for (size_t i = 0; i < netral_countof(names); i++) {
		if (name_is(name, len, names[i]))
			return true;
	}
	return false;
}

/* The length of the tag or comment at '<', 0 when none begins there. */
static size_t tag_len(const char *s, size_t len)
{
	if (len >= 4 && memcmp(s, "<!--", 4) == 0) {
		const char *end = memmem(s + 4, len - 4, "-->", 3);
		return end ? (size_t)(end - s) + 3 : len;
	}
	if (len < 3 || !(is_letter(s[1]) || s[1] == '!' || (s[1] == '/' && is_letter(s[2]))))
		return 0;
	for (size_t i = 1; i < len; i++) {
		if (s[i] == '>')
			return i + 1;
		if (s[i] == '<')
			return 0;
	}
	return 0;
}

/* What a script or style element takes, from its '<'; 0 for any other. */
static size_t raw_len(const char *s, size_t len)
{
	static const char *const raw[] = {"script", "style"};
	for (size_t i = 0; i < netral_countof(raw); i++) {
		if (len < 2 || !name_is(s + 1, len - 1, raw[i]))
			continue;
		for (size_t at = 2; at + 2 < len; at++) {
			if (s[at] == '<' && s[at + 1] == '/' &&
			    name_is(s + at + 2, len - at - 2, raw[i]))
				return at;
		}
		return len;
	}
	return 0;
}

/* The length of what means "no text" at `s`, 0 for text. */
static size_t skipped_len(const char *s, size_t len, bool *ret_gap)
{
	if (*s != '<')
		return 0;
	size_t n = tag_len(s, len);
	if (n == 0)
		return 0;
	size_t raw = raw_len(s, len);
	const char *name = s + 1 + (s[1] == '/');
	*ret_gap = !is_inline(name, (size_t)(s + len - name));
	return raw > n ? raw : n;
}

static size_t strip(char *out, const char *in, size_t len)
{
	size_t n = 0;
	bool gap = false;
	for (size_t i = 0; i < len;) {
		char bytes[4] = {in[i]};
		size_t count = 1, taken = 0;
		bool tag_gap = false;
		size_t skip = skipped_len(in + i, len - i, &tag_gap);
		if (skip > 0) {
			gap = gap || tag_gap;
			i += skip;
			continue;
		}
		if (in[i] == '&')
			taken = entity_read(in + i, len - i, bytes, &count);
		size_t blank = taken > 0 ? blank_at(bytes, count) : blank_at(in + i, len - i);
		i += taken > 0 ? taken : blank > 0 ? blank : 1;
		if (blank > 0) {
			gap = true;
			continue;
		}
		if (gap && n > 0)
			out[n++] = ' ';
		gap = false;
		memcpy(out + n, bytes, count);
		n += count;
	}
	return n;
}

int markup_text(const char *html, size_t len, size_t max, struct arena *arena,
		struct text *ret_text)
{
	char *text = arena_alloc(arena, len + 1);
	if (!text)
		return NETRAL_ENOMEM;
	size_t n = strip(text, html, len);
	n = strip(text, text, n);
	text[n] = '\0';
	if (n > max)
		n = utf8_cut(text, max);
	text[n] = '\0';
	*ret_text = (struct text){text, n};
	return NETRAL_OK;
}

#include "lib/extract/entity.h"

#include "lib/utf8.h"
#include "lib/web/blank.h"
#include "lib/web/entity.h"

#include <string.h>

/* The character at `s`, which may stand there as a reference: its bytes in `out`, at least one.
 * Returns how much of the text it takes. */
static size_t take(const char *s, size_t len, char out[static 4], size_t *ret_len)
{
	size_t taken = *s == '&' ? entity_read(s, len, out, ret_len) : 0;
	size_t blank = taken > 0 ? 0 : blank_at(s, len);
	if (taken > 0)
		return taken;
	*ret_len = blank > 0 ? blank : 1;
	memcpy(out, s, *ret_len);
	return *ret_len;
}

bool entity_decode(struct arena *arena, const struct text *t, size_t max, struct text *ret_text)
{
	size_t len = t->len > 4 * max ? utf8_cut(t->ptr, 4 * max) : t->len;
	size_t n = 0;
	bool gap = false;
	/* A blank in front of a character takes the place of one that was read. */
	char *to = arena_alloc(arena, len + 2);
	if (!to)
		return false;
	for (size_t at = 0; at < len;) {
		char bytes[4];
		size_t count;
		at += take(t->ptr + at, len - at, bytes, &count);
		if (blank_at(bytes, count)) {
			gap = true;
			continue;
		}
		if (gap && n > 0)
			to[n++] = ' ';
		gap = false;
		memcpy(to + n, bytes, count);
		n += count;
	}
	if (n > max)
		n = utf8_cut(to, max);
	to[n] = '\0';
	*ret_text = (struct text){to, n};
	return true;
}

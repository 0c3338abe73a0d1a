#include "client/export/plain.h"

#include "lib/utf8.h"

#include <string.h>
#include <strings.h>

/* Bytes of a well-formed character. */
static size_t character(const char *s, size_t len, unsigned *ret_code)
{
	const unsigned char *b = (const unsigned char *)s;
	size_t need = b[0] < 0x80 ? 1 : b[0] >= 0xF0 ? 4 : b[0] >= 0xE0 ? 3 : b[0] >= 0xC0 ? 2 : 0;
	if (need == 0 || need > len || (b[0] && utf8_check(s, need, NULL) < 0)) {
		*ret_code = 0xFFFD;
		return 1;
	}
	*ret_code = need < 2 ? b[0] : b[0] & (0x7FU >> need);
	for (size_t i = 1; i < need; i++)
		*ret_code = *ret_code << 6 | (b[i] & 0x3FU);
	return need;
}

static bool is_space(unsigned code)
{
	return code == ' ' || (code >= 0x09 && code <= 0x0D) || code == 0x85 || code == 0xA0 ||
	       code == 0x2028 || code == 0x2029;
}

static bool is_left_out(unsigned code)
{
	return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x202A && code <= 0x202E) ||
	       (code >= 0x2066 && code <= 0x2069) || (code & 0xFFFE) == 0xFFFE || code == 0xFEFF;
}

char *plain_line(struct arena *arena, const char *s, size_t len)
{
	/* A byte that is not UTF-8 becomes three. */
	char *out = arena_alloc(arena, len * 3 + 1);
	size_t n = 0;
	bool space = false;
	while (out && len > 0) {
		unsigned code;
		size_t bytes = character(s, len, &code);
		bool bad = code == 0xFFFD && bytes == 1;
		if (is_space(code)) {
			space = n > 0;
		} else if (!is_left_out(code)) {
			if (space)
				out[n++] = ' ';
			space = false;
			memcpy(out + n, bad ? "\xEF\xBF\xBD" : s, bad ? 3 : bytes);
			n += bad ? 3 : bytes;
		}
		s += bytes;
		len -= bytes;
	}
	if (out)
		out[n] = '\0';
	return out;
}

bool plain_is_link(const char *s, size_t len)
{
	bool web = (len > 8 && strncasecmp(s, "https://", 8) == 0) ||
		   (len > 7 && strncasecmp(s, "http://", 7) == 0);
	for (size_t i = 0; i < len && web; i++)
		web = s[i] > ' ' && s[i] < 0x7F && !strchr("\"<>\\^`{|}", s[i]);
	return web;
}
